import type { CompiledModel } from '../../compile/compiled.js'
import type { RegionName } from '../../compile/regions.js'
import { differencesOf } from '../../compile/settingsTexts.js'
import { LayoutMismatchError } from '../../errors.js'
import { isName, shown } from '../../features/refusal.js'
import type { Counters, Snapshot } from '../../records.js'
import type { Floats } from '../../values.js'
import { type Core, stateBytes } from './core.js'
import { checkPublication } from './publication.js'

const NUMBERS = ['parameters', 'statistics', 'slots', 'scalars'] as const satisfies readonly RegionName[]

/** The deepest nesting of what operators keep. */
const DEEPEST = 64

/** Refuses a snapshot of another configuration, and names what differs. */
export const checkHash = ({ configuration, settings }: CompiledModel, snapshot: Snapshot | undefined): void => {
  const { hash, settings: there } = snapshot ?? ({} as Partial<Snapshot>)
  if (hash === configuration) return
  if (typeof hash !== 'string')
    throw new LayoutMismatchError(
      `restore: ${shown(snapshot)} is no snapshot; expected what model.snapshot() or decodeSnapshot() returned.`,
    )
  const named = typeof there === 'object' && there ? differencesOf(settings(), there).join('; ') : ''
  throw new LayoutMismatchError(
    `restore: the snapshot has configuration ${hash}; expected ${configuration}, from the same features, circuit, loss and optimizer.${named && ` What differs: ${named}.`}`,
  )
}

const tagOf = (value: unknown): string => Object.prototype.toString.call(value)
const isRecord = (value: unknown): boolean => tagOf(value) === '[object Object]'

/** Tells whether the value consists of records, lists, texts, numbers, true, false, null and undefined. */
const isPlain = (value: unknown, depth = 0): boolean =>
  typeof value === 'object' && value !== null
    ? depth < DEEPEST &&
      (Array.isArray(value) || isRecord(value)) &&
      Object.values(value).every((part) => isPlain(part, depth + 1))
    : typeof value !== 'bigint'

/**
 * Copies what operators keep, by name.
 * @throws TypeError if it is not plain data
 */
export const plainCopy = (by: string, kept: Snapshot['kept']): Snapshot['kept'] =>
  Object.fromEntries(
    Object.entries(kept).map(([name, state]) => {
      try {
        const copy = structuredClone(state)
        if (isPlain(copy)) return [name, copy]
      } catch {
        // Functions, symbols and the like cannot be cloned.
      }
      throw new TypeError(
        `${by}: kept.${name} is ${shown(state)} that is not plain data; expected records, lists, texts, numbers, true, false and null.`,
      )
    }),
  )

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

/**
 * Checks every part of a snapshot of this model's configuration before any of it is applied, and returns the snapshot
 * as it is to be applied.
 */
