import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { type FileSourceOptions, fileSource } from '../../../../src/node/index.js'
import { runs } from '../../../runs.js'
import { type SourceCase, sourceLaws, taken, until } from '../sources/sourceLaws.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-follow-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const newFile = (): string => join(folder, `rows${files++}.ndjson`)

const followed: SourceCase = {
  async prepare() {
    const path = newFile()
    return {
      open: (options) => fileSource(path, { ...options, follow: true, everyMs: 2 } as FileSourceOptions),
      send: (texts) => appendFileSync(path, texts.map((text) => `${text}\n`).join('')),
      stop: () => {},
    }
  },
  named: /rows\d+\.ndjson|fileSource/,
  nowhere: () => fileSource(folder, { follow: true }),
  advice: /rxgrad-follow-\w+ is a folder; name an NDJSON or CSV file/,
  bound: 3000,
  hasCursors: true,
}

describe('a file that is followed', () => sourceLaws(followed))

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const line = (i: number) => `{"i":${i}}\n`
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => line(from + k)).join('')
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k)
const follow = (path: string, options?: FileSourceOptions) =>
  fileSource(path, { everyMs: 2, follow: true, cursor: 'at', ...options })
const only = async (reading: ReturnType<typeof taken>) => (await reading).map(({ i }) => i)

describe('a file that grows', () => {
  it('is read once and in order, whatever the pieces in which it is written, renamed and begun anew', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant('rotate' as const)), { maxLength: 8 }),
        async (acts) => {
          const path = newFile()
          const text = lines(0, 12)
          const source = follow(path)
          const reading = only(taken(source, 12))
          let at = 0
          let rotated = 0
          for (const act of acts) {
            if (act !== 'rotate') {
              appendFileSync(path, text.slice(at, at + act))
              at = Math.min(text.length, at + act)
            } else if (at > 0 && text[at - 1] === '\n') {
              // A file that is gone before anyone has opened it is never seen.
              const written = text.slice(0, at).split('\n').length - 1
              await until(() => source.counters.received >= written)
              renameSync(path, `${path}.${10 - rotated++}`)
              writeFileSync(path, '')
            }
            await pause(1)
          }
          appendFileSync(path, text.slice(at))
          expect(await reading).toEqual(numbers(0, 12))
        },
      ),
      { numRuns: runs(60) },
    ))

  it('rejects a row whose quote is not closed within the longest row, and reads on behind its line', async () => {
    const path = newFile()
    writeFileSync(path, `a,b\n1,x\n2,"y\n${'3,z\n'.repeat(300)}`)
    const rejected: string[] = []
    const source = fileSource(path, {
      longest: 1000,
      onRejected: ({ reason }) => void rejected.push(reason),
      format: 'csv',
    })
    const rows = await taken(source, 301)
    expect(rejected).toEqual(['a quote opens here that is not closed within 1,000 characters'])
    expect([rows[0], rows[1], rows.length]).toEqual([{ a: 1, b: 'x' }, { a: 3, b: 'z' }, 301])
  })

  it('keeps a line without its end until it comes', async () => {
    const path = newFile()
    writeFileSync(path, `${line(0)}{"i":`)
    const source = follow(path)
    const reader = source[Symbol.asyncIterator]()
    expect((await reader.next()).value).toMatchObject({ i: 0 })
    const second = reader.next()
    await pause(20)
    expect(source.counters).toMatchObject({ received: 1, invalid: 0 })
    appendFileSync(path, '1}\n')
    expect((await second).value).toMatchObject({ i: 1 })
    source.close()
  })

  it('reads what is still written to the file that was renamed, and its last line without an end', async () => {
    const path = newFile()
    writeFileSync(path, lines(0, 2))
    const reading = only(taken(fileSource(path, { everyMs: 20, follow: true }), 6))
    await pause(40)
    renameSync(path, `${path}.1`)
    writeFileSync(path, lines(4, 6))
    appendFileSync(`${path}.1`, `${line(2)}{"i":3}`)
    expect(await reading).toEqual(numbers(0, 6))
  })

  it('begins anew when it is truncated, even if it is longer than before when that is seen', async () => {
    for (const more of [0, 20]) {
      const path = newFile()
      writeFileSync(path, `${lines(0, 3)}{"i"`)
      const reading = only(taken(follow(path), 5 + more))
      await pause(30)
      truncateSync(path)
      appendFileSync(path, lines(3, 5 + more))
      expect(await reading).toEqual(numbers(0, 5 + more))
    }
  })

  it('is waited for, before it exists and after it was removed', async () => {
    const path = newFile()
    const reading = only(taken(follow(path), 4))
    await pause(10)
    writeFileSync(path, lines(0, 2))
    await pause(30)
    unlinkSync(path)
    await pause(10)
    writeFileSync(path, lines(2, 4))
    expect(await reading).toEqual(numbers(0, 4))
  })
})

