import type { Rejection } from '../../../records.js'
import type { Reading, RowAt, RowColumns } from '../../sources/index.js'

/** Returns the first rows among the readings, and rejects the readings between them that are not rows. */
export const rowsIn = (readings: readonly Reading[], most: number, reject: (rejection: Rejection) => void): RowAt[] => {
  const at: RowAt[] = []
  for (const reading of readings) {
    if (at.length >= most) break
    if (reading.kind === 'row') at.push(reading)
    else reject(reading)
  }
  return at
}

/** Returns the columns of the first rows. */
export const firstOf = (columns: RowColumns, most: number): RowColumns =>
  columns.chunk.size <= most ? columns : { ...columns, chunk: { ...columns.chunk, size: most } }
