import type { Expression, Ops } from '../graph/expression.js'
import { uniform, zeros } from '../initializers/index.js'
import type { Initializer } from '../initializers/initializer.js'
import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import { entriesOf, type Layer, type LayerKind, type SparseRow } from './layer.js'

export interface Factorized extends Layer {
  readonly kind: 'factorized'
  readonly units: number
  readonly factors: number
  readonly initial?: Initializer
}

export interface FactorizedConfig {
  /** The number of factors of each input: the rank of the matrix of interactions. Default: 8. */
  readonly factors?: number
  /** The initializer of V. Default: uniform within ±0.1; zeros would never learn. */
  readonly initial?: Initializer
}

/** The most names of a row that a sparse feature may have, because each of them is a part of the circuit. */
const MOST = 64

/** Returns each entry of a sparse row as a sparse row of its own, which is empty where the row has fewer entries. */
const entriesIn = ({ concat, greater, slice }: Ops, { h, ...input }: SparseRow): readonly Expression[] => {
  const count = entriesOf(input)
  if (count === 1) return [h]
  const found = slice(h, 0, 1)
  return Array.from({ length: count }, (_, k) => concat([greater(found, k), slice(h, 1 + 2 * k, 3 + 2 * k)]))
}

/**
 * Creates a layer of a linear model and all interactions of two inputs, the model equation of a factorization machine:
 *
 *     y = w₀ + Σᵢ wᵢ xᵢ + Σ_(i<j) ⟨vᵢ, vⱼ⟩ xᵢ xⱼ,   vᵢ ∈ ℝᵏ
 *       = w₀ + Σᵢ wᵢ xᵢ + ½ Σ_f [(Σᵢ v_if xᵢ)² − Σᵢ v_if² xᵢ²]
 *
 * The weight of an interaction is the product of two vectors, so that those of one pair teach those of all others: a user
 * and a film that were never seen together still interact. w₀ and w are zero at the start, V [inputs, units · factors]
 * is not. With several units, each has its own w₀, w and V. Categories are read by index: a step visits only the weights
 * of the names in the row. A feature of many names, such as `hashed`, may have up to 64 of them in a row.
 *
 * Rendle, "Factorization machines" (2010), equations 1 and 3.
 *
 * @example
 * createModel({
 *   features: { user: category(), film: category() },
 *   target: { stars: numeric() },
 *   layers: [factorized(1, { factors: 4 })],
 * }).learn({ user: 'Ada', film: 'Alien', stars: 5 })
 */
export const factorized = (units: number, config?: FactorizedConfig): Factorized => {
  const { factors, initial } = optionsOf('factorized', config, { factors: 8, initial: undefined })
  checkWhole('factorized: units is', units, ', as in factorized(1)')
  checkWhole('factorized: factors is', factors, ', as in factorized(1, { factors: 8 })')
  return bySettings({
    ...{ kind: 'factorized', units, factors },
    ...(initial !== undefined && { initial }),
    takes: () => true,
    build(ops, x, { name, fanIn, sparse }) {
      const long = sparse.find((input) => entriesOf(input) > MOST)
      if (long)
        throw new RangeError(
          `layers: ${name} reads '${long.name}', of which a row has up to ${entriesOf(long)} names; expected at most ${MOST}, as with active: ${MOST}.`,
        )
      const { add, dense, mul, reshape, sparseDense, sub, sum, weight } = ops
      const W = (of: string, rows: number): Expression =>
        weight(`${name}.W${of}`, { shape: [rows, units], initial: zeros(), fanIn })
      const V = (of: string, rows: number): Expression =>
        weight(`${name}.V${of}`, { shape: [rows, units * factors], initial: initial ?? uniform({ limit: 0.1 }), fanIn })
      const b = weight(`${name}.b`, { shape: [units], group: 'bias', fanIn })
      // The terms of the linear part, of Σ v x, and of Σ v² x².
      const [linear, sums, squares]: [Expression[], Expression[], Expression[]] = [[], [], []]
      for (const input of sparse) {
        linear.push(sparseDense(input.h, W(`.${input.name}`, input.rows), linear.length === 0 ? b : undefined))
        const own = V(`.${input.name}`, input.rows)
        for (const entry of entriesIn(ops, input)) {
          const vx = sparseDense(entry, own)
          sums.push(vx)
          squares.push(mul(vx, vx))
        }
      }
      if (x) {
        linear.push(dense(x, W('', x.shape[0]), linear.length === 0 ? b : undefined))
        const own = V('', x.shape[0])
        sums.push(dense(x, own))
        squares.push(dense(mul(x, x), mul(own, own)))
      }
      const total = (terms: readonly Expression[]): Expression => (terms.length === 1 ? terms[0] : add(...terms))
      const s = total(sums)
      const pairs = mul(0.5, sub(mul(s, s), total(squares)))
      return add(total(linear), sum(reshape(pairs, [units, factors]), 1))
    },
  })
}

export const factorizedKind: LayerKind = {
  example: 'factorized 1',
  count: 'units',
  make: (units) => factorized(units),
}
