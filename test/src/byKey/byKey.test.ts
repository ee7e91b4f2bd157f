import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createModelsByKey, type LearningByKey, type ModelsByKeyConfig } from '../../../src/byKey/modelsByKey.js'
import type { EventByKey } from '../../../src/byKey/records.js'
import { LayoutMismatchError, ModelInUseError, ReentrantStepError } from '../../../src/errors.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import type { SnapshotByKey } from '../../../src/wire/snapshotByKey.js'
import { runs } from '../../runs.js'

interface Reading {
  readonly device: string
  readonly x: number
  readonly y: number | null
  readonly line: number
}
type Own = Model<Reading>
const modelOf = (units = 3): Own =>
  createModel({
    features: { x: numeric({ missing: 'reject' }) },
    target: { y: numeric() },
    layers: [dense(units, 'tanh'), dense(1)],
    cursor: 'line',
  }) as unknown as Own
let lines = 0
const readingOf = (device: string, x = 1): Reading => ({ device, x, y: 2 * x, line: ++lines })
const byDevice = (
  more: Partial<ModelsByKeyConfig<Reading, string, undefined, Reading>> = {},
): LearningByKey<Reading, string, undefined, Reading> =>
  createModelsByKey<Reading, string, undefined, Reading>({
    createModel: () => modelOf() as Model<Reading, undefined>,
    keyOf: ({ device }) => device,
    capacity: 100,
    onEvict: undefined,
    active: 2,
    ...more,
  })
const bitsOf = (model: Pick<Model, 'snapshot'> | undefined): unknown => model?.snapshot()

describe('the capacity of models by key', () => {
  it('evicts the key that was not seen for longest, as a list of keys does', () => {
    const device = fc.integer({ min: 0, max: 12 }).map(String)
    fc.assert(
      fc.property(fc.array(device, { maxLength: 80 }), fc.integer({ min: 1, max: 6 }), (devices, capacity) => {
        const evicted: string[] = []
        const { models, learn } = byDevice({ capacity, onEvict: (key) => evicted.push(key) })
        let seen: string[] = []
        const expected: string[] = []
        for (const each of devices) {
          seen = [...seen.filter((key) => key !== each), each]
          if (seen.length > capacity) expected.push(seen.shift() as string)
          learn(readingOf(each))
          models.get(seen[0] as string)?.predict(readingOf(each))
        }
        expect(models.keys()).toEqual(seen)
        expect(evicted).toEqual(expected)
        expect(models.size).toBe(seen.length)
        expect(models.counters).toEqual({ evicted: expected.length, rejected: 0 })
      }),
      { numRuns: runs(40) },
    )
  })
  it('gives an evicted model away whole, and begins anew when its key comes again', () => {
    const away = new Map<string, Own>()
    const told: EventByKey[] = []
    const { models, learn } = byDevice({ capacity: 2, onEvict: (key, model) => away.set(key, model as Own) })
    models.listen((event) => told.push(event))
    const alone = modelOf()
    for (let x = 0; x < 9; x++) for (const model of [{ learn }, alone]) model.learn(readingOf('a', x))
    for (const device of ['b', 'c', 'd', 'a']) learn(readingOf(device))
    const given = away.get('a') as Own
    expect({ ...given.snapshot(), cursor: 0 }).toEqual({ ...alone.snapshot(), cursor: 0 })
    expect(models.get('a')).not.toBe(given)
    expect(models.get('a')?.step).toBe(1)
    // It learns on, and tells whoever listens to it, but not the listeners of all models.
    const heard: unknown[] = []
    given.listen(({ kind }) => heard.push(kind))
    for (let x = 9; x < 20; x++) for (const model of [given, alone]) model.learn({ ...readingOf('a', x), line: x })
    given.learn({ ...readingOf('a'), x: Number.NaN })
    expect(heard).toEqual(['rejection'])
    expect(told).toEqual([])
    expect({ ...given.snapshot(), cursor: 0, counters: 0 }).toEqual({ ...alone.snapshot(), cursor: 0, counters: 0 })
  })
  it('lets createModel continue from what onEvict has saved', () => {
    const saved = new Map<string, ReturnType<Own['snapshot']>>()
    const { learn, models } = byDevice({
      capacity: 1,
      onEvict: (key, model) => saved.set(key, model.snapshot()),
      createModel(key) {
        const model = modelOf()
        const before = saved.get(key)
        if (before) model.restore(before)
        return model as Model<Reading, undefined>
      },
    })
    const alone = { a: modelOf(), b: modelOf() }
    for (let x = 0; x < 20; x++) {
      const reading = readingOf(x % 3 ? 'a' : 'b', x)
      learn(reading)
      alone[reading.device as 'a'].learn(reading)
    }
    expect(bitsOf(models.get('a'))).toEqual(bitsOf(alone.a))
    expect(saved.get('b')).toEqual(bitsOf(alone.b))
  })
  it('keeps nothing of the keys that are gone', () => {
    const { models, learn } = byDevice({ capacity: 5 })
    for (let i = 0; i < 300; i++) learn(readingOf(`device ${i}`))
    expect(models.size).toBe(5)
    expect(models.counters.evicted).toBe(295)
    expect(models.snapshot().keys).toEqual(models.keys())
  })
})

