import { describe, expect, it } from 'vitest'
import { category } from '../../../src/features/category.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { huber, squared } from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import * as optimizers from '../../../src/optimizers/index.js'
import { createRandom } from '../../../src/random.js'
import * as schedules from '../../../src/schedules/index.js'
import * as own from '../../own/rmsprop.js'
import { cocob, decayed, dog, ftrl, penalised } from './papers.js'
import { type Kind, type Net, type Rule, rules, type Sample, sizeOfNet, train } from './textbook.js'

const { adagrad, adam, adamw, auto, chain, clipByGlobalNorm, l1, l2, momentum, rmsprop, sgd } = optimizers
type Optimizer = optimizers.Optimizer

const netOf = (kind: Kind): Net => ({ inputs: 3, hidden: 5, outputs: kind === 'softmax' ? 3 : 1, kind })
const classesOf = ({ kind }: Net): number => (kind === 'softmax' ? 3 : 2)

/** Samples of a fixed rule; from row `turn` on, its sign is reversed, and a number is shifted. */
const samplesOf = (
  net: Net,
  count: number,
  { weighted = false, turn = Infinity, shift = 0 } = {},
): readonly Sample[] => {
  const random = createRandom(5, `${net.kind} samples`)
  return Array.from({ length: count }, (_, i) => {
    const x = [0, 1, 2].map((j) => random.normal(4 * i + j))
    const score = (x[0]! - 0.5 * x[1]! * x[2]!) * (i < turn ? 1 : -1) + 0.1 * random.normal(4 * i + 3)
    const numeric = net.kind === 'squared' || net.kind === 'huber'
    const y = numeric
      ? 2 * score + (i < turn ? 0 : shift)
      : Math.min(classesOf(net) - 1, Math.max(0, Math.floor(score + 1)))
    return { x, y, ...(weighted && { weight: [0.5, 1, 2, 0][i % 4]! }) }
  })
}

const windowsOf = (samples: readonly Sample[], b: number): readonly (readonly Sample[])[] =>
  Array.from({ length: Math.ceil(samples.length / b) }, (_, i) => samples.slice(i * b, (i + 1) * b))

const startOf = (net: Net): readonly number[] => {
  const random = createRandom(9, 'start')
  return Array.from({ length: sizeOfNet(net) }, (_, i) => 0.5 * random.normal(i))
}

/** Returns the model's θ after the same windows. */
const learn = (net: Net, optimizer: Optimizer, windows: readonly (readonly Sample[])[]) => {
  const numbers = net.kind === 'squared' || net.kind === 'huber'
  const classes = Array.from({ length: classesOf(net) }, (_, i) => i)
  const model = createModel({
    features: { a: numeric({ scale: 'none' }), b: numeric({ scale: 'none' }), c: numeric({ scale: 'none' }) },
    target: { y: numbers ? numeric({ scale: 'none' }) : category({ values: classes }) },
    layers: [dense(net.hidden, 'tanh'), dense(net.outputs)],
    ...(numbers && { loss: net.kind === 'huber' ? huber() : squared() }),
    precision: 'f64',
    weight: 'weight',
    optimizer,
  })
  model.restore({ ...model.snapshot(), parameters: Float64Array.from(startOf(net)) })
  const writer = model.stages.take('test', windows[0]!.length)
  for (const window of windows) {
    for (const { x, y, weight } of window) writer.learn({ a: x[0]!, b: x[1]!, c: x[2]!, y, weight } as never)
    writer.flush()
  }
  return model
}

/** Returns the largest distance relative to the largest number. */
const relative = (ours: ArrayLike<number>, theirs: readonly number[]): number => {
  const scale = Math.max(...theirs.map(Math.abs))
  return Array.from(ours).reduce((worst, value, i) => Math.max(worst, Math.abs(value - theirs[i]!) / scale), 0)
}
const constant = (η: number) => () => η

