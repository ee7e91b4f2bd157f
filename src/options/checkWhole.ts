import { shown } from './shown.js'

/**
 * Refuses a setting that is not a whole number of at least 1.
 * @param what the setting and its verb, as in `dense: units is`
 */
export const checkWhole = (what: string, value: unknown, example = ''): void => {
  if (!Number.isInteger(value) || (value as number) < 1)
    throw new RangeError(`${what} ${shown(value)}; expected a whole number of at least 1${example}.`)
}
