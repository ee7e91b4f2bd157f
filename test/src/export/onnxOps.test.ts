import { describe, expect, it } from 'vitest'
import { ops } from '../../../src/autodiff/ops.js'
import * as circuits from '../../../src/circuit.js'
import { createForwardPass } from '../../../src/compile/forwardPass.js'
import { createOnnxGraph, type Name } from '../../../src/export/onnxGraph.js'
import { nodesInOnnx } from '../../../src/export/onnxNodes.js'
import { onnxOps } from '../../../src/export/onnxOps.js'
import { encodeModel } from '../../../src/export/onnxProto.js'
import { type Circuit, sizeOf } from '../../../src/graph/graph.js'
import { deep } from '../../runs.js'
import { built, cases } from '../autodiff/cases.js'
import { hasRuntime, load } from './runtime.js'

it('are those of the table of ops, but for one that only gradients need', () => {
  expect(Object.keys(onnxOps).sort()).toEqual(
    Object.keys(ops)
      .filter((op) => op !== 'sparseOuter')
      .sort(),
  )
})

/** The short run takes one length, and each op in the places of its inputs by turns. */
const SIZES = deep ? [1, 4] : [3]
const ROWS = 3
/** Which of the leaves differ between rows; the others are constants, as weights are. */
const VARYING: readonly (readonly [string, (leaf: number) => boolean])[] = [
  ['rows alone', () => true],
  ['rows, then weights', (leaf) => leaf === 0],
  ['weights, then rows', (leaf) => leaf > 0],
]

interface Leaf {
  readonly id: number
  readonly varies: boolean
  /** Its numbers in each of the rows. */
  readonly rows: readonly (readonly number[])[]
}

/** Computes the one output of a circuit for each row by the interpreter of the library. */
const computed = (circuit: Circuit, leaves: readonly Leaf[]): readonly number[] => {
  const [output] = Object.values(circuit.outputs)
  const pass = createForwardPass(circuit, [output as number])
  return Array.from({ length: ROWS }, (_, row) => {
    for (const { id, rows } of leaves) pass.numbers(id).set(rows[row] as readonly number[])
    pass.run()
    return [...pass.numbers(output as number)]
  }).flat()
}

/** Puts many circuits into one file, because loading a file takes longer than running it. */
const collector = () => {
  const graph = createOnnxGraph([])
  const expected = new Map<string, readonly number[]>()
  // The only input is the number of a row, by which each leaf looks up its own numbers.
  const row = graph.cast(graph.input('row', 'double'), 'int64')
  return {
    expected,
    add(label: string, circuit: Circuit, leaves: readonly Leaf[]) {
      const inputs = new Map<number, Name>()
      const values = new Map<number, readonly number[]>()
      for (const { id, varies, rows } of leaves)
        if (varies) {
          const shape = [ROWS, ...circuit.nodes[id]!.shape]
          inputs.set(id, graph.node('Gather', [graph.constant('double', rows.flat(), shape), row], { axis: 0 }))
        } else values.set(id, rows[0]!)
      const plan = { precision: 'f64' } as never
      const needed = circuit.nodes.map((_, id) => id)
      const made = nodesInOnnx(graph, { plan, nodes: circuit.nodes, needed, values }, inputs)
      const { name, shape, perRow } = made.get(Object.values(circuit.outputs)[0]!)!
      const rows = perRow ? name : graph.perRow(name, shape)
      const flat = graph.node('Reshape', [rows, graph.constant('int64', [0, sizeOf(shape)])])
      graph.output(label, 'double', flat, [sizeOf(shape)])
      expected.set(label, computed(circuit, leaves))
    },
    outputs: async () =>
      (await load(encodeModel(graph.finish({})), [], 'disabled')).run([{ row: 0 }, { row: 1 }, { row: 2 }]),
  }
}

describe.skipIf(!hasRuntime)('in ONNX Runtime', () => {
  it('each give the numbers of the library, whatever of their inputs differs between rows', async () => {
    const { add, expected, outputs } = collector()
    for (const [op, casesOf] of Object.entries(cases)) {
      if (op === 'sparseOuter') continue
      for (const n of SIZES)
        for (const given of casesOf(n))
          for (const [form, varies] of deep ? VARYING : [VARYING[expected.size % 3]!]) {
            // The weights of a sparse row are those of θ; a test below lets the row vary.
            const isFixed = op === 'sparseDense'
            const seeds = Array.from({ length: ROWS }, (_, i) => built(op, given, 'plain', i + 1))
            const { circuit } = seeds[0]!
            const names = Object.keys(given.leaves)
            const leaves = names.map((name, leaf): Leaf => {
              const own = !isFixed && varies(leaf)
              return {
                id: circuit.nodes.findIndex((node) => node.name === name),
                varies: own,
                rows: seeds.map(({ values }) => (own ? values : seeds[0]!.values)[name]!),
              }
            })
            add(`${op} ${n} ${given.label} ${form}, ${expected.size}`, circuit, leaves)
          }
    }
    const rowsOf = circuits.circuit(({ input, sparseDense, weight }) => ({
      y: sparseDense(input('h', [7]), weight('W', { shape: [9, 2] }), weight('b', { shape: [2] })),
    }))
    // What stands behind the count of entries is what was there before.
    const h = [
      [2, 8, 0.5, 0, -2, 3, 100],
      [0, 1, 100, 2, 100, 3, 100],
      [3, 1, 1, 1, 2, 4, -0.25],
    ]
    const theta = (size: number) => Array.from({ length: ROWS }, () => Array.from({ length: size }, (_, i) => i + 0.5))
    add('rows of several entries', rowsOf, [
      { id: 0, varies: true, rows: h },
      { id: 1, varies: false, rows: theta(18) },
      { id: 2, varies: false, rows: theta(2) },
    ])
    const found = await outputs()
    expect(expected.size).toBeGreaterThan(100)
    for (const [label, numbers] of expected) {
      const own = found[label] as readonly number[]
      expect(own.length, label).toBe(numbers.length)
      for (const [i, number] of numbers.entries())
        expect(Math.abs(own[i]! - number), label).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(number)))
    }
  })
})
