import { checkWhole } from '../../options/checkWhole.js'
import { optionsOf } from '../../options/optionsOf.js'
import { InputError } from './inputError.js'
import { paced } from './pace.js'
import { checkInput, type Input, nameOf, type ReadConfig, readText } from './text.js'

/** Takes a text piece by piece and returns the items that are complete; `last` marks the last piece. */
export type TextReader<T> = (piece: string, last: boolean) => T[]

export interface LineConfig {
  /** The largest number of characters in a line, so that input without line ends cannot fill memory. Default: 2²⁰. */
  readonly longest?: number
}

export const longestLine: number = 2 ** 20

/** Creates the error for a line, or a record, that is too long. */
export const tooLong = (line: number, longest: number): InputError =>
  new InputError(`line ${line} is longer than ${longest.toLocaleString('en')} characters; expected one row per line.`)

/** Creates a reader that cuts text at LF and CRLF. The last line needs no line end. */
export const lineReader = ({ longest = longestLine }: LineConfig = {}): TextReader<string> => {
  let rest = ''
  let line = 1
  return (piece, last) => {
    // Only the first line is joined to the rest, so that a long line that arrives in small pieces is not searched
    // again.
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

/** Creates a reader of what the lines of a text hold, each of which adds to what was found; blank ones are skipped. */
export const eachLine = <T>(
  config: LineConfig,
  read: (text: string, line: number, found: T[]) => void,
): TextReader<T> => {
  const lines = lineReader(config)
  let line = 0
  return (piece, last) => {
    const found: T[] = []
    for (const text of lines(piece, last)) {
      line++
      if (text !== '' && text.trim() !== '') read(text, line, found)
    }
    return found
  }
}

/**
 * Passes a text through a reader as it arrives.
 *
 * @param name the input's name, which the reader's errors then begin with
 */
export async function* through<T>(
  text: AsyncIterable<string>,
  reader: TextReader<T>,
  name?: string,
): AsyncGenerator<readonly T[]> {
  const read = (piece: string, last: boolean): T[] => {
    try {
      return reader(piece, last)
    } catch (error) {
      throw name !== undefined && error instanceof InputError ? new InputError(`${name}, ${error.message}`) : error
    }
  }
  for await (const piece of text) {
    const found = read(piece, false)
    if (found.length > 0) yield found
  }
  const found = read('', true)
  if (found.length > 0) yield found
}

/**
 * Reads the lines of a file, of stdin (`-`) or of a stream, in arrays as they arrive, without line ends and byte order
 * mark. It gives the event loop a macrotask at least every 10 ms of work.
 *
 * @example
 * for await (const lines of readLines('readings.ndjson')) for (const line of lines) console.log(line)
 */
export const readLines = (input: Input, config: LineConfig & ReadConfig = {}): AsyncIterable<readonly string[]> => {
  const { longest } = optionsOf('readLines', config, {
    ...{ longest: longestLine, signal: undefined, onRead: undefined },
  })
  checkWhole('readLines: longest is', longest)
  checkInput('readLines', input)
  return paced(through(readText(input, config), lineReader({ longest }), nameOf(input)))
}
