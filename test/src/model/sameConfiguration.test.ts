import { describe, expect, it } from 'vitest'
import { circuit } from '../../../src/circuit/build.js'
import {
  category,
  createModel,
  cyclic,
  dense,
  experts,
  type Fields,
  huber,
  LayoutMismatchError,
  type Model,
  type ModelConfig,
  numeric,
  squared,
} from '../../../src/index.js'
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
  rmsprop,
  sgd,
} from '../../../src/optimizers/index.js'
import * as schedules from '../../../src/schedules/index.js'
import { bytesOf } from './kinds.js'

// A snapshot fits only a model of the same configuration, which includes everything that decides how a model goes on.

type Config = Parameters<typeof createModel>[0]
const base: Config = {
  features: { a: numeric(), room: category({ capacity: 4 }) },
  target: { power: numeric() },
  layers: [dense(3, 'tanh'), dense(1)],
  optimizer: sgd({ learningRate: 0.1 }),
}
const { layers: _, ...other } = base as Extract<Config, { readonly layers: readonly unknown[] }>
const line = (name: string) => circuit(({ input, weight, mul }) => ({ f: mul(weight('w'), input(name)) }))

/** Other values for each option, each of which makes another configuration. */
const decisive: Readonly<
  Record<
    Exclude<keyof ModelConfig<Fields, Fields>, 'executor' | 'seed' | 'weight' | 'cursor' | 'reconstruct'>,
    readonly Config[]
  >
