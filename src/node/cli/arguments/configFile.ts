import { readFileSync } from 'node:fs'
import { isRecord } from '../../../options/isRecord.js'
import { didYouMean, InputError, unreadable } from '../../sources/index.js'
import { readSource, type SourceConfig } from '../live/sourceConfig.js'
import type { OptionRow } from './optionRow.js'
import { learnOptions, type OptionName } from './options.js'
import type { GivenOptions } from './splitArgs.js'
import { optionMeant } from './synonyms.js'

/** The options that a file may have: those of the command line, but for what leads to the file. */
export const configNames: readonly OptionName[] = (Object.keys(learnOptions) as OptionName[]).filter(
  (name) => name !== 'help' && name !== 'config',
)

/** What a file asks for, in the words of the command line. */
export interface FileConfig {
  readonly inputs: readonly string[]
  /** A source that stays open, in place of files. */
  readonly source?: SourceConfig | undefined
  readonly options: GivenOptions<OptionName>
}

/**
 * Reads a JSON file.
 *
 * @throws InputError that says where it is no JSON
 */
export const readJsonFile = (path: string): unknown => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const told = unreadable(error, path, 'a JSON file')
    throw told instanceof InputError ? told : new InputError(`${path} cannot be read: ${(error as Error).message}.`)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new InputError(`${path} is not JSON${placeOf(error as Error, text)}.`)
  }
}

/** Says at which line and column JSON ends, where the engine tells the position. */
const placeOf = ({ message }: Error, text: string): string => {
  const at = /position (\d+)/.exec(message)?.[1]
  if (at === undefined) return `: ${message.split('\n', 1)[0]}`
  const before = text.slice(0, Number(at)).split('\n')
  return ` at line ${before.length}, column ${before.at(-1)!.length + 1}`
}

/** Writes a value as the file has it, shortened. */
export const jsonText = (value: unknown): string => {
  const text = JSON.stringify(value)
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`
}

/** Refuses a key that there is not, and names the nearest one. */
export const refuseKey = (where: string, key: string, keys: readonly string[]): never => {
  const meant = optionMeant(key)
  const hint = meant !== undefined && keys.includes(meant) ? ` Did you mean "${meant}"?` : didYouMean(key, keys)
  throw new InputError(`${where}: there is no ${jsonText(key)}.${hint || ` Expected some of ${keys.join(', ')}.`}`)
}

/**
 * Reads what a file asks to be learned.
 *
 * @param where names the place of the value, such as `config.json` or `config.json: models.power`
 * @throws InputError for a key that there is not, and for a value that its option cannot have
 */
export const readConfig = (where: string, value: unknown): FileConfig => {
  if (!isRecord(value))
    throw new InputError(`${where} is ${jsonText(value)}; expected an object such as { "target": "power" }.`)
  const options: Record<string, string | true> = {}
  let inputs: readonly string[] = []
  let source: SourceConfig | undefined
  for (const [key, given] of Object.entries(value)) {
    if (key === '$schema') continue
    if (key === 'input' && isRecord(given)) source = readSource(`${where}: input`, given)
    else if (key === 'input') {
      inputs = Array.isArray(given) ? given : [given]
      if (inputs.length === 0 || !inputs.every((name) => typeof name === 'string' && name !== ''))
        throw new InputError(
          `${where}: input is ${jsonText(given)}; expected a file, a list of files, or a source such as { "source": "http" }.`,
        )
    } else if (!(configNames as readonly string[]).includes(key)) refuseKey(where, key, ['input', ...configNames])
    else {
      const text = textOf(where, key, learnOptions[key as OptionName], given)
      if (text !== undefined) options[key] = text
    }
  }
  return { inputs, ...(source && { source }), options: options as GivenOptions<OptionName> }
}

/** Returns the value as the command line has it; undefined for a switch that is off. */
const textOf = (where: string, name: string, { value }: OptionRow, given: unknown): string | true | undefined => {
  const isOne = (part: unknown): boolean =>
    typeof part === 'string' || (typeof part === 'number' && Number.isFinite(part))
  if (value === undefined) {
    if (typeof given === 'boolean') return given || undefined
    throw new InputError(`${where}: ${name} is ${jsonText(given)}; expected true or false.`)
  }
  if (isOne(given)) return `${given}`
  if (Array.isArray(given) && given.length > 0 && given.every(isOne)) return given.join(', ')
  throw new InputError(
    `${where}: ${name} is ${jsonText(given)}; expected a text, a number or a list of them, ${value}.`,
  )
}

/** Returns the options of a file, in whose place those of the command line stand where both give one. */
export const withConfig = (
  path: string,
  given: GivenOptions<OptionName>,
  inputs: readonly string[],
): { options: GivenOptions<OptionName>; inputs: readonly string[] } => {
  const file = readConfig(path, readJsonFile(path))
  if (file.source)
    throw new InputError(`${file.source.where} is a source that stays open, which rxgrad serve reads; give a file.`)
  return { options: { ...file.options, ...given }, inputs: inputs.length > 0 ? inputs : file.inputs }
}
