import type { Shape } from '../../graph/graph.js'
import type { Site } from '../op.js'

/** A value and its derivative along one direction: f(x + εẋ) = y + εẏ. */
export interface Dual {
  readonly value: Float64Array
  readonly tangent: Float64Array
}

/** Computes an op's value and tangent in f64. It is independent of `reverse` and of the bytecode, and checks both. */
export type DualRule = (inputs: readonly Dual[], site: Site) => Dual
export type DualRules = Readonly<Record<string, DualRule>>

/** Makes the rule of an op that is linear in one input: it maps the tangent as it maps the value. */
export const linear =
  (apply: (x: Float64Array, site: Site) => Float64Array): DualRule =>
  ([x], site) => ({ value: apply(x.value, site), tangent: apply(x.tangent, site) })

/** Makes the rule of a product y = Σ a·b in f64, whose tangent is Σ ȧ·b + a·ḃ. */
export const bilinear =
  (product: (a: Float64Array, b: Float64Array, shapes: readonly Shape[], site: Site) => Float64Array): DualRule =>
  ([a, b], site) => {
    const [p, q] = [a, b]
    const left = product(p.tangent, q.value, site.shapes, site)
    const right = product(p.value, q.tangent, site.shapes, site)
    return {
      value: product(p.value, q.value, site.shapes, site),
      tangent: left.map((x, i) => x + right[i]),
    }
  }
