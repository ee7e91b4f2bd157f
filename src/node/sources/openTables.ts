import { existsSync, statSync } from 'node:fs'
import { expanded } from './glob.js'
import { InputError } from './inputError.js'
import { openTable } from './openTable.js'
import type { Table, TableConfig } from './table.js'

/**
 * Opens several files of the same columns as one table, whose rows follow one another. Each file may have its columns
 * in an order of its own; all are read by what the first rows of the first file show.
 *
 * @param names paths, patterns such as `data/*.csv`, or - for stdin
 * @throws InputError if a file cannot be opened, or lacks a column of the first one
 */
export const openTables = async (names: readonly string[], config: TableConfig = {}): Promise<Table> => {
  // A file may have a name that looks like a pattern.
  const patterns = names.filter((name) => !existsSync(name))
  const files = patterns.length === 0 ? names : (await Promise.all(names.map(filesNamed))).flat()
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
  async function* inTurn<T>(read: (table: Table) => AsyncIterable<T>): AsyncGenerator<T> {
    yield* read(first)
    for (const other of others) {
      if (config.signal?.aborted) return
      current = await openTable(other, { ...config, onRead, contents: first.contents, lookAhead: 1 })
      const lacking = first.columns.find((column) => !current.columns.includes(column))
      if (lacking !== undefined && current.format === 'csv')
        throw new InputError(`${other} has no column "${lacking}", but ${path} has; give files of the same columns.`)
      yield* read(current)
    }
  }
  const { format, columns, contents, isSettled } = first
  return {
    ...{ format, columns, contents, isSettled },
    get name() {
      return current.name
    },
    get sample() {
      return first.sample
    },
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