export const checkedSnapshot = (core: Core, snapshot: Snapshot): Snapshot => {
  const { program, fields, memories } = core
  const { regions, places } = program
  const { format, step, vocabularies, evictions, counters, cursor, healthy, kept } = snapshot
  const check = (ok: unknown, part: string, value: unknown, expected: string): void => {
    if (!ok)
      throw new LayoutMismatchError(
        `restore: the snapshot's ${part} is ${shown(value)}; expected ${expected}, as model.snapshot() made it.`,
      )
  }
  /** An optimizer's state may begin at infinity; no other number of a state is ever infinite or NaN. */
  const isEndless = (address: number): boolean =>
    places.initials.some((each) => each.address === address && each.value - each.value !== 0)
  const checkNumbers = (of: string, numbersOf: (name: RegionName) => unknown): void => {
    for (const name of NUMBERS) {
      const own = core.region(name)
      const type = own[Symbol.toStringTag]
      const values = numbersOf(name) as Floats | undefined
      const isOne = ArrayBuffer.isView(values) && values[Symbol.toStringTag] === type
      check(isOne, of + name, values, `a ${type}, which JSON does not keep but encodeSnapshot does`)
      const { length } = values as Floats
      check(length === own.length, `${of + name}.length`, length, `${own.length}`)
      const wrong = (values as Float64Array).findIndex(
        (x, i) => x - x !== 0 && !isEndless(regions[name].base + i * own.BYTES_PER_ELEMENT),
      )
      check(wrong < 0, `${of + name}[${wrong}]`, (values as Floats)[wrong], 'a finite number')
    }
    const scalars = numbersOf('scalars') as Float64Array
    for (const address of [places.steps, places.rate, ...places.rates.values()]) {
      const i = (address - regions.scalars.base) / 8
      const isOne = address === places.steps ? isWhole(scalars[i]) : scalars[i] >= 0
      check(isOne, `${of}scalars[${i}]`, scalars[i], 'a step or a rate of at least 0')
    }
  }

  check(format === 1, 'format', format, '1')
  check(isWhole(step), 'step', step, 'a whole number')
  checkNumbers('', (name) => snapshot[name as 'slots'])

  const named = fields.flatMap((field, i) =>
    core.vocabularies[i] ? [[field.names?.(), places.counts[i]] as const] : [],
  )
  for (const [part, list] of Object.entries({ vocabularies, evictions }))
    check(Array.isArray(list) && list.length === named.length, part, list, `a list of ${named.length}`)
  named.forEach(([names, count], i) => {
    const [list, evicted] = [vocabularies[i], evictions[i]]
    check(isWhole(evicted), `evictions[${i}]`, evicted, 'a whole number')
    const known = Array.isArray(list) ? Array.from(list) : []
    const texts = known.every(isName) ? known.map(String) : []
    const counted = snapshot.statistics[(count - regions.statistics.base) / 8]
    const { values = [], capacity, onFull } = names ?? {}
    const isOne =
      known.length === counted &&
      new Set(texts).size === counted &&
      // A name that was declared keeps its column until another name takes it.
      values.every((name, column) => column < evicted || texts[column] === `${name}`) &&
      (evicted === 0 || (onFull === 'evictOldest' && counted === capacity))
    check(
      isOne && Array.isArray(list),
      `vocabularies[${i}]`,
      list,
      `${counted} different names, the declared ones first`,
    )
  })
  checkPublication(core, snapshot, 'restore')
  check(memories || snapshot.memories === undefined, 'memories', snapshot.memories, 'none')

  check(isRecord(counters), 'counters', counters, 'an object of counts')
  check(isRecord(kept), 'kept', kept, 'an object of states')
  // Snapshots that were made before values were clipped do not count them.
  const all = Object.assign({ clipped: 0 }, counters) as Counters
  const counted = (Object.keys(core.counters) as (keyof Counters)[]).map((name) => {
    check(isWhole(all[name]), `counters.${name}`, all[name], 'a whole number')
    return [name, all[name]]
  })
  check(cursor === undefined || (isName(cursor) && typeof cursor !== 'boolean'), 'cursor', cursor, 'text or a number')
  if (healthy !== undefined) {
    check(isWhole(healthy?.step), 'healthy.step', healthy?.step, 'a whole number')
    const { bytes } = healthy
    const isOne = ArrayBuffer.isView(bytes) && bytes.byteLength === core.stateLength
    check(isOne && bytes.BYTES_PER_ELEMENT === 1, 'healthy.bytes', bytes, `${core.stateLength} bytes`)
    const start = stateBytes(program)[0]
    const copy = new Uint8Array(bytes).buffer
    checkNumbers('healthy ', (name) => {
      const own = core.region(name)
      return new (own.constructor as Float64ArrayConstructor)(copy, regions[name].base - start, own.length)
    })
  }
  return {
    ...snapshot,
    counters: Object.fromEntries(counted) as unknown as Counters,
    kept: plainCopy('restore', kept),
  }
}
