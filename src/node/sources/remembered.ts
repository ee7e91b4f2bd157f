import { isRecalled } from '../../features/field.js'
import { nameCount } from './columnNotes.js'
import type { Contents } from './content.js'
import { InputError } from './inputError.js'
import { type Column, columnName } from './schema.js'

/**
 * Refuses a field that remembers earlier numbers of a column that has none: one of names, or one that no row holds
 * because it is recalled itself.
 *
 * @param columns all features that were named
 */
export const refuseUnremembered = ({ name, field }: Column, contents: Contents, columns: readonly Column[]): void => {
  if (field === undefined || !isRecalled(field)) return
  const what = `${columnName(name)}:${field.kind}`
  for (const read of field.memory?.().reads ?? []) {
    const recalled = columns.find(
      (other) => other.name === read && other.field !== undefined && isRecalled(other.field),
    )
    if (recalled !== undefined && !contents.has(read))
      throw new InputError(
        `${what} reads "${read}", which is a ${recalled.field?.kind} and in no row; expected a column of the input, such as the one that "${read}" reads.`,
      )
    const content = contents.get(read)
    if (content === undefined) continue
    const { census, dressed } = content
    if (content.holds !== 'objects' && (content.holds !== 'names' || census.numbers + dressed.inAnyUnit > 0)) continue
    const has =
      content.holds === 'objects'
        ? 'objects or arrays'
        : `${nameCount(census.distinct.size)}, such as "${census.example}"`
    throw new InputError(`${what} reads "${read}", which has ${has}; expected a column of numbers.`)
  }
}
