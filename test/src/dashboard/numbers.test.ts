import { expect, test } from 'vitest'
import { figure, grouped, rate, shortest, signed, verdict } from '../../../src/dashboard/page/numbers.js'

test.each([
  [0, '0.000'],
  [-0, '0.000'],
  [1.23456, '1.235'],
  [-12.3456, '−12.35'],
  [123.456, '123.5'],
  [12_345.6, '12,346'],
  [0.00012, '1.2e−4'],
  [-2.5e12, '−2.5e12'],
  [Number.NaN, '–'],
  [undefined, '–'],
  [-Infinity, '−∞'],
])('%s is shown as %s', (x, text) => {
  expect(figure(x)).toBe(text)
})

test('signs, rates and numbers are as short as possible', () => {
  expect([0.5, -0.5, 0].map(signed)).toEqual(['+0.500', '−0.500', '0.000'])
  expect([20, -0.5, 21.37, 51.08021, 123_456.78].map(shortest)).toEqual(['20', '−0.5', '21.37', '51.08', '123,456.8'])
  expect([0, 0.5, 9.96, 12.4, 12_345].map(rate)).toEqual(['0', '0.5', '10.0', '12', '12,345'])
  expect(grouped(1234.5)).toBe('1,235')
})

test('a score is compared with a baseline in words', () => {
  expect(verdict(1.23, 1.8, 'MAE', 'lower')).toBe('32 % better')
  expect(verdict(2, 1, 'MAE', 'lower')).toBe('100 % worse')
  expect(verdict(1, 1, 'MAE', 'lower')).toBe('equal')
  expect(verdict(1, 0, 'MAE', 'lower')).toBe('worse')
  expect(verdict(0.912, 0.853, 'accuracy', 'higher')).toBe('5.9 points better')
  expect(verdict(0.2, 0.5, 'R²', 'higher')).toBe('0.300 worse')
  expect(verdict(Number.NaN, 1, 'MAE', 'lower')).toBe('no score yet')
})
