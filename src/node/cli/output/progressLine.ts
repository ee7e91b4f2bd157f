import type { RunReport } from './report.js'
import { count, figure } from './table.js'

/** The width for which a line is made if a terminal does not tell its own. */
const usualWidth = 80

/** Writes a time as 42 s, 3 min or 2.5 h. */
const duration = (seconds: number): string => {
  if (seconds < 100) return `${Math.ceil(seconds)} s`
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

/**
 * Writes one line without a line end, of the parts that fit in this width:
 * `42 %  3 s left  12,000 rows  31,020 rows/s  accuracy 0.9035 (lately 0.9110)`.
 */
export const progressLine = (run: RunReport, width: number = usualWidth): string => {
  const parts: string[] = []
  // The share is that of the bytes; while it is small, it says little about the time that is left.
  const { share, rows, seconds, rejected } = run
  if (share !== undefined) parts.push(`${Math.floor(100 * share)} %`)
  if (share !== undefined && share >= 0.02 && share < 1) parts.push(`${duration((seconds * (1 - share)) / share)} left`)
  parts.push(`${count(rows)} ${rows === 1 ? 'row' : 'rows'}`)
  if (rejected > 0) parts.push(`${count(rejected)} rejected`)
  const [first] = run.scores.metrics
  if (first !== undefined) {
    parts.push(`${first.name} ${figure(first.model.cumulative)} (lately ${figure(first.model.rolling)})`)
    for (const [name, score] of Object.entries(first.baselines)) parts.push(`${name} ${figure(score.cumulative)}`)
  }
  parts.push(`${count(rows / Math.max(seconds, 1e-3))} rows/s`)
  let line = ''
  for (const part of parts) {
    const longer = line === '' ? part : `${line}  ${part}`
    if (longer.length <= width) line = longer
  }
  return line
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
      stream.write(`\r${progressLine(run(), Math.max(20, (stream.columns || usualWidth) - 1))}\x1b[K`)
    },
    clear: () => {
      if (shown) stream.write('\r\x1b[K')
      shown = false
    },
  }
}
