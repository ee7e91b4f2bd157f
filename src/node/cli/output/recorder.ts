import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Savable } from '../../../saved/savedModel.js'
import { openJournal } from '../../journal/openJournal.js'
import { InputError, type RowAt } from '../../sources/index.js'
import { saveModel } from '../../store/saveModel.js'

/** The file of a recorded run that has the model as it was before the first row. */
export const START = 'start.rxg'
/** The column of the rows' numbers, which no row of a user has. */
export const ROW = 'rxgrad row'

/** Keeps the rows of a run in a folder, beside the model as it was before the first of them. */
export interface Recorder {
  /** Resolves once the rows are on the disk, so that no row is learned that the record lacks. */
  keep(rows: readonly RowAt[]): Promise<void>
  close(): Promise<void>
}

/**
 * Begins the record of a run.
 *
 * @throws InputError if the folder has something already, or cannot be written
 */
export const openRecorder = async (folder: string, model: Savable): Promise<Recorder> => {
  const named = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: Error) => {
      throw new InputError(`--record ${folder} cannot be written: ${error.message}.`)
    })
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    if (error.code === 'ENOTDIR')
      throw new InputError(`--record ${folder}: this is a file; give the name of a folder that is not there yet.`)
    throw new InputError(`--record ${folder} cannot be read: ${error.message}.`)
  })
  if (there.length > 0)
    throw new InputError(
      `--record ${folder}: the folder is not empty, and a run is recorded from its start; give another name, or remove it.`,
    )
  await named(mkdir(folder, { recursive: true }))
  const journal = await openJournal(folder, { cursor: ROW })
  let begun: Promise<void> | undefined
  return {
    async keep(rows) {
      begun ??= named(saveModel(model, join(folder, START)))
      await begun
      if (rows.length > 0) await named(journal.append(rows.map(({ row }) => row)))
    },
    close: () => journal.close(),
  }
}
