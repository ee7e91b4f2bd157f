// Rows of a very large matrix that a window's gradient touched: the twin of src/program/touched.ts.

import { scaleBy } from './elementwise'
import { adaptive, descend, guard } from './steps'

const WORD: usize = 4
const INSTRUCTION: usize = 40
const FILL = 28
const SCALE_BY = 30
const GUARD = 41
const ADAPTIVE = 45

/** Notes a row, if there is room for it and not any may be touched already. */
// @ts-ignore: decorator
@inline
export function note(list: usize, row: f64, room: i32): void {
  const count = load<f64>(list)
  if (count < 0) return
  if (count < <f64>room) {
    store<f64>(list + 8 + (<usize>count << 3), row)
    store<f64>(list, count + 1)
  } else store<f64>(list, -1)
}

/** Each row once, in order. Shell's sort: a row's few are nearly insertion's affair, a window's thousands are not. */
export function sortTouched(list: usize): void {
  const count = <i32>load<f64>(list)
  if (count <= 0) return
  const rows = list + 8
  let gap = 1
  while (gap < count / 3) gap = 3 * gap + 1
  for (; gap > 0; gap /= 3)
    for (let i = gap; i < count; i++) {
      const row = load<f64>(rows + (<usize>i << 3))
      let j = i
      for (; j >= gap; j -= gap) {
        const other = load<f64>(rows + (<usize>(j - gap) << 3))
        if (other <= row) break
        store<f64>(rows + (<usize>j << 3), other)
      }
      store<f64>(rows + (<usize>j << 3), row)
    }
  let kept: usize = 1
  for (let i: usize = 1; i < <usize>count; i++) {
    const row = load<f64>(rows + (i << 3))
    if (row != load<f64>(rows + ((kept - 1) << 3))) {
      store<f64>(rows + (kept << 3), row)
      kept++
    }
  }
  store<f64>(list, <f64>kept)
}

/** The instruction at `next` for the rows listed, or for all `rows`. */
export function touched<T>(list: usize, rows: i32, next: usize, base: usize): i32 {
  const length = load<i32>(next, 6 * WORD)
  const op = load<i32>(next)
  const count = load<f64>(list)
  const isAdaptive = op == ADAPTIVE
  // where not all of G is kept, no row stays as it is
  const all = count < 0 || (isAdaptive && load<f64>(base + load<u32>(next, 4 * WORD)) != 1)
  if (all && !isAdaptive) return over<T>(op, next, base, 0, rows * length)
  const bytes = <usize>length * sizeof<T>()
  const end = all ? rows : <i32>count
  for (let i = 0; i < end; i++) {
    const row = all ? i : <i32>load<f64>(list + 8 + (<usize>i << 3))
    const status = over<T>(op, next, base, <usize>row * bytes, length)
    if (status != 0) return status
  }
  return 0
}

/** The instruction over n elements, its vectors so many bytes further on. */
// @ts-ignore: decorator
@inline
function over<T>(op: i32, at: usize, base: usize, offset: usize, n: i32): i32 {
  const out = base + load<u32>(at, 2 * WORD) + offset
  const a = base + load<u32>(at, 3 * WORD)
  const b = base + load<u32>(at, 4 * WORD)
  const c = base + load<u32>(at, 5 * WORD)
  if (op == FILL) clear<T>(out, n)
  else if (op == SCALE_BY) scaleBy<T>(out, a + offset, <T>load<f64>(b), n)
  else if (op == GUARD) return guard<T>(a, b + offset, c, n)
  else if (op == ADAPTIVE)
    adaptive<T>(out, a + offset, b, c, n, base + load<u32>(at, 7 * WORD), base + load<u32>(at, 8 * WORD))
  else descend<T>(out, a + offset, b, c, n, load<i32>(at, 9 * WORD))
  return 0
}

/** A row is seldom long enough for the host's own way. */
function clear<T>(out: usize, n: i32): void {
  const end = out + <usize>n * sizeof<T>()
  if (n > 256) memory.fill(out, 0, end - out)
  else for (; out < end; out += sizeof<T>()) store<T>(out, <T>0)
}
