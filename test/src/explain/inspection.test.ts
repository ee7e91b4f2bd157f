import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createInspector } from '../../../src/explain/createInspector.js'
import type { Example, Model } from '../../../src/index.js'
import { runs } from '../../runs.js'
import { bytesOf, kinds, make, members, rows } from '../model/kinds.js'

// Inspecting a model changes nothing in it, and shows the numbers with which the model itself computes.

describe.each(Object.keys(kinds))('%s', (name) => {
  it('a model that is inspected at every row learns the same, and the gradients shown are its own', () => {
    fc.assert(
      fc.property(rows(6), (list) => {
        const [model, straight] = [make(name), make(name)]
        const inspectAt = createInspector(model.description, members)
        for (const row of list) {
          const example = model.stages.encode(row)
          if (example.kind === 'example' && example.unseen.length === 0) look(model, example, inspectAt)
          for (const each of [model, straight]) each.learn(row)
        }
        expect(bytesOf(model.snapshot())).toEqual(bytesOf(straight.snapshot()))
      }),
      { numRuns: runs(15) },
    )
  })
})

const look = (model: Model, example: Example, inspectAt: ReturnType<typeof createInspector>): void => {
  const { x, y } = example
  const pass = inspectAt(model.publish(), { x, ...(y && { y }) })
  for (const { name, offset, size } of model.layout)
    expect([pass.value(name)].flat(), name).toEqual([...model.parameters.subarray(offset, offset + size)])
  if (!y) return
  const { batch, forward, loss, backward } = model.stages
  const { values } = backward(loss(forward(batch([{ ...example, weight: 1 }]))))
  const { freeze } = model.stages.task
  for (const { name, group, offset, size } of model.layout) {
    // A frozen parameter has no gradient in the model, but has one in its circuit.
    if (freeze.includes(name) || freeze.includes(group)) continue
    const seen = [pass.gradient(name)].flat() as number[]
    values.subarray(offset, offset + size).forEach((g, i) => {
      if (!Number.isFinite(g) || !Number.isFinite(seen[i]!)) return
      expect(Math.abs(seen[i]! - g), `${name}[${i}]`).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(g)))
    })
  }
}
