import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import type { CheckpointStore, Loaded } from '../saved/store.js'
import { answerOf, completed, type Database, openDatabase } from './indexedDb.js'

export interface IndexedDbStoreConfig {
  /** The number of checkpoints that are kept, of which the older ones are for a newest that cannot be read. Default: 2. */
  readonly keep?: number
}

const CHECKPOINTS = 'checkpoints'

/**
 * Keeps checkpoints in the browser, in its database of this name, so that a page remembers what it has learned over
 * reloads; one page at a time may write to it.
 *
 * A checkpoint is there as a whole or not at all, whenever the page is closed. A browser may remove what pages keep if
 * its disk is full, unless `navigator.storage.persist()` was granted.
 *
 * @throws TypeError if the name is no text; RangeError if `keep` is not a whole number of at least 1; when it saves or
 * loads, what the browser says, such as a QuotaExceededError, or an Error where there is no IndexedDB
 * @example
 * const store = indexedDbStore('clicks')
 * // await resume(store, model), when the page is loaded
 * const saved$ = row$.pipe(learn(model), checkpoint(store, { everyMs: 5000 }))
 */
export const indexedDbStore = (name: string, config?: IndexedDbStoreConfig): CheckpointStore => {
  if (typeof name !== 'string' || name === '')
    throw new TypeError(`indexedDbStore: the name is ${shown(name)}; expected that of a database, such as 'clicks'.`)
  const { keep } = optionsOf('indexedDbStore', config, { keep: 2 })
  checkWhole('indexedDbStore: keep is', keep)
  let opening: Promise<Database> | undefined
  /** The checkpoints that were found not to be whole. */
  const damaged = new Set<number>()

  const opened = (): Promise<Database> => {
    opening ??= openDatabase(name, CHECKPOINTS)
    // What fails is tried again the next time.
    opening.catch(() => {
      opening = undefined
    })
    return opening
  }
  return {
    keep,
    async save(bytes) {
      const database = await opened()
      // The checkpoint is on the disk, and not only on its way there, when the transaction is complete.
      const transaction = database.transaction(CHECKPOINTS, 'readwrite', { durability: 'strict' })
      const saved = completed(transaction)
      const store = transaction.objectStore(CHECKPOINTS)
      store.add(bytes.slice())
      const keys = store.getAllKeys()
      keys.onsuccess = () => {
        const whole = keys.result.filter((key) => !damaged.has(key))
        const oldest = whole.at(-keep) ?? whole[0]!
        for (const key of keys.result) if (key < oldest) store.delete(key)
      }
      await saved
    },
    async load(problemOf) {
      const store = (await opened()).transaction(CHECKPOINTS).objectStore(CHECKPOINTS)
      const [keys, values] = await Promise.all([answerOf(store.getAllKeys()), answerOf(store.getAll())])
      const refused: string[] = []
      for (let i = keys.length - 1; i >= 0; i--) {
        const bytes = values[i]!
        const problem = problemOf(bytes)
        if (problem === undefined) return { bytes, refused } satisfies Loaded
        damaged.add(keys[i]!)
        refused.push(`checkpoint ${keys[i]}: ${problem}`)
      }
      if (refused.length === 0) return undefined
      throw new Error(`indexedDbStore: none of the checkpoints in '${name}' is whole: ${refused.join('; ')}.`)
    },
  }
}
