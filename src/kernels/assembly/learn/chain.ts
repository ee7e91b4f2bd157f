// The careful way of a row through a chain of layers: every layer's δ and input are checked before anything is written.

import { Layer, OUT_OF_BOUNDS, RowPlan } from '../abi'
import { nearly, reachAfter } from './reach'
import { largest } from '../vector/largest'
import { back, deactivate } from './backward'
import { stepLayer, stepBias, gradientOf, gradientOfBias } from './layerStep'
import { activate, forward, forwardFew } from './forward'
import { forwardLarge, places, stepAndForwardLarge } from './ways/largeLayer'
import { layerAt, optional } from './readPlan'

/** Runs forward through the layers. */
// @ts-ignore: decorator
@inline
export function chain<T>(plan: RowPlan, base: usize, input: usize, layers: i32): void {
  let x = input
  for (let i = 0; i < layers; i++) {
    const l = layerAt(plan, i)
    const n = l.inputs
    const m = l.units
    const y = base + l.out
    const w = base + l.weights
    const b = optional(base, l.bias)
    if (m < 4) forwardFew<T>(y, x, w, b, n, m)
    else if (l.large == 0) forward<T>(y, x, w, b, n, m)
    else {
      const list = base + l.list
      const before = base + l.before
      if (load<i32>(base + l.pending) != 0) {
        const rate = <T>load<f64>(base + l.rate)
        stepAndForwardLarge<T>(y, x, w, b, m, list, places<T>(list, x, before, n), before, base + l.deltaBefore, rate)
        store<i32>(base + l.pending, 0)
      } else forwardLarge<T>(y, x, w, b, m, list, places<T>(list, x, 0, n))
    }
    activate<T>(l.activation, y, m)
    x = y
  }
  // The circuit's output has a place of its own, because other instructions of the program read it there.
  if (layers > 0) {
    const out = base + plan.outputPlace
    const bytes = <usize>plan.outputs * sizeof<T>()
    for (let i: usize = 0; i < bytes; i += sizeof<T>()) store<T>(out + i, load<T>(x + i))
  }
}

/**
 * Computes every layer's δ before anything is written. It returns false where the step is refused: the loss or a δ is
 * not finite, or max|δ|·max|input| of some layer is not below the bound, so that one of its gradients is not either.
 */
// @ts-ignore: decorator
@inline
export function backwards<T>(plan: RowPlan, base: usize, input: usize, layers: i32, weight: T, loss: f64, inputMost: f64): bool {
  if (!(abs<f64>(loss) < Infinity)) return false
  const bound = load<f64>(base + plan.gradientBound)
  const from = base + plan.delta
  let move: f64 = 0
  for (let i = layers - 1; i >= 0; i--) {
    const l = layerAt(plan, i)
    const m = l.units
    const delta = base + l.delta
    if (i == layers - 1) {
      for (let at: usize = 0, bytes = <usize>m * sizeof<T>(); at < bytes; at += sizeof<T>())
        store<T>(delta + at, <T>(load<T>(from + at) * weight))
    } else {
      const next = layerAt(plan, i + 1)
      back<T>(delta, base + next.delta, base + next.weights, m, next.units)
    }
    deactivate<T>(l.activation, delta, base + l.out, m)
    const below = i > 0 ? layerAt(plan, i - 1) : changetype<Layer>(0)
    const x = i > 0 ? base + below.out : input
    const most = i == 0 && inputMost >= 0 ? inputMost : largest<T>(x, l.inputs)
    const steepest = largest<T>(delta, m)
    // The bias has an input of 1.
    let top = steepest * max<f64>(most, 1)
    if (!(top < nearly(bound))) {
      const own = i == 0 && inputMost >= 0 ? largest<T>(x, l.inputs) : most
      if (!(<f64><T>(<T>steepest * <T>own) < bound && (l.bias < 0 || steepest < bound))) return false
    }
    move = max<f64>(move, top)
  }
  store<f64>(base + plan.move, move)
  return true
}

/** θ ← θ − η∇ layer by layer. Large layers take their step during their next forward pass. */
// @ts-ignore: decorator
@inline
export function down<T>(plan: RowPlan, base: usize, input: usize, layers: i32): i32 {
  let x = input
  let fastest: f64 = 0
  for (let i = 0; i < layers; i++) {
    const l = layerAt(plan, i)
    const n = l.inputs
    const m = l.units
    const delta = base + l.delta
    const rate = load<f64>(base + l.rate)
    fastest = max<f64>(fastest, rate)
    if (l.large == 0) stepLayer<T>(base + l.weights, x, delta, n, m, <T>rate)
    else {
      memory.copy(base + l.before, x, <usize>n * sizeof<T>())
      memory.copy(base + l.deltaBefore, delta, <usize>m * sizeof<T>())
      store<i32>(base + l.pending, 1)
    }
    const b = optional(base, l.bias)
    if (b != 0) {
      const own = load<f64>(base + l.biasRate)
      fastest = max<f64>(fastest, own)
      stepBias<T>(b, delta, m, <T>own)
    }
    x = base + l.out
  }
  // No parameter lies further out than this, so the parameters are checked only when it comes near the bound.
  const reach = base + plan.reach
  const bound = load<f64>(base + plan.parameterBound)
  let far = reachAfter(load<f64>(reach), fastest * load<f64>(base + plan.move))
  if (!(far < nearly(bound))) {
    settle<T>(plan, base, layers)
    far = largest<T>(base + plan.parameters, plan.total)
    if (!(far <= bound)) {
      store<f64>(reach, Infinity)
      return OUT_OF_BOUNDS
    }
  }
  store<f64>(reach, far)
  return 0
}

/** Takes the steps that are still pending. */
export function settle<T>(plan: RowPlan, base: usize, layers: i32): void {
  for (let i = 0; i < layers; i++) {
    const l = layerAt(plan, i)
    if (l.large == 0 || load<i32>(base + l.pending) == 0) continue
    const rate = <T>load<f64>(base + l.rate)
    stepLayer<T>(
      base + l.weights, base + l.before, base + l.deltaBefore,
      l.inputs, l.units, rate,
    )
    store<i32>(base + l.pending, 0)
  }
}

/** Writes ∇ out, for rules that need all of it. */
// @ts-ignore: decorator
@inline
export function gradients<T>(plan: RowPlan, base: usize, input: usize, layers: i32): void {
  let x = input
  for (let i = 0; i < layers; i++) {
    const l = layerAt(plan, i)
    const m = l.units
    const delta = base + l.delta
    gradientOf<T>(base + l.gradient, x, delta, l.inputs, m)
    if (l.bias >= 0) gradientOfBias<T>(base + l.biasGradient, delta, m)
    x = base + l.out
  }
}
