import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { inferSchema, openTables } from '../../../../src/node/sources/index.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-tables-'))
afterAll(() => rmSync(folder, { recursive: true }))
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
write('1.csv', 'a,y\n$1,2\n$3,4\n')
write('2.csv.gz', gzipSync('y;a\n6;$5\n'))
write('3.json', '[{"a": "$7", "y": 8}]')
write('.hidden', 'nothing')
write('other.csv', 'b,y\n1,2\n')

const read = async (...names: string[]) => {
  const table = await openTables(names)
  const schema = inferSchema(table.contents, { target: { name: 'y' } })
  const rows: unknown[] = []
  for await (const readings of table.rows(schema))
    for (const reading of readings) if (reading.kind === 'row') rows.push([table.name, reading.line, reading.row])
  return { rows, share: table.share?.() }
}
const expected = [
  [join(folder, '1.csv'), 2, { a: 1, y: 2 }],
  [join(folder, '1.csv'), 3, { a: 3, y: 4 }],
  [join(folder, '2.csv.gz'), 2, { a: 5, y: 6 }],
  [join(folder, '3.json'), 1, { a: 7, y: 8 }],
]

test('files and patterns are read in turn, each with its own order of columns, format and compression', async () => {
  expect(await read(join(folder, '[1-3].*'))).toEqual({ rows: expected, share: 1 })
  expect((await read(join(folder, '1.csv'), join(folder, '?.csv.gz'), join(folder, '3.json'))).rows).toEqual(expected)
})

test('a file without a column of the first one is refused, and so is a pattern that names no file', async () => {
  await expect(read(join(folder, '1.csv'), join(folder, 'other.csv'))).rejects.toThrow(
    `other.csv, line 1: there is no column "a", which ${join(folder, '1.csv')} has; give files of the same columns.`,
  )
  await expect(read(join(folder, '*.tsv'))).rejects.toThrow('there is no file')
})

test('a name that no file has is refused before any row is read', async () => {
  await expect(openTables([join(folder, '1.csv'), join(folder, 'missing.csv')])).rejects.toThrow(
    `there is no file ${join(folder, 'missing.csv')}`,
  )
})

test('a column of a similar name is named', async () => {
  const [rooms, room] = [write('rooms.csv', 'rooms,y\n1,2\n'), write('room.csv', 'y,Room\n1,2\n')]
  await expect(read(rooms, room)).rejects.toThrow(
    'give files of the same columns, and rename "Room" if it is that column.',
  )
})

test('the line of a header below a preamble is told', async () => {
  const below = write('below.csv', '# exported\n# today\nc,y\n1,2\n')
  await expect(read(join(folder, '1.csv'), below)).rejects.toThrow(/below\.csv, line 3: there is no column "a"/)
})

test('columns that only later files have are listed once, with the first file that has them', async () => {
  const [second, third] = [write('4.csv', 'z,y,a\n1,2,3\n'), write('5.json', '{"a": 1, "y": 2, "z": 3, "more": 4}')]
  const table = await openTables([join(folder, '1.csv'), second, third])
  const { features, target } = inferSchema(table.contents, { target: { name: 'y' } })
  const rows: unknown[] = []
  for await (const readings of table.rows({ features, target }))
    for (const reading of readings) rows.push(reading.kind === 'row' && reading.row.a)
  expect(table.laterColumns).toEqual([
    { name: 'z', file: second },
    { name: 'more', file: third },
  ])
  expect(rows).toEqual([1, 3, 3, 1])
})
