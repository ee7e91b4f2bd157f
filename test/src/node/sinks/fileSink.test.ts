import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { fileSink, fileSource, openTable } from '../../../../src/node/index.js'
import type { Row } from '../../../../src/values.js'
import { runs } from '../../../runs.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-sink-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const fresh = (ending: string): string => join(folder, `${files++}.${ending}`)
const readBack = async (path: string, delimiter?: string): Promise<Row[]> => {
  const rows: Row[] = []
  const onRejected = ({ reason }: { reason: string }): never => {
    throw new Error(reason)
  }
  for await (const row of fileSource(path, { delimiter, onRejected })) rows.push(row)
  return rows
}
const written = async (path: string, rows: readonly Row[], options = {}): Promise<void> => {
  const sink = fileSink(path, options)
  await sink.write(rows)
  await sink.close()
}

/** What a CSV cell can hold and be told apart: a text of digits is a number when it is read. */
const cell = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc
    .string({ unit: fc.constantFrom('a', ',', ';', '"', '\n', '\r', ' ', 'é', '\\', '\t', '#') })
    .filter((text) => text !== ''),
  fc.constant(undefined),
)
const without = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      // Lines that end in CR LF are read as lines, also within a cell.
      value === undefined ? [] : [[name, typeof value === 'string' ? value.replace(/\r\n/g, '\n') : value]],
    ),
  )

describe('a file of CSV', () => {
  it('is read back to the same values, whatever the texts, in any sizes of writes and resumptions', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(',', ';', '\t', '|'),
        fc.array(fc.array(fc.record({ a: cell, 'b c': cell }), { maxLength: 4 }), { maxLength: 4 }),
        async (delimiter, pieces) => {
          const path = fresh('csv')
          const start = { a: 0, 'b c': 1 }
          const all: Row[] = [start, ...pieces.flat()]
          for (const piece of [[start], ...pieces]) await written(path, piece, { delimiter })
          expect(await readBack(path, delimiter)).toEqual(all.map(without))
          expect(readFileSync(path, 'utf8').split(`a${delimiter}b c\n`)).toHaveLength(2)
        },
      ),
      { numRuns: runs(60) },
    ))

  it('spreads nested parts over columns, and is a table that openTable knows', async () => {
    const path = fresh('csv')
    const at = new Date(0)
    await written(path, [
      { at, prediction: 'no', probabilities: { yes: 0.25, no: 0.75 }, right: true, big: 1e21, list: [1, 'b'] },
      { at, prediction: undefined, probabilities: {}, right: null, big: Number.NaN, list: [] },
    ])
    expect(readFileSync(path, 'utf8')).toBe(
      'at,prediction,probabilities.yes,probabilities.no,right,big,list\n' +
        '1970-01-01T00:00:00.000Z,no,0.25,0.75,true,1e+21,"[1,""b""]"\n' +
        '1970-01-01T00:00:00.000Z,,,,,,[]\n',
    )
    expect((await openTable(path)).columns).toContain('probabilities.no')
    expect((await readBack(path))[0]).toMatchObject({ big: 1e21 })
  })

  it('takes a line away that a crash has cut, wherever it was cut', async () => {
    const path = fresh('csv')
    await written(path, [{ a: 1, b: 'x' }])
    const { size } = statSync(path)
    await written(path, [{ a: 2, b: 'two\nlines, "quoted"\n' }])
    const whole = readFileSync(path)
    for (let end = size; end < whole.length; end++) {
      writeFileSync(path, whole.subarray(0, end))
      await written(path, [{ a: 3, b: 'y' }])
      expect(await readBack(path)).toEqual([
        { a: 1, b: 'x' },
        { a: 3, b: 'y' },
      ])
    }
    truncateSync(path, 2)
    await written(path, [{ c: 1 }])
    expect(readFileSync(path, 'utf8')).toBe('c\n1\n')
  })

  it('leaves out what the header lacks, and says so once', async () => {
    const path = fresh('csv')
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const sink = fileSink(path)
    await sink.write([{ a: 1 }, { a: 2, b: undefined }])
    expect(warn).not.toHaveBeenCalled()
    await sink.write([{ b: 2, a: 3 }, { c: 1 }])
    await sink.close()
    expect(warn.mock.calls).toEqual([
      [`fileSink ${path}: the column b is not in the header, and is left out; give columns, or write NDJSON.`],
    ])
    warn.mockRestore()
    expect(readFileSync(path, 'utf8')).toBe('a\n1\n2\n3\n""\n')
  })

  it('has the columns that are given, in their order, and refuses a file of others', async () => {
    const path = fresh('csv')
    const columns = ['b', 'a']
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await written(path, [{ a: 1, b: 2, c: 3 }], { columns })
    await written(path, [{ a: 3 }], { columns })
    warn.mockRestore()
    expect(readFileSync(path, 'utf8')).toBe('b,a\n2,1\n,3\n')
    await expect(written(path, [{ a: 1 }], { columns: ['a', 'b'] })).rejects.toThrow(
      /has the header 'b,a', which is not of the columns that are given/,
    )
    await expect(written(path, [{ z: 1 }])).rejects.toThrow(
      /its header is 'b,a', and the row has none of these columns/,
    )
    await expect(written(fresh('csv'), [{ 'a,b': 1 }])).rejects.toThrow(/a column is called 'a,b'; expected a name/)
    await expect(written(fresh('csv'), [{ a: () => 1 }])).rejects.toThrow(
      /the column a is a function.*expected a number/,
    )
  })
})

