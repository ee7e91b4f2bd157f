import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CsvRecord, csvReader, delimiterOf } from '../../../../src/node/sources/csv.js'
import { runs } from '../../../runs.js'

const read = (text: string, delimiter = ',') => {
  const reader = csvReader({ delimiter })
  return [...reader(text, false), ...reader('', true)]
}
const cells = (text: string) => read(text).map((item) => (item.kind === 'record' ? item.cells : item.reason))

/** Cuts a text at the given places. */
const pieces = (text: string, cuts: readonly number[]) => {
  const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length]
  return at.slice(1).map((end, i) => text.slice(at[i], end))
}

const cell = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc
    .array(fc.constantFrom('a', '1', ',', ';', '"', '\n', '\r', ' ', 'é', '😀'), { maxLength: 6 })
    .map((c) => c.join('')),
)
const table = fc
  .integer({ min: 1, max: 5 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }))

const written = (rows: readonly (readonly string[])[], end: string, delimiter: string, lastEnd: boolean) => {
  const quotes = new RegExp(`["\\n\\r${delimiter}]`)
  const lines = rows.map((row) =>
    row
      .map((text) =>
        quotes.test(text) || (row.length === 1 && text === '') ? `"${text.replaceAll('"', '""')}"` : text,
      )
      .join(delimiter),
  )
  return lines.join(end) + (lastEnd ? end : '')
}

test('text that is written with quotes is read back, wherever the pieces are cut', () => {
  fc.assert(
    fc.property(
      table,
      fc.constantFrom('\n', '\r\n'),
      fc.constantFrom(',', ';', '\t'),
      fc.boolean(),
      fc.array(fc.nat(), { maxLength: 6 }),
      (rows, end, delimiter, lastEnd, cuts) => {
        const text = written(rows, end, delimiter, lastEnd)
        const whole = read(text, delimiter)
        expect(whole.map((item) => (item as CsvRecord).cells)).toEqual(rows)
        const reader = csvReader({ delimiter })
        const cut = [...pieces(text, cuts).flatMap((piece) => reader(piece, false)), ...reader('', true)]
        expect(cut).toEqual(whole)
      },
    ),
    { numRuns: runs(2500) },
  )
})

test('spaces around a quoted cell do not count', () => {
  const space = fc.constantFrom('', ' ', '  ', '\t')
  fc.assert(
    fc.property(
      table,
      fc.array(space, { minLength: 2, maxLength: 9 }),
      fc.constantFrom('\n', '\r\n'),
      (rows, spaces, end) => {
        let used = 0
        const around = (cell: string): string => {
          const [before, after] = [spaces[used++ % spaces.length], spaces[used++ % spaces.length]]
          return `${before}"${cell.replaceAll('"', '""')}"${after}`
        }
        const text = rows.map((row) => row.map(around).join(',') + end).join('')
        expect(read(text).map((item) => (item as CsvRecord).cells)).toEqual(rows)
      },
    ),
    { numRuns: runs(500) },
  )
})

test('quotes that a backslash escapes are read, wherever the pieces are cut', () => {
  const piece = fc.constantFrom('a', '1', ',', '\n', ' ', '\\', '"a', '\\"b', '""c')
  const cell = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
  // The first cell has a quote that cannot be the end of it.
  const row = fc.tuple(cell, fc.array(cell, { maxLength: 3 })).map(([first, rest]) => [`"a${first}`, ...rest])
  const escaped = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(), { maxLength: 6 }), (rows, cuts) => {
      const text = rows.map((cells) => `${cells.map(escaped).join(',')}\n`).join('')
      const reader = csvReader()
      const found = [...pieces(text, cuts).flatMap((part) => reader(part, false)), ...reader('', true)]
      expect(found.map((item) => (item as CsvRecord).cells)).toEqual(rows)
    }),
    { numRuns: runs(1000) },
  )
})

test('a backslash is a letter wherever a record can be read so', () => {
  expect(cells('1,"C:\\",0\n"C:\\dir\\","a ""b""\\"\n\\"x,2\n')).toEqual([
    ['1', 'C:\\', '0'],
    ['C:\\dir\\', 'a "b"\\'],
    ['\\"x', '2'],
  ])
})

test('any text gives the same records and rejections, wherever it is cut', () => {
  const text = fc.array(fc.constantFrom('a', '"', ',', '\n', '\r\n', '\r', 'b"', ' ', '\t', '\\"'), { maxLength: 30 })
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 6 }), (letters, cuts) => {
      const whole = letters.join('')
      const reader = csvReader()
      const cut = [...pieces(whole, cuts).flatMap((piece) => reader(piece, false)), ...reader('', true)]
      expect(cut).toEqual(read(whole))
    }),
    { numRuns: runs(5000) },
  )
})

test('each record has the line at which it starts', () => {
  const text = 'a,b\r\n1,"two\r\nlines"\r\n\r\n3,4\n"5","6\n7\n8"\n9,10'
  expect(read(text).map((item) => (item as CsvRecord).line)).toEqual([1, 2, 5, 6, 9])
})

test('quotes, doubled quotes, empty cells and quotes inside an unquoted cell are read', () => {
  expect(cells('"a ""b""",,""\n5" pipe,x\n')).toEqual([
    ['a "b"', '', ''],
    ['5" pipe', 'x'],
  ])
  expect(read('"1",2\n')[0]).toMatchObject({ quoted: [true, false] })
})

test('a quote that is never closed rejects only its own line', () => {
  expect(read('a,b\n"1,2\n3,4\n5,6')).toEqual([
    { kind: 'record', line: 1, cells: ['a', 'b'] },
    { kind: 'rejection', cursor: 2, reason: 'the quote of cell 1 is not closed', row: '"1,2' },
    { kind: 'record', line: 3, cells: ['3', '4'] },
    { kind: 'record', line: 4, cells: ['5', '6'] },
  ])
  expect(cells('1,"2"x\n3,4\n')).toEqual(['there is text after the closing quote of cell 2', ['3', '4']])
})

test('an open quote takes a bounded amount of memory', () => {
  const reader = csvReader({ longest: 100 })
  expect(reader('a,"b\n', false)).toEqual([])
  const found = Array.from({ length: 40 }, () => reader('1,2,3\n', false)).flat()
  expect(found[0]).toMatchObject({ kind: 'rejection', cursor: 1 })
  expect(found.length).toBe(41)
  expect(() => csvReader({ longest: 100 })('x'.repeat(200), false)).toThrow('line 1 is longer than 100 characters')
})

test('the delimiter is the most frequent mark of the header outside quotes', () => {
  expect(['a,b,c', 'a;b;c', 'a\tb', '"a,b,c";d', 'a'].map(delimiterOf)).toEqual([',', ';', '\t', ';', ','])
})
