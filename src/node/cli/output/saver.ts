import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Savable } from '../../../saved/savedModel.js'
import type { Cursor } from '../../../values.js'
import { InputError } from '../../sources/index.js'
import { saveModel } from '../../store/saveModel.js'

/** The longest span that is not saved: a number of rows, or of milliseconds. */
export interface SaveSpan {
  readonly rows?: number
  readonly ms?: number
}

/** What differs where rows come from a live source. */
export interface LiveSaving {
  /** Is called after the file was written, with the cursor of the last row in it. */
  readonly saved: (cursor: Cursor | undefined) => void
}

/** Saves a model to a file now and then. */
export interface Saver {
  /** Saves it if that is due after so many rows. Learning goes on while the file is written. */
  after(rows: number): void
  /** Saves what has not been saved yet. */
  finish(): Promise<void>
}

/**
 * Opens a file for saving a model.
 *
 * @param tell is told of a file that could not be written; the next one has all that is in it
 * @throws InputError if no file can be written there
 */
export const openSaver = (
  path: string,
  model: Savable & { readonly cursor?: Cursor | undefined },
  { rows: everyRows, ms: everyMs }: SaveSpan,
  tell: (text: string) => void,
  live?: LiveSaving,
): Saver => {
  // Otherwise this would be found out at the end, when everything has been learned.
  checkPlace(path)
  let saved = 0
  // What the columns of a live source hold is known once its first rows have come, and is kept at once.
  let savedAt = live ? Number.NEGATIVE_INFINITY : performance.now()
  let latest = 0
  let writing: Promise<void> | undefined
  const isDue = (rows: number): boolean =>
    (everyRows !== undefined && rows - saved >= everyRows) ||
    (everyMs !== undefined && rows > saved && performance.now() - savedAt >= everyMs)
  return {
    after(rows) {
      latest = rows
      if (writing !== undefined || !isDue(rows)) return
      saved = rows
      savedAt = performance.now()
      const { cursor } = model
      writing = saveModel(model, path)
        .then(() => live?.saved(cursor))
        .catch((error: Error) => {
          saved = -1
          tell(`${path} could not be saved: ${error.message}; it is tried again`)
        })
        .finally(() => {
          writing = undefined
        })
    },
    async finish() {
      await writing
      const { cursor } = model
      await saveModel(model, path).catch((error: Error) => {
        throw new InputError(`${path} cannot be saved: ${error.message}.`)
      })
      live?.saved(cursor)
      saved = latest
    },
  }
}

/** @throws InputError if no file can be written there */
export const checkPlace = (path: string): void => {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError(`--save ${path}: this is a folder; give the name of a file, such as ${path}/model.rxg.`)
  const folder = dirname(path)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError(`--save ${path}: there is no folder ${folder}; make it first.`)
  try {
    accessSync(folder, constants.W_OK)
  } catch {
    throw new InputError(`--save ${path}: this user may not write in ${folder}; give a file elsewhere.`)
  }
}
