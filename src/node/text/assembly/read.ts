// Reads plain decimals and names from lines of UTF-16 letters, for the command line.

/** The place of a column of the file that is no feature. That of a feature is its index: 0, 1, … */
const NOWHERE: i32 = -1
const LABEL: i32 = -2

const powersOfTen: StaticArray<f64> = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]

/** How the lines are read. ../../sources/blocks.ts writes it word by word, and uses the same two places as above. */
@unmanaged
class Form {
  /** The address of the columns' places, and the number of columns. */
  places: u32
  columns: i32
  separator: i32
  /** The number of features in a row. */
  width: i32
  /** The names of classes, each an address and a length in letters; 0 if the label is a number. */
  names: u32
  nameCount: i32
  /** The addresses of the letters, of the start and end of each line among them, and of the numbers that are read. */
  letters: u32
  spans: u32
  x: u32
  y: u32
}

/** Reads the lines `from` to `to`. Returns the first line that it cannot read, or `to`. */
export function read(form: Form, from: i32, to: i32): i32 {
  for (let i = from; i < to; i++) if (!readLine(form, i)) return i
  return to
}

function readLine(form: Form, i: i32): bool {
  const end: usize = form.letters + 2 * load<u32>(form.spans + 8 * i, 4)
  let at: usize = form.letters + 2 * load<u32>(form.spans + 8 * i)
  if (at >= end) return false
  for (let c = 0; c < form.columns; c++) {
    const place = load<i32>(form.places + 4 * c)
    if (place === NOWHERE || (place === LABEL && form.names !== 0)) {
      const start = at
      while (at < end && load<u16>(at) !== form.separator) at += 2
      if (place === LABEL) {
        const name = nameAt(form, start, at)
        if (name < 0) return false
        store<f64>(form.y + 8 * i, <f64>name)
      }
    } else {
      at = number(at, end)
      if (at === 0) return false
      store<f64>(place === LABEL ? form.y + 8 * i : form.x + 8 * (i * form.width + place), found)
    }
    if (c === form.columns - 1) return at === end
    if (at >= end || load<u16>(at) !== form.separator) return false
    at += 2
  }
  return false
}

function nameAt(form: Form, from: usize, to: usize): i32 {
  for (let n = 0; n < form.nameCount; n++) {
    const name = form.names + 8 * n
    const bytes: usize = 2 * load<u32>(name, 4)
    if (bytes === to - from && memory.compare(load<u32>(name), from, bytes) === 0) return n
  }
  return -1
}

/** The number that `number` read last. */
let found: f64 = 0
/**
 * Reads the plain decimal that begins here and returns its end, or 0 if none begins here. With at most 15 digits, it is
 * exact before the division.
 */
function number(at: usize, end: usize): usize {
  const negative = at < end && load<u16>(at) === 45
  if (negative) at += 2
  let digits: u64 = 0
  let count = 0
  let decimals = -1
  for (; at < end; at += 2) {
    const digit = <u32>load<u16>(at) - 48
    if (digit <= 9) {
      digits = 10 * digits + digit
      count++
      if (decimals >= 0) decimals++
    } else if (digit === -2 && decimals < 0) decimals = 0
    else break
  }
  if (count < 1 || count > 15) return 0
  const value = decimals > 0 ? <f64>digits / unchecked(powersOfTen[decimals]) : <f64>digits
  found = negative ? -value : value
  return at
}
