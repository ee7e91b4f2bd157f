import type { ScoreboardReport } from '../../metrics/index.js'
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
    .map(([level, share]) => `${level} ${Number.isNaN(share) ? 'unknown' : `${(100 * share).toFixed(1)} %`}`)
    .join(', ')}`

/** Writes the final report: rows, rate, each metric of the model beside that of each baseline, and rejected rows. */
export const reportText = (run: RunReport): string => {
  const lines = [`${rowsOf(run.rows)} in ${run.seconds.toFixed(1)} s (${rate(run)} rows/s)`]
  if (run.unlabelled > 0) lines.push(`rows without a target, predicted but not learned: ${count(run.unlabelled)}`)
  const { metrics } = run.scores
  if (metrics.length > 0 && run.scores.rows > 0) {
    const names = Object.keys(metrics[0].baselines)
    const table = [
      ['', 'model', ...names],
      ...metrics.map(({ name, model, baselines }) => [
        name,
        figure(model.cumulative),
        ...names.map((baseline) => figure(baselines[baseline].cumulative)),
      ]),
    ]
    // A score that covers only some of the rows must say so, because it may mean little.
    const { unscored } = run.scores
    const leftOut = [
      ...(run.rejected > 0 ? [`${count(run.rejected)} rejected`] : []),
      ...(unscored > 0 ? [`${count(unscored)} unscored, predicted before any row was learned or not finite`] : []),
    ]
    if (leftOut.length > 0) lines.push(`score over ${rowsOf(run.scores.rows)}; ${leftOut.join('; ')}`)
    lines.push(...tableText(table))
    if (run.classes !== undefined) lines.push(...classLines(run.classes))
  }
  if (run.keys !== undefined) lines.push(...keysLines(run.keys))
  if (run.frequencies !== undefined) lines.push(frequenciesLine(run.frequencies))
  if (run.experts !== undefined) lines.push(expertsLine(run.experts, run.keys !== undefined))
  for (const [name, number] of Object.entries(run.events)) if (number > 0) lines.push(`${name}: ${count(number)}`)
  const wild = Object.entries(run.clipped ?? {}).filter(([, number]) => number > 0)
  const clipped = wild.map(([name, number]) => `${name} ${count(number)}`)
  if (clipped.length > 0) lines.push(`values too far away to be trusted, which were clipped: ${clipped.join(', ')}`)
  if (run.unread.length > 0) {
    const columns = run.unread.map(
      ({ name, count: n, text, line }) => `${name} ${count(n)} ("${text}" in line ${line})`,
    )
    lines.push(`values that could not be read and counted as missing: ${columns.join(', ')}`)
  }
  lines.push(...(run.notices ?? []))
  if (run.rejected > 0) {
    lines.push(`${rowsOf(run.rejected)} ${run.rejected === 1 ? 'was' : 'were'} rejected and not learned:`)
    lines.push(...run.problems.map((problem) => `  ${problemText(problem)}`))
    const listed = run.problems.reduce((sum, problem) => sum + problem.count, 0)
    if (run.rejected > listed) lines.push(`  and ${count(run.rejected - listed)} more, for other reasons`)
  }
  return lines.join('\n')
}
