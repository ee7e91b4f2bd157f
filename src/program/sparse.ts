import type { Floats } from '../values.js'
import { ANY } from './abi.js'
import type { Arithmetic } from './arithmetic.js'
import type { Kernels } from './kernel.js'
import { addLanes } from './lanes.js'

/** Calls `use` with each index and value of a sparse row, except for indices beyond `rows`. */
const eachActive = (v: Floats, h: number, n: number, rows: number, use: (i: number, x: number) => void): void => {
  const count = Math.min(n, v[h])
  for (let k = 0; k < count; k++) {
    const i = v[h + 1 + 2 * k]
    if (i >= 0 && i < rows) use(Math.floor(i), v[h + 2 + 2 * k])
  }
}

/** Products with the few rows of a matrix that a sparse row names, and the lists of the rows that a window touched. */
export const sparseKernels = ({ round, shift }: Arithmetic): Kernels => ({
  /**
   * y = b + Σ v_k·W[i_k], added as `dense` adds. h (at a) holds the count and then each i and v, n at most; W (at b)
   * has k rows of m. An index that is no row of W is left out, together with its place in the lanes.
   */
  sparseDense: (v, _, out, a, b, c, n, m, k) => {
    const y = out >> shift
    const w = b >> shift
    if (m < 4) {
      for (let j = 0; j < m; j++) {
        const lanes = [0, 0, 0, 0]
        let at = 0
        eachActive(v, a >> shift, n, k, (i, x) => {
          lanes[at & 3] = round(lanes[at & 3] + round(x * v[w + i * m + j]))
          at++
        })
        v[y + j] = addLanes(round, lanes) + (c < 0 ? 0 : v[(c >> shift) + j])
      }
      return
    }
    for (let j = 0; j < m; j++) v[y + j] = 0 + (c < 0 ? 0 : v[(c >> shift) + j])
    eachActive(v, a >> shift, n, k, (i, x) => {
      for (let j = 0; j < m; j++) v[y + j] = v[y + j] + round(x * v[w + i * m + j])
    })
  },
  /**
   * W̄[i_k] += v_k·δ, in the order of k: the adjoint of `sparseDense`, with W̄ at out and δ at b. The rows are noted in
   * the list at c, if there is one, which has room for `flags` of them.
   */
  sparseAdd: (v, d, out, a, b, c, n, m, k, flags) => {
    const y = out >> shift
    const delta = b >> shift
    const list = c >> 3
    eachActive(v, a >> shift, n, k, (i, x) => {
      for (let j = 0; j < m; j++) v[y + i * m + j] = v[y + i * m + j] + round(x * v[delta + j])
      if (c < 0 || d[list] < 0) return
      const count = d[list]
      d[list] = count < flags ? count + 1 : ANY
      if (count < flags) d[list + 1 + count] = i
    })
  },
  /** Sorts the list of touched rows (at a) and keeps each row once. */
  sortTouched: (_v, d, _out, a) => {
    const list = a >> 3
    const sorted = d.subarray(list + 1, list + 1 + Math.max(0, d[list])).sort()
    let count = 0
    for (const row of sorted) if (count === 0 || sorted[count - 1] !== row) sorted[count++] = row
    if (d[list] > 0) d[list] = count
  },
})
