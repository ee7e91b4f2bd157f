import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createModel, createPredictor, dense, type Model, numeric, poisson, type Row, sgd } from '../../../src/index.js'
import { runs } from '../../runs.js'

const build = (more: object = {}): Model<Row> =>
  createModel({
    features: { x: numeric({ scale: 'none' }) },
    target: { n: numeric({ scale: 'none' }) },
    layers: [dense(1)],
    loss: poisson(),
    ...more,
  } as never) as Model<Row>

it('predicts e^o, in windows, chunks and replicas alike', () => {
  const model = build({ optimizer: sgd({ learningRate: 0.05 }), precision: 'f64' })
  expect(model.predict({ x: 1 }).value).toBe(1)
  const rows = Array.from({ length: 300 }, (_, i) => ({ x: (i % 10) / 10, n: i % 3 }))
  model.learn(rows)
  const [w, b] = model.parameters as Float64Array
  for (const x of [-2, 0, 0.5, 3]) expect(model.predict({ x }).value).toBeCloseTo(Math.exp(w! * x + b!), 10)
  const replica = createPredictor<Row>(model.description)
  replica.apply(model.publish())
  expect(replica.predict({ x: 0.5 })).toEqual(model.predict({ x: 0.5 }))
})

it('learns the mean of counts, whatever the precision and the window', () => {
  for (const precision of ['f32', 'f64'] as const)
    for (const batch of [1, 8]) {
      const model = build({ precision })
      const writer = model.stages.take('this test', batch)
      for (let i = 0; i < 4000; i++) writer.learn({ x: 1, n: [2, 4, 9, 5][i % 4] } as never)
      writer.release()
      expect(Math.abs((model.predict({ x: 1 }).value as number) - 5)).toBeLessThan(1.5)
    }
})

it('is 0 where the prediction is the count, and above 0 elsewhere', () => {
  const model = build({ precision: 'f64', optimizer: sgd({ learningRate: 0 }) })
  const loss = (o: number, n: number): number => {
    model.restore({ ...model.snapshot(), parameters: Float64Array.from([0, o]) })
    const { encode, batch, forward, loss } = model.stages
    return loss(forward(batch([encode({ x: 1, n }) as never]))).values[0]!
  }
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0.01, max: 3, noNaN: true }), (n, away) => {
      expect(Math.abs(loss(Math.log(n), n))).toBeLessThan(1e-9 * n)
      for (const o of [Math.log(n) - away, Math.log(n) + away]) expect(loss(o, n)).toBeGreaterThan(0)
    }),
    { numRuns: runs(200) },
  )
  expect(loss(-800, 0)).toBe(0)
  expect(loss(0, 0)).toBe(1)
})

it('refuses a negative count by the guard, and a scaled target when the model is created', () => {
  const model = build()
  expect(model.learn({ x: 1, n: -2 }).update!.refused).toBe(true)
  expect([...model.parameters]).toEqual([...build().parameters])
  expect(() => build({ target: { n: numeric() } })).toThrow(
    "poisson: the target 'n' is scaled; expected one as it is, such as numeric({ scale: 'none' }).",
  )
})
