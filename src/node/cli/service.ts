import { existsSync } from 'node:fs'
import { createServer } from '../server/createServer.js'
import { ListenError } from '../server/errors.js'
import type { Logger } from '../server/logging.js'
import type { Server } from '../server/server.js'
import { InputError, openTables, type Table } from '../sources/index.js'
import { type LearnRequest, requestOf } from './args.js'
import type { FileConfig } from './configFile.js'
import { tableConfig } from './inputs.js'
import { onInterrupt } from './interruption.js'
import { learnTable } from './learnTable.js'
import type { Output } from './output.js'
import { type Prepared, prepare } from './prepare.js'
import { reportText } from './report.js'
import { openSaver } from './saver.js'
import { shownBy } from './serve.js'
import type { ServeRequest } from './serveArgs.js'
import { openSaved, withSaved } from './session.js'
import { UsageError } from './usageError.js'

const PORT = 8080

/** Writes a line of JSON as pino does. */
const line =
  (level: 30 | 40) =>
  (fields: object, msg: string): void =>
    void process.stderr.write(`${JSON.stringify({ level, time: Date.now(), ...fields, msg })}\n`)

const silent: Logger = { info: () => {}, warn: () => {} }
const nowhere: Output = { gone: false, write: async () => {}, end: async () => {} }

/** A model of a service, and what it learns from. */
interface Opened {
  readonly name: string
  readonly request: LearnRequest
  readonly table: Table
  readonly prepared: Prepared
}

/** Runs `rxgrad serve` and resolves to the exit code. */
export const serve = async ({ settings, models }: ServeRequest): Promise<number> => {
  const stop = new AbortController()
  const interruption = onInterrupt(() => stop.abort())
  const { log = true, ...options } = settings
  const logger: Logger = log ? { info: line(30), warn: line(40) } : silent
  let server: Server | undefined
  try {
    const opened: Opened[] = []
    for (const [name, config] of Object.entries(models)) {
      const one = await open(name, config, stop.signal).catch((error: unknown) => {
        if (interruption.code === undefined) throw error
      })
      if (one === undefined) return 0
      opened.push(one)
    }
    server = await createServer({
      ...{ port: PORT, ...options },
      models: Object.fromEntries(opened.map(({ name, prepared }) => [name, prepared.model])),
      logger,
    }).catch((error: unknown) => {
      if (error instanceof ListenError) throw new InputError(`port ${options.port ?? PORT}: ${error.message}`)
      // Whatever else it refuses is a setting of the file.
      throw error instanceof TypeError || error instanceof RangeError ? new UsageError(error.message) : error
    })
    logger.info({ url: server.url, models: Object.keys(models) }, 'the models are served')
    const results = await Promise.all(opened.map((one) => learnOne(one, server!, stop, logger)))
    if (!stop.signal.aborted) {
      logger.info({}, 'all inputs have ended; the models are served until the process is ended')
      await interruption.happened
    }
    return results.every(Boolean) ? 0 : 1
  } finally {
    stop.abort()
    interruption.release()
    await server?.close()
  }
}

/** Opens the input of a model, and the model as it was saved or a new one. */
const open = async (name: string, { inputs, options }: FileConfig, signal: AbortSignal): Promise<Opened> => {
  const named = <T>(read: () => T): T => {
    try {
      return read()
    } catch (error) {
      throw error instanceof InputError ? new UsageError(`models.${name}: ${error.message}`) : error
    }
  }
  const asked = named(() => requestOf(options, inputs))
  const saved = asked.save !== undefined && existsSync(asked.save) ? await openSaved(asked.save) : undefined
  const request = saved ? named(() => requestOf(withSaved(saved, options), inputs)) : asked
  const table = await openTables(inputs, tableConfig(request, signal, saved?.contents))
  const prepared = await prepare({ ...request, predictions: false }, table, saved)
  return { name, request: { ...request, predictions: false, quiet: true }, table, prepared }
}

/** Learns the input of a model to its end; resolves to whether that went well. */
const learnOne = async (
  { name, request, table, prepared }: Opened,
  server: Server,
  stop: AbortController,
  logger: Logger,
): Promise<boolean> => {
  const { model } = prepared
  const tell = (text: string): void => logger.warn({ model: name }, text)
  const saver = request.save === undefined ? undefined : openSaver(request.save, model, request.saveEvery, tell)
  // The end of one input must not be that of the others.
  const own = new AbortController()
  stop.signal.addEventListener('abort', () => own.abort())
  try {
    const { run, fault } = await learnTable({
      ...{ request, table, prepared, page: shownBy(server, model), output: nowhere, saver, stop: own },
      ...{ isInterrupted: () => stop.signal.aborted, reopen: async () => table },
      ...{ start: performance.now(), inform: (text: string) => logger.info({ model: name }, text) },
    })
    if (run.rows > 0) await saver?.finish()
    logger.info({ model: name, rows: run.rows, step: model.step, report: reportText(run) }, 'the input has ended')
    if (fault !== undefined) logger.warn({ model: name }, fault.message)
    return fault === undefined
  } catch (error) {
    if (!(error instanceof InputError || error instanceof UsageError)) throw error
    logger.warn({ model: name }, error.message)
    return false
  }
}
