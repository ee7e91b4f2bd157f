import fc from 'fast-check'
import { expect, test } from 'vitest'
import { category } from '../../../../src/features/category.js'
import { numeric } from '../../../../src/features/numeric.js'
import { decimals, lettersOf, numberOf } from '../../../../src/node/sources/cell.js'
import { cellsOf } from '../../../../src/node/sources/csv.js'
import { rowsOfLines, rowsOfRecords } from '../../../../src/node/sources/csvRows.js'
import { runs } from '../../../runs.js'

const decimalText = fc
  .tuple(fc.constantFrom('', '-'), fc.stringMatching(/^\d{0,17}$/), fc.stringMatching(/^(\.\d{0,17})?$/))
  .map((parts) => parts.join(''))

test('a decimal read in place has the bits of the one read as a text of its own, or is left to it', () => {
  const decimal = decimals()
  const read = (text: string, at: number): number => decimal.read(lettersOf(text), at)
  fc.assert(
    fc.property(decimalText, (text) => {
      const value = read(text, 0)
      if (!Number.isNaN(value)) expect(Object.is(value, numberOf(text))).toBe(true)
    }),
    { numRuns: runs(10_000) },
  )
  for (const text of ['0', '-0', '7.', '.5', '0.056443', '999999999999999', '-12.000'])
    expect(read(text, 0), text).toBe(numberOf(text))
  for (const text of ['', '-', '.', '+1', ' 1', 'x', '1234567890123456']) expect(read(text, 0), text).toBeNaN()
})

test('lines give the rows and rejections of their records, whatever they contain', () => {
  const cell = fc.oneof(
    decimalText,
    fc.constantFrom('', 'A', ' 7 ', '1e3', '0x1f', 'NaN', '-Infinity', '1 2', '02134', 'é'),
  )
  const fields = { a: numeric(), c: category(), d: numeric() }
  const header = ['a', 'b', 'c', 'd']
  fc.assert(
    fc.property(
      fc.array(cell, { minLength: 3, maxLength: 5 }),
      fc.constantFrom(',', '.', '-', '\t', '1'),
      fc.constantFrom([], ['NaN', '-1']),
      (cells, delimiter, missing) => {
        // Other lines come before and after it.
        const text = cells.join(delimiter)
        const line = { kind: 'line', line: 3, source: `1\n${text}\n2`, from: 2, to: 2 + text.length } as const
        const rules = { missing, decimal: 'point', contents: new Map(), orders: new Map() } as const
        const byRecords = rowsOfRecords(header, fields, rules)(cellsOf(line, delimiter))
        const byLines = rowsOfLines(header, fields, delimiter, rules)(line)
        expect(byLines).toEqual(byRecords)
        if (byLines.kind === 'row') expect(Object.entries(byLines.row)).toEqual(Object.entries(byRecords.row as object))
      },
    ),
    { numRuns: runs(10_000) },
  )
})
