import { expect, it } from 'vitest'
import type { Model } from '../../../src/model.js'
import { bitsOf, goodReadings, powerModel, type Reading } from '../../operators/models.js'

// A gradient record holds all that its step reads, so a twin takes the same step by it as the model that computed it.

const gradientOf = (model: Model<Reading>, rows: readonly Reading[]) => {
  const { encode, batch, forward, loss, backward } = model.stages
  return backward(loss(forward(batch(rows.map((row) => encode(row))))))
}
const step = (model: Model<Reading>, gradient: ReturnType<typeof gradientOf>): void => {
  const writer = model.stages.take('twins')
  model.stages.update(gradient, writer)
  writer.release()
}

it.each([1, 2, 7, 600])('a step of %s rows leads a twin that never saw them to the same bits', (count) => {
  const [model, twin] = [powerModel({}), powerModel({})]
  const rows = goodReadings(3 * count)
  for (let i = 0; i < 3; i++) {
    const gradient = gradientOf(model, rows.slice(i * count, (i + 1) * count))
    step(twin, gradient)
    step(model, gradient)
    expect(bitsOf(twin)).toBe(bitsOf(model))
  }
})
