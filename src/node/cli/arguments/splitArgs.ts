import { parseArgs } from 'node:util'
import { didYouMean, InputError } from '../../sources/index.js'
import type { OptionRow } from './optionRow.js'
import { optionMeant } from './synonyms.js'

/** The options that were given, as text; a switch is true. */
export type GivenOptions<N extends string> = Partial<Record<N, string | true>>

/** Returns ` Did you mean "learning-rate"?` for what other programs call it, or for a similar name. */
const hintFor = (name: string, names: readonly string[]): string => {
  const meant = optionMeant(name)
  return meant === undefined || !names.includes(meant) ? didYouMean(name, names) : ` Did you mean "${meant}"?`
}

/**
 * Splits the arguments of a command into its options and the rest.
 *
 * @throws InputError if an option is unknown, is given twice, lacks its value or has one that it does not take
 */
export const splitArgs = <N extends string>(
  args: readonly string[],
  command: string,
  table: Readonly<Record<N, OptionRow>>,
): { options: GivenOptions<N>; rest: string[] } => {
  const rows: Readonly<Record<string, OptionRow>> = table
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
      ...('target' in rows && { target: { type: 'string', short: 't' } as const }),
      ...('quiet' in rows && { quiet: { type: 'boolean', short: 'q' } as const }),
    },
  })
  const options: GivenOptions<N> = {}
  const rest: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') rest.push(token.value)
    if (token.kind !== 'option') continue
    const { name, value, rawName } = token
    const row = Object.hasOwn(rows, name) ? rows[name] : undefined
    if (row === undefined)
      throw new InputError(
        `there is no option ${rawName}.${hintFor(name, names).replace('"', '"--')} See rxgrad ${command} --help.`,
      )
    if (row.value === undefined && value !== undefined)
      throw new InputError(`--${name} takes no value, but "${value}" was given; write --${name} alone.`)
    if (row.value !== undefined && (value === undefined || (value.startsWith('--') && !token.inlineValue)))
      throw new InputError(`--${name} needs a value; write --${name} ${row.value}: ${row.text}.`)
    const before = options[name as N]
    // Otherwise only the last one would count, and the user would not notice.
    if (typeof before === 'string')
      throw new InputError(`--${name} is given twice: "${before}" and "${value}"; give it once.`)
    options[name as N] = value ?? true
  }
  return { options, rest }
}
