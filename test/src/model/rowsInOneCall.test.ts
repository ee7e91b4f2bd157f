import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ModelConfig } from '../../../src/compile/configuration.js'
import { category } from '../../../src/features/category.js'
import type { Fields } from '../../../src/features/field.js'
import { numeric } from '../../../src/features/numeric.js'
import {
  absolute,
  adagrad,
  adam,
  auto,
  chain,
  cocob,
  createModel,
  crossEntropy,
  dense,
  dog,
  ftrl,
  huber,
  l1,
  l2,
  momentum,
  rmsprop,
  schedules,
  sgd,
  squared,
} from '../../../src/index.js'
import type { LearnedRows, Model } from '../../../src/model.js'
import type { Chunk, ModelEvent } from '../../../src/records.js'
import { runs } from '../../runs.js'
import { bytesOf } from './kinds.js'

// Only the kernels learn many rows in one call; the interpreter runs the segments of each row.

const plain = numeric({ scale: 'none' })
const twoNames = { y: category({ values: ['a', 'b'] }) }
const fiveNames = { y: category({ values: [0, 1, 2, 3, 4] }) }

const targets = {
  plain: { target: { y: plain }, losses: [squared(), huber({ delta: 0.7 }), absolute()], outputs: 1 },
  scaled: { target: { y: numeric() }, losses: [huber(), squared()], outputs: 1 },
  'two names': { target: twoNames, losses: [crossEntropy()], outputs: 1 },
  'five names': { target: fiveNames, losses: [crossEntropy()], outputs: 5 },
} as const
const features = {
  plain: () => plain,
  exponential: () => numeric(),
  standard: () => numeric({ scale: 'standard', missing: 'reject' }),
} as const
const optimizers = {
  sgd: () => sgd({ learningRate: 0.1 }),
  'sgd by groups': () =>
    sgd({ learningRate: schedules.exponential({ initial: 0.1, decay: 0.9 }), groups: { 'dense1.W': 0.02 } }),
  auto: () => auto(),
  adagrad: () => adagrad(),
  adam: () => adam({ learningRate: 0.01 }),
  momentum: () => momentum({ learningRate: 0.05 }),
  rmsprop: () => rmsprop({ learningRate: 0.01 }),
  ftrl: () => ftrl({ l1: 0.1 }),
  cocob: () => cocob({ alpha: 10 }),
  dog: () => dog({ initial: 0.01 }),
  'l1 and decoupled l2': () => chain(l1(0.01), l2(0.1, { decoupled: true }), sgd({ learningRate: 0.1 })),
} as const
/** The units of the hidden layers: whole vectors, whole lines, and numbers that are neither. */
const hidden = [[], [3], [5], [8], [16], [17], [20], [36], [4, 7]] as const

const settings = fc.record({
  target: fc.constantFrom(...(Object.keys(targets) as (keyof typeof targets)[])),
  loss: fc.nat(2),
  features: fc.constantFrom(...(Object.keys(features) as (keyof typeof features)[])),
  width: fc.constantFrom(1, 2, 4, 7, 20, 33),
  hidden: fc.constantFrom(...hidden),
  activation: fc.constantFrom('relu', 'tanh', 'sigmoid', 'softplus'),
  optimizer: fc.constantFrom(...(Object.keys(optimizers) as (keyof typeof optimizers)[])),
  every: fc.constantFrom(1, 3, 1024),
  bias: fc.boolean(),
  precision: fc.constantFrom('f32', 'f32', 'f64'),
  seed: fc.nat(99),
})
type Settings = typeof settings extends fc.Arbitrary<infer S> ? S : never

const build = (given: Settings, executor: 'wasm' | 'interpreter'): Model => {
  const { target, losses, outputs } = targets[given.target]
  const names = Array.from({ length: given.width }, (_, i) => [`x${i}`, features[given.features]()] as const)
  const inner = given.hidden.map((units) => dense(units, given.activation, { bias: given.bias }))
  return createModel({
    features: Object.fromEntries(names),
    target,
    loss: losses[given.loss % losses.length],
    layers: [...inner, dense(outputs, 'identity', { bias: given.bias })],
    optimizer: optimizers[given.optimizer](),
    guard: { every: given.every },
    ...{ precision: given.precision, seed: given.seed, executor },
  } as ModelConfig<Fields, Fields>) as Model
}

/** Ordinary numbers, and now and then one that is rejected, is missing, or is too large to be safe. */
const number = fc.oneof(
  { weight: 40, arbitrary: fc.double({ min: -3, max: 3, noNaN: true }) },
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constantFrom(Number.NaN, Infinity, 1e10, -1e25, 3.4e38, -1e38, 1e200, 1e-42) },
)
const chunks = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 40 }),
    single: fc.boolean(),
    weighted: fc.boolean(),
    numbers: fc.array(number, { minLength: 30, maxLength: 90 }),
    labels: fc.array(fc.oneof({ weight: 9, arbitrary: fc.double({ min: 0, max: 5, noNaN: true }) }, number), {
      minLength: 7,
      maxLength: 20,
    }),
  }),
  { minLength: 1, maxLength: 4 },
)

