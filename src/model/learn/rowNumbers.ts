import type { Predictions } from '../../records.js'
import type { Floats } from '../../values.js'

/** Rows as numbers, row-major: features, labels, weights. */
export interface Numbers {
  readonly x: Floats
  readonly y: Floats | undefined
  readonly weights: Floats | undefined
}
/** Rows' numbers, as they are gathered row by row. */
export interface Gathered extends Numbers {
  readonly y: Float64Array
  readonly weights: Float64Array | undefined
}
/** The results of rows, as columns. */
export interface Columns {
  readonly actual: Float64Array
  readonly losses: Float64Array
  readonly predictions: Predictions
}
