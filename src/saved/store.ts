import type { Cursor } from '../values.js'
import { SavedModelError } from './savedModel.js'

/** Keeps the newest checkpoints of a model, each as a whole. */
export interface CheckpointStore {
  /** The number of checkpoints that are kept, or more. Default: 2. */
  readonly keep?: number
  /** Keeps a checkpoint; it resolves once nothing that happens to this process or host can undo that. */
  save(bytes: Uint8Array): Promise<void>
  /**
   * Returns the newest checkpoint that is whole, or undefined if none was ever saved.
   *
   * @param problemOf returns what is wrong with bytes, or undefined
   * @throws SavedModelError if there are checkpoints and none is whole; the message says what is wrong with each
   */
  load(problemOf: (bytes: Uint8Array) => string | undefined): Promise<Loaded | undefined>
}

export interface Loaded {
  readonly bytes: Uint8Array
  /** The newer checkpoints that were refused, each with the reason. */
  readonly refused: readonly string[]
}

/** Keeps the newest checkpoint in memory, such as for tests. */
export const memoryStore = (): CheckpointStore => {
  let newest: Uint8Array | undefined
  return {
    keep: 1,
    async save(bytes) {
      newest = bytes.slice()
    },
    async load(problemOf) {
      if (newest === undefined) return undefined
      const problem = problemOf(newest)
      if (problem !== undefined) throw new SavedModelError(`the checkpoint is refused: ${problem}`, 'memoryStore')
      return { bytes: newest.slice(), refused: [] }
    },
  }
}

/** A journal, as far as it is dropped from. */
export interface Droppable {
  /** Drops what is not behind a cursor. */
  drop(cursor: Cursor): Promise<void>
}
