import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { shown } from '../../options/shown.js'
import type { Cursor } from '../../values.js'
import { InputError } from '../sources/inputError.js'
import { type HeadConfig, offsetIn } from './fileHead.js'
import { begin, headOf } from './openPieces.js'

/** The files to read, the oldest first, and where to begin in the first of them. */
export interface FilesAfter {
  readonly files: readonly string[]
  readonly offset: number
}

/**
 * Finds the rows after a cursor: in the file itself, or, if it was rotated since, in the file that it was renamed to,
 * which stands beside it under a name that begins with its own, and in those that came later.
 *
 * @throws InputError for what is no cursor of a file, and if no file is the one that it was of
 */
export const filesAfter = async (path: string, from: Cursor, config: HeadConfig): Promise<FilesAfter> => {
  const wanted = offsetIn(from)
  if (wanted === undefined)
    throw new InputError(`fileSource: from is ${shown(from)}; expected a cursor of a file, such as '1024@0a1b2c3d'.`)
  const { offset, print } = wanted
  const base = basename(path)
  const folder = dirname(path)
  const names = await readdir(folder).catch(() => [])
  const found: { readonly file: string; readonly print: string; readonly changed: number }[] = []
  for (const name of names) {
    const isOwn = name === base
    if (!isOwn && !name.startsWith(`${base}.`) && !name.startsWith(`${base}-`)) continue
    const file = isOwn ? path : join(folder, name)
    const stats = await stat(file)
    // What cannot be read is none of the files that were rotated.
    const head = stats.isFile() ? await headOf(file, config).catch(() => undefined) : undefined
    // The file itself is the newest, whatever its clock says.
    if (head !== undefined) found.push({ file, print: head.print, changed: isOwn ? Infinity : stats.mtimeMs })
  }
  found.sort((a, b) => a.changed - b.changed || (a.file > b.file ? -1 : 1))
  // A copy that was compressed may stand beside its original.
  const files = found.filter((one, i) => found.findIndex((other) => other.print === one.print) === i)
  const place = files.findIndex((one) => one.print === print)
  if (place < 0)
    throw new InputError(
      `${path} is not the file that the cursor ${from} is of, and no file beside it is; name that file, or ${begin}`,
    )
  const after = files.slice(place).map(({ file }) => file)
  return { files: after.at(-1) === path ? after : [...after, path], offset }
}
