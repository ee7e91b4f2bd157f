import { crc32 } from '../../wire/crc32.js'
import { decodeData, encodeData } from '../../wire/data.js'

/**
 * A journal is a folder of files, each of which begins where the one before it ends. The layout, little-endian:
 *
 *     8 bytes  89 52 58 4a 0d 0a 1a 0a: "RXJ", with ends of lines that a transfer as text would change
 *     u32      the version
 *     f64      the cursor of the first row
 *     u32      the CRC-32 of the bytes before
 *              records
 *
 *     record = u32  89 52 4f 57: "ROW"
 *              u32  the length of what follows the checksum
 *              u32  the CRC-32 of that length and of what follows
 *              f64  the number of bytes of the file that were on the disk before this record was written
 *              f64  the cursor of the first of its rows
 *              u32  the number of its rows
 *              u32  the length of the note, which is plain data, and the note
 *                   { rows } as plain data
 */
const MAGIC = [0x89, 0x52, 0x58, 0x4a, 0x0d, 0x0a, 0x1a, 0x0a]
export const JOURNAL_VERSION = 1
export const HEADER = 24
const MARK = 0x574f5289
const HEAD = 12
const FIXED = 24

/** What a record says besides its rows. */
export interface Note {
  /** The idempotency key under which the rows were sent, and the digest of what was sent under it. */
  readonly key?: string
  readonly digest?: string
  /** The newest keys as of the beginning of a file, because the files before it may be dropped. */
  readonly keys?: readonly KeyRecord[]
}
/** A key, the digest of what was sent under it, and the number of its rows. */
export type KeyRecord = readonly [key: string, digest: string, rows: number]

export interface RecordAt {
  readonly at: number
  readonly end: number
  /** The number of bytes that were on the disk before it was written. */
  readonly safe: number
  readonly first: number
  readonly count: number
  readonly note: Note
}

export const headerOf = (first: number): Uint8Array => {
  const bytes = new Uint8Array(HEADER)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  view.setUint32(8, JOURNAL_VERSION, true)
  view.setFloat64(12, first, true)
  view.setUint32(20, crc32(bytes, 0, 20), true)
  return bytes
}

/** Returns the cursor of the first row, or what is wrong with the header. */
export const readHeader = (bytes: Uint8Array): number | string => {
  if (bytes.length < HEADER) return `it ends after ${bytes.length} bytes`
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER)
  if (!isWhole(bytes)) return 'it does not begin with the header of a journal'
  if (isOfAnother(bytes))
    return `it is of format ${view.getUint32(8, true)}, and this rxgrad reads format ${JOURNAL_VERSION}`
  return view.getFloat64(12, true)
}
const isWhole = (bytes: Uint8Array): boolean =>
  bytes.length >= HEADER &&
  MAGIC.every((byte, i) => bytes[i] === byte) &&
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(20, true) === crc32(bytes, 0, 20)

/** Tells whether the header is whole, and says that the file is of another format. */
export const isOfAnother = (bytes: Uint8Array): boolean =>
  isWhole(bytes) && new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true) !== JOURNAL_VERSION

/** Encodes the rows and the note of a record; where it comes to stand is not known yet. */
export const encodeRecord = (rows: readonly unknown[], note: Note): Uint8Array => {
  const said = encodeData(note, 'journal')
  const data = encodeData({ rows }, 'journal')
  const bytes = new Uint8Array(HEAD + FIXED + said.length + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MARK, true)
  view.setUint32(4, bytes.length - HEAD, true)
  view.setUint32(HEAD + 16, rows.length, true)
  view.setUint32(HEAD + 20, said.length, true)
  bytes.set(said, HEAD + FIXED)
  bytes.set(data, HEAD + FIXED + said.length)
  return bytes
}

/** Says where a record stands, which completes it. */
export const place = (bytes: Uint8Array, safe: number, first: number): void => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  view.setFloat64(HEAD, safe, true)
  view.setFloat64(HEAD + 8, first, true)
  view.setUint32(8, sumOf(bytes, 0, bytes.length), true)
}
const sumOf = (bytes: Uint8Array, at: number, end: number): number =>
  crc32(bytes, at + HEAD, end, crc32(bytes, at + 4, at + 8))

/** Reads the whole record at a place; undefined if there is none. */
export const recordAt = (bytes: Uint8Array, at: number): RecordAt | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length - at < HEAD + FIXED || view.getUint32(at, true) !== MARK) return undefined
  const length = view.getUint32(at + 4, true)
  const end = at + HEAD + length
  if (length < FIXED || end > bytes.length || view.getUint32(at + 8, true) !== sumOf(bytes, at, end)) return undefined
  const start = at + HEAD + FIXED
  const note = decodeData(bytes.subarray(start, start + view.getUint32(at + HEAD + 20, true))) as Note
  const [safe, first] = [view.getFloat64(at + HEAD, true), view.getFloat64(at + HEAD + 8, true)]
  return { at, end, safe, first, count: view.getUint32(at + HEAD + 16, true), note }
}

/** Decodes the rows of a record. */
export const rowsAt = (bytes: Uint8Array, { at, end }: RecordAt): readonly object[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const start = at + HEAD + FIXED + view.getUint32(at + HEAD + 20, true)
  return (decodeData(bytes.subarray(start, end)) as { readonly rows: readonly object[] }).rows
}
