import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { InputError, ndjsonReader, paced, readLines } from '../../../../src/node/sources/index.js'
import { runs } from '../../../runs.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-lines-'))
afterAll(() => rmSync(folder, { recursive: true }))

const all = async <T>(chunks: AsyncIterable<readonly T[]>) => {
  const items: T[] = []
  for await (const chunk of chunks) items.push(...chunk)
  return items
}
async function* stream(...pieces: (string | Uint8Array)[]) {
  yield* pieces
}

test('lines may end in LF or CRLF, begin with a byte order mark, and the last one need not end', async () => {
  const bytes = new TextEncoder().encode('\ufeffone\r\ntwö\n\nfour')
  expect(await all(readLines(stream(bytes)))).toEqual(['one', 'twö', '', 'four'])
  expect(await all(readLines(stream('\ufeffone\r\n')))).toEqual(['one'])
  expect(await all(readLines(stream()))).toEqual([])
  const [nothing, ascii] = [new Uint8Array(), new TextEncoder().encode('zero\n')]
  expect(await all(readLines(stream(nothing, bytes)))).toEqual(['one', 'twö', '', 'four'])
  expect(await all(readLines(stream(ascii, bytes)))).toEqual(['zero', '\ufeffone', 'twö', '', 'four'])
})

test('bytes may be cut anywhere, even inside a letter', async () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n\ufeff]/g, ''))
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      async (lines, cuts) => {
        const bytes = new TextEncoder().encode(`${lines.join('\n')}\n`)
        const at = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length]
        const pieces = at.slice(1).map((end, i) => bytes.subarray(at[i], end))
        expect(await all(readLines(stream(...pieces)))).toEqual(lines)
      },
    ),
  )
})

test('UTF-16 is read as UTF-8 is, with a byte order mark or of ASCII without one, wherever it is cut', async () => {
  const letters = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll(/[\r\ufeff]/g, ''))
  const ascii = fc.stringMatching(/^[ -~\n]{2,20}$/)
  const utf16 = (text: string, isBig: boolean): Uint8Array => {
    const bytes = Buffer.from(text, 'utf16le')
    return isBig ? bytes.swap16() : bytes
  }
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        letters.map((text) => ({ text, mark: '\ufeff' })),
        ascii.map((text) => ({ text, mark: '' })),
      ),
      fc.boolean(),
      fc.array(fc.nat(), { maxLength: 8 }),
      async ({ text, mark }, isBig, cuts) => {
        const bytes = utf16(`${mark}${text}`, isBig)
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
        const pieces = at.slice(1).map((end, i) => bytes.subarray(at[i], end))
        expect(await all(readLines(stream(...pieces)))).toEqual(await all(readLines(stream(text))))
      },
    ),
    { numRuns: runs(300) },
  )
})

test('files are read, compressed or not, and a missing, damaged or binary file, or a folder, is refused with what to do', async () => {
  const write = (name: string, bytes: string | Uint8Array) => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }
  expect(await all(readLines(write('a.txt', 'a\nb')))).toEqual(['a', 'b'])
  const message = (path: string) => all(readLines(path)).then(String, (error) => `${error}`)
  expect(await message(join(folder, 'none.csv'))).toMatch(/^InputError: there is no file .*none\.csv; name an NDJSON/)
  expect(await message(folder)).toContain('is a folder')
  expect(await all(readLines(write('a.gz', gzipSync('a\nb'))))).toEqual(['a', 'b'])
  expect(await message(write('short.gz', gzipSync('a\nb').subarray(0, 12)))).toContain('gzip cannot unpack it')
  expect(await message(write('a.zip', Uint8Array.of(80, 75, 3, 4, 0, 0, 8, 0, 0)))).toContain(
    'is not text, because it has',
  )
  // Bytes that are no UTF-8 are read as replacement characters, unless they are the mark of UTF-16.
  for (const bytes of [Uint8Array.of(0xff, 65), Uint8Array.of(0xfe, 65), Uint8Array.of(65, 0xfe)])
    expect(await all(readLines(write('latin1.txt', bytes)))).toHaveLength(1)
})

test('a line that does not end is an error that names it', async () => {
  const read = all(readLines(stream('a\n', 'x'.repeat(60), 'x'.repeat(60)), { longest: 100 }))
  await expect(read).rejects.toThrow(InputError)
  await expect(read).rejects.toThrow('line 2 is longer than 100 characters')
})

test('an abort ends the reading as if the input had ended', async () => {
  const stop = new AbortController()
  const found: string[] = []
  for await (const lines of readLines(join(import.meta.dirname, 'lines.test.ts'), { signal: stop.signal })) {
    found.push(...lines)
    stop.abort()
  }
  expect(found.length).toBeGreaterThan(0)
})

test('the event loop turns while a long array is consumed, and no piece is lost', async () => {
  let turns = 0
  let running = true
  const turn = () => {
    turns++
    if (running) setImmediate(turn)
  }
  setImmediate(turn)
  const numbers = Array.from({ length: 20_000 }, (_, i) => i)
  const seen: number[] = []
  const start = process.cpuUsage()
  let longest = 0
  let last = performance.now()
  for await (const piece of paced(stream2(numbers))) {
    const turned = turns
    for (const number of piece) {
      const until = performance.now() + 0.01
      while (performance.now() < until);
      seen.push(number)
    }
    if (turns !== turned) last = performance.now()
    longest = Math.max(longest, performance.now() - last)
  }
  running = false
  const used = process.cpuUsage(start).user / 1000
  expect(seen).toEqual(numbers)
  // There is one turn in every 10 ms of work, with some tolerance for the clock.
  expect(turns).toBeGreaterThan(used / 25)
})
async function* stream2(numbers: readonly number[]) {
  yield numbers
}

test('in NDJSON, objects are rows, and anything else is rejected with its line', () => {
  const read = ndjsonReader()
  const found = [...read('{"a":1}\n\n{"a":\r\n[1]\n7\nnull\n', false), ...read('{"a":"x"}', true)]
  expect(found).toMatchObject([
    { kind: 'row', line: 1, row: { a: 1 } },
    { kind: 'rejection', cursor: 3 },
    { kind: 'rejection', cursor: 4, reason: 'the line is an array; expected an object such as {"a": 1}' },
    { kind: 'rejection', cursor: 5, reason: 'the line is a number; expected an object such as {"a": 1}' },
    { kind: 'rejection', cursor: 6, reason: 'the line is null; expected an object such as {"a": 1}' },
    { kind: 'row', line: 7, row: { a: 'x' } },
  ])
  expect(found[1]).toHaveProperty('reason', expect.stringMatching(/^the line is not JSON.*: "\{"a":"$/))
})
