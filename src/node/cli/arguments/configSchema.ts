import { sourceSchema } from '../live/sourceConfig.js'
import { choices } from './choices.js'
import { configNames } from './configFile.js'
import type { OptionRow } from './optionRow.js'
import { learnOptions } from './options.js'
import { serveRows } from './serveRows.js'

/** The values of options that are a list of names or numbers, which a file may have as a list. */
const LISTS = ['COLUMNS', 'LEVELS', 'TEXTS', 'LAYERS']
const NUMBERS = ['NUMBER', 'SHARE', 'PORT', 'ROWS', 'SPAN']

const one = { anyOf: [{ type: 'string' }, { type: 'number' }] }

/** Returns what the value of an option may be. */
const valueSchema = (name: string, { text, value }: OptionRow): object => {
  const described = { description: text }
  if (value === undefined) return { ...described, type: 'boolean' }
  const words = Object.hasOwn(choices, name) ? choices[name as keyof typeof choices] : undefined
  if (words !== undefined) return { ...described, enum: words }
  if (LISTS.includes(value) || name === 'lags')
    return { ...described, anyOf: [...one.anyOf, { type: 'array', items: one, minItems: 1 }] }
  return NUMBERS.includes(value) ? { ...described, ...one } : { ...described, type: 'string' }
}

/** The JSON schema of a configuration file of `rxgrad learn` and of `rxgrad serve`, made of the tables of options. */
export const configSchema = (): object => {
  const input = {
    description: 'the files that are read in turn, or patterns of files; - is stdin; or, for rxgrad serve, a source',
    anyOf: [
      { type: 'string' },
      { type: 'array', items: { type: 'string' }, minItems: 1 },
      { $ref: '#/definitions/source' },
    ],
  }
  const learn = {
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      input,
      ...Object.fromEntries(configNames.map((name) => [name, valueSchema(name, learnOptions[name])])),
    },
    additionalProperties: false,
  }
  const serve = {
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      ...Object.fromEntries(
        Object.entries(serveRows).map(([name, { type, text }]) => [name, { description: text, ...type }]),
      ),
      models: {
        description: 'what is learned, by the name of each model',
        type: 'object',
        additionalProperties: { $ref: '#/definitions/learn' },
        minProperties: 1,
      },
    },
    required: ['models'],
    additionalProperties: false,
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A configuration file of rxgrad learn --config, or of rxgrad serve',
    anyOf: [{ $ref: '#/definitions/serve' }, { $ref: '#/definitions/learn' }],
    definitions: { learn, serve, source: sourceSchema() },
  }
}

/** The same as the text of its file. */
export const configSchemaText = (): string => `${JSON.stringify(configSchema(), null, 2)}\n`
