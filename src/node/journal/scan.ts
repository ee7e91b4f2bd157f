import { HEADER, isOfAnother, type RecordAt, readHeader, recordAt } from './segment.js'

/** What a file of a journal has. */
export interface Scanned {
  readonly first: number
  /** The cursor of the row that follows its last one. */
  readonly next: number
  readonly records: readonly RecordAt[]
  /** The number of bytes up to the end of its last whole record. */
  readonly size: number
  /** What is wrong with the bytes behind that; undefined if there are none. */
  readonly problem?: string
  /** Whether those bytes hold rows that were acknowledged, rather than an append that did not come to its end. */
  readonly isDamaged: boolean
}

/** Reads through a file of a journal. */
export const scan = (bytes: Uint8Array): Scanned => {
  const header = readHeader(bytes)
  const records: RecordAt[] = []
  const first = typeof header === 'number' ? header : Number.NaN
  if (typeof header === 'string') {
    // The header is on the disk before any row is, so that a row behind it was not written together with it.
    const isDamaged = isOfAnother(bytes) || laterThan(bytes, -1).some(({ count }) => count > 0)
    return { first, next: first, records, size: 0, problem: header, isDamaged }
  }
  let next = first
  let size = HEADER
  while (size < bytes.length) {
    const record = recordAt(bytes, size)
    if (record === undefined || record.first !== next) {
      const problem = record
        ? `at byte ${size}, row ${record.first} follows row ${next - 1}`
        : `at byte ${size}, a record is not whole`
      // What is written together may reach the disk in any order, or in part. Whoever was written after it had been on
      // the disk says so, and then it was whole once.
      const isDamaged = record !== undefined || laterThan(bytes, size).some(({ safe }) => safe > size)
      return { first, next, records, size, problem, isDamaged }
    }
    records.push(record)
    next += record.count
    size = record.end
  }
  return { first, next, records, size, isDamaged: false }
}

/** Finds the whole records behind a place, wherever they begin. */
const laterThan = (bytes: Uint8Array, after: number): RecordAt[] => {
  const found: RecordAt[] = []
  for (let at = after + 1; at < bytes.length; at++) {
    const record = bytes[at] === 0x89 ? recordAt(bytes, at) : undefined
    if (record === undefined) continue
    found.push(record)
    at = record.end - 1
  }
  return found
}
