import { parseArgs } from 'node:util'
import { didYouMean, InputError } from '../sources/index.js'
import { learnOptions, type OptionName, type OptionRow } from './options.js'

/** The options that were given, as texts. */
export type Given = Partial<Record<OptionName, string | true>>

/** Splits arguments into options and the rest; unknown options and missing values are errors that say what to write. */
export const given = (args: readonly string[]): { options: Given; rest: string[] } => {
  const rows: Record<string, OptionRow> = learnOptions
  const names = Object.keys(rows)
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      ...Object.fromEntries(
        names.map((name) => [name, { type: 'value' in rows[name] ? 'string' : 'boolean' } as const]),
      ),
      help: { type: 'boolean', short: 'h' },
      target: { type: 'string', short: 't' },
      quiet: { type: 'boolean', short: 'q' },
    },
  })
  const options: Given = {}
  const rest: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') rest.push(token.value)
    if (token.kind !== 'option') continue
    const { name, value, rawName } = token
    const row = Object.hasOwn(rows, name) ? rows[name] : undefined
    if (row === undefined)
      throw new InputError(
        `there is no option ${rawName}.${didYouMean(name, names).replace('"', '"--')} See rxgrad learn --help.`,
      )
    if (row.value === undefined && value !== undefined)
      throw new InputError(`--${name} takes no value; "${value}" came.`)
    if (row.value !== undefined && (value === undefined || (value.startsWith('--') && !token.inlineValue)))
      throw new InputError(`--${name} needs a value: --${name} ${row.value}: ${row.text}.`)
    const before = options[name as OptionName]
    // The last alone would be learned, and no one would know.
    if (typeof before === 'string')
      throw new InputError(`--${name} is given twice: "${before}" and "${value}"; give it once.`)
    options[name as OptionName] = value ?? true
  }
  return { options, rest }
}
