import { LONGEST } from '../../../experts/seasonal.js'
import type { Layer } from '../../../layers/layer.js'
import type { ModelPrecision } from '../../../values.js'
import { type DecimalMark, type Format, InputError } from '../../sources/index.js'
import type { SaveSpan } from '../output/saver.js'
import { choices } from './choices.js'
import type { ColumnOptions } from './columnOptions.js'
import { withConfig } from './configFile.js'
import { readLayers } from './layers.js'
import type { LossName, OptimizerName } from './modelRows.js'
import { learnOptions, type OptionName } from './options.js'
import { checkedDelimiter, readExplain, readLags, readLevels, readShare, readSpan } from './optionValues.js'
import { type GivenOptions, splitArgs } from './splitArgs.js'
import { lossMeant } from './synonyms.js'
import { oneOf, positive, whole } from './textValues.js'

/** The options of one call of `rxgrad learn`, with their values. */
export interface LearnRequest {
  /** Paths, patterns of paths, or - for stdin. */
  readonly inputs: readonly string[]
  readonly columns: ColumnOptions
  /** How many rows ago the values of the target are that become features. */
  readonly lags: readonly number[]
  /** The number of rows of a season; 'none' for no season, undefined for the one that the times show. */
  readonly season: number | 'none' | undefined
  /** The number of rows from a row to the one whose target is predicted from it; undefined for the row itself. */
  readonly horizon: number | undefined
  /** The levels of the quantiles that are predicted too. */
  readonly quantiles: readonly number[] | undefined
  /** The share of numbers that are to lie within the intervals of their predictions. */
  readonly confidence: number | undefined
  readonly layers: readonly Layer[] | undefined
  readonly loss: LossName | undefined
  readonly optimizer: OptimizerName | undefined
  readonly learningRate: number | undefined
  readonly batch: number
  readonly precision: ModelPrecision | undefined
  readonly seed: number | undefined
  readonly format: Format | undefined
  readonly delimiter: string | undefined
  readonly missing: readonly string[]
  readonly decimal: DecimalMark
  readonly limit: number
  /** How often files are learned, and whether every pass but the first one is in an order of its own. */
  readonly passes: number
  readonly shuffle: boolean
  /** Rows per second; undefined for as many as possible. */
  readonly pace: number | undefined
  /** The number of significant digits of numbers that are written; undefined for all of them. */
  readonly digits: number | undefined
  readonly predictions: boolean
  readonly quiet: boolean
  /** Whether the scores over recent rows are drawn. */
  readonly curve: boolean
  /** Whether the report is written as JSON. */
  readonly json: boolean
  /** The number of rows of which one is explained, or 'last' for the last row alone. */
  readonly explain: number | 'last' | undefined
  readonly serve: number | undefined
  /** The file to which the model is saved, and how often. */
  readonly save: string | undefined
  readonly saveEvery: SaveSpan
  /** The folder in which the rows are kept, for learning them again. */
  readonly record: string | undefined
  /** The file of the model to go on from. */
  readonly load: string | undefined
  readonly help: boolean
  /** The options as they were given. */
  readonly given: GivenOptions<OptionName>
}

/**
 * Reads the arguments that follow `rxgrad learn`.
 *
 * @throws InputError if an argument cannot be used
 */
export const readArgs = (args: readonly string[]): LearnRequest => {
  const { options, rest } = splitArgs(args, 'learn', learnOptions)
  if (typeof options.config !== 'string') return requestOf(options, rest)
  const file = withConfig(options.config, options, rest)
  return requestOf(file.options, file.inputs)
}

/**
 * Reads the values of options.
 *
 * @throws InputError if one cannot be used, or if two do not go together
 */
