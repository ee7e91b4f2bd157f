import { describe, expect, it } from 'vitest'
import { createModel, dense, numeric, sgd } from '../../../src/index.js'

// What an optimizer or a schedule computes with scalars is what JavaScript computes, in f64 whatever the precision.
const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  max: Math.max,
  min: Math.min,
}
const pairs = [
  [7, 3],
  [0.3, 0.1],
  [2, 2],
  [1e200, 1e-100],
] as const

describe.each(['wasm', 'interpreter'] as const)('%s', (executor) => {
  it.each(Object.keys(operations).concat('sqrt'))('scalars.%s', (name) => {
    for (const [a, b] of pairs) {
      const model = createModel({
        features: { x: numeric() },
        target: { y: numeric() },
        layers: [dense(1)],
        optimizer: sgd({
          learningRate: {
            kind: `${name} of ${a} and ${b}`,
            initial: 1,
            emit: ({ scalars, constant }) =>
              name === 'sqrt' ? scalars.sqrt(constant(a)) : scalars[name as 'add'](constant(a), b),
          },
        }),
        executor,
      })
      const expected = name === 'sqrt' ? Math.sqrt(a) : operations[name]?.(a, b)
      expect(model.learn({ x: 0, y: 0 }).update?.learningRate, `${a}, ${b}`).toBe(expected)
    }
  })
})
