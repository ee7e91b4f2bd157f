// Rows through one output and at most one hidden layer, plain sgd: logistic and linear regression and the smallest nets.
// A row's step is taken in the pass that the next row's sum makes over the weights; the bits are those of one after the
// other.

import { sigmoidAndPower_f32 } from '../elementary/sigmoid'
import { largest } from '../largest'
import { minusOne } from '../madd'
import { contiguousInLanes } from '../products'
import { descend, descendBias } from './descend'
import { activate, forward } from './forward'
import { huberOf, huberSlope, putOff, squaredOf, squaredSlope } from './outcome'
import { layerAt, optional, place, segment, word } from './plan'
import { amplification } from './reach'
import { isLabel, labelAt, tell, weightAt } from './row'
import { backAndStep, stepAndForward, stepAndSum } from './stepping'
import * as at from './words'

/** As `singleRows`; of its losses those of a cross-entropy are put off. */
export function shallowRows(code: usize, d: usize, base: usize, io: usize, x: usize, row: i32, most: f64): i32 {
  const count = word(io, at.COUNT)
  const kind = word(d, at.LOSS_KIND)
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
  const layers = word(d, at.LAYERS)
  const deep = layers == 2
  // the first layer: the hidden one, or the output's own, of which only the rates are read then
  const hidden = layerAt(d, 0)
  const inputs = word(hidden, at.INPUTS)
  const units = word(hidden, at.UNITS)
  const activation = word(hidden, at.ACTIVATION)
  const V = place(hidden, base, at.W)
  const c = optional(hidden, base, at.B)
  const h = place(hidden, base, at.OUT)
  const deltas = place(hidden, base, at.LAYER_DELTA)
  const rateV = place(hidden, base, at.RATE_W)
  const rateC = c != 0 ? place(hidden, base, at.RATE_B) : rateV
  // the output
  const l = layerAt(d, layers - 1)
  const n = word(l, at.INPUTS)
  const w = place(l, base, at.W)
  const b = optional(l, base, at.B)
  const rateW = place(l, base, at.RATE_W)
  const rateB = b != 0 ? place(l, base, at.RATE_B) : rateW
  const width = <usize>inputs << 2
  const scheduled = word(d, at.RATES) != word(d, at.RATES + 1)
  const bend = kind == at.HUBER ? load<f32>(place(d, base, at.HUBER_DELTA)) : 0
  const gradientBound = load<f64>(place(d, base, at.GRADIENT_BOUND)) * 0.999
  const parameterBound = load<f64>(place(d, base, at.PARAMETER_BOUND))
  const near = parameterBound * 0.999
  const reachAt = place(d, base, at.REACH)
  const steps = place(d, base, at.STEPS)
  const first = row
  let stepNumber = load<f64>(io + (at.STEP_NUMBER << 2)) + <f64>(row - word(io, at.FIRST))
  let reach = load<f64>(reachAt)
  let reachLimit: f64 = -1
  let amplified: f64 = 0
  let bias: f32 = b != 0 ? load<f32>(b) : 0
  let etaV = <f32>load<f64>(rateV)
  let etaC = <f32>load<f64>(rateC)
  let etaW = <f32>load<f64>(rateW)
  let etaB = <f32>load<f64>(rateB)
  let fastest = max<f64>(max<f64>(load<f64>(rateV), load<f64>(rateC)), max<f64>(load<f64>(rateW), load<f64>(rateB)))
  // the step that is pending: its row, and the output's δ where that is the row's own layer
  let before: usize = 0
  let pending: f32 = 0
  let status = 0

  for (; row < count; row++) {
    const label = labelAt(y, row, single)
    const weight = weightAt(weights, row)
    if (weight < 0 || !isLabel(label, known != 0, names)) { status = at.NOT_PLAIN; break }
    if (!(reach <= reachLimit)) {
      if (!(reach < near)) {
        // it has not been kept, or is near the bound: look
        if (before != 0) {
          take(d, base, before, pending, etaV, etaC)
          before = 0
        }
        reach = max<f64>(largest<f32>(place(d, base, at.PARAMETERS), word(d, at.TOTAL)), abs<f64>(<f64>bias))
        if (!(reach < parameterBound * 0.2)) { status = at.CAREFUL; break }
      }
      reachLimit = 4 * reach
      amplified = amplification(d, layers, reachLimit, most)
    }
    let sum: f32
    if (deep) {
      if (before != 0) stepAndForward(h, x, V, c, inputs, units, before, deltas, etaV, etaC)
      else forward<f32>(h, x, V, c, inputs, units)
      activate<f32>(activation, h, units)
      sum = contiguousInLanes<f32>(h, w, n)
    } else sum = before != 0 ? stepAndSum(w, x, before, n, pending, etaW) : contiguousInLanes<f32>(x, w, n)
    before = 0
    const z: f32 = sum + bias
    const t = <f32>label
    let said = <f64>z
    let slope: f32
    let loss: f64
    if (kind == at.BINARY) {
      const both = sigmoidAndPower_f32(z)
      const p = f32x4.extract_lane(both, 0)
      said = <f64>p
      slope = p - t
      loss = putOff(z, both)
      if (!(abs<f64>(<f64>z) * max<f64>(weight, 1) < 1e30)) { status = at.CAREFUL; break }
    } else {
      const r: f32 = z - t
      slope = kind == at.SQUARED ? squaredSlope<f32>(r) : huberSlope<f32>(r, bend)
      loss = <f64>(kind == at.SQUARED ? squaredOf<f32>(r) : huberOf<f32>(r, bend))
      if (!(loss * weight < Infinity)) { status = at.CAREFUL; break }
    }
    let delta = slope
    if (weights != 0) delta = slope * <f32>weight
    const move = abs<f64>(<f64>delta) * amplified
    if (!(move < gradientBound)) { status = at.CAREFUL; break }

    // from here on nothing is refused
    if (scheduled) {
      segment(code, d, base, at.RATES)
      etaV = <f32>load<f64>(rateV)
      etaC = <f32>load<f64>(rateC)
      etaW = <f32>load<f64>(rateW)
      etaB = <f32>load<f64>(rateB)
      fastest = max<f64>(max<f64>(load<f64>(rateV), load<f64>(rateC)), max<f64>(load<f64>(rateW), load<f64>(rateB)))
      store<f64>(steps, load<f64>(steps) + 1)
    }
    if (deep) backAndStep(deltas, delta, w, h, n, activation, etaW)
    pending = delta
    before = x
    if (b != 0) bias = minusOne<f32>(bias, delta, etaB)
    reach = (reach + fastest * move) * 1.000001
    store<f64>(lossesOut + (<usize>row << 3), loss)
    store<f64>(actual + (<usize>row << 3), label)
    store<f64>(stepsOut + (<usize>row << 3), stepNumber)
    stepNumber += 1
    tell(said, row, values, probabilities)
    x += width
    if (!(reach < near)) {
      // a parameter may have left its bounds: the step is taken now, and looked at
      take(d, base, before, pending, etaV, etaC)
      before = 0
      reach = max<f64>(largest<f32>(place(d, base, at.PARAMETERS), word(d, at.TOTAL)), abs<f64>(<f64>bias))
      if (!(reach <= parameterBound)) {
        reach = Infinity
        status = at.OUT_OF_BOUNDS
        row++
        break
      }
    }
  }
  if (before != 0) take(d, base, before, pending, etaV, etaC)
  if (b != 0) store<f32>(b, bias)
  if (!scheduled) store<f64>(steps, load<f64>(steps) + <f64>(row - first))
  store<f64>(reachAt, reach)
  store<i32>(io + (at.STATUS << 2), status)
  return row
}

/** Takes the first layer's pending step; the output's bias is not in memory. */
function take(d: usize, base: usize, before: usize, pending: f32, rateV: f32, rateC: f32): void {
  const l = layerAt(d, 0)
  const deltas = place(l, base, at.LAYER_DELTA)
  const units = word(l, at.UNITS)
  const deep = word(d, at.LAYERS) == 2
  if (!deep) store<f32>(deltas, pending)
  descend<f32>(place(l, base, at.W), before, deltas, word(l, at.INPUTS), units, rateV)
  const c = optional(l, base, at.B)
  if (deep && c != 0) descendBias<f32>(c, deltas, units, rateC)
}