interface Case {
  readonly ours: () => Optimizer
  readonly theirs: () => Rule
  readonly kind?: Kind
  readonly b?: number
  readonly weighted?: boolean
}
const cases: Readonly<Record<string, Case>> = {
  sgd: { ours: () => sgd({ learningRate: 0.05 }), theirs: () => rules.sgd(constant(0.05)) },
  'sgd, weighted windows of 4': {
    ours: () => sgd({ learningRate: 0.05 }),
    theirs: () => rules.sgd(constant(0.05)),
    b: 4,
    weighted: true,
  },
  'sgd, a rate of its own for biases': {
    ours: () => sgd({ learningRate: 0.05, groups: { bias: 0.2 } }),
    theirs: () => rules.sgd((_, bias) => (bias ? 0.2 : 0.05)),
  },
  'sgd, biases on a schedule': {
    ours: () => sgd({ learningRate: 0.05, groups: { bias: schedules.inverseSqrt({ initial: 0.2 }) } }),
    theirs: () => rules.sgd((t, bias) => (bias ? 0.2 / Math.sqrt(t + 1) : 0.05)),
  },
  momentum: {
    ours: () => momentum({ learningRate: 0.02, momentum: 0.8 }),
    theirs: () => rules.momentum(0.02, 0.8, false),
  },
  'momentum, Nesterov': {
    ours: () => momentum({ learningRate: 0.02, momentum: 0.8, nesterov: true }),
    theirs: () => rules.momentum(0.02, 0.8, true),
  },
  adagrad: { ours: () => adagrad({ learningRate: 0.2 }), theirs: () => rules.adagrad(0.2, 1e-8) },
  adam: { ours: () => adam({ learningRate: 0.02 }), theirs: () => rules.adam(0.02, 0.9, 0.999, 1e-8) },
  'adam, other betas, windows of 3': {
    ours: () => adam({ learningRate: 0.02, beta1: 0.5, beta2: 0.9, epsilon: 1e-4 }),
    theirs: () => rules.adam(0.02, 0.5, 0.9, 1e-4),
    b: 3,
  },
  'rmsprop of test/own': {
    ours: () => own.rmsprop({ learningRate: 0.02 }),
    theirs: () => rules.rmsprop(0.02, 0.9, 1e-8),
  },
  rmsprop: { ours: () => rmsprop(), theirs: () => rules.rmsprop(0.003, 0.9, 1e-8) },
  'rmsprop with another decay, weighted windows of 3': {
    ours: () => rmsprop({ learningRate: 0.02, decay: 0.5, epsilon: 1e-4 }),
    theirs: () => rules.rmsprop(0.02, 0.5, 1e-4),
    b: 3,
    weighted: true,
  },
  adamw: { ours: () => adamw(), theirs: () => decayed(0.003, 0.01, rules.adam(0.003, 0.9, 0.999, 1e-8)) },
  'adamw, other settings, windows of 3': {
    ours: () => adamw({ learningRate: 0.02, beta1: 0.5, beta2: 0.9, epsilon: 1e-4, weightDecay: 0.5 }),
    theirs: () => decayed(0.02, 0.5, rules.adam(0.02, 0.5, 0.9, 1e-4)),
    b: 3,
  },
  ftrl: { ours: () => optimizers.ftrl(), theirs: () => ftrl(0.1, 1, 0, 0) },
  'ftrl with l1 and l2, weighted windows of 3': {
    ours: () => optimizers.ftrl({ alpha: 0.5, beta: 0.1, l1: 0.3, l2: 0.2 }),
    theirs: () => ftrl(0.5, 0.1, 0.3, 0.2),
    b: 3,
    weighted: true,
  },
  cocob: { ours: () => optimizers.cocob(), theirs: () => cocob(100) },
  'cocob with another α, windows of 4': { ours: () => optimizers.cocob({ alpha: 5 }), theirs: () => cocob(5), b: 4 },
  dog: { ours: () => optimizers.dog({ initial: 1e-3 }), theirs: () => dog(1e-3, 1e-8) },
  'dog from a longer first step, softmax': {
    ours: () => optimizers.dog({ initial: 0.01, epsilon: 0.1 }),
    theirs: () => dog(0.01, 0.1),
    kind: 'softmax',
  },
  'l1 on sgd': {
    ours: () => chain(l1(0.3), sgd({ learningRate: 0.05 })),
    theirs: () => penalised(constant(0.05), 0.3, rules.sgd(constant(0.05))),
  },
  'l1 on adam on a schedule, weighted windows of 2': {
    ours: () => chain(l1(0.5), adam({ learningRate: schedules.inverseSqrt({ initial: 0.05 }) })),
    theirs: () => {
      const η = (t: number): number => 0.05 / Math.sqrt(t + 1)
      const steps = rules.adam(1, 0.9, 0.999, 1e-8)
      let t = 0
      return penalised(η, 0.5, (θ, g, seen) => {
        const rate = η(t++)
        return steps(θ, g, seen).map((step) => rate * step)
      })
    },
    b: 2,
    weighted: true,
  },
  'elastic net: l1 and l2 on sgd': {
    ours: () => chain(l1(0.2), l2(0.1), sgd({ learningRate: 0.05 })),
    theirs: () => penalised(constant(0.05), 0.2, rules.clipped(Infinity, 0.1, rules.sgd(constant(0.05)))),
    kind: 'logistic',
  },
  'decoupled l2 on rmsprop': {
    ours: () => chain(l2(0.2, { decoupled: true }), rmsprop({ learningRate: 0.02 })),
    theirs: () => decayed(0.02, 0.2, rules.rmsprop(0.02, 0.9, 1e-8)),
  },
  'decoupled l2 behind clipping and adagrad, with l1': {
    ours: () =>
      chain(
        l1(0.1),
        clipByGlobalNorm(0.5),
        l2(0.2, { decoupled: true }),
        adagrad({ learningRate: 0.2, epsilon: 1e-8 }),
      ),
    theirs: () => penalised(constant(0.2), 0.1, decayed(0.2, 0.2, rules.clipped(0.5, 0, rules.adagrad(0.2, 1e-8)))),
  },
  'chain of clipByGlobalNorm, l2 and sgd': {
    ours: () => chain(clipByGlobalNorm(0.5), l2(0.1), sgd({ learningRate: 0.05 })),
    theirs: () => rules.clipped(0.5, 0.1, rules.sgd(constant(0.05))),
  },
  'chain of clipByGlobalNorm, l2 and adam': {
    ours: () => chain(clipByGlobalNorm(0.5), l2(0.1), adam({ learningRate: 0.02 })),
    theirs: () => rules.clipped(0.5, 0.1, rules.adam(0.02, 0.9, 0.999, 1e-8)),
    kind: 'softmax',
  },
  ...Object.fromEntries(
    (['squared', 'huber', 'logistic', 'softmax'] as const).flatMap((kind) =>
      [1, 4].flatMap((b) =>
        [false, true].map((weighted): [string, Case] => [
          `auto, ${kind}, b = ${b}${weighted ? ', weighted' : ''}`,
          { ours: () => auto(), theirs: () => rules.auto(), kind, b, weighted },
        ]),
      ),
    ),
  ),
}

