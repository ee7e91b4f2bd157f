import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import { NEAREST_MOST } from '../program/abi.js'
import { bySettings } from '../settings.js'
import type { Expert } from './expert.js'

export interface NearestExpert extends Expert {
  readonly kind: 'nearest'
  readonly neighbors: number
  readonly rows: number
}

/** The most rows that are kept, because each row is compared with all of them. */
export const MOST_ROWS = 10_000

/**
 * Creates an expert that remembers the last rows, and expects what followed from the k nearest ones. With the scaled
 * columns x of a row, and x_i and y_i of the remembered ones, it expects for a number
 *
 *     o = Σ w_i y_i / Σ w_i,   w_i = 1 / (‖x − x_i‖²/n + 0.001)
 *
 * over the k nearest of them, where n is the number of columns. For C classes, of which class j has the share p_j of
 * those weights, o_j = log(k p_j + 1/C); a single output is o_1 − o_0. It knows a new region from its first
 * rows; columns that say nothing about the target mislead it, and hashed ones are not compared. It has no parameters, but
 * the rows are a part of the model's state, a number for each column of each. Of many columns it keeps fewer rows, so
 * that they are 16,384 numbers at most. `explain` divides what it expects among the features that are compared.
 *
 * Shepard, "A two-dimensional interpolation function for irregularly-spaced data" (1968); Dudani, "The
 * distance-weighted k-nearest-neighbor rule" (1976).
 *
 * @param config `neighbors`: k. Default: 3. `rows`: the number of rows to remember. Default: 300
 * @throws RangeError unless neighbors is a whole number from 1 to 32, and rows one from there to 10,000
 * @example
 * createModel({
 *   features: { latitude: numeric(), longitude: numeric() },
 *   target: { price: numeric() },
 *   experts: { nearest: experts.nearest({ neighbors: 5 }), net: experts.net([dense(32, 'relu'), dense(1)]) },
 * })
 */
export const nearest = (config?: { readonly neighbors?: number; readonly rows?: number }): NearestExpert => {
  const { neighbors, rows } = optionsOf('experts.nearest', config, { neighbors: 3, rows: 300 })
  checkWhole('experts.nearest: neighbors is', neighbors, ', the number of rows that are averaged')
  if (neighbors > NEAREST_MOST)
    throw new RangeError(
      `experts.nearest: neighbors is ${neighbors}; expected a whole number from 1 to ${NEAREST_MOST}.`,
    )
  checkWhole('experts.nearest: rows is', rows, ', the number of rows to remember')
  if (rows < neighbors || rows > MOST_ROWS)
    throw new RangeError(
      `experts.nearest: rows is ${rows}; expected a whole number from ${neighbors}, that of the neighbors, to ${MOST_ROWS}.`,
    )
  return bySettings({
    kind: 'nearest',
    neighbors,
    rows,
    build({ ops, outputs, task, nearest }) {
      const said = nearest(neighbors, rows)
      if (task === 'numeric') return said
      const classes = said.shape[0] as number
      const logs = ops.log(ops.add(ops.mul(neighbors, said), 1 / classes))
      return outputs > 1 ? logs : ops.sub(ops.slice(logs, 1, 2), ops.slice(logs, 0, 1))
    },
  })
}
