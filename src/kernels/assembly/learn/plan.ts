// Reading a row plan, and a row's columns by it.

import { run } from '../index'
import { fits, fitTwo, scaled, scaledTwo } from './scaling'
import { putSparse } from './sparseRow'
import * as at from './words'

// @ts-ignore: decorator
@inline
export function word(d: usize, i: usize): i32 {
  return load<i32>(d + (i << 2))
}
/** An address of the arena. */
// @ts-ignore: decorator
@inline
export function place(d: usize, base: usize, i: usize): usize {
  return base + <usize>load<u32>(d + (i << 2))
}
/** One that may be missing: then 0. */
// @ts-ignore: decorator
@inline
export function optional(d: usize, base: usize, i: usize): usize {
  const offset = load<i32>(d + (i << 2))
  return offset < 0 ? 0 : base + <usize>offset
}
// @ts-ignore: decorator
@inline
export function segment(code: usize, d: usize, base: usize, i: usize): i32 {
  const from = word(d, i)
  const to = word(d, i + 1)
  return from == to ? 0 : run(code, from, to, base)
}

const LAYER: usize = 64
const FIRST_LAYER: usize = 256
// @ts-ignore: decorator
@inline
export function layerAt(d: usize, i: i32): usize {
  return d + FIRST_LAYER + <usize>i * LAYER
}

function fitsNames(column: f64, known: f64, missing: bool): bool {
  if (column != column) return missing
  return column >= -1 && column < known && floor<f64>(column) == column
}

/** The row's columns; false where a number does not fit. */
export function columns<T>(code: usize, d: usize, base: usize, io: usize, x: usize, out: usize): bool {
  const features = word(d, at.FEATURES)
  const single = word(io, at.X_SINGLE) != 0
  const kind = word(d, at.INPUT)
  const bytes: usize = single ? 4 : 8
  let raw = place(d, base, at.X_PLACE)
  let next = place(d, base, at.NEXT)
  let scaler = place(d, base, at.SCALERS)
  // a field's entry: whether it may be missing, where its names are counted, whether it is scaled exponentially, its clip;
  // of a sparse one: how many indices, out of how many
  let field = d + (<usize>word(d, at.FIELDS) << 2)
  for (let i = 0; i < features; i++) {
    // two at a time where both are as most are
    if (kind == at.SCALED_INPUT && i + 2 <= features && load<i32>(field, 8) != 0 && load<i32>(field, 24) != 0) {
      const numbers = single ? f64x2.promote_low_f32x4(v128.load64_splat(x)) : v128.load(x)
      if (fitTwo(numbers)) {
        const clips = v128.load64_lane(base + <usize>load<u32>(field, 28), v128.load64_splat(base + <usize>load<u32>(field, 12)), 1)
        scaledTwo<T>(out + <usize>i * sizeof<T>(), numbers, scaler, next, clips)
        scaler += 48
        next += 48
        field += 32
        x += 2 * bytes
        raw += 16
        i++
        continue
      }
    }
    const names = load<i32>(field, 4)
    if (names == at.HASHED) {
      const active = load<i32>(field, 8)
      if (!putSparse(x, single, raw, active, load<i32>(field, 12), load<i32>(field) != 0)) return false
      x += (1 + 2 * <usize>active) * bytes
      raw += (1 + 2 * <usize>active) << 3
      field += 16
      continue
    }
    const number = single ? <f64>load<f32>(x) : load<f64>(x)
    if (names < 0 ? !fits(number, load<i32>(field) != 0) : !fitsNames(number, load<f64>(base + <usize>names), load<i32>(field) != 0))
      return false
    if (kind == at.SCALED_INPUT) {
      store<T>(out + <usize>i * sizeof<T>(), <T>scaled(number, scaler, next, load<i32>(field, 8) != 0, load<f64>(base + <usize>load<u32>(field, 12))))
      scaler += 24
      next += 24
    } else if (kind == at.PLAIN_INPUT) store<T>(out + <usize>i * sizeof<T>(), number == number ? <T>number : <T>0)
    else store<f64>(raw, number)
    field += 16
    x += bytes
    raw += 8
  }
  if (kind == at.ENCODED_INPUT) segment(code, d, base, at.ENCODE)
  return true
}
