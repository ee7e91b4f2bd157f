import type { Arithmetic } from './arithmetic.js'
import type { Kernels } from './kernel.js'
import { addLanes, inLanes } from './lanes.js'

/**
 * Products and sums. The order of addition of each is fixed, so that every executor gives the same bits.
 *
 * - Side by side: the terms of a result are added one after another, from +0 or from the bias, and many results are in
 *   lanes.
 * - In four lanes: term i goes to lane i mod 4, each lane starts from +0, and the result is ((l0 + l1) + l2) + l3.
 */
export const productKernels = ({ shift, round, exp, log }: Arithmetic): Kernels => {
  return {
    /**
     * y = xW + b. Four or more results are computed side by side, from the bias on; fewer in lanes over the inputs,
     * then + b.
     */
    dense: (v, _, out, a, b, c, n, m) => {
      const y = out >> shift
      const x = a >> shift
      const w = b >> shift
      const bias = c >> shift
      if (m < 4) {
        for (let j = 0; j < m; j++) v[y + j] = inLanes(round, v, x, 1, w + j, m, n) + (c < 0 ? 0 : v[bias + j])
        return
      }
      // 0 + b, so that no sum starts at −0; then a term of 0 may be left out without changing a bit.
      for (let j = 0; j < m; j++) v[y + j] = 0 + (c < 0 ? 0 : v[bias + j])
      for (let i = 0; i < n; i++) {
        const xi = v[x + i]
        if (xi === 0) continue
        const row = w + i * m
        for (let j = 0; j < m; j++) v[y + j] = v[y + j] + round(xi * v[row + j])
      }
    },
    /** x̄ = Wδ, with each result in four lanes. */
    denseInput: (v, _, out, a, b, _c, n, m) => {
      const y = out >> shift
      const delta = a >> shift
      const w = b >> shift
      for (let i = 0; i < n; i++) v[y + i] = inLanes(round, v, delta, 1, w + i * m, 1, m)
    },
    outer: (v, _, out, a, b, _c, n, m) => {
      const y = out >> shift
      const x = a >> shift
      const delta = b >> shift
      for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) v[y + i * m + j] = v[x + i] * v[delta + j]
    },
    /** W̄ += x ⊗ δ. A row whose x is 0 is left out, which changes no bit of a finite gradient. */
    outerAdd: (v, _, out, a, b, _c, n, m) => {
      const y = out >> shift
      const x = a >> shift
      const delta = b >> shift
      for (let i = 0; i < n; i++) {
        const xi = v[x + i]
        if (xi === 0) continue
        const row = y + i * m
        for (let j = 0; j < m; j++) v[row + j] = v[row + j] + round(xi * v[delta + j])
      }
    },
    /** y += a·b, element by element. */
    mulAdd: (v, _, out, a, b, _c, n) => {
      const y = out >> shift
      const p = a >> shift
      const q = b >> shift
      for (let i = 0; i < n; i++) v[y + i] = v[y + i] + round(v[p + i] * v[q + i])
    },
    /** [n, k] times [k, m], side by side. Flag 1 says that a is stored transposed, flag 2 that b is. */
    matmul: (v, _, out, a, b, _c, n, m, k, flags) => {
      const y = out >> shift
      const p = a >> shift
      const q = b >> shift
      const [rowA, columnA] = flags & 1 ? [1, n] : [k, 1]
      const [rowB, columnB] = flags & 2 ? [1, k] : [m, 1]
      for (let i = 0; i < n; i++)
        for (let j = 0; j < m; j++) {
          let total = 0
          for (let l = 0; l < k; l++)
            total = round(total + round(v[p + i * rowA + l * columnA] * v[q + l * rowB + j * columnB]))
          v[y + i * m + j] = total
        }
    },
    /** [k, n, m] → [k, m], in four lanes where m = 1, else side by side. */
    sum: (v, _, out, a, _b, _c, n, m, k) => {
      const y = out >> shift
      const x = a >> shift
      for (let o = 0; o < k; o++)
        for (let j = 0; j < m; j++) {
          const first = x + o * n * m + j
          if (m === 1) {
            const lanes = [0, 0, 0, 0]
            for (let i = 0; i < n; i++) lanes[i & 3] = round(lanes[i & 3] + v[first + i])
            v[y + o] = addLanes(round, lanes)
          } else {
            let total = 0
            for (let i = 0; i < n; i++) total = round(total + v[first + i * m])
            v[y + o * m + j] = total
          }
        }
    },
    /** (z − top) − log Σ exp(z − top) for k rows of n, with the sum in four lanes. */
    logSoftmax: (v, _, out, a, _b, _c, n, _m, k) => {
      for (let o = 0; o < k; o++) {
        const y = (out >> shift) + o * n
        const z = (a >> shift) + o * n
        let top = v[z]
        for (let i = 1; i < n; i++) if (v[z + i] > top) top = v[z + i]!
        const lanes = [0, 0, 0, 0]
        for (let i = 0; i < n; i++) lanes[i & 3] = round(lanes[i & 3] + exp(round(v[z + i] - top)))
        const total = log(addLanes(round, lanes))
        for (let i = 0; i < n; i++) v[y + i] = round(v[z + i] - top) - total
      }
    },
    /** [k, m] → [k, n, m], where each row of m is repeated n times. */
    expand: (v, _, out, a, _b, _c, n, m, k) => {
      const y = out >> shift
      const x = a >> shift
      for (let o = 0; o < k; o++)
        for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) v[y + (o * n + i) * m + j] = v[x + o * m + j]!
    },
    /**
     * Copies k blocks of n elements: `b` apart in the source, from element m on; `c` apart in the result, from element
     * `flags` on.
     */
    copyBlocks: (v, _, out, a, b, c, n, m, k, flags) => {
      const y = (out >> shift) + flags
      const x = (a >> shift) + m
      for (let o = 0; o < k; o++) for (let i = 0; i < n; i++) v[y + o * c + i] = v[x + o * b + i]!
    },
    fill: (v, _, out, _a, _b, _c, n) => {
      v.fill(0, out >> shift, (out >> shift) + n)
    },
  }
}
