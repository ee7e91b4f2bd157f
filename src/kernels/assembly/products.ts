// Products and sums, each in the order that src/program/products.ts fixes: the same terms, added in the same order.

import { exp_f32, exp_f64 } from './elementary/exp'
import { log_f32, log_f64 } from './elementary/log'
import { madd, maddOne } from './madd'
import { note } from './touched'

/** The four lanes of a sum: one vector of f32, or two of f64. */
// @ts-ignore: decorator
@inline
function addLanes<T>(low: v128, high: v128): T {
  if (sizeof<T>() == 4) {
    const a = f32x4.extract_lane(low, 0) + f32x4.extract_lane(low, 1)
    return <T>(a + f32x4.extract_lane(low, 2) + f32x4.extract_lane(low, 3))
  }
  const a = f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1)
  return <T>(a + f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
}

/** Σ a[i]·b[i·stride] in four lanes. */
// @ts-ignore: decorator
@inline
export function inLanes<T>(a: usize, b: usize, stride: i32, n: i32): T {
  if (stride == 1) return contiguousInLanes<T>(a, b, n)
  let l0: T = <T>0
  let l1: T = <T>0
  let l2: T = <T>0
  let l3: T = <T>0
  const step = <usize>stride * sizeof<T>()
  let i = 0
  for (; i + 3 < n; i += 4) {
    l0 = maddOne<T>(l0, load<T>(a), load<T>(b))
    l1 = maddOne<T>(l1, load<T>(a, sizeof<T>()), load<T>(b + step))
    l2 = maddOne<T>(l2, load<T>(a, 2 * sizeof<T>()), load<T>(b + 2 * step))
    l3 = maddOne<T>(l3, load<T>(a, 3 * sizeof<T>()), load<T>(b + 3 * step))
    a += 4 * sizeof<T>()
    b += 4 * step
  }
  if (i < n) l0 = maddOne<T>(l0, load<T>(a), load<T>(b))
  if (i + 1 < n) l1 = maddOne<T>(l1, load<T>(a, sizeof<T>()), load<T>(b + step))
  if (i + 2 < n) l2 = maddOne<T>(l2, load<T>(a, 2 * sizeof<T>()), load<T>(b + 2 * step))
  return <T>(<T>(<T>(l0 + l1) + l2) + l3)
}

// @ts-ignore: decorator
@inline
export function contiguousInLanes<T>(a: usize, b: usize, n: i32): T {
  let low = v128.splat<T>(<T>0)
  let high = v128.splat<T>(<T>0)
  let i = 0
  for (; i + 4 <= n; i += 4) {
    low = madd<T>(low, v128.load(a), v128.load(b))
    if (sizeof<T>() == 8) high = madd<T>(high, v128.load(a, 16), v128.load(b, 16))
    a += 4 * sizeof<T>()
    b += 4 * sizeof<T>()
  }
  // at most three terms are left, one for each of the first lanes
  if (sizeof<T>() == 4) {
    let l0 = f32x4.extract_lane(low, 0)
    let l1 = f32x4.extract_lane(low, 1)
    let l2 = f32x4.extract_lane(low, 2)
    if (i < n) l0 = maddOne<f32>(l0, load<f32>(a), load<f32>(b))
    if (i + 1 < n) l1 = maddOne<f32>(l1, load<f32>(a, 4), load<f32>(b, 4))
    if (i + 2 < n) l2 = maddOne<f32>(l2, load<f32>(a, 8), load<f32>(b, 8))
    return <T>(l0 + l1 + l2 + f32x4.extract_lane(low, 3))
  }
  let l0 = f64x2.extract_lane(low, 0)
  let l1 = f64x2.extract_lane(low, 1)
  let l2 = f64x2.extract_lane(high, 0)
  if (i < n) l0 = maddOne<f64>(l0, load<f64>(a), load<f64>(b))
  if (i + 1 < n) l1 = maddOne<f64>(l1, load<f64>(a, 8), load<f64>(b, 8))
  if (i + 2 < n) l2 = maddOne<f64>(l2, load<f64>(a, 16), load<f64>(b, 16))
  return <T>(l0 + l1 + l2 + f64x2.extract_lane(high, 1))
}

