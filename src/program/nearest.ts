import { CLASSES, NEAREST_FURTHEST, NEAREST_SOFTENED } from './abi.js'
import type { Arithmetic } from './arithmetic.js'
import { bringKernels } from './interpret.js'
import type { Kernels } from './kernel.js'

/** The slot of m that the next row takes after `count` of them; any number is safe, as a snapshot may hold it. */
const nextSlot = (count: number, m: number): number => {
  const slot = Math.floor(count - m * Math.floor(count / m))
  return slot > 0 && slot < m ? slot : 0
}

/** Returns the squared distance of row x, at v[x], to the row in a slot, summed column by column. */
type Distance = (slot: number) => number

/** Finds the k nearest rows, the nearer first and the newer first among equals. */
const findNearest = (distance: Distance, count: number, m: number, k: number): { slot: number; squared: number }[] => {
  const found: { slot: number; squared: number }[] = []
  const full = !(count < m)
  const oldest = full ? nextSlot(count, m) : 0
  const rows = full ? m : Math.max(0, Math.floor(count))
  for (let i = 0; i < rows; i++) {
    const slot = (oldest + i) % m
    const sum = distance(slot)
    const squared = sum < NEAREST_FURTHEST ? sum : NEAREST_FURTHEST
    if (found.length === k) {
      if (!(squared <= found[k - 1].squared)) continue
      found.pop()
    }
    let at = found.length
    while (at > 0 && found[at - 1].squared >= squared) at--
    found.splice(at, 0, { slot, squared })
  }
  return found
}

/**
 * A memory of the last m rows, in f64: how many it has taken in, the m numbers of each of n columns, and those of each
 * label. A row takes the slot of the oldest one.
 */
const nearestKernels = ({ shift }: Arithmetic): Kernels => ({
  /** Takes a row's n columns (at a) and its k labels (at b) into the memory at out. */
  remember: (v, d, out, a, b, _c, n, m, k) => {
    const base = out >> 3
    const slot = base + 1 + nextSlot(d[base], m)
    for (let j = 0; j < n; j++) d[slot + j * m] = v[(a >> shift) + j]
    for (let t = 0; t < k; t++) d[slot + (n + t) * m] = d[(b >> 3) + t]
    d[base]++
  },
  /**
   * The mean of the labels of the k rows in the memory (at b) that are nearest to a row (its n columns at a), each of
   * the weight 1/(‖x − xᵢ‖²/n + 0.001); for classes, the share of each. All are 0 before the first row. Behind these
   * results stands the row's own x, in f64.
   */
  nearest: (v, d, out, a, b, _c, n, m, k, flags) => {
    const base = b >> 3
    const results = flags >> 1
    const x = (out >> 3) + results
    for (let j = 0; j < n; j++) d[x + j] = v[(a >> shift) + j]
    const found = findNearest(
      (slot) => {
        let sum = 0
        for (let j = 0; j < n; j++) {
          const difference = d[x + j] - d[base + 1 + j * m + slot]
          sum += difference * difference
        }
        return sum
      },
      d[base],
      m,
      k,
    )
    const weights = found.map(({ squared }) => 1 / (squared / Math.max(n, 1) + NEAREST_SOFTENED))
    let total = 0
    for (const weight of weights) total += weight
    d.fill(0, out >> 3, (out >> 3) + results)
    found.forEach(({ slot }, i) => {
      const labels = base + 1 + n * m + slot
      const share = weights[i] / total
      if (!(flags & CLASSES)) {
        for (let t = 0; t < results; t++) d[(out >> 3) + t] += share * d[labels + t * m]
        return
      }
      const label = d[labels]
      if (label >= 0 && label < results) d[(out >> 3) + Math.floor(label)] += share
    })
  },
})

/** Brings these kernels to the interpreter, so that only bundles with experts hold them. */
export const bringNearestKernels = (): void => bringKernels(nearestKernels)
