import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  adagrad,
  adam,
  auto,
  category,
  chain,
  cocob,
  createModel,
  dense,
  dog,
  type Example,
  ftrl,
  hashed,
  initializers,
  l1,
  type Model,
  momentum,
  numeric,
  type Optimizer,
  type Row,
  rmsprop,
  sgd,
} from '../../../src/index.js'
import { runs } from '../../runs.js'
import { bytesOf } from './kinds.js'

// The guard checks ∇ itself: a bias has an input of 1, so its gradient is |δ| however small the row's numbers are. The
// kernels skip this check where they know a bound of the gradient beforehand; no step may pass because of that.

/** A step with a gradient beyond these bounds is refused; those of rules that keep squares are lower. */
const BOUNDS = { f32: { plain: 2 ** 100, squares: 2 ** 48 }, f64: { plain: 2 ** 900, squares: 2 ** 480 } } as const
/** A parameter beyond these bounds causes a rollback. */
const FURTHEST = { f32: 2 ** 40, f64: 2 ** 100 } as const

const rules: Readonly<Record<string, readonly ['plain' | 'squares', (rate: number) => Optimizer]>> = {
  sgd: ['plain', (learningRate) => sgd({ learningRate })],
  'sgd, a rate for the biases': ['plain', (learningRate) => sgd({ learningRate, groups: { bias: learningRate / 2 } })],
  momentum: ['plain', (learningRate) => momentum({ learningRate })],
  adagrad: ['squares', () => adagrad()],
  adam: ['squares', () => adam()],
  auto: ['squares', () => auto()],
  rmsprop: ['squares', (learningRate) => rmsprop({ learningRate })],
  ftrl: ['squares', () => ftrl()],
  cocob: ['plain', () => cocob()],
  dog: ['squares', () => dog()],
  'l1 on sgd': ['plain', (learningRate) => chain(l1(0.1), sgd({ learningRate }))],
}
const last = (units: number) => dense(units, 'identity', { initial: initializers.uniform() })
const shapes = {
  'one layer': { layers: [last(1)], target: () => numeric({ scale: 'none' }) },
  'a layer of whole vectors': { layers: [dense(8, 'tanh'), last(1)], target: () => numeric({ scale: 'none' }) },
  'a layer of three': { layers: [dense(3, 'relu'), last(1)], target: () => numeric({ scale: 'none' }) },
  'three layers': { layers: [dense(4, 'sigmoid'), dense(4, 'relu'), last(1)], target: () => numeric() },
  'no bias below': { layers: [dense(4, 'tanh', { bias: false }), last(1)], target: () => numeric({ scale: 'none' }) },
  'two names': { layers: [dense(4, 'tanh'), last(1)], target: () => category({ values: [0, 1] }) },
  'three names': { layers: [dense(4, 'relu'), last(3)], target: () => category({ values: [0, 1, 2] }) },
} as const
const inputs = {
  plain: () => ({ a: numeric({ scale: 'none' }), b: numeric({ scale: 'none' }) }),
  scaled: () => ({ a: numeric(), b: numeric() }),
  hashed: () => ({ names: hashed({ capacity: 50, active: 3 }) }),
  // so many weights that a step visits those of its rows alone
  'hashed, touched rows only': () => ({ names: hashed({ capacity: 4200, active: 3 }) }),
}

