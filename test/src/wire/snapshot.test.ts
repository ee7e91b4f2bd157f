import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  createModel,
  decodeSnapshot,
  encodeSnapshot,
  FrameError,
  LayoutMismatchError,
  type Model,
  type Snapshot,
} from '../../../src/index.js'
import { crc32 } from '../../../src/wire/crc32.js'
import { decodeData, encodeData } from '../../../src/wire/data.js'
import { decodePublication, encodePublication } from '../../../src/wire/index.js'
import { runs } from '../../runs.js'
import { bytesOf, kinds, learnAll, make, remembering, rows } from '../model/kinds.js'

const creators: Readonly<Record<string, () => Model>> = {
  ...Object.fromEntries(Object.keys(kinds).map((name) => [name, () => make(name)])),
  'fields that remember': () => createModel(remembering) as Model,
}
/** State that JSON would not keep, and names that UTF-8 would not. */
const state = {
  sums: [Number.NaN, -0, -Infinity, 1e-320],
  '\ud800': 'ß\udc00',
  __proto__: null,
  last: undefined,
  list: [[], {}],
}

describe.each(Object.entries(creators))('%s', (_, create) => {
  it('a snapshot comes back equal from its bytes, and a model that it is restored into goes on bit for bit', () => {
    fc.assert(
      fc.property(rows(20), fc.nat(20), fc.constantFrom(1, 2, 5), fc.nat(9), (list, cut, b, shift) => {
        const first = learnAll(create(), list.slice(0, cut), b)
        first.stages.keep('scores', () => ({ ...state })).release()
        const snapshot = first.snapshot()
        const encoded = encodeSnapshot(snapshot)
        const moved = Buffer.alloc(encoded.length + shift + 3, 7)
        moved.set(encoded, shift)
        const decoded = decodeSnapshot(moved.subarray(shift, shift + encoded.length))
        // Its arrays are its own.
        moved.fill(255)
        expect(decoded).toStrictEqual(snapshot)
        expect(bytesOf(decoded)).toEqual(bytesOf(snapshot))
        const second = create()
        second.restore(decoded)
        expect(bytesOf(second.snapshot())).toEqual(bytesOf(snapshot))
        for (const model of [first, second]) learnAll(model, list.slice(cut), b)
        expect(bytesOf(second.snapshot())).toEqual(bytesOf(first.snapshot()))
      }),
      { numRuns: runs(25) },
    )
  })
})

const sealed = (bytes: Uint8Array): Uint8Array => {
  const sum = crc32(bytes, 36, bytes.length, crc32(bytes, 0, 32))
  new DataView(bytes.buffer).setUint32(32, sum, true)
  return bytes
}
const restoresOrRefuses = (model: Model, bytes: Uint8Array): 'restored' | 'refused' | 'undecoded' => {
  let decoded: Snapshot
  try {
    decoded = decodeSnapshot(bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(FrameError)
    expect((error as Error).message).toMatch(/^decodeSnapshot: .+\.$/)
    return 'undecoded'
  }
  const before = JSON.stringify(bytesOf(model.snapshot()))
  try {
    model.restore(decoded)
    return 'restored'
  } catch (error) {
    expect(error instanceof LayoutMismatchError || error instanceof TypeError, String(error)).toBe(true)
    expect((error as Error).message).toMatch(/^restore: .+\.$/s)
    expect(JSON.stringify(bytesOf(model.snapshot()))).toBe(before)
    return 'refused'
  }
}

const hostile = ['a net of all features, growing names', 'two classes, afterPrediction, f64', 'fields that remember']
test.each(hostile)('%s: bytes that were changed and sealed again never crash anything', (name) => {
  const create = creators[name]!
  const list = fc.sample(rows(20), { numRuns: 1, seed: 3 })[0]!
  const origin = learnAll(create(), list, 1)
  origin.stages.keep('scores', () => ({ list: [1, 2], names: { a: 'text' } })).release()
  const whole = encodeSnapshot(origin.snapshot())
  const model = create()
  const seen = { restored: 0, refused: 0, undecoded: 0 }
  const place = fc.oneof(
    fc.nat(whole.length - 1),
    fc.nat(500),
    fc.nat(900).map((i) => whole.length - 1 - i),
  )
  const change = fc.tuple(place, fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 127, 128, 255)))
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const changed = whole.slice()
      for (const [at, value] of changes) changed[at] = value
      seen[restoresOrRefuses(model, sealed(changed))]++
    }),
    { numRuns: runs(10_000) },
  )
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(runs(20))
  // It is still a model.
  model.restore(decodeSnapshot(whole))
  const probe = { a: 2.5, b: -1, hour: 7, room: 'q' }
  expect(model.predict(probe)).toEqual({ ...origin.predict(probe), step: model.step })
})

test('bytes that were cut off, changed or are of something else are refused with what is wrong', () => {
  const model = make('linear, all defaults')
  const whole = encodeSnapshot(model.snapshot())
  for (let length = 0; length < whole.length; length++)
    expect(() => decodeSnapshot(whole.subarray(0, length))).toThrow(
      /^decodeSnapshot: it(s length should be \d+ bytes; it)? has \d+/,
    )
  for (let i = 0; i < whole.length; i++) {
    const changed = whole.slice()
    changed[i]! ^= 1 + (i % 255)
    expect(() => decodeSnapshot(changed), `byte ${i}`).toThrow(FrameError)
  }
  expect(() => decodeSnapshot(encodePublication(model.publish(), { epoch: 0, layout: 0 }))).toThrow(
    'decodeSnapshot: this is a publication, not a snapshot.',
  )
  expect(() => decodePublication(whole)).toThrow(FrameError)
  for (const wrong of [undefined, null, 'text', whole.buffer, [...whole], new Float64Array(8)])
    expect(() => decodeSnapshot(wrong as never)).toThrow(
      /^decodeSnapshot: the bytes are of type \w+; expected a Uint8Array/,
    )
})

