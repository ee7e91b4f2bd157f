import type { ScoreboardReport } from '../../../metrics/index.js'
import { recallOf } from './confusionMatrix.js'
import type { Problem } from './eventLog.js'
import { type KeysReport, keysLines } from './keysReport.js'
import type { ClassReport } from './scores.js'
import { count, figure, tableText } from './table.js'
import type { Unread } from './unreadLog.js'

/** The results of a run. */
export interface RunReport {
  readonly rows: number
  readonly seconds: number
  /** The share of the input that has been read; undefined if its size is not known. */
  readonly share?: number | undefined
  readonly unlabelled: number
  readonly rejected: number
  /** The first reasons for rejections, with their lines. */
  readonly problems: readonly Problem[]
  /** The values that could not be read, by column. */
  readonly unread: readonly Unread[]
  /** The numbers of refused steps, rollbacks and drifts. */
  readonly events: Readonly<Record<string, number>>
  /** What the rows' names give reason to tell. */
  readonly notices?: readonly string[]
  readonly scores: ScoreboardReport
  readonly classes?: ClassReport | undefined
  /** How well the models of the keys do, if there is one for each. */
  readonly keys?: KeysReport | undefined
  /** The share of numbers that were to lie within their intervals, and of those that did. */
  readonly intervals?: { readonly confidence: number; readonly coverage: number } | undefined
  /** The share of numbers that lay below each quantile, if quantiles were predicted. */
  readonly frequencies?: Readonly<Record<number, number>> | undefined
  /** The number of values that lay too far away to be trusted, by column. */
  readonly clipped?: Readonly<Record<string, number>>
  /** The weight of each expert at the end. */
  readonly experts?: Readonly<Record<string, number>> | undefined
}

const rowsOf = (rows: number): string => `${count(rows)} ${rows === 1 ? 'row' : 'rows'}`

/** Writes `line 7: …`, or `line 7 and 12 more: …` if more rows were rejected for the same reason. */
export const problemText = ({ line, file, reason, count: rows, differs }: Problem): string => {
  const at = file === undefined ? `line ${line}` : `${file}, line ${line}`
  const where = line === undefined ? (rows === 1 ? '' : `${count(rows)} times`) : at
  const more = line === undefined || rows === 1 ? '' : ` and ${count(rows - 1)} more${differs ? ' of this kind' : ''}`
  return where === '' ? reason : `${where}${more}: ${reason}`
}

const rate = ({ rows, seconds }: RunReport): string => count(rows / Math.max(seconds, 1e-3))

/** With more classes than this, the table of classes would be too wide to read. */
const mostClasses = 12

/** Writes the area under the ROC curve of two classes, and how often each class was predicted for each. */
const classLines = ({ names, counts, rocAuc }: ClassReport): string[] => {
  const lines = Number.isFinite(rocAuc) ? [`ROC AUC of ${names[1]}: ${figure(rocAuc)}`] : []
  if (names.length < 2 || names.length > mostClasses) return lines
  const table = [
    ['rows of', ...names.map((name) => `as ${name}`), 'recall'],
    ...names.map((name, i) => [name, ...counts[i].map(count), figure(recallOf(counts[i], i))]),
  ]
  return [...lines, ...tableText(table)]
}

/** Writes the experts that the last predictions came from, those with the most weight first. */
const expertsLine = (weights: Readonly<Record<string, number>>, isMean: boolean): string => {
  const shares = Object.entries(weights).map(([name, weight]): [string, number] => [name, Math.round(100 * weight)])
  const shown = shares.filter(([, share]) => share > 0).sort(([, a], [, b]) => b - a)
  return `experts at the end${isMean ? ', in the mean of all models' : ''}: ${shown.map(([name, share]) => `${name} ${share} %`).join(', ')}`
}

/** Writes how many of the numbers lay below their quantiles. */
const frequenciesLine = (frequencies: Readonly<Record<number, number>>): string =>
  `below the quantiles: ${Object.entries(frequencies)
    .map(([level, share]) => `${level} ${percent(share)}`)
    .join(', ')}`

