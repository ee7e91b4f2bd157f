import { LayoutMismatchError } from '../../errors.js'
import type { Publication, Snapshot } from '../../records.js'
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

/** Applies everything that `predict` reads, and how often names took other columns, if that is known. */
export const publishInto = (
  core: Core,
  {
    step,
    parameters,
    statistics,
    vocabularies,
    memories,
    evictions,
  }: Publication & Partial<Pick<Snapshot, 'evictions'>>,
): void => {
  core.region('parameters').set(parameters)
  core.f64[core.program.places.reach >> 3] = Infinity
  core.region('statistics').set(statistics)
  core.vocabularies
    .flatMap((vocabulary) => vocabulary ?? [])
    .forEach((vocabulary, i) => {
      vocabulary.restore(vocabularies[i], evictions?.[i] ?? vocabulary.evictions)
    })
  if (core.memories && memories) {
    core.memories.committed.restore(memories)
    core.memories.ahead = core.memories.committed.copy()
  }
  core.step = step
}
