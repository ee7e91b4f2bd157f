import type { Scalar, StepRows } from '../program/stepRows.js'
import { choose, store } from '../program/store.js'

/** What a row's output comes to once it is clipped to the range of 0 and the labels so far. */
export interface ClippedToLabels {
  /** (p − y)/(o − y) for an output o that is clipped to p; 1 for a window of several rows. */
  readonly share: Scalar
  /** 1 − y·p, where y is 1 or −1; for a window of several rows their mean loss. */
  readonly margin: Scalar
}

/**
 * Takes the label of a window's only row into the range, and clips its output.
 *
 * @param single is 1 for a window of one row, and otherwise 0
 */
export const clippedToLabels = (rows: StepRows, single: Scalar): ClippedToLabels => {
  const { site, scalar, scalars } = rows
  const { add, div, max, min, mul, sub } = scalars
  const [low, high] = [rows.state('low', 0), rows.state('high', 0)]
  const output = { address: site.first(site.outputs) }
  const target = { address: site.first(site.target) }
  // The target of two names is 0 or 1, and the label −1 or 1.
  const label = site.plan.loss.task === 'category' ? sub(mul(2, target), 1) : target
  // The range holds 0, so a label of 0 leaves it as it is.
  const seen = choose(rows, single, label, rows.constant(0))
  store(rows, low, min(low, seen))
  store(rows, high, max(high, seen))
  const clipped = min(max(output, low), high)

  const away = sub(output, label)
  const isAt = sub(1, scalar('greater', mul(away, away), 0))
  return {
    share: choose(rows, single, div(sub(clipped, label), add(away, isAt)), rows.constant(1)),
    margin: choose(rows, single, sub(1, mul(label, clipped)), { address: site.meanLoss }),
  }
}
