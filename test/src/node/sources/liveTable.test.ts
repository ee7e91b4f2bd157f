import { expect, test } from 'vitest'
import { InputError, inferSchema, liveTable } from '../../../../src/node/sources/index.js'
import type { Row } from '../../../../src/values.js'

async function* of(...rows: Row[]): AsyncGenerator<Row> {
  yield* rows
}
const never: AsyncIterable<Row> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
const cursor = 'place'
const rows = [
  { a: 1, y: '2', place: 7 },
  { a: 2, y: 'x', place: 8, in: { side: 3 } },
]

test('a table of rows that come has every column but that of the cursor, which stays in the rows', async () => {
  const table = await liveTable('rows', of(...(rows as unknown as Row[])), { cursor })
  expect([table.columns, [...table.contents.keys()]]).toEqual([
    ['a', 'y', 'in.side'],
    ['a', 'y', 'in.side'],
  ])
  expect(table.sample).toEqual([
    { a: 1, y: '2' },
    { a: 2, y: 'x', 'in.side': 3 },
  ])
  const schema = inferSchema(table.contents, { target: { name: 'a' } })
  const read = []
  for await (const readings of table.rows(schema)) read.push(...readings)
  expect(read.map(({ row }) => (row as Row)[cursor])).toEqual([7, 8])
  expect(read.map((reading) => reading.kind === 'row' && reading.line)).toEqual([1, 2])
})

test('it waits for the first rows, unless it is known what the columns hold', async () => {
  const { contents } = await liveTable('rows', of({ a: 1, y: 2 }), {})
  const table = await liveTable('rows', never, { contents })
  expect([table.columns, table.isSettled, table.sample]).toEqual([['a', 'y'], true, []])
  await expect(liveTable('rows', of(), {})).rejects.toThrow(new InputError('rows has ended before the first row came.'))
})

test('what is wrong with the source is what is wrong with the input', async () => {
  async function* failing(): AsyncGenerator<Row> {
    yield { a: 1, y: 2 }
    throw new Error('the broker is gone.')
  }
  const table = await liveTable('rows', failing(), { lookAhead: 1 })
  const schema = inferSchema(table.contents, { target: { name: 'y' } })
  const all = async () => {
    for await (const _ of table.rows(schema));
  }
  await expect(all()).rejects.toThrow(new InputError('rows: the broker is gone.'))
})
