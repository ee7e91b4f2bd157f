import { createModel } from '../../model/createModel.js'
import type { Model } from '../../model.js'
import type { Rejection } from '../../records.js'
import type { Row } from '../../values.js'
import {
  asBlocks,
  type InferredSchema,
  InputError,
  openTables,
  type Reading,
  type RowAt,
  type RowColumns,
  schemaText,
  type Table,
} from '../sources/index.js'
import type { LearnRequest } from './args.js'
import { atPace } from './atPace.js'
import { chosenColumns } from './columnOptions.js'
import { configurationOf, schemaOf } from './configure.js'
import { openEventLog } from './eventLog.js'
import { inputsOf, tableConfig } from './inputs.js'
import { type Interruption, onInterrupt } from './interruption.js'
import { modelText } from './modelText.js'
import { type Output, openOutput } from './output.js'
import { predictionLines } from './predictions.js'
import { openProgress } from './progressLine.js'
import { problemText, type RunReport, reportText } from './report.js'
import { openScores } from './scores.js'
import type { Page } from './serve.js'
import { openUnreadLog } from './unreadLog.js'

/** Runs `rxgrad learn` and resolves to the exit code. */
export const learn = async (request: LearnRequest): Promise<number> => {
  const stop = new AbortController()
  const interruption = onInterrupt(() => stop.abort())
  const inform = (text: string): void => {
    if (!request.quiet) process.stderr.write(`${text}\n`)
  }
  const start = performance.now()
  let page: Page | undefined
  try {
    const output = openOutput(process.stdout, () => stop.abort())
    const table = await openTables(inputsOf(request), tableConfig(request, stop.signal)).catch((error) => {
      if (interruption.code === undefined) throw error
    })
    if (table === undefined) return interruption.code ?? 0
    const columns = chosenColumns(request.columns, table.columns)
    const schema = schemaOf(table, columns)
    // This precision has separate kernels, which are loaded only if they are requested.
    if (request.precision === 'fast') await import('../../kernels/host/fast.js')
    const configuration = configurationOf(request, schema, !table.isSettled && columns.target?.field === undefined)
    const model = createModel(configuration)
    for (const notice of schema.notices) inform(`note    ${notice}`)
    inform(`schema  ${schemaText(configuration)}`)
    inform(modelText(configuration))
    if (request.serve !== undefined) {
      // The server takes longer to load than everything else, so it is loaded only if it is requested.
      const { openPage } = await import('./serve.js')
      page = await openPage(request.serve, Object.keys(schema.target)[0], model)
      inform(`page    ${page.url}`)
    }

    const run = await learnTable({
      request,
      table,
      schema,
      model,
      page,
      output,
      stop,
      start,
      inform,
      keep: columns.keep,
    })
    if (output.gone) return 0
    if (model.counters.learned + model.counters.unlabelled === 0 && interruption.code === undefined) {
      const [first] = run.problems
      const problem = first === undefined ? 'there are none' : problemText({ ...first, count: 1 })
      throw new InputError(`no row could be used; the first problem is: ${problem}.`)
    }
    inform(reportText(run))
    if (page !== undefined) await keepOpen(page, interruption, inform)
    return interruption.code ?? 0
  } finally {
    stop.abort()
    interruption.release()
    await page?.close()
  }
}

interface LearnTableConfig {
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
}

/** Predicts each row, then learns it, until the input ends or `stop` is aborted. */
const learnTable = async (config: LearnTableConfig): Promise<RunReport> => {
  const { request, table, schema, model, page, output, stop, start, inform, keep } = config
  const { limit, pace, quiet, predictions, digits } = request
  const [name, target] = Object.entries(schema.target)[0]
  const file = table.isOneOfMany ? () => table.name : undefined
  const eventLog = openEventLog(name, target, model.features, file)
  const lines = predictionLines({ target: name, keep, digits, file })
  const isShown = !quiet && process.stderr.isTTY && !(predictions && process.stdout.isTTY)
  const progress = openProgress(process.stderr, isShown)
  // The final report covers all rows equally, so scores over recent rows are needed only while learning is shown.
  const scores = openScores(model, isShown || page !== undefined)
  const unreadLog = openUnreadLog(table.contents, (text) => {
    progress.clear()
    inform(`note    ${text}`)
  })
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
  const stopListening = model.listen(eventLog.hear)
  const writer = model.stages.take('rxgrad learn', request.batch)
  // Columns hold only the cells of the schema, and they have no rows that a page could show.
  const rowwise = keep.length > 0 || page !== undefined || pace !== undefined
  const readings = (): AsyncIterable<readonly Reading[]> => {
    const all = table.rows(schema, keep)
    return pace === undefined ? all : atPace(all, pace, stop.signal)
  }
  const pieces = rowwise ? asBlocks(readings()) : table.blocks(schema)
  for await (const piece of pieces) {
    for (const block of piece) {
      if (rows >= limit) break
      eventLog.about('kind' in block ? [] : block)
      const at = 'kind' in block ? firstOf(block, limit - rows) : rowsIn(block, limit - rows, model.stages.reject)
      if (!('kind' in at)) unreadLog.hear(at)
      const learned = 'kind' in at ? writer.learn(at.chunk) : writer.learn(at.map(rowAt))
      rows += learned.losses.length
      scores.observe(learned)
      page?.show(learned, scores.report)
      if (predictions) await output.write(lines(learned, at, eventLog.isRejected))
    }
    progress.show(run)
    // Otherwise this loop would wait for the next piece of a live stream before it ended.
    if (rows >= limit) stop.abort()
    if (stop.signal.aborted) break
  }
  writer.flush()
  writer.release()
  page?.conclude(scores.report())
  stopListening()
  progress.clear()
  await output.end()
  return run()
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

/** Keeps the page open after the input has ended, until the user interrupts it. */
const keepOpen = async (page: Page, interruption: Interruption, inform: (text: string) => void): Promise<void> => {
  if (interruption.code !== undefined) return
  inform(`the input has ended; the page stays open at ${page.url} until Ctrl-C`)
  await interruption.happened
  interruption.code = 0
}
