// Rows of a chunk, test-then-train one after another in one call: the same bits as the segments of the bytecode one by
// one, for models that learn at every row. Where a row asks for more than arithmetic (a name without a column, a row to
// be refused) it stops before that row.

import { largest } from '../largest'
import { backwards, chain, down, gradients, settle } from './chain'
import { columns, optional, place, segment, word } from './plan'
import { isLabel, labelAt, oneOutput, report, weightAt } from './row'
import { keep } from './scaling'
import { singleRows } from './single'
import { sparseRows } from './sparse'
import * as at from './words'

export function learnRows<T>(code: usize, d: usize, base: usize, io: usize): i32 {
  const count = word(io, at.COUNT)
  // f64 is the precision of circuits and of checks: its rows go by their instructions
  const layers = sizeof<T>() == 4 ? word(d, at.LAYERS) : 0
  const folded = sizeof<T>() == 4 && word(d, at.FOLDED) != 0
  const ready = word(io, at.READY) != 0
  const width = <usize>word(d, at.WIDTH) * (word(io, at.X_SINGLE) != 0 ? 4 : 8)
  const steps = place(d, base, at.STEPS)
  const drift = optional(d, base, at.DRIFT)
  // with the same numbers as the arena's the rows are read where they stand, once it is known that all of them fit
  let row = word(io, at.FIRST)
  let x = <usize>word(io, at.X) + <usize>row * width
  const block = ready ? largest<T>(x, (count - row) * word(d, at.FEATURES)) : NaN
  const inPlace = block < Infinity
  let status = 0

  const single = word(d, at.LOSS_KIND) != 0 && word(d, at.SMALL) != 0
  const sparse = word(d, at.SPARSE) != 0
  let careful = false

  for (; row < count; row++) {
    if (sizeof<T>() == 4 && (single || sparse) && !careful && word(io, at.PROBE) == 0) {
      const from = row
      row = sparse
        ? sparseRows(code, d, base, io, x, row)
        : singleRows<T>(code, d, base, io, x, row, inPlace ? block : NaN)
      x += <usize>(row - from) * width
      status = word(io, at.STATUS)
      if (status != at.CAREFUL) break
      status = 0
      careful = true
    } else careful = false
    const label = labelled<T>(d, base, io, row)
    if (!label) { status = at.NOT_PLAIN; break }
    let input = x
    if (!inPlace) {
      input = place(d, base, at.COLUMNS)
      if (!columns<T>(code, d, base, io, x, input)) { status = at.NOT_PLAIN; break }
    }
    // only asked whether the row could be learned
    if (word(io, at.PROBE) != 0) break
    x += width

    if (sizeof<T>() == 4 && layers > 0) chain<T>(d, base, input, layers)
    else segment(code, d, base, at.FORWARD)
    const weight = load<f64>(place(d, base, at.WEIGHT))
    let squares: f64 = 0
    let loss: f64
    if (sizeof<T>() == 4 && word(d, at.LOSS_KIND) != 0) loss = oneOutput<T>(d, base)
    else {
      segment(code, d, base, at.LINK)
      segment(code, d, base, at.TARGET)
      segment(code, d, base, at.LOSS)
      loss = <f64>load<T>(place(d, base, at.LOSS_PLACE))
    }
    const delta = place(d, base, at.DELTA)
    for (let j = 0, outputs = word(d, at.OUTPUTS); j < outputs; j++) {
      const r = <f64>load<T>(delta + <usize>j * sizeof<T>())
      squares += r * r
    }
    report(d, base, io, row, loss)

    store<f64>(place(d, base, at.LOSSES), loss)
    store<f64>(place(d, base, at.BATCH_SIZE), 1)
    store<f64>(place(d, base, at.MEAN_LOSS), 0 + weight * loss)
    store<f64>(place(d, base, at.MEAN_SQUARES), weight * squares)

    const firings = drift != 0 ? load<f64>(drift, 48) : 0
    if (sizeof<T>() == 4 && layers > 0) {
      if (!backwards<T>(d, base, input, layers, <T>weight, weight * loss, inPlace ? block : -1)) { status = at.REFUSED; row++; break }
      if (folded) {
        segment(code, d, base, at.RATES)
        status = down<T>(d, base, input, layers)
        store<f64>(steps, load<f64>(steps) + 1)
      } else {
        gradients<T>(d, base, input, layers)
        status = segment(code, d, base, at.REST)
      }
    } else {
      segment(code, d, base, at.ZERO)
      segment(code, d, base, at.BACKWARD)
      status = segment(code, d, base, at.STEP)
      if (status == at.REFUSED) { row++; break }
    }
    commit(code, d, base)
    if (status == 0 && drift != 0 && load<f64>(drift, 48) > firings) status = at.DRIFTED
    if (status != 0) { row++; break }
  }
  if (sizeof<T>() == 4 && folded) settle<T>(d, base, layers)
  store<i32>(io + (at.STATUS << 2), status)
  return row
}

/** Puts the row's label and weight in; false where it has none, or one that asks for more than arithmetic. */
// @ts-ignore: decorator
@inline
function labelled<T>(d: usize, base: usize, io: usize, row: i32): bool {
  const targets = word(d, at.TARGETS)
  const single = word(io, at.Y_SINGLE) != 0
  const given = <usize>word(io, at.Y)
  if (given == 0) return false
  const y = place(d, base, at.Y_PLACE)
  const actual = <usize>word(io, at.ACTUAL)
  const known = optional(d, base, at.KNOWN)
  for (let j = 0; j < targets; j++) {
    const i = <usize>(row * targets + j)
    const label = labelAt(given, <i32>i, single)
    if (!isLabel(label, known != 0, known != 0 ? load<f64>(known) : 0)) return false
    store<f64>(y + (<usize>j << 3), label)
    store<f64>(actual + (i << 3), label)
  }
  const weight = weightAt(<usize>word(io, at.WEIGHTS), row)
  if (weight < 0) return false
  store<f64>(place(d, base, at.WEIGHT), weight)
  return true
}

/** The statistics take in the row for good. */
// @ts-ignore: decorator
@inline
function commit(code: usize, d: usize, base: usize): void {
  if (word(d, at.INPUT) == at.SCALED_INPUT)
    keep(place(d, base, at.SCALERS), place(d, base, at.NEXT), word(d, at.FEATURES))
  const scaler = optional(d, base, at.TARGET_SCALER)
  if (word(d, at.LOSS_KIND) != 0 && scaler != 0) keep(scaler, place(d, base, at.TARGET_NEXT), 1)
  segment(code, d, base, at.COMMIT)
}
