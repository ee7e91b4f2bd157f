// Rows through one output and at most one hidden layer, plain sgd: logistic and linear regression and the smallest nets.
// A row's step is taken in the pass that the next row's sum makes over the weights; the bits are those of one after the
// other.

import { sigmoidAndPower_f32 } from '../elementary/sigmoid'
import { largest } from '../largest'
import { madd, minus, minusOne, plusTerm } from '../madd'
import { contiguousInLanes } from '../products'
import { slopeOf } from './backward'
import { descend, descendBias } from './descend'
import { activate, forward, moved } from './forward'
import { huberOf, huberSlope, putOff, squaredOf, squaredSlope } from './outcome'
import { layerAt, optional, place, segment, word } from './plan'
import { amplification } from './reach'
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
    const v = moved<f32>(v128.load(w), v128.load(before), slope, eta)
    v128.store(w, v)
    sum = madd<f32>(sum, v128.load(x), v)
    w += 16
    x += 16
    before += 16
  }
  let l0 = f32x4.extract_lane(sum, 0)
  let l1 = f32x4.extract_lane(sum, 1)
  let l2 = f32x4.extract_lane(sum, 2)
  for (let lane = 0; lane < i; lane++) {
    const v = minusOne<f32>(load<f32>(w), load<f32>(before) * delta, rate)
    store<f32>(w, v)
    const xi = load<f32>(x)
    const term = xi * v
    if (lane == 0) l0 = plusTerm<f32>(l0, term, xi, v)
    else if (lane == 1) l1 = plusTerm<f32>(l1, term, xi, v)
    else l2 = plusTerm<f32>(l2, term, xi, v)
    w += 4
    x += 4
    before += 4
  }
  return l0 + l1 + l2 + f32x4.extract_lane(sum, 3)
}

/** xW + b of whole vectors, W and b first moved by their pending step, W − η(before ⊗ δ) and b − ηδ. */
function stepAndForward(
  y: usize, x: usize, w: usize, b: usize, n: i32, m: i32, before: usize, delta: usize, rateW: f32, rateB: f32,
): void {
  const rowBytes = <usize>m << 2
  const end = x + (<usize>n << 2)
  const eta = f32x4.splat(rateW)
  const away = before - x
  let at: usize = 0
  for (; at + 64 <= rowBytes; at += 64) {
    const d0 = v128.load(delta + at)
    const d1 = v128.load(delta + at, 16)
    const d2 = v128.load(delta + at, 32)
    const d3 = v128.load(delta + at, 48)
    let a0 = f32x4.splat(0)
    let a1 = a0
    let a2 = a0
    let a3 = a0
    if (b != 0) {
      a0 = movedBias(b + at, d0, rateB)
      a1 = movedBias(b + at + 16, d1, rateB)
      a2 = movedBias(b + at + 32, d2, rateB)
      a3 = movedBias(b + at + 48, d3, rateB)
    }
    let row = w + at
    for (let p = x; p < end; p += 4) {
      const all = v128.load32_splat(p)
      const old = v128.load32_splat(p + away)
      const w0 = moved<f32>(v128.load(row), old, d0, eta)
      const w1 = moved<f32>(v128.load(row, 16), old, d1, eta)
      const w2 = moved<f32>(v128.load(row, 32), old, d2, eta)
      const w3 = moved<f32>(v128.load(row, 48), old, d3, eta)
      v128.store(row, w0)
      v128.store(row, w1, 16)
      v128.store(row, w2, 32)
      v128.store(row, w3, 48)
      a0 = madd<f32>(a0, all, w0)
      a1 = madd<f32>(a1, all, w1)
      a2 = madd<f32>(a2, all, w2)
      a3 = madd<f32>(a3, all, w3)
      row += rowBytes
    }
    v128.store(y + at, a0)
    v128.store(y + at, a1, 16)
    v128.store(y + at, a2, 32)
    v128.store(y + at, a3, 48)
  }
  for (; at < rowBytes; at += 16) {
    const d = v128.load(delta + at)
    let sum = b != 0 ? movedBias(b + at, d, rateB) : f32x4.splat(0)
    let row = w + at
    for (let p = x; p < end; p += 4) {
      const v = moved<f32>(v128.load(row), v128.load32_splat(p + away), d, eta)
      v128.store(row, v)
      sum = madd<f32>(sum, v128.load32_splat(p), v)
      row += rowBytes
    }
    v128.store(y + at, sum)
  }
}
/** 0 + b, b first moved by its pending step. */
// @ts-ignore: decorator
@inline
function movedBias(b: usize, delta: v128, rate: f32): v128 {
  const v = minus<f32>(v128.load(b), delta, f32x4.splat(rate))
  v128.store(b, v)
  return f32x4.add(f32x4.splat(0), v)
}

/** The hidden layer's δ behind a single output, 0 + vδ ⊙ activation′, and the output's own step, v − η(hδ), in one pass. */
// @ts-ignore: decorator
@inline
function backAndStep(y: usize, delta: f32, v: usize, h: usize, m: i32, kind: i32, rate: f32): void {
  const all = f32x4.splat(delta)
  const eta = f32x4.splat(rate)
  const zero = f32x4.splat(0)
  for (const end = v + (<usize>m << 2); v < end; v += 16) {
    const value = v128.load(h)
    const weight = v128.load(v)
    v128.store(y, slopeOf<f32>(kind, f32x4.add(zero, f32x4.mul(weight, all)), value))
    v128.store(v, moved<f32>(weight, value, all, eta))
    y += 16
    h += 16
  }
}

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
  // the hidden layer, or once more the output's: then nothing is read of it
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
