import { abrupt, gradual } from '../../../generators/index.js'
import { didYouMean, type Format, InputError } from '../../sources/index.js'
import { choices } from './choices.js'
import { type GenerateOptionName, generateOptions } from './generateOptions.js'
import { entryLines, optionLines } from './optionLines.js'
import { splitArgs } from './splitArgs.js'
import { type Stream, type StreamSettings, streams } from './streams.js'
import { oneOf, whole } from './textValues.js'

/** What one call of `rxgrad generate` is to write. */
export interface GenerateRequest {
  /** The rows, without end. */
  readonly stream: Iterable<object>
  /** The number of rows to write; Infinity for all of them. */
  readonly rows: number
  readonly format: Format
}

const named = Object.entries<Stream>(streams)

export const generateHelp: string = `rxgrad generate NAME [options]

The command writes rows of a stream whose answer is known to stdout, as CSV or NDJSON, until there
are enough of them or the reader closes the pipe.

Names
${named.map(([name, { text, target, settings }]) => entryLines(name, `${text} (to predict: ${target}; options: ${settings.map((each) => `--${each}`).join(' ')})`)).join('\n')}

${optionLines(generateOptions)}
  --help                    show this text

Examples
  rxgrad generate sea --rows 20000 --drift 3@10000 > sea.csv
  rxgrad generate sea --drift "2@3000, 3@6000" --width 500 | rxgrad learn --target label
  rxgrad generate led --rows endless | rxgrad learn --target label:category --serve 8080
`

/** A change of a stream: from this row on, its setting has this value. */
interface Change {
  readonly to: number
  readonly at: number
}

/**
 * Reads the arguments that follow `rxgrad generate`.
 *
 * @throws InputError if an argument cannot be used
 */
export const readGenerateArgs = (args: readonly string[]): GenerateRequest | 'help' => {
  const { options, rest } = splitArgs(args, 'generate', generateOptions)
  if (options.help !== undefined) return 'help'
  const [name, ...others] = rest
  const names = Object.keys(streams)
  if (name === undefined)
    throw new InputError(`generate needs a name, one of ${names.join(', ')}; write rxgrad generate sea.`)
  if (others.length > 0)
    throw new InputError(`generate takes one name, but "${others[0]}" was given too; leave it out.`)
  const known = named.find(([each]) => each === name)
  if (known === undefined)
    throw new InputError(`there is no stream "${name}"; expected one of ${names.join(', ')}.${didYouMean(name, names)}`)
  const [, stream] = known
  const text = (option: GenerateOptionName): string | undefined => options[option] as string | undefined
  const seed = whole('seed', text('seed'), 0) ?? 0
  const settings: StreamSettings = { seed }
  for (const option of new Set(named.flatMap(([, each]) => each.settings))) {
    const given = text(option)
    if (given === undefined) continue
    if (!stream.settings.includes(option))
      throw new InputError(
        `${name} has no --${option}; it has ${stream.settings.map((each) => `--${each}`).join(', ')}.`,
      )
    settings[option] = numberIn(option, given)
  }
  const width = whole('width', text('width'), 1)
  const changes = text('drift') === undefined ? [] : changesIn(text('drift')!)
  if (width !== undefined && changes.length === 0)
    throw new InputError('--width is how long a change takes, but there is none; give --drift too, such as 3@5000.')
  if (changes.length > 0 && stream.changes === undefined)
    throw new InputError(
      `--drift changes a variant, of which ${name} has none; give ${name === 'hyperplane' ? '--magnitude' : '--velocity'}, with which it changes from row to row.`,
    )
  const make = (more: StreamSettings = {}): Iterable<object> => {
    try {
      return stream.make({ ...settings, ...more })
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new InputError(error.message)
    }
  }
  return {
    stream: changes.reduce<Iterable<object>>((before, { to, at }) => {
      const after = make({ [stream.changes!]: to })
      return width === undefined ? abrupt(before, after, { at }) : gradual(before, after, { at, width, seed })
    }, make()),
    rows: text('rows') === 'endless' ? Number.POSITIVE_INFINITY : (whole('rows', text('rows'), 1) ?? 10_000),
    format: oneOf('format', text('format'), choices.format) ?? 'csv',
  }
}

const numberIn = (name: string, text: string): number => {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value)) throw new InputError(`--${name} "${text}": expected a number.`)
  return value
}

/** Reads changes such as 3@5000, 1@8000, and checks that they come in turn. */
const changesIn = (text: string): Change[] => {
  const changes = text.split(',').map((part) => {
    const [, to, at] = /^\s*(\d+)\s*@\s*(\d+)\s*$/.exec(part) ?? []
    if (to === undefined || !Number.isSafeInteger(Number(at)))
      throw new InputError(`--drift "${text}": expected variants and the rows from which they hold, such as 3@5000.`)
    return { to: Number(to), at: Number(at) }
  })
  if (changes.some(({ at }, i) => i > 0 && at <= changes[i - 1].at))
    throw new InputError(`--drift "${text}": expected each change at a later row than the one before.`)
  return changes
}
