import { checkWhole } from '../options/checkWhole.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { log64 } from '../program/elementary/index.js'
import { type Buckets, createBuckets, dropOldest, insert, problemOfBuckets, sizeOf } from './buckets.js'
import { DIRECTIONS, type Direction, type DriftDetector } from './detector.js'

export interface AdwinConfig {
  /** The confidence δ: the probability of a false alarm at a check. Default: 0.002. */
  readonly delta?: number
  /** The number of values from one check to the next. Default: 32. */
  readonly every?: number
  /** Which change is a drift; the window is cut at any. Default: 'up', because a model's errors should fall. */
  readonly direction?: Direction
}

export interface AdwinState extends Buckets {
  ticks: number
}

/** The number of buckets of one size. */
const MOST = 5
/** The least length of either part of a window, and the length from which on it is checked. */
const LEAST = 5
const FIRST = 10

/**
 * Adaptive windowing: keeps as long a window as its values have one mean, in O(log n) numbers.
 *
 * The window is cut in an older part of n₀ values and a newer one of n₁ wherever a bucket ends. The oldest bucket is
 * dropped while for any cut
 *
 *     |μ₀ − μ₁| > √((2/m) σ² ln(2/δ′)) + (2/(3m)) ln(2/δ′),   δ′ = δ / ln n,   1/m = 1/(n₀ − 4) + 1/(n₁ − 4)
 *
 * with σ² the variance of the window; the paper has n₀ and n₁ themselves, and MOA leaves out the shortest parts in this
 * way. A window holds at most five buckets of 1, 2, 4, 8, … values each. It warns of nothing.
 *
 * @throws RangeError for a delta that is not between 0 and 1
 * @example
 * row$.pipe(learn(model), detectDrift(model, detectors.adwin({ delta: 0.0001 }))).subscribe()
 * @see A. Bifet, R. Gavaldà (2007), Learning from Time-Changing Data with Adaptive Windowing, SDM
 */
export const adwin = (config?: AdwinConfig): DriftDetector<AdwinState> => {
  const { delta, every, direction } = optionsOf('adwin', config, { delta: 0.002, every: 32, direction: 'up' })
  if (!(delta > 0 && delta < 1))
    throw new RangeError(`adwin: delta is ${delta}; expected a probability between 0 and 1, such as 0.002.`)
  checkWhole('adwin: every is', every, ', the number of values from one check to the next')
  oneOf('adwin', 'direction', direction, DIRECTIONS)

  /** Returns by how much the newer part of a cut that has changed exceeds the older one; 0 if there is none. */
  const change = ({ width, total, variance, levels }: Buckets): number => {
    const confidence = log64((2 * log64(width)) / delta)
    const spread = (2 * Math.max(0, variance) * confidence) / width
    let n0 = 0
    let sum0 = 0
    for (let level = levels.length - 1; level >= 0; level--) {
      for (const sum of levels[level].sums) {
        n0 += sizeOf(level)
        sum0 += sum
        const n1 = width - n0
        if (n1 < LEAST) return 0
        if (n0 < LEAST) continue
        const perLength = 1 / (n0 - LEAST + 1) + 1 / (n1 - LEAST + 1)
        const difference = (total - sum0) / n1 - sum0 / n0
        const bound = Math.sqrt(perLength * spread) + (2 / 3) * confidence * perLength
        if (Math.abs(difference) > bound) return difference
      }
    }
    return 0
  }

  return {
    name: 'adwin',
    reads: 'share',
    init: () => ({ ...createBuckets(), ticks: 0 }),
    problemOf: (saved) => problemOfBuckets(saved, MOST),
    update(state, value) {
      insert(state, value, MOST)
      state.ticks += 1
      if (state.ticks % every !== 0) return 'none'
      let found = false
      while (state.width > FIRST) {
        const difference = change(state)
        if (difference === 0) break
        found ||= direction === 'both' || (direction === 'up' ? difference > 0 : difference < 0)
        dropOldest(state)
      }
      return found ? 'drift' : 'none'
    },
    weaker: () => adwin({ delta: Math.min(10 * delta, (1 + delta) / 2), every: Math.min(every, 8), direction }),
  }
}
