import { asBlocks, columnName, InputError, type LaterColumn, type Reading, type Table } from '../../sources/index.js'
import type { LearnRequest } from '../arguments/args.js'
import type { Prepared } from '../models/prepare.js'
import { openCurve } from '../output/curve.js'
import { openEventLog } from '../output/eventLog.js'
import type { Output } from '../output/output.js'
import { openProgress } from '../output/progressLine.js'
import type { Recorder } from '../output/recorder.js'
import type { RunReport } from '../output/report.js'
import type { Saver } from '../output/saver.js'
import type { Shown } from '../output/serve.js'
import { openUnreadLog } from '../output/unreadLog.js'
import { atPace } from './atPace.js'
import { firstOf, rowsIn } from './blockRows.js'
import { openRowExplainer } from './explainRows.js'
import { openKeyedModels } from './keyedModels.js'
import type { Learning, OneModelConfig } from './learning.js'
import { openOneModel } from './oneModel.js'
import { learnAgain } from './passes.js'

export interface LearnTableConfig {
  readonly request: LearnRequest
  readonly table: Table
  readonly prepared: Prepared
  readonly page: Shown | undefined
  readonly output: Output
  /** Opens what saves a model now and then. */
  readonly openSaver: ((model: Learning['savable']) => Saver) | undefined
  readonly recorder?: Recorder | undefined
  readonly stop: AbortController
  /** Tells whether the user has ended the run. */
  readonly isInterrupted: () => boolean
  /** Opens the input once more. */
  readonly reopen: () => Promise<Table>
  readonly start: number
  readonly inform: (text: string) => void
}

export interface LearnedTable {
  readonly run: RunReport
  /** The number of rows that were learned. */
  readonly learned: number
  /** The error that ended the run before the input did, if there was one: what came before it has been learned. */
  readonly fault: InputError | undefined
  /** Why the last row was predicted as it was, if that was asked for. */
  readonly why: string | undefined
  /** The lines of the curve, if it was asked for. */
  readonly curve: readonly string[] | undefined
  readonly saver: Saver | undefined
}

/** Predicts each row, then learns it, until the input ends, an error in it is met, or `stop` is aborted. */
export const learnTable = async (config: LearnTableConfig): Promise<LearnedTable> => {
  const { request, table, prepared, page, output, openSaver, recorder, stop, start, inform } = config
  const { schema, model, createModel, session, saved, columns } = prepared
  const { keep, by, byKey } = columns
  const { limit, pace, quiet, predictions, digits, confidence, explain, passes } = request
  const [name, target] = Object.entries(schema.target)[0]
  const file = table.isOneOfMany ? () => table.name : undefined
  const eventLog = openEventLog(name, target, model.features, file)
  const form = { target: name, keep, digits, file, intervals: confidence !== undefined }
  const isShown = !quiet && process.stderr.isTTY && !(predictions && process.stdout.isTTY)
  const progress = openProgress(process.stderr, isShown)
  // The final report covers all rows equally, so scores over recent rows are needed only while learning is shown.
  const common = {
    ...{ request, form, by, season: session.season, recent: isShown || page !== undefined || request.curve },
    isRejected: eventLog.isRejected,
  }
  const show: OneModelConfig['show'] = (learned, scores) => page?.show(learned, scores)
  const learning =
    byKey === undefined
      ? openOneModel({ ...common, model, session, show })
      : openKeyedModels({ ...common, key: byKey, like: model, createModel, session, saved })
  const { scores } = learning
  const saver = openSaver?.(learning.savable)
  const tell = (title: string) => (text: string) => {
    progress.clear()
    inform(`${title.padEnd(8)}${text}`)
  }
  const [note, why] = [tell('note'), tell('why')]
  const explainer = explain === undefined ? undefined : openRowExplainer(model, explain, why, file)
  const curve = request.curve ? openCurve() : undefined
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
    get unlabelled() {
      return learning.counters().unlabelled
    },
    rejected: eventLog.rejected,
    problems: eventLog.problems,
    unread: unreadLog.columns,
    events: eventLog.events,
    notices: eventLog.notices,
    scores: scores.report(),
    classes: scores.classes(),
    clipped: eventLog.clipped,
    get experts() {
      return learning.experts()
    },
    get keys() {
      return learning.keys?.()
    },
    get frequencies() {
      return learning.coverage?.().frequencies
    },
    get intervals() {
      const coverage = learning.coverage?.().coverage
      return confidence === undefined || coverage === undefined ? undefined : { confidence, coverage }
    },
    share: shareOf(table, rows, limit),
  })
  const stopListening = learning.listen((event) => {
    const isNoted = event.kind === 'naming' && table.laterColumns?.some((column) => column.name === event.name)
    if (isNoted !== true) eventLog.hear(event)
  })
  // Columns hold only the cells of the schema, and they have no rows that a page could show.
  const rowwise =
    keep.length > 0 ||
    page !== undefined ||
    pace !== undefined ||
    explainer !== undefined ||
    recorder !== undefined ||
    learning.isRowwise
  const readings = (): AsyncIterable<readonly Reading[]> => {
    const all = table.rows(schema, byKey === undefined ? keep : [...keep, byKey])
    return pace === undefined ? all : atPace(all, pace, stop.signal)
  }
  const blocks = rowwise ? asBlocks(readings()) : table.blocks(schema)
  const pieces = page === undefined ? blocks : page.pausable(blocks)
  const learnAll = async (): Promise<void> => {
    for await (const piece of pieces) {
      noteColumns()
      for (const block of piece) {
        if (rows >= limit) break
        eventLog.about('kind' in block ? [] : block)
        const at = 'kind' in block ? firstOf(block, limit - rows) : rowsIn(block, limit - rows, learning.reject)
        if (!('kind' in at)) unreadLog.hear(at)
        for (const piece of explainer && !('kind' in at) ? explainer.cut(at, rows) : [at]) {
          if (!('kind' in piece)) explainer?.before(piece)
          if (!('kind' in piece)) await recorder?.keep(piece)
          rows += 'kind' in piece ? piece.chunk.size : piece.length
          await output.write(learning.learn(piece))
        }
        saver?.after(rows)
      }
      if (curve?.isDue(rows)) curve.add(rows, scores.report())
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
  if (fault === undefined && !output.gone && passes > 1)
    await learnAgain({ ...config, learn: learning.learnAgain, after: (more) => saver?.after(rows + more) })
  learning.release()
  page?.conclude(scores.report())
  stopListening()
  progress.clear()
  // An output that failed fails again here, and that error is known already.
  await output.end().catch((error: unknown) => {
    if (fault === undefined) throw error
  })
  return { run: run(), learned: learning.counters().learned, fault, why: explainer?.last, curve: curve?.lines(), saver }
}

/** Returns the share of the work that is done, by the bytes or by the limit of rows; undefined if it has no known end. */
const shareOf = (table: Table, rows: number, limit: number): number | undefined => {
  const read = table.share?.()
  return limit < Number.POSITIVE_INFINITY ? Math.max(read ?? 0, rows / limit) : read
}

const laterColumnText = ({ name, file }: LaterColumn): string =>
  `${file} has a column ${columnName(name)}, which the first file lacks, so nothing is learned from it; name a file that has it first`
