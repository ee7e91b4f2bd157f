import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { category, createModel, dense, experts, type LossFunction, numeric } from '../../../src/index.js'
import * as losses from '../../../src/losses/index.js'
import { runs } from '../../runs.js'

const features = { a: numeric() }
const target = { y: numeric({ scale: 'none' }) }
const recalling: Readonly<Record<string, experts.Experts>> = {
  noChange: { only: experts.noChange() },
  seasonal: { only: experts.seasonal(2) },
  nearest: { only: experts.nearest({ neighbors: 2, rows: 5 }) },
}
const numbers = Object.entries(losses)
  .filter(([name]) => name !== 'quantiles')
  .map(([name, create]) => [name, (create as () => LossFunction)()] as const)
  .filter(([, { task }]) => task === 'numeric')
const predictions = (loss: LossFunction, given: experts.Experts, labels: readonly number[]): readonly number[] => {
  const model = createModel({ features, target, experts: given, loss, precision: 'f64' })
  return labels.map((y, i) => {
    model.learn({ a: i, y })
    return model.predict({ a: i + 0.25 }).value
  })
}

describe.each(numbers)('under %s', (_, loss) => {
  it.each(Object.keys(recalling))('%s predicts the label that it recalls', (name) => {
    fc.assert(
      // These are counts and probabilities, too.
      fc.property(fc.double({ min: 0.5, max: 0.95, noNaN: true }), (y) => {
        for (const value of predictions(loss, recalling[name]!, [y, y, y])) expect(value).toBeCloseTo(y, 12)
      }),
      { numRuns: runs(10) },
    )
  })
})

it('what no output predicts is predicted nearly: no event as half of one, true and false as likely', () => {
  for (const given of Object.values(recalling)) {
    for (const value of predictions(losses.poisson(), given, [0, 0, 0])) expect(value).toBeCloseTo(0.5, 12)
    for (const value of predictions(losses.binaryCrossEntropy(), given, [1, 1, 1])) expect(value).toBeCloseTo(0.95, 12)
    for (const value of predictions(losses.binaryCrossEntropy(), given, [0, 0, 0])) expect(value).toBeCloseTo(0.05, 12)
  }
})

it('counts of seven are predicted as seven by the experts that need no tuning', () => {
  const values = predictions(losses.poisson(), experts.auto(), new Array(20).fill(7))
  expect(Math.abs(values.at(-1)! - 7)).toBeLessThan(0.5)
})

it('a link that cannot be turned round is refused with experts that recall labels, and only with these', () => {
  const { outputOf: _, ...counts } = losses.poisson()
  const loss: LossFunction = { ...counts, kind: 'counts' }
  for (const given of Object.values(recalling))
    expect(() => createModel({ features, target, experts: given, loss })).toThrow(
      "createModel: expert 'only' recalls labels, and counts() has a link without outputOf; expected both, or only experts of layers.",
    )
  expect(() => createModel({ features, target, experts: { net: experts.net([dense(1)]) }, loss })).not.toThrow()
})

it.each([1, 3])('a class is expected to stay before anything else is known, with %i outputs', (outputs) => {
  const values = outputs === 1 ? ['on', 'off'] : ['on', 'off', 'idle']
  for (const expert of [experts.noChange(), experts.seasonal(2)])
    for (const y of values) {
      const model = createModel({
        features,
        target: { y: category({ values }) },
        experts: { only: expert, ...(outputs > 1 && { net: experts.net([dense(outputs)]) }) },
      })
      model.learn([
        { a: 1, y },
        { a: 2, y },
      ])
      expect(model.predict({ a: 3 }).value).toBe(y)
    }
})
