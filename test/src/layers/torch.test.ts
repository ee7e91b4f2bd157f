import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { category } from '../../../src/features/category.js'
import { numeric } from '../../../src/features/numeric.js'
import { gelu, leakyRelu, silu } from '../../../src/layers/activations.js'
import { dense } from '../../../src/layers/dense.js'
import { embedding } from '../../../src/layers/embedding.js'
import type { Layer } from '../../../src/layers/layer.js'
import { layerNorm } from '../../../src/layers/layerNorm.js'
import { squared } from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import { sgd } from '../../../src/optimizers/index.js'

/** 100 steps of PyTorch, as layers.py recorded them. */
const golden = JSON.parse(readFileSync(new URL('../../golden/layers.json', import.meta.url), 'utf8')) as {
  readonly torch: string
  readonly steps: number
  readonly rate: number
  readonly x: readonly (readonly number[])[]
  readonly room: readonly number[]
  readonly t: readonly number[]
  readonly nets: Readonly<Record<string, { readonly start: readonly number[]; readonly end: readonly number[] }>>
}

const ours: Readonly<Record<string, readonly Layer[]>> = {
  gelu: [dense(6, gelu), dense(1)],
  silu: [dense(6, silu), dense(1)],
  leakyRelu: [dense(6, leakyRelu), dense(1)],
  layerNorm: [dense(6, 'tanh'), layerNorm(), dense(1)],
  embedding: [embedding(3), dense(6, 'tanh'), dense(1)],
}

const plain = numeric({ scale: 'none' })

/** Returns θ after this number of steps. */
const train = (name: string, steps: number): Float64Array => {
  const model = createModel({
    features: {
      ...{ x0: plain, x1: plain, x2: plain, x3: plain },
      ...(name === 'embedding' && { room: category({ values: [0, 1, 2, 3, 4] }) }),
    },
    target: { t: plain },
    layers: ours[name]!,
    loss: squared(),
    precision: 'f64',
    optimizer: sgd({ learningRate: golden.rate }),
  })
  model.restore({ ...model.snapshot(), parameters: Float64Array.from(golden.nets[name]!.start) })
  for (let step = 0; step < steps; step++) {
    const i = step % golden.x.length
    const [x0, x1, x2, x3] = golden.x[i]!
    model.learn({ x0, x1, x2, x3, room: golden.room[i], t: golden.t[i] } as never)
  }
  return model.parameters as Float64Array
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0)

describe(`θ after ${golden.steps} steps is that of PyTorch ${golden.torch}`, () => {
  it('for every net of the golden file', () => {
    expect(Object.keys(ours)).toEqual(Object.keys(golden.nets))
  })
  it.each(Object.keys(ours))('%s', (name) => {
    const { start, end } = golden.nets[name]!
    expect(distance(start, end)).toBeGreaterThan(0.1)
    expect(distance(train(name, golden.steps), end)).toBeLessThan(1e-12)
    // After one step fewer, θ is outside the tolerance.
    expect(distance(train(name, golden.steps - 1), end)).toBeGreaterThan(1e-6)
  })
})
