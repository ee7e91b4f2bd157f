// A row through a chain of layers, careful: each layer's δ and input are looked at before anything is written.

import { largest } from '../largest'
import { back, deactivate } from './backward'
import { descend, descendBias, gradientOf, gradientOfBias } from './descend'
import { activate, forward, forwardFew } from './forward'
import { forwardLarge, places, stepAndForward } from './large'
import { layerAt, optional, place, word } from './plan'
import * as at from './words'

/** Forward through the layers. */
// @ts-ignore: decorator
@inline
export function chain<T>(d: usize, base: usize, input: usize, layers: i32): void {
  let x = input
  for (let i = 0; i < layers; i++) {
    const l = layerAt(d, i)
    const n = word(l, at.INPUTS)
    const m = word(l, at.UNITS)
    const y = place(l, base, at.OUT)
    const w = place(l, base, at.W)
    const b = optional(l, base, at.B)
    if (m < 4) forwardFew<T>(y, x, w, b, n, m)
    else if (word(l, at.LARGE) == 0) forward<T>(y, x, w, b, n, m)
    else {
      const list = place(l, base, at.LIST)
      const before = place(l, base, at.BEFORE)
      if (load<i32>(place(l, base, at.PENDING)) != 0) {
        const rate = <T>load<f64>(place(l, base, at.RATE_W))
        stepAndForward<T>(y, x, w, b, m, list, places<T>(list, x, before, n), before, place(l, base, at.DELTA_BEFORE), rate)
        store<i32>(place(l, base, at.PENDING), 0)
      } else forwardLarge<T>(y, x, w, b, m, list, places<T>(list, x, 0, n))
    }
    activate<T>(word(l, at.ACTIVATION), y, m)
    x = y
  }
  // the circuit's output has a place of its own, where other rows of the program read it
  if (layers > 0) {
    const out = place(d, base, at.OUTPUTS_PLACE)
    const bytes = <usize>word(d, at.OUTPUTS) * sizeof<T>()
    for (let i: usize = 0; i < bytes; i += sizeof<T>()) store<T>(out + i, load<T>(x + i))
  }
}

/**
 * All layers' δ, before anything is written. False where the step is refused: the loss or a δ is not finite, or for some
 * layer max|δ|·max|input| is not below the bound, which is to say one of its gradients is not.
 */
// @ts-ignore: decorator
@inline
export function backwards<T>(d: usize, base: usize, input: usize, layers: i32, weight: T, loss: f64, inputMost: f64): bool {
  if (!(abs<f64>(loss) < Infinity)) return false
  const bound = load<f64>(place(d, base, at.GRADIENT_BOUND))
  const from = place(d, base, at.DELTA)
  let move: f64 = 0
  for (let i = layers - 1; i >= 0; i--) {
    const l = layerAt(d, i)
    const m = word(l, at.UNITS)
    const delta = place(l, base, at.LAYER_DELTA)
    if (i == layers - 1) {
      for (let at: usize = 0, bytes = <usize>m * sizeof<T>(); at < bytes; at += sizeof<T>())
        store<T>(delta + at, <T>(load<T>(from + at) * weight))
    } else {
      const next = layerAt(d, i + 1)
      back<T>(delta, place(next, base, at.LAYER_DELTA), place(next, base, at.W), m, word(next, at.UNITS))
    }
    deactivate<T>(word(l, at.ACTIVATION), delta, place(l, base, at.OUT), m)
    const below = i > 0 ? layerAt(d, i - 1) : 0
    const x = i > 0 ? place(below, base, at.OUT) : input
    const most = i == 0 && inputMost >= 0 ? inputMost : largest<T>(x, word(l, at.INPUTS))
    const steepest = largest<T>(delta, m)
    // the bias has an input of 1
    let top = steepest * max<f64>(most, 1)
    if (!(top < bound * 0.999)) {
      const own = i == 0 && inputMost >= 0 ? largest<T>(x, word(l, at.INPUTS)) : most
      if (!(<f64><T>(<T>steepest * <T>own) < bound && (word(l, at.B) < 0 || steepest < bound))) return false
    }
    move = max<f64>(move, top)
  }
  store<f64>(place(d, base, at.MOVE), move)
  return true
}

/** θ ← θ − η∇ layer by layer, the large ones at their next forward. */
// @ts-ignore: decorator
@inline
export function down<T>(d: usize, base: usize, input: usize, layers: i32): i32 {
  let x = input
  let fastest: f64 = 0
  for (let i = 0; i < layers; i++) {
    const l = layerAt(d, i)
    const n = word(l, at.INPUTS)
    const m = word(l, at.UNITS)
    const delta = place(l, base, at.LAYER_DELTA)
    const rate = load<f64>(place(l, base, at.RATE_W))
    fastest = max<f64>(fastest, rate)
    if (word(l, at.LARGE) == 0) descend<T>(place(l, base, at.W), x, delta, n, m, <T>rate)
    else {
      memory.copy(place(l, base, at.BEFORE), x, <usize>n * sizeof<T>())
      memory.copy(place(l, base, at.DELTA_BEFORE), delta, <usize>m * sizeof<T>())
      store<i32>(place(l, base, at.PENDING), 1)
    }
    const b = optional(l, base, at.B)
    if (b != 0) {
      const own = load<f64>(place(l, base, at.RATE_B))
      fastest = max<f64>(fastest, own)
      descendBias<T>(b, delta, m, <T>own)
    }
    x = place(l, base, at.OUT)
  }
  // no parameter lies further out than this; only where that is near the bound are they looked at
  const reach = place(d, base, at.REACH)
  const bound = load<f64>(place(d, base, at.PARAMETER_BOUND))
  let far = (load<f64>(reach) + fastest * load<f64>(place(d, base, at.MOVE))) * 1.000001
  if (!(far < bound * 0.999)) {
    settle<T>(d, base, layers)
    far = largest<T>(place(d, base, at.PARAMETERS), word(d, at.TOTAL))
    if (!(far <= bound)) {
      store<f64>(reach, Infinity)
      return at.OUT_OF_BOUNDS
    }
  }
  store<f64>(reach, far)
  return 0
}

/** Takes the steps that are still pending. */
export function settle<T>(d: usize, base: usize, layers: i32): void {
  for (let i = 0; i < layers; i++) {
    const l = layerAt(d, i)
    if (word(l, at.LARGE) == 0 || load<i32>(place(l, base, at.PENDING)) == 0) continue
    const rate = <T>load<f64>(place(l, base, at.RATE_W))
    descend<T>(
      place(l, base, at.W), place(l, base, at.BEFORE), place(l, base, at.DELTA_BEFORE),
      word(l, at.INPUTS), word(l, at.UNITS), rate,
    )
    store<i32>(place(l, base, at.PENDING), 0)
  }
}

/** ∇, for rules that want it whole. */
// @ts-ignore: decorator
@inline
export function gradients<T>(d: usize, base: usize, input: usize, layers: i32): void {
  let x = input
  for (let i = 0; i < layers; i++) {
    const l = layerAt(d, i)
    const m = word(l, at.UNITS)
    const delta = place(l, base, at.LAYER_DELTA)
    gradientOf<T>(place(l, base, at.GRADIENT_W), x, delta, word(l, at.INPUTS), m)
    if (word(l, at.B) >= 0) gradientOfBias<T>(place(l, base, at.GRADIENT_B), delta, m)
    x = place(l, base, at.OUT)
  }
}
