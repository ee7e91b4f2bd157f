import type { ModelPrecision } from '../../../values.js'
import type { DecimalMark, Format } from '../../sources/index.js'
import { type LossName, lossNames, type OptimizerName, optimizerNames } from './modelRows.js'

/** The words that options take, by the name of the option. */
export interface Choices {
  readonly loss: readonly LossName[]
  readonly optimizer: readonly OptimizerName[]
  readonly precision: readonly ModelPrecision[]
  readonly format: readonly Format[]
  readonly decimal: readonly DecimalMark[]
  readonly output: readonly ['ndjson', 'csv']
}

export const choices: Choices = {
  loss: lossNames,
  optimizer: optimizerNames,
  precision: ['f32', 'f64', 'fast'],
  format: ['csv', 'ndjson'],
  decimal: ['point', 'comma'],
  output: ['ndjson', 'csv'],
}
