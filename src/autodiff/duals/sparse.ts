import type { Dual, DualRule, DualRules } from './rule.js'

/** Returns the index and the value of each entry of a sparse row. */
const activeOf = ({ value }: Dual): readonly (readonly [index: number, value: number])[] =>
  Array.from({ length: value[0] }, (_, k) => [value[1 + 2 * k], value[2 + 2 * k]] as const)

const sparseDense: DualRule = ([h, W, b], { shape: [m = 0] }) => {
  const sum = (w: Float64Array, start: Float64Array | undefined): Float64Array =>
    new Float64Array(m).map((_, j) => activeOf(h).reduce((total, [i, v]) => total + v * w[i * m + j], start?.[j] ?? 0))
  const { value, tangent } = W
  return { value: sum(value, b?.value), tangent: sum(tangent, b?.tangent) }
}

const sparseOuter: DualRule = ([h, delta], { shape: [rows = 0, m = 0] }) => {
  const spread = (d: Float64Array): Float64Array => {
    const y = new Float64Array(rows * m)
    for (const [i, v] of activeOf(h)) for (let j = 0; j < m; j++) y[i * m + j] += v * d[j]
    return y
  }
  const { value, tangent } = delta
  return { value: spread(value), tangent: spread(tangent) }
}

/** The rules of the ops that read a sparse row. */
export const sparseDuals: DualRules = { sparseDense, sparseOuter }
