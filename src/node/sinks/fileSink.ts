import { type FileHandle, open } from 'node:fs/promises'
import { oneOf } from '../../options/oneOf.js'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import type { CountingSink } from '../../results/sink.js'
import type { Row } from '../../values.js'
import type { Format } from '../sources/index.js'
import { writeError } from '../store/writeError.js'
import { type CsvLines, columnsOf, csvLines } from './csvLines.js'
import { headerIn, isObjectFrom, lastLineEnd } from './fileTail.js'
import { jsonOf, queuedSink } from './queuedSink.js'

export interface FileSinkOptions {
  /** Default: CSV if the name ends in `.csv`, otherwise NDJSON. */
  readonly format?: Format | undefined
  /** The columns of CSV. Default: those of the header if the file has one, otherwise those of the first row. */
  readonly columns?: readonly string[] | undefined
  /** What separates the cells of CSV. Default: a comma. */
  readonly delimiter?: string
  /** Whether to go on behind what the file has; with false, that is lost. Default: true. */
  readonly append?: boolean
}

/**
 * Writes rows to a file, or to stdout by the path `-`: as NDJSON, or as CSV under one header. `fileSource` reads them back
 * to the same values.
 *
 * A file that exists is gone on with, without a second header; a last line that a crash has cut is taken away. In CSV, the
 * parts of an object have columns such as `probabilities.yes`; a column that the header lacks is left out, and the first
 * one is a warning of the process. When it is read again, a text of digits is a number, true and false are texts, and a
 * line end within a text is LF.
 *
 * @throws TypeError for a path that is no text and for an unknown option; from `write`, TypeError for a value that cannot
 * be written, and Error that says why the file cannot
 * @example
 * const predictions = fileSink('predictions.csv')
 * row$.pipe(learn(model), writeTo(predictions, { keep: ['time'] })).subscribe()
 */
export const fileSink = (path: string, options: FileSinkOptions = {}): CountingSink => {
  const by = 'fileSink'
  const given = optionsOf(by, options, { format: undefined, columns: undefined, delimiter: ',', append: true })
  const { delimiter, append, columns } = given
  if (typeof path !== 'string' || path === '')
    throw new TypeError(
      `${by}: the path is ${shown(path)}; expected that of a file, such as 'predictions.csv', or '-'.`,
    )
  oneOf(by, 'format', given.format, ['ndjson', 'csv'])
  if (typeof delimiter !== 'string' || delimiter.length !== 1 || /["\r\n]/.test(delimiter))
    throw new TypeError(`${by}: delimiter is ${shown(delimiter)}; expected one character, such as ';'.`)
  if (columns !== undefined && (!Array.isArray(columns) || columns.some((name) => typeof name !== 'string')))
    throw new TypeError(
      `${by}: columns is ${shown(columns)}; expected names of columns, such as ['time', 'prediction'].`,
    )
  const isCsv = (given.format ?? (/\.(csv|tsv)$/i.test(path) ? 'csv' : 'ndjson')) === 'csv'
  if (!isCsv && columns !== undefined)
    throw new TypeError(
      `${by}: columns is given for NDJSON; expected it for CSV alone: choose them by rows of writeTo.`,
    )
  const name = `${by} ${path}`
  const isStdout = path === '-'

  let handle: FileHandle | undefined
  let csv: CsvLines | undefined
  /** The header that was found in the file, until it has been compared with a row. */
  let header: readonly string[] | undefined
  let isWarned = false
  let hasBegun = false

  const warn = (column: string): void => {
    if (isWarned) return
    isWarned = true
    process.emitWarning(
      `${name}: the column ${column} is not in the header, and is left out; give columns, or write NDJSON.`,
    )
  }
  /** Finds where the whole lines of a file end, and takes away what a crash has left behind them. */
  const endOf = async (file: FileHandle): Promise<number> => {
    const [end, { size }] = [await lastLineEnd(file, isCsv, delimiter), await file.stat()]
    if (end >= size) return end
    // An object that lacks nothing but the end of its line is whole.
    if (!isCsv && (await isObjectFrom(file, end, size))) {
      await file.appendFile('\n')
      return size + 1
    }
    process.emitWarning(`${name}: its last line is cut, and the ${size - end} bytes of it are taken away.`)
    await file.truncate(end)
    return end
  }
  const opened = async (): Promise<FileHandle> => {
    // What this sink has written itself is never taken away.
    const goesOn = append || hasBegun
    const file = await open(path, goesOn ? 'a+' : 'w+')
    try {
      const end = goesOn ? await endOf(file) : 0
      if (isCsv && end > 0) {
        header = await headerIn(file, name, delimiter, columns)
        csv = csvLines(name, header, delimiter, warn)
      }
      return file
    } catch (error) {
      await file.close()
      throw error
    }
  }
  const textOf = (rows: readonly Row[]): string => {
    if (!isCsv) return rows.map((row) => `${jsonOf(name, row)}\n`).join('')
    const names = [...new Set(columnsOf(name, rows[0]!).map(([column]) => column))]
    if (header !== undefined && !names.some((column) => header?.includes(column)))
      throw new TypeError(
        `${name}: its header is ${shown(header.join(delimiter))}, and the row has none of these columns; name another file, or give append: false.`,
      )
    header = undefined
    const lines = csv ?? csvLines(name, columns ?? names, delimiter, warn)
    const text = rows.map(lines.line).join('')
    const start = csv === undefined ? lines.header : ''
    csv = lines
    return start + text
  }
  return queuedSink(name, {
    async write(rows, done) {
      try {
        if (!isStdout) handle ??= await opened()
        const text = textOf(rows)
        if (handle === undefined) await toStdout(text)
        else await handle.appendFile(text)
        hasBegun = true
      } catch (error) {
        // A line may be cut now, which is found out when the file is opened again.
        await handle?.close().catch(() => {})
        handle = undefined
        if (!isStdout) csv = undefined
        throw (error as NodeJS.ErrnoException).code === undefined ? error : writeError(name, error as Error)
      }
      done(rows.length)
    },
    async close() {
      const file = handle
      handle = undefined
      if (!isStdout) csv = undefined
      try {
        await file?.datasync()
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw writeError(name, error as Error)
      } finally {
        await file?.close()
      }
    },
  })
}

const toStdout = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    // An error that nobody listens to would end the process.
    const fail = (error: Error): void => reject(error)
    process.stdout.once('error', fail)
    process.stdout.write(text, (error) => {
      if (error) {
        const isGone = (error as NodeJS.ErrnoException).code === 'EPIPE'
        reject(
          new Error(`fileSink -: stdout cannot be written: ${error.message}${isGone ? '; is its reader gone?' : '.'}`),
        )
        return
      }
      process.stdout.off('error', fail)
      resolve()
    })
  })
