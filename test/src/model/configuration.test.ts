import { describe, expect, it } from 'vitest'
import { circuit } from '../../../src/circuit/build.js'
import { type CategoryField, category } from '../../../src/features/category.js'
import { cyclic } from '../../../src/features/cyclic.js'
import { numeric } from '../../../src/features/numeric.js'
import * as initializers from '../../../src/initializers/index.js'
import { dense } from '../../../src/layers/dense.js'
import { absolute, crossEntropy, squared } from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import {
  adagrad,
  adam,
  adamw,
  chain,
  clipByGlobalNorm,
  cocob,
  dog,
  ftrl,
  l1,
  l2,
  momentum,
  passiveAggressive,
  rmsprop,
  sgd,
} from '../../../src/optimizers/index.js'
import * as schedules from '../../../src/schedules/index.js'

const features = { a: numeric(), b: numeric() }
const target = { y: numeric() }
const layers = [dense(1)]
const base = { features, target, layers }
const scalar = circuit(({ input, weight, mul }) => ({ f: mul(weight('w'), input('speed')) }))
const vector = circuit(({ input, weight, add }) => ({ f: add(input('x', [3]), weight('w', { shape: [3] })) }))
const matrix = circuit(({ input, weight, mul }) => ({ f: mul(weight('w', { shape: [2, 2] }), input('x')) }))
const withoutKeys = (...keys: readonly string[]) =>
  Object.fromEntries(Object.entries(base).filter(([key]) => !keys.includes(key)))

