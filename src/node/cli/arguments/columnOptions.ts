import type { Fields } from '../../../features/field.js'
import { type Column, didYouMean, InputError, readColumns, readSchema } from '../../sources/index.js'

/** The options that name columns, as they were given. They are read once the columns of the input are known. */
export interface ColumnOptions {
  readonly target?: string | undefined
  readonly features?: string | undefined
  readonly time?: string | undefined
  readonly text?: string | undefined
  readonly without?: string | undefined
  readonly by?: string | undefined
  readonly byKey?: string | undefined
  readonly keep?: string | undefined
  readonly schema?: string | undefined
}

/** The columns that the options name. */
export interface ChosenColumns {
  readonly target: Column | undefined
  readonly features: readonly Column[] | undefined
  readonly time: string | undefined
  readonly text: readonly Column[]
  readonly without: readonly string[]
  /** The column that tells series apart within a model. */
  readonly by: string | undefined
  /** The column for each of whose values there is a model. */
  readonly byKey: string | undefined
  readonly keep: readonly string[]
}

/**
 * Reads the options that name columns.
 *
 * @param known the columns of the input, whose names may have spaces and punctuation
 * @throws InputError if an option cannot be read
 */
export const chosenColumns = (options: ColumnOptions, known: readonly string[]): ChosenColumns => {
  const { target, features, time, text, without, keep } = options
  const schema = options.schema === undefined ? undefined : readSchema(options.schema, known)
  if (schema !== undefined && features !== undefined)
    throw new InputError('--schema and --features both name the features; give only one of them.')
  const namesOf = (name: string, text: string | undefined): string[] =>
    namedColumns(name, text, known)?.map((column) => column.name) ?? []
  const nameOf = (option: string, given: string | undefined): string | undefined =>
    given === undefined ? undefined : oneColumn(option, given, known)?.name
  const byKey = nameOf('by-key', options.byKey)
  const by = nameOf('by', options.by)
  return {
    target: targetOf(target, known, schema && columnsOf(schema.target)[0]),
    features: schema !== undefined ? columnsOf(schema.features) : namedColumns('features', features, known),
    time: nameOf('time', time),
    text: namedColumns('text', text, known) ?? [],
    without: namesOf('without', without),
    // All rows of a model are of one series then.
    by: by === byKey ? undefined : by,
    byKey,
    keep: namesOf('keep', keep),
  }
}

/**
 * Refuses columns that the input lacks, and keys that are no keys. Those of features and texts are checked with them.
 *
 * @throws InputError for the first of them
 */
export const refuseUnknown = ({ target, keep, by, byKey }: ChosenColumns, known: readonly string[]): void => {
  for (const [option, names] of Object.entries({ keep, by: [by], 'by-key': [byKey] }))
    for (const name of names)
      if (name !== undefined && !known.includes(name))
        throw new InputError(
          `--${option}: there is no column "${name}"; the columns are ${known.join(', ')}.${didYouMean(name, known)}`,
        )
  if (byKey !== undefined && byKey === target?.name)
    throw new InputError(
      `--by-key "${byKey}" is the target; expected a column that is known before it, such as a device.`,
    )
}

const columnsOf = (fields: Fields): Column[] => Object.entries(fields).map(([name, field]) => ({ name, field }))

const namedColumns = (name: string, text: string | undefined, known: readonly string[]): Column[] | undefined => {
  if (text === undefined) return undefined
  const columns = readColumns(text, `--${name}`, known)
  if (columns.length === 0) throw new InputError(`--${name} names no column; expected names, such as "a, b".`)
  return columns
}

/** Returns the target. If --target gives no kind, the kind is that of the schema. */
const targetOf = (
  text: string | undefined,
  known: readonly string[],
  ofSchema: Column | undefined,
): Column | undefined => {
  const target = text === undefined ? undefined : oneColumn('target', text, known)
  return target === undefined || (target.field === undefined && target.name === ofSchema?.name) ? ofSchema : target
}

/** Reads the name of one column, which may have spaces whether or not the input has it. */
const oneColumn = (option: string, text: string, known: readonly string[]): Column | undefined => {
  const name = text.trim()
  const isPhrase = /\s/.test(name) && !/[,"]/.test(name)
  try {
    const columns = namedColumns(option, text, known) ?? []
    if (columns.length === 1) return columns[0]
  } catch (error) {
    if (!isPhrase) throw error
  }
  if (isPhrase) return { name }
  throw new InputError(`--${option} "${text}": expected one column.`)
}
