import { shown } from './shown.js'
import { suggestion } from './suggestion.js'

/** Refuses a setting that is not one of the known ones; undefined is accepted, because it selects the default. */
export const oneOf = (what: string, setting: string, given: string | undefined, known: readonly string[]): void => {
  if (given !== undefined && !known.includes(given))
    throw new RangeError(
      `${what}: ${setting} is ${shown(given)}; expected one of ${known.join(', ')}.${suggestion(given, known)}`,
    )
}
