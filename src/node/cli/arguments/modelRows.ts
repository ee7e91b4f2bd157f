import { layerKinds } from '../../../layers/layerKinds.js'
import type { OptionRow } from './optionRow.js'

const { dense, ...others } = layerKinds
const activations = Object.keys(dense?.choice?.values ?? {}).join(', ')
const otherLayers = Object.values(others)
  .map(({ example }) => example)
  .join(' and ')

export const optimizerNames = [
  'auto',
  'sgd',
  'momentum',
  'nesterov',
  'adagrad',
  'rmsprop',
  'adam',
  'adamw',
  'ftrl',
  'passive-aggressive',
  'recursive-least-squares',
  'vw',
  'cocob',
  'dog',
] as const
export type OptimizerName = (typeof optimizerNames)[number]
export const lossNames = [
  'squared',
  'absolute',
  'huber',
  'log-cosh',
  'epsilon-insensitive',
  'cross-entropy',
  'hinge',
  'squared-hinge',
  'focal',
] as const
export type LossName = (typeof lossNames)[number]

/** The options that say what the model is. */
export type ModelOption = 'layers' | 'loss' | 'optimizer' | 'learning-rate' | 'batch' | 'precision' | 'seed'

export const modelRows: Readonly<Record<ModelOption, OptionRow>> = {
  layers: {
    group: 'The model',
    value: 'LAYERS',
    text: `"32 relu, 1": the units and activation (${activations}) of each layer, with the output last; ${otherLayers} may stand between them; "1" is a linear model (default: 32 relu, and the outputs that the target needs)`,
  },
  loss: {
    group: 'The model',
    value: 'NAME',
    text: `${lossNames.join(', ')} (default: huber for a number, cross-entropy for a category)`,
  },
  optimizer: {
    group: 'The model',
    value: 'NAME',
    text: `${optimizerNames.join(', ')} (default: auto, which needs no tuning)`,
  },
  'learning-rate': {
    group: 'The model',
    value: 'NUMBER',
    text: 'the step size (default: that of the optimizer; for auto it is a factor whose default is 1)',
  },
  batch: { group: 'The model', value: 'ROWS', text: 'the number of rows in each step (default: 1)' },
  precision: {
    group: 'The model',
    value: 'TYPE',
    text: 'f32, f64 or fast; fast is f32 with the rounding of this processor (default: f32)',
  },
  seed: { group: 'The model', value: 'NUMBER', text: 'the random seed; the same seed and rows give the same bytes' },
}
