import { join } from 'node:path'
import { checkWhole } from '../../options/checkWhole.js'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import { SavedModelError } from '../../saved/savedModel.js'
import type { CheckpointStore } from '../../saved/store.js'
import { type Files, nodeFiles } from './files.js'
import { makeFolder, namesIn } from './folder.js'
import { removeUnfinished } from './unfinished.js'
import { writeAside } from './writeAside.js'
import { writeError } from './writeError.js'

export interface FileStoreConfig {
  /** The number of checkpoints that are kept, of which the older ones are for a newest that cannot be read. Default: 2. */
  readonly keep?: number
}

const nameOf = (generation: number): string => `checkpoint-${String(generation).padStart(8, '0')}.rxg`
/** Returns the generation of a name that the store has given; −1 for any other. */
const generationOf = (name: string): number => {
  const generation = Number(/^checkpoint-(\d+)\.rxg$/.exec(name)?.[1] ?? -1)
  return nameOf(generation) === name ? generation : -1
}

/**
 * Keeps checkpoints as files of a folder, which one process at a time is to write: `checkpoint-00000042.rxg` is the newest,
 * and the one before it stays.
 *
 * Each is written beside its place, flushed to the disk, and then named, so that a process that is killed, a full disk or
 * a loss of power leaves the checkpoint from before. One that is damaged later is refused by its checksum, and the one
 * before it is loaded.
 *
 * @throws RangeError if `keep` is not a whole number of at least 1
 * @example
 * const store = fileStore('checkpoints')
 * const resumed = await resume(store, model)
 * const after = Number(resumed?.cursor ?? -1)   // with cursor: 'id' among the options of createModel
 * row$.pipe(filter(({ id }) => !(id <= after)), learn(model), checkpoint(store, { every: 1000 })).subscribe()
 */
export const fileStore = (folder: string, config?: FileStoreConfig): CheckpointStore =>
  fileStoreOn(nodeFiles, folder, config)

/** Creates the store on a file system that may be any. */
export const fileStoreOn = (files: Files, folder: string, config?: FileStoreConfig): CheckpointStore => {
  if (typeof folder !== 'string' || folder === '')
    throw new TypeError(`fileStore: the folder is ${shown(folder)}; expected its path, such as 'checkpoints'.`)
  const { keep } = optionsOf('fileStore', config, { keep: 2 })
  checkWhole('fileStore: keep is', keep)

  const generations = async (): Promise<number[]> =>
    (await namesIn('fileStore', files, folder))
      .map(generationOf)
      .filter((generation) => generation >= 0)
      .sort((a, b) => b - a)

  let isThere = false
  /** The generations that were found not to be whole. */
  const damaged = new Set<number>()

  const write = async (bytes: Uint8Array): Promise<void> => {
    if (!isThere) await makeFolder(files, folder)
    isThere = true
    const [newest = -1] = await generations()
    await writeAside(files, join(folder, nameOf(newest + 1)), bytes)
    const all = await generations()
    const oldest = all
      .filter((generation) => !damaged.has(generation))
      .slice(0, keep)
      .at(-1)!
    const outdated = all.filter((generation) => generation < oldest).map(nameOf)
    // A file that cannot be removed takes room, and does no other harm; the next checkpoint tries again.
    for (const name of outdated) await files.remove(join(folder, name)).catch(() => {})
    await removeUnfinished(files, folder, (name) => generationOf(name) >= 0)
  }
  let writing: Promise<unknown> = Promise.resolve()

  return {
    keep,
    save(bytes) {
      const done = writing
        .then(() => write(bytes))
        .catch((error: Error) => Promise.reject(writeError(`fileStore: ${folder}`, error)))
      writing = done.catch(() => {})
      return done
    },
    async load(problemOf) {
      const refused: string[] = []
      for (const generation of await generations()) {
        const name = nameOf(generation)
        const read = await files.read(join(folder, name)).catch((error: Error) => error)
        const problem = read instanceof Error ? read.message : problemOf(read)
        if (problem === undefined) return { bytes: read as Uint8Array, refused }
        damaged.add(generation)
        refused.push(`${join(folder, name)}: ${problem}`)
      }
      if (refused.length === 0) return undefined
      throw new SavedModelError(`none of the checkpoints in ${folder} is whole: ${refused.join('; ')}`, 'fileStore')
    },
  }
}
