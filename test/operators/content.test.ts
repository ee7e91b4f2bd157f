import { Subject } from 'rxjs'
import { expect, test } from 'vitest'
import { contentOf, differenceOf } from '../../operators/testing/contentOf.js'

const bytes = (...of: number[]): ArrayBuffer => Uint8Array.from(of).buffer

/** Records of which no two are equal, though many are nearly. */
const records: readonly unknown[] = [
  ...[undefined, null, true, 'true', 0, -0, 1, '1', 1n, Number.NaN, '', 'a\nb', Symbol('a'), () => 1],
  ...[[], {}, [1], { 0: 1 }, ['1'], [undefined], [null], [[1]], [1, 2], [2, 1], { length: 1, 0: 1 }],
  // biome-ignore lint/suspicious/noSparseArray: an element that is absent is a part of what is told apart
  ...[[, 1], [undefined, 1], { a: 1 }, { b: 1 }, { a: { b: 1 } }, { 'a.b': 2 }, { a: undefined }],
  ...[Float64Array.of(0), Float64Array.of(-0), Float32Array.of(0), Float64Array.of(0, 0), bytes(1), bytes(1, 2)],
  ...[new DataView(bytes(1, 2, 3), 1, 1), new DataView(bytes(1, 2, 3), 1), new DataView(bytes(1, 2, 3), 0, 1)],
  ...[new Map([[1, 2]]), new Map([[2, 1]]), new Map([['1', 2]]), new Set([1]), new Set([2]), new Set([1, 2])],
  ...[new Map(), new Set(), { a: new Map() }, { a: new Set() }, new Set([[1, 2]]), new DataView(bytes())],
  ...[new Error('a'), new Error('b'), new RangeError('a'), Object.assign(new Error('a'), { row: 1 })],
  ...[new Date(0), new Date(1), { toJSON: () => 7 }, { toJSON: () => 8 }],
  ...[new Subject(), Promise.resolve(1)],
]

test('records are described by equal texts only where they are equal', () => {
  const texts = records.map(contentOf)
  texts.forEach((text, i) => {
    expect(contentOf(records[i])).toBe(text)
    texts.forEach((other, j) => {
      if (i !== j) expect(text, `records ${i} and ${j}`).not.toBe(other)
    })
  })
})

test('a description leaves out models and what live parts hold, and ends where a record is in itself', () => {
  expect(contentOf({ a: 1, model: 1 })).toBe(contentOf({ a: 1, model: { b: 2 } }))
  expect(contentOf([{ model: 1 }])).toBe(contentOf([{ model: 2 }]))
  const subject = new Subject()
  const before = contentOf({ subject })
  subject.subscribe()
  expect(contentOf({ subject })).toBe(before)
  const ring: { next?: unknown; model: number } = { model: 1 }
  ring.next = ring
  expect(contentOf(ring)).toContain('a part that this one is in')
  // A part that stands at two places, but not within itself, is described at both.
  const shared = [1]
  expect(contentOf({ a: shared, b: shared })).toBe(contentOf({ a: [1], b: [1] }))
  const unreadable = {
    get x(): number {
      throw new Error('no')
    },
  }
  expect(contentOf({ unreadable })).toContain('.unreadable: cannot be read: Error: no')
})

test('a difference shows both texts around the first character in which they differ', () => {
  expect(differenceOf('a\nb', 'a\nb')).toBeUndefined()
  expect(differenceOf('a\nb', 'a\nc')).toBe('expected c, was b')
  expect(differenceOf('a', 'a\nc')).toBe('expected c, was nothing more')
  expect(differenceOf('a\nc', 'a')).toBe('expected nothing more, was c')
  const [was, expected] = [`${'x'.repeat(200)}1${'y'.repeat(200)}`, `${'x'.repeat(200)}2${'y'.repeat(200)}`]
  const [x, y] = ['x'.repeat(40), 'y'.repeat(39)]
  expect(differenceOf(was, expected)).toBe(`expected …${x}2${y}…, was …${x}1${y}…`)
  expect(differenceOf('1', '2'.repeat(100))).toBe(`expected ${'2'.repeat(80)}…, was 1`)
})
