import type { GenerateRequest } from '../arguments/generateArgs.js'

/** The number of rows in a piece. */
const PIECE = 500

/** Writes the first rows of a stream as CSV with a header, or as NDJSON, in pieces of whole lines. */
export function* rowsText({ stream, rows, format }: GenerateRequest): Generator<string> {
  let text = ''
  let i = 0
  for (const row of stream) {
    if (format === 'ndjson') text += `${JSON.stringify(row)}\n`
    else {
      // The names and values of the generators have no commas, quotes or line ends.
      if (i === 0) text += `${Object.keys(row).join(',')}\n`
      text += `${Object.values(row).join(',')}\n`
    }
    i += 1
    if (i < rows && i % PIECE > 0) continue
    yield text
    text = ''
    if (i >= rows) return
  }
}
