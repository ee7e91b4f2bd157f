/** A line of a file, without its line end. */
export interface ByteLine {
  /** The bytes of the line; absent if it is too long. */
  readonly bytes: Buffer | undefined
  /** The number of bytes from the start of the file to the start of the next line. */
  readonly end: number
}

const LF = 10
const CR = 13

/**
 * Creates a function that cuts bytes at LF and CRLF, and tells where in the file each line ends. A line of more than
 * `longest` bytes is skipped without being kept. `last` marks the last piece, whose end ends a line.
 */
export const byteLines = (start: number, longest: number): ((piece: Buffer, last: boolean) => ByteLine[]) => {
  /** The pieces of the line that has not ended yet. */
  let rest: Buffer[] = []
  let length = 0
  let end = start

  const lineOf = (tail: Buffer): Buffer | undefined => {
    if (length + tail.length > longest) return undefined
    const whole = rest.length === 0 ? tail : Buffer.concat([...rest, tail])
    return whole.at(-1) === CR ? whole.subarray(0, -1) : whole
  }
  const clear = (): void => {
    rest = []
    length = 0
  }
  return (piece, last) => {
    const found: ByteLine[] = []
    let from = 0
    for (let at = piece.indexOf(LF); at >= 0; at = piece.indexOf(LF, from)) {
      const bytes = lineOf(piece.subarray(from, at))
      end += length + at + 1 - from
      found.push({ bytes, end })
      clear()
      from = at + 1
    }
    const tail = piece.subarray(from)
    length += tail.length
    if (length > longest) rest = []
    // A copy, because whoever reads a file may use the piece again.
    else if (tail.length > 0) rest.push(Buffer.from(tail))
    if (last && length > 0) {
      const size = length
      length = 0
      const bytes = size > longest ? undefined : Buffer.concat(rest)
      end += size
      found.push({ bytes: bytes?.at(-1) === CR ? bytes.subarray(0, -1) : bytes, end })
      clear()
    }
    return found
  }
}
