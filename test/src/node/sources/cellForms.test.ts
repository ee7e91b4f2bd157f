import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactValue, isCode } from '../../../../src/node/sources/cell.js'
import { readNumber } from '../../../../src/node/sources/numberForm.js'
import { runs } from '../../../runs.js'

test('a value has the text of its cell, whatever the cell has', () => {
  const text = fc.oneof(
    fc.string(),
    fc.double().map(String),
    fc.stringMatching(/^-?\d{0,18}(\.\d{0,18})?(e\d)?$/),
    fc.constantFrom(
      '-0',
      '0',
      '1.10',
      '007',
      '1e3',
      '9007199254740993',
      '0.000001',
      '0.0000001',
      'NaN',
      'Infinity',
      '-0.5',
    ),
  )
  fc.assert(
    fc.property(text, (cell) => {
      const value = exactValue(cell)
      expect(`${value}`).toBe(cell)
      if (typeof value === 'string') expect(`${Number(cell)}` === cell && Number.isFinite(Number(cell))).toBe(false)
    }),
    { numRuns: runs(10_000) },
  )
})

test.each(['02134', '00', '9007199254740993', '740245381351497731'])('%s is a code', (text) =>
  expect(isCode(text)).toBe(true),
)
test.each(['0', '0.5', '2134', '9007199254740991', '1e20'])('%s is no code', (text) => expect(isCode(text)).toBe(false))

test.each([
  ['point', '', '1,100.50', 1100.5],
  ['point', '', "1'100", 1100],
  ['point', '', '1 100 000', 1100000],
  ['point', '', '12,34,567', 1234567],
  ['point', '', '0,500', undefined],
  ['point', '', '1,10', undefined],
  ['point', '', '1,1000', undefined],
  ['point', '$', '$1,100.50', 1100.5],
  ['point', '$', '-$5', -5],
  ['point', '$', '€5', undefined],
  ['point', '€', '12 €', 12],
  ['point', 'kB', '500 kB', 500],
  ['point', 'kB', '500', 500],
  ['point', '%', '−7 %', -7],
  ...['℃', '℉', '㎡', '㎥/h', '№', 'Ω', 'µg/m³', '″', '°', '° C', '‱', '👍'].map(
    (unit) => ['point', unit, `20.6 ${unit}`, 20.6] as const,
  ),
  ['point', '½', '5 ½', undefined],
  ['point', '', 'NaN', undefined],
  ['point', '', '12:30', undefined],
  ['comma', '', '21,1', 21.1],
  ['comma', '', '-1.100,50', -1100.5],
  ['comma', '', '1.100', 1100],
  ['comma', '€', '1.100,50 €', 1100.5],
] as const)('with a decimal %s and the unit %j, %j is %j', (decimal, unit, text, value) => {
  expect(readNumber(text, { decimal, unit })).toBe(value)
})

test.each([
  ['(3.20)', -3.2],
  ['($1,100.50)', -1100.5],
  ['(5 %)', -5],
  ['(-5)', undefined],
  ['(12', undefined],
  ['()', undefined],
])('%s, as accountants write a number below 0, is read as %s', (text, value) => {
  const unit = text.includes('$') ? '$' : text.includes('%') ? '%' : ''
  expect(readNumber(text, { decimal: 'point', unit })).toBe(value)
})
