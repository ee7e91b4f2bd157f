import { createServer } from '../../server/createServer.js'
import { ListenError } from '../../server/errors.js'
import type { Logger } from '../../server/logging.js'
import type { Server } from '../../server/server.js'
import { InputError } from '../../sources/index.js'
import type { ServeRequest } from '../arguments/serveArgs.js'
import { UsageError } from '../arguments/usageError.js'
import { onInterrupt } from '../output/interruption.js'
import { begin, learnOne, type Opened, openModel } from './servedModel.js'

const PORT = 8080

/** Writes a line of JSON as pino does. */
const line =
  (level: 30 | 40) =>
  (fields: object, msg: string): void =>
    void process.stderr.write(`${JSON.stringify({ level, time: Date.now(), ...fields, msg })}\n`)

const silent: Logger = { info: () => {}, warn: () => {} }

/** Runs `rxgrad serve` and resolves to the exit code. */
export const serve = async ({ settings, models }: ServeRequest): Promise<number> => {
  const stop = new AbortController()
  const interruption = onInterrupt(() => stop.abort())
  const { log = true, ...options } = settings
  const logger: Logger = log ? { info: line(30), warn: line(40) } : silent
  let server: Server | undefined
  try {
    const begun = []
    for (const [name, config] of Object.entries(models))
      begun.push(await begin(name, config, { signal: stop.signal, logger, settings }))
    // What is wrong with a file is told before anything is served; a source may bring its first row at any later time.
    const opened: Opened[] = []
    for (const one of begun) {
      if (one.live) continue
      const found = await openModel(one).catch((error: unknown) => {
        if (interruption.code === undefined) throw error
      })
      if (found === undefined) return 0
      opened.push(found)
    }
    const live = begun.filter((one) => one.live)
    server = await createServer({
      ...{ port: PORT, ...options },
      models: Object.fromEntries(opened.map(({ name, prepared }) => [name, prepared.model])),
      sources: Object.fromEntries(live.map(({ name, live }) => [name, live!.source])),
      logger,
    }).catch((error: unknown) => {
      if (error instanceof ListenError) throw new InputError(`port ${options.port ?? PORT}: ${error.message}`)
      // Whatever else it refuses is a setting of the file.
      throw error instanceof TypeError || error instanceof RangeError ? new UsageError(error.message) : error
    })
    const served = server
    logger.info({ url: server.url, models: Object.keys(models) }, 'the models are served')
    const results = await Promise.all([
      ...opened.map((one) => learnOne(one, served, stop, logger)),
      ...live.map(async (one) => {
        try {
          const found = await openModel(one)
          if (stop.signal.aborted) return true
          served.add(one.name, found.prepared.model)
          logger.info({ model: one.name, step: found.prepared.model.step }, 'the source is open')
          return await learnOne(found, served, stop, logger)
        } catch (error) {
          if (stop.signal.aborted) return true
          if (!(error instanceof InputError || error instanceof UsageError)) throw error
          logger.warn({ model: one.name }, error.message)
          return false
        } finally {
          await one.live!.close()
        }
      }),
    ])
    // A service of which nothing is left ends, so that whoever watches it starts it again.
    if (!stop.signal.aborted && (opened.length > 0 || results.some(Boolean))) {
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
