// Reads a row plan, and reads the columns of a row as the plan describes them.

import { run } from '../vm/run'
import { fits, fitTwo, scaled, scaledTwo } from './scaling'
import { putSparse } from './ways/sparseRow'
import { Field, HASHED, HashedField, Input, Layer, RowCall, RowPlan, Scaler } from '../abi'

/** The address of what stands at an offset of the arena, or 0 where the plan has none. */
// @ts-ignore: decorator
@inline
export function optional(base: usize, offset: i32): usize {
  return offset < 0 ? 0 : base + <usize>offset
}
/** Runs a segment of the program. */
// @ts-ignore: decorator
@inline
export function segment(code: usize, base: usize, from: i32, to: i32): i32 {
  return from == to ? 0 : run(code, from, to, base)
}

/** Layer i of the plan, whose layers stand directly behind it. */
// @ts-ignore: decorator
@inline
export function layerAt(plan: RowPlan, i: i32): Layer {
  return changetype<Layer>(changetype<usize>(plan) + offsetof<RowPlan>() + <usize>i * offsetof<Layer>())
}
/** The address of the part that begins this number of words behind the beginning of the plan. */
// @ts-ignore: decorator
@inline
export function behind(plan: RowPlan, words: i32): usize {
  return changetype<usize>(plan) + (<usize>words << 2)
}

function fitsNames(column: f64, known: f64, missing: bool): bool {
  if (column != column) return missing
  return column >= -1 && column < known && floor<f64>(column) == column
}

/** Computes the row's columns, and returns false where a number of the row is not acceptable. */
export function columns<T>(code: usize, plan: RowPlan, base: usize, call: RowCall, x: usize, out: usize): bool {
  const features = plan.features
  const single = call.xSingle != 0
  const kind = plan.input
  const bytes: usize = single ? 4 : 8
  let raw = base + plan.x
  let next = base + plan.next
  let scaler = base + plan.scalers
  let at = behind(plan, plan.fields)
  for (let i = 0; i < features; i++) {
    const field = changetype<Field>(at)
    const following = changetype<Field>(at + offsetof<Field>())
    // Two fields are scaled at a time where both are of the most common kind.
    if (kind == Input.scaled && i + 2 <= features && field.exponential != 0 && following.exponential != 0) {
      const numbers = single ? f64x2.promote_low_f32x4(v128.load64_splat(x)) : v128.load(x)
      if (fitTwo(numbers)) {
        const clips = v128.load64_lane(base + following.clip, v128.load64_splat(base + field.clip), 1)
        scaledTwo<T>(out + <usize>i * sizeof<T>(), numbers, scaler, next, clips)
        scaler += 2 * offsetof<Scaler>()
        next += 2 * offsetof<Scaler>()
        at += 2 * offsetof<Field>()
        x += 2 * bytes
        raw += 16
        i++
        continue
      }
    }
    const names = field.names
    if (names == HASHED) {
      const hashed = changetype<HashedField>(at)
      const active = hashed.active
      if (!putSparse(x, single, raw, active, hashed.capacity, hashed.missing != 0)) return false
      x += (1 + 2 * <usize>active) * bytes
      raw += (1 + 2 * <usize>active) << 3
      at += offsetof<HashedField>()
      continue
    }
    const number = single ? <f64>load<f32>(x) : load<f64>(x)
    if (names < 0 ? !fits(number, field.missing != 0) : !fitsNames(number, load<f64>(base + <usize>names), field.missing != 0))
      return false
    if (kind == Input.scaled) {
      store<T>(out + <usize>i * sizeof<T>(), <T>scaled(number, scaler, next, field.exponential != 0, load<f64>(base + field.clip)))
      scaler += offsetof<Scaler>()
      next += offsetof<Scaler>()
    } else if (kind == Input.plain) store<T>(out + <usize>i * sizeof<T>(), number == number ? <T>number : <T>0)
    else store<f64>(raw, number)
    at += offsetof<Field>()
    x += bytes
    raw += 8
  }
  if (kind == Input.encoded) segment(code, base, plan.encodeFrom, plan.encodeTo)
  return true
}
