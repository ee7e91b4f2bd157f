import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTable } from '../../../../src/node/sources/index.js'
import { jsonObjectsReader } from '../../../../src/node/sources/jsonObjects.js'
import { runs } from '../../../runs.js'

/** The rows of a text, or why there is none, however the text is cut. */
const read = (text: string, cuts: readonly number[] = []) => {
  const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length]
  const reader = jsonObjectsReader()
  const found = [...at.slice(1).flatMap((end, i) => reader(text.slice(at[i], end), false)), ...reader('', true)]
  return found.map((reading) => (reading.kind === 'row' ? [reading.line, reading.row] : reading.reason))
}

// Objects in objects become columns with dots, so that values are flat here; arrays stay as they are.
const value = fc.oneof(
  fc.integer({ min: -999, max: 999 }),
  fc.constantFrom('', 'a', '{', '}', '"', '\\', '[,', 'a\nb', null, true),
  fc.array(fc.constantFrom(1, '}', [2], { b: '{' }), { maxLength: 3 }),
)
const row = fc.dictionary(fc.constantFrom('a', 'b', '{', '"'), value, { minKeys: 1, noNullPrototype: true })

test('objects over lines, or in one, are read with the line where they begin, wherever the text is cut', () => {
  const space = fc.constantFrom('', '\n', ' ', ',\n', '\r\n', '\u001e', '\n\u001e')
  fc.assert(
    fc.property(
      fc.array(fc.tuple(row, space, fc.constantFrom(0, 0, 2)), { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      (rows, cuts) => {
        let text = ''
        const expected = rows.map(([object, before, indent]) => {
          text += before
          const line = text.split('\n').length
          text += JSON.stringify(object, undefined, indent)
          return [line, object]
        })
        expect(read(text, cuts)).toEqual(expected)
      },
    ),
    { numRuns: runs(1500) },
  )
})

test('after what is no object, the next one is read', () => {
  const good = '{"a":1}'
  const [first] = read(good)
  const isRead = (text: string): void => {
    const found = read(text, [3, 9])
    expect(found.length, text).toBe(2)
    expect(found[0]).toMatch(/^the object is not JSON/)
    expect(found[1]).toEqual([text.split('\n').length, first![1]])
  }
  for (const bad of ['{"a":1,"b', '{"a":1,', '{"a":{"b":2,', 'never', '{"a":1]', '{"a" 1}', '{a:1}'])
    isRead(`${bad}\n${good}`)
  expect(read(`${good}\n{"a":`)).toEqual([first, expect.stringMatching(/^the object is not JSON/)])
})

test('the reason for what is not JSON names the place, where the engine tells it', () => {
  // The name before it makes the place a number of several digits.
  const [reason] = read('{"abcdefghijkl": 1 2}')
  const told = (() => {
    try {
      return JSON.parse('{"abcdefghijkl": 1 2}')
    } catch (error) {
      return /position 19/.test((error as Error).message)
    }
  })()
  expect(told).toBe(true)
  expect(`${reason}`).toContain('is not JSON at character 20: ')
})

test('an object that does not end is an error that names its line', () => {
  const reader = jsonObjectsReader({ longest: 100 })
  expect(() => reader(`{"a":1}\n{"b":[${'1,'.repeat(60)}`, false)).toThrow('line 2 is longer than 100 characters')
})

test.each([
  ['pretty objects', (rows: readonly object[]) => rows.map((one) => `${JSON.stringify(one, undefined, 2)}\n`).join('')],
  ['objects in one line', (rows: readonly object[]) => rows.map((one) => JSON.stringify(one)).join('')],
  ['lines that end in commas', (rows: readonly object[]) => rows.map((one) => `${JSON.stringify(one)},\n`).join('')],
  [
    'lines of two objects',
    (rows: readonly object[]) => rows.map((one, i) => JSON.stringify(one) + ' \n'[i % 2]).join(''),
  ],
  ['a sequence of RFC 7464', (rows: readonly object[]) => rows.map((one) => `\u001e${JSON.stringify(one)}\n`).join('')],
])('a table of %s has a row for each', async (_, write) => {
  const rows = Array.from({ length: 9 }, (_, i) => ({ x: i, y: `n${i % 2}` }))
  for (const size of [3, 1000]) {
    async function* pieces() {
      const text = write(rows)
      for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
    }
    const table = await openTable(pieces())
    expect([table.format, table.columns]).toEqual(['ndjson', ['x', 'y']])
    expect(table.sample).toEqual(rows)
  }
})
