// Operations on each element alone: the twin of src/program/elementwise.ts. They work on sixteen bytes at a time, then
// on single elements. A lane computes what a single element would, so the bits do not depend on where an element
// stands.

import { Opcode } from '../abi'
import { exp_f32, exp_f32x4, exp_f64, exp_f64x2 } from './elementary/exp'
import { log1p_f32, log1p_f32x4, log1p_f64, log1p_f64x2, log_f32, log_f32x4, log_f64, log_f64x2 } from './elementary/log'
import { pow_f32, pow_f64 } from './elementary/pow'
import { sigmoid_f32, sigmoid_f32x4, sigmoid_f64, sigmoid_f64x2 } from './elementary/sigmoid'
import { softplus_f32, softplus_f32x4, softplus_f64, softplus_f64x2 } from './elementary/softplus'
import { tanh_f32, tanh_f32x4, tanh_f64, tanh_f64x2 } from './elementary/tanh'

// @ts-ignore: decorator
@inline
function lanesOf<T>(op: i32, x: v128): v128 {
  if (op == Opcode.neg) return v128.neg<T>(x)
  if (op == Opcode.sqrt) return v128.sqrt<T>(x)
  if (op == Opcode.abs) return v128.abs<T>(x)
  // The native max costs eight instructions for NaN and −0; here both come out right without extra work.
  if (op == Opcode.relu) return v128.andnot(x, v128.le<T>(x, v128.splat<T>(<T>0)))
  if (op == Opcode.copy) return x
  if (op == Opcode.exp) return sizeof<T>() == 4 ? exp_f32x4(x) : exp_f64x2(x)
  if (op == Opcode.log) return sizeof<T>() == 4 ? log_f32x4(x) : log_f64x2(x)
  if (op == Opcode.sigmoid) return sizeof<T>() == 4 ? sigmoid_f32x4(x) : sigmoid_f64x2(x)
  if (op == Opcode.tanh) return sizeof<T>() == 4 ? tanh_f32x4(x) : tanh_f64x2(x)
  return sizeof<T>() == 4 ? softplus_f32x4(x) : softplus_f64x2(x)
}

// @ts-ignore: decorator
@inline
function oneOf<T>(op: i32, x: T): T {
  if (op == Opcode.neg) return <T>-x
  if (op == Opcode.sqrt) return sqrt<T>(x)
  if (op == Opcode.abs) return abs<T>(x)
  if (op == Opcode.relu) return max<T>(x, <T>0)
  if (op == Opcode.copy) return x
  if (op == Opcode.exp) return sizeof<T>() == 4 ? <T>exp_f32(<f32>x) : <T>exp_f64(<f64>x)
  if (op == Opcode.log) return sizeof<T>() == 4 ? <T>log_f32(<f32>x) : <T>log_f64(<f64>x)
  if (op == Opcode.sigmoid) return sizeof<T>() == 4 ? <T>sigmoid_f32(<f32>x) : <T>sigmoid_f64(<f64>x)
  if (op == Opcode.tanh) return sizeof<T>() == 4 ? <T>tanh_f32(<f32>x) : <T>tanh_f64(<f64>x)
  return sizeof<T>() == 4 ? <T>softplus_f32(<f32>x) : <T>softplus_f64(<f64>x)
}

/** y = op(x). `op` is a constant at every call, so that each op gets a loop of its own. */
// @ts-ignore: decorator
@inline
export function unary<T>(op: i32, y: usize, x: usize, n: i32): void {
  const bytes = <usize>n * sizeof<T>()
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) v128.store(y + at, lanesOf<T>(op, v128.load(x + at)))
  for (; at < bytes; at += sizeof<T>()) store<T>(y + at, oneOf<T>(op, load<T>(x + at)))
}

/** Loops that two callers share. */
export function relus<T>(y: usize, x: usize, n: i32): void {
  unary<T>(Opcode.relu, y, x, n)
}
export function tanhs<T>(y: usize, x: usize, n: i32): void {
  unary<T>(Opcode.tanh, y, x, n)
}
export function sigmoids<T>(y: usize, x: usize, n: i32): void {
  unary<T>(Opcode.sigmoid, y, x, n)
}

// @ts-ignore: decorator
@inline
function lanesOfTwo<T>(op: i32, x: v128, y: v128): v128 {
  if (op == Opcode.add) return v128.add<T>(x, y)
  if (op == Opcode.sub) return v128.sub<T>(x, y)
  if (op == Opcode.mul) return v128.mul<T>(x, y)
  if (op == Opcode.div) return v128.div<T>(x, y)
  if (op == Opcode.max) return v128.max<T>(x, y)
  if (op == Opcode.min) return v128.min<T>(x, y)
  if (op == Opcode.greater) return v128.and(v128.gt<T>(x, y), v128.splat<T>(<T>1))
  // binary cross-entropy: z, t → (z where z > 0) − z·t + log(1 + e^−|z|)
  const positive = v128.and(x, v128.gt<T>(x, v128.splat<T>(<T>0)))
  const linear = v128.sub<T>(positive, v128.mul<T>(x, y))
  const away = v128.neg<T>(v128.abs<T>(x))
  const rest = sizeof<T>() == 4 ? log1p_f32x4(exp_f32x4(away)) : log1p_f64x2(exp_f64x2(away))
  return v128.add<T>(linear, rest)
}

