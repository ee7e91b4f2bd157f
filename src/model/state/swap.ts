import type { Compiled } from '../../compile/compiled.js'
import { initialParameters } from '../../compile/layout.js'
import type { Tally } from '../../features/room.js'
import type { SavedMemory } from '../../features/rowMemory.js'
import { bytesOf } from '../../program/assembler.js'
import type { Value } from '../../values.js'
import { type Core, stateBytes } from './core.js'

/** Everything that a model has learned, apart from the memory in which it works: what a snapshot holds, unchecked. */
export interface SwappedOut {
  readonly bytes: Uint8Array
  /** The largest |θ|, so that the next step need not compute it again. */
  reach: number
  step: number
  learnedSince: number
  counters: Core['counters']
  cursor: Core['cursor']
  healthy: Core['healthy']
  kept: readonly (readonly [name: string, state: unknown])[]
  /** For each category field, its names, and how often one took the column of another. */
  names: readonly (readonly [values: readonly Value[], evictions: number])[]
  memories: readonly SavedMemory[] | undefined
  /** What was counted of each field that has no room for all. */
  tallies: readonly (Tally | undefined)[]
}

const NONE: readonly [] = []

/**
 * Takes a model's state out of its core, which another model of the same plan may use from now on.
 *
 * @param into what was taken out the last time: it is written again, because a new object for each row would grow old
 */
export const swapOut = (core: Core, into?: SwappedOut): SwappedOut => {
  const [start, end] = stateBytes(core.program)
  const numbers = core.bytes.subarray(start, end)
  const { step, learnedSince, counters, cursor, healthy } = core
  const reach = core.f64[core.program.places.reach >> 3]
  const kept = core.kept.size > 0 ? [...core.kept] : NONE
  const names = core.vocabularies.some((vocabulary) => vocabulary) ? namesOf(core) : NONE
  const memories = core.memories?.committed.save()
  const tallies = core.rooms.some((room) => room?.tally) ? core.rooms.map((room) => room?.tally) : NONE
  if (!into) {
    const bytes = new Uint8Array(numbers)
    return { bytes, reach, step, learnedSince, counters, cursor, healthy, kept, names, memories, tallies }
  }
  into.bytes.set(numbers)
  into.reach = reach
  into.step = step
  into.learnedSince = learnedSince
  into.counters = counters
  into.cursor = cursor
  into.healthy = healthy
  into.kept = kept
  into.names = names
  into.memories = memories
  into.tallies = tallies
  return into
}

const namesOf = ({ vocabularies }: Core): SwappedOut['names'] =>
  vocabularies.flatMap((vocabulary) => (vocabulary ? [[vocabulary.values, vocabulary.evictions] as const] : []))

/** Puts a model's state into a core, as if the core had learned it. */
export const swapIn = (core: Core, state: SwappedOut): void => {
  core.bytes.set(state.bytes, stateBytes(core.program)[0])
  core.f64[core.program.places.reach >> 3] = state.reach
  core.step = state.step
  core.learnedSince = state.learnedSince
  core.counters = state.counters
  core.cursor = state.cursor
  core.healthy = state.healthy
  if (core.kept.size > 0) core.kept.clear()
  for (const [name, kept] of state.kept) core.kept.set(name, kept)
  if (state.names.length > 0) {
    let i = 0
    for (const vocabulary of core.vocabularies) {
      if (!vocabulary) continue
      const [values, evictions] = state.names[i++]
      // Lists of names are never changed, so the same list means the same columns.
      if (vocabulary.values !== values || vocabulary.evictions !== evictions) vocabulary.restore(values, evictions)
    }
  }
  // This is a plain loop, because it runs for every row.
  for (let i = 0; i < core.rooms.length; i++) {
    const room = core.rooms[i]
    if (room) room.tally = state.tallies[i]
  }
  if (core.memories && state.memories) {
    core.memories.committed.restore(state.memories)
    core.memories.ahead = core.memories.committed.copy()
  }
}

/** Puts the state of a new model into a core: that of another new model of its plan, with θ drawn by its own seed. */
export const swapInNew = (core: Core, { plan, tensors }: Compiled, fresh: SwappedOut, seed = 0): void => {
  swapIn(core, { ...fresh, counters: { ...fresh.counters } })
  const { parameters } = core.program.regions
  core.view.set(initialParameters(plan, tensors, seed), parameters.base / bytesOf(core.program.precision))
}
