import { describe, expect, it } from 'vitest'
import type { NodeValue } from '../../../src/explain/leaves.js'
import { category } from '../../../src/features/category.js'
import { hashed } from '../../../src/features/hashed.js'
import { numeric } from '../../../src/features/numeric.js'
import { type Circuit, type Node, sizeOf } from '../../../src/graph/graph.js'
import { glorot } from '../../../src/initializers/index.js'
import { gelu, leakyRelu, silu } from '../../../src/layers/activations.js'
import { dense } from '../../../src/layers/dense.js'
import { embedding } from '../../../src/layers/embedding.js'
import { factorized } from '../../../src/layers/factorized.js'
import type { Layer } from '../../../src/layers/layer.js'
import { layerKinds } from '../../../src/layers/layerKinds.js'
import { layerNorm } from '../../../src/layers/layerNorm.js'
import { createModel } from '../../../src/model/createModel.js'
import { createPredictor } from '../../../src/model/createPredictor.js'
import type { Model } from '../../../src/model.js'
import { createRandom } from '../../../src/random.js'
import type { Description, Example } from '../../../src/records.js'
import { checkGradient } from '../../../src/testing/index.js'
import type { Row } from '../../../src/values.js'
import { gated } from '../../own/gatedLayer.js'
import { bytesOf, learnAll } from '../model/kinds.js'

/** A layer that is unknown to the library: x + tanh(xW), a residual layer. */
const residual = (): Layer => ({
  kind: 'residual',
  build({ add, dense: product, tanh, weight }, x, { name, fanIn }) {
    if (!x) throw new RangeError(`${name} reads no numbers.`)
    const n = x.shape[0]!
    return add(x, tanh(product(x, weight(`${name}.W`, { shape: [n, n], initial: glorot(), fanIn }))))
  },
})

/** Nets with every kind of layer and activation, and with custom layers. */
const nets: Readonly<Record<string, readonly Layer[]>> = {
  'dense, tanh': [dense(4, 'tanh'), dense(1)],
  'dense, gelu': [dense(4, gelu), dense(1)],
  'dense, silu without a bias': [dense(4, silu, { bias: false }), dense(1)],
  'dense, leakyRelu': [dense(4, leakyRelu), dense(1)],
  'dense, a custom function': [dense(4, (x, { mul, tanh }) => mul(x, tanh(x))), dense(1)],
  'layerNorm between': [dense(5, 'tanh'), layerNorm(), dense(1)],
  'layerNorm first': [layerNorm({ epsilon: 0.1 }), dense(3, silu), dense(1)],
  embedding: [embedding(3), dense(4, 'tanh'), dense(1)],
  'embedding of one category, then layerNorm': [embedding(2, { of: ['room'] }), layerNorm(), dense(3, gelu), dense(1)],
  'embedding after a layer': [dense(3, 'tanh'), embedding(2), dense(1)],
  factorized: [factorized(1, { factors: 3 })],
  'factorized, several units before a layer': [factorized(3, { factors: 2 }), dense(1)],
  'factorized after a layer': [dense(3, 'tanh'), factorized(1, { factors: 2 })],
  'a custom layer': [dense(3, 'tanh'), residual(), residual(), dense(1)],
  'a custom layer first': [residual(), dense(1)],
  'the custom layer of test/own': [dense(3, 'tanh'), gated(4), dense(1)],
}
const settings: Readonly<Record<string, object>> = {
  'f32, auto': { precision: 'f32' },
  'f64, auto': { precision: 'f64' },
}

const features = {
  a: numeric(),
  room: category({ capacity: 5 }),
  b: numeric({ scale: 'none' }),
  city: category({ capacity: 4 }),
}
const make = (layers: readonly Layer[], config: object = {}, words = false): Model =>
  createModel({
    features: { ...features, ...(words && { words: hashed({ capacity: 40, active: 4 }) }) },
    target: { y: numeric() },
    layers,
    seed: 5,
    ...config,
  }) as unknown as Model

const random = createRandom(8, 'layers')
const rows: readonly Row[] = Array.from({ length: 120 }, (_, i) => {
  const [a, b] = [random.normal(2 * i), random.normal(2 * i + 1)]
  const name = Math.floor(random.uniform(i) * Math.min(7, 1 + i / 8))
  return {
    ...{ a, b: 0.5 * b, room: i % 17 === 3 ? null : `r${name}`, city: `c${i % 3}` },
    words: i % 5 === 0 ? [] : [`w${i % 11}`, `v${i % 4}`],
    y: i % 23 === 7 ? null : 3 * a - b + (name % 3),
  }
})
const learned = (model: Model): Model => {
  for (const row of rows) model.learn(row)
  return model
}