describe('resuming a file', () => {
  it('reads the rest of the file that was renamed, then those that came later', async () => {
    const path = newFile()
    writeFileSync(path, lines(0, 4))
    const [, second] = await taken(follow(path), 2)
    renameSync(path, `${path}.3`)
    // What tells one file from another is its first row.
    writeFileSync(`${path}.2.gz`, gzipSync(lines(4, 6)))
    writeFileSync(`${path}.1`, lines(6, 8))
    writeFileSync(`${path}.1.gz`, gzipSync(lines(6, 8)))
    writeFileSync(path, lines(8, 10))
    writeFileSync(`${path}.notes`, Buffer.from([0, 1, 0, 0]))
    const from = second!.at as string
    expect(await only(taken(follow(path, { from }), 8))).toEqual(numbers(2, 10))
    expect(await only(taken(follow(path, { from, follow: false }), 99))).toEqual(numbers(2, 10))
  })

  it('refuses a cursor of another file, of a file that was cut, and what is none', async () => {
    const path = newFile()
    const other = newFile()
    writeFileSync(path, lines(0, 4))
    writeFileSync(other, lines(7, 9))
    const from = (await taken(follow(path), 4)).at(-1)!.at as string
    const refusal = (name: string, options: FileSourceOptions) =>
      taken(fileSource(name, options), 1).catch((error: Error) => error.message)
    for (const following of [true, false]) {
      const options = { from, follow: following, everyMs: 2 }
      expect(await refusal(other, options)).toMatch(/is not the file that the cursor .* is of.*leave from out/)
      expect(await refusal(path, { ...options, from: 'x' })).toMatch(/from is 'x'; expected a cursor of a file/)
    }
    truncateSync(path, 10)
    for (const following of [true, false])
      expect(await refusal(path, { from, follow: following, everyMs: 2 })).toMatch(/ends before byte 32/)
  })
})

describe('a file that is whole', () => {
  const all = async (text: string | Buffer, options?: FileSourceOptions) => {
    const path = newFile()
    writeFileSync(path, text)
    const rejected: unknown[] = []
    const source = fileSource(path, { onRejected: ({ reason }) => rejected.push(reason), ...options })
    return { rows: await taken(source, 1e6), rejected, path }
  }
  const csv = 'a;b;note\r\n1;0.10;\r\n\r\n2;007;"x;""y""\nz"\r\n3\r\n4;;"open\r\n5;5;end'

  it('is CSV with cells over several lines, and ragged rows are rejected', async () => {
    const { rows, rejected } = await all(csv)
    expect(rows).toEqual([
      { a: 1, b: 0.1 },
      { a: 2, b: '007', note: 'x;"y"\nz' },
      { a: 5, b: 5, note: 'end' },
    ])
    expect(rejected).toEqual(['the row has 1 cells, but the header has 3', 'the quote of cell 3 is not closed'])
  })

  it('resumes after every row, compressed or not, with or without the last line end', async () => {
    for (const text of [csv, lines(0, 5), `\ufeff\n${lines(0, 5)}`, lines(0, 5).trimEnd()])
      for (const bytes of [Buffer.from(text), gzipSync(text)]) {
        const { rows, path } = await all(bytes, { cursor: 'at' })
        for (const [i, { at }] of rows.entries()) {
          const from = at as string
          expect(await taken(fileSource(path, { from, cursor: 'at', onRejected() {} }), 99)).toEqual(rows.slice(i + 1))
        }
      }
  })

  it('rejects a line that is too long, without keeping it, and a header that comes again', async () => {
    const long = `{"text":"${'x'.repeat(300_000)}"}\n`
    expect(await all(line(0) + long + line(1), { longest: 100 })).toMatchObject({
      rows: [{ i: 0 }, { i: 1 }],
      rejected: ['the line is longer than 100 bytes; expected one row per line'],
    })
    expect(await all('a,b\n1,2\na,b\n3,4\n')).toMatchObject({
      rows: [
        { a: 1, b: 2 },
        { a: 3, b: 4 },
      ],
      rejected: ['the row repeats the header'],
    })
  })

  it('says what is wrong with a file that cannot be read', async () => {
    const problem = (text: string | Buffer) => all(text).catch((error: Error) => error.message)
    expect(await problem('[{"a":1}]')).toMatch(/is a JSON array; .*openTable/)
    expect(await problem(Buffer.from('{"a":1}', 'utf16le'))).toMatch(/is in UTF-16; .*openTable/)
    expect(await problem('a,a\n1,2\n')).toMatch(/has the column a twice/)
    expect(await problem(gzipSync(lines(0, 99)).subarray(0, 60))).toMatch(/gzip cannot unpack it/)
    await expect(taken(fileSource(join(folder, 'none')), 1)).rejects.toThrow(/there is no file .*none/)
    expect(await all('')).toMatchObject({ rows: [] })
  })
})
