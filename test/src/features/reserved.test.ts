import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { category } from '../../../src/features/category.js'
import { hashed } from '../../../src/features/hashed.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { embedding } from '../../../src/layers/embedding.js'
import type { Layer } from '../../../src/layers/layer.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import { adam, auto, sgd } from '../../../src/optimizers/index.js'
import type { Row } from '../../../src/values.js'
import { runs } from '../../runs.js'
import { learnAll } from '../model/kinds.js'

// Names and classes that arrive in mid-stream take columns that were reserved for them, and disturb nothing.

const plain = numeric({ scale: 'none' })
const nets: Readonly<Record<string, readonly Layer[]>> = {
  linear: [dense(1)],
  'a net': [dense(5, 'tanh'), dense(1)],
  'an embedding': [embedding(3), dense(4, 'relu'), dense(1)],
}
const optimizers = { auto: auto(), sgd: sgd(), adam: adam() }
const name = fc.constantFrom<string | number | boolean>('p', 'q', 'r', 's', 3, true)
const row = fc.record({
  room: name,
  words: fc.array(fc.constantFrom('u', 'v', 'w'), { maxLength: 2 }),
  a: fc.integer({ min: -8, max: 8 }),
  y: fc.integer({ min: -8, max: 8 }),
})

describe('a name that arrives in mid-stream', () => {
  it.each(Object.keys(nets))('leaves every bit as if its column had been its own from the start: %s', (net) => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(...Object.values(optimizers)),
        fc.constantFrom(1, 3),
        (rows, optimizer, b) => {
          const names = [...new Set(rows.map(({ room }) => `${room}`))]
          const build = (values: readonly string[]) =>
            createModel({
              features: {
                a: numeric(),
                room: category({ capacity: 8, values }),
                words: hashed({ capacity: 16, active: 2 }),
              },
              ...{ target: { y: numeric() }, layers: nets[net]!, optimizer },
            }) as Model
          const growing = build([])
          const declared = build(names)
          // In a window that a name arrives in, none of its rows has a column for it yet.
          const since = new Map<string, number>()
          for (const [i, { room }] of rows.entries()) if (!since.has(`${room}`)) since.set(`${room}`, Math.floor(i / b))
          const without = rows.map((each, i): Row => {
            const isNew = since.get(`${each.room}`) === Math.floor(i / b)
            return isNew ? { ...each, room: null } : each
          })
          learnAll(growing, rows, b, (writer, all) => writer.learn(all))
          learnAll(declared, without, b, (writer, all) => writer.learn(all))
          expect(growing.parameters).toEqual(declared.parameters)
          for (const each of rows) expect(growing.predict(each)).toEqual(declared.predict(each))
        },
      ),
      { numRuns: runs(60) },
    )
  })
  it('changes no prediction by getting its column', () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(...Object.keys(nets)),
        (rows, net) => {
          const model = createModel({
            features: { room: category({ capacity: 12 }), a: plain, words: hashed({ capacity: 16, active: 2 }) },
            ...{ target: { y: plain }, layers: nets[net]!, weight: 'weight' },
          }) as Model
          model.learn(rows)
          const before = rows.map((each) => model.predict(each).value)
          // Rows of weight 0 teach nothing but their names.
          for (const room of ['new', 'newer', 99, false]) model.learn({ room, a: 3, y: 5, weight: 0 })
          expect(rows.map((each) => model.predict(each).value)).toEqual(before)
        },
      ),
      { numRuns: runs(60) },
    )
  })
})

describe('a class that arrives in mid-stream', () => {
  const side = fc.record({ a: fc.integer({ min: -8, max: 8 }), c: fc.constantFrom('p', 'q', 'r') })
  it('leaves the weights and the odds of the others as they are', () => {
    fc.assert(
      fc.property(fc.array(side, { minLength: 2, maxLength: 30 }), fc.boolean(), (rows, hidden) => {
        const model = createModel({
          features: { a: plain },
          target: { c: category({ capacity: 6 }) },
          layers: hidden ? [dense(4, 'tanh'), dense(6)] : [dense(6)],
          weight: 'weight',
        }) as Model
        model.learn(rows)
        const weights = model.parameters.slice()
        const before = rows.map((each) => model.predict(each).probabilities as Record<string, number>)
        model.learn({ a: 1, c: 'new', weight: 0 })
        model.learn({ a: 2, c: 'newer', weight: 0 })
        expect(model.parameters).toEqual(weights)
        for (const [i, each] of rows.entries()) {
          const after = model.predict(each).probabilities as Record<string, number>
          expect(Object.keys(after)).toEqual([...Object.keys(before[i]!), 'new', 'newer'])
          const known = Object.keys(before[i]!)
          const sum = known.reduce((total, key) => total + after[key]!, 0)
          for (const key of known) expect(after[key]! / sum).toBeCloseTo(before[i]![key]!, 5)
        }
      }),
      { numRuns: runs(60) },
    )
  })
  it('is learned from then on, and the others are not forgotten', () => {
    const model = createModel({
      features: { a: numeric() },
      target: { c: category({ capacity: 4 }) },
      layers: [dense(8, 'relu'), dense(4)],
    }) as Model
    const rowOf = (i: number, classes: number): Row => ({ a: i % classes, c: 'pqr'[i % classes] })
    for (let i = 0; i < 300; i++) model.learn(rowOf(i, 2))
    for (let i = 0; i < 600; i++) model.learn(rowOf(i, 3))
    for (let i = 0; i < 3; i++) expect(model.predict(rowOf(i, 3)).value).toBe('pqr'[i])
  })
})