describe('models by key, by the way', () => {
  it('tell the events of all, each with its key', () => {
    const told: EventByKey[] = []
    const { models, learn } = byDevice()
    const stop = models.listen((event) => told.push(event))
    learn(readingOf('a'))
    for (const device of ['a', 'b']) learn({ ...readingOf(device), x: Number.NaN })
    models.get('b')?.setLearningRate(0.5)
    stop()
    learn({ ...readingOf('a'), x: Number.NaN })
    expect(told.map(({ kind, key }) => `${kind} ${key}`)).toEqual(['rejection a', 'rejection b', 'control b'])
    expect(models.get('a')?.counters.rejected).toBe(2)
  })
  it('let every model have its own listeners, attached at any time', () => {
    const heard: string[] = []
    const { models, learn } = byDevice({
      createModel(key) {
        const model = modelOf()
        model.listen(({ kind }) => heard.push(`${key} from the start: ${kind}`))
        return model as Model<Reading, undefined>
      },
    })
    for (const device of ['a', 'b', 'c', 'd']) learn(readingOf(device))
    const stop = models.get('b')?.listen(({ kind }) => heard.push(`b later: ${kind}`))
    for (const device of ['c', 'd', 'b', 'a']) learn({ ...readingOf(device), x: Number.NaN })
    stop?.()
    learn({ ...readingOf('b'), x: Number.NaN })
    expect(heard).toEqual(
      [
        'c from the start',
        'd from the start',
        'b from the start',
        'b later',
        'a from the start',
        'b from the start',
      ].map((who) => `${who}: rejection`),
    )
  })
  it('reject a row without a key, by any wrong value', () => {
    const told: EventByKey[] = []
    const { models, learn } = byDevice()
    models.listen((event) => told.push(event))
    for (const key of [undefined, null, Number.NaN, Number.POSITIVE_INFINITY, {}, [], Symbol('a'), 1n])
      expect(learn({ ...readingOf('a'), device: key as string })).toBeUndefined()
    expect(models.counters).toEqual({ evicted: 0, rejected: 8 })
    expect(models.size).toBe(0)
    expect(told).toHaveLength(8)
    expect(told[0]).toMatchObject({
      ...{ kind: 'rejection', key: undefined, field: '' },
      reason:
        'the key is undefined; expected a name, which is text of at most 1000 characters, a finite number, true or false',
    })
  })
  it('know the cursor of the last row that came, also of one that was rejected', () => {
    const { models, learn } = byDevice()
    learn({ ...readingOf('a'), line: 5 })
    learn({ ...readingOf('b'), line: 6 })
    expect(models.cursor).toBe(6)
    learn({ ...readingOf('a'), line: 7, y: null })
    expect(models.cursor).toBe(7)
    learn({ ...readingOf('b'), line: 8, x: Number.NaN })
    expect(models.cursor).toBe(8)
    // Neither does a row without a key tell where it stands if that is no text or number.
    for (const line of [null, Number.NaN, {}, true]) learn({ ...readingOf(undefined as never), line } as never)
    expect(models.cursor).toBe(8)
    learn({ ...readingOf(undefined as never), line: 9 })
    expect(models.cursor).toBe(9)
    const other = byDevice()
    other.models.restore(models.snapshot())
    expect(other.models.cursor).toBe(9)
  })
  it('may be used from within the listener of one of them', () => {
    const { models, learn } = byDevice({ active: 1 })
    const alone = { a: modelOf(), b: modelOf(), c: modelOf() }
    const both = (reading: Reading): void => {
      learn(reading)
      alone[reading.device as 'a'].learn(reading)
    }
    for (let x = 0; x < 4; x++) for (const device of ['a', 'b', 'c']) both(readingOf(device, x))
    const stop = models.get('a')?.listen(() => {
      for (const [key, model] of Object.entries(alone))
        expect(models.get(key)?.predict(readingOf(key, 3)).value).toBe(model.predict(readingOf(key, 3)).value)
      models.get('b')?.learn(readingOf('b', 7))
    })
    learn({ ...readingOf('a'), x: Number.NaN, line: 1 })
    stop?.()
    alone.a.learn({ ...readingOf('a'), x: Number.NaN, line: 1 })
    alone.b.learn({ ...readingOf('b', 7), line: lines })
    for (const device of ['b', 'a', 'c']) both(readingOf(device, 9))
    for (const [key, model] of Object.entries(alone)) expect(bitsOf(models.get(key))).toEqual(bitsOf(model))
  })
  it('keep the rules of a model: not within its own step, and not while a pipe holds it', () => {
    const { models, learn } = byDevice()
    learn(readingOf('a'))
    const inside = Object.defineProperty({ ...readingOf('a') }, 'x', { get: () => models.get('a')?.stages })
    expect(() => learn(inside)).toThrow(ReentrantStepError)
    const writer = models.get('a')?.stages.take('these tests')
    expect(() => learn(readingOf('a'))).toThrow(ModelInUseError)
    writer?.release()
    expect(learn(readingOf('a'))?.step).toBe(2)
  })
})

