import type { Observable } from 'rxjs'
import { checkNumber } from '../src/options/checkNumber.js'
import { DEEPEST, isTooDeep } from '../src/options/isTooDeep.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { shown } from '../src/options/shown.js'
import type { RowsConfig } from './fromRows.js'
import { checkResult, isToCome, openerOf, type Pulled, pull, shut } from './pull.js'

/** Makes a row of a line; `number` is the number of the line, counted from 1. */
export type ParseLine<T> = (line: string, number: number) => T

/**
 * Emits a row for each line of text, read by `parse` (default: JSON).
 *
 *     lines  'a'  ['b','c']
 *     out    A    BC
 *
 * Blank lines and a byte order mark are skipped. The lines may come in arrays, as fast sources give them; one array of
 * lines is also accepted. An error that `parse` throws ends the stream. To continue after a line that cannot be read,
 * return anything that is not a row: the model rejects it and counts it.
 *
 * @throws TypeError for what cannot be iterated; as a notification, TypeError for a line that is no text, and
 * SyntaxError with the line's number for a line that is not JSON
 * @example
 * fromLines<Reading>(createInterface({ input: process.stdin })).pipe(learn(model)).subscribe()
 */
export function fromLines<T = Record<string, unknown>>(
  lines: AsyncIterable<string | readonly string[]> | Iterable<string | readonly string[]>,
  parse: ParseLine<T> = parseJson,
  config?: RowsConfig,
): Observable<T> {
  const { yieldMs } = optionsOf('fromLines', config, { yieldMs: 8 })
  checkNumber('fromLines: yieldMs', yieldMs, { most: Infinity })
  if (typeof parse !== 'function')
    throw new TypeError(`fromLines: parse is ${shown(parse)}; expected a function of a line, such as JSON.parse.`)
  const open = openerOf(lines)
  if (open === undefined)
    throw new TypeError(
      `fromLines: lines is ${shown(lines)}; expected an async iterable of lines, as readLines(file) gives, or an array of them.`,
    )
  return pull(() => rowsOf(open(), parse), yieldMs)
}

const rowsOf = <T>(source: Pulled<string | readonly string[]>, parse: ParseLine<T>): Pulled<T> => {
  let lines: readonly string[] = []
  let at = 0
  let number = 0
  const next = (): ReturnType<Pulled<T>['next']> => {
    for (;;) {
      while (at < lines.length) {
        const line = lines[at++]
        number++
        if (typeof line !== 'string')
          throw new TypeError(`fromLines: line ${number} is ${shown(line)}; expected text, such as String(buffer).`)
        if (line.trim() !== '') return { done: false, value: parse(number === 1 ? withoutMark(line) : line, number) }
      }
      const result = source.next()
      if (isToCome(result)) return result.then((settled) => (fill(settled) ? read() : (settled as Done)))
      if (!fill(result)) return result as Done
    }
  }
  /** Takes lines over, and returns false when there are no more. */
  const fill = (result: IteratorResult<string | readonly string[], unknown>): boolean => {
    checkResult(result)
    if (result.done) return false
    lines = Array.isArray(result.value) ? result.value : [result.value]
    at = 0
    return true
  }
  // A line that cannot be parsed ends the reading, so its source is closed as well.
  const read: typeof next = () => {
    try {
      return next()
    } catch (error) {
      shut(source)
      throw error
    }
  }
  return { next: read, return: () => source.return?.() }
}

type Done = IteratorReturnResult<unknown>

/** Some programs begin a file with a byte order mark, which is not part of the first line. */
const withoutMark = (line: string): string => (line.startsWith('\ufeff') ? line.slice(1) : line)

const parseJson = (line: string, number: number): never => {
  if (isTooDeep(line))
    throw new SyntaxError(
      `fromLines: line ${number} is nested more than ${DEEPEST} levels deep; expected a row on each line.`,
    )
  try {
    return JSON.parse(line) as never
  } catch (cause) {
    const shown = line.length > 60 ? `${line.slice(0, 60)}…` : line
    throw new SyntaxError(
      `fromLines: line ${number} is not JSON: ${shown}; expected an object on each line, or a function that reads the line.`,
      { cause },
    )
  }
}