/** y = xW + b: four results or more side by side, from the bias; fewer in lanes over the inputs. */
export function dense<T>(y: usize, x: usize, w: usize, b: usize, hasBias: bool, n: i32, m: i32): void {
  const size = sizeof<T>()
  if (m < 4) {
    for (let j = 0; j < m; j++) {
      const at = <usize>j * size
      store<T>(y + at, <T>(inLanes<T>(x, w + at, m, n) + (hasBias ? load<T>(b + at) : <T>0)))
    }
    return
  }
  const rowBytes = <usize>m * size
  const zero = v128.splat<T>(<T>0)
  let at: usize = 0
  // sixty-four bytes of results at a time stay in registers while the inputs go by
  for (; at + 64 <= rowBytes; at += 64) {
    let a0 = zero
    let a1 = zero
    let a2 = zero
    let a3 = zero
    if (hasBias) {
      a0 = v128.add<T>(zero, v128.load(b + at))
      a1 = v128.add<T>(zero, v128.load(b + at, 16))
      a2 = v128.add<T>(zero, v128.load(b + at, 32))
      a3 = v128.add<T>(zero, v128.load(b + at, 48))
    }
    let row = w + at
    for (let i = 0; i < n; i++) {
      const xi = load<T>(x + <usize>i * size)
      if (xi != <T>0) {
        const all = v128.splat<T>(xi)
        a0 = madd<T>(a0, all, v128.load(row))
        a1 = madd<T>(a1, all, v128.load(row, 16))
        a2 = madd<T>(a2, all, v128.load(row, 32))
        a3 = madd<T>(a3, all, v128.load(row, 48))
      }
      row += rowBytes
    }
    v128.store(y + at, a0)
    v128.store(y + at, a1, 16)
    v128.store(y + at, a2, 32)
    v128.store(y + at, a3, 48)
  }
  for (; at + 16 <= rowBytes; at += 16) {
    let a0 = hasBias ? v128.add<T>(zero, v128.load(b + at)) : zero
    let row = w + at
    for (let i = 0; i < n; i++) {
      const xi = load<T>(x + <usize>i * size)
      if (xi != <T>0) a0 = madd<T>(a0, v128.splat<T>(xi), v128.load(row))
      row += rowBytes
    }
    v128.store(y + at, a0)
  }
  for (; at < rowBytes; at += size) {
    let sum = hasBias ? <T>(<T>0 + load<T>(b + at)) : <T>0
    let row = w + at
    for (let i = 0; i < n; i++) {
      const xi = load<T>(x + <usize>i * size)
      if (xi != <T>0) sum = maddOne<T>(sum, xi, load<T>(row))
      row += rowBytes
    }
    store<T>(y + at, sum)
  }
}

/** How many indices a sparse row has, n at most. */
// @ts-ignore: decorator
@inline
function activeOf<T>(h: usize, n: i32): i32 {
  const count = load<T>(h)
  // a loop of k < count, as a number: the next whole one, and none for NaN
  return count > <T>0 ? (count < <T>n ? <i32>ceil<T>(count) : n) : 0
}

/** y += x·row. */
function addTimes<T>(y: usize, row: usize, x: T, bytes: usize): void {
  const all = v128.splat<T>(x)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16)
    v128.store(y + at, v128.add<T>(v128.load(y + at), v128.mul<T>(all, v128.load(row + at))))
  for (; at < bytes; at += sizeof<T>()) store<T>(y + at, <T>(load<T>(y + at) + <T>(x * load<T>(row + at))))
}

