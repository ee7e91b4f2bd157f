import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createModelsByKey } from '../../../src/byKey/modelsByKey.js'
import { LayoutMismatchError } from '../../../src/errors.js'
import { category } from '../../../src/features/category.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import type { Row, Value } from '../../../src/values.js'
import { crc32 } from '../../../src/wire/crc32.js'
import { decodeFrame, encodeFrame } from '../../../src/wire/frame.js'
import { decodeSnapshot, encodeSnapshot, FrameError } from '../../../src/wire/index.js'
import { vocabularySection } from '../../../src/wire/publication.js'
import type { Section } from '../../../src/wire/sections.js'
import type { SnapshotByKey } from '../../../src/wire/snapshotByKey.js'
import { runs } from '../../runs.js'

const modelOf = (): Model<Row> =>
  createModel({
    features: { x: numeric(), room: category({ capacity: 4 }) },
    target: { y: numeric() },
    layers: [dense(1)],
    cursor: 'line',
  }) as unknown as Model<Row>
const byKey = (createModel = modelOf) =>
  createModelsByKey<Row, Value, never, Row>({
    createModel: createModel as never,
    keyOf: ({ key }) => key as Value,
    capacity: 9,
    onEvict: undefined,
    active: 2,
  })
const key = fc.oneof(fc.string({ maxLength: 3, unit: 'binary' }), fc.integer(), fc.boolean(), fc.constant(undefined))
const rows = fc.array(fc.record({ key, x: fc.nat(9), room: fc.constantFrom('a', '\ud800'), y: fc.nat(5) }), {
  maxLength: 20,
})

describe('a snapshot of models by key', () => {
  it('comes back equal from its bytes, and goes on with the same bits', () => {
    fc.assert(
      fc.property(rows, fc.nat(20), fc.nat(9), (given, cut, shift) => {
        const [first, second] = [byKey(), byKey()]
        const learn = (of: typeof first, some: readonly Row[]): void => {
          for (const [i, row] of some.entries()) of.learn({ ...row, line: i })
        }
        learn(first, given.slice(0, cut))
        const snapshot = first.models.snapshot()
        const encoded = encodeSnapshot(snapshot)
        const moved = new Uint8Array(encoded.length + shift + 3).fill(7)
        moved.set(encoded, shift)
        const decoded: SnapshotByKey = decodeSnapshot(moved.subarray(shift, shift + encoded.length))
        moved.fill(255)
        expect(decoded).toStrictEqual(snapshot)
        second.models.restore(decoded)
        for (const each of [first, second]) learn(each, given.slice(cut))
        expect(second.models.snapshot()).toStrictEqual(first.models.snapshot())
      }),
      { numRuns: runs(60) },
    )
  })

  it('is refused whole by what was changed, whatever bytes were', () => {
    const origin = byKey()
    for (let i = 0; i < 12; i++) origin.learn({ key: `k${i % 3}`, x: i, room: 'a', y: i % 4, line: i })
    const whole = encodeSnapshot(origin.models.snapshot())
    const { models, learn } = byKey()
    learn({ key: 'own', x: 1, room: 'b', y: 1 })
    const before = models.snapshot()
    const seen = { restored: 0, refused: 0, undecoded: 0 }
    /** Seals the frame and, if asked for, those within it, so that a change is found by nothing but its meaning. */
    const sealed = (bytes: Uint8Array, from: number, to: number): void => {
      const view = new DataView(bytes.buffer, bytes.byteOffset)
      view.setUint32(from + 32, crc32(bytes, from + 36, to, crc32(bytes, from, from + 32)), true)
    }
    const inner: number[] = []
    for (let at = 40; at < whole.length - 40; at += 8)
      if (whole[at] === 0x52 && whole[at + 1] === 0x78 && whole[at + 3] === 1 && whole[at + 5] === 2) inner.push(at)
    expect(inner.length).toBe(3)
    const lengthAt = (at: number): number => new DataView(whole.buffer).getUint32(at + 16, true)
    const place = fc.oneof(fc.nat(whole.length - 1), fc.nat(300), fc.constantFrom(...inner.map((at) => at + 16)))
    const change = fc.tuple(place, fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 127, 128, 255)))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = whole.slice()
        for (const [at, value] of changes) changed[at] = value
        for (const at of inner) sealed(changed, at, at + lengthAt(at))
        sealed(changed, 0, changed.length)
        let decoded: SnapshotByKey
        try {
          decoded = decodeSnapshot(changed)
        } catch (error) {
          expect(error, `${error}`).toBeInstanceOf(FrameError)
          expect(`${error}`).toMatch(/decodeSnapshot: .+\.$/)
          seen.undecoded++
          return
        }
        try {
          models.restore(decoded)
          seen.restored++
          models.restore(before)
        } catch (error) {
          expect(error instanceof LayoutMismatchError || error instanceof TypeError, `${error}`).toBe(true)
          expect(models.snapshot()).toEqual(before)
          seen.refused++
        }
      }),
      { numRuns: runs(3000) },
    )
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(runs(10))
    for (let length = 0; length < whole.length; length += 7)
      expect(() => decodeSnapshot(whole.subarray(0, length))).toThrow(FrameError)
  })

  it('is refused where there are more or fewer snapshots than keys, or a part is missing', () => {
    const { models, learn } = byKey()
    for (const key of ['a', 'b']) learn({ key, x: 1, room: 'a', y: 1 })
    const frame = decodeFrame(encodeSnapshot(models.snapshot()))
    const wrong = (change: (section: Section) => Section | undefined): Uint8Array =>
      encodeFrame({ ...frame, sections: frame.sections.flatMap((each) => change(each) ?? []) })
    for (const keys of [['a'], ['a', 'b', 'c'], []])
      expect(() =>
        decodeSnapshot(wrong((each) => (each.region === 'vocabulary' ? vocabularySection([keys]) : each))),
      ).toThrow(`decodeSnapshot: it has 2 snapshots; expected one for each of ${keys.length} keys.`)
    for (const { region } of frame.sections)
      expect(() => decodeSnapshot(wrong((each) => (each.region === region ? undefined : each)))).toThrow(
        `decodeSnapshot: it has no ${region}.`,
      )
    expect(() =>
      decodeSnapshot(wrong((each) => (each.region === 'vocabulary' ? vocabularySection([['a'], ['b']]) : each))),
    ).toThrow('decodeSnapshot: it has 2 lists of keys; expected one.')
  })

  it('is told from that of one model', () => {
    const { models } = byKey()
    const model = modelOf()
    expect(() => model.restore(decodeSnapshot(encodeSnapshot(models.snapshot())))).toThrow(LayoutMismatchError)
    expect(() => models.restore(decodeSnapshot(encodeSnapshot(model.snapshot())))).toThrow(LayoutMismatchError)
    for (const [wrong, message] of [
      [{ keys: 3 }, "encodeSnapshot: the snapshot's keys is 3; expected a list of keys."],
      [{ keys: [null], snapshots: [] }, "encodeSnapshot: the snapshot's keys[0] is null; expected a name"],
      [{ snapshots: [1] }, "encodeSnapshot: the snapshot's snapshots is an array; expected a list of 0"],
    ] as const)
      expect(() => encodeSnapshot({ ...models.snapshot(), ...wrong } as never)).toThrow(message)
  })
})

