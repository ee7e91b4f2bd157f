import { layerKinds } from '../../layers/layerKinds.js'

const { dense, ...others } = layerKinds
const activations = Object.keys(dense?.choice?.values ?? {}).join(', ')
const otherLayers = Object.values(others)
  .map(({ example }) => example)
  .join(' and ')

/** An option of `rxgrad learn`: one row for its parsing and for its help. */
export interface OptionRow {
  readonly group: string
  /** What its value is called in the help; absent for a switch. */
  readonly value?: string
  readonly text: string
}

export type OptimizerName = 'auto' | 'sgd' | 'momentum' | 'adagrad' | 'adam'
export type LossName = 'squared' | 'absolute' | 'huber' | 'cross-entropy'
export const optimizerNames: readonly OptimizerName[] = ['auto', 'sgd', 'momentum', 'adagrad', 'adam']
export const lossNames: readonly LossName[] = ['squared', 'absolute', 'huber', 'cross-entropy']

export type OptionName =
  | 'target'
  | 'features'
  | 'without'
  | 'schema'
  | 'layers'
  | 'loss'
  | 'optimizer'
  | 'learning-rate'
  | 'batch'
  | 'precision'
  | 'seed'
  | 'format'
  | 'delimiter'
  | 'missing'
  | 'limit'
  | 'keep'
  | 'no-predictions'
  | 'quiet'
  | 'serve'
  | 'help'

export const learnOptions: Readonly<Record<OptionName, OptionRow>> = {
  target: {
    group: 'What to learn',
    value: 'COLUMN',
    text: 'the column to predict; COLUMN:numeric or COLUMN:category says its kind',
  },
  features: {
    group: 'What to learn',
    value: 'COLUMNS',
    text: 'the columns to predict it from: "a, b:category, hour:cyclic(24)" (default: all that fit)',
  },
  without: { group: 'What to learn', value: 'COLUMNS', text: 'columns to leave out' },
  schema: {
    group: 'What to learn',
    value: 'SCHEMA',
    text: 'all kinds at once, as this command prints them: "a:numeric b:category -> y:numeric"',
  },
  layers: {
    group: 'The model',
    value: 'LAYERS',
    text: `"32 relu, 1": units and activation (${activations}) of each layer, the output last; ${otherLayers} stand among them; "1" is a linear model (default: 32 relu, and the outputs the target needs)`,
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
    text: 'the step size (default: the optimizer’s own; of auto it is a factor, 1)',
  },
  batch: { group: 'The model', value: 'ROWS', text: 'rows to a step (default: 1)' },
  precision: {
    group: 'The model',
    value: 'TYPE',
    text: 'f32, f64, or fast: f32 as the processor likes to round it (default: f32)',
  },
  seed: { group: 'The model', value: 'NUMBER', text: 'the same seed and rows give the same bytes' },
  format: { group: 'The input', value: 'FORMAT', text: 'csv or ndjson (default: by the first character)' },
  delimiter: {
    group: 'The input',
    value: 'MARK',
    text: 'what separates CSV cells, or "tab" (default: the most frequent of , ; tab | in the header)',
  },
  missing: { group: 'The input', value: 'TEXTS', text: 'CSV texts that mean an empty cell, such as "NA,?"' },
  limit: { group: 'The input', value: 'ROWS', text: 'stop after so many rows' },
  keep: {
    group: 'The output',
    value: 'COLUMNS',
    text: 'columns to write beside each prediction, such as an id or a time',
  },
  'no-predictions': { group: 'The output', text: 'write no predictions, only the report' },
  quiet: { group: 'The output', text: 'no schema, progress or report on stderr' },
  serve: {
    group: 'The output',
    value: 'PORT',
    text: 'show the learning on http://localhost:PORT, and broadcast the model there',
  },
  help: { group: '', text: 'this text' },
}
