import { InputError } from '../../sources/index.js'
import type { LearnRequest } from './args.js'
import { choices } from './choices.js'
import {
  type EvaluateOption,
  evaluateRows,
  type InspectOption,
  inspectRows,
  type PredictOption,
  predictRows,
  type ReadingOption,
} from './frozenRows.js'
import type { OptionRow } from './optionRow.js'
import { checkedDelimiter, readExplain } from './optionValues.js'
import { type GivenOptions, splitArgs } from './splitArgs.js'
import { oneOf, whole } from './textValues.js'

/** A saved model, and the rows that are read for it. */
export interface FrozenRequest extends Pick<LearnRequest, 'inputs' | 'format' | 'delimiter' | 'limit' | 'quiet'> {
  readonly model: string
  /** Undefined for those of the model. */
  readonly missing: readonly string[] | undefined
  readonly decimal: LearnRequest['decimal'] | undefined
}
export interface PredictRequest extends FrozenRequest, Pick<LearnRequest, 'digits' | 'explain'> {
  readonly output: 'ndjson' | 'csv'
  /** The columns to write beside each prediction, as text. */
  readonly keep: string | undefined
}
export interface EvaluateRequest extends FrozenRequest {
  readonly json: boolean
}
export interface InspectRequest {
  readonly model: string
  readonly svg: string | undefined
  readonly json: boolean
}

const split = <N extends string>(
  args: readonly string[],
  command: string,
  table: Readonly<Record<N, OptionRow>>,
): { model: string; inputs: string[]; options: GivenOptions<N> } | 'help' => {
  const { options, rest } = splitArgs(args, command, table)
  if (Object.hasOwn(options, 'help')) return 'help'
  const [model, ...inputs] = rest
  if (model === undefined)
    throw new InputError(
      `${command} needs a model that was saved, as by rxgrad learn --save; write rxgrad ${command} model.rxg.`,
    )
  return { model, inputs, options }
}

const readingOf = (
  { model, inputs }: { model: string; inputs: string[] },
  options: GivenOptions<ReadingOption | 'quiet'>,
): FrozenRequest => {
  const text = (name: ReadingOption): string | undefined => options[name] as string | undefined
  return {
    ...{ model, inputs },
    format: oneOf('format', text('format'), choices.format),
    delimiter: checkedDelimiter(text('delimiter')),
    missing: text('missing')
      ?.split(',')
      .map((part) => part.trim()),
    decimal: oneOf('decimal', text('decimal'), choices.decimal),
    limit: whole('limit', text('limit'), 1) ?? Number.POSITIVE_INFINITY,
    quiet: options.quiet !== undefined,
  }
}

/** Reads the arguments that follow `rxgrad predict`. */
export const readPredictArgs = (args: readonly string[]): PredictRequest | 'help' => {
  const given = split<PredictOption>(args, 'predict', predictRows)
  if (given === 'help') return 'help'
  const { options } = given
  return {
    ...readingOf(given, options),
    output: oneOf('output', options.output as string | undefined, choices.output) ?? 'ndjson',
    explain: readExplain(options.explain as string | undefined),
    keep: options.keep as string | undefined,
    digits: whole('digits', options.digits as string | undefined, 1, 17),
  }
}

/** Reads the arguments that follow `rxgrad evaluate`. */
export const readEvaluateArgs = (args: readonly string[]): EvaluateRequest | 'help' => {
  const given = split<EvaluateOption>(args, 'evaluate', evaluateRows)
  if (given === 'help') return 'help'
  return { ...readingOf(given, given.options), json: given.options.json !== undefined }
}

/** Reads the arguments that follow `rxgrad inspect`. */
export const readInspectArgs = (args: readonly string[]): InspectRequest | 'help' => {
  const given = split<InspectOption>(args, 'inspect', inspectRows)
  if (given === 'help') return 'help'
  const { model, inputs, options } = given
  if (inputs.length > 0)
    throw new InputError(`inspect takes one model, but "${inputs[0]}" was given too; leave it out.`)
  return { model, svg: options.svg as string | undefined, json: options.json !== undefined }
}
