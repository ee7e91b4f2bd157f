import fc from 'fast-check'
import { expect, test } from 'vitest'
import { category } from '../../../../src/features/category.js'
import { cyclic } from '../../../../src/features/cyclic.js'
import { numeric } from '../../../../src/features/numeric.js'
import {
  type Input,
  inferSchema,
  openTable,
  type Reading,
  type Table,
  type TableConfig,
} from '../../../../src/node/sources/index.js'
import type { Row } from '../../../../src/values.js'
import { runs } from '../../../runs.js'

async function* stream(...pieces: string[]) {
  yield* pieces
}
const readAll = async (input: Input, target: string, config: TableConfig = {}) => {
  const table = await openTable(input, config)
  const schema = inferSchema(table.contents, { target: { name: target } })
  const rows: Row[] = []
  const rejections: string[] = []
  for await (const readings of table.rows(schema))
    for (const reading of readings)
      if (reading.kind === 'row') rows.push(reading.row)
      else rejections.push(`line ${reading.cursor}: ${reading.reason}`)
  return { table, schema, rows, rejections }
}

test('CSV cells are read by the schema, empty ones are missing, and bad rows are rejected with a line', async () => {
  const good = Array.from({ length: 30 }, (_, i) => `${i},A,${i}\r\n`).join('')
  const text = `a,room,y\r\n${good}x,B,1\r\n1,"C\r\nD",2\r\n1,B\r\n,E,3\r\n1e999,F,4\r\n 7 ,G,8,9\r\n5,H,6`
  const { table, rows, rejections } = await readAll(stream(text), 'y')
  expect(table.columns).toEqual(['a', 'room', 'y'])
  expect(rows.slice(29)).toEqual([
    { a: 29, room: 'A', y: 29 },
    { room: 'B', y: 1 },
    { a: 1, room: 'C\r\nD', y: 2 },
    { room: 'E', y: 3 },
    { room: 'F', y: 4 },
    { a: 5, room: 'H', y: 6 },
  ])
  expect(rejections).toEqual([
    'line 35: the row has 2 cells, but the header has 3',
    'line 38: the row has 4 cells, but the header has 3',
  ])
})

test('what a column of numbers cannot have counts as missing and is listed, in CSV and in NDJSON', async () => {
  const listed = async (text: string, missing: readonly string[] = []) => {
    const table = await openTable(stream(text), { missing })
    const schema = inferSchema(table.contents, { target: { name: 'y' } })
    const found: unknown[] = []
    for await (const readings of table.rows(schema))
      for (const reading of readings)
        if (reading.kind === 'row' && reading.line > 40) found.push([reading.row.a, reading.unread])
    return found
  }
  const csv = `a,y\n${'1,2\n'.repeat(39)}NaN,1\nInfinity,1\n0x10,1\n-1.5e-3,1\n.5,1\nNaN,1\n`
  expect(await listed(csv, ['NaN'])).toEqual([
    [undefined, undefined],
    [undefined, { a: 'Infinity' }],
    [undefined, { a: '0x10' }],
    [-1.5e-3, undefined],
    [0.5, undefined],
    [undefined, undefined],
  ])
  const json = `${'{"a":1,"y":2}\n'.repeat(40)}{"a":"5","y":1}\n{"a":"NaN","y":1}\n{"a":1e999,"y":1}\n{"a":[1],"y":1}\n{"a":NaN,"y":1}`
  expect(await listed(json, ['NaN'])).toEqual([
    [5, undefined],
    [undefined, undefined],
    [undefined, { a: 'Infinity' }],
    [undefined, { a: '[1]' }],
    [undefined, undefined],
  ])
})

test('quoted numbers are text unless every cell is quoted, and a number with a leading zero is text', async () => {
  const features = async (text: string) => (await readAll(stream(text), 'y')).schema.features
  expect((await features(`a,y\n${'"1",2\n"2",3\n'.repeat(9)}`)).a!.kind).toBe('category')
  expect((await features(`"a","y"\n${'"1","2"\n"2","3"\n'.repeat(9)}`)).a!.kind).toBe('numeric')
  // A single bare cell, of this column or another, tells what the quotes mean.
  expect((await features(`a,y\n${'"1",2\n'.repeat(9)}1,3\n`)).a!.kind).toBe('numeric')
  expect((await features(`a,y\n${'"1","2"\n'.repeat(9)}"1",3\n`)).a!.kind).toBe('category')
  expect((await features(`a,y\n${'02134,2\n01234,3\n'.repeat(9)}`)).a!.kind).toBe('category')
})