> = {
  features: [
    { ...base, features: { a: numeric(), room: category({ capacity: 5 }) } },
    { ...base, features: { a: numeric({ scale: 'standard' }), room: category({ capacity: 4 }) } },
    { ...base, features: { a: numeric({ clip: 3 }), room: category({ capacity: 4 }) } },
    { ...base, features: { a: numeric(), room: category({ capacity: 4, onFull: 'evictOldest' }) } },
    { ...base, features: { room: category({ capacity: 4 }), a: numeric() } },
    { ...base, features: { b: numeric(), room: category({ capacity: 4 }) } },
    { ...base, features: { a: cyclic(24), room: category({ capacity: 4 }) } },
  ],
  target: [
    { ...base, target: { power: numeric({ scale: 'standard' }) } },
    { ...base, target: { speed: numeric() } },
  ],
  layers: [
    { ...base, layers: [dense(4, 'tanh'), dense(1)] },
    { ...base, layers: [dense(3, 'relu'), dense(1)] },
    { ...base, layers: [dense(3, 'tanh', { bias: false }), dense(1)] },
    { ...base, layers: [dense(3, 'tanh'), dense(3, 'tanh'), dense(1)] },
  ],
  experts: [
    { ...other, experts: { a: experts.net([dense(1)]) } },
    { ...other, experts: { b: experts.net([dense(1)]) } },
    { ...other, experts: { a: experts.net([dense(1)], { rates: [0.5] }) } },
    { ...other, experts: { a: experts.net([dense(2), dense(1)]) } },
    { ...other, experts: { a: experts.net([dense(1)]), b: experts.noChange() } },
    { ...other, experts: { b: experts.noChange(), a: experts.net([dense(1)]) } },
  ],
  circuit: [
    { target: { power: numeric() }, circuit: line('a') },
    { target: { power: numeric() }, circuit: line('b') },
  ],
  loss: [
    { ...base, loss: squared() },
    { ...base, loss: huber({ delta: 2 }) },
  ],
  optimizer: [
    sgd({ learningRate: 0.2 }),
    sgd({ learningRate: 0.1, groups: { bias: 0.1 } }),
    sgd({ learningRate: 0.1, groups: { 'dense1.b': 0.1 } }),
    sgd({ learningRate: schedules.inverseSqrt({ initial: 0.1 }) }),
    sgd({ learningRate: schedules.exponential({ initial: 0.1, decay: 0.9 }) }),
    sgd({ learningRate: schedules.exponential({ initial: 0.1, decay: 0.8 }) }),
    momentum({ learningRate: 0.1 }),
    momentum({ learningRate: 0.1, momentum: 0.8 }),
    momentum({ learningRate: 0.1, nesterov: true }),
    adagrad({ learningRate: 0.1 }),
    adagrad({ learningRate: 0.1, epsilon: 1e-6 }),
    adam({ learningRate: 0.1 }),
    adam({ learningRate: 0.1, beta1: 0.8 }),
    adam({ learningRate: 0.1, beta2: 0.9 }),
    adam({ learningRate: 0.1, epsilon: 1e-6 }),
    auto({ learningRate: 0.1 }),
    rmsprop({ learningRate: 0.1 }),
    rmsprop({ learningRate: 0.1, decay: 0.8 }),
    adamw({ learningRate: 0.1 }),
    adamw({ learningRate: 0.1, weightDecay: 0.1 }),
    ftrl(),
    ftrl({ l1: 0.1 }),
    cocob(),
    dog(),
    chain(l1(0.01), sgd({ learningRate: 0.1 })),
    chain(l2(0.01, { decoupled: true }), sgd({ learningRate: 0.1 })),
    sgd({ learningRate: schedules.cosine({ initial: 0.1, steps: 9 }) }),
    sgd({ learningRate: schedules.warmUp(3, 0.1) }),
    sgd({ learningRate: schedules.warmUp(3, schedules.cosine({ initial: 0.1, steps: 9 })) }),
    chain(l2(0.01), sgd({ learningRate: 0.1 })),
    chain(l2(0.02), sgd({ learningRate: 0.1 })),
    chain(clipByGlobalNorm(1), sgd({ learningRate: 0.1 })),
    chain(clipByGlobalNorm(2), sgd({ learningRate: 0.1 })),
    chain(clipByGlobalNorm(1), l2(0.01), sgd({ learningRate: 0.1 })),
    chain(l2(0.01), clipByGlobalNorm(1), sgd({ learningRate: 0.1 })),
  ].map((optimizer) => ({ ...base, optimizer })),
  precision: [{ ...base, precision: 'f64' }],
  freeze: [
    { ...base, freeze: ['bias'] },
    { ...base, freeze: ['dense1.W'] },
  ],
  statistics: [{ ...base, statistics: 'afterPrediction' }],
  guard: [
    { ...base, guard: { every: 3 } },
    { ...base, guard: { every: 1025 } },
  ],
  shards: [
    { ...base, shards: 2 },
    { ...base, shards: 3 },
  ],
}
/** Options that may differ: the executor, the initial weights, which a snapshot replaces, and how rows are read. */
const indifferent: Readonly<Record<'executor' | 'seed' | 'weight' | 'cursor' | 'reconstruct', Config>> = {
  executor: { ...base, executor: 'interpreter' },
  seed: { ...base, seed: 8 },
  weight: { ...base, weight: 'importance' },
  cursor: { ...base, cursor: 'at' },
  reconstruct: { ...base, reconstruct: true },
}
const build = (config: Config): Model => createModel(config) as Model
const learned = (config: Config): Model => {
  const model = build(config)
  for (let i = 0; i < 5; i++) model.learn({ a: i, b: i, room: `r${i % 3}`, power: i, speed: i })
  return model
}

describe('a snapshot', () => {
  const all: readonly (readonly [string, Config])[] = [
    ['as it is', base],
    ...Object.entries(decisive).flatMap(([name, list]) =>
      list.map((config, i) => [`${name} ${i + 1}`, config] as const),
    ),
  ]
  it('fits its own configuration and no other', () => {
    const snapshots = all.map(([, config]) => learned(config).snapshot())
    expect(new Set(snapshots.map(({ hash }) => hash)).size).toBe(all.length)
    for (const [i, [name, config]] of all.entries()) {
      const model = build(config)
      for (const [k, snapshot] of snapshots.entries()) {
        if (k === i) continue
        expect(() => model.restore(snapshot), `${all[k]![0]} into ${name}`).toThrow(LayoutMismatchError)
      }
      model.restore(snapshots[i]!)
      expect(bytesOf(model.snapshot())).toEqual(bytesOf(snapshots[i]!))
    }
  })
  it.each(Object.entries(indifferent))('fits a model with another %s', (_, config) => {
    const snapshot = learned(base).snapshot()
    const model = build(config)
    model.restore(snapshot)
    expect(bytesOf(model.snapshot())).toEqual(bytesOf(snapshot))
  })
})
