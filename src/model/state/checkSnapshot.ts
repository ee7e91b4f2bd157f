import { comparison } from '../../compile/comparison.js'
import type { CompiledModel } from '../../compile/compiled.js'
import type { RegionName } from '../../compile/regions.js'
import { LayoutMismatchError } from '../../errors.js'
import { isName } from '../../features/refusal.js'
import { shown } from '../../options/shown.js'
import type { Snapshot } from '../../records.js'
import type { Floats } from '../../values.js'
import { type Core, stateBytes } from './core.js'
import { plainCopy, tagOf } from './plainCopy.js'

/** Refuses a snapshot of another configuration, and names what differs. */
export const checkHash = ({ configuration, settings }: CompiledModel, snapshot: Snapshot | undefined): void => {
  const hash = snapshot?.hash
  if (hash === configuration) return
  const here = settings()
  const differences = here && comparison?.differencesOf(here, snapshot?.settings)
  throw new LayoutMismatchError(
    `restore: the snapshot has configuration ${typeof hash === 'string' ? hash : shown(hash)}; expected ${configuration}, from the same features, circuit, loss and optimizer.${differences ? ` What differs: ${differences}.` : ''}`,
  )
}

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const check = (ok: unknown, part: string, value: unknown, expected: unknown): void => {
  if (!ok) throw new LayoutMismatchError(`restore: the snapshot's ${part} is ${shown(value)}; expected ${expected}.`)
}
const checkWhole = (part: string, value: unknown): void => check(isWhole(value), part, value, 'a whole number')
const checkList = (part: string, list: ArrayLike<unknown>, like: ArrayLike<unknown>): void => {
  check(tagOf(list) === tagOf(like), part, list, tagOf(like))
  check(list.length === like.length, `${part}.length`, list.length, like.length)
}

/** Checks the numbers of a state: their types, their lengths, and that all are finite. */
const checkNumbers = ({ program, region }: Core, of: string, numbersOf: (name: RegionName) => Floats): void => {
  const { regions, places } = program
  for (const name of ['parameters', 'statistics', 'slots', 'scalars'] as const) {
    const numbers = numbersOf(name) as Float64Array
    const own = region(name)
    checkList(of + name, numbers, own)
    // Only what an optimizer declares may be infinite, as long as it has not changed.
    const wrong = numbers.findIndex((x, i) => {
      const address = regions[name].base + i * own.BYTES_PER_ELEMENT
      return x - x !== 0 && !places.initials.some((each) => each.address === address && each.value === x)
    })
    check(wrong < 0, `${of + name}[${wrong}]`, numbers[wrong], 'a finite number')
  }
  const [steps, rate] = [places.steps, places.rate].map((at) => numbersOf('scalars')[(at - regions.scalars.base) >> 3])
  check(isWhole(steps) && rate >= 0, `${of}scalars`, `step ${steps}, rate ${rate}`, 'whole steps')
}

/**
 * Checks every part of a snapshot of this model's configuration before any of it is applied.
 * @returns the snapshot as it is to be applied
 */
export const checkedSnapshot = (core: Core, snapshot: Snapshot): Snapshot => {
  const { regions, places } = core.program
  const { format, step, statistics, vocabularies, evictions, memories, cursor, healthy, kept } = snapshot
  // Older snapshots do not count what was counted only later.
  const given = { clipped: 0, discarded: 0, ...(snapshot.counters as object) } as Snapshot['counters']

  check(format === 1, 'format', format, 1)
  checkWhole('step', step)
  checkNumbers(core, '', (name) => snapshot[name as 'slots'])
  const counters = { ...core.counters }
  for (const name of Object.keys(counters) as (keyof typeof counters)[]) {
    checkWhole(`counters.${name}`, given[name])
    counters[name] = given[name]
  }

  const counts = places.counts.filter((address) => address >= 0)
  checkList('vocabularies', vocabularies, counts)
  checkList('evictions', evictions, counts)
  core.vocabularies
    .flatMap((vocabulary) => vocabulary ?? [])
    .forEach((vocabulary, i) => {
      const count = statistics[(counts[i] - regions.statistics.base) >> 3]
      const expected = vocabulary.expectation(vocabularies[i], evictions[i], count)
      check(!expected, `vocabularies[${i}]`, vocabularies[i], expected)
    })
  const problem = core.memories?.committed.problemOf(memories)
  check(
    !problem && (core.memories || memories === undefined),
    'memories',
    memories,
    problem ? `others: ${problem}` : 'none',
  )

  check(cursor === undefined || (isName(cursor) && typeof cursor !== 'boolean'), 'cursor', cursor, 'text or a number')
  if (healthy !== undefined) {
    const [start, end] = stateBytes(core.program)
    checkWhole('healthy.step', healthy?.step)
    checkList('healthy.bytes', healthy.bytes, core.bytes.subarray(start, end))
    const { buffer } = new Uint8Array(healthy.bytes)
    checkNumbers(core, 'healthy ', (name) => {
      const own = core.region(name)
      return new (own.constructor as Float64ArrayConstructor)(buffer, regions[name].base - start, own.length)
    })
  }
  check(tagOf(kept) === 'Object', 'kept', kept, 'states by name')
  return { ...snapshot, counters, kept: plainCopy('restore', kept) }
}
