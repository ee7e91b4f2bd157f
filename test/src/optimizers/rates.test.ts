import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { circuit } from '../../../src/circuit/build.js'
import { numeric } from '../../../src/features/numeric.js'
import * as initializers from '../../../src/initializers/index.js'
import { dense } from '../../../src/layers/dense.js'
import { createModel } from '../../../src/model/createModel.js'
import * as optimizers from '../../../src/optimizers/index.js'
import * as schedules from '../../../src/schedules/index.js'
import { runs } from '../../runs.js'

const { adagrad, adam, adamw, auto, chain, clipByGlobalNorm, cocob, dog, ftrl, l1, l2, momentum, rmsprop, sgd } =
  optimizers

/** l = ½(w·x − y)² with x = 1, y = w − 1, so that every gradient is 1 and a step of sgd is its rate. */
const stepsOf = (learningRate: number | schedules.Schedule, live: Readonly<Record<number, number>> = {}) => {
  const f = circuit(({ input, weight, mul }) => ({ f: mul(weight('w'), input('x')) }))
  const target = { y: numeric({ scale: 'none' }) }
  const model = createModel({ circuit: f, target, optimizer: sgd({ learningRate }) })
  return Array.from({ length: 20 }, (_, t) => {
    if (live[t] !== undefined) model.setLearningRate(live[t])
    const before = model.parameters[0]!
    const { update } = model.learn({ x: 1, y: before - 1 } as never)
    return { taken: before - model.parameters[0]!, said: update!.learningRate }
  })
}

const formulas: Readonly<
  Record<keyof typeof schedules, readonly [schedules.Schedule, (t: number, η: number) => number]>
> = {
  constant: [schedules.constant(0.3), (_, η) => η],
  inverseScaling: [schedules.inverseScaling({ initial: 0.3, power: 0.25 }), (t, η) => η / (t + 1) ** 0.25],
  exponential: [schedules.exponential({ initial: 0.3, decay: 0.9 }), (t, η) => η * 0.9 ** t],
  inverseSqrt: [schedules.inverseSqrt({ initial: 0.3 }), (t, η) => η / Math.sqrt(t + 1)],
  // With α = 0.3⁻⁴ its first rate is 0.3: 1/(α(t₀ + t)), t₀ = 1/(αη).
  optimal: [schedules.optimal({ alpha: 0.3 ** -4 }), (t, η) => 1 / (0.3 ** -4 * (1 / (0.3 ** -4 * η) + t))],
  cosine: [
    schedules.cosine({ initial: 0.3, steps: 13, final: 0.02 }),
    (t, η) => 0.02 + 0.5 * (η - 0.02) * (1 + Math.cos((Math.PI * Math.min(t, 13)) / 13)),
  ],
  step: [schedules.step({ initial: 0.3, every: 3, factor: 0.7 }), (t, η) => η * 0.7 ** Math.floor(t / 3)],
  warmUp: [
    schedules.warmUp(6, schedules.inverseSqrt({ initial: 0.3 })),
    (t, η) => (Math.min(1, (t + 1) / 6) * η) / Math.sqrt(t + 1),
  ],
}

describe('schedules', () => {
  it('each have a formula here', () => {
    expect(Object.keys(formulas).sort()).toEqual(Object.keys(schedules).sort())
  })
  it.each(Object.entries(formulas))(
    '%s follows its formula, and each update has its rate',
    (_, [schedule, formula]) => {
      stepsOf(schedule).forEach(({ taken, said }, t) => {
        expect(taken).toBeCloseTo(formula(t, 0.3), 13)
        expect(said).toBeCloseTo(formula(t, 0.3), 15)
      })
    },
  )
  it.each(Object.entries(formulas))('%s goes on from a rate that is set at run time', (_, [schedule, formula]) => {
    stepsOf(schedule, { 7: 0.04 }).forEach(({ said }, t) => {
      expect(said).toBeCloseTo(formula(t, t < 7 ? 0.3 : 0.04), 15)
    })
  })
  it('have the documented defaults', () => {
    const first = (schedule: schedules.Schedule): number => stepsOf(schedule)[3]!.said
    expect(first(schedules.inverseScaling({ initial: 1 }))).toBe(0.5)
    expect(first(schedules.exponential({ initial: 1 }))).toBeCloseTo(0.999 ** 3, 15)
    // scikit-learn's first rate at α = 1e-4 is 10, and its second 1/(1e-4·(1/(10·1e-4) + 1)).
    expect(schedules.optimal().initial).toBe(10)
    expect(stepsOf(schedules.optimal())[1]!.said).toBeCloseTo(1 / (1e-4 * (1000 + 1)), 12)
    expect(first(schedules.cosine({ initial: 1, steps: 3 }))).toBe(0)
    expect(first(schedules.step({ initial: 1, every: 2 }))).toBe(0.1)
    expect(stepsOf(schedules.warmUp(4, 1)).map(({ said }) => said)).toEqual([0.25, 0.5, 0.75, ...Array(17).fill(1)])
  })
})

