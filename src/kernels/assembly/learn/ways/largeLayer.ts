// Layers that are larger than a cache: xW + b is computed in one pass over W, which takes the pending step of W as
// well. Inputs that are 0 are left out.

import { madd, maddOne, minusOne } from '../../vector/madd'
import { moved } from '../layerStep'

/**
 * Lists, as byte offsets into x, the places i where x or `before` (if it is given) is not 0, and returns their number.
 */
export function places<T>(list: usize, x: usize, before: usize, n: i32): i32 {
  const size = sizeof<T>()
  let count: usize = 0
  let at: usize = 0
  const bytes = <usize>n * size
  const zero = v128.splat<T>(<T>0)
  // Usually either all of sixteen bytes are listed or none of them.
  if (size == 4)
    for (; at + 16 <= bytes; at += 16) {
      let there = v128.ne<T>(v128.load(x + at), zero)
      if (before != 0) there = v128.or(there, v128.ne<T>(v128.load(before + at), zero))
      if (i32x4.all_true(there)) {
        v128.store(list + (count << 2), i32x4.add(i32x4.splat(<i32>at), i32x4(0, 4, 8, 12)))
        count += 4
      } else
        for (let mask = i32x4.bitmask(there); mask != 0; mask &= mask - 1) {
          store<u32>(list + (count << 2), <u32>at + (ctz(mask) << 2))
          count++
        }
    }
  for (; at < bytes; at += size)
    if (load<T>(x + at) != <T>0 || (before != 0 && load<T>(before + at) != <T>0)) {
      store<u32>(list + (count << 2), <u32>at)
      count++
    }
  return <i32>count
}

/** Computes the same results four inputs at a time, so that W is read once, in the order in which it is stored. */
export function forwardLarge<T>(y: usize, x: usize, w: usize, b: usize, m: i32, list: usize, count: i32): void {
  const size = sizeof<T>()
  const rowBytes = <usize>m * size
  const whole = rowBytes & ~15
  begin<T>(y, b, rowBytes)
  let i = 0
  for (; i + 4 <= count; i += 4) {
    const o0 = <usize>load<u32>(list)
    const o1 = <usize>load<u32>(list, 4)
    const o2 = <usize>load<u32>(list, 8)
    const o3 = <usize>load<u32>(list, 12)
    list += 16
    const x0 = v128.splat<T>(load<T>(x + o0))
    const x1 = v128.splat<T>(load<T>(x + o1))
    const x2 = v128.splat<T>(load<T>(x + o2))
    const x3 = v128.splat<T>(load<T>(x + o3))
    const w0 = w + o0 * <usize>m
    const w1 = w + o1 * <usize>m
    const w2 = w + o2 * <usize>m
    const w3 = w + o3 * <usize>m
    let at: usize = 0
    for (; at < whole; at += 16) {
      let sum = v128.load(y + at)
      sum = madd<T>(sum, x0, v128.load(w0 + at))
      sum = madd<T>(sum, x1, v128.load(w1 + at))
      sum = madd<T>(sum, x2, v128.load(w2 + at))
      sum = madd<T>(sum, x3, v128.load(w3 + at))
      v128.store(y + at, sum)
    }
    for (; at < rowBytes; at += size) {
      let sum = load<T>(y + at)
      sum = maddOne<T>(sum, load<T>(x + o0), load<T>(w0 + at))
      sum = maddOne<T>(sum, load<T>(x + o1), load<T>(w1 + at))
      sum = maddOne<T>(sum, load<T>(x + o2), load<T>(w2 + at))
      sum = maddOne<T>(sum, load<T>(x + o3), load<T>(w3 + at))
      store<T>(y + at, sum)
    }
  }
  for (; i < count; i++) {
    const o = <usize>load<u32>(list)
    list += 4
    const row = w + o * <usize>m
    const all = v128.splat<T>(load<T>(x + o))
    let at: usize = 0
    for (; at < whole; at += 16) v128.store(y + at, madd<T>(v128.load(y + at), all, v128.load(row + at)))
    for (; at < rowBytes; at += size)
      store<T>(y + at, maddOne<T>(load<T>(y + at), load<T>(x + o), load<T>(row + at)))
  }
}

