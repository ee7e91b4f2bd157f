// Rows of a chunk, test-then-train one after another in one call: the same bits as the segments of the bytecode one by
// one, for models that learn at every row. Where a row asks for more than arithmetic (a name without a column, a row to
// be refused) it stops before that row.

import { largest } from '../largest'
import { back, deactivate } from './backward'
import { descend, descendBias, gradientOf, gradientOfBias } from './descend'
import { activate, forward, forwardFew, forwardLarge, places, stepAndForward } from './forward'
import { binaryCrossEntropyOf, huberOf, huberSlope, sigmoidOf, squaredOf, squaredSlope } from './outcome'
import { columns, layerAt, optional, place, segment, word } from './plan'
import { fits, scaled } from './scaling'
import { singleRows } from './single'
import { sparseRows } from './sparse'
import * as at from './words'


export function learnRows<T>(code: usize, d: usize, base: usize, io: usize): i32 {
  const count = word(io, at.COUNT)
  // f64 is the precision of circuits and of checks: its rows go by their instructions
  const layers = sizeof<T>() == 4 ? word(d, at.LAYERS) : 0
  const folded = sizeof<T>() == 4 && word(d, at.FOLDED) != 0
  const ready = word(io, at.READY) != 0
  const width = <usize>word(d, at.WIDTH) * (word(io, at.X_SINGLE) != 0 ? 4 : 8)
  const targets = <usize>word(d, at.TARGETS)
  const steps = place(d, base, at.STEPS)
  const drift = optional(d, base, at.DRIFT)
  const reach = place(d, base, at.REACH)
  // with the same numbers as the arena's the rows are read where they stand, once it is known that all of them fit
  const block = ready ? largest<T>(<usize>word(io, at.X), count * word(d, at.FEATURES)) : NaN
  const inPlace = block < Infinity
  let x = <usize>word(io, at.X) + <usize>word(io, at.FIRST) * width
  let row = word(io, at.FIRST)
  let status = 0

  const single = word(d, at.LOSS_KIND) != 0 && word(d, at.SMALL) != 0
  const sparse = word(d, at.SPARSE) != 0
  let careful = false

  for (; row < count; row++) {
    if (sizeof<T>() == 4 && (single || sparse) && !careful && word(io, at.PROBE) == 0) {
      const from = row
      row = sparse
        ? sparseRows(code, d, base, io, x, row)
        : singleRows<T>(code, d, base, io, x, row, inPlace ? block : NaN)
      x += <usize>(row - from) * width
      status = word(io, at.STATUS)
      if (status != at.CAREFUL) break
      status = 0
      careful = true
    } else careful = false
    const label = labelled<T>(d, base, io, row)
    if (!label) { status = at.NOT_PLAIN; break }
    let input = x
    if (!inPlace) {
      input = place(d, base, at.COLUMNS)
      if (!columns<T>(code, d, base, io, x, input)) { status = at.NOT_PLAIN; break }
    }
    // only asked whether the row could be learned
    if (word(io, at.PROBE) != 0) break
    x += width

    if (sizeof<T>() == 4 && layers > 0) chain<T>(d, base, input, layers)
    else segment(code, d, base, at.FORWARD)
    const weight = load<f64>(place(d, base, at.WEIGHT))
    let squares: f64 = 0
    let loss: f64
    if (sizeof<T>() == 4 && word(d, at.LOSS_KIND) != 0) loss = oneOutput<T>(d, base)
    else {
      segment(code, d, base, at.LINK)
      segment(code, d, base, at.TARGET)
      segment(code, d, base, at.LOSS)
      loss = <f64>load<T>(place(d, base, at.LOSS_PLACE))
    }
    const delta = place(d, base, at.DELTA)
    for (let j = 0, outputs = word(d, at.OUTPUTS); j < outputs; j++) {
      const r = <f64>load<T>(delta + <usize>j * sizeof<T>())
      squares += r * r
    }
    report(d, base, io, row, loss)

    store<f64>(place(d, base, at.LOSSES), loss)
    store<f64>(place(d, base, at.BATCH_SIZE), 1)
    store<f64>(place(d, base, at.MEAN_LOSS), 0 + weight * loss)
    store<f64>(place(d, base, at.MEAN_SQUARES), weight * squares)

    const firings = drift != 0 ? load<f64>(drift, 48) : 0
    if (sizeof<T>() == 4 && layers > 0) {
      if (!backwards<T>(d, base, input, layers, <T>weight, weight * loss, inPlace ? block : -1)) { status = at.REFUSED; row++; break }
      if (folded) {
        segment(code, d, base, at.RATES)
        status = down<T>(d, base, input, layers)
        store<f64>(steps, load<f64>(steps) + 1)
      } else {
        gradients<T>(d, base, input, layers)
        status = segment(code, d, base, at.REST)
      }
    } else {
      segment(code, d, base, at.ZERO)
      segment(code, d, base, at.BACKWARD)
      status = segment(code, d, base, at.STEP)
      if (status == at.REFUSED) { row++; break }
    }
    commit(code, d, base)
    if (status == 0 && drift != 0 && load<f64>(drift, 48) > firings) status = at.DRIFTED
    if (status != 0) { row++; break }
  }
  if (sizeof<T>() == 4 && folded) settle<T>(d, base, layers)
  store<i32>(io + (at.STATUS << 2), status)
  return row
}

