import { createRandom } from '../random.js'
import type { Response } from './response.js'

/** Up to so many features, all sets of them are looked at; of more, so many orders and their reverses. */
const FEW = 7
const ORDERS = 12

/** What the rows that are nearest say: f(0) with those of the row, and with those of no feature, and shares of the change. */
export interface NearestShares {
  readonly start: number
  /** A number for each feature; their sum is what `start` is less than f(0). */
  readonly shares: Float64Array
}

/**
 * Divides what the nearest rows add to f(0) among the features by which they were found, as it jumps where others are
 * the nearest, and so has no gradient. By Shapley values, feature i has the mean, over all orders in which features may
 * come to the row, of what changes when it comes.
 *
 * L. S. Shapley (1953), A Value for n-Person Games. Of many features, the mean is over some orders and their reverses
 * (Mitchell, Cooper, Frank and Holmes (2022), Sampling Permutations for Shapley Value Estimation, JMLR 23).
 *
 * @param count the number of features
 */
export const nearestShares = (
  { columns, featureOf, indexOf, nearestTo }: Response,
  count: number,
  end: number,
): NearestShares => {
  const shares = new Float64Array(count)
  if (!nearestTo) return { start: end, shares }
  // A feature of which all columns are 0 is where it would be without it.
  const compared = featureOf.filter((_, j) => columns[j] !== 0 && indexOf[j] === undefined)
  const players = [...new Set(compared)]
  const n = players.length
  const present: boolean[] = new Array(count).fill(false)
  const start = nearestTo(present)
  if (n <= FEW) {
    const values = Array.from({ length: 1 << n }, (_, set) => {
      players.forEach((feature, i) => {
        present[feature] = (set & (1 << i)) !== 0
      })
      return nearestTo(present)
    })
    const sizeOf = (set: number): number => players.reduce((sum, _, i) => sum + ((set >> i) & 1), 0)
    // The share of the orders in which the features of a set of that size come just before another one.
    const weights = [1 / Math.max(1, n)]
    for (let size = 1; size < n; size++) weights.push((weights[size - 1] * size) / (n - size))
    values.forEach((value, set) => {
      players.forEach((feature, i) => {
        const other = set | (1 << i)
        if (other !== set) shares[feature] += weights[sizeOf(set)] * (values[other] - value)
      })
    })
  } else {
    const { uniform } = createRandom(1, 'explain')
    for (let k = 0; k < ORDERS; k++) {
      const drawn = players.map((feature, i) => ({ feature, at: uniform(k * n + i) }))
      const order = drawn.sort((a, b) => a.at - b.at).map(({ feature }) => feature)
      for (const each of [order, order.slice().reverse()]) {
        present.fill(false)
        let before = start
        for (const feature of each) {
          present[feature] = true
          const now = nearestTo(present)
          shares[feature] += (now - before) / (2 * ORDERS)
          before = now
        }
      }
    }
  }
  // All features are there again, and what rounding has left open goes to the one with the largest share.
  const missing = nearestTo(present.map(() => true)) - start - shares.reduce((sum, share) => sum + share, 0)
  const largest = shares.reduce((most, share, i) => (Math.abs(share) > Math.abs(shares[most]) ? i : most), 0)
  if (n > 0) shares[largest] += missing
  return { start, shares }
}
