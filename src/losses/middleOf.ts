/** Returns the index of the level that is nearest to ½, the lower one of two that are equally near. */
export const middleOf = (levels: readonly number[]): number =>
  levels.reduce((middle, level, i) => (Math.abs(level - 0.5) < Math.abs(levels[middle] - 0.5) ? i : middle), 0)
