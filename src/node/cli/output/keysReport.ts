import type { ScoreboardReport } from '../../../metrics/index.js'
import type { Value } from '../../../values.js'
import { count, figure, tableText } from './table.js'

/** How well the models of the keys do. */
export interface KeysReport {
  /** The column whose values are the keys. */
  readonly column: string
  readonly keys: number
  /** The largest number of keys at a time, and how many keys have made room for others. */
  readonly capacity: number
  readonly evicted: number
  /** The keys with the worst scores, the worst first. */
  readonly worst: readonly { readonly key: Value; readonly report: ScoreboardReport }[]
  /** Of how many keys these are the worst, and how many scored rows each of those has at least. */
  readonly among: number
  readonly least: number
}

/** With fewer rows than this a score says little. */
const FEW = 30
const SHOWN = 5

/** Finds the keys with the worst scores by the first metric, among those with enough rows, if there are any. */
export const reportOfKeys = (
  column: string,
  scores: readonly KeysReport['worst'][number][],
  { capacity, evicted }: Pick<KeysReport, 'capacity' | 'evicted'>,
): KeysReport => {
  const scored = scores.filter(({ report }) => report.rows > 0)
  const enough = scored.filter(({ report }) => report.rows >= FEW)
  const compared = enough.length > 0 ? enough : scored
  const costOf = ({ metrics: [{ better, model }] }: ScoreboardReport): number =>
    better === 'lower' ? model.cumulative : -model.cumulative
  const worst = [...compared].sort((a, b) => costOf(b.report) - costOf(a.report)).slice(0, SHOWN)
  const least = enough.length > 0 ? FEW : 1
  return { column, keys: scores.length, capacity, evicted, worst, among: compared.length, least }
}

/** Writes how many keys there are, and a table of those with the worst scores. */
export const keysLines = ({ column, keys, capacity, evicted, worst, among, least }: KeysReport): string[] => {
  const gone =
    evicted > 0
      ? `; ${count(evicted)} ${evicted === 1 ? 'has' : 'have'} made room for others, and ${evicted === 1 ? 'its' : 'their'} rows count above alone`
      : ''
  const lines = [`models by ${column}: ${count(keys)}, with room for ${count(capacity)}${gone}`]
  if (worst.length === 0) return lines
  const [{ name, baselines }] = worst[0].report.metrics
  const names = Object.keys(baselines)
  const rows = worst.map(({ key, report }) => {
    const [{ model, baselines }] = report.metrics
    const scores = [model, ...names.map((each) => baselines[each])].map(({ cumulative }) => figure(cumulative))
    return [`${key}`, count(report.rows), ...scores]
  })
  const shown = worst.length < among ? `the ${worst.length} worst of ${count(among)}` : 'the worst first'
  lines.push(`${name} by ${column}, ${shown}${least > 1 ? `, of those with ${least} scored rows or more` : ''}`)
  return [...lines, ...tableText([[column, 'rows', 'model', ...names], ...rows])]
}
