// Rows through one output and no hidden layer, plain sgd: logistic and linear regression. A row's step is taken in the
// pass that the next row's sum makes over the weights; the bits are those of one after the other.

import { sigmoidAndPower_f32 } from '../elementary/sigmoid'
import { largest } from '../largest'
import { madd, plusTerm } from '../madd'
import { contiguousInLanes } from '../products'
import { huberOf, huberSlope, putOff, squaredOf, squaredSlope } from './outcome'
import { layerAt, optional, place, segment, word } from './plan'
import { isLabel, labelAt, tell, weightAt } from './row'
import * as at from './words'

/** Σ w·x in four lanes, each w first moved by its pending step, w − η(before·δ). */
// @ts-ignore: decorator
@inline
function stepAndSum(w: usize, x: usize, before: usize, n: i32, delta: f32, rate: f32): f32 {
  const slope = f32x4.splat(delta)
  const eta = f32x4.splat(rate)
  let sum = f32x4.splat(0)
  let i = n
  for (; i >= 4; i -= 4) {
    const moved = f32x4.sub(v128.load(w), f32x4.mul(f32x4.mul(v128.load(before), slope), eta))
    v128.store(w, moved)
    sum = madd<f32>(sum, v128.load(x), moved)
    w += 16
    x += 16
    before += 16
  }
  let l0 = f32x4.extract_lane(sum, 0)
  let l1 = f32x4.extract_lane(sum, 1)
  let l2 = f32x4.extract_lane(sum, 2)
  for (let lane = 0; lane < i; lane++) {
    const moved = load<f32>(w) - load<f32>(before) * delta * rate
    store<f32>(w, moved)
    const xi = load<f32>(x)
    const term = xi * moved
    if (lane == 0) l0 = plusTerm<f32>(l0, term, xi, moved)
    else if (lane == 1) l1 = plusTerm<f32>(l1, term, xi, moved)
    else l2 = plusTerm<f32>(l2, term, xi, moved)
    w += 4
    x += 4
    before += 4
  }
  return l0 + l1 + l2 + f32x4.extract_lane(sum, 3)
}

/** As `singleRows`; of its losses those of a cross-entropy are put off. */
export function linearRows(code: usize, d: usize, base: usize, io: usize, x: usize, row: i32, most: f64): i32 {
  const count = word(io, at.COUNT)
  const kind = word(d, at.LOSS_KIND)
  const single = word(io, at.Y_SINGLE) != 0
  const weights = <usize>word(io, at.WEIGHTS)
  const known = optional(d, base, at.KNOWN)
  const names = known != 0 ? load<f64>(known) : 0
  const probabilities = <usize>word(io, at.PROBABILITIES)
  const lossesOut = <usize>word(io, at.LOSSES_OUT)
  const actual = <usize>word(io, at.ACTUAL)
  const values = <usize>word(io, at.VALUES)
  const stepsOut = <usize>word(io, at.STEPS_OUT)
  const y = <usize>word(io, at.Y)
  const l = layerAt(d, 0)
  const n = word(l, at.INPUTS)
  const width = <usize>n << 2
  const w = place(l, base, at.W)
  const b = optional(l, base, at.B)
  const rateW = place(l, base, at.RATE_W)
  const rateB = b != 0 ? place(l, base, at.RATE_B) : rateW
  const scheduled = word(d, at.RATES) != word(d, at.RATES + 1)
  const bend = kind == at.HUBER ? load<f32>(place(d, base, at.HUBER_DELTA)) : 0
  const gradientBound = load<f64>(place(d, base, at.GRADIENT_BOUND)) * 0.999
  const parameterBound = load<f64>(place(d, base, at.PARAMETER_BOUND)) * 0.999
  const reachAt = place(d, base, at.REACH)
  const steps = place(d, base, at.STEPS)
  const top = max<f64>(most, 1)
  const first = row
  let stepNumber = load<f64>(io + (at.STEP_NUMBER << 2)) + <f64>(row - word(io, at.FIRST))
  let reach = load<f64>(reachAt)
  let bias: f32 = b != 0 ? load<f32>(b) : 0
  let etaW = <f32>load<f64>(rateW)
  let etaB = <f32>load<f64>(rateB)
  let fastest = max<f64>(load<f64>(rateW), load<f64>(rateB))
  // the step that is pending: its row and its δ
  let before: usize = 0
  let pending: f32 = 0
  let status = 0

  for (; row < count; row++) {
    const label = labelAt(y, row, single)
    const weight = weightAt(weights, row)
    if (weight < 0 || !isLabel(label, known != 0, names)) { status = at.NOT_PLAIN; break }
    const sum = before != 0 ? stepAndSum(w, x, before, n, pending, etaW) : contiguousInLanes<f32>(x, w, n)
    before = 0
    if (!(reach < parameterBound)) {
      // it has not been kept, or is near the bound: look
      reach = max<f64>(largest<f32>(w, n), abs<f64>(<f64>bias))
      if (!(reach < parameterBound)) { status = at.CAREFUL; break }
    }
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
    const delta: f32 = slope * <f32>weight
    const move = abs<f64>(<f64>delta) * top
    if (!(move < gradientBound)) { status = at.CAREFUL; break }
    if (scheduled) {
      segment(code, d, base, at.RATES)
      etaW = <f32>load<f64>(rateW)
      etaB = <f32>load<f64>(rateB)
      fastest = max<f64>(load<f64>(rateW), load<f64>(rateB))
      store<f64>(steps, load<f64>(steps) + 1)
    }
    pending = delta
    before = x
    if (b != 0) bias = bias - delta * etaB
    reach = (reach + fastest * move) * 1.000001
    store<f64>(lossesOut + (<usize>row << 3), loss)
    store<f64>(actual + (<usize>row << 3), label)
    store<f64>(stepsOut + (<usize>row << 3), stepNumber)
    stepNumber += 1
    tell(said, row, values, probabilities)
    x += width
    if (!(reach < parameterBound)) {
      // a parameter may have left its bounds: the step is taken now, and looked at
      stepAndSum(w, x - width, before, n, pending, etaW)
      before = 0
      reach = max<f64>(largest<f32>(w, n), abs<f64>(<f64>bias))
      if (!(reach <= load<f64>(place(d, base, at.PARAMETER_BOUND)))) {
        reach = Infinity
        status = at.OUT_OF_BOUNDS
        row++
        break
      }
    }
  }
  if (before != 0) stepAndSum(w, before, before, n, pending, etaW)
  if (b != 0) store<f32>(b, bias)
  if (!scheduled) store<f64>(steps, load<f64>(steps) + <f64>(row - first))
  store<f64>(reachAt, reach)
  store<i32>(io + (at.STATUS << 2), status)
  return row
}
