import type { FileHandle } from 'node:fs/promises'
import { shown } from '../../options/shown.js'

const NEWLINE = 10
const QUOTE = 34
const SPACE = 32
/** The length of a byte order mark, which may stand before the first cell. */
const MARK = 3
const PIECE = 2 ** 16

/**
 * Finds the place behind the last line of a file that has its end. In CSV, a line end within a quoted cell is none, so
 * that the file is read from its start; a quote amid a cell is a character like others.
 *
 * @param delimiter that of a file of CSV, of one byte
 */
export const lastLineEnd = async (file: FileHandle, isCsv: boolean, delimiter: string): Promise<number> => {
  const { size, isPipe } = await sizeOf(file)
  // A pipe or a device has no past.
  if (isPipe) return 0
  const buffer = Buffer.allocUnsafe(PIECE)
  if (isCsv) {
    let end = 0
    let isQuoted = false
    /** Whether a quote opens or goes on: at the start of a cell, and right behind one that has closed it. */
    let mayOpen = true
    const cut = delimiter.charCodeAt(0)
    for (let at = 0; at < size; ) {
      const { bytesRead } = await file.read(buffer, 0, PIECE, at)
      if (bytesRead === 0) break
      for (let i = 0; i < bytesRead; i++) {
        const byte = buffer[i]
        if (isQuoted) {
          isQuoted = byte !== QUOTE
          mayOpen = !isQuoted
          continue
        }
        if (byte === QUOTE && mayOpen) isQuoted = true
        else if (byte === NEWLINE) end = at + i + 1
        mayOpen = byte === cut || byte === NEWLINE || (mayOpen && (byte === SPACE || at + i < MARK))
      }
      at += bytesRead
    }
    return end
  }
  for (let to = size; to > 0; ) {
    const from = Math.max(0, to - PIECE)
    const { bytesRead } = await file.read(buffer, 0, to - from, from)
    const found = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE)
    if (found >= 0) return from + found + 1
    to = from
  }
  return 0
}

/** Tells whether a file has nothing from a place on but an object of JSON. */
export const isObjectFrom = async (file: FileHandle, from: number, size: number): Promise<boolean> => {
  const buffer = Buffer.alloc(size - from)
  await file.read(buffer, 0, buffer.length, from)
  const text = buffer.toString('utf8').trim()
  try {
    return text.startsWith('{') && JSON.parse(text) !== null
  } catch {
    return false
  }
}

const sizeOf = async (file: FileHandle): Promise<{ readonly size: number; readonly isPipe: boolean }> => {
  const stat = await file.stat()
  return { size: stat.size, isPipe: !stat.isFile() }
}

/**
 * Reads the columns of a file's header.
 *
 * @throws Error if they are not the columns that are wanted
 */
export const headerIn = async (
  file: FileHandle,
  name: string,
  delimiter: string,
  wanted: readonly string[] | undefined,
): Promise<readonly string[]> => {
  let text = ''
  const buffer = Buffer.allocUnsafe(PIECE)
  for (let at = 0; !text.includes('\n'); ) {
    const { bytesRead } = await file.read(buffer, 0, PIECE, at)
    if (bytesRead === 0) break
    text += buffer.toString('utf8', 0, bytesRead)
    at += bytesRead
  }
  const line = text
    .slice(0, text.indexOf('\n'))
    .replace(/^\ufeff/, '')
    .trim()
  const columns = line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
  if (wanted !== undefined && wanted.join('\n') !== columns.join('\n'))
    throw new Error(
      `${name} has the header ${shown(line)}, which is not of the columns that are given; name another file, or give append: false.`,
    )
  return columns
}
