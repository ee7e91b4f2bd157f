import { expect, test } from 'vitest'
import { outcomeOf } from '../../../src/dashboard/outcome.js'
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
