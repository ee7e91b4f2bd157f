import { comparison } from '../../compile/comparison.js'
import type { CompiledModel } from '../../compile/compiled.js'
import type { RegionName } from '../../compile/regions.js'
import { LayoutMismatchError } from '../../errors.js'
import { isCursor } from '../../features/refusal.js'
import { isScaledNumber, isUnscaled } from '../../features/scaledNumber.js'
import { shown } from '../../options/shown.js'
import { SCALER } from '../../program/abi.js'
import type { Snapshot } from '../../records.js'
import type { Floats } from '../../values.js'
import { type Core, stateBytes } from './core.js'
import { plainCopy, tagOf } from './plainCopy.js'

/** Refuses a snapshot of another configuration, and names what differs. */
export const checkHash = ({ configuration, settings }: CompiledModel, snapshot: Snapshot | undefined): void => {
  const hash = snapshot?.hash
  if (hash === configuration) return
  const isRecord = tagOf(snapshot) === 'Object'
  if (!isRecord || hash === undefined)
    throw new LayoutMismatchError(
      `restore: ${isRecord ? 'an object without a hash' : shown(snapshot)} is given; expected what model.snapshot() returns${ArrayBuffer.isView(snapshot) || tagOf(snapshot) === 'ArrayBuffer' ? ', as in model.restore(decodeSnapshot(bytes))' : ''}.`,
    )
  const here = settings()
  const differences = here && comparison?.differencesOf(here, snapshot?.settings)
  throw new LayoutMismatchError(
    differences
      ? `restore: the snapshot is of another configuration. What differs: ${differences}.`
      : `restore: the snapshot has configuration ${typeof hash === 'string' ? hash : shown(hash)}; expected ${configuration}, from the same features, circuit, loss and optimizer.`,
  )
}

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const check = (ok: unknown, part: string, value: unknown, expected: unknown): void => {
  if (!ok) throw new LayoutMismatchError(`restore: the snapshot's ${part} is ${shown(value)}; expected ${expected}.`)
}
const checkWhole = (part: string, value: unknown): void => check(isWhole(value), part, value, 'a whole number')
const checkList = (part: string, list: ArrayLike<unknown>, like: ArrayLike<unknown>): void => {
  const hint = ArrayBuffer.isView(like) ? ', which JSON does not keep; keep encodeSnapshot(snapshot) instead' : ''
  check(tagOf(list) === tagOf(like), part, list, tagOf(like) + hint)
  check(list.length === like.length, `${part}.length`, list.length, like.length)
}

/** Checks the numbers of a state: their types, their lengths, and that all are finite. */
const checkNumbers = (core: Core, of: string, step: number, numbersOf: (name: RegionName) => Floats): void => {
  const { program, region } = core
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
  check(
    isWhole(steps) && steps <= step && rate >= 0,
    `${of}scalars`,
    `step ${steps}, rate ${rate}`,
    `at most ${step} steps`,
  )
  checkScalers(core, of, numbersOf('statistics'))
}

/** Checks that the statistics of scaled columns are such as numbers leave: whole counts, and no variance below 0. */
const checkScalers = ({ fields, plan, program }: Core, of: string, statistics: Floats): void => {
  const names = [...Object.keys(plan.features), ...Object.keys(plan.target)]
  fields.forEach((field, i) => {
    if (!isScaledNumber(field) || isUnscaled(field)) return
    const at = (program.places.statistics[i] - program.regions.statistics.base) >> 3
    for (const [what, offset] of Object.entries(SCALER)) {
      if (offset === SCALER.mean) continue
      const x = statistics[at + offset]
      const isRight = offset === SCALER.variance ? x >= 0 : isWhole(x)
      check(
        isRight,
        `${of}statistics: ${what} of '${names[i]}'`,
        x,
        offset === SCALER.variance ? 'at least 0' : 'a count',
      )
    }
  })
}

/**
 * Checks every part of a snapshot of this model's configuration before any of it is applied.
 * @returns the snapshot as it is to be applied
 */
export const checkedSnapshot = (core: Core, snapshot: Snapshot): Snapshot => {
  const { regions, places } = core.program
  const { format, step, statistics, vocabularies, evictions, memories, cursor, healthy, kept } = snapshot
  // Older snapshots do not count what was counted only later.
  const given = {
    clipped: 0,
    discarded: 0,
    shortened: 0,
    crowded: 0,
    ...(snapshot.counters as object),
  } as Snapshot['counters']

  check(format === 1, 'format', format, 1)
  checkWhole('step', step)
  checkNumbers(core, '', step, (name) => snapshot[name as 'slots'])
  const counters = { ...core.counters }
  for (const name of Object.keys(counters) as (keyof typeof counters)[]) {
    checkWhole(`counters.${name}`, given[name])
    counters[name] = given[name]
  }
  check(step > 0 || counters.learned === 0, 'step', step, `above 0, as ${counters.learned} rows are learned`)

  const { learnedSince } = snapshot
  if (learnedSince !== undefined) {
    checkWhole('learnedSince', learnedSince)
    check(learnedSince <= step, 'learnedSince', learnedSince, `at most ${step}`)
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

  check(cursor === undefined || isCursor(cursor), 'cursor', cursor, 'text or a number')
  if (healthy !== undefined) {
    const [start, end] = stateBytes(core.program)
    checkWhole('healthy.step', healthy?.step)
    check(healthy.step <= step, 'healthy.step', healthy.step, `at most ${step}`)
    checkList('healthy.bytes', healthy.bytes, core.bytes.subarray(start, end))
    const { buffer } = new Uint8Array(healthy.bytes)
    checkNumbers(core, 'healthy ', healthy.step, (name) => {
      const own = core.region(name)
      return new (own.constructor as Float64ArrayConstructor)(buffer, regions[name].base - start, own.length)
    })
  }
  check(tagOf(kept) === 'Object', 'kept', kept, 'states by name')
  const copy = plainCopy('restore', kept)
  for (const name of Object.keys(copy)) {
    const wrong = core.keeping?.problemOf(name, copy[name])
    if (wrong !== undefined) throw new LayoutMismatchError(`restore: the snapshot's kept.${name} ${wrong}.`)
  }
  return { ...snapshot, counters, kept: copy }
}
