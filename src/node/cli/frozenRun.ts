import { RejectedRowError } from '../../errors.js'
import { readsOf } from '../../features/field.js'
import type { Prediction } from '../../records.js'
import { columnName, didYouMean, InputError, openTables, type RowAt, type Table } from '../sources/index.js'
import { openEventLog } from './eventLog.js'
import { type Frozen, openFrozen } from './frozen.js'
import type { FrozenRequest } from './frozenArgs.js'
import { inputsOf, tableConfig } from './inputs.js'
import { onInterrupt } from './interruption.js'
import { problemText, type RunReport } from './report.js'
import { openSaved, type Saved } from './session.js'
import { openUnreadLog } from './unreadLog.js'
import { asUsage } from './usageError.js'

/** What is done with the rows of a saved model. */
export interface FrozenRun {
  readonly saved: Saved
  readonly frozen: Frozen
  readonly table: Table
  readonly stop: AbortController
}

/** What became of the rows. */
export interface FrozenResult extends Pick<RunReport, 'rows' | 'rejected' | 'problems' | 'unread' | 'seconds'> {
  /** The exit code of an interruption. */
  readonly code: number | undefined
}

/**
 * Reads rows by what a saved model knows of them, predicts each, and hands it over.
 *
 * @param keep the columns that are kept beside each row, as text or by name, given those of the input
 * @throws InputError if the model or the input cannot be read, or if no row could be predicted
 */
export const runFrozen = async (
  request: FrozenRequest,
  keepOf: (columns: readonly string[]) => readonly string[],
  begin: (run: FrozenRun) => (prediction: Prediction, at: RowAt) => void | Promise<void>,
): Promise<FrozenResult> => {
  const stop = new AbortController()
  const interruption = onInterrupt(() => stop.abort())
  const start = performance.now()
  const inform = (text: string): void => {
    if (!request.quiet) process.stderr.write(`note    ${text}\n`)
  }
  try {
    const saved = await openSaved(request.model)
    const { session, schema, contents } = saved
    const own = session?.options
    const read = {
      ...request,
      missing: request.missing ?? (own?.missing as string | undefined)?.split(',').map((part) => part.trim()) ?? [],
      decimal: request.decimal ?? (own?.decimal as 'point' | 'comma' | undefined) ?? 'point',
    }
    const table = await openTables(
      asUsage(() => inputsOf(read)),
      tableConfig(read, stop.signal, contents),
    )
    const keep = asUsage(() => keepOf(table.columns))
    const frozen = openFrozen(saved)
    for (const text of missingColumns(saved, table)) inform(text)
    const [[name, target]] = Object.entries(schema.target)
    const log = openEventLog(name, target, schema.features, table.isOneOfMany ? () => table.name : undefined)
    const unread = openUnreadLog(table.contents, inform)
    const each = begin({ saved, frozen, table, stop })
    let [rows, predicted] = [0, 0]
    for await (const readings of table.rows(schema, keep)) {
      log.about(readings)
      unread.hear(readings.filter((reading): reading is RowAt => reading.kind === 'row'))
      for (const reading of readings) {
        if (rows >= request.limit || stop.signal.aborted) break
        if (reading.kind === 'rejection') {
          log.hear(reading)
          continue
        }
        rows++
        try {
          await each(frozen.predict(reading.row), reading)
          predicted++
        } catch (error) {
          if (!(error instanceof RejectedRowError)) throw error
          log.hear({ kind: 'rejection', reason: error.reason, field: error.field, row: reading.row })
        }
      }
      if (rows >= request.limit) stop.abort()
      if (stop.signal.aborted) break
    }
    const { rejected, problems } = log
    if (predicted === 0) {
      const [first] = problems
      const problem = first === undefined ? 'there are none' : problemText({ ...first, count: 1 })
      if (interruption.code === undefined)
        throw new InputError(`no row could be predicted; the first problem is: ${problem}.`)
    }
    const seconds = (performance.now() - start) / 1000
    return { rows, rejected, problems, unread: unread.columns, seconds, code: interruption.code }
  } finally {
    stop.abort()
    interruption.release()
  }
}

/** Says which columns that the model reads are not in the input. */
const missingColumns = ({ schema }: Saved, { columns }: Table): string[] => {
  const read = new Set(Object.entries(schema.features).flatMap(([name, field]) => readsOf(name, field)))
  for (const name of Object.keys(schema.target)) read.delete(name)
  return [...read]
    .filter((name) => !columns.includes(name))
    .map((name) => `there is no column ${columnName(name)}, so it counts as missing.${didYouMean(name, columns)}`)
}
