import { LARGEST } from '../program/abi.js'
import type { Value } from '../values.js'

export { LARGEST }

/** Why a row is not taken: which of its fields, and a sentence for a person. */
export interface Refused {
  readonly field: string
  readonly reason: string
}

export const isMissing = (value: unknown): boolean => value === undefined || value === null
export const isName = (value: unknown): value is Value =>
  typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))

/** More of a text than this says no more. */
const LONGEST = 60

/** A value as a sentence shows it. */
export const shown = (value: unknown): string => {
  if (typeof value === 'string') return value.length > LONGEST ? `'${value.slice(0, LONGEST)}…'` : `'${value}'`
  if (typeof value === 'function') return 'a function'
  // an object need not know how to be a text
  return typeof value === 'object' && value !== null ? (Array.isArray(value) ? 'an array' : 'an object') : String(value)
}

/** Why a row without a field is refused, where the field's policy says so. */
export const MISSING = 'missing, and its policy is to reject'

/** Whether a number may be learned from. */
export const isInBounds = (x: number): boolean => x >= -LARGEST && x <= LARGEST

/** Why a value is refused that should be a number. */
export const notANumber = (value: unknown): string =>
  typeof value === 'number'
    ? `expected a finite number (up to ±1e150), was given ${value}`
    : `expected a number, was given ${shown(value)}`

/** A weight is a number from 0 up, or left out. */
export const isWeight = (value: unknown): boolean =>
  isMissing(value) || (typeof value === 'number' && value >= 0 && value <= LARGEST)
