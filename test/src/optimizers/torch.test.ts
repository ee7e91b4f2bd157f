import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { squared } from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import {
  adagrad,
  adam,
  adamw,
  chain,
  l2,
  momentum,
  type Optimizer,
  rmsprop,
  sgd,
} from '../../../src/optimizers/index.js'

/** 200 steps of PyTorch, as optimizers.py recorded them. */
const golden = JSON.parse(readFileSync(new URL('../../golden/optimizers.json', import.meta.url), 'utf8')) as {
  readonly torch: string
  readonly steps: number
  readonly x: readonly (readonly number[])[]
  readonly t: readonly number[]
  readonly start: readonly number[]
  readonly end: Readonly<Record<string, readonly number[]>>
}

const ours: Readonly<Record<string, Optimizer>> = {
  sgd: sgd({ learningRate: 0.05 }),
  momentum: momentum({ learningRate: 0.01, momentum: 0.9 }),
  nesterov: momentum({ learningRate: 0.01, momentum: 0.9, nesterov: true }),
  adagrad: adagrad({ learningRate: 0.1 }),
  adam: adam({ learningRate: 0.003 }),
  rmsprop: rmsprop(),
  // PyTorch decays biases, too.
  adamw: adamw({ weightDecay: 0.1, exclude: [] }),
  l2: chain(l2(0.01, { exclude: [] }), sgd({ learningRate: 0.05 })),
}

const names = golden.x[0]!.map((_, i) => `x${i}`)

/** Returns θ after this number of steps, and its initial values. */
const train = (optimizer: Optimizer, steps: number): Float64Array => {
  const model = createModel({
    features: Object.fromEntries(names.map((name) => [name, numeric({ scale: 'none' })])),
    target: { t: numeric({ scale: 'none' }) },
    layers: [dense(16, 'tanh'), dense(1)],
    loss: squared(),
    precision: 'f64',
    optimizer,
  })
  model.restore({ ...model.snapshot(), parameters: Float64Array.from(golden.start) })
  for (let step = 0; step < steps; step++) {
    const i = step % golden.x.length
    const row = Object.fromEntries(names.map((name, j) => [name, golden.x[i]![j]!]))
    model.learn({ ...row, t: golden.t[i]! } as never)
  }
  return model.parameters as Float64Array
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0)

describe(`θ after ${golden.steps} steps is that of PyTorch ${golden.torch}`, () => {
  it('for every optimizer of the golden file', () => {
    expect(Object.keys(ours)).toEqual(Object.keys(golden.end))
  })
  it.each(Object.keys(ours))('%s', (name) => {
    const end = golden.end[name]!
    expect(distance(golden.start, end)).toBeGreaterThan(0.1)
    expect(distance(train(ours[name]!, golden.steps), end)).toBeLessThan(1e-12)
    // After one step fewer, θ is outside the tolerance, so it does tell the two apart.
    expect(distance(train(ours[name]!, golden.steps - 1), end)).toBeGreaterThan(1e-6)
  })
})
