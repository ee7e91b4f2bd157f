// Sums along an axis and copies along one: the twins of those in src/program/products.ts.

import { exp_f32, exp_f64 } from '../math/elementary/exp'
import { log_f32, log_f64 } from '../math/elementary/log'

/** [k, n, m] → [k, m], in four lanes where m = 1, else one after another. */
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

/** (z − top) − log Σ exp(z − top) for k rows of n, with the sum in four lanes. */
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

/** [k, m] → [k, n, m], where each row of m is repeated n times. */
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

/**
 * Copies k blocks of n elements: `from` apart in the source, starting at element m, and `to` apart in the result,
 * starting at element `flags`.
 */
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
