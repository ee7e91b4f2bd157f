import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import {
  binaryCrossEntropy,
  category,
  createModel,
  cyclic,
  dense,
  embedding,
  experts,
  factorized,
  hashed,
  lag,
  layerNorm,
  type Model,
  numeric,
  poisson,
  quantiles,
  toJson,
} from 'rxgrad'
import { circuit } from 'rxgrad/circuit'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/random.js'

const program = fileURLToPath(new URL('../../interop/plain.py', import.meta.url))
const hasPython = spawnSync('python3', ['-c', 'import json, math']).status === 0

const rowOf = (i: number) => {
  const random = createRandom(3, `row ${i}`)
  return {
    t: i % 31 === 30 ? 1e9 : 20 + 5 * random.normal(0),
    s: i % 5 === 0 ? null : random.normal(1),
    u: i % 2 === 0,
    room: [`room ${i % 3}`, i % 2, true][i % 3],
    hour: 24 * random.uniform(2),
    words: ['a', 'b'],
    power: 300 + 20 * random.normal(3),
    sold: i % 4 === 0 ? 'yes' : 'no',
    sky: ['sun', 'rain', 'snow'][i % 3],
  }
}
const rows = Array.from({ length: 90 }, (_, i) => rowOf(i))
const fresh = Array.from({ length: 20 }, (_, i) => ({
  ...rowOf(i + 500),
  ...(i % 7 === 0 && { room: 'new', t: null }),
}))

const plain = { t: numeric(), s: numeric({ scale: 'standard' }), u: numeric({ scale: 'none' }) }
const features = { ...plain, room: category({ capacity: 6 }), hour: cyclic(24) }
const power = { power: numeric() }
const scalars = circuit(({ add, input, mul, tanh, weight }) => ({
  f: add(mul(input('t'), weight('w', { initial: 0.5 })), tanh(mul(input('s'), weight('v', { initial: 2 })))),
}))
const net = { a: experts.net([dense(1)], { rates: [0.3, 3] }), b: experts.net([dense(4, 'relu'), dense(1)]) }
const seven = { net: experts.net([dense(7)]) }
const configurations: Readonly<Record<string, object>> = {
  linear: { layers: [dense(1)] },
  dense: { layers: [dense(6, 'relu'), layerNorm(), dense(1)] },
  embedding: { layers: [embedding(3), dense(5, 'tanh'), dense(1)] },
  factorized: { layers: [factorized(1)] },
  afterPrediction: { layers: [dense(1)], statistics: 'afterPrediction' },
  two: { layers: [dense(3, 'sigmoid'), dense(1)], target: { sold: category() } },
  classes: { layers: [dense(5)], target: { sky: category() } },
  quantiles: { layers: [dense(3)], loss: quantiles() },
  labels: {
    layers: [dense(2)],
    loss: binaryCrossEntropy(),
    target: { wet: numeric({ scale: 'none' }), dark: numeric({ scale: 'none' }) },
  },
  counts: { layers: [dense(1)], loss: poisson(), target: { power: numeric({ scale: 'none' }) } },
  targets: { layers: [dense(2)], target: { power: numeric(), hour: numeric({ scale: 'standard' }) }, features: plain },
  scalars: { circuit: scalars, features: { t: numeric(), s: numeric() } },
  experts: { experts: net },
  nearest: { experts: { ...net, nearest: experts.nearest({ rows: 40 }) } },
  'nearest alone': {
    experts: { nearest: experts.nearest() },
    target: { power: numeric(), hour: numeric() },
    features: plain,
  },
  'nearest classes': { experts: { ...seven, nearest: experts.nearest() }, target: { sky: category() } },
}
const trained = (config: object): Model => {
  const model = createModel({ features, target: power, precision: 'f64', ...config } as never) as Model
  for (const row of rows) model.learn(row)
  return model
}

describe('a model as plain data', () => {
  it.skipIf(!hasPython)('predicts as the model does by a short program in Python', () => {
    const models = Object.values(configurations).map(trained)
    const input = JSON.stringify(models.map((model) => ({ model: toJson(model), rows: fresh })))
    const { stdout, stderr } = spawnSync('python3', [program], { input, encoding: 'utf8' })
    expect(stderr).toBe('')
    const found = JSON.parse(stdout) as number[][][]
    expect(found.length).toBe(models.length)
    models.forEach((model, k) => {
      fresh.forEach((row, i) => {
        const { value, values, probabilities, quantiles: all } = model.predict(row as never)
        const expected = Object.values((probabilities ?? all ?? values ?? { value }) as Record<string, number>)
        expect(found[k]![i]!.length).toBe(expected.length)
        for (const [j, number] of expected.entries())
          expect(Math.abs(found[k]![i]![j]! - number) / Math.max(1, Math.abs(number))).toBeLessThanOrEqual(1e-11)
      })
    })
  })
  it('survives JSON, and names weights as the description does', () => {
    for (const config of [...Object.values(configurations), { layers: [dense(1)], precision: 'f32' }]) {
      const model = trained(config)
      const data = toJson(model)
      expect(JSON.parse(JSON.stringify(data))).toEqual(data)
      const { parameters } = model.publish()
      for (const { name, offset, size, shape } of model.description.layout)
        expect(data.weights[name]).toEqual({ shape, values: [...parameters.subarray(offset, offset + size)] })
      expect(Object.keys(data.weights).length).toBe(model.description.layout.length)
    }
  })
  it('has the settings, the statistics, the names and the columns of each field', () => {
    const layers = [dense(2, 'tanh'), dense(1)]
    const model = trained({ layers, features: { t: numeric(), room: category({ values: ['a'], capacity: 3 }) } })
    const { features: given, target, nodes, step, output } = toJson(model)
    expect(step).toBe(rows.length)
    expect(given.room).toMatchObject({
      kind: 'category',
      capacity: 3,
      onFull: 'hash',
      size: 3,
      names: ['a', 'room 0', 1],
    })
    expect(given.room?.columns).toEqual(['room a', 'room room 0', 'room 1'])
    expect(given.t).toMatchObject({ kind: 'numeric', scale: 'exponential', clip: 5, size: 1, columns: ['t'] })
    expect(given.t?.statistics?.n).toBe(rows.length)
    const mean = rows.reduce((sum, row) => sum + row.power, 0) / rows.length
    expect(target.power?.statistics?.mean).toBeCloseTo(mean, 9)
    expect(nodes[0]).toEqual({ name: 'x', op: 'input', inputs: [], shape: [4], reads: ['t', 'room'] })
    expect(nodes.map(({ name }) => name)).toContain('layer1')
    expect(nodes.at(-1)?.name).toBe(output)
  })
  it('is there for every kind of field, with its settings', () => {
    const model = trained({ layers: [dense(1)], features: { before: lag('power', 1), words: hashed({ active: 3 }) } })
    const { features: given, nodes } = toJson(model)
    expect(given.before).toMatchObject({ kind: 'lag', of: 'power', rows: 1, size: 1 })
    expect(given.words).toMatchObject({ kind: 'hashed', active: 3, size: 7, sparse: true })
    expect(nodes.filter(({ op }) => op === 'input').map(({ reads }) => reads)).toEqual([['words'], ['before']])
  })
  it('has the present weights of experts', () => {
    const model = trained({ experts: net })
    const { nodes } = toJson(model)
    expect(nodes.find(({ name }) => name === '#experts')?.values).toEqual(Object.values(model.experts ?? {}))
  })
  it('is of a model alone', () => {
    expect(() => toJson({} as never)).toThrow(
      'toJson: the model is an object; expected a model, as createModel returns it.',
    )
  })
})
