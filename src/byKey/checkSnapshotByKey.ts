import { LayoutMismatchError } from '../errors.js'
import { A_NAME, isName } from '../features/refusal.js'
import { shown } from '../options/shown.js'
import type { SnapshotByKey } from '../wire/snapshotByKey.js'

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

/** Refuses anything but a snapshot of models by key; the snapshots of the models are checked by the models. */
export const checkSnapshotByKey = (snapshot: SnapshotByKey, capacity: number): void => {
  const refuse = (what: string, value: unknown, expected: string): never => {
    throw new LayoutMismatchError(`learnByKey.restore: ${what} is ${shown(value)}; expected ${expected}.`)
  }
  if (snapshot?.kind !== 'byKey') refuse('the snapshot', snapshot, 'what snapshot() of learnByKey returns')
  const { format, keys, snapshots, counters, cursor } = snapshot
  if (format !== 1) refuse('format', format, '1')
  if (!Array.isArray(keys) || new Set(keys).size !== keys.length) refuse('keys', keys, 'a list of different keys')
  const wrong = keys.findIndex((key) => !isName(key))
  if (wrong >= 0) refuse(`keys[${wrong}]`, keys[wrong], A_NAME)
  if (keys.length > capacity) refuse('the number of keys', keys.length, `at most ${capacity}, the capacity`)
  if (!Array.isArray(snapshots) || snapshots.length !== keys.length)
    refuse('snapshots', snapshots, `a list of ${keys.length}, one for each key`)
  for (const name of ['evicted', 'rejected'] as const)
    if (!isCount(counters?.[name])) refuse(`counters.${name}`, counters?.[name], 'a whole number')
  if (cursor !== undefined && (!isName(cursor) || typeof cursor === 'boolean'))
    refuse('cursor', cursor, 'a text or a number')
}