/** Puts the row's label and weight in; false where it has none, or one that asks for more than arithmetic. */
// @ts-ignore: decorator
@inline
function labelled<T>(d: usize, base: usize, io: usize, row: i32): bool {
  const targets = word(d, at.TARGETS)
  const single = word(io, at.Y_SINGLE) != 0
  const given = <usize>word(io, at.Y)
  if (given == 0) return false
  const y = place(d, base, at.Y_PLACE)
  const actual = <usize>word(io, at.ACTUAL)
  const known = optional(d, base, at.KNOWN)
  for (let j = 0; j < targets; j++) {
    const i = <usize>(row * targets + j)
    const label = single ? <f64>load<f32>(given + (i << 2)) : load<f64>(given + (i << 3))
    if (known != 0 ? !(label >= 0 && label < load<f64>(known) && floor<f64>(label) == label) : !fits(label, false)) return false
    store<f64>(y + (<usize>j << 3), label)
    store<f64>(actual + (i << 3), label)
  }
  const weights = <usize>word(io, at.WEIGHTS)
  let weight: f64 = 1
  if (weights != 0) {
    weight = load<f64>(weights + (<usize>row << 3))
    if (!(weight >= 0 && weight < Infinity)) return false
  }
  store<f64>(place(d, base, at.WEIGHT), weight)
  return true
}

