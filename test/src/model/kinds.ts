import fc from 'fast-check'
import { circuit } from '../../../src/circuit/build.js'
import type { Members } from '../../../src/compile/planOf.js'
import * as experts from '../../../src/experts/index.js'
import { category } from '../../../src/features/category.js'
import { cross } from '../../../src/features/cross.js'
import { cyclic } from '../../../src/features/cyclic.js'
import { difference } from '../../../src/features/difference.js'
import { filled } from '../../../src/features/filled.js'
import { hashed } from '../../../src/features/hashed.js'
import { lag } from '../../../src/features/lag.js'
import { numeric } from '../../../src/features/numeric.js'
import { rolling } from '../../../src/features/rolling.js'
import { text } from '../../../src/features/text.js'
import { time } from '../../../src/features/time.js'
import { windowed } from '../../../src/features/windowed.js'
import { gelu } from '../../../src/layers/activations.js'
import { dense } from '../../../src/layers/dense.js'
import { embedding } from '../../../src/layers/embedding.js'
import { layerNorm } from '../../../src/layers/layerNorm.js'
import { absolute, focal, poisson, quantiles, squared, squaredHinge } from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import type { LearnedRows, Model, Writer } from '../../../src/model.js'
import {
  adagrad,
  adam,
  adamw,
  auto,
  chain,
  clipByGlobalNorm,
  cocob,
  dog,
  ftrl,
  l1,
  l2,
  momentum,
  passiveAggressive,
  recursiveLeastSquares,
  sgd,
  vw,
} from '../../../src/optimizers/index.js'
import type { Snapshot } from '../../../src/records.js'
import * as schedules from '../../../src/schedules/index.js'
import type { Row } from '../../../src/values.js'
import { gated } from '../../own/gatedLayer.js'
import { logarithm, logarithmKind } from '../../own/logarithm.js'
import { quantileLoss } from '../../own/quantileLoss.js'
import { rmsprop } from '../../own/rmsprop.js'

type Config = Parameters<typeof createModel>[0]
const plain = numeric({ scale: 'none' })