/** y = b + Σ v_k·W[i_k] over a sparse row h: its count, then i and v of each. */
export function sparseDense<T>(y: usize, h: usize, w: usize, b: usize, hasBias: bool, n: i32, m: i32, rows: i32): void {
  const bytes = <usize>m * sizeof<T>()
  if (m < 4) {
    for (let at: usize = 0; at < bytes; at += sizeof<T>())
      store<T>(y + at, <T>(sparseInLanes<T>(h, w + at, bytes, n, rows) + (hasBias ? load<T>(b + at) : <T>0)))
    return
  }
  for (let at: usize = 0; at < bytes; at += sizeof<T>()) store<T>(y + at, hasBias ? <T>(<T>0 + load<T>(b + at)) : <T>0)
  const count = activeOf<T>(h, n)
  for (let k = 0; k < count; k++) {
    h += 2 * sizeof<T>()
    const i = load<T>(h - sizeof<T>())
    if (!(i >= <T>0 && i < <T>rows)) continue
    addTimes<T>(y, w + <usize>i * bytes, load<T>(h), bytes)
  }
}

/** Σ v_k·w[i_k] in four lanes. */
function sparseInLanes<T>(h: usize, w: usize, stride: usize, n: i32, rows: i32): T {
  let l0: T = <T>0
  let l1: T = <T>0
  let l2: T = <T>0
  let l3: T = <T>0
  const count = activeOf<T>(h, n)
  for (let k = 0, lane = 0; k < count; k++) {
    h += 2 * sizeof<T>()
    const i = load<T>(h - sizeof<T>())
    if (!(i >= <T>0 && i < <T>rows)) continue
    const term = <T>(load<T>(h) * load<T>(w + <usize>i * stride))
    if (lane == 0) l0 = <T>(l0 + term)
    else if (lane == 1) l1 = <T>(l1 + term)
    else if (lane == 2) l2 = <T>(l2 + term)
    else l3 = <T>(l3 + term)
    lane = (lane + 1) & 3
  }
  return <T>(<T>(<T>(l0 + l1) + l2) + l3)
}

/** W̄[i_k] += v_k·δ; the rows are noted in the list, if there is one (not 0). */
export function sparseAdd<T>(
  y: usize, h: usize, delta: usize, list: usize, n: i32, m: i32, rows: i32, room: i32,
): void {
  const bytes = <usize>m * sizeof<T>()
  const count = activeOf<T>(h, n)
  for (let k = 0; k < count; k++) {
    h += 2 * sizeof<T>()
    const i = load<T>(h - sizeof<T>())
    if (!(i >= <T>0 && i < <T>rows)) continue
    addTimes<T>(y + <usize>i * bytes, delta, load<T>(h), bytes)
    if (list != 0) note(list, <f64><i32>i, room)
  }
}

/** x̄ = Wδ, each in four lanes. */
export function denseInput<T>(y: usize, delta: usize, w: usize, n: i32, m: i32): void {
  const rowBytes = <usize>m * sizeof<T>()
  for (let i = 0; i < n; i++) {
    store<T>(y + <usize>i * sizeof<T>(), contiguousInLanes<T>(delta, w, m))
    w += rowBytes
  }
}

/** x ⊗ δ, or added to what is there; a row whose x is 0 is left out then. */
export function outer<T>(y: usize, x: usize, delta: usize, n: i32, m: i32, add: bool): void {
  const rowBytes = <usize>m * sizeof<T>()
  for (let i = 0; i < n; i++) {
    const xi = load<T>(x + <usize>i * sizeof<T>())
    if (!add || xi != <T>0) {
      const all = v128.splat<T>(xi)
      let at: usize = 0
      for (; at + 16 <= rowBytes; at += 16) {
        const product = v128.mul<T>(all, v128.load(delta + at))
        v128.store(y + at, add ? v128.add<T>(v128.load(y + at), product) : product)
      }
      for (; at < rowBytes; at += sizeof<T>()) {
        const product = <T>(xi * load<T>(delta + at))
        store<T>(y + at, add ? <T>(load<T>(y + at) + product) : product)
      }
    }
    y += rowBytes
  }
}

/** [n, k] times [k, m], the terms one after another; flags 1: a is stored transposed, 2: b is. */
export function matmul<T>(y: usize, a: usize, b: usize, n: i32, m: i32, k: i32, flags: i32): void {
  const size = sizeof<T>()
  const rowA = <usize>(flags & 1 ? 1 : k) * size
  const columnA = <usize>(flags & 1 ? n : 1) * size
  const rowB = <usize>(flags & 2 ? 1 : m) * size
  const columnB = <usize>(flags & 2 ? k : 1) * size
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let total = <T>0
      let p = a + <usize>i * rowA
      let q = b + <usize>j * columnB
      for (let l = 0; l < k; l++) {
        total = <T>(total + <T>(load<T>(p) * load<T>(q)))
        p += columnA
        q += rowB
      }
      store<T>(y + <usize>(i * m + j) * size, total)
    }
}

