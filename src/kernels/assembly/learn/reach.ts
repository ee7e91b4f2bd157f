// Bounds on how far a step can move the parameters, known before the step is taken.

import { Activation, RowPlan } from '../abi'
import { layerAt } from './readPlan'

/**
 * How large a row's gradient can become per |δ| of its output, given that no weight is larger than `reach` and no input
 * larger than `most`: the largest max|δ|·max(|input|, 1) over the layers.
 */
export function amplification(plan: RowPlan, layers: i32, reach: f64, most: f64): f64 {
  let top: f64 = 0
  let steepest: f64 = 1
  for (let i = layers - 1; i >= 0; i--) {
    // `input` bounds the inputs of layer i, counted from the front.
    let input = most
    for (let k = 0; k < i; k++) {
      const l = layerAt(plan, k)
      const kind = l.activation
      input = (<f64>l.inputs * input + 1) * reach
      // Beyond this a sum may overflow f32, and a product 0·∞ has to be checked for.
      if (!(input < 1e37)) return Infinity
      if (kind == Activation.tanh || kind == Activation.sigmoid) input = 1
    }
    if (!(<f64>layerAt(plan, i).inputs * input * reach < 1e37)) return Infinity
    top = max<f64>(top, steepest * max<f64>(input, 1))
    steepest *= <f64>layerAt(plan, i).units * reach
  }
  return top
}

/** How far θ may reach after a step of at most `move`, however the arithmetic of the step was rounded. */
// @ts-ignore: decorator
@inline
export function reachAfter(reach: f64, move: f64): f64 {
  return (reach + move) * 1.000001
}

/** A little less than a bound: whatever lies below it is within the bound, however its arithmetic was rounded. */
// @ts-ignore: decorator
@inline
export function nearly(bound: f64): f64 {
  return bound * 0.999
}