test('quoted times are times, and a quoted target of many numbers is a number', async () => {
  const kinds = async (line: (i: number) => string) => {
    const text = `a,b,y\n${Array.from({ length: 300 }, (_, i) => `${line(i)}\n`).join('')}`
    const { features, target, notices } = (await readAll(stream(text), 'y')).schema
    return { a: features.a?.kind, y: target.y!.kind, notices: notices.join() }
  }
  expect((await kinds((i) => `"${1.7e9 + 3600 * i}",${i % 5},${i % 7}`)).a).toBe('time')
  expect((await kinds((i) => `"${20240101 + (i % 28)}",${i % 5},${i % 7}`)).a).toBe('time')
  expect((await kinds((i) => `"2024-05-05 12:${10 + (i % 50)}",${i % 5},${i % 7}`)).a).toBe('time')
  const many = await kinds((i) => `${i % 5},${i % 3},"${i / 10}"`)
  expect(many).toMatchObject({ y: 'numeric', notices: 'y is numeric, although its numbers are in quotes' })
  const few = await kinds((i) => `${i % 5},${i % 3},"${i % 4}"`)
  expect(few.y).toBe('category')
  expect(few.notices).toContain('--target y:numeric makes it a number')
  const keys = await kinds((i) => `"${i * 37}",${i % 3},${i % 4}`)
  expect(keys.notices).toContain('a is left out: nearly every value is new ("')
  expect(keys.notices).not.toContain('("")')
})

test('a header may have quotes, a byte order mark, spaces, empty names, semicolons and tabs', async () => {
  const columns = async (text: string) => (await openTable(stream(text))).columns
  expect(await columns('\ufeff"a b", c,\n1,2,3\n')).toEqual(['a b', 'c', 'column3'])
  expect(await columns('a;b\n1,5;2\n')).toEqual(['a', 'b'])
  expect(await columns('a\tb\n1\t2\n')).toEqual(['a', 'b'])
})

test('lines may end in LF, CRLF or CR, and the rows are the same', async () => {
  const text = `# a comment\na,room,y\n${'1,A,2\n3,"B",4\n'.repeat(20)}`
  const whole = await readAll(stream(text), 'y')
  for (const end of ['\r\n', '\r'])
    for (const pieces of [[text], text.split(/(?<=,)/)]) {
      const { rows, rejections } = await readAll(stream(...pieces.map((piece) => piece.replaceAll('\n', end))), 'y')
      expect({ rows, rejections }).toEqual({ rows: whole.rows, rejections: [] })
    }
})

test.each(['a,room,y', '"a",room,y', '# a;room;y'])(
  'where files with the header %s are joined, it is rejected each time it is repeated, and its names are learned nowhere',
  async (header) => {
    const rows = [0, 1, 2].map((i) => `${i},r${i},y${i}\n`.repeat(5)).join('')
    const part = `${header}\n${header.includes(';') ? rows.replaceAll(',', ';') : rows}`
    const once = await readAll(stream(part), 'y')
    const joined = await readAll(stream(part, part, header.startsWith('"') ? part : `\ufeff${part}`), 'y')
    expect(joined.rejections).toEqual(['line 17: the row repeats the header', 'line 33: the row repeats the header'])
    expect(joined.rows).toEqual([...once.rows, ...once.rows, ...once.rows])
    expect(joined.schema).toEqual(once.schema)
  },
)