const words = hashed({ capacity: 37, active: 6 })
/** Models for rows that name a few of many features: one for each way in which such rows are learned. */
const sparseKinds: Readonly<Record<string, Config>> = {
  'sparse, two classes, adagrad': {
    features: { words },
    target: { side: category({ values: ['L', 'R'] }) },
    layers: [dense(1)],
    optimizer: adagrad({ learningRate: 0.3 }),
    guard: { every: 5 },
    weight: 'weight',
  },
  'sparse, a number, sgd without a bias': {
    features: { words },
    target: { power: numeric() },
    layers: [dense(1, 'identity', { bias: false })],
    optimizer: sgd({ learningRate: schedules.inverseSqrt({ initial: 0.1 }) }),
    guard: { every: 7 },
  },
  'sparse, a plain number, adagrad on a schedule': {
    features: { words: hashed({ capacity: 64, active: 6 }) },
    target: { power: plain },
    layers: [dense(1)],
    loss: squared(),
    optimizer: adagrad({ learningRate: schedules.inverseSqrt({ initial: 0.2 }), groups: { bias: 0.05 } }),
  },
  'sparse beside dense, a hidden layer': {
    features: { a: numeric(), words, room: category({ capacity: 4 }), more: hashed({ capacity: 11, active: 3 }) },
    target: { power: numeric() },
    layers: [dense(5, 'tanh'), dense(1)],
    seed: 4,
    optimizer: auto(),
  },
  'sparse, f64, afterPrediction, several numbers': {
    features: { a: numeric({ scale: 'standard' }), words },
    target: { power: numeric(), speed: plain },
    layers: [dense(2)],
    precision: 'f64',
    statistics: 'afterPrediction',
    optimizer: adagrad(),
  },
  'sparse, many weights, a hidden layer, auto': {
    features: { a: numeric(), words: hashed({ capacity: 1500, active: 6 }) },
    target: { power: numeric() },
    layers: [dense(3, 'relu'), dense(1)],
    optimizer: auto(),
    guard: { every: 6 },
  },
  'sparse, many weights, two classes, vw': {
    features: { words: hashed({ capacity: 4200, active: 6 }) },
    target: { side: category({ values: ['L', 'R'] }) },
    layers: [dense(1)],
    optimizer: vw({ groups: { bias: 0.1 } }),
    weight: 'weight',
  },
  'sparse, many weights, several names, ftrl with l1': {
    features: { words: hashed({ capacity: 1401, active: 6 }) },
    target: { side: category({ values: ['L', 'R', 'M'] }) },
    layers: [dense(3)],
    optimizer: chain(l1(0.01), ftrl({ l1: 0.1, l2: 0.1 })),
    guard: { every: 4 },
  },
  'sparse, many weights, several names, adagrad': {
    features: { words: hashed({ capacity: 1400, active: 6 }) },
    target: { side: category({ values: ['L', 'R', 'M'] }) },
    layers: [dense(3)],
    optimizer: adagrad({ groups: { bias: 0.05 } }),
    weight: 'weight',
  },
  'texts, two classes': {
    features: { body: text({ capacity: 41, active: 4, ngrams: 2 }) },
    target: { side: category({ values: ['L', 'R'] }) },
    layers: [dense(1)],
    guard: { every: 5 },
    weight: 'weight',
  },
  'texts by their characters beside columns, f64': {
    features: { a: numeric(), body: text({ capacity: 4300, active: 9, of: 'characters', norm: 'none' }) },
    target: { power: numeric() },
    layers: [dense(3, 'tanh'), dense(1)],
    precision: 'f64',
  },
  'crosses of names beside the names, two classes': {
    features: {
      room: category({ capacity: 4 }),
      both: cross('room', 'hour', { capacity: 4200 }),
      three: cross('hour', 'room', 'day', { capacity: 31 }),
    },
    target: { side: category({ values: ['L', 'R'] }) },
    layers: [dense(2)],
    weight: 'weight',
  },
  'a vector circuit, sparse rows': {
    features: { words, a: plain },
    target: { power: plain },
    circuit: circuit(({ input, weight, sparseDense, sum, mul, tanh }) => {
      const h = tanh(sparseDense(input('words', [13]), weight('E', { shape: [37, 3], initial: { kind: 'glorot' } })))
      return { f: mul(sum(h), input('a')) }
    }),
  },
}