/** [k, n, m] → [k, m]: in four lanes where m = 1, else one after another. */
export function sum<T>(y: usize, x: usize, n: i32, m: i32, k: i32): void {
  const size = sizeof<T>()
  for (let o = 0; o < k; o++) {
    if (m == 1) {
      let l0 = <T>0
      let l1 = <T>0
      let l2 = <T>0
      let l3 = <T>0
      for (let i = 0; i < n; i++) {
        const term = load<T>(x + <usize>(o * n + i) * size)
        const lane = i & 3
        if (lane == 0) l0 = <T>(l0 + term)
        else if (lane == 1) l1 = <T>(l1 + term)
        else if (lane == 2) l2 = <T>(l2 + term)
        else l3 = <T>(l3 + term)
      }
      store<T>(y + <usize>o * size, <T>(<T>(<T>(l0 + l1) + l2) + l3))
    } else
      for (let j = 0; j < m; j++) {
        let total = <T>0
        for (let i = 0; i < n; i++) total = <T>(total + load<T>(x + <usize>((o * n + i) * m + j) * size))
        store<T>(y + <usize>(o * m + j) * size, total)
      }
  }
}

/** (z − top) − log Σ exp(z − top), k rows of n; the sum in four lanes. */
export function logSoftmax<T>(y: usize, z: usize, n: i32, k: i32): void {
  const size = sizeof<T>()
  for (let o = 0; o < k; o++) {
    let top = load<T>(z)
    for (let i = 1; i < n; i++) {
      const next = load<T>(z + <usize>i * size)
      if (next > top) top = next
    }
    let l0 = <T>0
    let l1 = <T>0
    let l2 = <T>0
    let l3 = <T>0
    for (let i = 0; i < n; i++) {
      const below = <T>(load<T>(z + <usize>i * size) - top)
      const term = size == 4 ? <T>exp_f32(<f32>below) : <T>exp_f64(<f64>below)
      const lane = i & 3
      if (lane == 0) l0 = <T>(l0 + term)
      else if (lane == 1) l1 = <T>(l1 + term)
      else if (lane == 2) l2 = <T>(l2 + term)
      else l3 = <T>(l3 + term)
    }
    const all = <T>(<T>(<T>(l0 + l1) + l2) + l3)
    const total = size == 4 ? <T>log_f32(<f32>all) : <T>log_f64(<f64>all)
    for (let i = 0; i < n; i++) store<T>(y + <usize>i * size, <T>(<T>(load<T>(z + <usize>i * size) - top) - total))
    y += <usize>n * size
    z += <usize>n * size
  }
}

/** [k, m] → [k, n, m], each row of m repeated n times. */
export function expand<T>(y: usize, x: usize, n: i32, m: i32, k: i32): void {
  const size = sizeof<T>()
  if (m == 1) {
    for (let o = 0; o < k; o++) {
      const value = load<T>(x + <usize>o * size)
      for (let i = 0; i < n; i++) {
        store<T>(y, value)
        y += size
      }
    }
    return
  }
  const bytes = <usize>m * size
  for (let o = 0; o < k; o++)
    for (let i = 0; i < n; i++) {
      memory.copy(y, x + <usize>o * bytes, bytes)
      y += bytes
    }
}

/** k blocks of n elements: `from` apart in the source from element m on, `to` apart in the result from element `flags` on. */
export function copyBlocks<T>(y: usize, x: usize, from: i32, to: i32, n: i32, m: i32, k: i32, flags: i32): void {
  const size = sizeof<T>()
  let source = x + <usize>m * size
  let target = y + <usize>flags * size
  for (let o = 0; o < k; o++) {
    memory.copy(target, source, <usize>n * size)
    source += <usize>from * size
    target += <usize>to * size
  }
}
