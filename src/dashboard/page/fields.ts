import { type Field, isCategory } from '../../features/field.js'
import type { FieldSettings } from '../../features/kind.js'
import { knownFieldOf } from '../../features/kinds.js'

/** Whether its values are numbers; one of a kind that the page does not know may have both, and names stay as they are. */
export const isNumber = (field: FieldSettings | Field | undefined): boolean => {
  const known = field && knownFieldOf(field)
  return !known || !isCategory(known)
}
