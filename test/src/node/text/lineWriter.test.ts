import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLineWriter } from '../../../../src/node/text/lineWriter.js'
import { runs } from '../../../runs.js'

const write = createLineWriter()!
const decoder = new TextDecoder()

/** Returns each number as the writer writes it, or undefined where it leaves the number to JavaScript. */
const textsOf = (numbers: readonly number[]): (string | undefined)[] => {
  const left = new Set<number>()
  const parts = [{ before: '', column: Float64Array.from(numbers) }, { before: '\n' }]
  const other = (row: number): string => {
    left.add(row)
    return '\n'
  }
  const lines = decoder.decode(write(parts, numbers.length, other)).split('\n')
  expect(lines.pop()).toBe('')
  return lines.map((line, row) => (left.has(row) ? undefined : line))
}

test('a number is written as JavaScript writes it, or left to JavaScript', () => {
  const number = fc.oneof(
    fc.double(),
    fc.double({ min: -1, max: 1 }),
    fc.double({ min: 0, max: 1 }).map(Math.fround),
    fc.double({ min: 0, max: 1 }).map((p) => 1 - Math.fround(p)),
    fc.tuple(fc.double({ min: 1, max: 10 }), fc.integer({ min: -12, max: 11 })).map(([a, k]) => a * 10 ** k),
    fc.tuple(fc.integer({ min: 1, max: 2 ** 24 }), fc.integer({ min: 0, max: 60 })).map(([a, k]) => a * 2 ** -k),
    fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 9 })).map(([a, k]) => a / 10 ** k),
    fc.integer({ min: 0, max: 2 ** 34 }),
  )
  fc.assert(
    fc.property(fc.array(number, { maxLength: 50 }), (numbers) => {
      textsOf(numbers).forEach((text, i) => {
        if (text !== undefined) expect(text).toBe(`${numbers[i]}`)
      })
    }),
    { numRuns: runs(25_000) },
  )
})

test('plain numbers are written, and only others are left to JavaScript', () => {
  const plain = [0, -0, 1, -1, 0.5, 0.1, -12.75, 0.1 + 0.2, 1 / 3, 1e-6, 1e-7, 1.5e-9, 2 ** -30, 4294967295, 45312.25]
  // This is a tie, which goes to the even digit.
  plain.push(0.8674697875976562, 0.11284255981445312)
  expect(textsOf(plain)).toEqual(plain.map((number) => `${number}`))
  expect(textsOf([Number.NaN, Number.POSITIVE_INFINITY, 1e-11, 4294967296.5, 1e21])).toEqual(Array(5).fill(undefined))
})

test('parts: texts between, columns with a stride, texts that a number chooses; other rows in their place', () => {
  const pairs = Float64Array.of(1, 0.25, 2, Number.NaN, 3, 0.75)
  const parts = [
    { before: 'é ', column: pairs, stride: 2 },
    { before: '; ', column: pairs, first: 1, stride: 2 },
    { before: ': ', column: Float64Array.of(1, 0, 0), texts: ['null', 'ë'] },
    { before: '.\n' },
  ]
  expect(decoder.decode(write(parts, 3, (row) => `row ${row}\n`))).toBe('é 1; 0.25: ë.\nrow 1\né 3; 0.75: null.\n')
  expect(decoder.decode(write(parts, 0, () => ''))).toBe('')
  // a choice of what is not there
  const wrong = [{ before: '', column: Float64Array.of(-1, 2, 1), texts: ['a', 'b'] }]
  expect(decoder.decode(write(wrong, 3, () => '?'))).toBe('??b')
})

test('the memory grows as the rows require it', () => {
  const column = Float64Array.from({ length: 20_000 }, (_, i) => i / 7)
  const text = decoder.decode(write([{ before: '', column }, { before: '\n' }], column.length, () => 'left'))
  expect(text).toBe([...column, ''].join('\n'))
})