/** The circuit with a constant sparse row for each sparse input, because its indices have no derivative. */
const withSparseRows = ({ nodes, outputs }: Circuit): Circuit => ({
  outputs,
  nodes: nodes.map((node): Node => {
    const row = node.attributes?.indexed
      ? [1, 2, 1]
      : node.name === 'words'
        ? [2, 7, 1, 31, -0.5, 0, 0, 0, 0]
        : undefined
    return row ? { op: 'constant', inputs: [], shape: node.shape, attributes: { value: row } } : node
  }),
})
const drawn = (nodes: readonly Node[]): Record<string, NodeValue> =>
  Object.fromEntries(
    nodes.flatMap(({ op, name = '', shape }): [string, NodeValue][] => {
      if (op !== 'input' && op !== 'weight') return []
      const own = createRandom(9, name)
      return [[name, Array.from({ length: sizeOf(shape) }, (_, i) => 0.7 * own.normal(i))]]
    }),
  )

it('the nets contain every kind of layer', () => {
  const kinds = new Set(Object.values(nets).flatMap((layers) => layers.map(({ kind }) => kind)))
  expect([...kinds]).toEqual(expect.arrayContaining(Object.keys(layerKinds)))
  for (const [kind, { make: made, choice }] of Object.entries(layerKinds))
    expect(made(1, Object.values(choice?.values ?? {})[0]).kind).toBe(kind)
})

describe.each(Object.keys(nets))('%s', (name) => {
  const layers = nets[name]!
  // A layer that passes sparse features on is followed by a dense layer that reads them.
  const sparse = [false, true]

  it.each(sparse)('reverse mode, dual numbers and central differences agree; with hashed names: %s', (words) => {
    const circuit = withSparseRows(make(layers, {}, words).description.circuit)
    const report = checkGradient(circuit, drawn(circuit.nodes))
    expect(report.failures).toEqual([])
    expect(report.dualError).toBeLessThanOrEqual(1e-13)
  })

  it.each(sparse)('it learns; with hashed names: %s', (words) => {
    const model = make(layers, {}, words)
    const losses = Array.from({ length: 12 }, () =>
      rows.reduce((sum, row) => sum + (row.y === null ? 0 : (model.learn(row).losses as unknown as number)), 0),
    )
    expect(losses.at(-1)!).toBeLessThan(0.6 * losses[0]!)
  })

  describe.each(Object.keys(settings))('%s', (setting) => {
    const config = settings[setting]!
    const reference = bytesOf(learned(make(layers, config, true)).snapshot())
    it('the interpreter and WebAssembly give equal bits', () => {
      expect(bytesOf(learned(make(layers, { ...config, executor: 'interpreter' }, true)).snapshot())).toEqual(reference)
    })
    it('an array of rows gives the same bits as row by row', () => {
      const model = make(layers, config, true)
      model.learn(rows)
      expect(bytesOf(model.snapshot())).toEqual(reference)
    })
    it.each([1, 7])('the stages one by one, in windows of %i, give the same bits as learn', (b) => {
      const labelled = rows.filter(({ y }) => y !== null)
      const [fused, staged] = [make(layers, config, true), make(layers, config, true)]
      learnAll(fused, labelled, b)
      const { encode, batch, forward, loss, backward, update, take } = staged.stages
      const writer = take('test')
      for (let at = 0; at < labelled.length; at += b) {
        const examples = labelled.slice(at, at + b).map((row) => encode(row) as Example)
        update(backward(loss(forward(batch(examples)))), writer)
      }
      expect(bytesOf(staged.snapshot())).toEqual(bytesOf(fused.snapshot()))
    })
    it('a replica made from its description as JSON predicts the same bits', () => {
      const model = make(layers, config, true)
      const replica = createPredictor(JSON.parse(JSON.stringify(model.description)) as Description)
      for (const row of rows) {
        model.learn(row)
        replica.apply(structuredClone(model.publish()))
        expect(replica.predict(row)).toEqual(model.predict(row))
      }
    })
    it('a model resumed from a snapshot in the middle ends as if it had never stopped', () => {
      const [first, second] = [make(layers, config, true), make(layers, config, true)]
      for (const row of rows.slice(0, 50)) first.learn(row)
      second.restore(structuredClone(first.snapshot()))
      for (const row of rows.slice(50)) second.learn(row)
      expect(bytesOf(second.snapshot())).toEqual(reference)
    })
  })
})
