import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleCommand, type Command } from '../../../command.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-files-'))
afterAll(() => rmSync(folder, { recursive: true }))
let command: Command
beforeAll(async () => {
  command = await bundleCommand()
})
afterAll(() => command.remove())

const learn = async (...args: readonly string[]) => {
  const child = spawn(process.execPath, [command.file, 'learn', '--target', 'y', ...args])
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, predictions: stdout.split('\n').length - 1, stderr, notes: stderr.match(/^note .*$/gm) ?? [] }
}
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
/** Forty rows, whose text is long enough that a cut gzip file still unpacks some of them. */
const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 7}\n`).join('')
const good = write('good.csv', `a,y\n${rows}`)
const manyRows = Array.from({ length: 6000 }, (_, i) => `${Math.sin(i)},${Math.cos(i)}\n`).join('')
const packed = gzipSync(`a,y\n${manyRows}`)

describe('an error after the first rows', () => {
  const faults: Readonly<Record<string, readonly [files: readonly string[], error: RegExp]>> = {
    'a column that is missing': [[good, write('b.csv', 'b,y\n1,2\n')], /b\.csv, line 1: there is no column "a"/],
    'a header of numbers': [[good, write('numbers.csv', '1,2\n3,4\n')], /numbers\.csv, line 1: /],
    'two columns of one name': [[good, write('twice.csv', 'a,a,y\n1,2,3\n')], /twice\.csv, line 1: /],
    'an empty file': [[good, write('empty.csv', '')], /empty\.csv is empty/],
    'a file that is not text': [[good, write('bytes.csv', Uint8Array.of(0, 0, 0))], /bytes\.csv is not text/],
    'a folder': [[good, folder], /is a folder/],
    'a line without end in a later file': [
      [good, write('long.csv', `a,y\n1,2\n${'1'.repeat(2 ** 20 + 1)}`)],
      /long\.csv, line 3 is longer than/,
    ],
    'a line without end in the only file': [
      [write('only.csv', `a,y\n${manyRows}${'1'.repeat(2 ** 20 + 1)}`)],
      /only\.csv, line 6002 is longer than/,
    ],
    'a gzip file that is cut short': [[write('cut.csv.gz', packed.subarray(0, -5000))], /cut\.csv\.gz is damaged/],
  }
  for (const [what, [files, error]] of Object.entries(faults))
    test(`keeps what was learned and its report: ${what}`, async () => {
      const { code, predictions, stderr } = await learn(...files)
      expect(code).toBe(1)
      const [last] = stderr.trimEnd().split('\n').slice(-1)
      expect(last).toMatch(error)
      expect(last).toMatch(/ What came before it has been learned, and the report covers it\.$/)
      const [, reported] = /^([\d,]+) rows in /m.exec(stderr) ?? []
      expect(Number(reported?.replace(',', ''))).toBe(predictions)
      expect(predictions).toBeGreaterThanOrEqual(40)
      expect(stderr).toMatch(/^MAE +\d/m)
    })

  test('is the only line if the run is to be quiet, and there is no report if no row was read', async () => {
    const quiet = await learn('--quiet', good, join(folder, 'b.csv'))
    expect(quiet).toMatchObject({ code: 1, predictions: 40 })
    expect(quiet.stderr).toMatch(/^rxgrad: .*b\.csv, line 1: there is no column .*\.\n$/)
    expect(quiet.stderr).not.toContain('report')
    const none = await learn(good, join(folder, 'missing.csv'))
    expect([none.code, none.predictions, none.stderr.split('\n').length]).toEqual([1, 0, 2])
  })
})

test('a column that only later files have is noted once, in whatever form they come', async () => {
  const lines = (z: string) => Array.from({ length: 300 }, (_, i) => `{"a": ${i % 7}, "y": ${i % 5}${z}}\n`).join('')
  const files = [
    write('first.json', lines('')),
    write('more.csv', 'z,y,a\n1,2,3\n'),
    write('again.csv', 'y,a,z\n1,2,3\n'),
    write('last.json', lines(', "z": 1')),
  ]
  const { code, stderr, notes } = await learn(...files)
  expect(code).toBe(0)
  expect(notes).toEqual([expect.stringContaining('more.csv has a column z, which the first file lacks')])
  // The model tells of new names too.
  expect(stderr.match(/"z"/)).toBeNull()
})
