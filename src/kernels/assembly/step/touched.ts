// The rows of a very large matrix that a window's gradient touched: the twin of src/program/touched.ts.

import { ANY, Instruction, Opcode } from '../abi'
import { scaleBy } from '../math/elementwise'
import { adaptive, descend, guard } from './steps'

/** Notes a row, if the list has room for it and does not already say that any row may be touched. */
// @ts-ignore: decorator
@inline
export function note(list: usize, row: f64, room: i32): void {
  const count = load<f64>(list)
  if (count < 0) return
  if (count < <f64>room) {
    store<f64>(list + 8 + (<usize>count << 3), row)
    store<f64>(list, count + 1)
  } else store<f64>(list, ANY)
}

/**
 * Sorts the list and keeps each row once. It uses Shell's sort, which is nearly insertion sort for the few entries of
 * one row and still fast for the thousands of a window.
 */
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

/** Runs the instruction at `next` for the listed rows, or for all `rows`. */
export function touched<T>(list: usize, rows: i32, next: Instruction, base: usize): i32 {
  const length = next.n
  const op = next.opcode
  const count = load<f64>(list)
  const isAdaptive = op == Opcode.adaptive
  // Where not all of G is kept, every row changes.
  const all = count < 0 || (isAdaptive && load<f64>(base + <usize>next.b) != 1)
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

/** Runs the instruction over n elements, with its vectors shifted by this number of bytes. */
// @ts-ignore: decorator
@inline
function over<T>(op: i32, given: Instruction, base: usize, offset: usize, n: i32): i32 {
  const out = base + <usize>given.out + offset
  const a = base + <usize>given.a
  const b = base + <usize>given.b
  const c = base + <usize>given.c
  if (op == Opcode.fill) clear<T>(out, n)
  else if (op == Opcode.scaleBy) scaleBy<T>(out, a + offset, <T>load<f64>(b), n)
  else if (op == Opcode.guard) return guard<T>(a, b + offset, c, n)
  else if (op == Opcode.adaptive)
    adaptive<T>(out, a + offset, b, c, n, base + <usize>given.m, base + <usize>given.k)
  else descend<T>(out, a + offset, b, c, n, given.flags)
  return 0
}

/** Clears by a plain loop, because a row is seldom long enough for the native fill to pay off. */
function clear<T>(out: usize, n: i32): void {
  const end = out + <usize>n * sizeof<T>()
  if (n > 256) memory.fill(out, 0, end - out)
  else for (; out < end; out += sizeof<T>()) store<T>(out, <T>0)
}
