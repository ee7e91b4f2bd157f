import { expect, it } from 'vitest'
import {
  binaryCrossEntropy,
  createModel,
  createPredictor,
  dense,
  type Model,
  mlp,
  numeric,
  type Row,
} from '../../../src/index.js'

const label = numeric({ scale: 'none' })
const build = (more: object = {}): Model<Row> =>
  createModel({
    features: { x: numeric() },
    target: { high: label, low: label },
    layers: [dense(16, 'tanh'), dense(2)],
    loss: binaryCrossEntropy(),
    ...more,
  } as never) as Model<Row>

it('learns labels of which any may hold, given as true and false, or as 1 and 0, and predicts their probabilities', () => {
  const [model, numbers] = [build(), build()]
  for (let i = 0; i < 6000; i++) {
    const x = (i * 7) % 10
    const [high, low] = [x > 5, x % 10 < 4]
    model.learn({ x, high, low })
    numbers.learn({ x, high: Number(high), low: Number(low) })
  }
  expect(numbers.parameters).toEqual(model.parameters)
  for (const x of [1, 3, 5, 7, 8]) {
    const { high, low } = model.predict({ x }).values as unknown as Record<string, number>
    expect([x, high! > 0.5, low! > 0.5]).toEqual([x, x > 5, x < 4])
    for (const p of [high!, low!]) expect(p > 0 && p < 1).toBe(true)
  }
})

it('refuses a label outside 0 to 1 by the guard, takes a probability, and refuses a target that is scaled', () => {
  for (const high of [2, -0.5]) {
    const model = build()
    expect(model.learn({ x: 1, high, low: 0 }).update!.refused).toBe(true)
    expect(model.parameters).toEqual(build().parameters)
  }
  expect(build().learn({ x: 1, high: 0.25, low: 1 }).update!.refused).toBe(false)
  expect(() => build({ target: { high: numeric(), low: label } })).toThrow(
    "binaryCrossEntropy: the target 'high' is scaled; expected one as it is, such as numeric({ scale: 'none' }).",
  )
})

it('is a model by name with one more option', () => {
  const mail = mlp({ features: { x: numeric() }, target: { urgent: label, spam: label }, loss: binaryCrossEntropy() })
  mail.learn({ x: 1, urgent: true, spam: false })
  expect(Object.keys(mail.predict({ x: 1 }).values ?? {})).toEqual(['urgent', 'spam'])
})

it('is the same in windows, in both executors, after a restore, and in a replica', () => {
  const rows = Array.from({ length: 64 }, (_, i) => ({ x: i % 9, high: i % 2, low: i % 3 === 0 }))
  for (const batch of [1, 8]) {
    const models = (['wasm', 'interpreter'] as const).map((executor) => build({ executor }))
    for (const model of models) {
      const writer = model.stages.take('this test', batch)
      for (const row of rows) writer.learn(row as never)
      writer.release()
    }
    const [model, other] = models as [Model<Row>, Model<Row>]
    expect(other.parameters).toEqual(model.parameters)
    const again = build()
    again.restore(model.snapshot())
    const replica = createPredictor<Row>(model.description)
    replica.apply(model.publish())
    for (const one of [other, again, replica]) expect(one.predict({ x: 4 })).toEqual(model.predict({ x: 4 }))
    for (const one of [again, model]) one.learn({ x: 4, high: 1, low: 0 })
    expect(again.parameters).toEqual(model.parameters)
  }
})
