import { dirname, resolve } from 'node:path'
import type { Files } from './files.js'

/** The end of the name of a file that is not whole yet. */
export const UNFINISHED = '.unfinished'

/** The last write of each path that is being written: two at once would write into one another's file. */
const writing = new Map<string, Promise<void>>()

/**
 * Writes a file as a whole or not at all: beside its place, onto the disk, and then under its name. Whatever happens to
 * the process or the host meanwhile, the file is the one from before or the new one; once this resolves, it is the new one.
 * Writes of one path follow each other in the order of the calls; those of several processes do not.
 */
export const writeAside = async (files: Files, path: string, bytes: Uint8Array): Promise<void> => {
  const own = resolve(path)
  const before = writing.get(own) ?? Promise.resolve()
  const done = before.catch(() => {}).then(() => write(files, path, bytes))
  writing.set(own, done)
  try {
    await done
  } finally {
    if (writing.get(own) === done) writing.delete(own)
  }
}

const write = async (files: Files, path: string, bytes: Uint8Array): Promise<void> => {
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
