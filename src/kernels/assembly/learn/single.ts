// Rows through a small net of one output, under any rule (plain sgd over one layer or two stands in shallow.ts). What
// a row needs is kept in locals; what a row could exceed is known beforehand from how far θ lies out (`reach`), so that
// nothing has to be looked at twice. A row that could exceed it is left to the careful loop.

import { contiguousInLanes } from '../products'
import { largest } from '../largest'
import { minusOne } from '../madd'
import { sigmoidAndPower_f32 } from '../elementary/sigmoid'
import { back, backFromOne, deactivate } from './backward'
import { gradients } from './chain'
import { descend, descendBias } from './descend'
import { activate, forward, forwardFew } from './forward'
import { binaryCrossEntropies, binaryCrossEntropyOf, huberOf, huberSlope, putOff, squaredOf, squaredSlope } from './outcome'
import { columns, layerAt, optional, place, segment, word } from './plan'
import { amplification } from './reach'
import { isLabel, labelAt, tell, weightAt } from './row'
import { keep, scaled } from './scaling'
import { shallowRows } from './shallow'
import * as at from './words'

/** Whether what stands in `shallow.ts` is all there is to a row; a hidden layer is one of whole vectors. */
function isShallow(d: usize, layers: i32): bool {
  if (word(d, at.FOLDED) == 0 || word(d, at.TARGET_SCALER) >= 0 || word(d, at.COMMIT) != word(d, at.COMMIT + 1)) return false
  return layers == 1 || (layers == 2 && (word(layerAt(d, 0), at.UNITS) & 3) == 0)
}