const name = fc.string({ minLength: 1 }).filter((text) => text !== '__proto__')
const value = fc.oneof(
  fc.string(),
  // A whole number of more digits than a number keeps is read as a text.
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Number.isInteger(x) || Number.isSafeInteger(x)),
  fc.boolean(),
  fc.constant(null),
)

describe('a file that somebody else has written', () => {
  const goesOn = async (ending: string, content: string, row: Row): Promise<readonly [string, readonly unknown[]]> => {
    const path = fresh(ending)
    writeFileSync(path, content)
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await written(path, [row])
    const told = warn.mock.calls.map(([message]) => String(message).replace(`fileSink ${path}: `, ''))
    warn.mockRestore()
    return [readFileSync(path, 'utf8'), told]
  }
  it.each([
    ['a quote amid a cell', 'csv', 'size,n\n5" pipe,1\nx,2\n', { size: 'z', n: 4 }, 'z,4\n'],
    ['quotes around line ends', 'csv', 'size,n\n"a\n""b""",1\n', { size: 'z', n: 4 }, 'z,4\n'],
    ['quotes behind spaces', 'csv', 'size,n\n1, "a\nb"\n', { size: 'z', n: 4 }, 'z,4\n'],
    ['an object without its line end', 'ndjson', '{"a":1}', { a: 2 }, '\n{"a":2}\n'],
  ] as const)('keeps all that is whole: %s', async (_, ending, content, row, more) => {
    expect(await goesOn(ending, content, row)).toEqual([content + more, []])
  })

  it('loses a line that was cut, and says so', async () => {
    expect(await goesOn('ndjson', '{"a":1}\n{"a":', { a: 2 })).toEqual([
      '{"a":1}\n{"a":2}\n',
      ['its last line is cut, and the 5 bytes of it are taken away.'],
    ])
  })
})

describe('a file of NDJSON', () => {
  it('is read back to the same values', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.dictionary(name, value), { minLength: 1 }), async (given) => {
        const path = fresh('ndjson')
        const rows = given.map((row) => JSON.parse(JSON.stringify({ ...row, i: 1 })))
        await written(path, rows)
        expect(await readBack(path)).toEqual(rows)
      }),
      { numRuns: runs(30) },
    ))

  it('goes on behind the last whole line, and begins anew only if it is asked to', async () => {
    const path = fresh('ndjson')
    await written(path, [{ i: 0 }])
    // Longer than the pieces in which the end is looked for.
    appendFileSync(path, `{"text":"${'x'.repeat(2 ** 17)}`)
    await written(path, [{ i: 1 }])
    expect(readFileSync(path, 'utf8')).toBe('{"i":0}\n{"i":1}\n')
    const sink = fileSink(path, { append: false })
    await sink.write([{ i: 2 }])
    await sink.close()
    await sink.write([{ i: 3 }])
    await sink.close()
    expect(readFileSync(path, 'utf8')).toBe('{"i":2}\n{"i":3}\n')
  })
})

describe('stdout', () => {
  const program = (format: string): string => `
    import { fileSink } from ${JSON.stringify(new URL('../../../../src/node/sinks/fileSink.ts', import.meta.url).href)}
    const sink = fileSink('-', { format: '${format}' })
    for (let k = 0; k < 3; k++) { await sink.write(Array.from({ length: 20_000 }, (_, i) => ({ i: 20_000 * k + i }))); await sink.close() }
  `
  const start = () =>
    spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program('csv')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })

  it('gets every row at the pace of its reader', async () => {
    const { stdout, stderr } = start()
    // Nothing is read until more waits than a pipe holds.
    stdout.pause()
    await once(stdout, 'readable')
    const [written, problem] = await Promise.all([text(stdout), text(stderr)])
    expect(problem).toBe('')
    expect(written).toBe(`i\n${Array.from({ length: 60_000 }, (_, i) => `${i}\n`).join('')}`)
  })

  it('is an error when its reader goes', async () => {
    const { stdout, stderr } = start()
    const problem = text(stderr)
    await once(stdout, 'data')
    stdout.destroy()
    expect(await problem).toMatch(/fileSink -: stdout cannot be written: .*; is its reader gone\?/)
  })
})

describe('fileSink', () => {
  it('refuses what is no option, and what belongs to CSV alone', () => {
    expect(() => fileSink('')).toThrow(/the path is ''; expected that of a file/)
    expect(() => fileSink('a.csv', { delimiter: '"' })).toThrow(/delimiter is '"'; expected one character/)
    expect(() => fileSink('a.ndjson', { columns: ['a'] })).toThrow(/columns is given for NDJSON/)
    expect(() => fileSink('a', { format: 'xml' as never })).toThrow(/format/)
  })

  it('says why a file cannot be written', async () => {
    await expect(written(folder, [{ a: 1 }])).rejects.toThrow(/cannot be written: it is a folder/)
    await expect(written('/dev/full', [{ a: 1 }])).rejects.toThrow(
      /^fileSink \/dev\/full cannot be written: the disk is full\.$/,
    )
  })
})