describe('what models by key refuse', () => {
  it('a createModel that returns no model, or the model of another key', () => {
    const one = modelOf()
    for (const [wrong, what] of [
      [undefined, 'undefined'],
      [{}, 'an object'],
    ] as const)
      expect(() => byDevice({ createModel: () => wrong as never }).learn(readingOf('a'))).toThrow(
        `learnByKey: createModel('a') is ${what}; expected a model of its own, as in () => createModel({ features, target, layers }).`,
      )
    const { learn, models } = byDevice({ createModel: () => one as never })
    learn(readingOf('a'))
    expect(() => learn(readingOf('b'))).toThrow("createModel('b') is the model of another key; expected")
    expect(models.keys()).toEqual(['a'])
  })
  it('a snapshot that is damaged, of another configuration or beyond the capacity, and stay as they were', () => {
    const { models, learn } = byDevice({ capacity: 3 })
    for (const device of ['a', 'b', 'a']) learn(readingOf(device))
    const before = models.snapshot()
    const whole = before as SnapshotByKey<string>
    const larger = byDevice()
    for (const device of ['p', 'q', 'r', 's']) larger.learn(readingOf(device))
    const different = byDevice({ createModel: () => modelOf(4) as Model<Reading, undefined> })
    different.learn(readingOf('a'))
    const wrong: Readonly<Record<string, unknown>> = {
      'the snapshot is undefined; expected what snapshot() of learnByKey returns': undefined,
      'the snapshot is an object; expected': modelOf().snapshot(),
      'format is 2; expected 1': { ...whole, format: 2 },
      'keys is an array; expected a list of different keys': { ...whole, keys: ['a', 'a'] },
      'keys[1] is null; expected a name': { ...whole, keys: ['a', null] },
      'snapshots is an array; expected a list of 2': { ...whole, snapshots: whole.snapshots.slice(1) },
      'counters.evicted is -1; expected a whole number': { ...whole, counters: { evicted: -1, rejected: 0 } },
      'cursor is true; expected': { ...whole, cursor: true },
      'the number of keys is 4; expected at most 3, the capacity': larger.models.snapshot(),
      'restore: the snapshot is of another configuration': different.models.snapshot(),
      'restore: undefined is given; expected what model.snapshot() returns': {
        ...whole,
        snapshots: [whole.snapshots[0], undefined],
      },
    }
    for (const [message, snapshot] of Object.entries(wrong)) {
      expect(() => models.restore(snapshot as SnapshotByKey<string>), message).toThrow(LayoutMismatchError)
      expect(() => models.restore(snapshot as SnapshotByKey<string>)).toThrow(message)
    }
    expect(models.snapshot()).toEqual(before)
  })
})