/** @returns the row it stopped before; `STATUS` says why: 0 none left, NOT_PLAIN, CAREFUL, or that of the step after it */
export function singleRows<T>(code: usize, d: usize, base: usize, io: usize, x: usize, row: i32, most: f64): i32 {
  const layers = word(d, at.LAYERS)
  if (isShallow(d, layers) && most < Infinity) {
    const end = shallowRows(code, d, base, io, x, row, most)
    finish<T>(d, base, io, row, end, true)
    return end
  }
  const count = word(io, at.COUNT)
  const kind = word(d, at.LOSS_KIND)
  const folded = word(d, at.FOLDED) != 0
  const features = word(d, at.FEATURES)
  const width = <usize>features * (word(io, at.X_SINGLE) != 0 ? 4 : 8)
  const inPlace = most < Infinity
  const single = word(io, at.Y_SINGLE) != 0
  const y = <usize>word(io, at.Y)
  const weights = <usize>word(io, at.WEIGHTS)
  const known = optional(d, base, at.KNOWN)
  const names = known != 0 ? load<f64>(known) : 0
  const lossesOut = <usize>word(io, at.LOSSES_OUT)
  const actual = <usize>word(io, at.ACTUAL)
  const values = <usize>word(io, at.VALUES)
  const stepsOut = <usize>word(io, at.STEPS_OUT)
  const probabilities = <usize>word(io, at.PROBABILITIES)
  const steps = place(d, base, at.STEPS)
  const columnsAt = place(d, base, at.COLUMNS)
  const last = layerAt(d, layers - 1)
  const lastN = word(last, at.INPUTS)
  const lastW = place(last, base, at.W)
  const lastB = optional(last, base, at.B)
  const lastDelta = place(last, base, at.LAYER_DELTA)
  const scaler = optional(d, base, at.TARGET_SCALER)
  const targetNext = place(d, base, at.TARGET_NEXT)
  const bend = kind == at.HUBER ? load<T>(place(d, base, at.HUBER_DELTA)) : <T>0
  const scaledInput = word(d, at.INPUT) == at.SCALED_INPUT
  const scheduled = word(d, at.RATES) != word(d, at.RATES + 1)
  const commits = word(d, at.COMMIT) != word(d, at.COMMIT + 1)
  // a product near the bound is looked at as it is rounded
  const gradientBound = load<f64>(place(d, base, at.GRADIENT_BOUND)) * 0.999
  const drift = optional(d, base, at.DRIFT)
  const reachAt = place(d, base, at.REACH)
  const parameterBound = load<f64>(place(d, base, at.PARAMETER_BOUND))
  const total = word(d, at.TOTAL)
  const first = row
  let stepNumber = load<f64>(io + (at.STEP_NUMBER << 2)) + <f64>(row - word(io, at.FIRST))
  let taken: f64 = 0
  let status = 0
  /** Whether the columns of the row that comes stand there already. */
  let ahead = false

  let reach = load<f64>(reachAt)
  // recomputed where θ or an input has gone beyond what it was computed for
  let reachLimit: f64 = -1
  let mostLimit: f64 = -1
  let amplified: f64 = 0

  for (; row < count; row++) {
    const label = labelAt(y, row, single)
    const weight = weightAt(weights, row)
    if (weight < 0 || !isLabel(label, known != 0, names)) { status = at.NOT_PLAIN; break }
    let input = x
    let inputMost = most
    if (!inPlace) {
      input = columnsAt
      if (!ahead && !columns<T>(code, d, base, io, x, input)) { status = at.NOT_PLAIN; break }
      ahead = false
      inputMost = largest<T>(input, word(layerAt(d, 0), at.INPUTS))
    }
    if (!(reach <= reachLimit && inputMost <= mostLimit)) {
      if (!(reach < parameterBound * 0.999)) {
        // it has not been kept, or is near the bound: look
        reach = largest<T>(place(d, base, at.PARAMETERS), total)
        if (!(reach < parameterBound * 0.2)) { status = at.CAREFUL; break }
      }
      reachLimit = 4 * reach
      mostLimit = max<f64>(inputMost, mostLimit)
      amplified = amplification(d, layers, reachLimit, mostLimit)
    }

    // forward
    let a = input
    for (let i = 0; i < layers - 1; i++) {
      const l = layerAt(d, i)
      const n = word(l, at.INPUTS)
      const m = word(l, at.UNITS)
      const out = place(l, base, at.OUT)
      if (m < 4) forwardFew<T>(out, a, place(l, base, at.W), optional(l, base, at.B), n, m)
      else forward<T>(out, a, place(l, base, at.W), optional(l, base, at.B), n, m)
      activate<T>(word(l, at.ACTIVATION), out, m)
      a = out
    }
    let z = contiguousInLanes<T>(a, lastW, lastN)
    z = <T>(z + (lastB != 0 ? load<T>(lastB) : <T>0))

    // what it says, and how wrong that is
    let t = <T>label
    let said: f64
    let slope: T
    let loss: f64 = 0
    if (kind == at.BINARY) {
      const both = sigmoidAndPower_f32(<f32>z)
      const p = <T>f32x4.extract_lane(both, 0)
      said = <f64>p
      slope = <T>(p - t)
      // a loss that no rule reads is computed when all rows are done; here it has to be known to be finite
      if (!(abs<f64>(<f64>z) * max<f64>(weight, 1) < 1e30)) { status = at.CAREFUL; break }
      loss = folded ? putOff(<f32>z, both) : <f64>binaryCrossEntropyOf<T>(z, t)
    } else {
      said = <f64>z
      if (scaler != 0) {
        said = load<f64>(scaler, 8) + sqrt<f64>(load<f64>(scaler, 16)) * <f64>z
        t = <T>scaled(label, scaler, targetNext, word(d, at.TARGET_EXPONENTIAL) != 0, Infinity)
      }
      const r = <T>(z - t)
      if (kind == at.SQUARED) {
        slope = squaredSlope<T>(r)
        loss = <f64>squaredOf<T>(r)
      } else {
        slope = huberSlope<T>(r, bend)
        loss = <f64>huberOf<T>(r, bend)
      }
      if (!(loss * weight < Infinity)) { status = at.CAREFUL; break }
    }
    const delta = <T>(slope * <T>weight)
    const move = abs<f64>(<f64>delta) * amplified
    if (!(move < gradientBound)) { status = at.CAREFUL; break }

    // from here on nothing is refused
    store<f64>(lossesOut + (<usize>row << 3), loss)
    store<f64>(actual + (<usize>row << 3), label)
    store<f64>(stepsOut + (<usize>row << 3), stepNumber)
    stepNumber += 1
    tell(said, row, values, probabilities)

    // back
    store<T>(lastDelta, delta)
    let deltaOf = lastDelta
    for (let i = layers - 2; i >= 0; i--) {
      const l = layerAt(d, i)
      const next = layerAt(d, i + 1)
      const m = word(l, at.UNITS)
      const own = place(l, base, at.LAYER_DELTA)
      if (i == layers - 2) backFromOne<T>(own, delta, lastW, m, word(l, at.ACTIVATION), place(l, base, at.OUT))
      else {
        back<T>(own, deltaOf, place(next, base, at.W), m, word(next, at.UNITS))
        deactivate<T>(word(l, at.ACTIVATION), own, place(l, base, at.OUT), m)
      }
      deltaOf = own
    }

    // and down
    if (folded) {
      // a schedule reads how many steps there were
      if (scheduled) {
        segment(code, d, base, at.RATES)
        store<f64>(steps, load<f64>(steps) + 1)
      } else taken += 1
      let fastest: f64 = 0
      a = input
      for (let i = 0; i < layers; i++) {
        const l = layerAt(d, i)
        const m = word(l, at.UNITS)
        const own = place(l, base, at.LAYER_DELTA)
        const rate = load<f64>(place(l, base, at.RATE_W))
        fastest = max<f64>(fastest, rate)
        descend<T>(place(l, base, at.W), a, own, word(l, at.INPUTS), m, <T>rate)
        const b = optional(l, base, at.B)
        if (b != 0) {
          const ownRate = load<f64>(place(l, base, at.RATE_B))
          fastest = max<f64>(fastest, ownRate)
          if (m == 1) store<T>(b, minusOne<T>(load<T>(b), load<T>(own), <T>ownRate))
          else descendBias<T>(b, own, m, <T>ownRate)
        }
        a = place(l, base, at.OUT)
      }
      reach = (reach + fastest * move) * 1.000001
      if (!(reach < parameterBound * 0.999)) {
        reach = largest<T>(place(d, base, at.PARAMETERS), total)
        if (!(reach <= parameterBound)) {
          reach = Infinity
          status = at.OUT_OF_BOUNDS
        }
      }
    } else {
      gradients<T>(d, base, input, layers)
      store<T>(place(d, base, at.OUTPUTS_PLACE), z)
      store<T>(place(d, base, at.TARGET_PLACE), t)
      store<f64>(place(d, base, at.LOSSES), loss)
      store<f64>(place(d, base, at.BATCH_SIZE), 1)
      store<f64>(place(d, base, at.MEAN_LOSS), 0 + weight * loss)
      store<f64>(place(d, base, at.MEAN_SQUARES), weight * (<f64>slope * <f64>slope))
      const firings = drift != 0 ? load<f64>(drift, 48) : 0
      if (scaledInput) {
        // the next row's columns do not wait for this row's step
        keep(place(d, base, at.SCALERS), place(d, base, at.NEXT), features)
        ahead = row + 1 < count && columns<T>(code, d, base, io, x + width, columnsAt)
      }
      status = segment(code, d, base, at.REST)
      reach = load<f64>(reachAt)
      if (status == 0 && drift != 0 && load<f64>(drift, 48) > firings) status = at.DRIFTED
    }
    if (scaledInput && folded) keep(place(d, base, at.SCALERS), place(d, base, at.NEXT), features)
    if (scaler != 0) keep(scaler, targetNext, 1)
    if (commits) segment(code, d, base, at.COMMIT)
    x += width
    if (status != 0) { row++; break }
  }
  if (folded) {
    store<f64>(reachAt, reach)
    store<f64>(steps, load<f64>(steps) + taken)
  }
  finish<T>(d, base, io, first, row, folded)
  store<i32>(io + (at.STATUS << 2), status)
  return row
}

/** What the program's own rows would have left of the last row, and the losses that were put off. */
export function finish<T>(d: usize, base: usize, io: usize, first: i32, row: i32, folded: bool): void {
  if (row == first) return
  const last = <usize>(row - 1) << 3
  const out = <usize>word(io, at.LOSSES_OUT)
  const probabilities = <usize>word(io, at.PROBABILITIES)
  const said = probabilities != 0 ? load<f64>(probabilities + 2 * last, 8) : load<f64>(<usize>word(io, at.VALUES) + last)
  store<f64>(place(d, base, at.LINK_PLACE), said)
  if (!folded) return
  const from = <usize>first << 3
  if (word(d, at.LOSS_KIND) == at.BINARY) binaryCrossEntropies(out + from, <usize>word(io, at.ACTUAL) + from, row - first)
  const weights = <usize>word(io, at.WEIGHTS)
  store<f64>(place(d, base, at.LOSSES), load<f64>(out + last))
  store<f64>(place(d, base, at.MEAN_LOSS), 0 + (weights != 0 ? load<f64>(weights + last) : 1) * load<f64>(out + last))
}
