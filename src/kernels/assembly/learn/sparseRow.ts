// A sparse row of a call: its count, then index and value of each. Checked before anything is read by it.

import { fits } from './scaling'

// @ts-ignore: decorator
@inline
export function numberAt<T>(x: usize, i: usize): f64 {
  return <f64>load<T>(x + i * sizeof<T>())
}

/** How many indices it has; −1 where that is no count, or one of them or of their values does not fit. */
// @ts-ignore: decorator
@inline
function checkedOf<T>(x: usize, active: i32, capacity: f64): i32 {
  const given = numberAt<T>(x, 0)
  if (!(given >= 0 && given <= <f64>active && floor<f64>(given) == given)) return -1
  const count = <i32>given
  let last: f64 = -1
  let ascending = true
  for (let k = 0; k < count; k++) {
    const i = numberAt<T>(x, <usize>(1 + 2 * k))
    if (!(i >= 0 && i < capacity && floor<f64>(i) == i && fits(numberAt<T>(x, <usize>(2 + 2 * k)), false))) return -1
    if (i <= last) ascending = false
    last = i
  }
  return ascending || different<T>(x, count) ? count : -1
}

/** Whether no index stands there twice. */
function different<T>(x: usize, count: i32): bool {
  for (let k = 1; k < count; k++) {
    const i = numberAt<T>(x, <usize>(1 + 2 * k))
    for (let j = 0; j < k; j++) if (numberAt<T>(x, <usize>(1 + 2 * j)) == i) return false
  }
  return true
}

/** Puts a sparse row in, as f64 and with zeros behind it; false where it does not fit. */
export function putSparse(x: usize, single: bool, out: usize, active: i32, capacity: i32, missing: bool): bool {
  const first = single ? numberAt<f32>(x, 0) : numberAt<f64>(x, 0)
  let count = 0
  if (first == first) count = single ? checkedOf<f32>(x, active, <f64>capacity) : checkedOf<f64>(x, active, <f64>capacity)
  else if (!missing) return false
  if (count < 0) return false
  memory.fill(out, 0, (1 + 2 * <usize>active) << 3)
  store<f64>(out, <f64>count)
  for (let i: usize = 1; i <= 2 * <usize>count; i++)
    store<f64>(out + (i << 3), single ? numberAt<f32>(x, i) : numberAt<f64>(x, i))
  return true
}
