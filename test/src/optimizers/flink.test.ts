import { expect, it } from 'vitest'
import { category, createModel, crossEntropy, dense, ftrl, type Model, numeric } from '../../../src/index.js'

// The probabilities that flink-ml's OnlineLogisticRegressionTest has for dense rows after each of two batches of ten:
// FTRL-Proximal on the mean gradient, α = β = 0.1, with a regularisation of 0.2 of which half is l1.

const START = [0.41233679404769874, -0.18088118293232122]
type Point = readonly [a: number, b: number]
const batches: readonly (readonly [no: readonly Point[], yes: readonly Point[]])[] = [
  [
    [
      [0.1, 2],
      [0.2, 2],
      [0.3, 2],
      [0.4, 2],
      [0.5, 2],
    ],
    [
      [11, 12],
      [12, 11],
      [13, 12],
      [14, 12],
      [15, 12],
    ],
  ],
  [
    [
      [0.2, 3],
      [0.8, 1],
      [0.7, 1],
      [0.6, 2],
      [0.2, 2],
    ],
    [
      [14, 17],
      [15, 10],
      [16, 16],
      [17, 10],
      [18, 13],
    ],
  ],
]
const points: readonly Point[] = [
  [0.8, 2.7],
  [15.5, 11.2],
]
const expected = [
  [0.4646033302681509, 0.9551896584435712],
  [0.49048556199982307, 0.9868956759340329],
]

it.each(['wasm', 'interpreter'] as const)('ftrl has the probabilities of flink-ml after each batch, %s', (executor) => {
  const model = createModel({
    features: { a: numeric({ scale: 'none' }), b: numeric({ scale: 'none' }) },
    target: { y: category({ values: [0, 1] }) },
    layers: [dense(1, 'identity', { bias: false })],
    loss: crossEntropy(),
    optimizer: ftrl({ alpha: 0.1, beta: 0.1, l1: 0.1, l2: 0.1 }),
    precision: 'f64',
    executor,
  }) as unknown as Model
  model.restore({ ...model.snapshot(), parameters: Float64Array.from(START) })
  const writer = model.stages.take('test', 10)
  batches.forEach(([no, yes], i) => {
    for (const [y, side] of [no, yes].entries()) for (const [a, b] of side) writer.learn({ a, b, y })
    for (const [j, [a, b]] of points.entries()) {
      const p = model.predict({ a, b }).probabilities?.[1] as number
      expect(Math.abs(p - (expected[i]?.[j] as number))).toBeLessThan(1e-12)
    }
  })
  writer.release()
  expect(model.counters.learned).toBe(20)
})
