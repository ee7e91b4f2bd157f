import { checkNumber } from '../../options/checkNumber.js'
import { checkWhole } from '../../options/checkWhole.js'
import { oneOf } from '../../options/oneOf.js'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import { longestLine } from '../sources/lines.js'
import { type Arrival, type Opening, pulledSource } from '../sources/pulledSource.js'
import type { Source, SourceOptions, SourceRow } from '../sources/source.js'
import { checkSource, sourceDefaults } from '../sources/sourceOptions.js'
import type { Format } from '../sources/table.js'
import { byteLines } from './byteLines.js'
import { cursorOf, type FileHead } from './fileHead.js'
import { filesAfter } from './filesAfter.js'
import { growing } from './growing.js'
import { headOf, openPieces } from './openPieces.js'
import { csvRows, jsonLines, type RowLines } from './rowLines.js'

export interface FileSourceOptions<T = SourceRow> extends SourceOptions<T> {
  /** Default: NDJSON if the first character is a brace, otherwise CSV with a header. */
  readonly format?: Format | undefined
  /** What separates the cells of CSV. Default: the most frequent of comma, semicolon, tab and bar in the header. */
  readonly delimiter?: string | undefined
  /** Whether to wait for what is written later, as `tail -F` does. Default: false. */
  readonly follow?: boolean
  /** How often a file that is followed is looked at, in milliseconds. Default: 100. */
  readonly everyMs?: number
  /** The largest number of bytes in a line; a longer one is rejected. Default: 2²⁰. */
  readonly longest?: number
}

/**
 * Reads the rows of a file, NDJSON or CSV, compressed with gzip or not, and waits for further ones with `follow`: a line
 * without its end waits for it, a file that was rotated is read to its end before the new one is begun, and one that was
 * truncated is read from its start.
 *
 * The cursor of a row is where it ends in the file, together with what tells this file from others. With `from`, exactly
 * the rows after that one are read, those of files that were rotated since too, as long as they stand beside this one
 * under names such as `power.ndjson.1` or `power.ndjson.2.gz`.
 *
 * A cell of CSV is a number if it is written as a decimal, and a text otherwise; an empty one is a column that the row
 * lacks. For columns of other forms, such as 1.234,5, see `openTable`.
 *
 * @throws TypeError for a path that is no text and for an unknown option; while it is read, InputError if the file does
 * not exist, is no text in UTF-8, or is not the one that the cursor is of
 * @example
 * const model = createModel({ features: { hour: cyclic(24) }, target: { power: numeric() }, layers: [dense(1)], cursor: 'at' })
 * const source = fileSource('power.ndjson', { follow: true, cursor: 'at', from: model.cursor })
 * const learned$ = fromRows(source).pipe(learn(model))
 */
export const fileSource = <T extends object = SourceRow>(
  path: string,
  options: FileSourceOptions<T> = {},
): Source<T> => {
  const { format, delimiter, follow, everyMs, longest, ...common } = optionsOf('fileSource', options, {
    ...sourceDefaults,
    ...{ format: undefined, delimiter: undefined, follow: false, everyMs: 100, longest: longestLine },
  })
  if (typeof path !== 'string' || path === '' || path === '-')
    throw new TypeError(
      `fileSource: the path is ${shown(path)}; expected that of a file, such as 'power.ndjson'; for stdin, see readLines.`,
    )
  checkSource('fileSource', common as SourceOptions<T>)
  oneOf('fileSource', 'format', format, ['ndjson', 'csv'])
  if (delimiter !== undefined && (typeof delimiter !== 'string' || delimiter.length !== 1))
    throw new TypeError(`fileSource: delimiter is ${shown(delimiter)}; expected one character.`)
  checkNumber('fileSource: everyMs', everyMs, { from: 1, most: 2 ** 31 - 1 })
  checkWhole('fileSource: longest is', longest)
  const config = { format, delimiter, longest }

  const reader = ({ header, format: form, delimiter: cut, print }: FileHead): RowLines => {
    const cursorAt = (end: number): string => cursorOf(end, print)
    return form === 'csv' ? csvRows({ header, delimiter: cut, longest, cursorAt }) : jsonLines(longest, cursorAt)
  }
  async function* whole(file: string, offset: number, { signal, admit }: Opening<T>): AsyncGenerator<Arrival<T>> {
    const head = await headOf(file, config)
    if (head === undefined) return
    const start = Math.max(head.start, offset)
    const [lines, rows] = [byteLines(start, longest), reader(head)]
    for await (const piece of openPieces(file, start, signal))
      yield admit(lines(piece, false).flatMap((line) => rows(line)))
    if (!signal.aborted) yield admit([...lines(Buffer.alloc(0), true), undefined].flatMap((line) => rows(line)))
  }
  async function* followed(offset: number, { signal, admit }: Opening<T>): AsyncGenerator<Arrival<T>> {
    let lines: ReturnType<typeof byteLines> | undefined
    let rows: RowLines | undefined
    for await (const { head, bytes, last } of growing(path, offset, everyMs, signal, config)) {
      lines ??= byteLines(Math.max(head.start, offset), longest)
      rows ??= reader(head)
      const found = lines(bytes, last).flatMap((line) => rows!(line))
      if (last) found.push(...rows(undefined))
      yield admit(found)
    }
  }
  async function* arrivals(opening: Opening<T>): AsyncGenerator<Arrival<T>> {
    const from = opening.cursor()
    const { files, offset } = from === undefined ? { files: [path], offset: 0 } : await filesAfter(path, from, config)
    for (const [i, file] of files.entries())
      if (!follow || file !== path) yield* whole(file, i === 0 ? offset : 0, opening)
    if (!follow) return
    for (let first = true; !opening.signal.aborted; first = false)
      yield* followed(first && files.length === 1 ? offset : 0, opening)
  }
  return pulledSource(`fileSource ${path}`, common as SourceOptions<T>, arrivals)
}
