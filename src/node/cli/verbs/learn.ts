import { statSync } from 'node:fs'
import { InputError, openTables, schemaText } from '../../sources/index.js'
import { type LearnRequest, requestOf } from '../arguments/args.js'
import { asUsage, UsageError } from '../arguments/usageError.js'
import { inputsOf, tableConfig } from '../learning/inputs.js'
import { type LearnedTable, learnTable } from '../learning/learnTable.js'
import { refusePipes } from '../learning/passes.js'
import { seasonFor } from '../models/configure.js'
import { modelText } from '../models/modelText.js'
import { prepare } from '../models/prepare.js'
import { openSaved, type Saved, withSaved } from '../models/session.js'
import { type Interruption, onInterrupt } from '../output/interruption.js'
import { openOutput } from '../output/output.js'
import { openRecorder } from '../output/recorder.js'
import { problemText, reportText } from '../output/report.js'
import { reportJson } from '../output/reportJson.js'
import { openSaver } from '../output/saver.js'
import type { Page } from '../output/serve.js'

/** Runs `rxgrad learn` and resolves to the exit code. */
export const learn = async (asked: LearnRequest): Promise<number> => {
  const stop = new AbortController()
  const interruption = onInterrupt(() => stop.abort())
  const inform = (text: string): void => {
    if (!asked.quiet) process.stderr.write(`${text}\n`)
  }
  const start = performance.now()
  let page: Page | undefined
  try {
    const saved = asked.load === undefined ? undefined : await openSaved(asked.load)
    const request = saved ? asUsage(() => requestOf(withSaved(saved, asked.given), asked.inputs)) : asked
    const output = openOutput(process.stdout, () => stop.abort())
    const inputs = asUsage(() => inputsOf(request))
    if (request.passes > 1) asUsage(() => refusePipes(inputs, isFileOrPattern))
    const table = await openTables(inputs, tableConfig(request, stop.signal, saved?.contents)).catch((error) => {
      if (interruption.code === undefined) throw error
    })
    if (table === undefined) return interruption.code ?? 0
    const prepared = await prepare(request, table, saved)
    const { configuration, schema, model } = prepared
    for (const notice of schema.notices) inform(`note    ${notice}`)
    if (schema.season !== undefined && request.season === undefined && seasonFor(request, schema) !== 'none')
      inform(`note    ${schema.season.notice}`)
    inform(`schema  ${schemaText(configuration)}`)
    inform(modelText(configuration))
    if (saved) inform(`loaded  ${saved.path}, which had learned ${rowsText(learnedBy(saved))}`)
    if (request.serve !== undefined) {
      // The server takes longer to load than everything else, so it is loaded only if it is requested.
      const { openPage } = await import('../output/serve.js')
      page = await openPage(request.serve, Object.keys(schema.target)[0], model)
      inform(`page    ${page.url}`)
    }

    const recorder = request.record === undefined ? undefined : await openRecorder(request.record, model)
    const learned = await learnTable({
      ...{ request, table, prepared, page, output, recorder, stop, start, inform },
      openSaver:
        request.save === undefined
          ? undefined
          : (savable) => openSaver(request.save!, savable, request.saveEvery, (text) => inform(`note    ${text}`)),
      isInterrupted: () => interruption.code !== undefined || output.gone,
      // At its limit the first pass ends as an interrupted one does, which the others must not.
      reopen: () => openTables(inputs, tableConfig(request, new AbortController().signal, table.contents)),
    })
    const { run, fault, saver } = learned
    await recorder?.close()
    if (fault !== undefined && run.rows === 0) throw fault
    if (saver !== undefined && learned.learned > 0) await saver.finish()
    const report = (): void => {
      if (asked.json) process.stderr.write(`${reportJson(run, learned.why)}\n`)
      else inform(reportText(run))
      for (const line of learned.curve ?? []) inform(line)
      if (learned.why !== undefined) inform(`why     ${learned.why}`)
    }
    if (fault !== undefined) {
      report()
      // With --quiet there is no report.
      if (request.quiet) throw fault
      throw new InputError(`${fault.message} What came before it has been learned, and the report covers it.`)
    }
    if (output.gone) return 0
    if (interruption.code === undefined) refuseNothing(request, learned)
    report()
    if (saver !== undefined && learned.learned > 0) inform(`saved   ${request.save}`)
    if (recorder !== undefined) inform(`kept    ${rowsText(run.rows)} in ${request.record}`)
    if (page !== undefined) await keepOpen(page, interruption, inform)
    return interruption.code ?? 0
  } finally {
    stop.abort()
    interruption.release()
    await page?.close()
  }
}

/** A pattern, which no file has as its name, is one of files. */
const isFileOrPattern = (name: string): boolean => statSync(name, { throwIfNoEntry: false })?.isFile() ?? true

/** The number of rows that a saved model has learned, or the models of all keys that are in the file. */
const learnedBy = ({ snapshot, byKey }: Saved): number =>
  (byKey?.snapshots ?? [snapshot]).reduce((sum, { counters }) => sum + counters.learned, 0)

const rowsText = (rows: number): string => `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`

/**
 * Refuses a run in which no row could be used.
 *
 * @throws InputError with the first problem
 */
const refuseNothing = ({ horizon }: LearnRequest, { run, learned }: LearnedTable): void => {
  if (learned + run.unlabelled > 0) return
  const [first] = run.problems
  if (horizon !== undefined && run.rows > 0 && run.rejected === 0)
    throw new UsageError(`no target came ${horizon} rows after a row; give fewer than the input has, --horizon.`)
  const problem = first === undefined ? 'there are none' : problemText({ ...first, count: 1 })
  throw new InputError(`no row could be used; the first problem is: ${problem}.`)
}

/** Keeps the page open after the input has ended, until the user interrupts it. */
const keepOpen = async (page: Page, interruption: Interruption, inform: (text: string) => void): Promise<void> => {
  if (interruption.code !== undefined) return
  inform(`the input has ended; the page stays open at ${page.url} until Ctrl-C`)
  await interruption.happened
  interruption.code = 0
}
