import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Publication } from '../../../src/records.js'
import type { Floats, Value } from '../../../src/values.js'
import { crc32 } from '../../../src/wire/crc32.js'
import { floatsOf, wireBytesOf } from '../../../src/wire/floats.js'
import {
  decodeFrame,
  decodePublication,
  encodeFrame,
  encodePublication,
  FrameError,
  isFrame,
  layoutCheckOf,
  type Section,
} from '../../../src/wire/index.js'
import { runs } from '../../runs.js'

const bits = (values: Floats): number[] => [...new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]
const names = (lists: readonly (readonly Value[])[]): string[][] =>
  lists.map((list) =>
    list.map((name) => {
      if (typeof name === 'number') return `n${bits(Float64Array.of(name))}`
      if (typeof name === 'string') return `s${[...Array(name.length).keys()].map((i) => name.charCodeAt(i))}`
      return `b${name}`
    }),
  )

// These are any bits at all: NaN payloads, infinities, −0 and subnormals occur.
const f64 = fc
  .uint8Array({ maxLength: 80 })
  .map((b) => new Float64Array(new Uint8Array(b.slice(0, b.length & ~7)).buffer))
const f32 = fc
  .uint8Array({ maxLength: 40 })
  .map((b) => new Float32Array(new Uint8Array(b.slice(0, b.length & ~3)).buffer))
const halves = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 }).map((u) => String.fromCharCode(...u))
const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  halves,
  fc.constant('\ufeffBOM'),
  fc.double(),
  fc.constant(-0),
  fc.boolean(),
)
const publication: fc.Arbitrary<Publication> = fc.record({
  step: fc.maxSafeNat(),
  parameters: fc.oneof(f32, f64),
  statistics: f64,
  vocabularies: fc.array(fc.array(name, { maxLength: 5 }), { maxLength: 3 }),
})
const u32 = fc.integer({ min: 0, max: 0xffffffff })

test('a publication is decoded with the same bits, from any place in any buffer', () => {
  fc.assert(
    fc.property(publication, u32, u32, fc.nat(9), (sent, epoch, layout, shift) => {
      const frame = encodePublication(sent, { epoch, layout })
      const moved = new Uint8Array(frame.length + shift + 3)
      moved.set(frame, shift)
      const got = decodePublication(moved.subarray(shift, shift + frame.length))
      expect(isFrame(frame)).toBe(true)
      expect([got.epoch, got.layout, got.publication.step]).toEqual([epoch, layout, sent.step])
      expect(got.publication.parameters.constructor).toBe(sent.parameters.constructor)
      expect(bits(got.publication.parameters)).toEqual(bits(sent.parameters))
      expect(bits(got.publication.statistics)).toEqual(bits(sent.statistics))
      expect(names(got.publication.vocabularies)).toEqual(names(sent.vocabularies))
      // Its arrays are its own, and no views of the frame or of one another.
      moved.fill(255)
      expect(bits(got.publication.parameters)).toEqual(bits(sent.parameters))
    }),
  )
})

const small: Publication = {
  step: 2 ** 40 + 3,
  parameters: Float32Array.of(0.5, -0, Number.NaN),
  statistics: Float64Array.of(1, 2),
  vocabularies: [
    ['A', 'ß', 7],
    [true, '\ud800'],
  ],
}
const frame = encodePublication(small, { epoch: 9, layout: layoutCheckOf('hash') })

test('a frame with any bit changed, or of another length, is refused', () => {
  for (let bit = 0; bit < frame.length * 8; bit += 1) {
    const changed = frame.slice()
    changed[bit >>> 3] ^= 1 << (bit & 7)
    expect(() => decodePublication(changed), `bit ${bit}`).toThrow(FrameError)
  }
  for (let length = 0; length < frame.length; length += 1)
    expect(() => decodePublication(frame.subarray(0, length))).toThrow(FrameError)
  expect(() => decodePublication(new Uint8Array([...frame, 0]))).toThrow(FrameError)
})

const givesOrRefuses = (bytes: Uint8Array): void => {
  try {
    decodePublication(bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(FrameError)
  }
}

test('random bytes throw FrameError and nothing else, even after a valid magic number', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, headed) => {
      if (headed) bytes.set(frame.subarray(0, Math.min(40, bytes.length)))
      expect(() => decodePublication(bytes)).toThrow(FrameError)
    }),
    { numRuns: runs(10_000) },
  )
})

test('a frame that a hostile sender changed and gave a new checksum gives a publication or FrameError', () => {
  const change = fc.tuple(fc.nat(frame.length - 1), fc.integer({ min: 0, max: 255 }))
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.boolean(), (changes, extreme) => {
      const changed = frame.slice()
      for (const [at, value] of changes) changed[at] = extreme ? (value & 1) * 255 : value
      const sum = crc32(changed, 36, changed.length, crc32(changed, 0, 32))
      new DataView(changed.buffer).setUint32(32, sum, true)
      givesOrRefuses(changed)
    }),
    { numRuns: runs(25_000) },
  )
})

