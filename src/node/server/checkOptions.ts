import { isRecord } from '../../options/isRecord.js'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import type { Logger } from './logging.js'
import { isServed } from './served.js'
import type { HttpServer, ServedSource, ServerOptions } from './server.js'
import { isToken } from './token.js'

/** The options whose values have defaults, which are filled in. */
export type Settled = ServerOptions &
  Readonly<Record<'host' | 'path', string>> &
  Readonly<Record<'port' | 'maxHz' | 'maxClients' | 'slowMs' | 'helloMs' | 'epoch', number>>

const isFunction = (value: unknown): boolean => typeof value === 'function'
const isLoopback = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host)

/** @throws TypeError if an option is not valid; it names the option, and says what was expected */
export const checkOptions = (options: ServerOptions): Settled => {
  const given = optionsOf('createServer', options, {
    ...{
      models: undefined,
      sources: undefined,
      host: '127.0.0.1',
      port: 0,
      server: undefined,
      path: '/',
      token: undefined,
      public: undefined,
    },
    ...{
      allowHosts: undefined,
      allowOrigins: undefined,
      maxHz: 20,
      page: undefined,
      maxClients: 1000,
      logger: undefined,
    },
    ...{ slowMs: 10_000, helloMs: 5_000, epoch: Math.floor(Date.now() / 1000) % 0x100000000 },
  })
  const { models = {}, sources, server, token, allowHosts, host, port, path, maxHz, epoch } = given
  const refuse = (what: string): never => {
    throw new TypeError(`createServer: ${what}.`)
  }

  const asRecord = 'expected models by name, as in { models: { power: model } }'
  if (isServed(models)) refuse(`models is a model itself; ${asRecord}`)
  if (typeof models !== 'object' || models === null || Array.isArray(models))
    refuse(`models is ${shown(models)}; ${asRecord}`)
  if (sources !== undefined && !isRecord(sources))
    refuse(`sources is ${shown(sources)}; expected sources by name, as in { rows: httpIngest() }`)
  for (const [name, source] of Object.entries(sources ?? {}) as [string, Partial<ServedSource> | null][])
    if (!isRecord(source?.counters) || !['undefined', 'function'].includes(typeof source?.handle))
      refuse(`sources.${name} is ${shown(source)}; expected a source such as httpIngest(), or a boundedBuffer`)
  if (Object.keys(models).length === 0 && Object.keys(sources ?? {}).length === 0)
    refuse('models is empty; expected at least one model, as in { power: model }')
  const isText = (value: unknown): boolean => typeof value === 'string'
  if (!isText(host)) refuse(`host is ${shown(host)}; expected a name or an address, such as '127.0.0.1'`)
  for (const [name, list] of Object.entries({ allowHosts, allowOrigins: given.allowOrigins }))
    if (list !== undefined && !(Array.isArray(list) && list.every(isText)))
      refuse(`${name} is ${shown(list)}; expected a list of texts`)
  if (server !== undefined && typeof (server as Partial<HttpServer> | null)?.on !== 'function')
    refuse(`server is ${shown(server)}; expected a server of node:http or node:https`)
  if (given.page !== undefined && !isText(given.page)) refuse(`page is ${shown(given.page)}; expected a folder`)
  const { logger } = given as { logger?: Partial<Logger> | null }
  if (logger !== undefined && !(isFunction(logger?.info) && isFunction(logger?.warn)))
    refuse(`logger is ${shown(logger)}; expected an object with info and warn, such as pino()`)
  if (!(Number.isInteger(port) && port >= 0 && port <= 65535))
    refuse(`port is ${shown(port)}; expected a whole number from 0 (any free port) to 65535`)
  if (!(maxHz > 0 && maxHz <= 1000)) refuse(`maxHz is ${shown(maxHz)}; expected a number above 0 and at most 1000`)
  if (!Number.isInteger(epoch) || epoch < 0 || epoch > 0xffffffff)
    refuse(`epoch is ${shown(epoch)}; expected a whole number below 2³²`)
  if (!isText(path) || !/^\/([\w.~-]+\/)*$/.test(path))
    refuse(`path is ${shown(path)}; expected one that begins and ends with /, as '/live/'`)
  if (server !== undefined && (options.host ?? options.port) !== undefined)
    refuse(
      'server is given beside host or port; expected one or the other, because a server of your own listens itself',
    )
  // The error must not contain the token.
  const { length } = Object(token)
  if (token !== undefined && !isToken(token))
    refuse(
      `token is ${typeof token === 'string' ? `a text of ${length} characters` : typeof token}; expected 16 to 1,024 visible ASCII characters, such as randomBytes(24).toString('base64url')`,
    )
  if (token !== undefined && options.public) refuse('token and public: true are both given; expected one of them')
  const reach =
    server !== undefined
      ? 'server is your own'
      : isLoopback(host)
        ? (allowHosts?.length ?? 0) > 0 && 'allowHosts has names'
        : `host is ${host}`
  if (reach && token === undefined && options.public !== true)
    refuse(
      `${reach}, so that other machines may see rows, samples and names; expected a token, or public: true if everyone may see them`,
    )
  for (const [name, model] of Object.entries(models)) checkServed('createServer: models.', name, model)
  if (new Set(Object.values(models)).size < Object.keys(models).length)
    refuse('one model is given under two names; expected one name for each model')
  return { ...given, models }
}

/** @throws TypeError if it is not a model */
export const checkServed = (where: string, name: string, model: unknown): void => {
  if (!isServed(model)) throw new TypeError(`${where}${name} is not a model; expected what createModel returns.`)
}

/** @throws TypeError if a model cannot be served beside those that are, or if the server is closed */
export const checkAdded = (
  name: unknown,
  model: unknown,
  served: ReadonlyMap<string, { readonly model: unknown }>,
  isClosed: boolean,
): void => {
  const refuse = (what: string): never => {
    throw new TypeError(`add: ${what}.`)
  }
  if (typeof name !== 'string' || name === '') refuse(`the name is ${shown(name)}; expected a text, such as 'power'`)
  checkServed('add: ', name as string, model)
  if (isClosed) refuse('the server is closed; expected an open one')
  for (const [other, one] of served) {
    if (other === name) refuse(`there is a model ${shown(name)} already; expected another name`)
    if (one.model === model) refuse(`the model is served already, as ${shown(other)}`)
  }
}
