import type { CompiledModel } from '../../compile/compiled.js'
import type { Publication, Snapshot } from '../../records.js'
import type { Floats } from '../../values.js'
import { checkedSnapshot } from './checkSnapshot.js'
import type { Core } from './core.js'
import { plainCopy } from './plainCopy.js'
import { publicationOf, publishInto } from './publication.js'

export const snapshotOf = (core: Core, { configuration, settings }: CompiledModel): Snapshot => {
  const texts = settings()
  const kept = Array.from(core.kept, ([name, state]) => [name, core.keeping ? core.keeping.saved(name, state) : state])
  return {
    ...publicationOf(core),
    format: 1,
    hash: configuration,
    ...(texts && { settings: texts }),
    slots: core.region('slots').slice(),
    scalars: core.region('scalars').slice() as Float64Array,
    evictions: core.vocabularies.flatMap((vocabulary) => (vocabulary ? [vocabulary.evictions] : [])),
    counters: { ...core.counters },
    ...(core.learnedSince < Infinity && { learnedSince: core.learnedSince }),
    cursor: core.sourceCursor?.() ?? core.cursor,
    healthy: core.healthy && { step: core.healthy.step, bytes: core.healthy.bytes.slice() },
    kept: plainCopy('snapshot', Object.fromEntries(kept)),
  }
}

const sameNumbers = (a: Floats, b: Floats): boolean => a.length === b.length && a.every((x, i) => Object.is(x, b[i]))
/** Names and keys are told by their JSON: 1 is not '1', and one name with a comma is not two. */
const sameData = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
/** Tells whether two publications predict the same for every row. */
const samePublication = (a: Publication, b: Publication): boolean =>
  sameNumbers(a.parameters, b.parameters) &&
  sameNumbers(a.statistics, b.statistics) &&
  a.vocabularies.every((values, i) => sameData(values, b.vocabularies[i])) &&
  (a.memories ?? []).every(({ keys, values }, i) => {
    const other = b.memories?.[i]
    return other && sameData(keys, other.keys) && sameNumbers(values, other.values)
  })

/**
 * Returns the step number after a restore. It must rise whenever what `predict` reads has changed, so that one step
 * number never stands for two states: it is the snapshot's own if that is ahead, as in a new model; otherwise the
 * model's plus one.
 */
const stepAfter = (own: Publication, snapshot: Snapshot): number =>
  snapshot.step > own.step || (snapshot.step === own.step && samePublication(own, snapshot))
    ? snapshot.step
    : own.step + 1

/** Restores a snapshot, all of it or nothing: the model continues as the one that made it, bit for bit. */
export const restoreInto = (core: Core, given: Snapshot): void => {
  const snapshot = checkedSnapshot(core, given)
  // Nothing below this line fails.
  const step = stepAfter(publicationOf(core), snapshot)
  publishInto(core, { ...snapshot, step })
  core.region('slots').set(snapshot.slots)
  core.region('scalars').set(snapshot.scalars)
  core.counters = snapshot.counters
  core.learnedSince = core.counters.learned > 0 ? (snapshot.learnedSince ?? step) : Infinity
  core.cursor = snapshot.cursor
  core.sourceCursor = undefined
  core.healthy = snapshot.healthy && { step: snapshot.healthy.step, bytes: new Uint8Array(snapshot.healthy.bytes) }
  core.kept.clear()
  for (const name of Object.keys(snapshot.kept)) core.kept.set(name, snapshot.kept[name])
}
