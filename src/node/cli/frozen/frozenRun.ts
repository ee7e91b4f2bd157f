import { RejectedRowError } from '../../../errors.js'
import { readsOf } from '../../../features/field.js'
import type { Prediction } from '../../../records.js'
import type { Value } from '../../../values.js'
import { columnName, didYouMean, InputError, openTables, type RowAt, type Table } from '../../sources/index.js'
import type { FrozenRequest } from '../arguments/frozenArgs.js'
import { asUsage } from '../arguments/usageError.js'
import { inputsOf, tableConfig } from '../learning/inputs.js'
import { openSaved, type Saved } from '../models/session.js'
import { openEventLog } from '../output/eventLog.js'
import { onInterrupt } from '../output/interruption.js'
import { problemText, type RunReport } from '../output/report.js'
import { openUnreadLog } from '../output/unreadLog.js'
import { type Frozen, openFrozen } from './frozen.js'
import { type KeyedFrozen, openKeyedFrozen, savedOfOne } from './keyedFrozen.js'

/** What is done with the rows of a saved model. */
export interface FrozenRun {
  readonly saved: Saved
  /** The model; of a file by key, the one that has learned last. */
  readonly frozen: Frozen
  readonly keyed: KeyedFrozen | undefined
  readonly table: Table
  readonly stop: AbortController
}

/** Which model has predicted a row. */
export interface PredictedBy {
  readonly frozen: Frozen
  /** The key whose model it is; undefined if there is one for all rows. */
  readonly key: Value | undefined
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
  begin: (run: FrozenRun) => (prediction: Prediction, at: RowAt, by: PredictedBy) => void | Promise<void>,
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
    const frozen = openFrozen(savedOfOne(saved))
    const keyed = openKeyedFrozen(saved)
    if (keyed && !table.columns.includes(keyed.column))
      throw new InputError(
        `there is no column ${columnName(keyed.column)}, which says whose model predicts a row.${didYouMean(keyed.column, table.columns)}`,
      )
    for (const text of missingColumns(saved, table)) inform(text)
    const [[name, target]] = Object.entries(schema.target)
    const log = openEventLog(name, target, schema.features, table.isOneOfMany ? () => table.name : undefined)
    const unread = openUnreadLog(table.contents, inform)
    const each = begin({ saved, frozen, keyed, table, stop })
    let [rows, predicted] = [0, 0]
    for await (const readings of table.rows(schema, keyed ? [...keep, keyed.column] : keep)) {
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
          const { row, kept = row } = reading
          const key = keyed && (kept[keyed.column] as Value | undefined)
          const own = keyed ? keyed.of(key) : frozen
          if (own === undefined) {
            const reason = `there is no model for ${columnName(keyed!.column)} ${JSON.stringify(key) ?? 'that is missing'}`
            log.hear({ kind: 'rejection', reason, field: keyed!.column, row })
          } else {
            await each(own.predict(row), reading, { frozen: own, key })
            predicted++
          }
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
