// Rows that name few of very many features, through one layer of one output: only the weights of a row's own names, and
// AdaGrad's sums of their squared gradients, are read and written. Whether a row could exceed a bound is known
// beforehand, as in singleOutput.ts; a row that could, or that has to be refused, is run by the instructions.

import { CAREFUL, Loss, SPECIAL_ROW, OUT_OF_BOUNDS, RING_ROWS, RowCall, RowPlan, SparseLayer } from '../../abi'
import { sigmoidAndPower_f32 } from '../../math/elementary/sigmoid'
import { largest } from '../../vector/largest'
import { minus, minusOne } from '../../vector/madd'
import { isFiniteAhead, putOff, residualLoss, residualSlope } from '../outcome'
import { nearly, reachAfter } from '../reach'
import { behind, optional, segment } from '../readPlan'
import { isLabel, labelAt, record, weightAt } from '../rowOutcome'
import { keep, scaled, unscaled } from '../scaling'
import { finish } from './singleOutput'
import { COUNT, MOST, OFFSETS, prepare } from './sparseRow'

/** The number of rows that are read ahead, so that their weights are on the way from memory before they are needed. */
const AHEAD = 4

/** Gathers four numbers from four addresses. */
// @ts-ignore: decorator
@inline
function gathered(from: usize, offsets: usize): v128 {
  const a = v128.load32_zero(from + load<u32>(offsets))
  const b = v128.load_lane<f32>(from + load<u32>(offsets, 4), a, 1)
  const c = v128.load_lane<f32>(from + load<u32>(offsets, 8), b, 2)
  return v128.load_lane<f32>(from + load<u32>(offsets, 12), c, 3)
}
// @ts-ignore: decorator
@inline
function scatter(to: usize, offsets: usize, x: v128): void {
  v128.store_lane<f32>(to + load<u32>(offsets), x, 0)
  v128.store_lane<f32>(to + load<u32>(offsets, 4), x, 1)
  v128.store_lane<f32>(to + load<u32>(offsets, 8), x, 2)
  v128.store_lane<f32>(to + load<u32>(offsets, 12), x, 3)
}

/** The step of one weight: w ← w − η·g/(√(G + g²) + ε), or w − η·g where the rule keeps no G. */
// @ts-ignore: decorator
@inline
function stepOne(w: usize, squares: usize, g: f32, rate: f32, epsilon: f32): void {
  let u = g
  if (squares != 0) {
    const sum = load<f32>(squares) + g * g
    store<f32>(squares, sum)
    u = g / (sqrt<f32>(sum) + epsilon)
  }
  store<f32>(w, minusOne<f32>(load<f32>(w), u, rate))
}

/**
 * @returns the row before which it stopped. `STATUS` says why: 0 where no row is left, SPECIAL_ROW, CAREFUL, or the
 * status of the step after it.
 */
