import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Op } from '../../../src/autodiff/op.js'
import { ops as table } from '../../../src/autodiff/ops.js'
import { inspect } from '../../../src/circuit.js'
import type { Circuit } from '../../../src/graph/graph.js'
import { compareGradients, type GradientReport } from '../../../src/testing/index.js'
import { runs } from '../../runs.js'
import { graphs, grown } from './randomGraphs.js'

const RUNS = 250

describe('random graphs, with fan-out, shared weights and mixed shapes', () => {
  it('reverse mode equals dual numbers', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(graphs, (graph) => {
        const { circuit, values } = grown(graph)
        for (const { op } of circuit.nodes) seen.add(op)
        // A finite difference may cross a corner here, so only dual numbers are compared.
        const report: GradientReport = compareGradients(circuit, values, { absolute: Infinity })
        expect(report.failures).toEqual([])
      }),
      { numRuns: RUNS, seed: 20_240_601 },
    )
    expect(seen.size).toBeGreaterThan(30)
  })
  it('reverse mode equals dual numbers on other graphs at every run', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { circuit, values } = grown(graph)
        expect(compareGradients(circuit, values, { absolute: Infinity }).failures).toEqual([])
      }),
      { numRuns: runs(250) },
    )
  })
  it('finds a planted bug, and shrinks it to the op', () => {
    const rows = table as Record<string, Op>
    const right = rows.tanh!
    rows.tanh = { ...right, reverse: ({ g, output: y, ops }) => [ops.mul(g, ops.sub(1, y))] }
    try {
      const found = fc.check(
        fc.property(graphs, (graph) => {
          const { circuit, values } = grown(graph)
          return compareGradients(circuit, values, { absolute: Infinity }).failures.length === 0
        }),
        { numRuns: RUNS, seed: 3 },
      )
      expect(found.failed).toBe(true)
      const { circuit } = grown(found.counterexample![0])
      expect(circuit.nodes.map(({ op }) => op)).toContain('tanh')
      expect(found.counterexample![0].choices.length).toBeLessThanOrEqual(2)
    } finally {
      rows.tanh = right
    }
  })
  it('the outgoing edges of a scalar add up to its gradient, and so do its paths', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { circuit, values } = grown(graph, [])
        const pass = inspect(circuit, values, { output: Object.keys(circuit.outputs)[0]! })
        const leaving = new Map<string, number[]>()
        // They are added in the order of the list, in which reverse mode adds them.
        for (const { from, contribution } of pass.edges)
          leaving.set(from, [...(leaving.get(from) ?? []), contribution as number])
        for (const [node, parts] of leaving)
          if (node !== pass.output) expect(parts.reduce((sum, part) => sum + part)).toBe(pass.gradient(node))
        for (const name of Object.keys(values)) {
          const { paths, sum, truncated } = pass.explain(name)
          const scale = paths.reduce((total, { product }) => total + Math.abs(product), 1)
          if (!truncated) expect(Math.abs(sum - (pass.gradient(name) as number))).toBeLessThanOrEqual(1e-13 * scale)
        }
      }),
      { numRuns: RUNS, seed: 7 },
    )
  })
  it('a circuit is data: after JSON it is equal, and so are its gradients', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { circuit, values } = grown(graph)
        const back: Circuit = JSON.parse(JSON.stringify(circuit))
        expect(back).toEqual(circuit)
        const output = Object.keys(circuit.outputs)[0]!
        const [a, b] = [inspect(circuit, values, { output }), inspect(back, values, { output })]
        for (const name of Object.keys(values)) expect(b.gradient(name)).toEqual(a.gradient(name))
      }),
      { numRuns: 50, seed: 11 },
    )
  })
})
