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
  await expect(read(join(folder, '1.csv'), join(folder, 'other.csv'))).rejects.toThrow('other.csv has no column "a"')
  await expect(read(join(folder, '*.tsv'))).rejects.toThrow('there is no file')
})