/** The models for which every law must hold; together they cover each feature, target, loss, optimizer and option. */
export const kinds: Readonly<Record<string, Config>> = {
  'linear, all defaults': {
    features: { a: numeric(), b: numeric() },
    target: { power: numeric() },
    layers: [dense(1)],
  },
  'a net of all features, growing names': {
    features: { a: numeric(), room: category({ capacity: 4 }), hour: cyclic(24), b: numeric({ scale: 'standard' }) },
    target: { power: numeric({ scale: 'standard' }) },
    layers: [dense(5, 'relu'), dense(3, 'tanh'), dense(1)],
    seed: 3,
    guard: { every: 3 },
  },
  'two classes, afterPrediction, f64': {
    features: { a: numeric(), room: category({ capacity: 3, onFull: 'evictOldest' }) },
    target: { side: category() },
    layers: [dense(4, 'sigmoid'), dense(1)],
    statistics: 'afterPrediction',
    precision: 'f64',
    optimizer: auto({ learningRate: 0.5 }),
    weight: 'weight',
  },
  'classes that grow, adam': {
    features: { a: numeric({ scale: 'standard' }), b: plain },
    target: { room: category({ onFull: 'hash' }) },
    layers: [dense(4, 'softplus'), dense(6)],
    optimizer: adam({ learningRate: schedules.exponential({ initial: 0.05, decay: 0.9 }) }),
    weight: 'weight',
    cursor: 'at',
  },
  'a frozen layer, a rate for each of the others': {
    features: { a: numeric() },
    target: { power: numeric() },
    layers: [dense(4, 'tanh'), dense(1)],
    freeze: ['dense1.W', 'dense1.b'],
    optimizer: auto({ groups: { 'dense2.W': 0.5, 'dense2.b': 1 } }),
  },
  'several numbers, momentum, frozen biases': {
    features: { a: numeric(), b: numeric({ missing: 'reject' }) },
    target: { power: numeric(), speed: plain },
    layers: [dense(3, 'tanh'), dense(2)],
    optimizer: momentum({ nesterov: true, groups: { 'dense2.W': schedules.inverseSqrt({ initial: 0.1 }) } }),
    freeze: ['bias'],
    statistics: 'afterPrediction',
    cursor: 'at',
  },
  'linear, plain numbers, vw, f64': {
    features: { a: plain, b: plain, hour: plain },
    target: { power: plain },
    layers: [dense(1)],
    // Gradients of unscaled rows of 1e12 are beyond what f32 takes.
    precision: 'f64',
    optimizer: vw(),
    guard: { every: 4 },
    weight: 'weight',
  },
  'linear, absolute error, passive-aggressive with l1, f64': {
    features: { a: numeric(), b: plain },
    target: { power: plain },
    layers: [dense(1)],
    loss: absolute(),
    optimizer: chain(l1(0.001), passiveAggressive({ C: 0.5 })),
    precision: 'f64',
  },
  'linear, recursive least squares, f64': {
    features: { a: numeric(), b: numeric({ scale: 'standard' }), room: category({ capacity: 4 }) },
    target: { power: numeric({ scale: 'standard' }) },
    layers: [dense(1)],
    optimizer: recursiveLeastSquares({ ridge: 0.1 }),
    precision: 'f64',
    guard: { every: 4 },
    weight: 'weight',
  },
  'a net, cocob with decoupled decay': {
    features: { a: numeric(), b: numeric() },
    target: { power: numeric() },
    layers: [dense(7, 'relu'), dense(1)],
    optimizer: chain(l2(0.01, { decoupled: true }), cocob({ alpha: 10 })),
    guard: { every: 3 },
  },
  'a net, dog': {
    features: { a: numeric(), room: category({ capacity: 4 }) },
    target: { side: category({ values: ['L', 'R'] }) },
    layers: [dense(4, 'tanh'), dense(1)],
    optimizer: dog({ initial: 0.01 }),
    weight: 'weight',
  },
  'a net, adamw on a schedule': {
    features: { a: numeric(), b: numeric() },
    target: { power: numeric() },
    layers: [dense(6, 'tanh'), dense(1)],
    optimizer: adamw({ learningRate: schedules.warmUp(5, schedules.cosine({ initial: 0.05, steps: 30 })) }),
  },
  'layers of other kinds, functions as activations': {
    features: { a: numeric(), room: category({ capacity: 4 }), b: numeric({ scale: 'standard' }) },
    target: { power: numeric() },
    layers: [dense(5, gelu), layerNorm(), dense(4, (x, { mul, sigmoid }) => mul(x, sigmoid(x))), dense(1)],
    guard: { every: 4 },
    weight: 'weight',
  },
  'embedded names that grow, beside columns': {
    features: { room: category({ capacity: 4 }), a: numeric(), side: category({ capacity: 3, onFull: 'evictOldest' }) },
    target: { power: numeric(), speed: plain },
    layers: [embedding(3), dense(4, 'tanh'), dense(2)],
    guard: { every: 5 },
  },
  'a large table of embedded names, and hashed ones': {
    features: { room: category({ capacity: 1200 }), words: hashed({ capacity: 1100, active: 6 }), a: numeric() },
    target: { side: category({ values: ['L', 'R'] }) },
    layers: [embedding(4, { of: ['room', 'words'] }), dense(3, 'relu'), dense(1)],
    optimizer: adagrad({ learningRate: 0.3 }),
    guard: { every: 6 },
    weight: 'weight',
  },
  'a table of a number for each name, f64': {
    features: { room: category({ capacity: 4, missing: 'reject' }) },
    target: { power: plain },
    layers: [embedding(1)],
    precision: 'f64',
    statistics: 'afterPrediction',
  },
  'experts, a number': {
    features: { a: numeric(), room: category({ capacity: 4 }), hour: cyclic(24) },
    target: { power: numeric() },
    experts: {
      noChange: experts.noChange(),
      linear: experts.net([dense(1)], { rates: [0.3, 2] }),
      net: experts.net([dense(5, 'relu'), dense(1)]),
      nearest: experts.nearest({ neighbors: 2, rows: 7 }),
    },
    seed: 5,
    guard: { every: 4 },
    weight: 'weight',
  },
  'experts, classes that grow, afterPrediction': {
    features: { a: numeric({ scale: 'standard' }), b: plain },
    target: { room: category({ onFull: 'hash' }) },
    experts: {
      seasonal: experts.seasonal(2),
      net: experts.net([dense(4, 'tanh'), dense(6)], { rates: [0.5, 1] }),
      nearest: experts.nearest({ rows: 11 }),
    },
    statistics: 'afterPrediction',
    cursor: 'at',
  },
  'experts, two classes, f64': {
    features: { a: numeric(), words: hashed({ capacity: 37, active: 6 }) },
    target: { side: category() },
    experts: {
      net: experts.net([dense(3, 'relu'), dense(1)]),
      linear: experts.net([dense(1)]),
      last: experts.noChange(),
      nearest: experts.nearest({ rows: 5 }),
    },
    precision: 'f64',
    weight: 'weight',
  },
  'experts, several numbers, a loss of its own, adam': {
    features: { a: numeric(), b: numeric({ missing: 'reject' }) },
    target: { power: numeric(), speed: plain },
    experts: {
      seasonal: experts.seasonal(3),
      net: experts.net([dense(3, 'tanh'), dense(2)], { rates: [0.1, 1] }),
      nearest: experts.nearest({ neighbors: 1, rows: 4 }),
    },
    loss: quantileLoss({ quantile: 0.3 }),
    optimizer: adam({ learningRate: schedules.inverseSqrt({ initial: 0.05 }), groups: { bias: 0.01 } }),
    guard: { every: 6 },
  },
  'the parts of a time': {
    features: { when: time({ timeZone: 330 }), a: numeric() },
    target: { power: numeric() },
    layers: [dense(6, 'tanh'), dense(2, 'relu'), dense(1)],
    guard: { every: 4 },
    weight: 'weight',
  },
  'two parts of a time in seconds, f64, classes': {
    features: { room: category({ capacity: 4 }), when: time({ of: ['weekday', 'hour'], unit: 'seconds' }) },
    target: { side: category({ values: ['L', 'R'] }) },
    layers: [dense(2)],
    precision: 'f64',
    statistics: 'afterPrediction',
  },
  'numbers that are flagged where they are missing': {
    features: {
      a: numeric({ missing: 'flag' }),
      room: category({ capacity: 4 }),
      b: numeric({ missing: 'flag', scale: 'none' }),
    },
    target: { power: numeric() },
    layers: [dense(5, 'tanh'), dense(1)],
    guard: { every: 5 },
    weight: 'weight',
  },
  'a scalar circuit, inputs by name': {
    target: { power: plain },
    circuit: circuit(({ input, weight, neuron, sub, sigmoid }) => {
      const x2 = neuron('x2', sigmoid, [input('a'), weight('w3', { initial: 0.3 })], [input('b'), weight('w4')])
      return { f: sub(weight('w1', { initial: 0.1 }), x2) }
    }),
    optimizer: sgd({ learningRate: schedules.inverseScaling({ initial: 0.1, power: 0.3 }) }),
  },
  'a vector circuit, a chain': {
    features: { a: numeric(), room: category({ capacity: 5 }) },
    target: { power: numeric(), speed: numeric() },
    circuit: circuit(({ input, weight, dense: product, tanh, slice, sum, neuron, identity }) => {
      const h = tanh(product(input('x', [6]), weight('W', { shape: [6, 4], initial: { kind: 'glorot' } })))
      return { p: neuron('p', identity, sum(slice(h, 0, 2))), s: sum(slice(h, 2, 4)) }
    }),
    loss: squared(),
    optimizer: chain(clipByGlobalNorm(0.5), l2(0.01), adagrad({ learningRate: 0.3 })),
    precision: 'f32',
    guard: { every: 2 },
    weight: 'weight',
  },
  'members that a user wrote': {
    features: { hour: logarithm({ offset: 1 }), a: numeric(), room: category({ capacity: 4 }) },
    target: { power: numeric() },
    layers: [dense(4, 'tanh'), gated(3), dense(1)],
    loss: quantileLoss({ quantile: 0.7 }),
    optimizer: rmsprop({ learningRate: 0.02, groups: { bias: 0.01 } }),
    guard: { every: 4 },
    weight: 'weight',
  },
  'members that a user wrote, f64, several numbers': {
    features: { hour: logarithm({ offset: 0.5 }), b: plain },
    target: { power: numeric(), speed: plain },
    layers: [gated(4), dense(2)],
    loss: quantileLoss({ quantile: 0.2 }),
    optimizer: rmsprop({ decay: 0.5, epsilon: 1e-4 }),
    precision: 'f64',
    statistics: 'afterPrediction',
    cursor: 'at',
  },
  'counts, with the logarithm as the link': {
    features: { a: numeric(), room: category({ capacity: 4 }) },
    target: { hour: plain },
    layers: [dense(3, 'tanh'), dense(1)],
    loss: poisson(),
    weight: 'weight',
    guard: { every: 5 },
  },
  'three quantiles': {
    features: { a: numeric(), b: numeric() },
    target: { power: numeric() },
    layers: [dense(5, 'relu'), dense(3)],
    loss: quantiles([0.1, 0.5, 0.9]),
    weight: 'weight',
    guard: { every: 5 },
  },
  'two quantiles, f64': {
    features: { a: plain, room: category({ capacity: 4 }) },
    target: { power: numeric({ scale: 'standard' }) },
    layers: [dense(2)],
    loss: quantiles([0.3, 0.95]),
    precision: 'f64',
    optimizer: sgd({ learningRate: 0.05 }),
    statistics: 'afterPrediction',
    cursor: 'at',
  },
  'two classes with weights, focal': {
    features: { a: numeric(), b: numeric({ scale: 'standard' }) },
    target: { side: category({ values: ['L', 'R'] }) },
    layers: [dense(1)],
    loss: focal({ weights: { L: 3 } }),
  },
  'several classes with weights, squared hinge': {
    features: { a: numeric(), hour: cyclic(24) },
    target: { room: category({ values: ['p', 'q'], onFull: 'hash' }) },
    layers: [dense(5)],
    loss: squaredHinge({ weights: { q: 0.5 } }),
    optimizer: adam(),
  },
  'an autoencoder, beside a category': {
    features: { a: numeric(), room: category({ capacity: 4 }), b: numeric({ scale: 'standard' }), speed: numeric() },
    target: { a: numeric(), speed: numeric(), b: numeric({ scale: 'standard' }) },
    reconstruct: true,
    layers: [dense(2, 'relu'), dense(3)],
    guard: { every: 4 },
    weight: 'weight',
  },
  'experts that reconstruct one number of two, f64, afterPrediction': {
    features: { a: numeric({ missing: 'flag' }), b: numeric() },
    target: { a: numeric(), power: plain },
    reconstruct: true,
    experts: { net: experts.net([dense(3, 'tanh'), dense(2)]), last: experts.noChange() },
    precision: 'f64',
    statistics: 'afterPrediction',
    cursor: 'at',
  },
  ...sparseKinds,
}
/**
 * A model whose fields remember. It is not among the kinds, because in the middle of a window its rows are read by what
 * `predict` does not know yet.
 */
