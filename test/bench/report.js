// Formats the results as Markdown tables.
import { cpus, loadavg } from 'node:os'

/** Writes three digits, with k or M; a noisy machine allows no more. */
export const short = (value) => {
  if (value === undefined || !Number.isFinite(value)) return '–'
  const [scaled, unit] = value >= 1e6 ? [value / 1e6, 'M'] : value >= 1e3 ? [value / 1e3, 'k'] : [value, '']
  return `${scaled >= 100 ? scaled.toFixed(0) : scaled >= 10 ? scaled.toFixed(1) : scaled.toFixed(2)}${unit}`
}
const percent = (share) => (share === undefined ? '–' : `${(100 * share).toFixed(0)} %`)

export const table = (head, rows) => {
  const cells = [head, ...rows].map((row) => row.map((cell) => String(cell).replaceAll('|', '\\|')))
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => row[i].length)))
  const line = (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`
  const [first, ...rest] = cells.map(line)
  return [first, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rest].join('\n')
}

/** Returns the conditions under which the numbers were measured. */
export const conditions = () => ({
  date: new Date().toISOString(),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  load: loadavg()[0],
})

const lossText = (loss, own) => {
  if (loss === undefined || loss === null) return '–'
  const same = own !== undefined && Math.abs(loss - own) <= 1e-4 * Math.max(Math.abs(own), 1e-3)
  return `${loss.toFixed(5)}${own === undefined ? '' : same ? ' =' : ' ≠'}`
}

/** Returns the table of one workload: rows per second, and the loss, which shows whether all learn the same. */
export const workloadTable = ({ name, title, batch, learningRate, checked }, rows) => {
  const own = rows.find(({ library, contestant }) => library === 'rxgrad' && contestant === 'core')
  const heading = `### ${name}: ${title}, b = ${batch}${name === 'D' ? '' : `, η = ${learningRate}`}`
  const head = ['library', 'contestant', 'rows/s', 'spread', 'best', '× core', `loss of ${checked} rows`, 'note']
  const cells = rows.map(({ library, contestant, median, spread, max, loss, note }) => [
    ...[library, contestant, short(median), percent(spread), short(max)],
    median && own?.median ? (median / own.median).toPrecision(3) : '–',
    lossText(loss, own?.loss),
    note,
  ])
  return `${heading}\n\n${table(head, cells)}\n`
}

export const versionsTable = (libraries) =>
  `### Versions and start\n\n${table(
    ['library', 'version', 'load, ms (fresh process)'],
    [...libraries.values()].map(({ name, version, openMs }) => [name, version, openMs.toFixed(0)]),
  )}\n`

export const failuresTable = (failures) =>
  failures.length === 0
    ? ''
    : `### Not run\n\n${table(
        ['what', 'where', 'reason'],
        failures.map(({ what, workload = '', reason }) => [what, workload, reason]),
      )}\n`
