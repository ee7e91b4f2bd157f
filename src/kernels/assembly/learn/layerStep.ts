// Steps of a layer: its gradient is either folded into its update, or written out for a rule that needs all of it.

import { minus, minusOne } from '../vector/madd'

/** w − η(x·δ), rounded three times: as ∇, as η∇ and as the difference. */
// @ts-ignore: decorator
@inline
export function moved<T>(w: v128, x: v128, delta: v128, eta: v128): v128 {
  return minus<T>(w, v128.mul<T>(x, delta), eta)
}

/** W ← W − η(x ⊗ δ), rounded three times: as ∇, as η∇ and as W − η∇. */
export function stepLayer<T>(w: usize, x: usize, delta: usize, n: i32, m: i32, rate: T): void {
  const size = sizeof<T>()
  const eta = v128.splat<T>(rate)
  if (m == 1) {
    const d = load<T>(delta)
    const all = v128.splat<T>(d)
    const bytes = <usize>n * size
    const whole = bytes & ~15
    let at: usize = 0
    for (; at < whole; at += 16)
      v128.store(w + at, moved<T>(v128.load(w + at), v128.load(x + at), all, eta))
    for (; at < bytes; at += size)
      store<T>(w + at, minusOne<T>(load<T>(w + at), <T>(load<T>(x + at) * d), rate))
    return
  }
  const rowBytes = <usize>m * size
  if ((rowBytes & 63) == 0) {
    // Whole cache lines are done first: their part of δ stays in registers while the rows go by.
    for (let at: usize = 0; at < rowBytes; at += 64) {
      const d0 = v128.load(delta + at)
      const d1 = v128.load(delta + at, 16)
      const d2 = v128.load(delta + at, 32)
      const d3 = v128.load(delta + at, 48)
      let row = w + at
      for (let p = x, end = x + <usize>n * size; p < end; p += size) {
        const all = size == 4 ? v128.load32_splat(p) : v128.load64_splat(p)
        v128.store(row, moved<T>(v128.load(row), all, d0, eta))
        v128.store(row, moved<T>(v128.load(row, 16), all, d1, eta), 16)
        v128.store(row, moved<T>(v128.load(row, 32), all, d2, eta), 32)
        v128.store(row, moved<T>(v128.load(row, 48), all, d3, eta), 48)
        row += rowBytes
      }
    }
    return
  }
  const whole = rowBytes & ~15
  for (let i = 0; i < n; i++) {
    const xi = load<T>(x)
    x += size
    // An input of 0 has a gradient of 0, so its row does not move.
    if (xi != <T>0) {
      const all = v128.splat<T>(xi)
      let at: usize = 0
      for (; at < whole; at += 16)
        v128.store(w + at, moved<T>(v128.load(w + at), all, v128.load(delta + at), eta))
      for (; at < rowBytes; at += size)
        store<T>(w + at, minusOne<T>(load<T>(w + at), <T>(xi * load<T>(delta + at)), rate))
    }
    w += rowBytes
  }
}

/** b ← b − ηδ. */
export function stepBias<T>(b: usize, delta: usize, m: i32, rate: T): void {
  const bytes = <usize>m * sizeof<T>()
  const whole = bytes & ~15
  const eta = v128.splat<T>(rate)
  let at: usize = 0
  for (; at < whole; at += 16) v128.store(b + at, minus<T>(v128.load(b + at), v128.load(delta + at), eta))
  for (; at < bytes; at += sizeof<T>()) store<T>(b + at, minusOne<T>(load<T>(b + at), load<T>(delta + at), rate))
}

/** ∇W = 0 + x ⊗ δ. */
export function gradientOf<T>(g: usize, x: usize, delta: usize, n: i32, m: i32): void {
  const size = sizeof<T>()
  const zero = v128.splat<T>(<T>0)
  if (m == 1) {
    const d = load<T>(delta)
    const all = v128.splat<T>(d)
    const bytes = <usize>n * size
    const whole = bytes & ~15
    let at: usize = 0
    for (; at < whole; at += 16) v128.store(g + at, v128.add<T>(zero, v128.mul<T>(v128.load(x + at), all)))
    for (; at < bytes; at += size) store<T>(g + at, <T>(<T>0 + <T>(load<T>(x + at) * d)))
    return
  }
  const rowBytes = <usize>m * size
  const whole = rowBytes & ~15
  for (let i = 0; i < n; i++) {
    const xi = load<T>(x)
    const all = v128.splat<T>(xi)
    x += size
    let at: usize = 0
    for (; at < whole; at += 16) v128.store(g + at, v128.add<T>(zero, v128.mul<T>(all, v128.load(delta + at))))
    for (; at < rowBytes; at += size) store<T>(g + at, <T>(<T>0 + <T>(xi * load<T>(delta + at))))
    g += rowBytes
  }
}

/** ∇b = 0 + δ. */
export function gradientOfBias<T>(g: usize, delta: usize, m: i32): void {
  for (let at: usize = 0, bytes = <usize>m * sizeof<T>(); at < bytes; at += sizeof<T>())
    store<T>(g + at, <T>(<T>0 + load<T>(delta + at)))
}
