import { expect, it } from 'vitest'
import { category, createModel, dense, numeric } from '../../../src/index.js'

const create = (features: object = { warmth: numeric(), room: category() }) =>
  createModel({
    features: features as { warmth: ReturnType<typeof numeric> },
    target: { power: numeric() },
    layers: [dense(1)],
  })

it('a model as text says what it is and how far it has learned', () => {
  const model = create()
  expect(`${model}`).toBe('model of power from warmth, room at step 0')
  model.learn({ warmth: 1, power: 2 })
  expect(String(model)).toBe('model of power from warmth, room at step 1')
})

it('a model as JSON is small and has no numbers that it has learned', () => {
  const model = create()
  for (let i = 0; i < 100; i++) model.learn({ warmth: i % 7, power: i % 5 })
  const { step, hash, precision, counters } = model
  expect(JSON.parse(JSON.stringify(model))).toEqual({
    kind: 'model',
    features: { warmth: 'numeric', room: 'category' },
    target: { power: 'numeric' },
    parameters: model.parameters.length,
    ...{ step, hash, precision, counters },
  })
  // It does not grow with the weights.
  const wide = create({ warmth: numeric(), room: category({ capacity: 5000 }) })
  expect(JSON.stringify(wide).length).toBeLessThan(JSON.stringify(create()).length + 10)
})
