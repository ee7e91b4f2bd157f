import { shown } from '../options/shown.js'
import { LARGEST } from '../program/abi.js'
import type { Cursor, Value } from '../values.js'

export { LARGEST }

/** Why a row is refused: the field, and the reason as a sentence for people to read. */
export interface Refused {
  readonly field: string
  readonly reason: string
}

export const isMissing = (value: unknown): boolean => value === undefined || value === null
/** The largest number of characters in a name: names are kept, and sent to every page with each frame. */
const LONGEST_NAME = 1000
export const isName = (value: unknown): value is Value =>
  typeof value === 'string'
    ? value.length <= LONGEST_NAME
    : typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
/** Tells whether a value can be the place of a row in its source, which a snapshot holds. */
export const isCursor = (value: unknown): value is Cursor => isName(value) && typeof value !== 'boolean'
/** Returns the place of a row in its source, if a value can be one. */
export const cursorIn = (value: unknown): Cursor | undefined => (isCursor(value) ? value : undefined)
export const A_NAME: string = `a name, which is text of at most ${LONGEST_NAME} characters, a finite number, true or false`

/** The reason of a refusal if a field is missing and its policy is `reject`. */
export const MISSING = 'is missing, and its policy is to reject'

/** Tells whether a number is finite and small enough to learn from. */
export const isInBounds = (x: number): boolean => x >= -LARGEST && x <= LARGEST

/** Returns the reason to refuse a value that should be a number. */
export const notANumber = (value: unknown): string => `is ${shown(value)}; expected a number within ±1e150`

/** Tells whether a value is a valid weight: a number of at least 0, or left out. */
export const isWeight = (value: unknown): boolean =>
  isMissing(value) || (typeof value === 'number' && value >= 0 && value <= LARGEST)
