import { describe, expect, it } from 'vitest'
import {
  absolute,
  adam,
  chain,
  createModel,
  dense,
  ftrl,
  l1,
  l2,
  type Model,
  numeric,
  type Optimizer,
  sgd,
  squared,
} from '../../../src/index.js'
import { createRandom } from '../../../src/random.js'

const plain = numeric({ scale: 'none' })

describe.each(['wasm', 'interpreter'] as const)('l1, %s', (executor) => {
  it('only ever draws a weight towards 0, whatever f32 rounds', () => {
    const make = (): Model =>
      createModel({
        ...{ features: { a: plain }, target: { y: plain }, loss: absolute(), weight: 'weight', executor },
        layers: [dense(1)],
        // What is charged at each row is far below what a weight of 1000 can tell.
        optimizer: chain(l1(1e-4), sgd({ learningRate: 0.01 })),
      }) as unknown as Model
    const [model, small] = [make(), make()]
    const row = { a: 1, y: 0, weight: 1e-20 }
    model.restore({ ...model.snapshot(), parameters: Float32Array.of(1000, 0) })
    let last = 1000
    let falls = 0
    for (let i = 0; i < 3000; i++) {
      model.learn(row)
      const w = model.parameters[0]!
      expect(w).toBeLessThanOrEqual(last)
      if (w < last) falls++
      last = w
      if (i % 7 !== 0) continue
      // A weight that has become small meanwhile tells more.
      small.restore({ ...model.snapshot(), parameters: Float32Array.of(1, 0) })
      small.learn(row)
      expect(small.parameters[0]).toBeLessThanOrEqual(1)
    }
    expect(falls).toBeGreaterThan(10)
    expect(1000 - last).toBeCloseTo(3000 * 1e-6, 3)
  })

  it.each<readonly [string, () => Optimizer]>([
    ['l1 on sgd', () => chain(l1(0.05), sgd({ learningRate: 0.02 }))],
    ['l1 and l2 on sgd', () => chain(l1(0.05), l2(0.01), sgd({ learningRate: 0.02 }))],
    ['l1 on adam', () => chain(l1(0.2), adam({ learningRate: 0.01 }))],
    ['ftrl', () => ftrl({ alpha: 0.3, l1: 20 })],
  ])('%s: columns without a part in the target get weights of exactly 0', (_, optimizer) => {
    const random = createRandom(4, 'columns')
    const names = Array.from({ length: 12 }, (_, i) => `x${i}`)
    const model = createModel({
      features: Object.fromEntries(names.map((name) => [name, plain])),
      ...{ target: { y: plain }, loss: squared(), layers: [dense(1)], optimizer: optimizer(), executor },
    }) as unknown as Model
    for (let i = 0; i < 600; i++) {
      const x = names.map((_, j) => random.normal(20 * i + j))
      const y = 3 * x[0]! - 2 * x[1]! + 1 + 0.1 * random.normal(20 * i + 15)
      model.learn({ ...Object.fromEntries(names.map((name, j) => [name, x[j]!])), y })
    }
    const [first, second, ...others] = [...model.parameters]
    const bias = others.pop()!
    expect(first).toBeGreaterThan(1)
    expect(second).toBeLessThan(-0.5)
    expect(bias).toBeGreaterThan(0.5)
    const zeros = others.filter((w) => Object.is(w, 0))
    expect(zeros.length).toBeGreaterThan(4)
    expect(others.some((w) => Object.is(w, -0))).toBe(false)
  })
})