const chunkOf = (
  { size, single, weighted, numbers, labels }: typeof chunks extends fc.Arbitrary<readonly (infer C)[]> ? C : never,
  { width, target }: Settings,
  cursor: number,
): Chunk => {
  const floats = (n: number, value: (i: number) => number): Float32Array | Float64Array => {
    const all = Array.from({ length: n }, (_, i) => value(i))
    return single ? Float32Array.from(all) : Float64Array.from(all)
  }
  const classes = target === 'two names' ? 2 : target === 'five names' ? 5 : 0
  const round = (y: number): number => (classes > 0 && y < classes && y >= 0 ? Math.floor(y) : y)
  return {
    kind: 'chunk',
    size,
    x: floats(size * width, (i) => numbers[i % numbers.length] as number),
    y: floats(size, (i) => round(labels[i % labels.length] as number)),
    ...(weighted && { weights: floats(size, (i) => (i % 5 === 4 ? 0 : i % 3) + 0.5 * (i % 2)) }),
    cursor,
  }
}

const columnsOf = ({ actual, losses, predictions, update }: LearnedRows): readonly number[] => [
  ...actual,
  ...losses,
  ...(predictions?.steps ?? []),
  ...(predictions?.values ?? []),
  ...(predictions?.probabilities ?? []),
  ...(update
    ? [update.step, update.loss, update.learningRate, Number(update.refused), Number(update.cursor ?? -1)]
    : []),
]

/** All events in order, and the last counts of clipped values: these are told once for all rows of a call. */
const told = (events: readonly ModelEvent[] = []): unknown => {
  const others = events.filter(({ kind }) => kind !== 'clipping')
  const clippings = events.flatMap((event) => (event.kind === 'clipping' ? event : []))
  return { others, clipped: clippings.reduce((sum, { count }) => sum + count, 0), fields: clippings.at(-1)?.fields }
}

describe('many rows in one call', () => {
  it('give the same state, columns and events as the rows one by one', () => {
    fc.assert(
      fc.property(settings, chunks, (given, list) => {
        const [one, many] = (['interpreter', 'wasm'] as const).map((executor) => {
          const model = build(given, executor)
          const events: ModelEvent[] = []
          model.listen((event) => events.push(event))
          const columns = list.map((chunk, i) => columnsOf(model.learn(chunkOf(chunk, given, i))))
          return { columns, events, state: bytesOf(model.snapshot()) }
        })
        expect(many?.columns).toEqual(one?.columns)
        expect(told(many?.events)).toEqual(told(one?.events))
        expect(many?.state).toEqual(one?.state)
      }),
      { numRuns: runs(600) },
    )
  })

  it('do so in large layers too, whose step is taken with the next row, whatever part of a row is zero', () => {
    const large = fc.record({
      units: fc.constantFrom(4, 7, 20, 37, 64, 130),
      more: fc.nat(9),
      zero: fc.constantFrom(0, 0.5, 0.97, 1),
      bias: fc.boolean(),
      seed: fc.nat(999),
    })
    fc.assert(
      fc.property(large, ({ units, more, zero, bias, seed }) => {
        const width = Math.ceil(16_384 / units) + more
        const random = (i: number): number => ((Math.imul(i + seed, 0x9e3779b1) >>> 8) % 1000) / 1000
        const x = Float32Array.from({ length: 6 * width }, (_, i) => (random(7 * i) < zero ? 0 : random(i) - 0.5))
        const y = Float32Array.from({ length: 6 }, (_, i) => i % 3)
        const [one, many] = (['interpreter', 'wasm'] as const).map((executor) => {
          const model = createModel({
            features: Object.fromEntries(Array.from({ length: width }, (_, i) => [`x${i}`, plain])),
            target: { y: category({ values: [0, 1, 2] }) },
            layers: [dense(units, 'relu', { bias }), dense(3)],
            optimizer: sgd({ learningRate: 0.05 }),
            ...{ seed, executor },
          })
          const learned = [0, 2].map((from) =>
            model.learn({
              ...{ kind: 'chunk', size: from + 2 },
              ...{ x: x.subarray(from * width, (2 * from + 2) * width), y: y.subarray(from, 2 * from + 2) },
            } as Chunk),
          )
          return { columns: learned.map(columnsOf), state: bytesOf(model.snapshot()) }
        })
        expect(many?.columns).toEqual(one?.columns)
        expect(many?.state).toEqual(one?.state)
      }),
      { numRuns: runs(25) },
    )
  })
})
