import { didYouMean, InputError } from '../../sources/index.js'

/** Returns the name that an option gives, of those that there are. */
export const oneOf = <T extends string>(
  name: string,
  text: string | undefined,
  names: readonly T[],
  synonym?: (word: string) => T | undefined,
): T | undefined => {
  if (text === undefined) return undefined
  const found = names.find((known) => known === text)
  if (found === undefined) {
    const meant = synonym?.(text)
    const hint = meant === undefined ? didYouMean(text, names) : ` Did you mean "${meant}"?`
    throw new InputError(`--${name} "${text}": expected one of ${names.join(', ')}.${hint}`)
  }
  return found
}

/** Returns the whole number that an option gives. */
export const whole = (
  name: string,
  text: string | undefined,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number | undefined => {
  if (text === undefined) return undefined
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= least && value <= most))
    throw new InputError(
      `--${name} "${text}": expected a whole number of at least ${least}${most < Number.MAX_SAFE_INTEGER ? ` and at most ${most}` : ''}.`,
    )
  return value
}

/** Returns the number above 0 that an option gives. */
export const positive = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (!(Number(text) > 0 && Number.isFinite(Number(text))))
    throw new InputError(`--${name} "${text}": expected a number above 0, such as 0.01.`)
  return Number(text)
}
