import { isRecord } from '../../../options/isRecord.js'
import { didYouMean, InputError } from '../../sources/index.js'
import { sourceKinds } from './kinds.js'
import type { SettingRow, Settings, SourceKind } from './sourceKind.js'

/** A source as a configuration file has it. */
export interface SourceConfig {
  /** The place of it in the file, for messages. */
  readonly where: string
  readonly name: string
  readonly kind: SourceKind
  readonly settings: Settings
  /** The folder of its journal. */
  readonly journal: string | undefined
}

export const journalRow: SettingRow = {
  text: 'a folder that keeps each row before it is acknowledged, so that none is lost if the process ends at any time',
  type: { type: 'string' },
}

/**
 * Reads a source, such as `{ "source": "http", "journal": "rows" }`.
 *
 * @throws InputError for a kind or a setting that there is not, and for a value that it cannot have
 */
export const readSource = (where: string, given: Readonly<Record<string, unknown>>): SourceConfig => {
  const { source: name, journal, ...settings } = given
  const names = Object.keys(sourceKinds)
  if (typeof name !== 'string' || !Object.hasOwn(sourceKinds, name))
    throw new InputError(
      `${where}: source is ${JSON.stringify(name)}; expected one of ${names.join(', ')}.${typeof name === 'string' ? didYouMean(name, names) : ''}`,
    )
  const kind = sourceKinds[name]!
  for (const [key, value] of Object.entries(settings)) {
    const row = Object.hasOwn(kind.settings, key) ? kind.settings[key] : undefined
    if (row === undefined) {
      const keys = ['source', 'journal', ...Object.keys(kind.settings)]
      throw new InputError(
        `${where}: ${name} has no "${key}".${didYouMean(key, keys) || ` Expected some of ${keys.join(', ')}.`}`,
      )
    }
    if (!isRight(row, value))
      throw new InputError(`${where}: ${key} is ${JSON.stringify(value)}; expected ${row.text}.`)
  }
  for (const [key, row] of Object.entries(kind.settings))
    if (row.isNeeded && settings[key] === undefined)
      throw new InputError(`${where}: ${key} is missing; expected ${row.text}.`)
  if (journal !== undefined && (typeof journal !== 'string' || journal === ''))
    throw new InputError(`${where}: journal is ${JSON.stringify(journal)}; expected ${journalRow.text}.`)
  if (journal !== undefined && kind.cursors === 'own')
    throw new InputError(`${where}: ${name} can be read again from where it was, and needs no journal; leave it out.`)
  return { where, name, kind, settings, journal }
}

const isRight = ({ type: { type, items, enum: words } }: SettingRow, value: unknown): boolean => {
  if (words !== undefined) return words.includes(value as string)
  if (type === 'array')
    return Array.isArray(value) && value.length > 0 && (!items || value.every((one) => typeof one === 'string'))
  if (type === 'integer') return Number.isSafeInteger(value) && (value as number) > 0
  if (type === 'object') return isRecord(value)
  return typeof value === type && value !== ''
}

/** The JSON schema of a source: one of the kinds with its settings. */
export const sourceSchema = (): object => ({
  description: 'a source that stays open',
  oneOf: Object.entries(sourceKinds).map(([name, { text, settings, cursors }]) => ({
    type: 'object',
    description: text,
    properties: {
      source: { const: name },
      ...Object.fromEntries(
        Object.entries(settings).map(([key, { text, type }]) => [key, { description: text, ...type }]),
      ),
      ...(cursors !== 'own' && { journal: { description: journalRow.text, ...journalRow.type } }),
    },
    required: ['source', ...Object.keys(settings).filter((key) => settings[key]!.isNeeded)],
    additionalProperties: false,
  })),
})

/** Describes the sources for the help: a line each, and their settings. */
export const sourceLines = (entry: (name: string, text: string) => string): string =>
  Object.entries(sourceKinds)
    .map(([name, { text, settings }]) => entry(name, `${text}; settings: ${Object.keys(settings).join(', ')}`))
    .join('\n')