const features = { a: numeric({ scale: 'none' }), b: numeric({ scale: 'none' }) }
const layers = [
  dense(4, 'tanh', { initial: initializers.uniform() }),
  dense(1, 'identity', { initial: initializers.uniform() }),
]
const netOf = (optimizer: optimizers.Optimizer, freeze: readonly string[] = []) =>
  createModel({ features, target: { y: numeric({ scale: 'none' }) }, layers, precision: 'f64', optimizer, freeze })
const row = { a: 0.5, b: -1, y: 3 }
const members: Readonly<Record<string, () => optimizers.Optimizer>> = {
  sgd: () => sgd(),
  momentum: () => momentum(),
  adagrad: () => adagrad(),
  adam: () => adam(),
  adamw: () => adamw(),
  rmsprop: () => rmsprop(),
  ftrl: () => ftrl(),
  cocob: () => cocob(),
  dog: () => dog(),
  l1: () => chain(l1(1e-3), sgd()),
  'decoupled l2': () => chain(l2(0.5, { decoupled: true, exclude: [] }), sgd()),
  auto: () => auto(),
  chain: () => chain(clipByGlobalNorm(1), l2(0.5, { exclude: [] }), adam()),
}

/** Returns, by tensor, the places of θ that 30 steps moved. */
const movedBy = (model: ReturnType<typeof netOf>): Record<string, boolean> => {
  const before = model.parameters
  for (let i = 0; i < 30; i++) model.learn(row)
  const after = model.parameters
  return Object.fromEntries(
    model.layout.map(({ name, offset, size }) => [
      name,
      before.subarray(offset, offset + size).some((x, i) => x !== after[offset + i]),
    ]),
  )
}
const ALL = { 'dense1.W': true, 'dense1.b': true, 'dense2.W': true, 'dense2.b': true }

describe.each(Object.entries(members))('%s', (_, make) => {
  it('moves everything but what is frozen, by tensor and by group', () => {
    expect(movedBy(netOf(make()))).toEqual(ALL)
    expect(movedBy(netOf(make(), ['dense1.W']))).toEqual({ ...ALL, 'dense1.W': false })
    expect(movedBy(netOf(make(), ['bias']))).toEqual({ ...ALL, 'dense1.b': false, 'dense2.b': false })
  })
  it('steps by 0 where the rate of a group or tensor is 0', () => {
    const grouped = (groups: Record<string, number>) => movedBy(netOf({ ...make(), groups }))
    expect(grouped({ weight: 0 })).toEqual({ ...ALL, 'dense1.W': false, 'dense2.W': false })
    expect(grouped({ 'dense2.b': 0, weight: 0.1 })).toEqual({ ...ALL, 'dense2.b': false })
  })
  it('uses a rate set at run time from the next step on, and raises an event', () => {
    const model = netOf(make())
    const events: unknown[] = []
    model.listen((event) => events.push(event))
    expect(model.learn(row).update!.learningRate).toBe(model.learningRate)
    model.setLearningRate(0)
    expect(events).toEqual([{ kind: 'control', step: 1, name: 'learningRate', value: 0 }])
    expect(model.learningRate).toBe(0)
    const before = model.parameters
    expect(model.learn(row).update!.learningRate).toBe(0)
    expect(model.parameters).toEqual(before)
    for (const wrong of [-1, Number.NaN, Infinity])
      expect(() => model.setLearningRate(wrong)).toThrow(/setLearningRate/)
  })
  it('twice the rate makes the first step twice as long', () => {
    const first = (factor: number) => {
      const model = netOf(make())
      const before = model.parameters
      model.setLearningRate(model.learningRate * factor)
      model.learn(row)
      return model.parameters.map((x, i) => x - before[i]!)
    }
    for (const [i, x] of first(2).entries()) expect(x).toBeCloseTo(2 * first(1)[i]!, 13)
  })
})

