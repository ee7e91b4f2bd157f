import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  adagrad,
  auto,
  category,
  chain,
  cocob,
  createModel,
  dense,
  ftrl,
  hashed,
  l1,
  numeric,
  sgd,
} from '../../../src/index.js'
import type { Model } from '../../../src/model.js'
import type { Optimizer } from '../../../src/optimizers/optimizer.js'
import { hashText } from '../../../src/random.js'
import type { Snapshot } from '../../../src/records.js'
import type { Row } from '../../../src/values.js'
import { runs } from '../../runs.js'
import { bytesOf } from './kinds.js'

// A step on a matrix of very many rows visits only those that its window touched.

const CAPACITY = 3000

/** The same rule, but it visits all weights, as if a gradient of 0 might change something. */
const overAll = (rule: Optimizer): Optimizer => ({
  ...rule,
  transforms: [
    ...rule.transforms.map((transform) => ({ ...transform, lazy: false })),
    { kind: 'nothing', emit: () => undefined },
  ],
})
const rules = {
  sgd: () => sgd({ learningRate: 0.1, groups: { bias: 0.02 } }),
  adagrad: () => adagrad(),
  auto: () => auto(),
  ftrl: () => ftrl({ l1: 0.02, l2: 0.1 }),
  cocob: () => cocob(),
  'l1 on adagrad': () => chain(l1(0.01), adagrad()),
}

interface Given {
  readonly rule: keyof typeof rules
  readonly units: number
  readonly precision: 'f32' | 'f64'
  readonly every: number
  readonly batch: number
  readonly active: number
  readonly rows: readonly { readonly names: readonly number[]; readonly a: number; readonly y: number }[]
}
const cases = (rule: keyof typeof rules): fc.Arbitrary<Given> =>
  fc.record({
    rule: fc.constant(rule),
    units: fc.constantFrom(2, 5, 70),
    precision: fc.constantFrom('f32', 'f64'),
    every: fc.constantFrom(2, 1024),
    batch: fc.constantFrom(1, 3, 8),
    active: fc.constantFrom(4, 9),
    rows: fc.array(
      fc.record({
        names: fc.array(fc.integer({ min: 0, max: CAPACITY - 1 }), { maxLength: 4 }),
        // Now and then a row is rejected, or drives a weight out of bounds.
        a: fc.oneof(
          { weight: 30, arbitrary: fc.double({ min: -2, max: 2, noNaN: true }) },
          fc.constantFrom(1e25, 1e200),
        ),
        y: fc.double({ min: 0, max: 3, noNaN: true }),
      }),
      { minLength: 1, maxLength: 20 },
    ),
  })

const built = (
  { rule, units, precision, every, active }: Given,
  executor: 'wasm' | 'interpreter',
  all = false,
): Model =>
  createModel({
    features: { names: hashed({ capacity: CAPACITY, active }), a: numeric({ scale: 'none' }) },
    target: { y: category({ values: [0, 1, 2] }) },
    layers: [dense(units, 'relu'), dense(3)],
    optimizer: all ? overAll(rules[rule]()) : rules[rule](),
    guard: { every },
    ...{ precision, executor },
  }) as unknown as Model
const rowsOf = ({ rows }: Given): Row[] =>
  rows.map(({ names, a, y }) => ({
    names: Object.fromEntries(names.map((i) => [`n${i}`, 1 + (i % 3)])),
    a,
    y: Math.floor(y),
  }))

/** Everything that results from learning, except the configuration's hash and texts, which differ between the rules. */
const learned = (model: Model, given: Given): unknown => {
  const writer = model.stages.take('test', given.batch)
  const { losses, predictions } = writer.learn(rowsOf(given))
  writer.flush()
  writer.release()
  const { hash: _, settings: __, ...state } = model.snapshot()
  const bits = hashText(JSON.stringify(bytesOf(state as Snapshot)))
  return { losses, probabilities: predictions?.probabilities, counters: model.counters, bits }
}

describe('rows that a window touched', () => {
  const exact = ['sgd', 'adagrad', 'ftrl', 'cocob', 'l1 on adagrad'] as const
  it.each(exact)('are the only ones that %s visits, with the bits of visiting all', (rule) => {
    fc.assert(
      fc.property(cases(rule), (given) => {
        expect(learned(built(given, 'wasm'), given)).toEqual(learned(built(given, 'wasm', true), given))
      }),
      { numRuns: runs(20) },
    )
  })

  it.each([...exact, 'auto'] as const)('have the same bits in the interpreter: %s', (rule) => {
    fc.assert(
      fc.property(cases(rule), (given) => {
        expect(learned(built(given, 'wasm'), given)).toEqual(learned(built(given, 'interpreter'), given))
      }),
      { numRuns: runs(15) },
    )
  })
})