export function sparseRows(code: usize, plan: RowPlan, base: usize, call: RowCall, x: usize, row: i32): i32 {
  const s = changetype<SparseLayer>(behind(plan, plan.sparse))
  const count = call.count
  const kind = plan.lossKind
  const singleX = call.xSingle != 0
  const width = <usize>plan.width * (singleX ? 4 : 8)
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
  const scaler = optional(base, plan.targetScaler)
  const targetNext = base + plan.targetNext
  const bend = kind == Loss.huber ? load<f32>(base + plan.huberDelta) : <f32>0
  const scheduled = plan.ratesFrom != plan.ratesTo
  const gradientBound = nearly(load<f64>(base + plan.gradientBound))
  const parameterBound = load<f64>(base + plan.parameterBound)
  const reachAt = base + plan.reach
  const parameters = base + plan.parameters
  const total = plan.total
  const first = row

  const active = s.active
  const capacity = s.capacity
  const missing = s.missing != 0
  const w = base + s.weights
  const b = optional(base, s.bias)
  const squares = optional(base, s.squares)
  const squaresOfB = optional(base, s.biasSquares)
  const rateW = base + s.rate
  const rateB = b != 0 ? base + s.biasRate : rateW
  const ring = base + s.ring
  const stride = <usize>s.ringStride
  const vector = (stride - OFFSETS) / 3
  const adaptive = squares != 0
  const epsilon = adaptive ? <f32>load<f64>(base + s.epsilon) : <f32>0
  const epsilons = f32x4.splat(epsilon)
  // |u| per |g| of a step. With AdaGrad it is 1 up to rounding, unless g² underflows and g is divided by ε alone.
  const longest: f64 = adaptive ? max<f64>(1.5, 1e-22 / <f64>epsilon) : 0
  const touched = adaptive ? squares : w

  let stepNumber = call.stepNumber + <f64>(row - call.first)
  const taken = load<f64>(steps) - <f64>row
  let status = 0
  let reach = load<f64>(reachAt)
  if (!(reach < nearly(parameterBound))) {
    // The reach is not known, or it is near the bound, so the parameters are read.
    reach = largest<f32>(parameters, total)
    if (!(reach < nearly(parameterBound))) {
      call.status = CAREFUL
      return row
    }
  }

  let ahead = row
  for (; row < count; row++) {
    for (const until = min(row + AHEAD + 1, count); ahead < until; ahead++) {
      prepare(x, singleX, ring + <usize>(ahead & (RING_ROWS - 1)) * stride, vector, active, capacity, missing, w, touched)
      x += width
    }
    const own = ring + <usize>(row & (RING_ROWS - 1)) * stride
    const n = load<i32>(own, COUNT)
    if (n < 0) { status = SPECIAL_ROW; break }
    const label = labelAt(y, row, single)
    const weight = weightAt(weights, row)
    if (weight < 0 || !isLabel(label, known != 0, names)) { status = SPECIAL_ROW; break }

    // The forward pass adds over the names in four lanes, and then adds the bias.
    const offsets = own + OFFSETS
    const numbers = offsets + vector
    const held = numbers + vector
    const bytes = <usize>n << 2
    const whole = bytes & ~15
    let sums = f32x4.splat(0)
    let k: usize = 0
    for (; k < whole; k += 16) {
      const four = gathered(w, offsets + k)
      v128.store(held + k, four)
      sums = f32x4.add(sums, f32x4.mul(v128.load(numbers + k), four))
    }
    let l0 = f32x4.extract_lane(sums, 0)
    let l1 = f32x4.extract_lane(sums, 1)
    let l2 = f32x4.extract_lane(sums, 2)
    if (k < bytes) l0 += load<f32>(numbers + k) * load<f32>(w + load<u32>(offsets + k))
    if (k + 4 < bytes) l1 += load<f32>(numbers + k, 4) * load<f32>(w + load<u32>(offsets + k, 4))
    if (k + 8 < bytes) l2 += load<f32>(numbers + k, 8) * load<f32>(w + load<u32>(offsets + k, 8))
    let z = l0 + l1 + l2 + f32x4.extract_lane(sums, 3)
    z = z + (b != 0 ? load<f32>(b) : <f32>0)

    // The prediction and its loss.
    let t = <f32>label
    let said: f64
    let slope: f32
    let loss: f64 = 0
    if (kind == Loss.crossEntropy) {
      const both = sigmoidAndPower_f32(z)
      const p = f32x4.extract_lane(both, 0)
      said = <f64>p
      slope = p - t
      loss = putOff(z, both)
      // The loss itself is computed when all rows are done.
      if (!isFiniteAhead(<f64>z, weight)) { status = CAREFUL; break }
    } else {
      said = <f64>z
      if (scaler != 0) {
        said = unscaled(<f64>z, scaler)
        t = <f32>scaled(label, scaler, targetNext, plan.targetExponential != 0, Infinity)
      }
      const r = z - t
      slope = residualSlope<f32>(kind, r, bend)
      loss = <f64>residualLoss<f32>(kind, r, bend)
      if (!(loss * weight < Infinity)) { status = CAREFUL; break }
    }
    const delta = slope * <f32>weight
    // The bias has an input of 1.
    const move = abs<f64>(<f64>delta) * max<f64>(<f64>load<f32>(own, MOST), 1)
    if (!(move < gradientBound)) { status = CAREFUL; break }

    // From here on nothing is refused.
    record(row, loss, label, stepNumber, said, losses, actual, stepsOut, values, probabilities)
    stepNumber += 1

    // The backward pass and the step touch the row's own weights alone: the gradient of any other weight is 0 and moves
    // nothing.
    if (scheduled) {
      store<f64>(steps, taken + <f64>row)
      segment(code, base, plan.ratesFrom, plan.ratesTo)
    }
    const fast = load<f64>(rateW)
    const rate = <f32>fast
    const rates = f32x4.splat(rate)
    const deltas = f32x4.splat(delta)
    const zero = f32x4.splat(0)
    for (k = 0; k < whole; k += 16) {
      let u = f32x4.add(zero, f32x4.mul(v128.load(numbers + k), deltas))
      if (adaptive) {
        const sum = f32x4.add(gathered(squares, offsets + k), f32x4.mul(u, u))
        scatter(squares, offsets + k, sum)
        u = f32x4.div(u, f32x4.add(f32x4.sqrt(sum), epsilons))
      }
      scatter(w, offsets + k, minus<f32>(v128.load(held + k), u, rates))
    }
    for (; k < bytes; k += 4) {
      const offset = <usize>load<u32>(offsets + k)
      stepOne(w + offset, adaptive ? squares + offset : 0, <f32>0 + load<f32>(numbers + k) * delta, rate, epsilon)
    }
    let fastest = fast
    if (b != 0) {
      const ownRate = load<f64>(rateB)
      fastest = max<f64>(fast, ownRate)
      stepOne(b, squaresOfB, <f32>0 + delta, <f32>ownRate, epsilon)
    }
    if (scaler != 0) keep(scaler, targetNext, 1)
    reach = reachAfter(reach, fastest * (adaptive ? longest : move))
    if (!(reach < nearly(parameterBound))) {
      reach = largest<f32>(parameters, total)
      if (!(reach <= parameterBound)) {
        reach = Infinity
        status = OUT_OF_BOUNDS
        row++
        break
      }
    }
  }
  store<f64>(steps, taken + <f64>row)
  store<f64>(reachAt, reach)
  finish<f32>(plan, base, call, first, row, true)
  call.status = status
  return row
}