export const remembering: Config = {
  features: {
    a: numeric(),
    b: filled({ by: 'side' }),
    before: lag('power', 1),
    deviation: rolling('power', 5, 'sd', { by: 'room', capacity: 3 }),
    change: difference('a', 2, { scale: 'standard' }),
    lately: rolling('b', { withinMs: 9, time: 'hour', rows: 6 }),
    speed: windowed('robust', 7, { by: 'room' }),
  },
  target: { power: numeric() },
  layers: [dense(4, 'tanh'), dense(1)],
  guard: { every: 5 },
  cursor: 'at',
}
/** The members of these models' descriptions that the library does not know. */
export const members: Members = { fieldKinds: [logarithmKind], losses: { pinball: quantileLoss } }

export const make = (name: string): Model => createModel(kinds[name]!) as Model

const number = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: -80, max: 80 }).map((i) => i / 8) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, null, true, 1e5, -1e12) },
)
const whole = { a: number, b: number, hour: fc.integer({ min: 0, max: 23 }), power: number, speed: number }
const names = fc.constantFrom('p', 'q', 'r', 's', 't', 'u', 3)
const word = fc.constantFrom('p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y')
/** Names with numbers, in every form that a row may have; now and then there are too many, or wrong ones. */
const bag = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.dictionary(
      word,
      fc.integer({ min: -16, max: 16 }).map((i) => i / 8),
      { noNullPrototype: true },
    ),
  },
  { weight: 4, arbitrary: fc.array(word, { maxLength: 12 }) },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.tuple(fc.nat({ max: 10 }), fc.constantFrom(1, -0.5, 0, 2, -0)), { maxLength: 6 })
      .map((pairs) => ({ indices: pairs.map(([i]) => i), values: pairs.map(([, v]) => v) })),
  },
  { weight: 1, arbitrary: fc.constantFrom(undefined, null, [], { p: 1e300 }, 'text', { indices: [99], values: [1] }) },
)
/** A text of a few words; now and then it is long, none, or no text. */
const sentence = fc.oneof(
  { weight: 9, arbitrary: fc.array(word, { maxLength: 8 }).map((list) => list.join(', ')) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, null, '', '…!', 12, ['p'], 'Größe 猫 🦊 p\ud800q') },
)
/** A time in every form that a row may have; now and then there is none, or a wrong one. */
const moment = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1.6e12, max: 1.7e12 }) },
  { weight: 2, arbitrary: fc.integer({ min: -2e12, max: 4e12 }).map((ms) => new Date(ms)) },
  { weight: 2, arbitrary: fc.integer({ min: -2e12, max: 4e12 }).map((ms) => new Date(ms).toISOString()) },
  { weight: 1, arbitrary: fc.constantFrom('2024-02-29', '1999-12-31T23:59:59.5+0130', undefined, 'noon', 1e17) },
)
/** Rows as they come in streams: fields are missing, names are new, and now and then a row is rejected. */
export const row: fc.Arbitrary<Row> = fc
  .record(
    {
      ...whole,
      room: fc.oneof({ weight: 12, arbitrary: names }, { weight: 1, arbitrary: fc.constant(null) }),
      side: fc.constantFrom('L', 'R'),
      weight: fc.constantFrom(1, 0.5, 3, 0, undefined),
      words: bag,
      body: sentence,
      when: moment,
      day: fc.constantFrom('p', 'q', 1, true, 'r', 's', 2, 3, false, undefined),
      more: fc.oneof(fc.constant(undefined), fc.array(word, { maxLength: 3 })),
    },
    { noNullPrototype: true },
  )
  .chain((fields) =>
    fc.oneof(
      { weight: 15, arbitrary: fc.constant(fields) },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom({ a: 1e200 }, { b: 'text' }, { power: Infinity }, { weight: -1 })
          .map((wrong) => ({ ...fields, ...wrong })),
      },
    ),
  )
