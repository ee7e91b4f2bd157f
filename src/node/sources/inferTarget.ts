import { type CategoryField, category } from '../../features/category.js'
import type { Field } from '../../features/field.js'
import { numeric } from '../../features/numeric.js'
import type { Value } from '../../values.js'
import { almostNumeric, missingNotes, nameCount, nestedNotes, numberNotes, unreadNumbers } from './columnNotes.js'
import { type Content, valuesIn } from './content.js'
import { InputError } from './inputError.js'
import { asTarget, type Column, columnName } from './schema.js'

const mostClasses = 200

/**
 * Infers the field of the target, and adds notes on what a user might not expect.
 *
 * @throws InputError if nothing can be learned from its first values, or if they could be read in several ways
 */
export const inferTarget = (column: Column, content: Content, json: boolean, notices: string[]): Field => {
  const field = fieldOf(column, content, json, notices)
  const values = valuesIn(content)
  if (values.length === 1 && content.present > 1)
    notices.push(
      `${column.name} is ${JSON.stringify(values[0])} in all of the first ${content.present} rows; nothing can be told apart until it changes`,
    )
  return field
}

const fieldOf = ({ name, field }: Column, content: Content, json: boolean, notices: string[]): Field => {
  const declared = field?.names?.()
  if (field !== undefined && (!declared || declared.values.length > 0)) {
    if (!declared) {
      refuseTexts(name, content)
      notices.push(...numberNotes(name, content, json))
    }
    return asTarget(field)
  }
  const { holds } = content
  if (holds === 'objects')
    throw new InputError(`the target "${name}" has objects or arrays; expected numbers, texts or booleans.`)
  if (holds === 'nothing')
    throw new InputError(`the target "${name}" has no value in the first rows; nothing can be learned from them.`)
  const values = classesOf(content)
  const isBinary = values.length <= 2 && values.every((value) => Number(value) === 0 || Number(value) === 1)
  if (field === undefined) {
    if ((holds === 'numbers' || holds === 'epoch') && !(isBinary && content.dressed.count === 0)) {
      notices.push(...numberNotes(name, content, json))
      return numeric()
    }
    if (content.quotedNumbers && values.length > mostClasses) {
      notices.push(`${name} is numeric, although its numbers are in quotes`)
      return numeric()
    }
    refuseUnclear(name, content, values.length)
  }
  notices.push(...(holds === 'numbers' ? missingNotes(name, content) : []), ...nestedNotes(name, content))
  return classes(
    name,
    field,
    isBinary && values.length === 1 && typeof values[0] === 'number' ? [0, 1] : values,
    content,
    notices,
  )
}

/** Returns the names that were seen, in sorted order. Beside a text, numbers are texts as well. */
const classesOf = (content: Content): Value[] => {
  const values = valuesIn(content)
  const hasText = values.some((value) => typeof value === 'string')
  return (hasText ? values.map(String) : values).sort(inOrder)
}

/** Refuses a target that was declared to be a number and has only texts. */
const refuseTexts = (name: string, { census, dressed, present }: Content): void => {
  if (present > 0 && census.numbers + census.codes + dressed.inAnyUnit === 0)
    throw new InputError(
      `the target "${name}" was declared to be a number, but the first rows have texts such as "${census.example}"; --target '${columnName(name)}:category' makes each a class.`,
    )
}

const refuseUnclear = (name: string, content: Content, count: number): void => {
  const unread = unreadNumbers(content)
  const asClasses = `--target '${columnName(name)}:category' makes each a class`
  if (unread !== undefined) throw new InputError(`the target "${name}" is not numeric: ${unread}; ${asClasses}.`)
  if (content.holds === 'dates')
    throw new InputError(
      `the target "${name}" looks like a date (${content.census.example || content.census.most}); expected numbers or a few classes; ${asClasses}.`,
    )
  if (count > mostClasses) {
    const hint = almostNumeric(content)
    throw new InputError(
      `the target "${name}" has ${count} different texts in the first rows; expected numbers or a few classes${hint === undefined ? '' : `; ${hint}`}.`,
    )
  }
}

const classes = (
  name: string,
  field: Field | undefined,
  values: Value[],
  content: Content,
  notices: string[],
): Field => {
  const capacity = (field as Partial<CategoryField> | undefined)?.capacity
  if (capacity !== undefined && capacity < values.length)
    throw new InputError(
      `the target "${name}" has ${values.length} ${values.length === 1 ? 'class' : 'classes'} in the first rows, more than category(${capacity}) has room for.`,
    )
  if (field === undefined) {
    const isBinary = content.holds === 'numbers'
    const canBeNumber = isBinary || content.quotedNumbers || content.holds === 'marks'
    const some = `${values.slice(0, 8).join(', ')}${values.length > 8 ? ', …' : ''}`
    const hint = canBeNumber ? `--target ${columnName(name)}:numeric makes it a number` : almostNumeric(content)
    notices.push(
      `${name} is a category (${isBinary ? 'only 0 and 1' : nameCount(values.length)}): ${some}${hint === undefined ? '' : `; ${hint}`}`,
    )
  }
  return asTarget(category({ values, ...(capacity !== undefined && { capacity }) }))
}

/** Compares values: numbers come first, by size, then texts, by their letters. */
const inOrder = (a: Value, b: Value): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'number') return -1
  if (typeof b === 'number') return 1
  return String(a) < String(b) ? -1 : 1
}
