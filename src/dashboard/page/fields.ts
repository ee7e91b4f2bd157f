import { type Field, isCategory } from '../../features/field.js'
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
