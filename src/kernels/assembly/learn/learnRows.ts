// Rows of a chunk are predicted and then learned, one after another, in one call. The bits are those of running the
// segments of the bytecode row by row; this serves models that learn at every row. The call stops before a row that
// asks for more than arithmetic, such as a name without a column or a row that has to be refused.

import { CAREFUL, Drift, DRIFTED, F32, Input, Loss, SPECIAL_ROW, REFUSED, RowCall, RowPlan } from '../abi'
import { largest } from '../vector/largest'
import { backwards, chain, down, gradients, settle } from './chain'
import { columns, optional, segment } from './readPlan'
import { isLabel, labelAt, oneOutput, report, weightAt } from './rowOutcome'
import { keep } from './scaling'
import { singleRows } from './ways/singleOutput'
import { sparseRows } from './ways/sparseLayer'

/**
 * Learns rows one after another. `plan` is what src/compile/rowPlan.ts writes; `call` says where the rows stand and
 * where their results go.
 *
 * @returns the index of the row before which it stopped; the call says why
 */
export function learn(code: usize, plan: RowPlan, base: usize, call: RowCall): i32 {
  return plan.type == F32 ? learnRows<f32>(code, plan, base, call) : learnRows<f64>(code, plan, base, call)
}

function learnRows<T>(code: usize, plan: RowPlan, base: usize, call: RowCall): i32 {
  const count = call.count
  // The precision f64 is for circuits and for checking gradients, so its rows are run by their instructions.
  const layers = sizeof<T>() == 4 ? plan.layers : 0
  const folded = sizeof<T>() == 4 && plan.folded != 0
  const ready = call.ready != 0
  const width = <usize>plan.width * (call.xSingle != 0 ? 4 : 8)
  const steps = base + plan.steps
  const drift = optional(base, plan.drift)
  // Where the call's numbers have the type of the arena's, the rows are read in place, once all of them are known to
  // fit.
  let row = call.first
  let x = call.x + <usize>row * width
  const block = ready ? largest<T>(x, (count - row) * plan.features) : NaN
  const inPlace = block < Infinity
  let status = 0

  const single = plan.lossKind != Loss.graph && plan.small != 0
  const sparse = plan.sparse != 0
  let careful = false

  for (; row < count; row++) {
    if (sizeof<T>() == 4 && (single || sparse) && !careful && call.probe == 0) {
      const from = row
      row = sparse
        ? sparseRows(code, plan, base, call, x, row)
        : singleRows<T>(code, plan, base, call, x, row, inPlace ? block : NaN)
      x += <usize>(row - from) * width
      status = call.status
      if (status != CAREFUL) break
      status = 0
      careful = true
    } else careful = false
    const label = labelled<T>(plan, base, call, row)
    if (!label) { status = SPECIAL_ROW; break }
    let input = x
    if (!inPlace) {
      input = base + plan.columns
      if (!columns<T>(code, plan, base, call, x, input)) { status = SPECIAL_ROW; break }
    }
    // The caller only asks whether the row could be learned.
    if (call.probe != 0) break
    x += width

    if (sizeof<T>() == 4 && layers > 0) chain<T>(plan, base, input, layers)
    else segment(code, base, plan.forwardFrom, plan.forwardTo)
    const weight = load<f64>(base + plan.weight)
    let squares: f64 = 0
    let loss: f64
    if (sizeof<T>() == 4 && plan.lossKind != Loss.graph) loss = oneOutput<T>(plan, base)
    else {
      segment(code, base, plan.linkFrom, plan.linkTo)
      segment(code, base, plan.targetFrom, plan.targetTo)
      segment(code, base, plan.lossFrom, plan.lossTo)
      loss = <f64>load<T>(base + plan.lossPlace)
    }
    const delta = base + plan.delta
    for (let j = 0, outputs = plan.outputs; j < outputs; j++) {
      const r = <f64>load<T>(delta + <usize>j * sizeof<T>())
      squares += r * r
    }
    report(plan, base, call, row, loss)

    store<f64>(base + plan.losses, loss)
    store<f64>(base + plan.batchSize, 1)
    store<f64>(base + plan.meanLoss, 0 + weight * loss)
    store<f64>(base + plan.meanSquaredDelta, weight * squares)

    const firings = drift != 0 ? changetype<Drift>(drift).firings : 0
    if (sizeof<T>() == 4 && layers > 0) {
      if (!backwards<T>(plan, base, input, layers, <T>weight, weight * loss, inPlace ? block : -1)) { status = REFUSED; row++; break }
      if (folded) {
        segment(code, base, plan.ratesFrom, plan.ratesTo)
        status = down<T>(plan, base, input, layers)
        store<f64>(steps, load<f64>(steps) + 1)
      } else {
        gradients<T>(plan, base, input, layers)
        status = segment(code, base, plan.restFrom, plan.restTo)
      }
    } else {
      segment(code, base, plan.zeroFrom, plan.zeroTo)
      segment(code, base, plan.backwardFrom, plan.backwardTo)
      status = segment(code, base, plan.stepFrom, plan.stepTo)
      if (status == REFUSED) { row++; break }
    }
    commit(code, plan, base)
    if (status == 0 && drift != 0 && changetype<Drift>(drift).firings > firings) status = DRIFTED
    if (status != 0) { row++; break }
  }
  if (sizeof<T>() == 4 && folded) settle<T>(plan, base, layers)
  call.status = status
  return row
}

/**
 * Stores the row's label and weight in the arena. It returns false where the row has no label, or a label that asks for
 * more than arithmetic.
 */
// @ts-ignore: decorator
@inline
function labelled<T>(plan: RowPlan, base: usize, call: RowCall, row: i32): bool {
  const targets = plan.targets
  const single = call.ySingle != 0
  const given = call.y
  if (given == 0) return false
  const y = base + plan.y
  const actual = call.actual
  const known = optional(base, plan.known)
  for (let j = 0; j < targets; j++) {
    const i = <usize>(row * targets + j)
    const label = labelAt(given, <i32>i, single)
    if (!isLabel(label, known != 0, known != 0 ? load<f64>(known) : 0)) return false
    store<f64>(y + (<usize>j << 3), label)
    store<f64>(actual + (i << 3), label)
  }
  const weight = weightAt(call.weights, row)
  if (weight < 0) return false
  store<f64>(base + plan.weight, weight)
  return true
}

/** Commits the statistics that this row has advanced. */
// @ts-ignore: decorator
@inline
function commit(code: usize, plan: RowPlan, base: usize): void {
  if (plan.input == Input.scaled)
    keep(base + plan.scalers, base + plan.next, plan.features)
  const scaler = optional(base, plan.targetScaler)
  if (plan.lossKind != Loss.graph && scaler != 0) keep(scaler, base + plan.targetNext, 1)
  segment(code, base, plan.commitRestFrom, plan.commitRestTo)
}
