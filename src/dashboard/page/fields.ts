import { type Field, isCategory, widthOf } from '../../features/field.js'
import type { FieldSettings } from '../../features/kind.js'
import { knownFieldOf } from '../../features/kinds.js'

/**
 * Tells whether a field's values are numbers. This is true also for a kind that the page does not know, which may have
 * names as well.
 */
export const isNumber = (field: FieldSettings | Field | undefined): boolean => {
  const known = field && knownFieldOf(field)
  return !known || !isCategory(known)
}

/**
 * Returns the place of each feature's first number among a row's numbers, and behind them the number of all. A hashed
 * field has several numbers; a field of a kind that the page does not know counts as one.
 */
export const placesOf = (features: Readonly<Record<string, FieldSettings>>): readonly number[] => {
  let next = 0
  const places = Object.values(features).map((settings) => {
    const place = next
    const field = knownFieldOf(settings)
    next += field ? widthOf(field) : 1
    return place
  })
  return [...places, next]
}