it('a row without a key passes the cursor, once a model tells its column', () => {
  const { models, learn } = byKey()
  learn({ key: undefined, line: 1 })
  expect(models.cursor).toBeUndefined()
  learn({ key: 'a', x: 1, room: 'a', y: 1, line: 2 })
  learn({ key: undefined, line: 3 })
  expect(models.cursor).toBe(3)
  learn({ key: null })
  expect(models.cursor).toBe(3)
  const again = byKey()
  again.models.restore(models.snapshot())
  again.learn({ key: undefined, line: 4 })
  expect(again.models.cursor).toBe(4)
})

it('a restore that fails tells of no model that it made, and leaves them to their makers', () => {
  const origin = byKey()
  for (let i = 0; i < 6; i++) origin.learn({ key: `k${i % 3}`, x: i, room: 'a', y: i % 4 })
  const whole = origin.models.snapshot()
  const made: Model<Row>[] = []
  const { models, learn } = byKey(() => {
    made.push(modelOf())
    return made.at(-1) as Model<Row>
  })
  const told: unknown[] = []
  models.listen(({ key, kind }) => told.push([key, kind]))
  expect(() => models.restore({ ...whole, snapshots: [...whole.snapshots.slice(0, 2), {} as never] })).toThrow()
  expect(made.length).toBe(3)
  for (const model of made) model.learn({ x: 'broken' })
  expect(told).toEqual([])
  // They share no working parts with those that are learned now.
  const before = made[0]?.snapshot()
  for (let i = 0; i < 9; i++) learn({ key: `k${i % 4}`, x: i, room: 'a', y: i % 4 })
  expect(made[0]?.snapshot()).toEqual(before)
})
