import { dirname, resolve } from 'node:path'
import type { Files } from './files.js'

/** Makes a folder, and waits until its name, and those of the folders above that are new, are on the disk. */
export const makeFolder = async (files: Files, folder: string): Promise<void> => {
  const made = resolve((await files.makeFolder(folder)) ?? folder)
  for (let path = resolve(folder); ; path = dirname(path)) {
    await files.syncFolder(dirname(path))
    if (path === made || path === dirname(path)) return
  }
}

/** Lists a folder. */
export const namesIn = async (of: string, files: Files, folder: string): Promise<readonly string[]> => {
  try {
    return await files.list(folder)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOTDIR') throw error
    throw new TypeError(`${of}: ${folder} is a file; expected a folder, or a path at which there is nothing yet.`)
  }
}
