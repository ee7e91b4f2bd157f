import { dirname } from 'node:path'
import type { Files } from './files.js'

/** The end of the name of a file that is not whole yet. */
export const UNFINISHED = '.unfinished'

/**
 * Writes a file as a whole or not at all: beside its place, onto the disk, and then under its name. Whatever happens to
 * the process or the host meanwhile, the file is the one from before or the new one; once this resolves, it is the new one.
 */
export const writeAside = async (files: Files, path: string, bytes: Uint8Array): Promise<void> => {
  const aside = `${path}${UNFINISHED}`
  try {
    const file = await files.create(aside)
    try {
      await file.write(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await files.rename(aside, path)
  } catch (error) {
    // A disk that is full has room again without it.
    await files.remove(aside).catch(() => {})
    throw error
  }
  await files.syncFolder(dirname(path))
}