test('what is no whole snapshot is not encoded', () => {
  const snapshot = make('linear, all defaults').snapshot()
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [
      JSON.parse(JSON.stringify(snapshot)),
      /^encodeSnapshot: the snapshot's parameters is of type Object; expected Float32Array or/,
    ],
    [null, /^encodeSnapshot: the snapshot's parameters is of type Undefined/],
    [{ ...snapshot, hash: 5 }, /^encodeSnapshot: the snapshot's hash is of type Number; expected String/],
    [
      { ...snapshot, kept: { scores: { at: new Map() } } },
      /^encodeSnapshot: kept\.scores\.at is \[object Map\]; expected plain data/,
    ],
  ]
  for (const [given, message] of wrong) expect(() => encodeSnapshot(given as Snapshot)).toThrow(message)
})

test('the bytes of a snapshot stay what they are', () => {
  const snapshot: Snapshot = {
    ...{ format: 1, hash: 'h', step: 258, parameters: Float32Array.of(1), statistics: Float64Array.of(-2) },
    ...{
      vocabularies: [['é']],
      slots: Float32Array.of(),
      scalars: Float64Array.of(3),
      evictions: [4],
      cursor: undefined,
    },
    counters: {
      ...{ learned: 5, rejected: 0, unlabelled: 0, refused: 0, rollbacks: 0, drifts: 0, clipped: 0, discarded: 0 },
      ...{ shortened: 0, crowded: 0 },
    },
    ...{ healthy: { step: 6, bytes: Uint8Array.of(7, 8) }, kept: {} },
  }
  const bytes = encodeSnapshot(snapshot)
  expect(decodeSnapshot(bytes)).toEqual(snapshot)
  expect(
    Buffer.from(bytes)
      .toString('hex')
      .match(/.{1,80}/g),
  ).toMatchInlineSnapshot(`
    [
      "52786701010207000201000000000000d80200000000000000000000e7066b919a8fb4ad00000000",
      "01010100000000000000000000000000010000000000000040010000000000000400000000000000",
      "02020100000000000000000000000000010000000000000048010000000000000800000000000000",
      "03030100000000000000000000000000010000000000000050010000000000000b00000000000000",
      "06010100000000000000000000000000000000000000000060010000000000000000000000000000",
      "07020100000000000000000000000000010000000000000060010000000000000800000000000000",
      "08040100000000000000000000000000020000000000000068010000000000000200000000000000",
      "09050100000000000000000000000000010000000000000070010000000000006401000000000000",
      "0000803f0000000000000000000000c0010000000002000000c3a900000000000000000000000840",
      "070800000000000008070000000006000000666f726d617402000000000000f03f00040000006861",
      "736800010000006800090000006576696374696f6e73070100000002000000000000104000060000",
      "00637572736f72060008000000636f756e74657273080a00000000070000006c6561726e65640200",
      "00000000001440000800000072656a6563746564020000000000000000000a000000756e6c616265",
      "6c6c6564020000000000000000000700000072656675736564020000000000000000000900000072",
      "6f6c6c6261636b730200000000000000000006000000647269667473020000000000000000000700",
      "0000636c697070656402000000000000000000090000006469736361726465640200000000000000",
      "00000900000073686f7274656e6564020000000000000000000700000063726f7764656402000000",
      "000000000000040000006b6570740800000000000b0000006865616c746879537465700200000000",
      "0000184000000000",
    ]
  `)
})

test('plain data come back as they were, and nothing else is encoded', () => {
  const value = fc.anything({
    maxDepth: 4,
    withNullPrototype: false,
    values: [fc.double(), fc.string({ unit: 'binary' }), fc.boolean(), fc.constantFrom(null, undefined, -0)],
  })
  fc.assert(
    fc.property(value, (given) => {
      expect(decodeData(encodeData(given))).toStrictEqual(given)
    }),
    { numRuns: runs(2000) },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60, max: 12 }), (bytes) => {
      try {
        decodeData(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError)
      }
    }),
    { numRuns: runs(20_000) },
  )
  // A list in a list in a list, without end, and counts of which none are there.
  // The bytes grow as they are written, whatever value does not fit any more.
  for (const last of [true, null, undefined, 0.5, 'text', [], {}])
    for (let length = 1000; length < 1030; length += 1) {
      const given = ['a'.repeat(length), last, last]
      expect(decodeData(encodeData(given))).toStrictEqual(given)
    }
  expect(() => decodeData(new Uint8Array(100_000).fill(7))).toThrow(FrameError)
  for (const tag of [1, 7, 8])
    expect(() => decodeData(Uint8Array.of(tag, 6, 0, 0, 0, 9)), `tag ${tag}`).toThrow(
      '1 bytes are too few for 6 values',
    )
  const nested = new Uint8Array(500_000)
  for (let i = 0; i < nested.length; i += 5) nested.set([7, 1, 0, 0, 0], i)
  expect(() => decodeData(nested)).toThrow('frame: its data are nested more than 99 levels deep.')
  const endless: unknown[] = []
  endless.push(endless)
  expect(() => encodeData(endless)).toThrow('nested more than 99 levels deep')
})
