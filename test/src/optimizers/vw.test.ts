import { describe, expect, it } from 'vitest'
import { numeric } from '../../../src/index.js'
import { golden, learnedBy, modelOf } from './vw.js'

// Vowpal Wabbit computes in f32, and approximates the solution of a logistic step, by up to 5e-6 in the logit.
const TOLERANCES = { squared: 3e-6, hinge: 3e-6, logistic: 1e-4 } as const

describe.each(Object.entries(golden.cases))(`vw learns as vowpalwabbit ${golden.version} does: %s`, (name, each) => {
  const { kind, rows, weights, constant, loss, predictions } = each
  it.each([
    ['f64', 'wasm'],
    ['f64', 'interpreter'],
    ['f32', 'wasm'],
  ] as const)('%s, %s', (precision, executor) => {
    const features = Object.fromEntries(weights.map((_, i) => [`x${i}`, numeric({ scale: 'none' })]))
    const model = modelOf({
      ...{ features, kind, precision, executor },
      ...(name.includes('another rate') && { learningRate: 2 }),
    })
    const said = learnedBy(
      model,
      kind,
      rows.map(({ x, y, weight }) => ({ ...Object.fromEntries(x.map((xi, i) => [`x${i}`, xi])), y, weight })),
    )
    const tolerance = TOLERANCES[kind]
    said.predictions.forEach((p, i) => {
      expect(Math.abs(p - predictions[i]!)).toBeLessThan(tolerance)
    })
    expect(Math.abs(said.loss - loss)).toBeLessThan(1e-6)
    for (const [i, w] of [...weights, constant].entries()) {
      // The numbers of a column are up to 36 times its scale, and its weight is about 1 over this scale.
      const largest = Math.max(...rows.map(({ x }) => Math.abs(x[i] ?? 1)))
      expect(Math.abs(model.parameters[i]! - w) * largest).toBeLessThan(10 * tolerance)
    }
  })
})
