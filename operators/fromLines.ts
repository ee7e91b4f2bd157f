import type { Observable } from 'rxjs'
import type { RowsConfig } from './fromRows.js'
import { type Pulled, pull } from './pull.js'

/** Makes a row of a line; `number` counts from 1. */
export type ParseLine<T> = (line: string, number: number) => T

/**
 * A row for each line of text, read by `parse` (default: JSON). Blank lines are passed over. The lines may come in
 * arrays, as fast sources give them.
 *
 *     lines  'a'  ['b','c']
 *     out    A    BC
 *
 * What `parse` throws ends the stream; to go on after a line that cannot be read, return anything that is no row: the
 * model rejects it and counts it.
 *
 * @throws SyntaxError (as a notification) for a line that is not JSON, with its number
 * @example
 * fromLines<Reading>(createInterface({ input: process.stdin })).pipe(learn(model)).subscribe()
 */
export function fromLines<T = Record<string, unknown>>(
  lines: AsyncIterable<string | readonly string[]>,
  parse: ParseLine<T> = parseJson,
  { yieldMs = 8 }: RowsConfig = {},
): Observable<T> {
  return pull(() => rowsOf(lines[Symbol.asyncIterator](), parse), yieldMs)
}

const rowsOf = <T>(source: AsyncIterator<string | readonly string[]>, parse: ParseLine<T>): Pulled<T> => {
  let lines: readonly string[] = []
  let at = 0
  let number = 0
  const next = (): ReturnType<Pulled<T>['next']> => {
    while (at < lines.length) {
      const line = lines[at++] as string
      number++
      if (line.trim() !== '') return { done: false, value: parse(line, number) }
    }
    return source.next().then((result) => {
      if (result.done) return result
      lines = typeof result.value === 'string' ? [result.value] : result.value
      at = 0
      return read()
    })
  }
  // a line that cannot be parsed ends the reading, so its source is closed too
  const read: typeof next = () => {
    try {
      return next()
    } catch (error) {
      close()
      throw error
    }
  }
  const close = (): unknown => Promise.resolve(source.return?.()).catch(() => {})
  return { next: read, return: close }
}

const parseJson = (line: string, number: number): never => {
  try {
    return JSON.parse(line) as never
  } catch (cause) {
    const shown = line.length > 60 ? `${line.slice(0, 60)}…` : line
    throw new SyntaxError(
      `fromLines: line ${number} is not JSON: ${shown}; expected one object a line, or give a function that reads it.`,
      { cause },
    )
  }
}
