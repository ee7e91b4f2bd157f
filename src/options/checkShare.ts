import { shown } from './shown.js'

/**
 * Refuses a setting that is not a share, from 0 to 1.
 * @param what the setting and its verb, as in `sea: noise is`
 */
export const checkShare = (what: string, value: unknown): void => {
  if (!((value as number) >= 0 && (value as number) <= 1))
    throw new RangeError(`${what} ${shown(value)}; expected a share from 0 to 1.`)
}
