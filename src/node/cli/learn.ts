import { InputError, openTables, schemaText } from '../sources/index.js'
import type { LearnRequest } from './args.js'
import { chosenColumns } from './columnOptions.js'
import { configurationOf, schemaOf, seasonFor } from './configure.js'
import { createdModel } from './createdModel.js'
import { inputsOf, tableConfig } from './inputs.js'
import { type Interruption, onInterrupt } from './interruption.js'
import { learnTable } from './learnTable.js'
import { modelText } from './modelText.js'
import { openOutput } from './output.js'
import { problemText, reportText } from './report.js'
import type { Page } from './serve.js'

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
    const schema = schemaOf(table, columns, request)
    // This precision has separate kernels, which are loaded only if they are requested.
    if (request.precision === 'fast') await import('../../kernels/host/fast.js')
    const configuration = configurationOf(request, schema, !table.isSettled && columns.target?.field === undefined)
    const createModel = () => createdModel(configuration, request.optimizer)
    const model = createModel()
    for (const notice of schema.notices) inform(`note    ${notice}`)
    if (schema.season !== undefined && request.season === undefined && seasonFor(request, schema) !== 'none')
      inform(`note    ${schema.season.notice}`)
    inform(`schema  ${schemaText(configuration)}`)
    inform(modelText(configuration))
    if (request.serve !== undefined) {
      // The server takes longer to load than everything else, so it is loaded only if it is requested.
      const { openPage } = await import('./serve.js')
      page = await openPage(request.serve, Object.keys(schema.target)[0], model)
      inform(`page    ${page.url}`)
    }

    const about = {
      request,
      table,
      schema,
      model,
      createModel,
      page,
      output,
      stop,
      start,
      inform,
      keep: columns.keep,
      by: columns.by,
      byKey: columns.byKey,
    }
    const { run, learned, fault } = await learnTable(about)
    if (fault !== undefined) {
      if (run.rows === 0) throw fault
      inform(reportText(run))
      // With --quiet there is no report.
      if (request.quiet) throw fault
      throw new InputError(`${fault.message} What came before it has been learned, and the report covers it.`)
    }
    if (output.gone) return 0
    if (learned + run.unlabelled === 0 && interruption.code === undefined) {
      const [first] = run.problems
      const few = request.horizon !== undefined && run.rows > 0 && run.rejected === 0
      if (few)
        throw new InputError(
          `no target came ${request.horizon} rows after a row; give fewer than the input has, --horizon.`,
        )
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

/** Keeps the page open after the input has ended, until the user interrupts it. */
const keepOpen = async (page: Page, interruption: Interruption, inform: (text: string) => void): Promise<void> => {
  if (interruption.code !== undefined) return
  inform(`the input has ended; the page stays open at ${page.url} until Ctrl-C`)
  await interruption.happened
  interruption.code = 0
}
