/** Distances that differ by less are equal, such as those of 0.3 and 0.7, which are no exact numbers. */
const CLOSE = 1e-12

/** Returns the index of the level that is nearest to ½, the lower one of two that are equally near. */
export const middleOf = (levels: readonly number[]): number =>
  levels.reduce((middle, level, i) => (Math.abs(level - 0.5) < Math.abs(levels[middle] - 0.5) - CLOSE ? i : middle), 0)

/** Returns the quantile of that level of each row; `quantiles` has those of all levels, row by row. */
export const middlesOf = (quantiles: Float64Array, levels: readonly number[]): Float64Array => {
  const [count, middle] = [levels.length, middleOf(levels)]
  return Float64Array.from({ length: quantiles.length / count }, (_, i) => quantiles[i * count + middle])
}
