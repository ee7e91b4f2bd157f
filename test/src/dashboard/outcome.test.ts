import { expect, test } from 'vitest'
import { outcomeOf } from '../../../src/dashboard/outcome.js'
import { placeOfForecast, placeOfTruth } from '../../../src/dashboard/places.js'
import { category } from '../../../src/features/category.js'
import { numeric } from '../../../src/features/numeric.js'

test('the outcome of a number is its distance from the prediction', () => {
  const sample = { type: 'sample', step: 1, x: [], predicted: 1.5, loss: 0.125 } as const
  expect(outcomeOf({ y: numeric() }, sample, [1])).toEqual([
    ['predicted y', '1.500'],
    ['truth', '1.000'],
    ['error', '+0.500'],
    ['loss', '0.125'],
  ])
})

test('the outcome of a class has no distance, even if its name looks like a number', () => {
  const sample = { type: 'sample', step: 1, x: [], predicted: 0, loss: 0.125 } as const
  expect(outcomeOf({ on: category({ values: [0, 1] }) }, sample, [1])).toEqual([
    ['predicted on', '0'],
    ['truth', '1'],
    ['loss', '0.125'],
  ])
})

test('a class stands on its column, also where classes are numbers, and a number where it is', () => {
  const names = ['5', '7', 'true']
  expect([7, 5, true, 6, null].map((forecast) => placeOfForecast(forecast, names))).toEqual([1, 0, 2, null, null])
  expect([1, 0, -1, null].map((truth) => placeOfTruth(truth, names))).toEqual([1, 0, null, null])
  expect([-3.5, null, Number.NaN].map((forecast) => placeOfForecast(forecast, undefined))).toEqual([-3.5, null, null])
  expect([-3.5, null].map((truth) => placeOfTruth(truth, undefined))).toEqual([-3.5, null])
})
