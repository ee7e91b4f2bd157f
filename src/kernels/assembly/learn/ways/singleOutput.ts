// Rows through a small net of one output, under any rule; plain sgd over one or two layers is done in shallowNet.ts.
// What a row needs is kept in locals. Whether a row could exceed a bound is known beforehand from how far θ lies out
// (`reach`), so nothing is checked twice; a row that could exceed one is left to the careful loop.

import { CAREFUL, Drift, DRIFTED, Input, Loss, SPECIAL_ROW, OUT_OF_BOUNDS, RowCall, RowPlan } from '../../abi'
import { contiguousInLanes } from '../../vector/inLanes'
import { largest } from '../../vector/largest'
import { minusOne } from '../../vector/madd'
import { sigmoidAndPower_f32 } from '../../math/elementary/sigmoid'
import { back, backFromOne, deactivate } from '../backward'
import { gradients } from '../chain'
import { stepLayer, stepBias } from '../layerStep'
import { activate, forward, forwardFew } from '../forward'
import { binaryCrossEntropies, binaryCrossEntropyOf, isFiniteAhead, putOff, residualLoss, residualSlope } from '../outcome'
import { columns, layerAt, optional, segment } from '../readPlan'
import { amplification, nearly, reachAfter } from '../reach'
import { isLabel, labelAt, record, weightAt } from '../rowOutcome'
import { keep, scaled, unscaled } from '../scaling'
import { shallowRows } from './shallowNet'

/** Says whether shallowNet.ts can do all of a row's work; its hidden layer has to consist of whole vectors. */
function isShallow(plan: RowPlan, layers: i32): bool {
  if (plan.folded == 0 || plan.targetScaler >= 0 || plan.commitRestFrom != plan.commitRestTo) return false
  return layers == 1 || (layers == 2 && (layerAt(plan, 0).units & 3) == 0)
}

/**
 * @returns the row before which it stopped. `STATUS` says why: 0 where no row is left, SPECIAL_ROW, CAREFUL, or the
 * status of the step after it.
 */
