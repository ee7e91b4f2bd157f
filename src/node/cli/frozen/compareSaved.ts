import type { Description, Snapshot } from '../../../records.js'
import { firstDifference } from '../../journal/parting.js'
import type { Saved } from '../models/session.js'

/** How a tensor, or other numbers, of two models differ. */
export interface NumbersApart {
  readonly name: string
  /** How many of the numbers differ, of how many, and by how much at most. */
  readonly differ: number
  readonly of: number
  readonly largest: number
  /** The first of them, and what it is in each. */
  readonly index: number
  readonly one: number
  readonly other: number
}

/** What differs between two saved models; equal ones have nothing in it. */
export interface ModelsApart {
  /** The settings that differ, as [name, in one, in the other]; undefined where one has none. */
  readonly settings: readonly (readonly [name: string, one: string | undefined, other: string | undefined])[]
  /** The step of each, if they differ. */
  readonly steps?: readonly [number, number]
  /** The tensors of θ that differ, and the statistics and what the optimizer keeps; none where their sizes differ. */
  readonly tensors: readonly NumbersApart[]
  /** The names that only one of them has, by the place of the field among those that have names. */
  readonly names: readonly {
    readonly field: string
    readonly one: readonly string[]
    readonly other: readonly string[]
  }[]
  /** What else differs, in a word each, such as the counters or the scores. */
  readonly others: readonly string[]
}

type Both = readonly [Saved, Saved]

/** Compares what two saved models are and what they have learned. */
export const compareSaved = (one: Saved, other: Saved): ModelsApart => {
  const both = [one, other] as const
  const [mine, theirs] = [one.snapshot, other.snapshot]
  const settings = settingsApart(both)
  const tensors = [...thetaApart(both), ...numbersApart(both)]
  const kept = Object.keys({ ...mine.kept, ...theirs.kept }).filter(
    (name) => textOf(mine.kept[name]) !== textOf(theirs.kept[name]),
  )
  const counted = (['counters', 'memories', 'evictions', 'cursor'] as const).filter(
    (part) => textOf(mine[part]) !== textOf(theirs[part]),
  )
  return {
    settings,
    ...(mine.step !== theirs.step && { steps: [mine.step, theirs.step] as const }),
    tensors,
    names: namesApart(both),
    others: [...counted, ...kept.map((name) => (name === 'rxgrad learn' ? 'scores and columns' : name))],
  }
}

/** Writes a value as text; JSON alone would lose NaN, infinities and −0. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    typeof part === 'number' && !(Number.isFinite(part) && !Object.is(part, -0))
      ? `${Object.is(part, -0) ? '-0' : part}`
      : part,
  ) ?? ''

const settingsApart = ([one, other]: Both): ModelsApart['settings'] => {
  const [mine, theirs] = [settingsOf(one), settingsOf(other)]
  return Object.keys({ ...mine, ...theirs }).flatMap((name) =>
    mine[name] === theirs[name] ? [] : [[name, mine[name], theirs[name]] as const],
  )
}
/** The settings of a model in short texts; those of a model that an older version has saved are of its description. */
const settingsOf = ({ description, snapshot }: Saved): Readonly<Record<string, string>> =>
  snapshot.settings ?? described(description)
const described = ({ features, target, loss, precision }: Description): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries({ features, target, loss, precision }).map(([name, part]) => [name, JSON.stringify(part)]),
  )

const thetaApart = ([one, other]: Both): NumbersApart[] => {
  const { layout } = one.description
  const shapes = (saved: Saved): string =>
    JSON.stringify(saved.description.layout.map(({ name, shape }) => [name, shape]))
  if (shapes(one) !== shapes(other)) return []
  return layout.flatMap(({ name, offset }, i) => {
    const end = layout[i + 1]?.offset ?? one.snapshot.parameters.length
    const [mine, theirs] = [one, other].map(({ snapshot }) => snapshot.parameters.subarray(offset, end))
    return apart(name, mine!, theirs!)
  })
}

const PARTS: readonly (readonly [part: 'statistics' | 'slots' | 'scalars', name: string])[] = [
  ['statistics', 'statistics'],
  ['slots', "the optimizer's numbers of each parameter"],
  ['scalars', "the optimizer's other numbers"],
]
const numbersApart = ([one, other]: Both): NumbersApart[] =>
  PARTS.flatMap(([part, name]) => apart(name, one.snapshot[part], other.snapshot[part]))

const apart = (name: string, one: ArrayLike<number>, other: ArrayLike<number>): NumbersApart[] => {
  const index = one.length === other.length ? firstDifference(one, other) : undefined
  if (index === undefined) return []
  let [differ, largest] = [0, 0]
  for (let i = 0; i < one.length; i++) {
    if (Object.is(one[i], other[i])) continue
    differ++
    largest = Math.max(largest, Math.abs(one[i]! - other[i]!))
  }
  return [{ name, differ, of: one.length, largest, index, one: one[index]!, other: other[index]! }]
}

const namesApart = ([one, other]: Both): ModelsApart['names'] => {
  const [mine, theirs] = [one, other].map(({ snapshot, schema }) => vocabularies(snapshot, schema)) as [
    ReturnType<typeof vocabularies>,
    ReturnType<typeof vocabularies>,
  ]
  return [...new Set([...mine.keys(), ...theirs.keys()])].flatMap((field) => {
    const [own, its] = [mine.get(field) ?? [], theirs.get(field) ?? []]
    if (own.join('\n') === its.join('\n')) return []
    return [{ field, one: own.filter((name) => !its.includes(name)), other: its.filter((name) => !own.includes(name)) }]
  })
}
/** The names that each field knows, by the field's name. */
const vocabularies = (
  { vocabularies: lists }: Snapshot,
  { features, target }: Saved['schema'],
): Map<string, string[]> => {
  const fields = Object.entries({ ...features, ...target }).filter(([, field]) => field.names !== undefined)
  // Fields of a program may keep names otherwise, and are then counted through.
  const isCounted = fields.length !== lists.length
  return new Map(
    lists.map((names, i) => [isCounted ? `names ${i + 1}` : fields[i]![0], names.map((name) => `${name}`)]),
  )
}