export const requestOf = (options: GivenOptions<OptionName>, inputs: readonly string[]): LearnRequest => {
  if (options.horizon !== undefined && options.batch !== undefined)
    throw new InputError('--horizon learns rows one by one; leave out --batch.')
  if (options['by-key'] !== undefined && options.batch !== undefined)
    throw new InputError('--by-key learns rows one by one; leave out --batch.')
  for (const name of ['quantiles', 'confidence'] as const)
    if (options['by-key'] !== undefined && options[name] !== undefined)
      throw new InputError(
        `--${name} follows the errors of one model, but --by-key has one for each key; leave out one.`,
      )
  if (options['by-key'] !== undefined && options.explain !== undefined)
    throw new InputError('--explain reads one model, but --by-key has one for each key; leave out one.')
  if (options.horizon !== undefined && options.explain !== undefined)
    throw new InputError(
      '--explain is about the target of the row itself, but --horizon is about a later one; leave out one.',
    )
  for (const name of ['horizon', 'by-key', 'pace'] as const)
    if (options.passes !== undefined && options[name] !== undefined)
      throw new InputError(`--passes learns rows again, and --${name} takes them as they come; leave out one.`)
  for (const name of ['by-key', 'passes'] as const)
    if (options.record !== undefined && options[name] !== undefined)
      throw new InputError(`--record keeps the rows that one model learns once; leave out --${name}.`)
  if (options.shuffle !== undefined && options.passes === undefined)
    throw new InputError('--shuffle is about passes after the first one; give --passes too, such as --passes 3.')
  if (options.shuffle !== undefined && options.lags !== undefined)
    throw new InputError('--shuffle puts rows out of the order that --lags remembers; leave out one.')
  if (options['save-every'] !== undefined && options.save === undefined)
    throw new InputError('--save-every says how often, but not where; give --save too, such as --save model.rxg.')
  if (options['by-key'] !== undefined && options.serve !== undefined)
    throw new InputError(
      '--serve shows one model, but --by-key has one for each key; leave out one of them, or let --by or a feature tell the keys apart.',
    )
  if (options.season !== undefined && options.season !== 'none' && options.by !== undefined)
    throw new InputError('--season counts the rows of the whole input, which --by tells apart; leave out one of them.')
  const text = (name: OptionName): string | undefined => options[name] as string | undefined
  return {
    inputs,
    columns: {
      target: text('target'),
      features: text('features'),
      time: text('time'),
      text: text('text'),
      without: text('without'),
      by: text('by'),
      byKey: text('by-key'),
      keep: text('keep'),
      schema: text('schema'),
    },
    lags: text('lags') === undefined ? [] : readLags(text('lags')!),
    season: text('season') === 'none' ? 'none' : whole('season', text('season'), 2, LONGEST),
    horizon: whole('horizon', text('horizon'), 1, LONGEST),
    quantiles: options.quantiles === undefined ? undefined : readLevels(text('quantiles')!),
    confidence: options.confidence === undefined ? undefined : readShare('confidence', text('confidence')!),
    layers: options.layers === undefined ? undefined : readLayers(text('layers')!),
    loss: oneOf(
      'loss',
      text('loss')?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      choices.loss,
      lossMeant,
    ),
    optimizer: oneOf('optimizer', text('optimizer'), choices.optimizer),
    learningRate: positive('learning-rate', text('learning-rate')),
    batch: whole('batch', text('batch'), 1) ?? 1,
    precision: oneOf('precision', text('precision'), choices.precision),
    seed: whole('seed', text('seed'), 0),
    format: oneOf('format', text('format'), choices.format),
    delimiter: checkedDelimiter(text('delimiter')),
    missing:
      text('missing')
        ?.split(',')
        .map((part) => part.trim()) ?? [],
    decimal: oneOf('decimal', text('decimal'), choices.decimal) ?? 'point',
    limit: whole('limit', text('limit'), 1) ?? Number.POSITIVE_INFINITY,
    passes: whole('passes', text('passes'), 1) ?? 1,
    shuffle: options.shuffle !== undefined,
    pace: positive('pace', text('pace')),
    digits: whole('digits', text('digits'), 1, 17),
    predictions: options['no-predictions'] === undefined,
    quiet: options.quiet !== undefined || options.json !== undefined,
    curve: options.curve !== undefined,
    json: options.json !== undefined,
    explain: readExplain(text('explain')),
    serve: whole('serve', text('serve'), 0, 65_535),
    save: text('save'),
    saveEvery: readSpan(text('save-every')),
    load: text('load'),
    record: text('record'),
    help: options.help !== undefined,
    given: options,
  }
}