test.each([
  ['a column', 'L\xe4nge,y\n1,2\n'],
  ['a name', 'a,y\nPr\xfcf,2\n'],
])('letters of %s that are not UTF-8 come with a note, and with what to do', async (_, text) => {
  const latin1 = async function* () {
    yield Buffer.from(text, 'latin1')
  }
  const { contents } = await openTable(latin1())
  expect(inferSchema(contents, { target: { name: 'y' } }).notices.join()).toMatch(/^"(L|Pr)\ufffd.*not UTF-8;.*iconv/)
  if (text.startsWith('L')) expect(() => inferSchema(contents, { target: { name: 'Länge' } })).toThrow('iconv')
})

test.each([
  ['', 'the input is empty'],
  [' \n\n', 'the input is empty'],
  ['a,b\n', 'has a header but no rows'],
  ['a,b\n1\n2\n', 'no row that can be read; the first problem is: line 2: the row has 1 cell, but the header has 2'],
  [
    'Probe\nNo,7\n\na,b,y\n1,2,3\n',
    'the header has 1. If the header is line 4, cut what is above it, as in tail -n +4 FILE',
  ],
  ['1,2\n3,4\n', 'line 1: the first line contains only numbers'],
  ['a,a\n3,4\n', 'the header has two columns "a"'],
  ['{"a":\n', 'no row that can be read; the first problem is: line 1: the object is not JSON'],
  ['a,"b\n3,4\n', 'line 1: the header cannot be read: the quote of cell 2 is not closed'],
])('refuses %j', async (text, message) => {
  await expect(openTable(stream(text))).rejects.toThrow(message)
})

test('rows are the same wherever the text is cut', async () => {
  const text = `a,b,y\r\n${Array.from({ length: 40 }, (_, i) => `${i},"x${i % 3}\n",${i * i}\r\n`).join('')}bad\r\n`
  const whole = await readAll(stream(text), 'y')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 20 }), async (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), text.length]
      const { rows, rejections } = await readAll(stream(...at.slice(1).map((end, i) => text.slice(at[i], end))), 'y')
      expect(rows).toEqual(whole.rows)
      expect(rejections).toEqual(whole.rejections)
    }),
    { numRuns: runs(250) },
  )
})

test('a slow stream is awaited only for the look-ahead time, and nothing of it is lost', async () => {
  async function* slow() {
    yield 'a,y\n'
    await new Promise((resolve) => setTimeout(resolve, 150))
    yield '1,2\n2,3\n'
    await new Promise((resolve) => setTimeout(resolve, 400))
    yield '3,4\n'
  }
  const start = performance.now()
  const table = await openTable(slow(), { lookAheadMs: 50 })
  expect(performance.now() - start).toBeLessThan(400)
  expect(table.sample).toEqual([
    { a: 1, y: 2 },
    { a: 2, y: 3 },
  ])
  const lines: unknown[] = []
  const schema = inferSchema(table.sample, { target: { name: 'y' } })
  for await (const readings of table.rows(schema)) lines.push(...readings.map((r) => (r.kind === 'row' ? r.line : 0)))
  expect(lines).toEqual([2, 3, 4])
})

test('blocks hold all readings, with numbers and known classes as columns', async () => {
  const cell = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((value) => `${Number(value.toFixed(3))}`),
    },
    fc.constantFrom('', '-0', '1e-3', ' 7 ', '"4"', 'x', '1e999'),
  )
  const label = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('0', '1', 'up') },
    fc.constantFrom('', '01', '"1"', '2'),
  )
  const row = fc.tuple(cell, cell, label).map((cells) => cells.join(','))
  const line = fc.oneof({ weight: 20, arbitrary: row }, fc.constantFrom('', '1,2', '1,2,3,4'))
  const schema = { features: { b: numeric(), a: cyclic(24) }, target: { y: category({ values: [0, 1, 'up'] }) } }
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 60 }), async (lines) => {
      const text = `a,b,y\n1,2,0\n${lines.join('\n')}`
      const read = async <T>(of: (table: Table) => AsyncIterable<readonly T[]>): Promise<T[]> => {
        const all: T[] = []
        for await (const some of of(await openTable(stream(text), { format: 'csv' }))) all.push(...some)
        return all
      }
      const blocks = await read((table) => table.blocks(schema))
      expect('kind' in blocks[0]!).toBe(true)
      const readings = blocks.flatMap((block): readonly Reading[] => {
        if (!('kind' in block)) return block
        const { chunk, lines } = block
        return Array.from({ length: chunk.size }, (_, i) => ({
          kind: 'row',
          line: lines[i]!,
          row: { a: chunk.x[2 * i + 1], b: chunk.x[2 * i], y: [0, 1, 'up'][chunk.y[i]!] },
        }))
      })
      expect(readings).toEqual(await read((table) => table.rows(schema)))
    }),
  )
})
