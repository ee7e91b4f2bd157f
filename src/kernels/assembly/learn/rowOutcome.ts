// The results of a row: its prediction, loss and δ, where the kernels compute them without a graph, and its entries in
// the result columns.

import { LARGEST, Loss, RowCall, RowPlan } from '../abi'
import { binaryCrossEntropyOf, residualLoss, residualSlope, sigmoidOf } from './outcome'
import { optional } from './readPlan'
import { fits, scaled, unscaled } from './scaling'

/** Label i of the call; `single` says that its labels are f32. */
// @ts-ignore: decorator
@inline
export function labelAt(labels: usize, i: i32, single: bool): f64 {
  return single ? <f64>load<f32>(labels + (<usize>i << 2)) : load<f64>(labels + (<usize>i << 3))
}
/** Says whether a label may be learned from: one of the first `names` columns where it is `named`, else a fitting number. */
// @ts-ignore: decorator
@inline
export function isLabel(label: f64, named: bool, names: f64): bool {
  return named ? label >= 0 && label < names && floor<f64>(label) == label : fits(label, false)
}
/** The row's weight, or −1 where the given number is not a valid weight. */
// @ts-ignore: decorator
@inline
export function weightAt(weights: usize, row: i32): f64 {
  if (weights == 0) return 1
  const weight = load<f64>(weights + (<usize>row << 3))
  return weight >= 0 && weight <= LARGEST ? weight : -1
}

/** Stores what a single output predicted: its number, or the probability of the second name. */
// @ts-ignore: decorator
@inline
function tell(said: f64, row: i32, values: usize, probabilities: usize): void {
  if (probabilities != 0) {
    const other = 1 - said
    store<f64>(probabilities + (<usize>row << 4), other)
    store<f64>(probabilities + (<usize>row << 4), said, 8)
    // The comparison is stored as a number, because a branch would be mispredicted on every other row.
    store<f64>(values + (<usize>row << 3), <f64>(said > other))
  } else store<f64>(values + (<usize>row << 3), said)
}

/**
 * Stores a learned row's entries in the result columns: its loss, its label, the step it was predicted at and its
 * prediction.
 */
// @ts-ignore: decorator
@inline
export function record(
  row: i32, loss: f64, label: f64, step: f64, said: f64,
  losses: usize, actual: usize, steps: usize, values: usize, probabilities: usize,
): void {
  store<f64>(losses + (<usize>row << 3), loss)
  store<f64>(actual + (<usize>row << 3), label)
  store<f64>(steps + (<usize>row << 3), step)
  tell(said, row, values, probabilities)
}

/** Computes prediction, target, loss and δ of a single output. */
// @ts-ignore: decorator
@inline
export function oneOutput<T>(plan: RowPlan, base: usize): f64 {
  const kind = plan.lossKind
  const z = load<T>(base + plan.outputPlace)
  const y = load<f64>(base + plan.y)
  const link = base + plan.linkPlace
  const delta = base + plan.delta
  const target = base + plan.targetPlace
  if (kind == Loss.crossEntropy) {
    const t = <T>y
    const p = sigmoidOf<T>(z)
    store<T>(target, t)
    store<f64>(link, <f64>p)
    store<T>(delta, <T>(p - t))
    return <f64>binaryCrossEntropyOf<T>(z, t)
  }
  const scaler = optional(base, plan.targetScaler)
  let t = <T>y
  if (scaler != 0) {
    store<f64>(link, unscaled(<f64>z, scaler))
    t = <T>scaled(y, scaler, base + plan.targetNext, plan.targetExponential != 0, Infinity)
  } else store<f64>(link, <f64>z)
  store<T>(target, t)
  const r = <T>(z - t)
  const bend = kind == Loss.huber ? load<T>(base + plan.huberDelta) : <T>0
  store<T>(delta, residualSlope<T>(kind, r, bend))
  return <f64>residualLoss<T>(kind, r, bend)
}

/** Stores the row's entries in the columns that `learn` returns. */
// @ts-ignore: decorator
@inline
export function report(plan: RowPlan, base: usize, call: RowCall, row: i32, loss: f64): void {
  const link = base + plan.linkPlace
  store<f64>(call.losses + (<usize>row << 3), loss)
  const values = call.values
  if (values == 0) return
  store<f64>(call.steps + (<usize>row << 3), call.stepNumber + <f64>(row - call.first))
  const probabilities = call.probabilities
  const outputs = plan.outputs
  if (probabilities == 0) {
    for (let j = 0; j < outputs; j++)
      store<f64>(values + (<usize>(row * outputs + j) << 3), load<f64>(link + (<usize>j << 3)))
    return
  }
  if (outputs == 1) {
    tell(load<f64>(link), row, values, probabilities)
    return
  }
  const known = <i32>load<f64>(base + plan.known)
  let top = 0
  for (let j = 0; j < outputs; j++) {
    const p = j < known ? load<f64>(link + (<usize>j << 3)) : 0
    if (j < known && p > load<f64>(link + (<usize>top << 3))) top = j
    store<f64>(probabilities + (<usize>(row * outputs + j) << 3), p)
  }
  store<f64>(values + (<usize>row << 3), <f64>top)
}