it('optimizers that differ in any setting make different configurations', () => {
  const different = [
    ...[sgd(), sgd({ learningRate: 0.02 }), sgd({ groups: { bias: 0.1 } }), sgd({ groups: { weight: 0.1 } })],
    ...Object.values(formulas).map(([learningRate]) => sgd({ learningRate })),
    sgd({ learningRate: schedules.exponential({ initial: 0.3, decay: 0.8 }) }),
    ...[momentum(), momentum({ momentum: 0.5 }), momentum({ nesterov: true })],
    ...[adagrad(), adagrad({ epsilon: 1e-6 }), auto(), auto({ learningRate: 0.5 })],
    ...[adam(), adam({ beta1: 0.8 }), adam({ beta2: 0.99 }), adam({ epsilon: 1e-6 })],
    ...[rmsprop(), rmsprop({ decay: 0.8 }), rmsprop({ epsilon: 1e-6 })],
    ...[adamw(), adamw({ weightDecay: 0.1 }), adamw({ exclude: [] }), adamw({ beta1: 0.8 })],
    ...[ftrl(), ftrl({ alpha: 1 }), ftrl({ beta: 0.5 }), ftrl({ l1: 1 }), ftrl({ l2: 1 }), ftrl({ exclude: [] })],
    ...[cocob(), cocob({ alpha: 10 }), dog(), dog({ initial: 0.1 }), dog({ epsilon: 1 }), dog({ learningRate: 2 })],
    ...[chain(l1(0.1), sgd()), chain(l1(0.2), sgd()), chain(l1(0.1, { exclude: [] }), sgd())],
    chain(l2(0.1, { decoupled: true }), sgd()),
    sgd({ learningRate: schedules.cosine({ initial: 0.3, steps: 13 }) }),
    sgd({ learningRate: schedules.step({ initial: 0.3, every: 4, factor: 0.7 }) }),
    sgd({ learningRate: schedules.warmUp(6, schedules.inverseSqrt({ initial: 0.2 })) }),
    sgd({ learningRate: schedules.warmUp(5, schedules.inverseSqrt({ initial: 0.3 })) }),
    ...[chain(l2(0.1), sgd()), chain(l2(0.2), sgd()), chain(l2(0.1, { exclude: [] }), sgd())],
    ...[chain(clipByGlobalNorm(1), sgd()), chain(clipByGlobalNorm(2), sgd())],
    ...[chain(clipByGlobalNorm(1), l2(0.1), sgd()), chain(l2(0.1), clipByGlobalNorm(1), sgd())],
  ]
  const hashes = different.map((optimizer) => netOf(optimizer).snapshot().hash)
  expect(new Set(hashes).size).toBe(different.length)
  expect(new Set(different.map((optimizer) => JSON.stringify(optimizer))).size).toBe(different.length)
})

it('optimizers have the documented defaults', () => {
  const defaults: readonly (readonly [optimizers.Optimizer, optimizers.Optimizer])[] = [
    [rmsprop(), rmsprop({ learningRate: 0.003, decay: 0.9, epsilon: 1e-8, groups: {} })],
    [adamw(), chain(l2(0.01, { decoupled: true, exclude: ['bias'] }), adam())],
    [ftrl(), ftrl({ alpha: 0.1, beta: 1, l1: 0, l2: 0, exclude: ['bias'] })],
    [cocob(), cocob({ alpha: 100 })],
    [dog(), dog({ learningRate: 1, initial: 1e-6, epsilon: 1e-8 })],
    [optimizers.vw(), optimizers.vw({ learningRate: 0.5 })],
    [chain(l1(1), sgd()), chain(l1(1, { exclude: ['bias'] }), sgd())],
  ]
  for (const [given, explicit] of defaults) expect(JSON.stringify(given)).toBe(JSON.stringify(explicit))
  expect([ftrl().learningRate, cocob().learningRate, optimizers.passiveAggressive().learningRate]).toEqual([1, 1, 1])
})

it('clipping does not change a short gradient, bit for bit', () => {
  fc.assert(
    fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (y) => {
      const [plain, clipped] = [netOf(sgd()), netOf(chain(clipByGlobalNorm(1e6), sgd()))]
      for (const model of [plain, clipped]) model.learn({ ...row, y })
      expect(clipped.parameters).toEqual(plain.parameters)
    }),
    { numRuns: runs(150) },
  )
})
