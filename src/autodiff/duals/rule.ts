import type { Shape } from '../../graph/graph.js'
import type { Site } from '../op.js'

/** A value and its derivative along one direction: f(x + εẋ) = y + εẏ. */
export interface Dual {
  readonly value: Float64Array
  readonly tangent: Float64Array
}

/** An op's value and tangent, in f64 and by a rule of its own: the independent witness of `reverse`, and of the bytecode. */
export type DualRule = (inputs: readonly Dual[], site: Site) => Dual
export type DualRules = Readonly<Record<string, DualRule>>

/** A linear op on one input does to the tangent what it does to the value. */
export const linear =
  (apply: (x: Float64Array, site: Site) => Float64Array): DualRule =>
  ([x], site) => ({ value: apply((x as Dual).value, site), tangent: apply((x as Dual).tangent, site) })

/** A product y = Σ a·b, in f64: its tangent is Σ ȧ·b + a·ḃ. */
export const bilinear =
  (product: (a: Float64Array, b: Float64Array, shapes: readonly Shape[], site: Site) => Float64Array): DualRule =>
  ([a, b], site) => {
    const [p, q] = [a as Dual, b as Dual]
    const left = product(p.tangent, q.value, site.shapes, site)
    const right = product(p.value, q.tangent, site.shapes, site)
    return {
      value: product(p.value, q.value, site.shapes, site),
      tangent: left.map((x, i) => x + (right[i] as number)),
    }
  }
