import { type Field, isCategory } from '../features/field.js'
import { SCORES_SIZE } from '../program/abi.js'
import type { Snapshot } from '../records.js'
import type { Known, LeftOut } from './fit.js'
import { sameColumns } from './fitTensors.js'

/** Where what a snapshot knows of a field stands in it; −1 where it knows nothing of that kind. */
interface Place {
  readonly field: Field
  readonly statistics: number
  readonly size: number
  readonly count: number
  readonly vocabulary: number
  readonly memory: number
}

/** A snapshot has the statistics of all fields, then the counts of names, then what belongs to experts. */
const placesOf = ({ features, target }: Known): { places: Map<string, Place>; end: number } => {
  const named = [
    ...Object.entries(features).map(([name, field]) => [`feature '${name}'`, field] as const),
    ...Object.entries(target).map(([name, field]) => [`target '${name}'`, field] as const),
  ]
  const sizes = named.map(([, field]) => field.statistics?.() ?? 0)
  const places = new Map<string, Place>()
  let [statistics, vocabulary, memory] = [0, 0, 0]
  let count = sizes.reduce((sum, size) => sum + size, 0)
  named.forEach(([name, field], i) => {
    const isNamed = isCategory(field)
    places.set(name, {
      ...{ field, statistics, size: sizes[i]! },
      count: isNamed ? count++ : -1,
      vocabulary: isNamed ? vocabulary++ : -1,
      memory: field.memory ? memory++ : -1,
    })
    statistics += sizes[i]!
  })
  return { places, end: count }
}

/** Tells whether what is known of one field holds for another: it is the same, but for more room for names. */
const fitsField = (from: Place, into: Place, names: number): string | undefined => {
  const [a, b] = [from.field, into.field].map((field) => ({ ...JSON.parse(JSON.stringify(field)) }))
  const room = b.capacity
  if (isCategory(from.field) && isCategory(into.field)) {
    if (names > room) return `there were ${names} names, and there is room for ${room}`
    delete a.capacity
    delete b.capacity
  }
  return JSON.stringify(a) === JSON.stringify(b) ? undefined : `it was ${textOf(a)}, and is ${textOf(b)}`
}
const textOf = ({ kind, ...settings }: { kind: string }): string =>
  `${kind}(${JSON.stringify(settings).slice(1, -1).replaceAll('"', '').replaceAll(',', ', ')})`

type State = Pick<Snapshot, 'statistics' | 'vocabularies' | 'evictions' | 'memories'>

/**
 * Takes over what is known of each field that is there in both: its statistics, its names, and what it remembers.
 *
 * @returns the state, and a function that tells whether a field, such as `feature 'x'`, was taken over
 */
export const fitFields = (
  from: Known,
  into: Known,
  leftOut: LeftOut[],
): { state: State; fits: (name: string) => boolean } => {
  const [before, now] = [placesOf(from), placesOf(into)]
  const statistics = into.snapshot.statistics.slice()
  const vocabularies = [...into.snapshot.vocabularies]
  const evictions = [...into.snapshot.evictions]
  const memories = into.snapshot.memories && [...into.snapshot.memories]
  const taken = new Set<string>()
  for (const [name, old] of before.places) {
    const place = now.places.get(name)
    const names = from.snapshot.vocabularies[old.vocabulary] ?? []
    const reason = place ? fitsField(old, place, names.length) : 'the model does not have it'
    if (reason !== undefined || !place) {
      leftOut.push({ what: name, reason: reason! })
      continue
    }
    taken.add(name)
    const own = from.snapshot.statistics
    statistics.set(own.subarray(old.statistics, old.statistics + old.size), place.statistics)
    if (place.count >= 0) {
      statistics[place.count] = own[old.count]!
      vocabularies[place.vocabulary] = names
      evictions[place.vocabulary] = from.snapshot.evictions[old.vocabulary] ?? 0
    }
    if (memories && place.memory >= 0) memories[place.memory] = from.snapshot.memories![old.memory]!
  }
  for (const name of now.places.keys()) if (!before.places.has(name)) leftOut.push({ what: name, reason: 'it is new' })
  const inOrder = [before, now].map(({ places }) => [...places.keys()].join())
  const isWhole = taken.size === now.places.size && inOrder[0] === inOrder[1]
  fitExperts(from, into, { statistics, before: before.end, now: now.end, isWhole }, leftOut)
  const state = { statistics, vocabularies, evictions, ...(memories && { memories }) }
  return { state, fits: (name) => taken.has(name) }
}

/**
 * Takes over how well each expert has predicted, if the experts are the same. The labels and the rows that some remember
 * stand behind it; they are taken over where every field is.
 */
const fitExperts = (
  from: Known,
  into: Known,
  { statistics, before, now, isWhole }: { statistics: Float64Array; before: number; now: number; isWhole: boolean },
  leftOut: LeftOut[],
): void => {
  const [old, own] = [from.description.experts, into.description.experts]
  if (!old) return
  const all = from.snapshot.statistics.subarray(before)
  if (JSON.stringify(old) !== JSON.stringify(own)) {
    leftOut.push({ what: 'the scores of the experts', reason: 'the experts are others' })
    return
  }
  const scores = SCORES_SIZE + old.length
  // A row is remembered by its columns, in their order.
  const isSame = isWhole && all.length === statistics.length - now && sameColumns(from, into, () => true)
  statistics.set(isSame ? all : all.subarray(0, scores), now)
  if (!isSame && all.length > scores)
    leftOut.push({ what: 'the rows that experts remember', reason: 'the fields are others' })
}
