// A sparse row of a call is a count, followed by an index and a value for each. It is checked before anything is read
// by its indices.

import { RING_HEAD } from '../../abi'
import { furthest } from '../../vector/largest'
import { fits } from '../scaling'

// @ts-ignore: decorator
@inline
function numberAt(x: usize, i: usize, single: bool): f64 {
  return single ? <f64>load<f32>(x + (i << 2)) : load<f64>(x + (i << 3))
}

/** The number of its indices, or −1 where the count is not valid, or where an index or a value is not acceptable. */
function checkedOf(x: usize, single: bool, active: i32, capacity: f64): i32 {
  const given = numberAt(x, 0, single)
  if (!(given >= 0 && given <= <f64>active && floor<f64>(given) == given)) return -1
  const count = <i32>given
  let last: f64 = -1
  let ascending = true
  for (let k = 0; k < count; k++) {
    const i = numberAt(x, <usize>(1 + 2 * k), single)
    if (!(i >= 0 && i < capacity && floor<f64>(i) == i && fits(numberAt(x, <usize>(2 + 2 * k), single), false))) return -1
    if (i <= last) ascending = false
    last = i
  }
  return ascending || different(x, single, count) ? count : -1
}

/** Says whether all of its indices differ. */
function different(x: usize, single: bool, count: i32): bool {
  for (let k = 1; k < count; k++) {
    const i = numberAt(x, <usize>(1 + 2 * k), single)
    for (let j = 0; j < k; j++) if (numberAt(x, <usize>(1 + 2 * j), single) == i) return false
  }
  return true
}

/**
 * Stores a sparse row in the arena, as f64 and with zeros behind it, and returns false where the row is not acceptable.
 */
export function putSparse(x: usize, single: bool, out: usize, active: i32, capacity: i32, missing: bool): bool {
  const first = numberAt(x, 0, single)
  let count = 0
  if (first == first) count = checkedOf(x, single, active, <f64>capacity)
  else if (!missing) return false
  if (count < 0) return false
  memory.fill(out, 0, (1 + 2 * <usize>active) << 3)
  store<f64>(out, <f64>count)
  for (let i: usize = 1; i <= 2 * <usize>count; i++)
    store<f64>(out + (i << 3), numberAt(x, i, single))
  return true
}

// A row that was read: the number of names, the largest |v|, the byte offsets of the weights, the values, and as much
// room again.
export const COUNT: usize = 0
export const MOST: usize = 4
export const OFFSETS: usize = RING_HEAD

let seen: i32 = 0

/**
 * Reads a row to `out`, where each list has room for `vector` bytes, and touches its weights and the numbers beside
 * them, so that they are on the way from memory. A row that is not acceptable gets a count of −1.
 */
export function prepare(
  x: usize, single: bool, out: usize, vector: usize, active: i32, capacity: i32, missing: bool, w: usize, other: usize,
): void {
  store<i32>(out, -1, COUNT)
  const first = numberAt(x, 0, single)
  if (first != first ? !missing : !(first >= 0 && first <= <f64>active && floor<f64>(first) == first)) return
  const count = first == first ? <i32>first : 0
  const offsets = out + OFFSETS
  const values = offsets + vector
  const bytes = <usize>count << 2
  const limit = i32x4.splat(capacity)
  let wrong = i32x4.splat(0)
  let unordered = i32x4.splat(0)
  let before = i32x4.splat(-1)
  let most = i32x4.splat(0)
  let k: usize = 0
  if (single)
    for (; k + 16 <= bytes; k += 16) {
      const a = v128.load(x + 2 * k, 4)
      const b = v128.load(x + 2 * k, 20)
      const given = i8x16.shuffle(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
      const numbers = i8x16.shuffle(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
      const indices = i32x4.trunc_sat_f32x4_s(given)
      wrong = v128.or(wrong, v128.or(f32x4.ne(f32x4.convert_i32x4_s(indices), given), i32x4.ge_u(indices, limit)))
      const last = i8x16.shuffle(before, indices, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27)
      unordered = v128.or(unordered, i32x4.le_s(indices, last))
      before = indices
      most = i32x4.max_s(most, f32x4.abs(numbers))
      v128.store(offsets + k, i32x4.shl(indices, 2))
      v128.store(values + k, numbers)
    }
  let last = i32x4.extract_lane(before, 3)
  let bad = v128.any_true(wrong)
  let ordered = !v128.any_true(unordered)
  let top = <f32>furthest<f32>(most)
  for (let i = (k >> 2) * 2 + 1; k < bytes; k += 4, i += 2) {
    const given = numberAt(x, i, single)
    const number = numberAt(x, i + 1, single)
    if (!(given >= 0 && given < <f64>capacity && floor<f64>(given) == given && fits(number, false))) return
    const index = <i32>given
    if (index <= last) ordered = false
    last = index
    top = max<f32>(top, <f32>abs<f64>(number))
    store<i32>(offsets + k, index << 2)
    store<f32>(values + k, <f32>number)
  }
  // A number that is not finite as f32 has no valid f32; numbers of type f64 were checked one by one.
  if (bad || (single && !(top < Infinity))) return
  // Lanes beyond the last name get offsets that belong to no weight and differ from one another.
  for (let at = bytes; (at & 15) != 0; at += 4) store<i32>(offsets + at, -<i32>at)
  if (!ordered && !apart(offsets, bytes)) return
  let any = 0
  for (k = 0; k + 16 <= bytes; k += 16) {
    any |= touch(w, other, load<u32>(offsets + k)) | touch(w, other, load<u32>(offsets + k, 4))
    any |= touch(w, other, load<u32>(offsets + k, 8)) | touch(w, other, load<u32>(offsets + k, 12))
  }
  for (; k < bytes; k += 4) any |= touch(w, other, load<u32>(offsets + k))
  // The result is stored, because the compiler would otherwise drop loads that only warm the cache.
  seen = any
  store<f32>(out, top, MOST)
  store<i32>(out, count, COUNT)
}

// @ts-ignore: decorator
@inline
function touch(w: usize, other: usize, offset: usize): i32 {
  return load<i32>(w + offset) | load<i32>(other + offset)
}

/**
 * Says whether all offsets differ: four are compared with four, and with the same four rotated by one, two and three
 * places.
 */
function apart(offsets: usize, bytes: usize): bool {
  let equal = i32x4.splat(0)
  for (let k: usize = 0; k < bytes; k += 16) {
    const a = v128.load(offsets + k)
    const b = i8x16.shuffle(a, a, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3)
    const c = i8x16.shuffle(a, a, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)
    const d = i8x16.shuffle(a, a, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
    equal = v128.or(equal, v128.or(i32x4.eq(a, b), i32x4.eq(a, c)))
    for (let j = k + 16; j < bytes; j += 16) {
      const other = v128.load(offsets + j)
      const some = v128.or(i32x4.eq(a, other), i32x4.eq(b, other))
      equal = v128.or(equal, v128.or(some, v128.or(i32x4.eq(c, other), i32x4.eq(d, other))))
    }
  }
  return !v128.any_true(equal)
}
