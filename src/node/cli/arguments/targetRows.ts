import type { OptionRow } from './optionRow.js'

/** The options that say what is learned, and from which columns. */
export type TargetOption =
  | 'target'
  | 'features'
  | 'time'
  | 'text'
  | 'without'
  | 'lags'
  | 'by'
  | 'by-key'
  | 'season'
  | 'horizon'
  | 'quantiles'
  | 'confidence'
  | 'schema'

export const targetRows: Readonly<Record<TargetOption, OptionRow>> = {
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
  text: {
    group: 'What to learn',
    value: 'COLUMNS',
    text: 'columns of free text, whose words become features; body:text(2) reads pairs of words as well (default: any column of texts that are mostly new and of several words)',
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
  'by-key': {
    group: 'What to learn',
    value: 'COLUMN',
    text: 'a model for each value of this column, such as each device, for the 10,000 values that were seen last; the report has the worst of them, and --save keeps all in one file: some 5 kB each with --layers 1, and some 40 kB with the default experts',
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
  quantiles: {
    group: 'What to learn',
    value: 'LEVELS',
    text: '".1, .5, .9": the number below which each of these shares of the targets is expected, beside the prediction of a numeric target; the report says which shares it were',
  },
  confidence: {
    group: 'What to learn',
    value: 'SHARE',
    text: '.9: the interval in which this share of the numbers is expected, as "lower" and "upper" beside each prediction; the report says which share it was',
  },
  schema: {
    group: 'What to learn',
    value: 'SCHEMA',
    text: 'all columns with their kinds, as this command prints them: "a:numeric b:category -> y:numeric"',
  },
}
