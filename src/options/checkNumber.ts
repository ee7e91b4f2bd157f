import { shown } from './shown.js'

interface Range {
  /** The lower end. Default: 0. */
  readonly from?: number
  /** Whether the lower end itself is excluded. Default: it is allowed. */
  readonly open?: boolean
  /** The upper end, which is excluded. Default: Infinity. */
  readonly below?: number
  /** The upper end, which is allowed. */
  readonly most?: number
}

/**
 * Refuses a setting that is not a number in a range.
 * @param what the setting, as in `adam: beta1`
 */
export const checkNumber = (what: string, value: unknown, { from = 0, open, below = Infinity, most }: Range): void => {
  const x = value as number
  if (typeof value === 'number' && (open ? x > from : x >= from) && (most === undefined ? x < below : x <= most)) return
  const upper = most === undefined ? ` and below ${below}` : ` and at most ${most}`
  throw new RangeError(
    `${what} is ${shown(value)}; expected a number ${open ? `above ${from}` : `of at least ${from}`}${(most ?? below) === Infinity ? '' : upper}.`,
  )
}
