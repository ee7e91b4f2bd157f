import { layerKinds } from '../../layers/layerKinds.js'

const { dense, ...others } = layerKinds
const activations = Object.keys(dense?.choice?.values ?? {}).join(', ')
const otherLayers = Object.values(others)
  .map(({ example }) => example)
  .join(' and ')

/** An option of `rxgrad learn`. Both the parser and the help read this row. */
export interface OptionRow {
  readonly group: string
  /** The name of its value in the help; absent for a switch. */
  readonly value?: string
  readonly text: string
}

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

export type OptionName =
  | 'target'
  | 'features'
  | 'time'
  | 'without'
  | 'lags'
  | 'by'
  | 'season'
  | 'horizon'
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
  | 'decimal'
  | 'limit'
  | 'pace'
  | 'keep'
  | 'digits'
  | 'no-predictions'
  | 'quiet'
  | 'serve'
  | 'help'

export const learnOptions: Readonly<Record<OptionName, OptionRow>> = {
  target: {
    group: 'What to learn',
    value: 'COLUMN',
    text: 'the column to predict; COLUMN:numeric or COLUMN:category gives its kind',
  },
  features: {
    group: 'What to learn',
    value: 'COLUMNS',
    text: 'the columns to predict it from: "a, b:category, hour:cyclic(24)" (default: all columns that can be features)',
  },
  time: {
    group: 'What to learn',
    value: 'COLUMN',
    text: 'the column of times, of which the hour, the weekday and the month become features (default: any column of dates)',
  },
  without: { group: 'What to learn', value: 'COLUMNS', text: 'columns to leave out' },
  lags: {
    group: 'What to learn',
    value: 'ROWS',
    text: '"1, 2, 24": the values that a numeric target had one, two and 24 rows ago become features',
  },
  by: {
    group: 'What to learn',
    value: 'COLUMN',
    text: 'the column whose values tell series apart, such as a device: lags go back within the same series',
  },
  season: {
    group: 'What to learn',
    value: 'ROWS',
    text: 'the number of rows after which the target repeats itself, or "none" (default: a day, a week or a year, if a column of times shows that the rows are equally far apart)',
  },
  horizon: {
    group: 'What to learn',
    value: 'ROWS',
    text: 'predict the target of so many rows later from each row, with --by within the same series (default: that of the row itself)',
  },
  schema: {
    group: 'What to learn',
    value: 'SCHEMA',
    text: 'all columns with their kinds, as this command prints them: "a:numeric b:category -> y:numeric"',
  },
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
  format: { group: 'The input', value: 'FORMAT', text: 'csv or ndjson (default: the first character decides)' },
  delimiter: {
    group: 'The input',
    value: 'MARK',
    text: 'the character that separates CSV cells, or "tab" (default: the most frequent of , ; tab | in the header)',
  },
  missing: { group: 'The input', value: 'TEXTS', text: 'texts that mean a missing value, such as "off,broken"' },
  decimal: {
    group: 'The input',
    value: 'MARK',
    text: 'point or comma: the decimal mark of numbers, of which the other may separate thousands (default: point)',
  },
  limit: { group: 'The input', value: 'ROWS', text: 'the number of rows after which to stop' },
  pace: {
    group: 'The input',
    value: 'ROWS',
    text: 'the number of rows per second, so that a file can be watched like a live stream, as with --serve (default: as many as possible)',
  },
  keep: {
    group: 'The output',
    value: 'COLUMNS',
    text: 'columns to write beside each prediction, such as an id or a time',
  },
  digits: {
    group: 'The output',
    value: 'NUMBER',
    text: 'the significant digits of predictions and probabilities (default: all)',
  },
  'no-predictions': { group: 'The output', text: 'write only the report, without predictions' },
  quiet: { group: 'The output', text: 'write no schema, progress or report to stderr' },
  serve: {
    group: 'The output',
    value: 'PORT',
    text: 'show the learning at http://localhost:PORT, and broadcast the model there',
  },
  help: { group: '', text: 'show this text' },
}
