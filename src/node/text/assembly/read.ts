// Plain decimals and names out of lines: what the command reads, as it stands in a file of UTF-16 letters.

/** What a column of the file is, beside 0, 1, …: the feature that it is. */
const NOWHERE: i32 = -1
const LABEL: i32 = -2

const powersOfTen: StaticArray<f64> = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]

/** How the lines are read: ../../sources/blocks.ts writes it, word by word, as it does the two places above. */
@unmanaged
class Form {
  /** The place of each of the columns, and how many there are. */
  places: u32
  columns: i32
  separator: i32
  /** How many features a row has. */
  width: i32
  /** Names of classes, each an address and a length in letters; none where the label is a number. */
  names: u32
  nameCount: i32
  /** Where the letters are, from where to where each line stands there, and where its numbers belong. */
  letters: u32
  spans: u32
  x: u32
  y: u32
}

/** Reads the lines from `from` to `to`; gives the first that holds something else. */
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

/** What `number` found. */
let found: f64 = 0
/** The end of the plain decimal that begins here; 0 where none does. Of 15 digits it is exact before the division. */
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