interface Given {
  readonly rule: string
  readonly shape: keyof typeof shapes
  readonly input: keyof typeof inputs
  readonly precision: 'f32' | 'f64'
  readonly seed: number
  /**
   * For each row: the size of its numbers, how far its weight lies above the bound as a power of 2, and its label. At
   * −2⁻⁵² the weight is the largest number below the bound.
   */
  readonly rows: readonly { readonly small: number; readonly above: number; readonly label: 0 | 1 }[]
}
const given: fc.Arbitrary<Given> = fc
  .record({
    rule: fc.constantFrom(...Object.keys(rules)),
    shape: fc.constantFrom(...(Object.keys(shapes) as (keyof typeof shapes)[])),
    input: fc.constantFrom(...(Object.keys(inputs) as (keyof typeof inputs)[])),
    precision: fc.constantFrom('f32', 'f32', 'f64'),
    seed: fc.nat(99),
    rows: fc.array(
      fc.record({
        small: fc.constantFrom(1, 0.25, 2 ** -10, 2 ** -60, 8),
        above: fc.oneof(fc.double({ min: -4, max: 6, noNaN: true }), fc.constantFrom(-40, -(2 ** -52), 0, 0.5, 1, 2)),
        label: fc.constantFrom(0, 1),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  })
  // A row's weight may not be as large as the f64 bound of rules that keep no squares.
  .map((each) => (rules[each.rule]![0] === 'plain' ? { ...each, precision: 'f32' as const } : each))

const built = (
  { rule, shape, input, precision, seed }: Given,
  executor: 'wasm' | 'interpreter',
  rate?: number,
): Model => {
  const [kept, optimizer] = rules[rule]!
  return createModel({
    features: inputs[input](),
    target: { y: shapes[shape].target() },
    layers: shapes[shape].layers,
    weight: 'weight',
    // At this rate, a gradient at the bound gives a step of about 1.
    optimizer: optimizer(rate ?? 1 / BOUNDS[precision][kept]),
    guard: { every: 3 },
    ...{ precision, seed, executor },
  } as Parameters<typeof createModel>[0]) as Model
}
const rowOf = (small: number, weight: number, y: number, { input }: Given): Row =>
  input.startsWith('hashed')
    ? { names: { p: small, q: -small / 2 }, weight, y }
    : { a: small, b: -small / 2, weight, y }

/** Returns ∇ of one row, computed by the stages. */
const gradientOf = (model: Model, row: Row): readonly number[] => {
  const { encode, batch, forward, loss, backward } = model.stages
  return [...backward(loss(forward(batch([encode(row) as Example])))).values]
}

/** Every parameter is looked at after every row, so these models are small. */
const isSmall = ({ input }: Given): boolean => input !== 'hashed, touched rows only'

describe('a step', () => {
  it('is refused where any part of its gradient reaches the bound, and nowhere else, by every executor', () => {
    let refusals = 0
    fc.assert(
      fc.property(given, (each) => {
        const bound = BOUNDS[each.precision][rules[each.rule]![0]]
        const [wasm, interpreted] = [built(each, 'wasm'), built(each, 'interpreter')]
        for (const { small, above, label } of each.rows) {
          const row = rowOf(small, bound * 2 ** Math.floor(above) * (1 + (above - Math.floor(above))), label, each)
          const expected = !gradientOf(interpreted, row).every((g) => Math.abs(g) < bound)
          if (expected) refusals++
          for (const model of [wasm, interpreted]) expect(model.learn(row).update!.refused).toBe(expected)
          expect(bytesOf(wasm.snapshot())).toEqual(bytesOf(interpreted.snapshot()))
        }
      }),
      { numRuns: runs(400) },
    )
    expect(refusals).toBeGreaterThan(runs(60))
  })

  it('that carries any parameter beyond its bound is rolled back at once, the first step or a later one', () => {
    let rollbacks = 0
    const strides = fc.double({ min: 0.05, max: 3, noNaN: true })
    fc.assert(
      fc.property(given.filter(isSmall), strides, (each, stride) => {
        const furthest = FURTHEST[each.precision]
        // With δ of about 1, each row moves the output's bias by a part of the distance that it may reach.
        const [wasm, interpreted] = [built(each, 'wasm', 0.01), built(each, 'interpreter', 0.01)]
        for (const model of [wasm, interpreted]) model.setLearningRate(stride * furthest)
        each.rows.forEach(({ small, label }, i) => {
          for (const model of [wasm, interpreted]) {
            model.learn(rowOf(small, 1 + (i % 3), label, each))
            for (const w of model.parameters) expect(Math.abs(w)).toBeLessThanOrEqual(furthest)
          }
          expect(wasm.counters).toEqual(interpreted.counters)
          expect(bytesOf(wasm.snapshot())).toEqual(bytesOf(interpreted.snapshot()))
        })
        rollbacks += wasm.counters.rollbacks
      }),
      { numRuns: runs(400) },
    )
    expect(rollbacks).toBeGreaterThan(runs(60))
  })
})
