import { describe, expect, it } from 'vitest'
import { circuit } from '../../../src/circuit/build.js'
import { numeric } from '../../../src/features/numeric.js'
import type { Circuit } from '../../../src/graph/graph.js'
import { dense } from '../../../src/layers/dense.js'
import { squared } from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import * as optimizers from '../../../src/optimizers/index.js'
import { createRandom } from '../../../src/random.js'
import * as schedules from '../../../src/schedules/index.js'
import { rmsprop } from '../../own/rmsprop.js'
import { linearOnly } from './linearOnly.js'

type Optimizer = optimizers.Optimizer
type Problem = 'parabola' | 'rosenbrock' | 'net'

type Cases<P extends Problem> = Readonly<Record<P, readonly [Optimizer, number]>>
/** For each member, an optimizer for each problem and the loss that it must reach. Transforms are chained with sgd. */
const cases: Readonly<Record<Exclude<keyof typeof optimizers, keyof typeof linearOnly>, Cases<Problem>>> = {
  sgd: {
    parabola: [optimizers.sgd({ learningRate: 0.1 }), 1e-12],
    rosenbrock: [optimizers.sgd({ learningRate: 0.002 }), 1e-3],
    net: [optimizers.sgd({ learningRate: 0.05 }), 0.01],
  },
  momentum: {
    parabola: [optimizers.momentum({ learningRate: 0.05 }), 1e-8],
    rosenbrock: [optimizers.momentum({ learningRate: 0.0005, momentum: 0.95 }), 1e-3],
    net: [optimizers.momentum({ learningRate: 0.01, nesterov: true }), 0.01],
  },
  adagrad: {
    parabola: [optimizers.adagrad({ learningRate: 1 }), 1e-12],
    rosenbrock: [optimizers.adagrad({ learningRate: 0.5 }), 1e-2],
    net: [optimizers.adagrad({ learningRate: 0.1 }), 0.01],
  },
  adam: {
    parabola: [optimizers.adam({ learningRate: 0.1 }), 1e-8],
    rosenbrock: [optimizers.adam({ learningRate: 0.02 }), 1e-3],
    net: [optimizers.adam({ learningRate: 0.01 }), 0.01],
  },
  auto: { parabola: [optimizers.auto(), 1e-12], rosenbrock: [optimizers.auto(), 1e-2], net: [optimizers.auto(), 0.01] },
  chain: {
    parabola: [
      optimizers.chain(
        optimizers.clipByGlobalNorm(1),
        optimizers.l2(1e-6),
        optimizers.momentum({ learningRate: 0.05 }),
      ),
      1e-8,
    ],
    rosenbrock: [
      optimizers.chain(optimizers.clipByGlobalNorm(1), optimizers.l2(1e-6), optimizers.adam({ learningRate: 0.02 })),
      1e-3,
    ],
    net: [
      optimizers.chain(
        optimizers.clipByGlobalNorm(1),
        optimizers.l2(1e-6),
        optimizers.momentum({ learningRate: 0.01 }),
      ),
      0.01,
    ],
  },
  clipByGlobalNorm: {
    parabola: [optimizers.chain(optimizers.clipByGlobalNorm(1), optimizers.sgd({ learningRate: 0.1 })), 1e-12],
    rosenbrock: [optimizers.chain(optimizers.clipByGlobalNorm(1), optimizers.sgd({ learningRate: 0.002 })), 1e-3],
    net: [optimizers.chain(optimizers.clipByGlobalNorm(1), optimizers.sgd({ learningRate: 0.05 })), 0.01],
  },
  rmsprop: {
    parabola: [optimizers.rmsprop({ learningRate: schedules.inverseSqrt({ initial: 0.2 }) }), 1e-3],
    rosenbrock: [optimizers.rmsprop({ learningRate: schedules.inverseSqrt({ initial: 0.05 }) }), 1e-2],
    net: [optimizers.rmsprop(), 0.01],
  },
  adamw: {
    parabola: [optimizers.adamw({ learningRate: 0.1, weightDecay: 1e-6 }), 1e-8],
    rosenbrock: [optimizers.adamw({ learningRate: 0.02, weightDecay: 1e-5 }), 1e-3],
    net: [optimizers.adamw({ learningRate: 0.01, weightDecay: 1e-3 }), 0.01],
  },
  ftrl: {
    parabola: [optimizers.ftrl({ alpha: 1 }), 1e-12],
    rosenbrock: [optimizers.ftrl({ alpha: 0.5, beta: 1e-6 }), 1e-2],
    net: [optimizers.ftrl({ beta: 1e-6 }), 0.01],
  },
  cocob: {
    parabola: [optimizers.cocob(), 1e-6],
    rosenbrock: [optimizers.cocob(), 1e-2],
    net: [optimizers.cocob(), 0.02],
  },
  dog: { parabola: [optimizers.dog(), 1e-6], rosenbrock: [optimizers.dog(), 1e-2], net: [optimizers.dog(), 0.02] },
  l1: {
    parabola: [optimizers.chain(optimizers.l1(1e-5), optimizers.sgd({ learningRate: 0.1 })), 1e-6],
    rosenbrock: [optimizers.chain(optimizers.l1(1e-5), optimizers.sgd({ learningRate: 0.002 })), 1e-3],
    net: [optimizers.chain(optimizers.l1(1e-5), optimizers.sgd({ learningRate: 0.05 })), 0.01],
  },
  l2: {
    parabola: [optimizers.chain(optimizers.l2(1e-4), optimizers.sgd({ learningRate: 0.1 })), 1e-6],
    rosenbrock: [optimizers.chain(optimizers.l2(1e-4), optimizers.sgd({ learningRate: 0.002 })), 1e-3],
    net: [optimizers.chain(optimizers.l2(1e-5), optimizers.sgd({ learningRate: 0.05 })), 0.01],
  },
}