export const rows = (maxLength: number): fc.Arbitrary<readonly Row[]> =>
  fc.array(row, { minLength: 1, maxLength }).map((list) => list.map((fields, at) => ({ ...fields, at })))

/** Learns in windows of b, and returns the model after its last window has been closed. */
export const learnAll = (
  model: Model,
  list: readonly Row[],
  b: number,
  feed: (writer: Writer, list: readonly Row[]) => void = (writer, all) => {
    for (const each of all) writer.learn(each)
  },
): Model => {
  const writer = model.stages.take('test', b)
  feed(writer, list)
  writer.flush()
  writer.release()
  return model
}

/** The whole state of a model as comparable data, which is equal where every byte is equal. */
export const bytesOf = (snapshot: Snapshot): unknown => {
  const hex = (array: ArrayBufferView): string =>
    Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('hex')
  const { parameters, statistics, slots, scalars, healthy, ...rest } = snapshot
  const arrays = { parameters, statistics, slots, scalars, healthy: healthy?.bytes ?? new Uint8Array() }
  return {
    ...rest,
    healthyStep: healthy?.step,
    ...Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, hex(array)])),
  }
}

/** The predictions of a window's rows as one list of numbers, NaN for a row that was rejected. */
export const numbersOf = ({ predictions }: LearnedRows): readonly number[] => [
  ...predictions!.values,
  ...(predictions!.probabilities ?? []),
]