/** Forward through the layers. */
// @ts-ignore: decorator
@inline
function chain<T>(d: usize, base: usize, input: usize, layers: i32): void {
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
      if (word(l + 0, at.LARGE) == 1 && load<i32>(place(l, base, at.PENDING)) != 0) {
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

/** Prediction, target, loss and δ of a single output. */
// @ts-ignore: decorator
@inline
function oneOutput<T>(d: usize, base: usize): f64 {
  const kind = word(d, at.LOSS_KIND)
  const z = load<T>(place(d, base, at.OUTPUTS_PLACE))
  const y = load<f64>(place(d, base, at.Y_PLACE))
  const link = place(d, base, at.LINK_PLACE)
  const delta = place(d, base, at.DELTA)
  const target = place(d, base, at.TARGET_PLACE)
  if (kind == at.BINARY) {
    const t = <T>y
    const p = sigmoidOf<T>(z)
    store<T>(target, t)
    store<f64>(link, <f64>p)
    store<T>(delta, <T>(p - t))
    return <f64>binaryCrossEntropyOf<T>(z, t)
  }
  const scaler = optional(d, base, at.TARGET_SCALER)
  let t = <T>y
  if (scaler != 0) {
    store<f64>(link, load<f64>(scaler, 8) + sqrt<f64>(load<f64>(scaler, 16)) * <f64>z)
    t = <T>scaled(y, scaler, place(d, base, at.TARGET_NEXT), word(d, at.TARGET_EXPONENTIAL) != 0, Infinity)
  } else store<f64>(link, <f64>z)
  store<T>(target, t)
  const r = <T>(z - t)
  if (kind == at.SQUARED) {
    store<T>(delta, squaredSlope<T>(r))
    return <f64>squaredOf<T>(r)
  }
  const bend = load<T>(place(d, base, at.HUBER_DELTA))
  store<T>(delta, huberSlope<T>(r, bend))
  return <f64>huberOf<T>(r, bend)
}

/** The row's columns of what `learn` gives back. */
// @ts-ignore: decorator
@inline
function report(d: usize, base: usize, io: usize, row: i32, loss: f64): void {
  const link = place(d, base, at.LINK_PLACE)
  store<f64>(<usize>word(io, at.LOSSES_OUT) + (<usize>row << 3), loss)
  const values = <usize>word(io, at.VALUES)
  if (values == 0) return
  store<f64>(<usize>word(io, at.STEPS_OUT) + (<usize>row << 3), load<f64>(io + (at.STEP_NUMBER << 2)) + <f64>(row - word(io, at.FIRST)))
  const probabilities = <usize>word(io, at.PROBABILITIES)
  const outputs = word(d, at.OUTPUTS)
  if (probabilities == 0) {
    for (let j = 0; j < outputs; j++)
      store<f64>(values + (<usize>(row * outputs + j) << 3), load<f64>(link + (<usize>j << 3)))
    return
  }
  if (outputs == 1) {
    const second = load<f64>(link)
    store<f64>(probabilities + (<usize>row << 4), 1 - second)
    store<f64>(probabilities + (<usize>row << 4), second, 8)
    store<f64>(values + (<usize>row << 3), second > 1 - second ? 1 : 0)
    return
  }
  const known = <i32>load<f64>(place(d, base, at.KNOWN))
  let top = 0
  for (let j = 0; j < outputs; j++) {
    const p = j < known ? load<f64>(link + (<usize>j << 3)) : 0
    if (j < known && p > load<f64>(link + (<usize>top << 3))) top = j
    store<f64>(probabilities + (<usize>(row * outputs + j) << 3), p)
  }
  store<f64>(values + (<usize>row << 3), <f64>top)
}

/**
 * All layers' δ, before anything is written. False where the step is refused: the loss or a δ is not finite, or for some
 * layer max|δ|·max|input| is not below the bound, which is to say one of its gradients is not.
 */
// @ts-ignore: decorator
@inline
function backwards<T>(d: usize, base: usize, input: usize, layers: i32, weight: T, loss: f64, inputMost: f64): bool {
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
function down<T>(d: usize, base: usize, input: usize, layers: i32): i32 {
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
function settle<T>(d: usize, base: usize, layers: i32): void {
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
function gradients<T>(d: usize, base: usize, input: usize, layers: i32): void {
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

/** The statistics take in the row for good. */
// @ts-ignore: decorator
@inline
function commit(code: usize, d: usize, base: usize): void {
  if (word(d, at.INPUT) == at.SCALED_INPUT)
    memory.copy(place(d, base, at.SCALERS), place(d, base, at.NEXT), <usize>word(d, at.FEATURES) * 24)
  const scaler = optional(d, base, at.TARGET_SCALER)
  if (word(d, at.LOSS_KIND) != 0 && scaler != 0) memory.copy(scaler, place(d, base, at.TARGET_NEXT), 24)
  segment(code, d, base, at.COMMIT)
}
