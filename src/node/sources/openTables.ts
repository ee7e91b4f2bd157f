import { existsSync, statSync } from 'node:fs'
import { nearest } from '../../options/nearest.js'
import { expanded } from './glob.js'
import { InputError, noFile } from './inputError.js'
import { openTable } from './openTable.js'
import type { LaterColumn, Table, TableConfig } from './table.js'

/**
 * Opens several files of the same columns as one table, whose rows follow one another. Each file may have its columns
 * in an order of its own; all are read by what the first rows of the first file show. Columns that only later files have
 * are left out, and are listed in `laterColumns`.
 *
 * @param names paths, patterns such as `data/*.csv`, or - for stdin
 * @throws InputError if a file cannot be opened, or lacks a column of the first one
 */
export const openTables = async (names: readonly string[], config: TableConfig = {}): Promise<Table> => {
  // A file may have a name that looks like a pattern.
  const patterns = names.filter((name) => !existsSync(name))
  const files = patterns.length === 0 ? names : (await Promise.all(names.map(filesNamed))).flat()
  // Otherwise a misspelt name would be found out only after the files before it had been learned.
  for (const file of files) if (file !== '-' && !existsSync(file)) throw noFile(file)
  const [path, ...others] = files
  let read = 0
  const onRead = (bytes: number): void => {
    read += bytes
    config.onRead?.(bytes)
  }
  const first = await openTable(path, { ...config, onRead })
  const size = files.reduce((sum, file) => sum + sizeOf(file), 0)
  const share = (): number | undefined => (size > 0 ? Math.min(read / size, 1) : undefined)
  let current = first
  const laterColumns: LaterColumn[] = []
  /** Refuses a table that lacks a column of the first one, and notes the columns that only it has. */
  const compare = ({ name, format, columns, headerLine = 1 }: Table): void => {
    const others = columns.filter((column) => !first.columns.includes(column))
    const lacking = first.columns.find((column) => !columns.includes(column))
    if (lacking !== undefined && format === 'csv') {
      const near = nearest(lacking, others)
      throw new InputError(
        `${name}, line ${headerLine}: there is no column "${lacking}", which ${path} has; give files of the same columns${near === undefined ? '' : `, and rename "${near}" if it is that column`}.`,
      )
    }
    for (const column of others)
      if (!laterColumns.some((known) => known.name === column)) laterColumns.push({ name: column, file: name })
  }
  async function* inTurn<T>(read: (table: Table) => AsyncIterable<T>): AsyncGenerator<T> {
    yield* read(first)
    for (const other of others) {
      if (config.signal?.aborted) return
      current = await openTable(other, { ...config, onRead, contents: first.contents, lookAhead: 1 })
      compare(current)
      yield* read(current)
    }
  }
  return {
    format: first.format,
    columns: first.columns,
    contents: first.contents,
    isSettled: first.isSettled,
    get name() {
      return current.name
    },
    get sample() {
      return first.sample
    },
    laterColumns,
    isOneOfMany: others.length > 0,
    share,
    rows: (schema, keep) => inTurn((table) => table.rows(schema, keep)),
    blocks: (schema) => inTurn((table) => table.blocks(schema)),
  }
}

const filesNamed = async (name: string): Promise<readonly string[]> =>
  name === '-' || existsSync(name) ? [name] : expanded([name])

/** Returns the size of a file in bytes; NaN for a pipe, whose end is not known. */
const sizeOf = (file: string): number => {
  const found = statSync(file, { throwIfNoEntry: false })
  return found?.isFile() ? found.size : Number.NaN
}
