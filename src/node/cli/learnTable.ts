import type { Model, Writer } from '../../model.js'
import type { Rejection } from '../../records.js'
import type { Row } from '../../values.js'
import {
  asBlocks,
  columnName,
  type InferredSchema,
  InputError,
  type LaterColumn,
  type Reading,
  type RowAt,
  type RowColumns,
  type Table,
} from '../sources/index.js'
import type { LearnRequest } from './args.js'
import { atPace } from './atPace.js'
import { seasonFor } from './configure.js'
import { openEventLog } from './eventLog.js'
import { type Forecasts, openForecasts } from './forecasts.js'
import type { Output } from './output.js'
import { predictionLines } from './predictions.js'
import { openProgress } from './progressLine.js'
import type { RunReport } from './report.js'
import { openScores } from './scores.js'
import type { Page } from './serve.js'
import { openUnreadLog } from './unreadLog.js'

export interface LearnTableConfig {
  readonly request: LearnRequest
  readonly table: Table
  readonly schema: InferredSchema
  readonly model: Model
  readonly page: Page | undefined
  readonly output: Output
  readonly stop: AbortController
  readonly start: number
  readonly inform: (text: string) => void
  readonly keep: readonly string[]
  readonly by: string | undefined
}

export interface LearnedTable {
  readonly run: RunReport
  /** The error that ended the run before the input did, if there was one: what came before it has been learned. */
  readonly fault: InputError | undefined
}

/** Predicts each row, then learns it, until the input ends, an error in it is met, or `stop` is aborted. */
export const learnTable = async (config: LearnTableConfig): Promise<LearnedTable> => {
  const { request, table, schema, model, page, output, stop, start, inform, keep, by } = config
  const { limit, pace, quiet, predictions, digits, horizon } = request
  const [name, target] = Object.entries(schema.target)[0]
  const file = table.isOneOfMany ? () => table.name : undefined
  const eventLog = openEventLog(name, target, model.features, file)
  const form = { target: name, keep, digits, file }
  const lines = predictionLines(form)
  const isShown = !quiet && process.stderr.isTTY && !(predictions && process.stdout.isTTY)
  const progress = openProgress(process.stderr, isShown)
  // The final report covers all rows equally, so scores over recent rows are needed only while learning is shown.
  const scores = openScores(model, isShown || page !== undefined, seasonFor(request, schema))
  const note = (text: string): void => {
    progress.clear()
    inform(`note    ${text}`)
  }
  const unreadLog = openUnreadLog(table.contents, note)
  let noted = 0
  const noteColumns = (): void => {
    const { laterColumns = [] } = table
    for (; noted < laterColumns.length; noted++) note(laterColumnText(laterColumns[noted]))
  }
  let rows = 0
  const run = (): RunReport => ({
    rows,
    seconds: (performance.now() - start) / 1000,
    unlabelled: model.counters.unlabelled,
    rejected: eventLog.rejected,
    problems: eventLog.problems,
    unread: unreadLog.columns,
    events: eventLog.events,
    notices: eventLog.notices,
    scores: scores.report(),
    classes: scores.classes(),
    clipped: eventLog.clipped,
    experts: model.experts,
    share: shareOf(table, rows, limit),
  })
  const stopListening = model.listen((event) => {
    const isNoted = event.kind === 'naming' && table.laterColumns?.some((column) => column.name === event.name)
    if (isNoted !== true) eventLog.hear(event)
  })
  const forecasts = horizon === undefined ? undefined : openForecasts(model, { ...form, horizon, by })
  const writer = forecasts ? undefined : model.stages.take('rxgrad learn', request.batch)
  // Columns hold only the cells of the schema, and they have no rows that a page could show.
  const rowwise = keep.length > 0 || page !== undefined || pace !== undefined || forecasts !== undefined
  const readings = (): AsyncIterable<readonly Reading[]> => {
    const all = table.rows(schema, keep)
    return pace === undefined ? all : atPace(all, pace, stop.signal)
  }
  const pieces = rowwise ? asBlocks(readings()) : table.blocks(schema)
  /** Learns a block, and returns the lines of its predictions. */
  const learnBlock = (writer: Writer<Row>, at: RowAt[] | RowColumns): string | Uint8Array => {
    const learned = 'kind' in at ? writer.learn(at.chunk) : writer.learn(at.map(rowAt))
    rows += learned.losses.length
    scores.observe(learned)
    page?.show(learned, scores.report)
    return predictions ? lines(learned, at, eventLog.isRejected) : ''
  }
  /** Forecasts from each row, and returns the lines of the forecasts. */
  const forecastRows = (at: readonly RowAt[]): string => {
    let text = ''
    for (const each of at) {
      const record = (forecasts as Forecasts).row(each.row)
      rows++
      scores.observe(record)
      page?.show(record, scores.report)
      if (predictions) text += (forecasts as Forecasts).line(record, each)
    }
    return text
  }
  const learnAll = async (): Promise<void> => {
    for await (const piece of pieces) {
      noteColumns()
      for (const block of piece) {
        if (rows >= limit) break
        eventLog.about('kind' in block ? [] : block)
        const at = 'kind' in block ? firstOf(block, limit - rows) : rowsIn(block, limit - rows, model.stages.reject)
        if (!('kind' in at)) unreadLog.hear(at)
        await output.write(writer ? learnBlock(writer, at) : forecastRows(at as RowAt[]))
      }
      progress.show(run)
      // Otherwise this loop would wait for the next piece of a live stream before it ended.
      if (rows >= limit) stop.abort()
      if (stop.signal.aborted) break
    }
  }
  let fault: InputError | undefined
  await learnAll().catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error
    fault = error
  })
  writer?.flush()
  writer?.release()
  forecasts?.release()
  page?.conclude(scores.report())
  stopListening()
  progress.clear()
  // An output that failed fails again here, and that error is known already.
  await output.end().catch((error: unknown) => {
    if (fault === undefined) throw error
  })
  return { run: run(), fault }
}

/** Returns the share of the work that is done, by the bytes or by the limit of rows; undefined if it has no known end. */
const shareOf = (table: Table, rows: number, limit: number): number | undefined => {
  const read = table.share?.()
  return limit < Number.POSITIVE_INFINITY ? Math.max(read ?? 0, rows / limit) : read
}

/** Returns the first rows among the readings, and rejects the readings between them that are not rows. */
const rowsIn = (readings: readonly Reading[], most: number, reject: (rejection: Rejection) => void): RowAt[] => {
  const at: RowAt[] = []
  for (const reading of readings) {
    if (at.length >= most) break
    if (reading.kind === 'row') at.push(reading)
    else reject(reading)
  }
  return at
}
const rowAt = ({ row }: RowAt): Row => row

/** Returns the columns of the first rows. */
const firstOf = (columns: RowColumns, most: number): RowColumns =>
  columns.chunk.size <= most ? columns : { ...columns, chunk: { ...columns.chunk, size: most } }

const laterColumnText = ({ name, file }: LaterColumn): string =>
  `${file} has a column ${columnName(name)}, which the first file lacks, so nothing is learned from it; name a file that has it first`
