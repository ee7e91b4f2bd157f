import { shown } from '../options/shown.js'
import { type Restorable, type RestoreConfig, type Restored, restoreFrom } from './restoreModel.js'
import { checkModel, decodeModel, SavedModelError } from './savedModel.js'
import type { CheckpointStore } from './store.js'

/** What a model went on from. */
export interface Resumed extends Restored {
  /** Newer checkpoints that were not whole, each with the reason. */
  readonly refused: readonly string[]
}

/**
 * Restores a model from the newest checkpoint of a store that is whole: it continues as if it had never stopped, scores
 * included, if its source is read on behind the cursor.
 *
 * @returns undefined if nothing was saved yet
 * @throws SavedModelError if there are checkpoints, and none is whole; LayoutMismatchError, which names what differs, if
 * they are of another configuration and `warmStart` is not given. The model is then as it was
 * @example
 * const store = memoryStore()   // or fileStore('checkpoints') of rxgrad/node
 * const resumed = await resume(store, model)
 * const from = Number(resumed?.cursor ?? -1) + 1
 */
export const resume = async (
  store: CheckpointStore,
  model: Restorable,
  config?: RestoreConfig,
): Promise<Resumed | undefined> => {
  checkStore('resume', store)
  checkModel('resume', model, 'restore')
  const loaded = await store.load(problemOf)
  return loaded && { ...restoreFrom('resume', loaded.bytes, model, config), refused: loaded.refused }
}

/** Returns what is wrong with the bytes of a saved model, as the rest of a sentence; undefined if they are whole. */
export const problemOf = (bytes: Uint8Array): string | undefined => {
  try {
    decodeModel(bytes)
    return undefined
  } catch (error) {
    if (error instanceof SavedModelError) return error.what
    throw error
  }
}

export const checkStore = (of: string, store: unknown): void => {
  const { save, load } = (store ?? {}) as Partial<CheckpointStore>
  if (typeof save !== 'function' || typeof load !== 'function')
    throw new TypeError(`${of}: the store is ${shown(store)}; expected one such as fileStore('checkpoints') returns.`)
}