const percent = (share: number): string => (Number.isNaN(share) ? 'unknown' : `${(100 * share).toFixed(1)} %`)

/** Writes how many of the numbers lay within their intervals. */
const intervalsLine = ({ confidence, coverage }: NonNullable<RunReport['intervals']>): string =>
  `within the intervals of ${Number((100 * confidence).toPrecision(4))} %: ${percent(coverage)}`

/** Writes each metric of the model beside that of each baseline. */
export const metricTable = ({ metrics }: ScoreboardReport): string[] => {
  const names = Object.keys(metrics[0].baselines)
  return tableText([
    ['', 'model', ...names],
    ...metrics.map(({ name, model, baselines }) => [
      name,
      figure(model.cumulative),
      ...names.map((baseline) => figure(baselines[baseline].cumulative)),
    ]),
  ])
}

/** Writes the columns with values that could not be read. */
export const unreadLines = ({ unread }: Pick<RunReport, 'unread'>): string[] => {
  if (unread.length === 0) return []
  const columns = unread.map(({ name, count: n, text, line }) => `${name} ${count(n)} ("${text}" in line ${line})`)
  return [`values that could not be read and counted as missing: ${columns.join(', ')}`]
}

/** Writes how many rows were rejected, and why. */
export const rejectedLines = (
  { rejected, problems }: Pick<RunReport, 'rejected' | 'problems'>,
  done: 'learned' | 'predicted',
): string[] => {
  if (rejected === 0) return []
  const listed = problems.reduce((sum, problem) => sum + problem.count, 0)
  return [
    `${rowsOf(rejected)} ${rejected === 1 ? 'was' : 'were'} rejected and not ${done}:`,
    ...problems.map((problem) => `  ${problemText(problem)}`),
    ...(rejected > listed ? [`  and ${count(rejected - listed)} more, for other reasons`] : []),
  ]
}

/** Writes the final report: rows, rate, each metric of the model beside that of each baseline, and rejected rows. */
export const reportText = (run: RunReport, done: 'learned' | 'predicted' = 'learned'): string => {
  const lines = [`${rowsOf(run.rows)} in ${run.seconds.toFixed(1)} s (${rate(run)} rows/s)`]
  if (run.unlabelled > 0)
    lines.push(
      `rows without a target, predicted but not ${done === 'learned' ? done : 'scored'}: ${count(run.unlabelled)}`,
    )
  const { metrics } = run.scores
  if (metrics.length > 0 && run.scores.rows > 0) {
    // A score that covers only some of the rows must say so, because it may mean little.
    const { unscored } = run.scores
    const leftOut = [
      ...(run.rejected > 0 ? [`${count(run.rejected)} rejected`] : []),
      ...(unscored > 0 ? [`${count(unscored)} unscored, predicted before any row was learned or not finite`] : []),
    ]
    if (leftOut.length > 0) lines.push(`score over ${rowsOf(run.scores.rows)}; ${leftOut.join('; ')}`)
    lines.push(...metricTable(run.scores))
    if (run.classes !== undefined) lines.push(...classLines(run.classes))
  }
  if (run.keys !== undefined) lines.push(...keysLines(run.keys))
  if (run.intervals !== undefined) lines.push(intervalsLine(run.intervals))
  if (run.frequencies !== undefined) lines.push(frequenciesLine(run.frequencies))
  if (run.experts !== undefined) lines.push(expertsLine(run.experts, run.keys !== undefined))
  for (const [name, number] of Object.entries(run.events)) if (number > 0) lines.push(`${name}: ${count(number)}`)
  const wild = Object.entries(run.clipped ?? {}).filter(([, number]) => number > 0)
  const clipped = wild.map(([name, number]) => `${name} ${count(number)}`)
  if (clipped.length > 0) lines.push(`values too far away to be trusted, which were clipped: ${clipped.join(', ')}`)
  lines.push(...unreadLines(run), ...(run.notices ?? []), ...rejectedLines(run, done))
  return lines.join('\n')
}
