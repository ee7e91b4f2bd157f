import { describe, expect, it } from 'vitest'
import {
  category,
  createModel,
  dense,
  type Field,
  type FieldSite,
  hashed,
  huber,
  type LossFunction,
  type Model,
  numeric,
  type Row,
  sgd,
  squared,
} from '../../../src/index.js'

// The kernels have code of their own for some members. A custom member may have the kind and the settings of one of them:
// it is still another member, and every executor and every form runs what it emits.

const target = (name: string): Field => ({
  ...numeric(),
  kind: name,
  emit: ({ emit, raw, columns }: FieldSite) => emit('cast', { out: columns, a: raw, n: 1 }),
  commit: () => {},
})
const namesake = (loss: LossFunction): LossFunction => ({
  ...loss,
  // This is three times the loss for which its kind stands.
  build: (site) => site.ops.mul(3, loss.build(site)),
})

type Config = Parameters<typeof createModel>[0]
const layers = [dense(3, 'tanh'), dense(1)]
const cases: Readonly<Record<string, Config>> = {
  'a loss called huber': { features: { x: numeric() }, target: { y: numeric() }, layers, loss: namesake(huber()) },
  'a loss called squared': { features: { x: numeric() }, target: { y: numeric() }, layers, loss: namesake(squared()) },
  'a loss called squared, over a hashed feature': {
    ...{ features: { words: hashed({ capacity: 32, active: 3 }) }, target: { y: numeric() }, layers: [dense(1)] },
    ...{ loss: namesake(squared()), optimizer: sgd({ learningRate: 0.1 }) },
  },
  'a feature with the kind of a scaled one that is not scaled': {
    features: { x: target('own') },
    target: { y: numeric() },
    layers,
  },
  'such a feature beside others': { features: { x: numeric(), z: target('own') }, target: { y: numeric() }, layers },
  'features with the kind of unscaled ones that are doubled': {
    features: {
      x: doubled(),
      z: doubled(),
    },
    ...{ target: { y: numeric() }, layers, optimizer: sgd({ learningRate: 0.01 }) },
  },
}
function doubled(): Field {
  return {
    ...numeric({ scale: 'none' }),
    kind: 'doubled',
    emit({ emit, raw, columns }: FieldSite) {
      emit('cast', { out: columns, a: raw, n: 1 })
      emit('add', { out: columns, a: columns, b: columns, n: 1 })
    },
  }
}

const rows = Array.from({ length: 60 }, (_, i): Row => ({ x: (i * 7) % 11, z: i % 5, words: [`w${i % 9}`], y: i % 4 }))
const make = (config: Config, executor: 'wasm' | 'interpreter'): Model<Row> =>
  createModel({ ...config, executor, seed: 2 } as Config) as unknown as Model<Row>
const bits = (model: Model<Row>): string => {
  const { parameters, statistics } = model.publish()
  return [parameters, statistics].map((numbers) => [...numbers].join()).join('|')
}

describe.each(Object.entries(cases))('%s', (_, config) => {
  it('keeps its own arithmetic in the kernels as in the interpreter, row by row, in arrays and in stages', () => {
    const interpreted = make(config, 'interpreter')
    for (const row of rows) interpreted.learn(row)
    const single = make(config, 'wasm')
    for (const row of rows) single.learn(row)
    expect(bits(single)).toBe(bits(interpreted))
    const arrays = make(config, 'wasm')
    arrays.learn(rows)
    expect(bits(arrays)).toBe(bits(interpreted))
    const staged = make(config, 'wasm')
    const { stages } = staged
    const writer = stages.take('a test')
    for (const row of rows) {
      const example = stages.encode(row)
      if (example.kind === 'rejection') throw new Error(example.reason)
      stages.update(stages.backward(stages.loss(stages.forward(stages.batch([example])))), writer)
    }
    writer.release()
    expect(bits(staged)).toBe(bits(interpreted))
  })
})

it('a field with names is treated as a category, whoever made it', () => {
  const model = createModel({ features: { x: numeric() }, target: { y: { ...category() } }, layers: [dense(1)] })
  expect(model.description.loss.kind).toBe('crossEntropy')
})