/** The rules for linear models, and the loss that each must reach where one weight is to be 3. */
const linear: Readonly<Record<keyof typeof linearOnly, readonly [Optimizer, number]>> = {
  passiveAggressive: [optimizers.passiveAggressive(), 1e-12],
  recursiveLeastSquares: [optimizers.recursiveLeastSquares({ ridge: 1e-9 }), 1e-12],
  vw: [optimizers.vw(), 1e-12],
}

/** The same for a custom optimizer. Its steps do not become smaller than its rate, so the rate must. */
const falling = (initial: number) => rmsprop({ learningRate: schedules.inverseSqrt({ initial }) })
const own: Readonly<Record<string, Cases<Problem>>> = {
  'rmsprop of test/own': {
    parabola: [falling(0.2), 1e-3],
    rosenbrock: [falling(0.05), 1e-2],
    net: [rmsprop({ learningRate: 0.003 }), 0.01],
  },
}

/** A function of weights alone, as residuals of targets 0; its loss is half the sum of their squares. */
const functions: Readonly<Record<'parabola' | 'rosenbrock', Circuit>> = {
  parabola: circuit(({ input, weight, mul, sub }) => ({ r1: sub(mul(weight('w'), input('one')), 3) })),
  rosenbrock: circuit(({ input, weight, mul, sub }) => {
    const x = mul(weight('x', { initial: -1.2 }), input('one'))
    const y = weight('y', { initial: 1 })
    return { r1: sub(x, 1), r2: mul(10, sub(y, mul(x, x))) }
  }),
}

const minimise = (problem: 'parabola' | 'rosenbrock', optimizer: Optimizer): number => {
  const f = functions[problem]
  const target = Object.fromEntries(Object.keys(f.outputs).map((name) => [name, numeric({ scale: 'none' })]))
  const model = createModel({ circuit: f, target, optimizer }) as Model
  const row = { one: 1, r1: 0, r2: 0 }
  expect(model.learn(row).losses).toBeGreaterThan(1)
  const steps = problem === 'parabola' ? 300 : 12000
  for (let i = 0; i < steps; i++) model.learn(row)
  return model.learn(row).losses
}

/** The mean loss of the last 500 rows of a curved stream. */
const follow = (optimizer: Optimizer): number => {
  const random = createRandom(3, 'rows')
  const model = createModel({
    features: { a: numeric({ scale: 'none' }), b: numeric({ scale: 'none' }) },
    target: { y: numeric({ scale: 'none' }) },
    layers: [dense(12, 'tanh'), dense(1)],
    loss: squared(),
    precision: 'f64',
    optimizer,
  })
  const losses = Array.from({ length: 6000 }, (_, i) => {
    const [a, b] = [2 * random.uniform(2 * i) - 1, 2 * random.uniform(2 * i + 1) - 1]
    return model.learn({ a, b, y: a * b + 0.5 * a }).losses
  })
  const mean = (some: readonly number[]): number => some.reduce((sum, loss) => sum + loss, 0) / some.length
  return mean(losses.slice(-500))
}

it('there is a case for every exported optimizer', () => {
  expect([...Object.keys(cases), ...Object.keys(linear)].sort()).toEqual(Object.keys(optimizers).sort())
})
describe.each(Object.entries({ ...cases, ...own }))('%s', (_, { parabola, rosenbrock, net }) => {
  it('descends a parabola', () => {
    expect(minimise('parabola', parabola[0])).toBeLessThan(parabola[1])
  })
  it('follows the valley of Rosenbrock', () => {
    expect(minimise('rosenbrock', rosenbrock[0])).toBeLessThan(rosenbrock[1])
  })
  it('fits a small net', () => {
    expect(follow(net[0])).toBeLessThan(net[1])
  })
})
it.each(Object.entries(linear))('%s, for linear models, descends a parabola', (name, [optimizer, reached]) => {
  const model = createModel({
    circuit: circuit(({ input, weight, mul }) => ({ y: mul(weight('w'), input('one')) })),
    target: { y: numeric({ scale: 'none' }) },
    loss: linearOnly[name as keyof typeof linearOnly](),
    optimizer,
  }) as Model
  const losses = Array.from({ length: 300 }, () => model.learn({ one: 1, y: 3 }).losses)
  expect(losses[0]).toBeGreaterThan(1)
  expect(losses[299]).toBeLessThan(reached)
})
it('a step of 0 reaches nothing', () => {
  const still = optimizers.sgd({ learningRate: 0 })
  expect(minimise('parabola', still)).toBe(4.5)
  expect(minimise('rosenbrock', still)).toBeGreaterThan(1)
  expect(follow(still)).toBeGreaterThan(0.05)
})