export function singleRows<T>(code: usize, plan: RowPlan, base: usize, call: RowCall, x: usize, row: i32, most: f64): i32 {
  const layers = plan.layers
  if (isShallow(plan, layers) && most < Infinity) {
    const end = shallowRows(code, plan, base, call, x, row, most)
    finish<T>(plan, base, call, row, end, true)
    return end
  }
  const count = call.count
  const kind = plan.lossKind
  const folded = plan.folded != 0
  const features = plan.features
  const width = <usize>features * (call.xSingle != 0 ? 4 : 8)
  const inPlace = most < Infinity
  const single = call.ySingle != 0
  const y = call.y
  const weights = call.weights
  const known = optional(base, plan.known)
  const names = known != 0 ? load<f64>(known) : 0
  const losses = call.losses
  const actual = call.actual
  const values = call.values
  const stepsOut = call.steps
  const probabilities = call.probabilities
  const steps = base + plan.steps
  const columnsAt = base + plan.columns
  const last = layerAt(plan, layers - 1)
  const lastN = last.inputs
  const lastW = base + last.weights
  const lastB = optional(base, last.bias)
  const lastDelta = base + last.delta
  const scaler = optional(base, plan.targetScaler)
  const targetNext = base + plan.targetNext
  const bend = kind == Loss.huber ? load<T>(base + plan.huberDelta) : <T>0
  const scaledInput = plan.input == Input.scaled
  const scheduled = plan.ratesFrom != plan.ratesTo
  const commits = plan.commitRestFrom != plan.commitRestTo
  // A product near the bound is checked in its rounded form.
  const gradientBound = nearly(load<f64>(base + plan.gradientBound))
  const drift = optional(base, plan.drift)
  const reachAt = base + plan.reach
  const parameterBound = load<f64>(base + plan.parameterBound)
  const total = plan.total
  const first = row
  let stepNumber = call.stepNumber + <f64>(row - call.first)
  let taken: f64 = 0
  let status = 0
  /** Says whether the columns of the next row have been computed already. */
  let ahead = false

  let reach = load<f64>(reachAt)
  // The reach limit is recomputed where θ or an input has grown beyond what it was computed for.
  let reachLimit: f64 = -1
  let mostLimit: f64 = -1
  let amplified: f64 = 0

  for (; row < count; row++) {
    const label = labelAt(y, row, single)
    const weight = weightAt(weights, row)
    if (weight < 0 || !isLabel(label, known != 0, names)) { status = SPECIAL_ROW; break }
    let input = x
    let inputMost = most
    if (!inPlace) {
      input = columnsAt
      if (!ahead && !columns<T>(code, plan, base, call, x, input)) { status = SPECIAL_ROW; break }
      ahead = false
      inputMost = largest<T>(input, layerAt(plan, 0).inputs)
    }
    if (!(reach <= reachLimit && inputMost <= mostLimit)) {
      if (!(reach < nearly(parameterBound))) {
        // The reach is not known, or it is near the bound, so the parameters are read.
        reach = largest<T>(base + plan.parameters, total)
        if (!(reach < parameterBound * 0.2)) { status = CAREFUL; break }
      }
      reachLimit = 4 * reach
      mostLimit = max<f64>(inputMost, mostLimit)
      amplified = amplification(plan, layers, reachLimit, mostLimit)
    }

    // The forward pass.
    let a = input
    for (let i = 0; i < layers - 1; i++) {
      const l = layerAt(plan, i)
      const n = l.inputs
      const m = l.units
      const out = base + l.out
      if (m < 4) forwardFew<T>(out, a, base + l.weights, optional(base, l.bias), n, m)
      else forward<T>(out, a, base + l.weights, optional(base, l.bias), n, m)
      activate<T>(l.activation, out, m)
      a = out
    }
    let z = contiguousInLanes<T>(a, lastW, lastN)
    z = <T>(z + (lastB != 0 ? load<T>(lastB) : <T>0))

    // The prediction and its loss.
    let t = <T>label
    let said: f64
    let slope: T
    let loss: f64 = 0
    if (kind == Loss.crossEntropy) {
      const both = sigmoidAndPower_f32(<f32>z)
      const p = <T>f32x4.extract_lane(both, 0)
      said = <f64>p
      slope = <T>(p - t)
      // A loss that no rule reads is computed when all rows are done; here it only has to be known to be finite.
      if (!isFiniteAhead(<f64>z, weight)) { status = CAREFUL; break }
      loss = folded ? putOff(<f32>z, both) : <f64>binaryCrossEntropyOf<T>(z, t)
    } else {
      said = <f64>z
      if (scaler != 0) {
        said = unscaled(<f64>z, scaler)
        t = <T>scaled(label, scaler, targetNext, plan.targetExponential != 0, Infinity)
      }
      const r = <T>(z - t)
      slope = residualSlope<T>(kind, r, bend)
      loss = <f64>residualLoss<T>(kind, r, bend)
      if (!(loss * weight < Infinity)) { status = CAREFUL; break }
    }
    const delta = <T>(slope * <T>weight)
    const move = abs<f64>(<f64>delta) * amplified
    if (!(move < gradientBound)) { status = CAREFUL; break }

    // From here on nothing is refused.
    record(row, loss, label, stepNumber, said, losses, actual, stepsOut, values, probabilities)
    stepNumber += 1

    // The backward pass.
    store<T>(lastDelta, delta)
    let deltaOf = lastDelta
    for (let i = layers - 2; i >= 0; i--) {
      const l = layerAt(plan, i)
      const next = layerAt(plan, i + 1)
      const m = l.units
      const own = base + l.delta
      if (i == layers - 2) backFromOne<T>(own, delta, lastW, m, l.activation, base + l.out)
      else {
        back<T>(own, deltaOf, base + next.weights, m, next.units)
        deactivate<T>(l.activation, own, base + l.out, m)
      }
      deltaOf = own
    }

    // The step.
    if (folded) {
      // A schedule reads how many steps were taken.
      if (scheduled) {
        segment(code, base, plan.ratesFrom, plan.ratesTo)
        store<f64>(steps, load<f64>(steps) + 1)
      } else taken += 1
      let fastest: f64 = 0
      a = input
      for (let i = 0; i < layers; i++) {
        const l = layerAt(plan, i)
        const m = l.units
        const own = base + l.delta
        const rate = load<f64>(base + l.rate)
        fastest = max<f64>(fastest, rate)
        stepLayer<T>(base + l.weights, a, own, l.inputs, m, <T>rate)
        const b = optional(base, l.bias)
        if (b != 0) {
          const ownRate = load<f64>(base + l.biasRate)
          fastest = max<f64>(fastest, ownRate)
          if (m == 1) store<T>(b, minusOne<T>(load<T>(b), load<T>(own), <T>ownRate))
          else stepBias<T>(b, own, m, <T>ownRate)
        }
        a = base + l.out
      }
      reach = reachAfter(reach, fastest * move)
      if (!(reach < nearly(parameterBound))) {
        reach = largest<T>(base + plan.parameters, total)
        if (!(reach <= parameterBound)) {
          reach = Infinity
          status = OUT_OF_BOUNDS
        }
      }
    } else {
      gradients<T>(plan, base, input, layers)
      store<T>(base + plan.outputPlace, z)
      store<T>(base + plan.targetPlace, t)
      store<f64>(base + plan.weight, weight)
      store<f64>(base + plan.losses, loss)
      store<f64>(base + plan.batchSize, 1)
      store<f64>(base + plan.meanLoss, 0 + weight * loss)
      store<f64>(base + plan.meanSquaredDelta, weight * (<f64>slope * <f64>slope))
      const firings = drift != 0 ? changetype<Drift>(drift).firings : 0
      if (scaledInput) {
        // The columns of the next row do not depend on the step of this one.
        keep(base + plan.scalers, base + plan.next, features)
        ahead = row + 1 < count && columns<T>(code, plan, base, call, x + width, columnsAt)
      }
      status = segment(code, base, plan.restFrom, plan.restTo)
      reach = load<f64>(reachAt)
      if (status == 0 && drift != 0 && changetype<Drift>(drift).firings > firings) status = DRIFTED
    }
    if (scaledInput && folded) keep(base + plan.scalers, base + plan.next, features)
    if (scaler != 0) keep(scaler, targetNext, 1)
    if (commits) segment(code, base, plan.commitRestFrom, plan.commitRestTo)
    x += width
    if (status != 0) { row++; break }
  }
  if (folded) {
    store<f64>(reachAt, reach)
    store<f64>(steps, load<f64>(steps) + taken)
  }
  finish<T>(plan, base, call, first, row, folded)
  call.status = status
  return row
}

/**
 * Writes what the program's own instructions would have left of the last row, and computes the losses that were
 * deferred.
 */
export function finish<T>(plan: RowPlan, base: usize, call: RowCall, first: i32, row: i32, folded: bool): void {
  if (row == first) return
  const last = <usize>(row - 1) << 3
  const out = call.losses
  const probabilities = call.probabilities
  const said = probabilities != 0 ? load<f64>(probabilities + 2 * last, 8) : load<f64>(call.values + last)
  store<f64>(base + plan.linkPlace, said)
  if (!folded) return
  const from = <usize>first << 3
  if (plan.lossKind == Loss.crossEntropy) binaryCrossEntropies(out + from, call.actual + from, row - first)
  const weights = call.weights
  store<f64>(base + plan.losses, load<f64>(out + last))
  store<f64>(base + plan.meanLoss, 0 + (weights != 0 ? load<f64>(weights + last) : 1) * load<f64>(out + last))
}