/** Rules for linear models alone: linearRules.test.ts compares them with their formulas. */
const LINEAR = ['passiveAggressive', 'recursiveLeastSquares', 'vw']

describe('θ after 50 steps is that of the formulas', () => {
  it('for every exported optimizer and transform', () => {
    const named = [...Object.keys(cases), ...LINEAR].join(' ')
    for (const name of Object.keys(optimizers)) expect(named).toContain(name)
  })
  it.each(Object.entries(cases))('%s', (_, { ours, theirs, kind = 'squared', b = 1, weighted = false }) => {
    const net = netOf(kind)
    const windows = windowsOf(samplesOf(net, 50 * b, { weighted }), b)
    const expected = train(net, startOf(net), windows, theirs())
    expect(relative(startOf(net), expected)).toBeGreaterThan(0.01)
    const model = learn(net, ours(), windows)
    // Restoring θ_0 counts as a step, and 50 steps follow.
    expect(model.step).toBe(51)
    expect(relative(model.parameters, expected)).toBeLessThan(1e-12)
  })
})

describe('auto: bound and drift', () => {
  it.each(['huber', 'logistic', 'softmax'] as const)('%s: the bound of a step takes effect', (kind) => {
    const net = netOf(kind)
    const log = { firings: 0, bounds: [] as number[] }
    train(net, startOf(net), windowsOf(samplesOf(net, 50), 1), rules.auto(log))
    expect(Math.min(...log.bounds)).toBeLessThan(0.9)
  })
  it.each([
    ['huber', 1, 1200, 0],
    ['huber', 16, 1200, 0],
    ['logistic', 1, 1200, 0],
    ['softmax', 4, 1200, 0],
    // No drift is reported before row 200, however clear it is.
    ['huber', 1, 150, 50],
    ['squared', 8, 150, 50],
  ] as const)('%s, b = %i: G is reduced to a tenth after the stream changes at row %i', (kind, b, turn, shift) => {
    const net = netOf(kind)
    const windows = windowsOf(samplesOf(net, Math.max(2 * turn, 700), { turn, shift }), b)
    const log = { firings: 0, bounds: [] as number[] }
    const expected = train(net, startOf(net), windows, rules.auto(log))
    expect(log.firings).toBeGreaterThan(0)
    const model = learn(net, auto(), windows)
    expect(model.counters.drifts).toBe(log.firings)
    expect(relative(model.parameters, expected)).toBeLessThan(1e-9)
  })
})
