import { describe, expect, it } from 'vitest'
import { chain, createModel, dense, l2, numeric, sgd } from '../../../src/index.js'
import type { Optimizer } from '../../../src/optimizers/index.js'
import * as optimizers from '../../../src/optimizers/index.js'

// A processor computes about ten times as long with subnormal numbers, so no state of a rule may shrink into them and
// stay there: here a unit lives for some rows and is dead from then on, so that its slots and weights only decay.

const members: Readonly<Record<string, () => Optimizer>> = {
  ...{ sgd: optimizers.sgd, momentum: optimizers.momentum, adagrad: optimizers.adagrad },
  ...{ adam: optimizers.adam, auto: optimizers.auto },
  ...{ rmsprop: optimizers.rmsprop, adamw: optimizers.adamw, ftrl: optimizers.ftrl, cocob: optimizers.cocob },
  dog: optimizers.dog,
  'ftrl with l1': () => optimizers.ftrl({ l1: 0.01, l2: 0.01 }),
  'l1 on sgd': () => chain(optimizers.l1(1e-4), sgd({ learningRate: 0.5 })),
  'decoupled l2 on momentum': () => chain(l2(1, { decoupled: true }), optimizers.momentum({ learningRate: 0.5 })),
  nesterov: () => optimizers.momentum({ nesterov: true }),
  'a short memory': () => optimizers.adam({ beta1: 0.8, beta2: 0.9 }),
  'l2 on sgd': () => chain(l2(1), sgd({ learningRate: 0.5 })),
  'l2 on adam': () => chain(l2(0.1), optimizers.adam()),
}
const LEAST = { f32: 2 ** -126, f64: 2 ** -1022 } as const
const STEPS = 6000

describe.each(Object.entries(members))('%s', (_, rule) => {
  it.each([
    ['f32', 'wasm'],
    ['f32', 'interpreter'],
    ['f64', 'wasm'],
  ] as const)('keeps no subnormal number where units are dead, %s, %s', (precision, executor) => {
    const model = createModel({
      features: { x: numeric({ scale: 'none' }) },
      target: { y: numeric({ scale: 'none' }) },
      layers: [dense(8, 'relu'), dense(1)],
      ...{ optimizer: rule(), precision, executor },
    })
    for (let i = 0; i < 20; i++) model.learn({ x: 1 + i / 20, y: Math.sin(i) })
    let most = 0
    for (let i = 0; i < STEPS; i++) {
      model.learn({ x: 0, y: 1 })
      if (i % 500 !== 499) continue
      const { slots, parameters } = model.snapshot()
      const isSubnormal = (x: number): boolean => x !== 0 && Math.abs(x) < LEAST[precision]
      most = Math.max(most, [...slots, ...parameters].filter(isSubnormal).length)
    }
    expect(most).toBe(0)
  })
})
