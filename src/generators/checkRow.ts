import { shown } from '../options/shown.js'

/** Refuses a place in a stream that is not a whole number of rows. */
export const checkRow = (what: string, value: unknown, least = 0): void => {
  if (!Number.isInteger(value) || (value as number) < least)
    throw new RangeError(`${what} ${shown(value)}; expected a whole number of rows, at least ${least}.`)
}
