import type { Files } from '../store/files.js'
import { JournalError } from './journalError.js'
import { HEADER, recordAt, rowsAt } from './segment.js'
import type { Segment } from './segments.js'

/** Where rows are read. */
interface Place {
  readonly name: string
  readonly column: string
  readonly files: Files
  readonly list: readonly Segment[]
}

/**
 * Reads the rows from a cursor on, each with its cursor, up to the last one as of the call.
 *
 * @throws JournalError if some of them are not there
 */
export const readRows = <T extends object>(place: Place, from: number, to: number = Infinity): AsyncIterable<T> => {
  const { name, list } = place
  const first = list[0]?.first ?? 0
  const next = list.at(-1)?.next ?? 0
  if (from < first)
    throw new JournalError(
      `${name}: it begins with row ${first}, and row ${from} is asked for, which was dropped because newer checkpoints did not need it; expected a model that was resumed from one of them.`,
    )
  if (from > next)
    throw new JournalError(
      `${name}: it ends with row ${next - 1}, and row ${from} is asked for; expected the journal from which the model learned. Is it the right folder?`,
    )
  // What is appended meanwhile is not read.
  const segments = list.filter((segment) => segment.next > from).map((segment) => ({ ...segment }))
  return read(place, segments, from, to)
}

async function* read<T extends object>(
  { name, column, files }: Place,
  segments: readonly Segment[],
  from: number,
  to: number,
): AsyncGenerator<T, undefined> {
  for (const { path, size } of segments) {
    const bytes = await files.read(path)
    for (let at = HEADER; at < size; ) {
      const record = recordAt(bytes, at)
      if (record === undefined || record.end > size)
        throw new JournalError(
          `${name}: ${path} is damaged at byte ${at}; expected the file as it was written: restore it from a copy.`,
        )
      at = record.end
      if (record.first + record.count <= from) continue
      const rows = rowsAt(bytes, record)
      for (let i = Math.max(0, from - record.first); i < rows.length; i++) {
        if (record.first + i > to) return undefined
        yield { ...rows[i], [column]: record.first + i } as unknown as T
      }
    }
  }
  return undefined
}
