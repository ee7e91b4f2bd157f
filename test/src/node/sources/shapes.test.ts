import { expect, test } from 'vitest'
import { inferSchema, openTable, type TableConfig } from '../../../../src/node/sources/index.js'

/** Returns the rows of a text and their lines, and the reasons of rejections, however the text is cut. */
const read = async (text: string, config: TableConfig = {}) => {
  const readIn = async (size: number) => {
    async function* pieces() {
      for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
    }
    const table = await openTable(pieces(), config)
    const schema = inferSchema(table.contents, { target: { name: 'y' } })
    const found: unknown[] = []
    for await (const readings of table.rows(schema))
      for (const reading of readings) found.push(reading.kind === 'row' ? [reading.line, reading.row] : reading.reason)
    return found
  }
  const whole = await readIn(text.length)
  for (const size of [1, 2, 7]) expect(await readIn(size)).toEqual(whole)
  return whole
}
const rows = [
  { a: 1, y: 2 },
  { a: 3, y: 4 },
]

test.each([
  ['a line that names the delimiter', 'sep=;\na;y\n1;2\n3;4\n', 3],
  ['comments before the header', '# made by hand, 2020\n# in °C\n\na,y\n1,2\n3,4\n', 5],
  ['a header that is a comment', '#a,y\n1,2\n3,4\n', 2],
  ['trailing commas', 'a,y\n1,2,\n3,4,,\n', 2],
  ['a trailing comma of the header', 'a,y,\n1,2\n3,4,\n', 2],
  ['thousands', 'a;y\n1;2\n3;4\n', 2],
])('CSV with %s', async (_, text, line) => {
  expect(await read(text)).toEqual([
    [line, rows[0]],
    [line + 1, rows[1]],
  ])
})

test.each([
  ['lines of spaces and of commas between and after the rows', 'a,y\n1,2\n  \n,\n\t,  \n3,4\n,,\n"",\n \n', [2, 6]],
  ['empty cells in quotes at the end', 'a;y\n"1";"2"\n3;4\n"";""\n" ";\n', [2, 3]],
])('CSV with %s has no rows there', async (_, text, lines) => {
  expect(await read(text)).toEqual(rows.map((row, i) => [lines[i], row]))
})

test.each([
  ['an array', '[{"a":1,"y":2},{"a":3,"y":4}]', [1, 1]],
  ['an array over lines', '[\n  {"a": 1, "y": 2},\n  {\n  "a": 3,\n  "y": 4\n}\n]\n', [2, 3]],
])('JSON in %s', async (_, text, lines) => {
  expect(await read(text)).toEqual(rows.map((row, i) => [lines[i], row]))
})

test('elements of an array that are no objects are rejected, and a text may hold brackets', async () => {
  expect(await read('[{"a":"]}\\"{,","y":1}, 7, [1, {}], {"a":"b","y":2}, {"a":')).toEqual([
    [1, { a: ']}"{,', y: 1 }],
    'the element is a number; expected an object such as {"a": 1}',
    'the element is an array; expected an object such as {"a": 1}',
    [1, { a: 'b', y: 2 }],
    'the element is not JSON: "{"a":"',
  ])
})

test('objects in objects become columns with dots, NaN is missing, and identifiers keep their digits', async () => {
  const text =
    '{"a":{"b":1,"c":{"d":2}},"id":740245381351497731,"y":1}\n{"a":{"b":NaN},"id":-9007199254740993,"y":-Infinity}\n'
  const table = await openTable(
    (async function* () {
      yield text
    })(),
  )
  expect(table.sample).toEqual([
    { 'a.b': 1, 'a.c.d': 2, id: '740245381351497731', y: 1 },
    { 'a.b': null, id: '-9007199254740993', y: null },
  ])
})

test('a text that is missing is so in every format, and empty labels are missing', async () => {
  const config = { missing: ['off'] }
  const json = await read('{"a":1,"y":"u"}\n{"a":"off","y":""}\n{"a":3,"y":"v"}\n', config)
  const csv = await read('a,y\n1,u\noff,\n3,v\n', config)
  const expected = [{ a: 1, y: 'u' }, {}, { a: 3, y: 'v' }]
  for (const found of [json, csv]) expect(found.map((reading) => (reading as unknown[])[1])).toEqual(expected)
})
