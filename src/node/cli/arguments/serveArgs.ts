import { isRecord } from '../../../options/isRecord.js'
import { InputError } from '../../sources/index.js'
import { sourceLines } from '../live/sourceConfig.js'
import { type FileConfig, jsonText, readConfig, readJsonFile, refuseKey } from './configFile.js'
import { entryLines } from './optionLines.js'
import { type ServeSetting, serveRows } from './serveRows.js'
import { splitArgs } from './splitArgs.js'

/** What one call of `rxgrad serve` is to serve. */
export interface ServeRequest {
  readonly settings: ServeSettings
  readonly models: Readonly<Record<string, FileConfig>>
}

export interface ServeSettings {
  readonly host?: string
  readonly port?: number
  readonly token?: string
  readonly public?: boolean
  readonly allowHosts?: readonly string[]
  readonly allowOrigins?: readonly string[]
  readonly log?: boolean
}

export const serveHelp: string = `rxgrad serve CONFIG

The command learns what a JSON file says, for each of its models from its own input, serves all of
them on one port, and saves each to its file now and then. It starts again from what was saved, so
that it may be stopped and started at any time: a service.

  {
    "port": 8080,
    "models": {
      "power": { "input": "power.csv", "target": "power", "save": "power.rxg" },
      "noise": { "input": "-", "target": "noise", "lags": [1, 2], "save": "noise.rxg" }
    }
  }

A model has "input" and the options of rxgrad learn by their names. One of them may read stdin. In
place of files, "input" may be a source that stays open, such as

  "input": { "source": "http", "path": "/rows", "journal": "rows" }

${sourceLines(entryLines)}

With "journal", a folder, each row is on the disk before it is acknowledged, and is learned once, even
if the process is killed; file and jetStream are read on from where they were.

Beside the models there may be

${Object.entries(serveRows)
  .map(([name, { text }]) => entryLines(name, text))
  .join('\n')}

The page is at /, and there are GET health, GET metrics, POST predict/NAME and, with a token, POST
control/NAME, which pauses a model or changes its learning rate. On stderr there is a line of JSON for
whatever happens. At Ctrl-C or SIGTERM the models are saved, and the command ends with 0.

Examples
  rxgrad serve config.json
  curl -H 'Content-Type: application/json' -d '{"hour":9,"power":310}' localhost:8080/rows/power
  rxgrad schema > config.schema.json     for "$schema", by which an editor checks the file
`

/** Reads the arguments that follow `rxgrad serve`, and the file that they name. */
export const readServeArgs = (args: readonly string[]): ServeRequest | 'help' => {
  const { options, rest } = splitArgs(args, 'serve', { help: { group: '', text: 'show this text' } })
  if (options.help !== undefined) return 'help'
  const [path, ...others] = rest
  if (path === undefined)
    throw new InputError(
      'serve needs a configuration file; write rxgrad serve config.json, and see rxgrad serve --help.',
    )
  if (others.length > 0) throw new InputError(`serve takes one file, but "${others[0]}" was given too; leave it out.`)
  return readServeConfig(path, readJsonFile(path), process.env)
}

const typeOf = (value: unknown): string =>
  Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value

/** Reads the value of a configuration file. */
export const readServeConfig = (
  path: string,
  value: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): ServeRequest => {
  if (!isRecord(value) || !isRecord(value.models) || Object.keys(value.models).length === 0)
    throw new InputError(`${path}: expected an object with models, such as { "models": { "power": { "input": … } } }.`)
  const settings: Record<string, unknown> = {}
  for (const [key, given] of Object.entries(value)) {
    if (key === 'models' || key === '$schema') continue
    const row = Object.hasOwn(serveRows, key) ? serveRows[key as ServeSetting] : undefined
    if (row === undefined) refuseKey(path, key, ['models', ...Object.keys(serveRows)])
    const { type, items } = row!.type
    const isRight = typeOf(given) === type && (!items || (given as unknown[]).every((part) => typeof part === 'string'))
    if (!isRight) throw new InputError(`${path}: ${key} is ${jsonText(given)}; expected ${row!.text}.`)
    settings[key] = given
  }
  const { tokenFrom, ...rest } = settings as ServeSettings & { readonly tokenFrom?: string }
  const token = tokenFrom === undefined ? undefined : environment[tokenFrom]
  if (tokenFrom !== undefined && token === undefined)
    throw new InputError(
      `${path}: the environment has no ${tokenFrom}, which tokenFrom names; set it, or remove tokenFrom.`,
    )
  const models = Object.fromEntries(
    Object.entries(value.models).map(([name, model]) => [
      name,
      reachable(
        name,
        modelOf(`${path}: models.${name}`, model),
        { token, isPublic: rest.public === true },
        environment,
      ),
    ]),
  )
  const readers = Object.keys(models).filter((name) => models[name]!.inputs.includes('-'))
  if (readers.length > 1)
    throw new InputError(
      `${path}: ${readers.join(' and ')} both read stdin, which gives each row once; expected one of them.`,
    )
  const paths = Object.values(models).flatMap(({ source }) => (source?.settings.path !== undefined ? [source] : []))
  for (const [i, { where, name, settings }] of paths.entries())
    if (paths.findIndex((other) => other.name === name && other.settings.path === settings.path) < i)
      throw new InputError(`${where}: path is ${settings.path}, as that of another model; expected one of its own.`)
  return { settings: { ...rest, ...(token !== undefined && { token }) }, models }
}

/** Gives a source that is a path of the server its path and the token of those who send rows. */
const reachable = (
  name: string,
  config: FileConfig,
  { token: common, isPublic }: { readonly token: string | undefined; readonly isPublic: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): FileConfig => {
  const { source } = config
  if (source?.name !== 'http') return config
  const { tokenFrom, path = `/rows/${encodeURIComponent(name)}`, ...settings } = source.settings
  const token = tokenFrom === undefined ? common : environment[tokenFrom as string]
  if (tokenFrom !== undefined && token === undefined)
    throw new InputError(`${source.where}: the environment has no ${tokenFrom}, which tokenFrom names; set it.`)
  if (token === undefined && isPublic)
    throw new InputError(
      `${source.where}: everyone who can reach a public server could send rows; expected tokenFrom, the environment variable with a token for those who may.`,
    )
  return { ...config, source: { ...source, settings: { ...settings, path, ...(token !== undefined && { token }) } } }
}

/** The options that are about a run in a terminal, or about models that a server does not show. */
const OTHERS = ['serve', 'by-key', 'passes', 'explain', 'json', 'quiet', 'no-predictions', 'load', 'curve'] as const

const modelOf = (where: string, value: unknown): FileConfig => {
  const config = readConfig(where, value)
  for (const name of OTHERS)
    if (Object.hasOwn(config.options, name))
      throw new InputError(
        `${where}: ${name} has no use in a service; leave it out.${name === 'load' ? ' It goes on from "save" by itself.' : ''}`,
      )
  if (config.inputs.length === 0 && config.source === undefined)
    throw new InputError(
      `${where} has no input; expected a file, - for stdin, or a source such as { "source": "http" }.`,
    )
  return config
}
