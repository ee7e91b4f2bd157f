import { InputError } from './inputError.js'
import { paced } from './pace.js'
import { type Input, type ReadConfig, readText } from './text.js'

/** Text in, piece by piece, finished things out; `last` says that the piece is the last one. */
export type TextReader<T> = (piece: string, last: boolean) => T[]

export interface LineConfig {
  /** The most characters of one line, so that an input without line ends cannot fill the memory. Default 2²⁰. */
  readonly longest?: number
}

export const longestLine: number = 2 ** 20

/** The error for a line (or a record) that does not end. */
export const tooLong = (line: number, longest: number): InputError =>
  new InputError(`line ${line} is longer than ${longest.toLocaleString('en')} characters; expected one row a line.`)

/** Cuts text at LF and CRLF. The last line needs no line end. */
export const lineReader = ({ longest = longestLine }: LineConfig = {}): TextReader<string> => {
  let rest = ''
  let line = 1
  return (piece, last) => {
    // Joining only the first line to the rest keeps a long line, arriving in small pieces, from being searched again.
    const lines: string[] = []
    let from = 0
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
      const text = from === 0 ? rest + piece.slice(0, end) : piece.slice(from, end)
      if (text.length > longest) throw tooLong(line, longest)
      lines.push(text.endsWith('\r') ? text.slice(0, -1) : text)
      from = end + 1
      line++
    }
    rest = from === 0 ? rest + piece : piece.slice(from)
    if (rest.length > longest) throw tooLong(line, longest)
    if (last && rest !== '') {
      lines.push(rest.endsWith('\r') ? rest.slice(0, -1) : rest)
      rest = ''
    }
    return lines
  }
}

/** What a reader makes of a text, as it arrives. */
export async function* through<T>(text: AsyncIterable<string>, reader: TextReader<T>): AsyncGenerator<readonly T[]> {
  for await (const piece of text) {
    const found = reader(piece, false)
    if (found.length > 0) yield found
  }
  const found = reader('', true)
  if (found.length > 0) yield found
}

/**
 * The lines of a file, of stdin (`-`) or of a stream, in arrays as they arrive: without line ends and byte order mark,
 * with a macrotask for the event loop at least every 10 ms of work.
 *
 * @example
 * for await (const lines of readLines('readings.ndjson')) for (const line of lines) console.log(line)
 */
export const readLines = (input: Input, config: LineConfig & ReadConfig = {}): AsyncIterable<readonly string[]> =>
  paced(through(readText(input, config), lineReader(config)))
