import { text } from '../../features/text.js'
import { InputError } from './inputError.js'
import { type Column, columnName } from './schema.js'

/** Where else columns were named. */
export interface NamedElsewhere {
  readonly target: string
  readonly time: string | undefined
  readonly without: readonly string[]
}

/**
 * Returns the columns that were named as free text, each with its field: `text()` where no kind was given.
 *
 * @throws InputError for a kind that does not read a text, or a column that was named as something else as well
 */
export const textColumns = (columns: readonly Column[], { target, time, without }: NamedElsewhere): Column[] =>
  columns.map(({ name, field = text() }) => {
    const written = columnName(name)
    if (field.kind !== 'text')
      throw new InputError(`--text ${written}:${field.kind}: expected a text, as in ${written} or ${written}:text(2).`)
    if (name === target)
      throw new InputError(`"${name}" is the target, so it cannot be a feature as well; remove it from --text.`)
    if (name === time || without.includes(name))
      throw new InputError(
        `--text and --${name === time ? 'time' : 'without'} both name "${name}"; remove it from one of them.`,
      )
    return { name, field }
  })

/**
 * Gives the columns that were named as free text their fields, and adds those that are not among the others.
 *
 * @throws InputError if such a column was given another kind as well
 */
export const withTexts = (columns: readonly Column[], texts: readonly Column[]): readonly Column[] => {
  for (const { name, field } of columns)
    if (field !== undefined && field.kind !== 'text' && texts.some((text) => text.name === name))
      throw new InputError(`"${name}" is a ${field.kind}, so it cannot be free text; remove it from --text.`)
  const named = new Map(texts.map((each) => [each.name, each]))
  const others = texts.filter(({ name }) => !columns.some((column) => column.name === name))
  return [
    ...columns.map((column) => (column.field === undefined ? (named.get(column.name) ?? column) : column)),
    ...others,
  ]
}
