import { LayoutMismatchError } from '../errors.js'
import type { Model } from '../model.js'
import { shown } from '../options/shown.js'
import type { AnyValue } from '../values.js'
import type { SnapshotByKey } from '../wire/snapshotByKey.js'

type Models<N extends string> = Readonly<Record<N, Model<unknown, AnyValue>>>

/** Copies what all models have learned, as the snapshot of models by their names. */
export const snapshotOfCompetitors = <N extends string>(models: Models<N>): SnapshotByKey<N> => {
  const names = Object.keys(models) as N[]
  return {
    kind: 'byKey',
    format: 1,
    keys: names,
    snapshots: names.map((name) => models[name].snapshot()),
    counters: { evicted: 0, rejected: 0 },
    cursor: models[names[0]].cursor,
  }
}

/** Restores all models, or leaves them as they are. */
export const restoreCompetitors = <N extends string>(snapshot: SnapshotByKey<N>, models: Models<N>): void => {
  const refuse = (what: string, value: unknown, expected: string): never => {
    throw new LayoutMismatchError(`compete.restore: ${what} is ${shown(value)}; expected ${expected}.`)
  }
  if (snapshot?.kind !== 'byKey') refuse('the snapshot', snapshot, 'what snapshot() of compete returns')
  const { format, keys, snapshots } = snapshot
  if (format !== 1) refuse('format', format, '1')
  const names = Object.keys(models) as N[]
  const isComplete = Array.isArray(snapshots) && Array.isArray(keys) && snapshots.length === names.length
  // Their order counts, because the first one keeps how they compare.
  if (!isComplete || keys.length !== names.length || names.some((name, i) => keys[i] !== name))
    refuse('the list of models', Array.isArray(keys) ? keys.join(', ') : keys, names.join(', '))
  const before = names.map((name) => models[name].snapshot())
  names.forEach((name, i) => {
    try {
      models[name].restore(snapshots[i])
    } catch (error) {
      for (let j = 0; j < i; j++) models[names[j]].restore(before[j])
      throw error
    }
  })
}
