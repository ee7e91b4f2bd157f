// Lines of text out of columns of numbers, and columns out of lines: what the command writes and reads.

import { write as decimal } from './decimal'

export { read } from './read'

/**
 * A part of each line: a text, then the number of a column, or the text that it chooses; of no column: the text alone.
 * ../lines.ts writes it, word by word.
 */
@unmanaged
class Part {
  before: u32
  beforeLength: u32
  /** The first row's number, and how far the next row's is. */
  column: u32
  stride: u32
  /** Texts to choose from, each an address and a length; none where the number itself is written. */
  texts: u32
  textCount: u32
}

/** Where memory is free. */
export function free(): usize {
  return __heap_base
}

/** Where the text that was written last ends. */
let end: usize = 0
export function written(): usize {
  return end
}

/** Writes the lines of rows `from` to `to`; gives the row that could not be written, of which nothing stands there. */
export function lines(parts: usize, count: i32, from: i32, to: i32, into: usize): i32 {
  end = into
  for (let row = from; row < to; row++) {
    let at = end
    for (let p = 0; p < count; p++) {
      const part = changetype<Part>(parts + p * offsetof<Part>())
      memory.copy(at, part.before, part.beforeLength)
      at += part.beforeLength
      if (part.column === 0) continue
      const value = load<f64>(part.column + row * part.stride)
      if (part.texts === 0) {
        at = decimal(value, at)
        if (at === 0) return row
      } else {
        if (!(value >= 0 && value < <f64>part.textCount)) return row
        const text = part.texts + 8 * <u32>value
        memory.copy(at, load<u32>(text), load<u32>(text, 4))
        at += load<u32>(text, 4)
      }
    }
    end = at
  }
  return to
}
