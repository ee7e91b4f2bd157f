import { dirname, resolve } from 'node:path'
import type { Files } from './files.js'
import { beginUnfinished, endUnfinished } from './unfinished.js'

/** The last write of each path that is being written: of two at once nobody would know which is the last. */
const writing = new Map<string, Promise<void>>()

/**
 * Writes a file as a whole or not at all: beside its place, onto the disk, and then under its name. Whatever happens to
 * the process or the host meanwhile, the file is the one from before or the new one; once this resolves, it is the new one.
 * Writes of one path follow each other in the order of the calls; of those of several processes, one is the
 * last, and the file is that one as a whole.
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
  const aside = beginUnfinished(path)
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
  } finally {
    endUnfinished(aside)
  }
  await files.syncFolder(dirname(path))
}
