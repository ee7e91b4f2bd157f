import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { circuit } from '../../../src/circuit/build.js'
import { category } from '../../../src/features/category.js'
import { hashed } from '../../../src/features/hashed.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { embedding } from '../../../src/layers/embedding.js'
import { squared } from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import { adagrad, auto, type Optimizer, sgd } from '../../../src/optimizers/index.js'
import { bytesOf, learnAll } from '../model/kinds.js'

const plain = numeric({ scale: 'none' })
type Row = Readonly<Record<string, unknown>>

/** Returns the numbers of one tensor, row by row. */
const tableOf = (model: Model, name: string): readonly (readonly number[])[] => {
  const { offset, size, shape } = model.layout.find((tensor) => tensor.name === name)!
  const width = shape[1]!
  const all = [...model.parameters.subarray(offset, offset + size)]
  return Array.from({ length: shape[0]! }, (_, i) => all.slice(i * width, (i + 1) * width))
}

describe('an embedding', () => {
  const make = (optimizer: Optimizer = auto(), precision: 'f32' | 'f64' = 'f32'): Model =>
    createModel({
      features: { a: plain, room: category({ capacity: 6 }), city: category({ capacity: 5 }) },
      target: { y: plain },
      layers: [embedding(3), dense(4, 'tanh'), dense(1)],
      ...{ optimizer, precision, seed: 2 },
    }) as unknown as Model

  it('names its tables after the features, and has no one-hot columns for them', () => {
    const { circuit: built } = make().description
    expect(built.nodes.flatMap(({ name }) => name ?? [])).toEqual([
      ...['room', 'city', 'x', 'embedding1.W.room', 'embedding1.W.city', 'layer1'],
      ...['dense2.W', 'dense2.b', 'net2', 'layer2', 'dense3.W', 'dense3.b', 'o'],
    ])
    const shapes = Object.fromEntries(make().layout.map(({ name, shape }) => [name, shape]))
    expect(shapes['embedding1.W.room']).toEqual([6, 3])
    expect(shapes['dense2.W']).toEqual([7, 4])
  })

  it.each(['f32', 'f64'] as const)('learns only the rows that are named, whatever else arrives, in %s', (precision) => {
    const room = fc.constantFrom('p', 'q', 'r', 's', null)
    const rows = fc.array(
      fc.record({ a: fc.constantFrom(-1, 0.5, 2), room, city: room, y: fc.constantFrom(-2, 0, 3) }),
      {
        minLength: 1,
        maxLength: 25,
      },
    )
    fc.assert(
      fc.property(rows, fc.constantFrom(auto, adagrad, sgd), (list, rule) => {
        const model = make(rule(), precision)
        const start = tableOf(model, 'embedding1.W.room')
        for (const row of list) {
          const before = tableOf(model, 'embedding1.W.room')
          model.learn(row as never)
          const after = tableOf(model, 'embedding1.W.room')
          const moved = after.flatMap((each, i) => (each.some((x, k) => x !== before[i]![k]) ? i : []))
          expect(moved.length).toBeLessThanOrEqual(row.room === null ? 0 : 1)
        }
        // The room for names that never arrived keeps its initial values.
        const named = new Set(list.map((each) => each.room).filter((name) => name !== null)).size
        expect(tableOf(model, 'embedding1.W.room').slice(named)).toEqual(start.slice(named))
      }),
      { numRuns: 40 },
    )
  })

  it('reads a name without a column, and a missing one, as zeros', () => {
    const model = make()
    for (let i = 0; i < 60; i++) model.learn({ a: i % 3, room: `r${i % 4}`, city: `c${i % 2}`, y: i % 5 } as never)
    const value = (row: Row, of = model): number => of.predict(row as never).value as number
    const city = 'c1'
    const unseen = value({ a: 1, room: 'never', city })
    expect(unseen).toBe(value({ a: 1, room: null, city }))
    expect(unseen).not.toBe(value({ a: 1, room: 'r0', city }))
    const { offset, size } = model.layout.find(({ name }) => name === 'embedding1.W.room')!
    const without = make()
    const snapshot = model.snapshot()
    without.restore({ ...snapshot, parameters: Float32Array.from(snapshot.parameters).fill(0, offset, offset + size) })
    expect(value({ a: 1, room: 'r0', city }, without)).toBe(unseen)
  })

  it('equals one-hot columns through a dense layer without a bias', () => {
    const settings = {
      features: { room: category({ capacity: 6 }) },
      target: { y: plain },
      ...{ loss: squared(), optimizer: sgd({ learningRate: 0.1 }), precision: 'f64' as const },
    }
    const table = createModel({ ...settings, layers: [embedding(4), dense(3, 'tanh'), dense(1)] }) as unknown as Model
    const columns = createModel({
      ...settings,
      layers: [dense(4, 'identity', { bias: false }), dense(3, 'tanh'), dense(1)],
    }) as unknown as Model
    columns.restore({ ...columns.snapshot(), parameters: table.snapshot().parameters })
    for (let i = 0; i < 200; i++) {
      const row = { room: `r${(i * i) % 7}`, y: (i * i) % 7 } as never
      for (const model of [table, columns]) model.learn(row)
    }
    table.parameters.forEach((w, i) => {
      expect(columns.parameters[i]).toBeCloseTo(w, 13)
    })
  })

  it('visits only the touched rows of large tables in a step, with the bits of visiting all', () => {
    const rule = (lazy: boolean): Optimizer => {
      const { transforms, ...rest } = adagrad()
      const nothing = { kind: 'nothing', emit: () => undefined }
      return {
        ...rest,
        transforms: lazy ? transforms : [...transforms.map((each) => ({ ...each, lazy: false })), nothing],
      }
    }
    const build = (lazy: boolean, executor: 'wasm' | 'interpreter'): Model =>
      createModel({
        features: { room: category({ capacity: 3000 }), words: hashed({ capacity: 2000, active: 4 }), a: plain },
        target: { y: plain },
        layers: [embedding(4, { of: ['words', 'room'] }), dense(3, 'relu'), dense(1)],
        optimizer: rule(lazy),
        executor,
      }) as unknown as Model
    const rows = Array.from({ length: 150 }, (_, i) => ({
      ...{
        room: i % 11 === 0 ? undefined : `r${(i * 37) % 90}`,
        words: [`w${i % 13}`, `v${i % 7}`],
        a: i % 5,
        y: i % 4,
      },
    }))
    for (const b of [1, 7]) {
      const states = [build(true, 'wasm'), build(false, 'wasm'), build(true, 'interpreter')].map((model) => {
        const { hash, settings, ...state } = bytesOf(learnAll(model, rows, b).snapshot()) as Record<string, unknown>
        return state
      })
      expect(states[1]).toEqual(states[0])
      expect(states[2]).toEqual(states[0])
    }
  })

  it('reads a category by its index in a custom circuit, too', () => {
    const model = createModel({
      features: { room: category({ capacity: 5 }), a: plain },
      target: { y: plain },
      circuit: circuit(({ input, weight, sparseDense, mul, sum }) => {
        const E = weight('E', { shape: [5, 2], initial: { kind: 'glorot' } })
        return { f: mul(sum(sparseDense(input('room', [3], { indexed: true }), E)), input('a')) }
      }),
    }) as unknown as Model
    const start = tableOf(model, 'E')
    for (let i = 0; i < 50; i++) model.learn({ room: `r${i % 2}`, a: 1 + (i % 3), y: i % 2 ? 3 : -1 } as never)
    expect(tableOf(model, 'E').slice(2)).toEqual(start.slice(2))
    expect(model.predict({ room: 'r1', a: 1 } as never).value).toBeGreaterThan(1)
    expect(model.predict({ room: 'other', a: 1 } as never).value).toBe(0)
  })

  it('refuses a field that cannot be read by index', () => {
    const layers = [embedding(2, { of: ['a'] }), dense(1)]
    const build = () => createModel({ features: { a: plain, room: category() }, target: { y: plain }, layers })
    expect(build).toThrow("layers: embedding1 finds no category and nothing hashed that is called 'a'")
    const none = () => createModel({ features: { a: plain }, target: { y: plain }, layers: [embedding(2), dense(1)] })
    expect(none).toThrow('layers: embedding1 finds no category among the features')
  })
})