describe('a configuration that cannot work is refused with what was given, what was expected, and what to do', () => {
  const table: readonly (readonly [string, object, string | RegExp])[] = [
    [
      'neither layers nor circuit',
      withoutKeys('layers'),
      'createModel: give either layers, as in [dense(1)], or a circuit, or experts.',
    ],
    ['both', { ...base, circuit: scalar }, 'give either layers'],
    [
      'an empty list of layers',
      { ...base, layers: [] },
      'layers: the list is empty; expected at least one layer, such as dense(1).',
    ],
    [
      'no features',
      { ...base, features: {} },
      'createModel: there is no feature; give one, such as { temperature: numeric() }.',
    ],
    ['a missing features setting', withoutKeys('features'), 'there is no feature;'],
    ['no target', { ...base, target: {} }, 'createModel: there is no target; give one, such as { power: numeric() }.'],
    ['a missing target setting', withoutKeys('target'), 'there is no target'],
    [
      'a feature that is the target',
      { ...base, target: { a: numeric() } },
      "createModel: 'a' is both a feature and a target; expected one of the two, or reconstruct: true.",
    ],
    [
      'a function in place of a field',
      { ...base, features: { a: numeric } },
      "createModel: feature 'a' is a function (numeric); expected a field, such as numeric().",
    ],
    [
      'a text in place of a field',
      { ...base, features: { a: 'numeric' } },
      `createModel: feature 'a' is 'numeric'; expected a field, such as numeric().`,
    ],
    ...[{ kind: 'mine', missing: 'reject' }, { emit: () => {}, missing: 'reject' }, null, undefined, 3, {}].map(
      (field): readonly [string, object, string] => [
        `${JSON.stringify(field)} in place of a field`,
        { ...base, features: { a: field } },
        "feature 'a' is",
      ],
    ),
    [
      'a function in place of a target',
      { ...base, target: { y: category } },
      "createModel: target 'y' is a function (category)",
    ],
    [
      'a function in place of an optimizer',
      { ...base, optimizer: adam },
      'createModel: optimizer is a function (adam); expected one such as adam().',
    ],
    [
      'a transform in place of an optimizer',
      { ...base, optimizer: l2(1) },
      "createModel: optimizer is 'l2'; expected one such as adam().",
    ],
    [
      'a function in place of a loss',
      { ...base, loss: squared },
      'createModel: loss is a function (squared); expected one such as huber().',
    ],
    [
      'an unknown precision',
      { ...base, precision: 'f16' },
      "createModel: precision is 'f16'; expected one of f32, f64, fast.",
    ],
    [
      'an unknown order of the statistics',
      { ...base, statistics: 'after' },
      "createModel: statistics is 'after'; expected one of beforePrediction, afterPrediction.",
    ],
    [
      'a cyclic target',
      { ...base, target: { hour: cyclic(24) } },
      "createModel: target 'hour' is cyclic; predict its sine and cosine as two numbers instead.",
    ],
    [
      'a target that evicts names',
      { ...base, target: { kind: category({ onFull: 'evictOldest' }) } },
      "createModel: target 'kind' has onFull 'evictOldest', which is for features; expected 'reject' or 'hash'.",
    ],
    [
      'a category beside a number',
      { ...base, target: { y: numeric(), kind: category() }, layers: [dense(2)] },
      "createModel: target 'kind' is one of 2; expected a category to be the only target.",
    ],
    [
      'too few outputs',
      { ...base, target: { y: numeric(), z: numeric() } },
      'createModel: the circuit has 1 outputs; expected 2, one for each target.',
    ],
    ['too many outputs', { ...base, layers: [dense(3)] }, 'the circuit has 3 outputs; expected 1'],
    [
      'too few classes',
      { ...base, target: { kind: category({ values: ['a', 'b', 'c'] }) } },
      "createModel: target 'kind' has 3 classes, but the circuit has one output, which tells two apart; end it in dense(3).",
    ],
    [
      'too few outputs for classes',
      { ...base, target: { kind: category({ capacity: 5 }) }, layers: [dense(4)] },
      "target 'kind' has 5 classes, but the circuit has 4 outputs; end it in dense(5).",
    ],
    [
      'a loss for numbers',
      { ...base, target: { kind: category() }, loss: absolute() },
      "createModel: absolute() is a numeric loss, but target 'kind' is category.",
    ],
    [
      'a loss for classes',
      { ...base, loss: crossEntropy() },
      "createModel: crossEntropy() is a category loss, but target 'y' is numeric.",
    ],
    [
      'a sigmoid before crossEntropy()',
      { ...base, target: { kind: category() }, layers: [dense(1, 'sigmoid')] },
      "createModel: the last layer ends in 'sigmoid'; crossEntropy() brings its own, so end in dense(1).",
    ],
    ...[0, 1.5, -1, Number.NaN, '2' as never].map((shards): [string, object, string] => [
      `shards of ${shards}`,
      { ...base, shards },
      'expected a whole number of at least 1.',
    ]),
    [
      'an unknown name in freeze',
      { ...base, freeze: ['dense9.W'] },
      "freeze: there is no tensor or group 'dense9.W'; there are weight, dense1.W, bias, dense1.b.",
    ],
    [
      'a rate for an unknown group',
      { ...base, optimizer: sgd({ groups: { biases: 1 } }) },
      "optimizer groups: there is no tensor or group 'biases'; there are weight, dense1.W, bias, dense1.b.",
    ],
    [
      'a guard.every of 0',
      { ...base, guard: { every: 0 } },
      'createModel: guard.every is 0; expected a whole number of at least 1.',
    ],
    [
      'an input that is not a feature',
      { circuit: scalar, features, target },
      "createModel: the circuit's input 'speed' is not a feature; the features are a, b.",
    ],
    [
      'an input of another size',
      { circuit: scalar, features: { speed: cyclic(5) }, target },
      "createModel: the circuit's input 'speed' takes 1 numbers, but feature 'speed' gives 2.",
    ],
    [
      'a vector of another size',
      { circuit: vector, features, target: { u: numeric(), v: numeric(), w: numeric() } },
      /circuit's input 'x'/,
    ],
    [
      'a matrix as an output',
      { circuit: matrix, target },
      "createModel: output 'f' has shape [2, 2]; expected a scalar or a vector.",
    ],
    [
      'an unknown initializer',
      { ...base, layers: [dense(2, 'tanh', { initial: { kind: 'magic' } }), dense(1)] },
      "weight 'dense1.W': there is no initializer 'magic'; there are zeros, constant, uniform, glorot, he.",
    ],
  ]
  it.each(table)('%s', (_, config, message) => {
    expect(() => createModel(config as never)).toThrow(message)
  })

  const parts: readonly (readonly [string, () => unknown, string])[] = [
    ['units', () => dense(0), "dense: units is 0; expected a whole number of at least 1, as in dense(16, 'tanh')."],
    [
      'an unknown activation',
      () => dense(1, 'swish' as never),
      "dense: activation is 'swish'; expected one of identity, relu, tanh, sigmoid, softplus.",
    ],
    [
      'a rate below 0',
      () => sgd({ learningRate: -1 }),
      'optimizer: the learning rate is -1; expected a number of at least 0.',
    ],
    [
      'a rate of a group',
      () => adam({ groups: { bias: Number.NaN } }),
      'optimizer: the learning rate is NaN; expected a number of at least 0.',
    ],
    [
      'a schedule with an infinite rate',
      () => schedules.constant(Infinity),
      'schedules.constant: the learning rate is Infinity; expected',
    ],
    [
      'a decay above 1',
      () => schedules.exponential({ initial: 1, decay: 1.5 }),
      'schedules.exponential: decay is 1.5; expected a number above 0 and at most 1.',
    ],
    ['beta1', () => adam({ beta1: 1 }), 'adam: beta1 is 1; expected a number of at least 0 and below 1.'],
    ['beta2', () => adam({ beta2: -0.1 }), 'adam: beta2 is -0.1; expected a number of at least 0 and below 1.'],
    ['epsilon', () => adam({ epsilon: 0 }), 'adam: epsilon is 0; expected a number above 0.'],
    [
      'epsilon of adagrad',
      () => adagrad({ epsilon: Number.NaN }),
      'adagrad: epsilon is NaN; expected a number above 0.',
    ],
    [
      'momentum',
      () => momentum({ momentum: 1 }),
      'momentum: momentum is 1; expected a number of at least 0 and below 1.',
    ],
    ['a decay of 1', () => rmsprop({ decay: 1 }), 'rmsprop: decay is 1; expected a number of at least 0 and below 1.'],
    ['epsilon of rmsprop', () => rmsprop({ epsilon: 0 }), 'rmsprop: epsilon is 0; expected a number above 0.'],
    ['weightDecay', () => adamw({ weightDecay: -1 }), 'adamw: weightDecay is -1; expected a number of at least 0.'],
    ['alpha of ftrl', () => ftrl({ alpha: 0 }), 'ftrl: alpha is 0; expected a number above 0.'],
    ['beta of ftrl', () => ftrl({ beta: 0 }), 'ftrl: beta is 0; expected a number above 0.'],
    ['l1 of ftrl', () => ftrl({ l1: -1 }), 'ftrl: l1 is -1; expected a number of at least 0.'],
    ['l2 of ftrl', () => ftrl({ l2: Infinity }), 'ftrl: l2 is Infinity; expected a number of at least 0.'],
    ['alpha of cocob', () => cocob({ alpha: 0 }), 'cocob: alpha is 0; expected a number above 0.'],
    ['the first step of dog', () => dog({ initial: 0 }), 'dog: initial is 0; expected a number above 0.'],
    ['epsilon of dog', () => dog({ epsilon: -1 }), 'dog: epsilon is -1; expected a number above 0.'],
    ['C', () => passiveAggressive({ C: 0 }), 'passiveAggressive: C is 0; expected a number above 0.'],
    ['lambda of l1', () => l1(Number.NaN), 'l1: λ is NaN; expected a number of at least 0.'],
    ['alpha', () => schedules.optimal({ alpha: 0 }), 'schedules.optimal: alpha is 0; expected a number above 0.'],
    [
      'a length of half a step',
      () => schedules.cosine({ initial: 1, steps: 0.5 }),
      'schedules.cosine: steps is 0.5; expected a whole number of at least 1.',
    ],
    [
      'a final rate below 0',
      () => schedules.cosine({ initial: 1, steps: 5, final: -1 }),
      'schedules.cosine: final: the learning rate is -1; expected a number of at least 0.',
    ],
    [
      'a fall after 0 steps',
      () => schedules.step({ initial: 1, every: 0 }),
      'schedules.step: every is 0; expected a whole number of at least 1.',
    ],
    [
      'a factor above 1',
      () => schedules.step({ initial: 1, every: 2, factor: 2 }),
      'schedules.step: factor is 2; expected a number above 0 and at most 1.',
    ],
    [
      'a rise in 0 steps',
      () => schedules.warmUp(0, 1),
      'schedules.warmUp: steps is 0; expected a whole number of at least 1.',
    ],
    ['a limit of 0', () => clipByGlobalNorm(0), 'clipByGlobalNorm: limit is 0; expected a number above 0.'],
    ['lambda', () => l2(-1), 'l2: λ is -1; expected a number of at least 0.'],
    [
      'a chain that ends in a transform',
      () => chain(l2(1) as never),
      "chain: the last part is 'l2'; expected an optimizer such as sgd() or adam().",
    ],
  ]
  it.each(parts)('%s', (_, make, message) => {
    expect(make).toThrow(message)
  })
})

