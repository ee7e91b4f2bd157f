// The rows of a very large matrix that a window's gradient touched: the twin of src/program/touched.ts.

import { ANY } from '../abi'

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
