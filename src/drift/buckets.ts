/**
 * An exponential histogram of a window: buckets of 1, 2, 4, 8, … values, each with their sum and Σ (x − μ)².
 *
 * Datar, Gionis, Indyk and Motwani, "Maintaining stream statistics over sliding windows" (2002).
 */
export interface Buckets {
  width: number
  total: number
  /** Σ (x − μ)² over the window. */
  variance: number
  /** The buckets by size, the smallest first; within a size, the oldest first. */
  readonly levels: Level[]
}

export interface Level {
  readonly sums: number[]
  readonly variances: number[]
}

export const createBuckets = (): Buckets => ({ width: 0, total: 0, variance: 0, levels: [] })

/** The number of values in a bucket of a level. */
export const sizeOf = (level: number): number => {
  let size = 1
  for (let i = 0; i < level; i++) size += size
  return size
}

/** Returns Σ (x − μ)² between two groups of n₀ and n₁ values: n₀n₁(μ₀ − μ₁)²/(n₀ + n₁). */
const between = (n0: number, sum0: number, n1: number, sum1: number): number => {
  const difference = sum0 / n0 - sum1 / n1
  return (n0 * n1 * difference * difference) / (n0 + n1)
}

/** Adds a value, and merges the two oldest buckets of a size of which there are more than `most`. */
export const insert = (window: Buckets, value: number, most: number): void => {
  const { levels } = window
  if (window.width > 0) window.variance += between(window.width, window.total, 1, value)
  window.width += 1
  window.total += value
  push(levels, 0, value, 0)
  for (let level = 0; levels[level].sums.length > most; level++) {
    const { sums, variances } = levels[level]
    const [a, b] = sums.splice(0, 2)
    const [va, vb] = variances.splice(0, 2)
    push(levels, level + 1, a + b, va + vb + between(sizeOf(level), a, sizeOf(level), b))
  }
}

const push = (levels: Level[], level: number, sum: number, variance: number): void => {
  if (levels.length === level) levels.push({ sums: [], variances: [] })
  levels[level].sums.push(sum)
  levels[level].variances.push(variance)
}

/** Removes the oldest bucket. */
export const dropOldest = (window: Buckets): void => {
  const { levels } = window
  const last = levels.length - 1
  const n = sizeOf(last)
  const sum = levels[last].sums.shift() as number
  const variance = levels[last].variances.shift() as number
  if (levels[last].sums.length === 0) levels.pop()
  window.width -= n
  window.total -= sum
  window.variance = window.width > 0 ? window.variance - variance - between(n, sum, window.width, window.total) : 0
}

/** Returns why these are not buckets as `insert` with the same `most` and `dropOldest` leave them, or undefined. */
export const problemOfBuckets = ({ width, levels }: Buckets, most: number): string | undefined => {
  let values = 0
  for (let level = 0; level < levels.length; level++) {
    const { sums, variances } = (levels[level] ?? {}) as { readonly [K in keyof Level]?: unknown }
    const are = (list: unknown): list is number[] =>
      Array.isArray(list) && list.length <= most && list.every((x) => typeof x === 'number')
    if (!are(sums) || !are(variances) || sums.length !== variances.length) return `has other buckets at level ${level}`
    values += sums.length * sizeOf(level)
  }
  if (levels.length > 0 && levels[levels.length - 1].sums.length === 0) return 'has no bucket at its last level'
  return width === values ? undefined : `has buckets of ${values} values in all for a width of ${width}`
}