describe('what a configuration leaves open', () => {
  it('a model of layers uses f32 and auto(); a circuit uses f64 and sgd(), and reads plain numbers', () => {
    const [layered, circuited] = [createModel(base) as Model, createModel({ circuit: scalar, target }) as Model]
    expect([layered.precision, layered.learningRate]).toEqual(['f32', 1])
    expect([circuited.precision, circuited.learningRate]).toEqual(['f64', 0.01])
    expect(circuited.features).toEqual({ speed: numeric({ scale: 'none' }) })
  })
  it('the default loss follows from the target', () => {
    const lossOf = (field: unknown) => createModel({ ...base, target: { y: field } } as never).description.loss.kind
    expect(lossOf(numeric())).toBe('huber')
    expect(lossOf(numeric({ scale: 'none' }))).toBe('squared')
    expect(lossOf(category())).toBe('crossEntropy')
  })
  it('a category has 64 columns, or one for each of its names; a target has one for each output', () => {
    const model = createModel({
      features: { open: category(), named: category({ values: ['a', 'b'] }), wide: category({ capacity: 9 }) },
      target: { kind: category() },
      layers: [dense(7)],
    })
    const capacities = [...Object.values(model.features), ...Object.values(model.target)]
    expect(capacities.map((field) => (field as CategoryField).capacity)).toEqual([64, 2, 9, 7])
    expect(model.layout[0]).toMatchObject({ name: 'dense1.W', shape: [75, 7] })
  })
  it.each(Object.entries(initializers))('the weights of a layer may start from %s', (name, initial) => {
    const given = name === 'constant' ? 0.25 : undefined
    const layer = dense(6, 'tanh', { initial: (initial as (value: unknown) => initializers.Initializer)(given) })
    const start = (seed: number) => createModel({ ...base, layers: [layer, dense(1)], seed }).parameters
    expect(start(1)).toEqual(start(1))
    expect([...start(1)].every(Number.isFinite)).toBe(true)
  })
})
