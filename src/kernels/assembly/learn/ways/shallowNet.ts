// Rows through one output and at most one hidden layer under plain sgd: logistic and linear regression and the smallest
// nets. The pass that the next row's sums make over the weights also takes the step of the row before it; the bits are
// those of one after the other.

import { CAREFUL, Loss, SPECIAL_ROW, OUT_OF_BOUNDS, RowCall, RowPlan } from '../../abi'
import { sigmoidAndPower_f32 } from '../../math/elementary/sigmoid'
import { largest } from '../../vector/largest'
import { minusOne } from '../../vector/madd'
import { contiguousInLanes } from '../../vector/inLanes'
import { stepLayer, stepBias } from '../layerStep'
import { activate, forward } from '../forward'
import { isFiniteAhead, putOff, residualLoss, residualSlope } from '../outcome'
import { layerAt, optional, segment } from '../readPlan'
import { amplification, nearly, reachAfter } from '../reach'
import { isLabel, labelAt, record, weightAt } from '../rowOutcome'
import { backAndStep, stepAndForwardHidden, stepAndSum } from './shallowPasses'

/** Does what `singleRows` does. Of the losses, cross-entropies are deferred until all rows are done. */
export function shallowRows(code: usize, plan: RowPlan, base: usize, call: RowCall, x: usize, row: i32, most: f64): i32 {
  const count = call.count
  const kind = plan.lossKind
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
  const layers = plan.layers
  const deep = layers == 2
  // The first layer is the hidden one. Where there is none it is the output layer itself, of which only the rates are
  // read then.
  const hidden = layerAt(plan, 0)
  const inputs = hidden.inputs
  const units = hidden.units
  const activation = hidden.activation
  const V = base + hidden.weights
  const c = optional(base, hidden.bias)
  const h = base + hidden.out
  const deltas = base + hidden.delta
  const rateV = base + hidden.rate
  const rateC = c != 0 ? base + hidden.biasRate : rateV
  // The output layer.
  const l = layerAt(plan, layers - 1)
  const n = l.inputs
  const w = base + l.weights
  const b = optional(base, l.bias)
  const rateW = base + l.rate
  const rateB = b != 0 ? base + l.biasRate : rateW
  const width = <usize>inputs << 2
  const scheduled = plan.ratesFrom != plan.ratesTo
  const bend = kind == Loss.huber ? load<f32>(base + plan.huberDelta) : 0
  const gradientBound = nearly(load<f64>(base + plan.gradientBound))
  const parameterBound = load<f64>(base + plan.parameterBound)
  const near = nearly(parameterBound)
  const reachAt = base + plan.reach
  const steps = base + plan.steps
  const first = row
  let stepNumber = call.stepNumber + <f64>(row - call.first)
  let reach = load<f64>(reachAt)
  let reachLimit: f64 = -1
  let amplified: f64 = 0
  let bias: f32 = b != 0 ? load<f32>(b) : 0
  let etaV = <f32>load<f64>(rateV)
  let etaC = <f32>load<f64>(rateC)
  let etaW = <f32>load<f64>(rateW)
  let etaB = <f32>load<f64>(rateB)
  let fastest = max<f64>(max<f64>(load<f64>(rateV), load<f64>(rateC)), max<f64>(load<f64>(rateW), load<f64>(rateB)))
  // The pending step consists of its row, and of the output's δ where the output layer is the first layer.
  let before: usize = 0
  let pending: f32 = 0
  let status = 0

  for (; row < count; row++) {
    const label = labelAt(y, row, single)
    const weight = weightAt(weights, row)
    if (weight < 0 || !isLabel(label, known != 0, names)) { status = SPECIAL_ROW; break }
    if (!(reach <= reachLimit)) {
      if (!(reach < near)) {
        // The reach is not known, or it is near the bound, so the parameters are read.
        if (before != 0) {
          take(plan, base, before, pending, etaV, etaC)
          before = 0
        }
        reach = max<f64>(largest<f32>(base + plan.parameters, plan.total), abs<f64>(<f64>bias))
        if (!(reach < parameterBound * 0.2)) { status = CAREFUL; break }
      }
      reachLimit = 4 * reach
      amplified = amplification(plan, layers, reachLimit, most)
    }
    let sum: f32
    if (deep) {
      if (before != 0) stepAndForwardHidden(h, x, V, c, inputs, units, before, deltas, etaV, etaC)
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
    if (kind == Loss.crossEntropy) {
      const both = sigmoidAndPower_f32(z)
      const p = f32x4.extract_lane(both, 0)
      said = <f64>p
      slope = p - t
      loss = putOff(z, both)
      if (!isFiniteAhead(<f64>z, weight)) { status = CAREFUL; break }
    } else {
      const r: f32 = z - t
      slope = residualSlope<f32>(kind, r, bend)
      loss = <f64>residualLoss<f32>(kind, r, bend)
      if (!(loss * weight < Infinity)) { status = CAREFUL; break }
    }
    let delta = slope
    if (weights != 0) delta = slope * <f32>weight
    const move = abs<f64>(<f64>delta) * amplified
    if (!(move < gradientBound)) { status = CAREFUL; break }

    // From here on nothing is refused.
    if (scheduled) {
      segment(code, base, plan.ratesFrom, plan.ratesTo)
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
    reach = reachAfter(reach, fastest * move)
    record(row, loss, label, stepNumber, said, losses, actual, stepsOut, values, probabilities)
    stepNumber += 1
    x += width
    if (!(reach < near)) {
      // A parameter may have left its bounds, so the step is taken now and the parameters are checked.
      take(plan, base, before, pending, etaV, etaC)
      before = 0
      reach = max<f64>(largest<f32>(base + plan.parameters, plan.total), abs<f64>(<f64>bias))
      if (!(reach <= parameterBound)) {
        reach = Infinity
        status = OUT_OF_BOUNDS
        row++
        break
      }
    }
  }
  if (before != 0) take(plan, base, before, pending, etaV, etaC)
  if (b != 0) store<f32>(b, bias)
  if (!scheduled) store<f64>(steps, load<f64>(steps) + <f64>(row - first))
  store<f64>(reachAt, reach)
  call.status = status
  return row
}

/** Takes the pending step of the first layer. The output's bias is kept outside memory. */
function take(plan: RowPlan, base: usize, before: usize, pending: f32, rateV: f32, rateC: f32): void {
  const l = layerAt(plan, 0)
  const deltas = base + l.delta
  const units = l.units
  const deep = plan.layers == 2
  if (!deep) store<f32>(deltas, pending)
  stepLayer<f32>(base + l.weights, before, deltas, l.inputs, units, rateV)
  const c = optional(base, l.bias)
  if (deep && c != 0) stepBias<f32>(c, deltas, units, rateC)
}
