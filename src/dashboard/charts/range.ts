export type Range = readonly [from: number, to: number]

/**
 * Returns the range of the values of some lines, with some room around it. Of each line, the share `apart` of its
 * lowest and of its highest values may lie outside, because a wild beginning would flatten all the rest; its newest
 * value is always inside.
 */
export const rangeOf = (lines: readonly (readonly (number | null)[])[], apart: number): Range => {
  const seen = lines.flatMap((line) => {
    const values = line.filter((value) => value !== null && Number.isFinite(value)) as number[]
    const newest = values.slice(-1)
    values.sort((a, b) => a - b)
    const outside = Math.floor(values.length * apart)
    return values.length === 0 ? [] : [values[outside]!, values[values.length - 1 - outside]!, ...newest]
  })
  if (seen.length === 0) return [0, 1]
  const [least, most] = [Math.min(...seen), Math.max(...seen)]
  const room = (most - least || Math.abs(most) || 1) * 0.08
  // A quantity that is never below 0, such as an error, gets no axis below 0.
  return [least >= 0 ? Math.max(0, least - room) : least - room, most + room]
}

/** Returns the next range. It grows at once, and shrinks only if it is much too large, so that the axis can be read. */
export const steadyRange = (now: Range | undefined, [from, to]: Range): Range => {
  if (now === undefined || to - from < (now[1] - now[0]) * 0.6) return [from, to]
  return [Math.min(now[0], from), Math.max(now[1], to)]
}
