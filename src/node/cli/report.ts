import type { ScoreboardReport } from '../../metrics/index.js'
import type { Problem } from './eventLog.js'

/** The results of a run. */
export interface RunReport {
  readonly rows: number
  readonly seconds: number
  readonly unlabelled: number
  readonly rejected: number
  /** The first reasons for rejections, with their lines. */
  readonly problems: readonly Problem[]
  /** The numbers of refused steps, rollbacks and drifts. */
  readonly events: Readonly<Record<string, number>>
  /** What the rows' names give reason to tell. */
  readonly notices?: readonly string[]
  readonly scores: ScoreboardReport
}

/** Writes a whole number as 45,312. A formatter of the locale would take 20 ms to load. */
const count = (value: number): string => `${Math.round(value)}`.replace(/\B(?=(\d{3})+$)/g, ',')
const rowsOf = (rows: number): string => `${count(rows)} ${rows === 1 ? 'row' : 'rows'}`

/** Writes `line 7: …`, or `line 7 and 12 more: …` if more rows were rejected for the same reason. */
export const problemText = ({ line, reason, count: rows }: Problem): string => {
  const where = line === undefined ? (rows === 1 ? '' : `${count(rows)} times`) : `line ${line}`
  const more = line === undefined || rows === 1 ? '' : ` and ${count(rows - 1)} more`
  return where === '' ? reason : `${where}${more}: ${reason}`
}

/** Writes a score with four decimals, with three digits if it is very small, or with fewer decimals if it is large. */
export const figure = (value: number): string => {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size !== 0 && size < 0.01) return value.toPrecision(3)
  return size < 1e4 ? value.toFixed(4) : size < 1e9 ? value.toFixed(1) : value.toPrecision(6)
}

const rate = ({ rows, seconds }: RunReport): string => count(rows / Math.max(seconds, 1e-3))

/**
 * Writes one line without a line end:
 * `12,000 rows  31,020 rows/s  accuracy 0.9035 (lately 0.9110)  no-change 0.8533`.
 */
export const progressLine = (run: RunReport): string => {
  const parts = [rowsOf(run.rows), `${rate(run)} rows/s`]
  const [first] = run.scores.metrics
  if (first !== undefined) {
    parts.push(`${first.name} ${figure(first.model.cumulative)} (lately ${figure(first.model.rolling)})`)
    for (const [name, score] of Object.entries(first.baselines)) parts.push(`${name} ${figure(score.cumulative)}`)
  }
  if (run.rejected > 0) parts.push(`${count(run.rejected)} rejected`)
  return parts.join('  ')
}

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
    const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)))
    // A score that covers only some of the rows must say so, because it may mean little.
    const { unscored } = run.scores
    const leftOut = [
      ...(run.rejected > 0 ? [`${count(run.rejected)} rejected`] : []),
      ...(unscored > 0 ? [`${count(unscored)} unscored, predicted before any row was learned or not finite`] : []),
    ]
    if (leftOut.length > 0) lines.push(`score over ${rowsOf(run.scores.rows)}; ${leftOut.join('; ')}`)
    lines.push(
      ...table.map((row) =>
        row.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join('  '),
      ),
    )
  }
  for (const [name, number] of Object.entries(run.events)) if (number > 0) lines.push(`${name}: ${count(number)}`)
  lines.push(...(run.notices ?? []))
  if (run.rejected > 0) {
    lines.push(`${rowsOf(run.rejected)} ${run.rejected === 1 ? 'was' : 'were'} rejected and not learned:`)
    lines.push(...run.problems.map((problem) => `  ${problemText(problem)}`))
    const listed = run.problems.reduce((sum, problem) => sum + problem.count, 0)
    if (run.rejected > listed) lines.push(`  and ${count(run.rejected - listed)} more, for other reasons`)
  }
  return lines.join('\n')
}

/** Opens a progress line on a terminal, which is rewritten at most twice a second. */
export const openProgress = (
  stream: NodeJS.WriteStream,
  isShown: boolean,
): { show(run: () => RunReport): void; clear(): void } => {
  let last = performance.now()
  let shown = false
  return {
    show: (run) => {
      const now = performance.now()
      if (!isShown || now - last < 500) return
      last = now
      shown = true
      stream.write(`\r${progressLine(run()).slice(0, Math.max(20, (stream.columns || 80) - 1))}\x1b[K`)
    },
    clear: () => {
      if (shown) stream.write('\r\x1b[K')
      shown = false
    },
  }
}
