import { pow64 } from '../program/elementary/index.js'
import type { Band, Bands } from './band.js'
import { listBatches, type RowBatch } from './batches.js'
import type { CumulativeState } from './cumulative.js'
import type { FadingState } from './fading.js'
import { merge } from './merge.js'
import type { Metric } from './metric.js'
import type { RollingState } from './rolling.js'
import type { MetricState, Score } from './scoreboardState.js'
import { studentQuantile } from './studentT.js'

/** Fewer batches say too little of how far apart they are. */
const LEAST = 8
/** More batches would be too short to be independent of one another, and add little to the estimate. */
const WANTED = 20

/** Sums over rows that count alike, each by the same weight, by which the sums have been multiplied. */
interface Weighed extends RowBatch {
  readonly weight: number
}

const NOTHING: Band = [Number.NaN, Number.NaN]
const sumOf = <T>(list: readonly T[], of: (each: T) => number): number => list.reduce((sum, each) => sum + of(each), 0)

function sumsOf(metric: Metric, batches: readonly RowBatch[]): number[] {
  const sums: number[] = new Array(metric.size).fill(0)
  for (const each of batches) merge(metric, sums, each.sums)
  return sums
}

/** Joins neighbours, from the newest on, until there are about as many as are wanted. */
function joined(metric: Metric, batches: readonly Weighed[]): Weighed[] {
  const share = sumOf(batches, ({ rows, weight }) => rows * weight)
  const squares = sumOf(batches, ({ rows, weight }) => rows * weight * rows * weight)
  const group = Math.max(1, Math.floor((share * share) / squares / WANTED + 0.5))
  if (group === 1) return [...batches]
  const groups: Weighed[] = []
  for (let end = batches.length; end > 0; end -= group) {
    const part = batches.slice(Math.max(0, end - group), end)
    const rows = sumOf(part, (each) => each.rows)
    const weight = sumOf(part, (each) => each.rows * each.weight) / rows
    groups.unshift({ rows, weight, sums: sumsOf(metric, part) })
  }
  return groups
}

/** What is known of a score by its batches: its variance, in how many degrees of freedom, and how many rows count. */
interface Spread {
  readonly variance: number
  readonly freedom: number
  readonly rows: number
}

/**
 * The variance of a score by how far it moves when one batch is left out. With u the share of a batch in all weights,
 * n its rows and θ₋ the score without it, d = (θ − θ₋)(1 − u) is u times the distance of the batch's mean from θ if the
 * score is a mean; where the means of batches have the variance τ²/n,
 *
 *     τ² = Σ d² / (Σ (u²/n)(1 − 2u) + V Σ u²),   V = Σ u²/n,   var θ = τ² V
 */
function spreadOf(metric: Metric, batches: readonly Weighed[]): Spread {
  const total = sumOf(batches, ({ rows, weight }) => rows * weight)
  const score = metric.value(sumsOf(metric, batches))
  let [moved, own, squares, fourth, among] = [0, 0, 0, 0, 0]
  batches.forEach(({ rows, weight }, i) => {
    const u = (rows * weight) / total
    const without = metric.value(sumsOf(metric, [...batches.slice(0, i), ...batches.slice(i + 1)]))
    const d = (score - without) * (1 - u)
    const v = (u * u) / rows
    moved += d * d
    own += v
    squares += u * u
    fourth += v * v
    among += v * (1 - 2 * u)
  })
  return {
    variance: (moved / (among + own * squares)) * own,
    freedom: (own * own) / fourth - 1,
    rows: 1 / own,
  }
}

/** Wilson's interval of a share, with as many independent rows as would have this variance. */
function wilson(p: number, z: number, { variance, rows }: Spread): Band {
  const count = variance > 0 ? (p * (1 - p)) / variance : rows
  const n = count > 0 ? count : rows
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n)
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}

function bandOf(metric: Metric, value: number, batches: readonly Weighed[], confidence: number): Band {
  const groups = joined(metric, batches)
  if (groups.length < LEAST || !Number.isFinite(value)) return NOTHING
  const spread = spreadOf(metric, groups)
  if (!Number.isFinite(spread.variance)) return NOTHING
  const t = studentQuantile((1 + confidence) / 2, Math.max(5, spread.freedom))
  if (metric.isShare) return wilson(value, t, spread)
  const half = t * Math.sqrt(spread.variance)
  return [value - half, value + half]
}

/** Cuts the rows of a window into batches. */
function batchesInWindow(metric: Metric, { next, rows }: RollingState): Weighed[] {
  const { width } = metric
  const count = rows.length / width
  const wanted = Math.min(WANTED, count)
  return Array.from({ length: wanted }, (_, k) => {
    const [from, to] = [Math.floor((k * count) / wanted), Math.floor(((k + 1) * count) / wanted)]
    const sums: number[] = new Array(metric.size).fill(0)
    for (let i = from; i < to; i += 1) metric.add(sums, rows, ((next + i) % count) * width, 1)
    return { rows: to - from, sums, weight: 1 }
  })
}

/** Weighs each batch as the middle one of its rows fades. */
function fadingBatches(metric: Metric, { factor, batches }: FadingState): Weighed[] {
  const weighed: Weighed[] = []
  let after = 0
  for (const { rows, sums } of (batches ? listBatches(batches) : []).reverse()) {
    const weight = pow64(factor, after + (rows - 1) / 2)
    const own = [...sums]
    metric.fade(own, weight)
    weighed.unshift({ rows, weight, sums: own })
    after += rows
  }
  return weighed
}

const cumulativeBatches = ({ batches }: CumulativeState): Weighed[] =>
  (batches ? listBatches(batches) : []).map((each) => ({ ...each, weight: 1 }))

/**
 * The bands within which the true scores lie with a confidence, if the stream does not change: value ± t √var, with the
 * variance by the means of batches of rows, because the losses of consecutive rows depend on one another, and Student's
 * t for as many batches; for a share of rows, such as accuracy, Wilson's interval with as many rows as have that
 * variance. NaN for fewer than 8 rows.
 *
 * @see R. W. Conway (1963), Some tactical problems in digital simulation, Management Science 10(1), on batch means;
 * E. B. Wilson (1927), JASA 22(158); B. Efron (1982), The Jackknife, the Bootstrap and Other Resampling Plans
 */
export function bandsOf(metric: Metric, state: MetricState, values: Omit<Score, 'bands'>, confidence: number): Bands {
  const { cumulative, rolling, fading } = state
  return {
    cumulative: bandOf(metric, values.cumulative, cumulativeBatches(cumulative), confidence),
    rolling: bandOf(metric, values.rolling, batchesInWindow(metric, rolling), confidence),
    fading: bandOf(metric, values.fading, fadingBatches(metric, fading), confidence),
  }
}
