import { describe, expect, it } from 'vitest'
import { adagrad, createModel, dense, hashed, type Model, numeric, type Row, sgd } from '../../../src/index.js'
import { bytesOf } from './kinds.js'

// A weight is accepted or refused by what it is, and not by the form in which its row arrives.

const WEIGHTS = [
  1,
  0,
  0.5,
  1e100,
  1e149,
  1e150,
  1.0000001e150,
  1e300,
  Number.MAX_VALUE,
  Infinity,
  -1e-9,
  -1,
  Number.NaN,
]
const features = {
  'plain numbers': { a: numeric({ scale: 'none' }), b: numeric({ scale: 'none' }) },
  'scaled numbers': { a: numeric(), b: numeric() },
  names: { names: hashed({ capacity: 20, active: 1 }) },
} as const
const layers = { 'one layer': [dense(1)], 'two layers': [dense(8, 'tanh'), dense(1)] } as const

const xOf = (i: number): number => (i % 5) / 4 - 0.5
const accepted = WEIGHTS.filter((weight) => weight >= 0 && weight <= 1e150).length

describe.each(Object.keys(features) as (keyof typeof features)[])('%s', (input) => {
  describe.each(Object.keys(layers) as (keyof typeof layers)[])('%s', (net) => {
    const learned = (executor: 'wasm' | 'interpreter', form: 'rows' | 'array' | 'chunk'): Model<Row> => {
      const model = createModel({
        features: features[input],
        target: { y: numeric({ scale: 'none' }) },
        layers: layers[net],
        optimizer: input === 'names' ? adagrad() : sgd({ learningRate: 1e-3 }),
        weight: 'weight',
        executor,
      } as never) as Model<Row>
      const rows = WEIGHTS.map((weight, i): Row => {
        const own = input === 'names' ? { names: [`n${i % 3}`] } : { a: xOf(i), b: xOf(i + 2) }
        return { ...own, weight, y: xOf(i + 1) }
      })
      if (form === 'rows') for (const row of rows) model.learn(row)
      else if (form === 'array') model.learn(rows)
      else {
        const encoded = rows.map((row) => model.stages.encode({ ...row, weight: 1 }) as { readonly x: Float64Array })
        const width = encoded[0]!.x.length
        const x = new Float64Array(rows.length * width)
        encoded.forEach((example, i) => {
          x.set(example.x, i * width)
        })
        const y = Float64Array.from(rows, (row) => row.y as number)
        model.learn({ kind: 'chunk', size: rows.length, x, y, weights: Float64Array.from(WEIGHTS) })
      }
      return model
    }

    it('every form and executor accepts and refuses the same', () => {
      const expected = learned('interpreter', 'rows')
      const { learned: steps, refused, rejected } = expected.counters
      expect(steps + refused).toBe(accepted)
      expect(rejected).toBe(WEIGHTS.length - accepted)
      for (const executor of ['wasm', 'interpreter'] as const)
        for (const form of ['rows', 'array', 'chunk'] as const)
          expect(bytesOf(learned(executor, form).snapshot()), `${executor}, ${form}`).toEqual(
            bytesOf(expected.snapshot()),
          )
    })
  })
})
