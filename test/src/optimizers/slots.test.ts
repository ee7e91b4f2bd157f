import { expect, it } from 'vitest'
import { chain, createModel, dense, type Model, numeric, type Row, sgd, type Transform } from '../../../src/index.js'

/** g ← the mean of all gradients so far, in a slot whose name another transform may use as well. */
const averaged = (share: number): Transform => ({
  kind: 'averaged',
  emit({ gradient: g, slot, scratch, ...rows }) {
    const [m, part] = [slot('mean'), scratch('part')]
    rows.scale(m, m, 1 - share)
    rows.scale(part, g, share)
    rows.add(m, m, part)
    rows.copy(g, m)
  },
})

it('two transforms whose slots have one name keep a slot each', () => {
  const model = createModel({
    features: { a: numeric({ scale: 'none' }) },
    target: { y: numeric({ scale: 'none' }) },
    layers: [dense(1, 'identity', { bias: false })],
    optimizer: chain(averaged(0.5), averaged(0.25), sgd({ learningRate: 0.1 })),
    precision: 'f64',
  }) as unknown as Model<Row>
  let [w, first, second] = [0, 0, 0]
  for (let i = 0; i < 20; i++) {
    const [a, y] = [1 + (i % 3), Math.cos(i)]
    const g = (w * a - y) * a
    first = 0.5 * first + 0.5 * g
    second = 0.75 * second + 0.25 * first
    w -= 0.1 * second
    model.learn({ a, y })
    expect(model.parameters[0]).toBeCloseTo(w, 12)
  }
  expect(model.snapshot().slots.length).toBe(2)
  expect(createModelWith(averaged(0.5)).snapshot().slots.length).toBe(1)
})

const createModelWith = (transform: Transform): Model<Row> =>
  createModel({
    features: { a: numeric({ scale: 'none' }) },
    target: { y: numeric({ scale: 'none' }) },
    layers: [dense(1, 'identity', { bias: false })],
    optimizer: chain(transform, sgd({ learningRate: 0.1 })),
  }) as unknown as Model<Row>