test('a step beyond 2⁵³ and a negative one are not encoded', () => {
  for (const step of [-1, 0.5, 2 ** 53, Number.NaN])
    expect(() => encodePublication({ ...small, step }, { epoch: 0, layout: 0 })).toThrow('step is')
})

test('a machine with the other byte order writes and reads the same frame', () => {
  const values = Float64Array.of(1, -0, 1e300)
  const there = Uint8Array.from(wireBytesOf(values, false))
  for (let i = 0; i < 24; i += 8) there.subarray(i, i + 8).reverse()
  expect([...there]).toEqual([...wireBytesOf(values, true)])
  expect(bits(floatsOf('f64', wireBytesOf(values, false), false))).toEqual(bits(values))
})

test('a frame of version 1 has these bytes', () => {
  const hex = Buffer.from(
    encodePublication(
      { step: 258, parameters: Float32Array.of(1), statistics: Float64Array.of(-2), vocabularies: [['é', 1, true]] },
      { epoch: 3, layout: 4 },
    ),
  ).toString('hex')
  expect(hex.match(/.{1,80}/g)).toMatchInlineSnapshot(`
    [
      "52786701010103000201000000000000c8000000000000000300000004000000be71217100000000",
      "010101000000000000000000000000000100000000000000a0000000000000000400000000000000",
      "020201000000000000000000000000000100000000000000a8000000000000000800000000000000",
      "030301000000000000000000000000000100000000000000b0000000000000001500000000000000",
      "0000803f0000000000000000000000c0030000000002000000c3a902000000000000f03f04000000",
    ]
  `)
})

const remembering = { keys: ['A', 'B'], values: Float64Array.of(1, Number.NaN, 3), evictions: 2 }
const withMemories: Publication = {
  ...small,
  memories: [remembering, { keys: [], values: Float64Array.of(), evictions: 0 }],
}
const numbersOf = (values: readonly number[]): Section => ({
  ...{ region: 'memory', element: 'f64', codec: 'raw', start: 0, count: values.length },
  bytes: wireBytesOf(Float64Array.from(values)),
})

test('memories are decoded as they were, and hostile ones of a valid checksum are refused', () => {
  const sent = encodePublication(withMemories, { epoch: 1, layout: 2 })
  expect(decodePublication(sent).publication.memories).toEqual(withMemories.memories)

  const [head, sections] = [decodeFrame(sent), decodeFrame(sent).sections]
  const [parameters, statistics, vocabulary, keys, memory] = sections as readonly Section[]
  const decode = (...parts: readonly (Section | undefined)[]): unknown =>
    decodePublication(encodeFrame({ ...head, sections: parts as Section[] }))
  const first = [parameters, statistics, vocabulary]
  expect(() => decode(...first, keys, memory)).not.toThrow()

  const lengths: readonly (readonly number[])[] = [
    [-1, 0, 0, 0],
    [0.5, 0, 0, 0],
    [Number.NaN, 0, 0, 0],
    [Infinity, 0, 0, 0],
    [1, 0, 0, 0],
    [2 ** 53, 0, 0, 0],
    [3, 2, 1, 0, 7, 7, 7],
    [1, 2, 1, 0, 7, 7, 7],
    [3, 2, -1, 0, 7, 7],
    [3, 2],
    [],
  ]
  for (const values of lengths) expect(() => decode(...first, keys, numbersOf(values)), `${values}`).toThrow(FrameError)

  const numbersAsKeys = vocabularyOf(withMemories, [[1, 'B'], []])
  const lateNumber = vocabularyOf(withMemories, [['A', true], []])
  expect(() => decode(...first, numbersAsKeys, memory)).toThrow('key that is not text')
  expect(() => decode(...first, lateNumber, memory)).toThrow('key that is not text')
  for (const parts of [
    [parameters, vocabulary, statistics],
    [...first, keys],
    [...first, memory, keys],
    first.slice(1),
  ])
    expect(() => decode(...parts)).toThrow(FrameError)
  // All of these parts are whole ones, from their first element.
  expect(() => decode(parameters, { ...statistics!, start: 1 }, vocabulary)).toThrow('needs all')
  expect(() => decode({ ...parameters!, start: 1 }, statistics, vocabulary)).toThrow('needs all')
})

/** Returns the section of memory keys with the given lists in place of its own. */
const vocabularyOf = (publication: Publication, vocabularies: readonly (readonly Value[])[]): Section => {
  const frame = encodePublication({ ...publication, vocabularies }, { epoch: 1, layout: 2 })
  return { ...decodeFrame(frame).sections[2]!, region: 'memoryKeys' }
}
