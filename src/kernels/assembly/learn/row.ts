// What a row says of itself: its prediction, loss and δ where they are known by heart, and its columns of the results.

import { binaryCrossEntropyOf, huberOf, huberSlope, sigmoidOf, squaredOf, squaredSlope } from './outcome'
import { optional, place, word } from './plan'
import { fits, scaled } from './scaling'
import * as at from './words'

/** Label i; `single`: f32. */
// @ts-ignore: decorator
@inline
export function labelAt(labels: usize, i: i32, single: bool): f64 {
  return single ? <f64>load<f32>(labels + (<usize>i << 2)) : load<f64>(labels + (<usize>i << 3))
}
/** Whether a label may be learned from: the column of one of so many names, or a number where there are none. */
// @ts-ignore: decorator
@inline
export function isLabel(label: f64, named: bool, names: f64): bool {
  return named ? label >= 0 && label < names && floor<f64>(label) == label : fits(label, false)
}
/** A row's weight; −1 where it is none. */
// @ts-ignore: decorator
@inline
export function weightAt(weights: usize, row: i32): f64 {
  if (weights == 0) return 1
  const weight = load<f64>(weights + (<usize>row << 3))
  return weight >= 0 && weight < Infinity ? weight : -1
}

/** What a single output said: its number, or the second name's probability. */
// @ts-ignore: decorator
@inline
export function tell(said: f64, row: i32, values: usize, probabilities: usize): void {
  if (probabilities != 0) {
    const other = 1 - said
    store<f64>(probabilities + (<usize>row << 4), other)
    store<f64>(probabilities + (<usize>row << 4), said, 8)
    // as a number, not by a branch that is guessed wrong at every other row
    store<f64>(values + (<usize>row << 3), <f64>(said > other))
  } else store<f64>(values + (<usize>row << 3), said)
}

/** Prediction, target, loss and δ of a single output. */
// @ts-ignore: decorator
@inline
export function oneOutput<T>(d: usize, base: usize): f64 {
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
export function report(d: usize, base: usize, io: usize, row: i32, loss: f64): void {
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
    tell(load<f64>(link), row, values, probabilities)
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
