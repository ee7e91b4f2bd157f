import { oneOf } from '../options/oneOf.js'
import { DIRECTIONS, type Direction } from './detector.js'

export interface HddmConfig {
  /** The probability α of a false drift. Default: 0.001. */
  readonly drift?: number
  /** The probability of a false warning. Default: 0.005. */
  readonly warning?: number
  /** Which change is a drift. Default: 'up', because a model's errors should fall. */
  readonly direction?: Direction
}

/** Checks the probabilities of a false drift and of a false warning, and the direction. */
export const checkHddm = (by: string, { drift, warning, direction }: Required<HddmConfig>): void => {
  oneOf(by, 'direction', direction, DIRECTIONS)
  if (!(drift > 0 && drift <= warning && warning < 1))
    throw new RangeError(
      `${by}: drift is ${drift} and warning ${warning}; expected probabilities between 0 and 1, the second at least the first.`,
    )
}
