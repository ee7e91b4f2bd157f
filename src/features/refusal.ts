import type { Value } from '../values.js'
import type { Field } from './field.js'

/** Beyond this a number counts as not finite: its square must still have room. */
export const LARGEST = 1e150

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

/** Why a value is refused, for a person. */
export const reasonFor = (name: string, field: Field, value: unknown): string => {
  if (isMissing(value)) return `${name}: missing, and its policy is to reject`
  if (field.kind === 'category')
    return isName(value)
      ? `${name}: ${shown(value)} is a new name, and all ${field.capacity} columns are taken`
      : `${name}: expected a name, was given ${shown(value)}`
  return typeof value === 'number'
    ? `${name}: expected a finite number (up to ±1e150), was given ${value}`
    : `${name}: expected a number, was given ${shown(value)}`
}

/** A weight is a number from 0 up, or left out. */
export const isWeight = (value: unknown): boolean =>
  isMissing(value) || (typeof value === 'number' && value >= 0 && value <= LARGEST)
