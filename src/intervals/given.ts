/** The bounds of errors as of each of the last steps: plain data, which a snapshot saves. */
export interface GivenBounds {
  /** The steps in rising order, as a ring whose oldest is at `next` once it is full. */
  readonly steps: number[]
  readonly below: number[]
  readonly above: number[]
  next: number
}

/** Distances of a number to the bounds of its interval: NaN before the first error is known. */
export interface Bounds {
  below: number
  above: number
}

export const noBounds = (): GivenBounds => ({ steps: [], below: [], above: [], next: 0 })

/** Keeps bounds as those from a step on, in place of others of this step or of the oldest of `most`; returns where. */
export const keepBounds = (given: GivenBounds, step: number, { below, above }: Bounds, most: number): number => {
  const { steps, next } = given
  const count = steps.length
  const last = count < most ? count - 1 : (next + most - 1) % most
  const at = steps[last] === step ? last : count < most ? count : next
  if (at === next && count === most) given.next = (next + 1) % most
  steps[at] = step
  given.below[at] = below
  given.above[at] = above
  return at
}

/**
 * Returns the place of the bounds as of a step: those of the last step that is not after it, or the oldest of `most`
 * that are kept; −1 if there were none yet.
 */
export const placeAt = ({ steps, next }: GivenBounds, step: number, most: number): number => {
  const count = steps.length
  const placeOf = (i: number): number => (next + i) % count
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (steps[placeOf(middle)] <= step) low = middle + 1
    else high = middle
  }
  return low === 0 && count < most ? -1 : placeOf(Math.max(0, low - 1))
}

/** Writes the bounds as of a step; NaN if there were none yet. */
export const boundsAt = (given: GivenBounds, step: number, most: number, into: Bounds): void => {
  const at = placeAt(given, step, most)
  into.below = at < 0 ? Number.NaN : given.below[at]
  into.above = at < 0 ? Number.NaN : given.above[at]
}
