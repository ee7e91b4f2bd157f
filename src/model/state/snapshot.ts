import { LayoutMismatchError } from '../../errors.js'
import type { Publication, Snapshot } from '../../records.js'
import type { Floats } from '../../values.js'
import type { Core } from './core.js'

/** Copies everything that `predict` reads. */
export const publicationOf = (core: Core): Publication => ({
  step: core.step,
  parameters: core.region('parameters').slice(),
  statistics: core.region('statistics').slice() as Float64Array,
  vocabularies: core.vocabularies.flatMap((vocabulary) => (vocabulary ? [vocabulary.values] : [])),
  ...(core.memories && { memories: core.memories.committed.save() }),
})

/** Refuses a publication of a different layout before any of it is applied. */
export const checkPublication = (core: Core, { parameters, statistics, vocabularies, memories }: Publication): void => {
  const own = core.vocabularies.flatMap((vocabulary, field) =>
    vocabulary ? [core.fields[field].names?.().capacity] : [],
  )
  const expect = (what: string, given: number, expected: number): void => {
    if (given !== expected)
      throw new LayoutMismatchError(`publication: there are ${given} ${what}; expected ${expected}.`)
  }
  expect('parameters', parameters.length, core.region('parameters').length)
  expect('statistics', statistics.length, core.region('statistics').length)
  expect('vocabularies', vocabularies.length, own.length)
  const problem = core.memories?.committed.problemOf(memories)
  if (problem) throw new LayoutMismatchError(`publication: ${problem}.`)
  vocabularies.forEach((values, i) => {
    if (values.length > (own[i] as number)) expect(`names of vocabulary ${i}`, values.length, own[i] as number)
  })
}

/** Applies a publication: everything that `predict` reads. */
export const publishInto = (
  core: Core,
  { step, parameters, statistics, vocabularies, memories }: Publication,
): void => {
  core.region('parameters').set(parameters)
  core.f64[core.program.places.reach >> 3] = Infinity
  core.region('statistics').set(statistics)
  let next = 0
  for (const vocabulary of core.vocabularies) vocabulary?.restore(vocabularies[next++], vocabulary.evictions)
  if (core.memories && memories) {
    core.memories.committed.restore(memories)
    core.memories.ahead = core.memories.committed.copy()
  }
  core.step = step
}

export const snapshotOf = (core: Core, hash: string): Snapshot => ({
  ...publicationOf(core),
  format: 1,
  hash,
  slots: core.region('slots').slice(),
  scalars: core.region('scalars').slice() as Float64Array,
  evictions: core.vocabularies.flatMap((vocabulary) => (vocabulary ? [vocabulary.evictions] : [])),
  counters: { ...core.counters },
  cursor: core.cursor,
  healthy: core.healthy && { step: core.healthy.step, bytes: core.healthy.bytes.slice() },
  kept: structuredClone(Object.fromEntries(core.kept)),
})

/** Refuses an incomplete snapshot before any of it is applied. */
const checkSnapshot = (core: Core, snapshot: Snapshot): void => {
  const { slots, scalars, evictions, counters, healthy, kept } = snapshot
  for (const name of ['parameters', 'statistics', 'slots', 'scalars'] as const)
    if (!ArrayBuffer.isView(snapshot[name]))
      throw new LayoutMismatchError(
        `restore: the snapshot's ${name} are not a typed array; keep it by structuredClone or MessagePack, as JSON loses them.`,
      )
  const notWhole = 'restore: the snapshot is incomplete; expected one that model.snapshot() made.'
  if (!Array.isArray(snapshot.vocabularies)) throw new LayoutMismatchError(notWhole)
  checkPublication(core, snapshot)
  const whole =
    slots.length === core.region('slots').length &&
    scalars.length === core.region('scalars').length &&
    evictions?.length === snapshot.vocabularies.length &&
    (healthy === undefined || (ArrayBuffer.isView(healthy.bytes) && healthy.bytes.length === core.stateLength)) &&
    typeof counters === 'object' &&
    typeof kept === 'object' &&
    Number.isSafeInteger(snapshot.step)
  if (!whole) throw new LayoutMismatchError(notWhole)
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
export const restoreInto = (core: Core, snapshot: Snapshot): void => {
  checkSnapshot(core, snapshot)
  const state = structuredClone(snapshot.kept)
  const step = stepAfter(publicationOf(core), snapshot)
  publishInto(core, { ...snapshot, step })
  core.region('slots').set(snapshot.slots)
  core.region('scalars').set(snapshot.scalars)
  let next = 0
  for (const vocabulary of core.vocabularies)
    if (vocabulary) vocabulary.restore(vocabulary.values, snapshot.evictions[next++])
  core.counters = { ...snapshot.counters }
  core.learnedSince = core.counters.learned > 0 ? step : Infinity
  core.cursor = snapshot.cursor
  core.healthy = snapshot.healthy && { step: snapshot.healthy.step, bytes: snapshot.healthy.bytes.slice() }
  core.kept.clear()
  for (const [name, kept] of Object.entries(state)) core.kept.set(name, kept)
}
