import type { Cursor, Row } from '../../../values.js'
import type { Journal } from '../../journal/journal.js'
import { openJournal } from '../../journal/openJournal.js'
import { record } from '../../journal/record.js'
import { InputError } from '../../sources/index.js'
import type { SourceConfig } from './sourceConfig.js'
import type { LiveSource, Opening } from './sourceKind.js'

/** The column in which rows have their cursors, which no row of a user has. */
const CURSOR = 'rxgrad cursor'

export interface OpenedSource {
  readonly source: LiveSource
  /** Its rows, which are kept before they are acknowledged if there is a journal. */
  readonly rows: AsyncIterable<Row>
  /** The column of their cursors; undefined if they have none. */
  readonly cursor: string | undefined
  /** What a model that was saved with this cursor does not need any more may go. */
  saved(cursor: Cursor | undefined): void
  close(): Promise<void>
}

/**
 * Opens a source and its journal.
 *
 * @throws InputError if a setting is not right, or if the journal cannot be read or is not that of the model
 */
export const openSource = async (
  { where, kind, settings, journal: folder }: SourceConfig,
  { from, ...opening }: Omit<Opening, 'cursor' | 'journal'>,
): Promise<OpenedSource> => {
  const named = (error: unknown): never => {
    throw error instanceof Error ? new InputError(`${where}: ${error.message}`) : error
  }
  let journal: Journal<object> | undefined
  try {
    journal = folder === undefined ? undefined : await openJournal<object>(folder, { cursor: CURSOR })
    if (journal?.cut !== undefined) opening.tell(journal.cut)
    const cursor = journal === undefined && kind.cursors !== 'none' ? CURSOR : undefined
    const source = await kind.open(settings, { ...opening, cursor, from, journal })
    const rows = journal === undefined || kind.keeps ? source : record(journal, source, { from })
    opening.signal.addEventListener('abort', () => source.close(), { once: true })
    return {
      source,
      rows: rows as AsyncIterable<Row>,
      cursor: journal === undefined ? cursor : CURSOR,
      saved: (at) => {
        if (at !== undefined) void journal?.drop(at)
      },
      async close() {
        source.close()
        await journal?.close()
      },
    }
  } catch (error) {
    await journal?.close()
    return named(error)
  }
}
