// Writes lines of text from columns of numbers, and reads columns from lines, for the command line.

import { write as decimal } from './decimal'

export { read } from './read'

/**
 * A part of each line: a text, followed by the number of a column or by the text that this number selects. Without a
 * column it is the text alone. ../lineWriter.ts writes it word by word.
 */
@unmanaged
class Part {
  before: u32
  beforeLength: u32
  /**
   * The address of the first row's number, and the distance in bytes to that of the next row; 0 if there is no column.
   */
  column: u32
  stride: u32
  /** The texts to select from, each an address and a length; 0 if the number itself is written. */
  texts: u32
  textCount: u32
}

/** Returns the address at which free memory begins. */
export function free(): usize {
  return __heap_base
}

/** The end of the text that was written last. */
let end: usize = 0
export function written(): usize {
  return end
}

/**
 * Writes the lines of rows `from` to `to`. Returns the first row that it could not write, whose text is left out, or
 * `to`.
 */
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
