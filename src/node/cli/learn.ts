import { category } from '../../features/category.js'
import { createModel } from '../../model/createModel.js'
import type { Model } from '../../model.js'
import type { Rejection } from '../../records.js'
import type { Row } from '../../values.js'
import {
  asBlocks,
  type InferredSchema,
  InputError,
  openTable,
  type Reading,
  type RowAt,
  type RowColumns,
  schemaText,
  type Table,
  type TableConfig,
} from '../sources/index.js'
import type { LearnRequest } from './args.js'
import { configurationOf, schemaOf } from './configure.js'
import { type Interruption, onInterrupt } from './interruption.js'
import { layersText } from './layers.js'
import { type Output, openOutput } from './output.js'
import { predictionLines } from './predictions.js'
import { openHappenings } from './rejections.js'
import { openProgress, problemText, type RunReport, reportText } from './report.js'
import { openScores } from './scores.js'
import type { Page } from './serve.js'

/** `rxgrad learn`: resolves to the exit code. */
export const learn = async (request: LearnRequest): Promise<number> => {
  const stop = new AbortController()
  const interruption = onInterrupt(() => stop.abort())
  const say = (text: string): void => {
    if (!request.quiet) process.stderr.write(`${text}\n`)
  }
  const start = performance.now()
  let page: Page | undefined
  try {
    const output = openOutput(process.stdout, () => stop.abort())
    const table = await openTable(request.input ?? piped(), tableConfig(request, stop.signal)).catch((error) => {
      if (interruption.code === undefined) throw error
    })
    if (table === undefined) return interruption.code ?? 0
    const schema = schemaOf(table, request)
    // kernels of their own, which few ask for
    if (request.precision === 'fast') await import('../../kernels/host/fast.js')
    const configuration = configurationOf(request, schema)
    const model = createModel(configuration)
    for (const notice of schema.notices) say(`note    ${notice}`)
    say(`schema  ${schemaText(schema)}`)
    say(`layers  ${layersText(configuration.layers)}`)
    if (request.serve !== undefined) {
      // a server takes longer to load than all the rest
      const { openPage } = await import('./serve.js')
      page = await openPage(request.serve, Object.keys(schema.target)[0], model)
      say(`page    ${page.url}`)
    }

    const run = await follow({ request, table, schema, model, page, output, stop, start })
    if (output.gone) return 0
    if (model.counters.learned + model.counters.unlabelled === 0 && interruption.code === undefined) {
      const [first] = run.problems
      const problem = first === undefined ? 'there are none' : problemText({ ...first, count: 1 })
      throw new InputError(`no row could be used; the first problem: ${problem}.`)
    }
    say(reportText(run))
    if (page !== undefined) await stay(page, interruption, say)
    return interruption.code ?? 0
  } finally {
    stop.abort()
    interruption.release()
    await page?.close()
  }
}

interface Following {
  readonly request: LearnRequest
  readonly table: Table
  readonly schema: InferredSchema
  readonly model: Model
  readonly page: Page | undefined
  readonly output: Output
  readonly stop: AbortController
  readonly start: number
}

/** Test, then train, row after row: until the input ends, or `stop` says so. */
const follow = async ({ request, table, schema, model, page, output, stop, start }: Following): Promise<RunReport> => {
  const { limit, quiet, keep, predictions } = request
  const [name, target] = Object.entries(schema.target)[0]
  const happenings = openHappenings(name, target)
  const lines = predictionLines({ target: name, keep })
  const isShown = !quiet && process.stderr.isTTY && !(predictions && process.stdout.isTTY)
  const progress = openProgress(process.stderr, isShown)
  // the report at the end tells of all rows alike
  const scores = openScores(model, isShown || page !== undefined)
  let rows = 0
  const run = (): RunReport => ({
    rows,
    seconds: (performance.now() - start) / 1000,
    unlabelled: model.counters.unlabelled,
    rejected: happenings.rejected,
    problems: happenings.problems,
    events: happenings.events,
    scores: scores.report(),
  })
  const deafen = model.listen(happenings.hear)
  const writer = model.stages.take('rxgrad learn', request.batch)
  const kept = Object.fromEntries(keep.map((column) => [column, category()]))
  // columns have no other cells than the model's, and no row that a page could show
  const pieces = keep.length > 0 || page !== undefined ? asBlocks(table.rows(schema, kept)) : table.blocks(schema)
  for await (const piece of pieces) {
    for (const block of piece) {
      if (rows >= limit) break
      happenings.about('kind' in block ? [] : block)
      const at = 'kind' in block ? firstOf(block, limit - rows) : rowsIn(block, limit - rows, model.stages.reject)
      const learned = 'kind' in at ? writer.learn(at.chunk) : writer.learn(at.map(rowAt))
      rows += learned.losses.length
      scores.observe(learned)
      page?.show(learned, scores.report)
      if (predictions) await output.write(lines(learned, at, happenings.isRefused))
    }
    progress.show(run)
    // An unread piece of a live stream would hold up the end of this loop.
    if (rows >= limit) stop.abort()
    if (stop.signal.aborted) break
  }
  writer.flush()
  writer.release()
  page?.conclude(scores.report())
  deafen()
  progress.clear()
  await output.end()
  return run()
}

/** The first rows among what was read; what was read between them and is none is rejected. */
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

/** The first rows of columns. */
const firstOf = (columns: RowColumns, most: number): RowColumns =>
  columns.chunk.size <= most ? columns : { ...columns, chunk: { ...columns.chunk, size: most } }

/** The page outlives its input: who watches decides when it is enough. */
const stay = async (page: Page, interruption: Interruption, say: (text: string) => void): Promise<void> => {
  if (interruption.code !== undefined) return
  say(`the input has ended; the page stays at ${page.url} until Ctrl-C`)
  await interruption.happened
  interruption.code = 0
}

const piped = (): string => {
  if (process.stdin.isTTY)
    throw new InputError(
      'there is no input: name a file, or pipe rows in, such as tail -f readings.ndjson | rxgrad learn --target …; - reads what is typed.',
    )
  return '-'
}

const tableConfig = ({ missing, format, delimiter }: LearnRequest, signal: AbortSignal): TableConfig => ({
  signal,
  missing,
  ...(format !== undefined && { format }),
  ...(delimiter !== undefined && { delimiter }),
})
