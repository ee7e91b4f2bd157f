import { shown } from '../options/shown.js'

/** Refuses a place in a stream that is not a whole number of rows. */
export const checkRow = (what: string, value: unknown, least = 0): void => {
  if (!Number.isInteger(value) || (value as number) < least)
    throw new RangeError(`${what} ${shown(value)}; expected a whole number of rows, at least ${least}.`)
}

/** Refuses a stream that cannot be iterated; a text can be, but has no rows. */
export const checkStream = (by: string, stream: unknown): void => {
  if (typeof stream === 'string' || typeof Object(stream)[Symbol.iterator] !== 'function')
    throw new TypeError(
      `${by}: a stream is ${shown(stream)}; expected rows that can be iterated, such as generators.sea().`,
    )
}
