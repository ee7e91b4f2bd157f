import fc from 'fast-check'
import { expect, it } from 'vitest'
import { category } from '../../../src/features/category.js'
import { cyclic } from '../../../src/features/cyclic.js'
import type { Fields } from '../../../src/features/field.js'
import { numeric } from '../../../src/features/numeric.js'
import { he } from '../../../src/initializers/index.js'
import { dense } from '../../../src/layers/dense.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import type { Row } from '../../../src/values.js'
import { runs } from '../../runs.js'

const plain = numeric({ scale: 'none' })
const features: Fields = { a: numeric(), b: category({ capacity: 4 }), c: cyclic(24), d: plain }
const make = (fields: Fields): Model =>
  createModel({
    features: fields,
    target: { y: plain },
    layers: [dense(5, 'relu'), dense(1, 'identity', { initial: he() })],
  }) as Model
const rows = fc.array(
  fc.record(
    {
      a: fc.double({ min: -9, max: 9, noNaN: true }),
      b: fc.constantFrom('p', 'q', 'r', 's', 't'),
      c: fc.integer({ min: 0, max: 23 }),
      d: fc.double({ min: -9, max: 9, noNaN: true }),
      y: fc.double({ min: -9, max: 9, noNaN: true }),
    },
    { requiredKeys: [] },
  ),
  { minLength: 1, maxLength: 25 },
)
const variants: Readonly<Record<string, (row: Row) => Row>> = {
  'the order of a row’s fields': (row) => Object.fromEntries(Object.entries(row).reverse()),
  'fields that the model does not know': (row) => ({ zzz: 1, ...row, other: { deep: [] }, toString: 5 }),
  'absent, undefined or null': (row) => ({ a: undefined, b: null, c: undefined, d: null, y: undefined, ...row }),
  'an object with a prototype': (row) => Object.create(row),
  'an object without one': (row) => Object.assign(Object.create(null), row),
}
it.each(Object.entries(variants))('%s: no difference', (_, vary) => {
  fc.assert(
    fc.property(rows, (list) => {
      const [one, other] = [make(features), make(features)]
      for (const row of list) {
        expect(other.predict(vary(row)).value).toBe(one.predict(row).value)
        expect(other.learn(vary(row)).losses).toBe(one.learn(row).losses)
      }
      expect(other.snapshot()).toEqual(one.snapshot())
    }),
    { numRuns: runs(125) },
  )
})

const odd = [
  '',
  ' ',
  'a.b',
  "it's",
  'ä→√',
  '日本語',
  '"',
  '\n',
  'x',
  'o',
  'dense1.W',
  '#target',
  'constructor',
  'toString',
  '__proto__',
  'hasOwnProperty',
  '0',
  '-1',
]
it.each(odd)('a feature, or a target, named %j', (name) => {
  const other = name === 'other' ? 'y' : 'other'
  const named = (key: string, value: number) =>
    Object.fromEntries([
      [key, value],
      [other, 1],
    ])
  for (const feature of [true, false]) {
    // The name is computed, so that '__proto__' is a field like any other.
    const [features, target] = [{ [feature ? name : other]: plain }, { [feature ? other : name]: plain }]
    const model = createModel({ features, target, layers: [dense(1)] }) as Model
    for (let i = 0; i < 30; i++) model.learn(named(name, 2))
    expect(model.counters).toMatchObject({ learned: 30, rejected: 0 })
    expect(model.predict(named(name, 2)).value).toBeCloseTo(feature ? 1 : 2, 0)
    // The last row has no such field.
    const absent = { [other]: 1 }
    expect(Number.isNaN(model.learn(absent).losses)).toBe(!feature)
    expect(model.counters.rejected).toBe(0)
  }
})