// @ts-ignore: decorator
@inline
function oneOfTwo<T>(op: i32, x: T, y: T): T {
  if (op == Opcode.add) return <T>(x + y)
  if (op == Opcode.sub) return <T>(x - y)
  if (op == Opcode.mul) return <T>(x * y)
  if (op == Opcode.div) return <T>(x / y)
  if (op == Opcode.max) return max<T>(x, y)
  if (op == Opcode.min) return min<T>(x, y)
  if (op == Opcode.greater) return x > y ? <T>1 : <T>0
  if (op == Opcode.pow) return sizeof<T>() == 4 ? <T>pow_f32(<f32>x, <f32>y) : <T>pow_f64(<f64>x, <f64>y)
  const linear = <T>((x > <T>0 ? x : <T>0) - <T>(x * y))
  const away = <T>-abs<T>(x)
  return <T>(linear + (sizeof<T>() == 4 ? <T>log1p_f32(exp_f32(<f32>away)) : <T>log1p_f64(exp_f64(<f64>away))))
}

/** z = op(x, y), where op is a constant as above. */
// @ts-ignore: decorator
@inline
export function binary<T>(op: i32, z: usize, x: usize, y: usize, n: i32): void {
  const bytes = <usize>n * sizeof<T>()
  let at: usize = 0
  if (op != Opcode.pow) for (; at + 16 <= bytes; at += 16) v128.store(z + at, lanesOfTwo<T>(op, v128.load(x + at), v128.load(y + at)))
  for (; at < bytes; at += sizeof<T>()) store<T>(z + at, oneOfTwo<T>(op, load<T>(x + at), load<T>(y + at)))
}

/** z = x where the condition is not 0, else y. */
export function where<T>(z: usize, condition: usize, x: usize, y: usize, n: i32): void {
  const bytes = <usize>n * sizeof<T>()
  const zero = v128.splat<T>(<T>0)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16)
    v128.store(z + at, v128.bitselect(v128.load(x + at), v128.load(y + at), v128.ne<T>(v128.load(condition + at), zero)))
  for (; at < bytes; at += sizeof<T>())
    store<T>(z + at, load<T>(condition + at) != <T>0 ? load<T>(x + at) : load<T>(y + at))
}

/** y = x·s, and y = x + s. */
export function scaleBy<T>(y: usize, x: usize, s: T, n: i32): void {
  if (s == <T>1 && x == y) return
  const bytes = <usize>n * sizeof<T>()
  const all = v128.splat<T>(s)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) v128.store(y + at, v128.mul<T>(v128.load(x + at), all))
  for (; at < bytes; at += sizeof<T>()) store<T>(y + at, <T>(load<T>(x + at) * s))
}
/** y = x·s, with 0 in place of what is below `least`; NaN stays NaN. */
export function decayBy<T>(y: usize, x: usize, s: T, least: T, n: i32): void {
  const bytes = <usize>n * sizeof<T>()
  const all = v128.splat<T>(s)
  const leasts = v128.splat<T>(least)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) {
    const product = v128.mul<T>(v128.load(x + at), all)
    v128.store(y + at, v128.andnot(product, v128.lt<T>(v128.abs<T>(product), leasts)))
  }
  for (; at < bytes; at += sizeof<T>()) {
    const product = <T>(load<T>(x + at) * s)
    store<T>(y + at, abs<T>(product) < least ? <T>0 : product)
  }
}
export function shiftBy<T>(y: usize, x: usize, s: T, n: i32): void {
  const bytes = <usize>n * sizeof<T>()
  const all = v128.splat<T>(s)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) v128.store(y + at, v128.add<T>(v128.load(x + at), all))
  for (; at < bytes; at += sizeof<T>()) store<T>(y + at, <T>(load<T>(x + at) + s))
}

/** y += a·b, rounded after the product and after the sum. */
export function mulAdd<T>(y: usize, a: usize, b: usize, n: i32): void {
  const bytes = <usize>n * sizeof<T>()
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16)
    v128.store(y + at, v128.add<T>(v128.load(y + at), v128.mul<T>(v128.load(a + at), v128.load(b + at))))
  for (; at < bytes; at += sizeof<T>())
    store<T>(y + at, <T>(load<T>(y + at) + <T>(load<T>(a + at) * load<T>(b + at))))
}
