import type { LossName } from './modelRows.js'
import type { OptionName } from './options.js'

/** What other programs call these options; each word stands for the option before it. */
const optionWords: Partial<Readonly<Record<OptionName, string>>> = {
  'learning-rate': 'lr eta alpha step-size stepsize rate',
  target: 'y label labels response dependent predict',
  features: 'x columns cols inputs predictors',
  time: 'timestamp date datetime when',
  text: 'words document documents free-text freetext',
  by: 'group group-by series',
  'by-key': 'key keys per per-key model-per each split-by',
  lags: 'lag',
  horizon: 'ahead steps-ahead forecast',
  without: 'exclude drop ignore skip remove',
  layers: 'hidden net units architecture model',
  optimizer: 'opt optim solver algorithm',
  batch: 'batch-size minibatch mini-batch window',
  precision: 'dtype type',
  seed: 'random-state random-seed rng',
  delimiter: 'sep separator',
  missing: 'na na-values null nulls',
  limit: 'n rows max-rows nrows head',
  pace: 'speed rows-per-second throttle',
  'no-predictions': 'report-only no-output',
  quiet: 'silent',
  serve: 'port dashboard page',
}
const lossWords: Partial<Readonly<Record<LossName, string>>> = {
  squared: 'mse l2 rmse',
  absolute: 'mae l1',
  'cross-entropy': 'logloss log-loss log bce ce nll softmax logistic',
}

const meant = <T extends string>(words: Partial<Readonly<Record<T, string>>>, word: string): T | undefined =>
  (Object.keys(words) as T[]).find((name) => words[name]?.split(' ').includes(word.toLowerCase().replaceAll('_', '-')))

/** Returns the option that a word of other programs stands for. */
export const optionMeant = (word: string): OptionName | undefined => meant(optionWords, word)
/** Returns the loss that a word of other programs stands for. */
export const lossMeant = (word: string): LossName | undefined => meant(lossWords, word)