/** 0 + b, so that no sum starts at −0. */
// @ts-ignore: decorator
@inline
function begin<T>(y: usize, b: usize, rowBytes: usize): void {
  if (b == 0) {
    memory.fill(y, 0, rowBytes)
    return
  }
  for (let at: usize = 0; at < rowBytes; at += sizeof<T>()) store<T>(y + at, <T>(<T>0 + load<T>(b + at)))
}

/**
 * Passes once over W: it first takes the pending step, W ← W − η(before ⊗ δ), and then computes xW + b. The bits are
 * those of one after the other, at half the memory traffic.
 */
export function stepAndForwardLarge<T>(
  y: usize, x: usize, w: usize, b: usize, m: i32, list: usize, count: i32,
  before: usize, delta: usize, rate: T,
): void {
  const size = sizeof<T>()
  const rowBytes = <usize>m * size
  const whole = rowBytes & ~15
  const eta = v128.splat<T>(rate)
  begin<T>(y, b, rowBytes)
  let i = 0
  // Whole vectors are done here, four inputs at a time.
  for (; i + 4 <= count && whole == rowBytes; i += 4) {
    const o0 = <usize>load<u32>(list)
    const o1 = <usize>load<u32>(list, 4)
    const o2 = <usize>load<u32>(list, 8)
    const o3 = <usize>load<u32>(list, 12)
    list += 16
    const x0 = v128.splat<T>(load<T>(x + o0))
    const x1 = v128.splat<T>(load<T>(x + o1))
    const x2 = v128.splat<T>(load<T>(x + o2))
    const x3 = v128.splat<T>(load<T>(x + o3))
    const p0 = v128.splat<T>(load<T>(before + o0))
    const p1 = v128.splat<T>(load<T>(before + o1))
    const p2 = v128.splat<T>(load<T>(before + o2))
    const p3 = v128.splat<T>(load<T>(before + o3))
    let w0 = w + o0 * <usize>m
    let w1 = w + o1 * <usize>m
    let w2 = w + o2 * <usize>m
    let w3 = w + o3 * <usize>m
    let d = delta
    let to = y
    let slope: v128, sum: v128, v: v128
    const end = y + rowBytes
    // One cache line of each row is done at a time. The number of instructions is the limit here, so the lines are
    // written out: an offset becomes a part of an instruction only where it is a literal.
    for (; to + 64 <= end; to += 64) {
      slope = v128.load(d)
      sum = v128.load(to)
      v128.store(w0, (v = moved<T>(v128.load(w0), p0, slope, eta)))
      sum = madd<T>(sum, x0, v)
      v128.store(w1, (v = moved<T>(v128.load(w1), p1, slope, eta)))
      sum = madd<T>(sum, x1, v)
      v128.store(w2, (v = moved<T>(v128.load(w2), p2, slope, eta)))
      sum = madd<T>(sum, x2, v)
      v128.store(w3, (v = moved<T>(v128.load(w3), p3, slope, eta)))
      sum = madd<T>(sum, x3, v)
      v128.store(to, sum)
      slope = v128.load(d, 16)
      sum = v128.load(to, 16)
      v128.store(w0, (v = moved<T>(v128.load(w0, 16), p0, slope, eta)), 16)
      sum = madd<T>(sum, x0, v)
      v128.store(w1, (v = moved<T>(v128.load(w1, 16), p1, slope, eta)), 16)
      sum = madd<T>(sum, x1, v)
      v128.store(w2, (v = moved<T>(v128.load(w2, 16), p2, slope, eta)), 16)
      sum = madd<T>(sum, x2, v)
      v128.store(w3, (v = moved<T>(v128.load(w3, 16), p3, slope, eta)), 16)
      sum = madd<T>(sum, x3, v)
      v128.store(to, sum, 16)
      slope = v128.load(d, 32)
      sum = v128.load(to, 32)
      v128.store(w0, (v = moved<T>(v128.load(w0, 32), p0, slope, eta)), 32)
      sum = madd<T>(sum, x0, v)
      v128.store(w1, (v = moved<T>(v128.load(w1, 32), p1, slope, eta)), 32)
      sum = madd<T>(sum, x1, v)
      v128.store(w2, (v = moved<T>(v128.load(w2, 32), p2, slope, eta)), 32)
      sum = madd<T>(sum, x2, v)
      v128.store(w3, (v = moved<T>(v128.load(w3, 32), p3, slope, eta)), 32)
      sum = madd<T>(sum, x3, v)
      v128.store(to, sum, 32)
      slope = v128.load(d, 48)
      sum = v128.load(to, 48)
      v128.store(w0, (v = moved<T>(v128.load(w0, 48), p0, slope, eta)), 48)
      sum = madd<T>(sum, x0, v)
      v128.store(w1, (v = moved<T>(v128.load(w1, 48), p1, slope, eta)), 48)
      sum = madd<T>(sum, x1, v)
      v128.store(w2, (v = moved<T>(v128.load(w2, 48), p2, slope, eta)), 48)
      sum = madd<T>(sum, x2, v)
      v128.store(w3, (v = moved<T>(v128.load(w3, 48), p3, slope, eta)), 48)
      sum = madd<T>(sum, x3, v)
      v128.store(to, sum, 48)
      w0 += 64
      w1 += 64
      w2 += 64
      w3 += 64
      d += 64
    }
    for (; to < end; to += 16) {
      slope = v128.load(d)
      sum = v128.load(to)
      v128.store(w0, (v = moved<T>(v128.load(w0), p0, slope, eta)))
      sum = madd<T>(sum, x0, v)
      v128.store(w1, (v = moved<T>(v128.load(w1), p1, slope, eta)))
      sum = madd<T>(sum, x1, v)
      v128.store(w2, (v = moved<T>(v128.load(w2), p2, slope, eta)))
      sum = madd<T>(sum, x2, v)
      v128.store(w3, (v = moved<T>(v128.load(w3), p3, slope, eta)))
      sum = madd<T>(sum, x3, v)
      v128.store(to, sum)
      w0 += 16
      w1 += 16
      w2 += 16
      w3 += 16
      d += 16
    }
  }
  for (; i + 2 <= count; i += 2) {
    const o0 = <usize>load<u32>(list)
    const o1 = <usize>load<u32>(list, 4)
    list += 8
    const x0 = v128.splat<T>(load<T>(x + o0))
    const x1 = v128.splat<T>(load<T>(x + o1))
    const p0 = v128.splat<T>(load<T>(before + o0))
    const p1 = v128.splat<T>(load<T>(before + o1))
    const w0 = w + o0 * <usize>m
    const w1 = w + o1 * <usize>m
    let at: usize = 0
    for (; at < whole; at += 16) {
      const d = v128.load(delta + at)
      const v0 = moved<T>(v128.load(w0 + at), p0, d, eta)
      v128.store(w0 + at, v0)
      const v1 = moved<T>(v128.load(w1 + at), p1, d, eta)
      v128.store(w1 + at, v1)
      v128.store(y + at, madd<T>(madd<T>(v128.load(y + at), x0, v0), x1, v1))
    }
    for (; at < rowBytes; at += size) {
      const d = load<T>(delta + at)
      const v0 = minusOne<T>(load<T>(w0 + at), <T>(load<T>(before + o0) * d), rate)
      store<T>(w0 + at, v0)
      const v1 = minusOne<T>(load<T>(w1 + at), <T>(load<T>(before + o1) * d), rate)
      store<T>(w1 + at, v1)
      store<T>(y + at, maddOne<T>(maddOne<T>(load<T>(y + at), load<T>(x + o0), v0), load<T>(x + o1), v1))
    }
  }
  if (i < count) {
    const o = <usize>load<u32>(list)
    const row = w + o * <usize>m
    for (let at: usize = 0; at < rowBytes; at += size) {
      const v = minusOne<T>(load<T>(row + at), <T>(load<T>(before + o) * load<T>(delta + at)), rate)
      store<T>(row + at, v)
      store<T>(y + at, maddOne<T>(load<T>(y + at), load<T>(x + o), v))
    }
  }
}
