import { encodeModel } from '../../../saved/savedModel.js'
import type { Value } from '../../../values.js'
import type { Saved } from '../models/session.js'
import { type Frozen, openFrozen } from './frozen.js'

/** The saved models of all keys, each of which is opened by the first row of its key. */
export interface KeyedFrozen {
  /** The column whose values are the keys. */
  readonly column: string
  readonly keys: readonly Value[]
  /** Returns the model of a key; undefined if there is none. */
  of(key: Value | undefined): Frozen | undefined
}

/** Returns what is saved of one key, or of the one that has learned last, as if it were alone. */
export const savedOfOne = ({ byKey, ...saved }: Saved, place: number = (byKey?.keys.length ?? 0) - 1): Saved => {
  if (byKey === undefined) return saved
  const { description } = saved
  const snapshot = byKey.snapshots[place]!
  return { ...saved, snapshot, bytes: encodeModel({ description, snapshot: () => snapshot }) }
}

/** Opens the models of a file by key; undefined if it has one model. */
export const openKeyedFrozen = (saved: Saved): KeyedFrozen | undefined => {
  const { byKey, session } = saved
  const column = session?.byKey
  if (byKey === undefined || column === undefined) return undefined
  const opened = new Map<Value, Frozen>()
  const places = new Map<Value, number>(byKey.keys.map((key, i) => [key, i]))
  return {
    column,
    keys: byKey.keys,
    of(key) {
      const place = key === undefined ? undefined : places.get(key)
      if (place === undefined) return undefined
      const found = opened.get(key!) ?? openFrozen(savedOfOne(saved, place))
      opened.set(key!, found)
      return found
    },
  }
}
