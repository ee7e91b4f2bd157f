import type { Floats } from '../values.js'
import type { Field } from './field.js'
import { isInBounds, isMissing, MISSING, notANumber } from './refusal.js'

/** Writes a number, or true or false, or NaN for a missing value. It returns the reason if the value is refused. */
export const encodeNumber = ({ missing }: Field, value: unknown, into: Floats, at: number): string | undefined => {
  if (isMissing(value)) {
    into[at] = Number.NaN
    return missing === 'reject' ? MISSING : undefined
  }
  const isNumber = typeof value === 'number' ? isInBounds(value) : typeof value === 'boolean'
  if (!isNumber) return notANumber(value)
  into[at] = Number(value)
  return undefined
}
