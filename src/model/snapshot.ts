import { LayoutMismatchError } from '../errors.js'
import type { Field, Publication, Snapshot, Value } from '../types.js'
import { columnsOf } from './configuration.js'
import type { Core } from './core.js'

/** All that `predict` reads, copied. */
export const publicationOf = (core: Core): Publication => ({
  step: core.step,
  parameters: core.region('parameters').slice(),
  statistics: core.region('statistics').slice() as Float64Array,
  vocabularies: core.vocabularies.flatMap((vocabulary) => (vocabulary ? [vocabulary.values] : [])),
})

/** Refuses a publication of another make, before anything of it is taken over. */
export const checkPublication = (core: Core, { parameters, statistics, vocabularies }: Publication): void => {
  const own = core.vocabularies.flatMap((vocabulary, field) =>
    vocabulary ? [columnsOf(core.fields[field] as Field)] : [],
  )
  const expect = (what: string, given: number, expected: number): void => {
    if (given !== expected)
      throw new LayoutMismatchError(`publication: ${given} ${what} were given; this model has ${expected}.`)
  }
  expect('parameters', parameters.length, core.region('parameters').length)
  expect('statistics', statistics.length, core.region('statistics').length)
  expect('vocabularies', vocabularies.length, own.length)
  vocabularies.forEach((values, i) => {
    if (values.length > (own[i] as number)) expect(`names of vocabulary ${i}`, values.length, own[i] as number)
  })
}

/** Puts what `predict` reads in place. */
export const publishInto = (core: Core, { step, parameters, statistics, vocabularies }: Publication): void => {
  core.region('parameters').set(parameters)
  core.region('statistics').set(statistics)
  let next = 0
  for (const vocabulary of core.vocabularies)
    vocabulary?.restore(vocabularies[next++] as readonly Value[], vocabulary.evictions)
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

/** Goes on from a snapshot: the same model, to the bit. */
export const restoreInto = (core: Core, snapshot: Snapshot): void => {
  publishInto(core, snapshot)
  core.region('slots').set(snapshot.slots)
  core.region('scalars').set(snapshot.scalars)
  let next = 0
  for (const vocabulary of core.vocabularies)
    if (vocabulary) vocabulary.restore(vocabulary.values, snapshot.evictions[next++] as number)
  core.counters = { ...snapshot.counters }
  core.cursor = snapshot.cursor
  core.healthy = snapshot.healthy && { step: snapshot.healthy.step, bytes: snapshot.healthy.bytes.slice() }
  core.kept.clear()
  for (const [name, state] of Object.entries(structuredClone(snapshot.kept))) core.kept.set(name, state)
}
