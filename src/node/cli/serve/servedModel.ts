import { existsSync } from 'node:fs'
import type { Logger } from '../../server/logging.js'
import type { Server } from '../../server/server.js'
import { InputError, liveTable, openTables, type Table } from '../../sources/index.js'
import { type LearnRequest, requestOf } from '../arguments/args.js'
import type { FileConfig } from '../arguments/configFile.js'
import type { ServeSettings } from '../arguments/serveArgs.js'
import { UsageError } from '../arguments/usageError.js'
import { tableConfig } from '../learning/inputs.js'
import { learnTable } from '../learning/learnTable.js'
import { type OpenedSource, openSource } from '../live/openSource.js'
import { type Prepared, prepare } from '../models/prepare.js'
import { openSaved, type Saved, withSaved } from '../models/session.js'
import type { Output } from '../output/output.js'
import { reportText } from '../output/report.js'
import { openSaver } from '../output/saver.js'
import { shownBy } from '../output/serve.js'

const nowhere: Output = { gone: false, write: async () => {}, end: async () => {} }

/** A model of a service before its first row has come. */
export interface Begun {
  readonly name: string
  readonly inputs: readonly string[]
  readonly request: LearnRequest
  readonly saved: Saved | undefined
  /** The source that stays open; undefined for files. */
  readonly live: OpenedSource | undefined
  readonly signal: AbortSignal
}

/** A model of a service, and what it learns from. */
export interface Opened {
  readonly name: string
  readonly request: LearnRequest
  readonly table: Table
  readonly prepared: Prepared
  readonly live: OpenedSource | undefined
}

interface Surroundings {
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly settings: ServeSettings
}

/** Reads what is saved of a model, and opens the source that stays open. */
export const begin = async (
  name: string,
  { inputs, source, options }: FileConfig,
  { signal, logger, settings: { token, allowHosts, allowOrigins } }: Surroundings,
): Promise<Begun> => {
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
  const live =
    source &&
    (await openSource(source, {
      ...{ from: saved?.snapshot.cursor, signal, gate: { token, allowHosts, allowOrigins } },
      tell: (text) => logger.warn({ model: name }, text),
    }))
  return { name, inputs, request: { ...request, predictions: false, quiet: true }, saved, live, signal }
}

/** Waits for the first rows, and makes the model that they show, or that was saved. */
export const openModel = async ({ name, inputs, request, saved, live, signal }: Begun): Promise<Opened> => {
  const config = tableConfig(request, signal, saved?.contents)
  const { missing = [], decimal, contents } = config
  const known = contents && { contents }
  const table = live
    ? await liveTable(live.source.name, live.rows, {
        missing,
        cursor: live.cursor,
        ...(decimal && { decimal }),
        ...known,
      })
    : await openTables(inputs, config)
  const prepared = await prepare(request, table, saved)
  return { name, request, table, prepared, live }
}

/** Learns the input of a model to its end; resolves to whether that went well. */
export const learnOne = async (
  { name, request, table, prepared, live }: Opened,
  server: Server,
  stop: AbortController,
  logger: Logger,
): Promise<boolean> => {
  const { model } = prepared
  const tell = (text: string): void => logger.warn({ model: name }, text)
  // The end of one input must not be that of the others.
  const own = new AbortController()
  stop.signal.addEventListener('abort', () => own.abort())
  try {
    const { run, fault, saver } = await learnTable({
      ...{ request, table, prepared, page: shownBy(server, model), output: nowhere, stop: own },
      openSaver:
        request.save === undefined
          ? undefined
          : (savable) => openSaver(request.save!, savable, request.saveEvery, tell, live),
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
