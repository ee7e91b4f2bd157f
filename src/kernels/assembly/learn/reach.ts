// How far a step can reach, known before it is taken.

import { Activation, RowPlan } from '../abi'
import { layerAt } from './readPlan'

/**
 * How far a row's gradient can reach per |δ| of its output, no weight being further out than `reach` and no input than
 * `most`: the largest max|δ|·max(|input|, 1) over the layers.
 */
export function amplification(plan: RowPlan, layers: i32, reach: f64, most: f64): f64 {
  let top: f64 = 0
  let steepest: f64 = 1
  for (let i = layers - 1; i >= 0; i--) {
    // the inputs of layer i, from the front
    let input = most
    for (let k = 0; k < i; k++) {
      const l = layerAt(plan, k)
      const kind = l.activation
      input = (<f64>l.inputs * input + 1) * reach
      // then a sum may leave f32, and 0·∞ is among what has to be looked at
      if (!(input < 1e37)) return Infinity
      if (kind == Activation.tanh || kind == Activation.sigmoid) input = 1
    }
    if (!(<f64>layerAt(plan, i).inputs * input * reach < 1e37)) return Infinity
    top = max<f64>(top, steepest * max<f64>(input, 1))
    steepest *= <f64>layerAt(plan, i).units * reach
  }
  return top
}

/** How far θ may reach after a step of at most `move`, however its arithmetic was rounded. */
// @ts-ignore: decorator
@inline
export function reachAfter(reach: f64, move: f64): f64 {
  return (reach + move) * 1.000001
}

/** A little less than a bound: what lies below it is within the bound, however its arithmetic was rounded. */
// @ts-ignore: decorator
@inline
export function nearly(bound: f64): f64 {
  return bound * 0.999
}
