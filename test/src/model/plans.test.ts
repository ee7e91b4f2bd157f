import { describe, expect, it } from 'vitest'
import { compiledModel } from '../../../src/compile/compiled.js'
import { keyOf } from '../../../src/compile/keyOf.js'
import { createShared } from '../../../src/compile/shared.js'
import { category, createModel, dense, gelu, numeric } from '../../../src/index.js'
import { crossEntropy, huber, type LossFunction, squared } from '../../../src/losses/index.js'
import { adam, auto, chain, clipByGlobalNorm, l2, momentum, sgd } from '../../../src/optimizers/index.js'
import { exponential, inverseSqrt } from '../../../src/schedules/index.js'

const configuration = (config: object = {}) => ({
  ...{ features: { a: numeric(), b: numeric() }, target: { y: numeric() }, layers: [dense(3, 'tanh'), dense(1)] },
  ...config,
})
const compiled = (config: object = {}) => compiledModel(configuration(config) as never)

/** Settings that lead to different plans; each is made anew on every call. */
const settings: Record<string, () => object> = {
  nothing: () => ({}),
  'another feature': () => ({ features: { a: numeric(), c: numeric() } }),
  'features in another order': () => ({ features: { b: numeric(), a: numeric() } }),
  'an unscaled feature': () => ({ features: { a: numeric(), b: numeric({ scale: 'none' }) } }),
  'a category': () => ({ features: { a: numeric(), b: category({ values: ['1', '2'] }) } }),
  'a category of numbers': () => ({ features: { a: numeric(), b: category({ values: [1, 2] }) } }),
  'a class': () => ({ target: { y: category({ values: ['no', 'yes'] }) }, loss: crossEntropy() }),
  'wider layers': () => ({ layers: [dense(4, 'tanh'), dense(1)] }),
  'another activation': () => ({ layers: [dense(3, 'relu'), dense(1)] }),
  'an activation that is a function': () => ({ layers: [dense(3, gelu), dense(1)] }),
  'a layer without a bias': () => ({ layers: [dense(3, 'tanh', { bias: false }), dense(1)] }),
  'huber of another delta': () => ({ loss: huber({ delta: 2 }) }),
  squared: () => ({ loss: squared() }),
  sgd: () => ({ optimizer: sgd() }),
  'sgd of another rate': () => ({ optimizer: sgd({ learningRate: 0.5 }) }),
  'sgd with a schedule': () => ({ optimizer: sgd({ learningRate: inverseSqrt({ initial: 0.1 }) }) }),
  'sgd with another schedule': () => ({ optimizer: sgd({ learningRate: exponential({ initial: 0.1 }) }) }),
  'rates by group': () => ({ optimizer: sgd({ groups: { bias: 0.5 } }) }),
  momentum: () => ({ optimizer: momentum() }),
  adam: () => ({ optimizer: adam() }),
  'adam of another beta': () => ({ optimizer: adam({ beta1: 0.8 }) }),
  'clipped at 1': () => ({ optimizer: chain(clipByGlobalNorm(1), auto()) }),
  'clipped at 2': () => ({ optimizer: chain(clipByGlobalNorm(2), auto()) }),
  regularised: () => ({ optimizer: chain(l2(1e-3), auto()) }),
  f64: () => ({ precision: 'f64' }),
  frozen: () => ({ freeze: ['bias'] }),
  shards: () => ({ shards: 2 }),
  guard: () => ({ guard: { every: 7 } }),
  statistics: () => ({ statistics: 'afterPrediction' }),
  weight: () => ({ weight: 'w' }),
  cursor: () => ({ cursor: 'at' }),
}

describe('plans are shared', () => {
  it.each(Object.entries(settings))('by models with equal settings: %s', (_, make) => {
    expect(compiled(make())).toBe(compiled({ ...make(), seed: 7 }))
  })

  it('and by no other models', () => {
    const plans = Object.values(settings).map((make) => compiled(make()))
    expect(new Set(plans).size).toBe(plans.length)
  })

  it('a custom member is shared by identity, whatever its settings', () => {
    const scaled = (by: number): LossFunction => ({
      ...{ kind: 'scaled', task: 'numeric', delta: 1 },
      build: ({ ops: { mul, sub, sum }, output, target }) =>
        sum(mul(by, mul(sub(output, target), sub(output, target)))),
    })
    const loss = scaled(1)
    expect(compiled({ loss })).toBe(compiled({ loss }))
    const plans = [compiled({ loss }), compiled({ loss: scaled(1) }), compiled({ loss: scaled(2) }), compiled()]
    expect(new Set(plans).size).toBe(4)
    // Properties that are spread over a member of the library make it a custom one, which its settings no longer describe.
    expect(compiled({ loss: { ...huber(), delta: 2 } })).not.toBe(compiled({ loss: huber({ delta: 2 }) }))
    const learned = (by: number): unknown => {
      const model = createModel(configuration({ loss: scaled(by), optimizer: sgd() }) as never)
      for (let i = 0; i < 5; i++) model.learn({ a: i, b: 1, y: i % 3 } as never)
      return [...model.parameters]
    }
    expect(learned(1)).not.toEqual(learned(2))
    expect(learned(1)).toEqual(learned(1))
  })

  it('numbers that JSON does not know are distinguished from each other, and from text', () => {
    const keys = [0, -0, 1, Number.NaN, Infinity, -Infinity, null, 'NaN', [1], { 0: 1 }].map((value) =>
      keyOf({ value }),
    )
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('models of one plan have nothing else in common', () => {
    const [one, other] = [0, 1].map((seed) => createModel(configuration({ seed }) as never))
    const before = [...(other?.parameters ?? [])]
    for (let i = 0; i < 20; i++) one?.learn({ a: i, b: 1, y: i % 3 } as never)
    expect([other?.step, [...(other?.parameters ?? [])]]).toEqual([0, before])
    expect([...(one?.parameters ?? [])]).not.toEqual(before)
  })

  it('a value is made once for a key, as long as someone holds it', () => {
    const shared = createShared<object>()
    let made = 0
    const make = () => ({ made: ++made })
    const first = shared('a', make)
    expect([shared('a', make), shared('b', make), made]).toEqual([first, { made: 2 }, 2])
  })
})
