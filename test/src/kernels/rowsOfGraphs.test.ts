import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reverse } from '../../../src/autodiff/reverse.js'
import { createBuilder } from '../../../src/circuit/build.js'
import { createGraphLowering } from '../../../src/compile/lowerGraph.js'
import { sizeOf } from '../../../src/graph/graph.js'
import { wasmExecutor } from '../../../src/kernels/host/embedded.js'
import { F64 } from '../../../src/program/abi.js'
import { align, bytesOf, type Constant, createAssembler, createRegion, typeOf } from '../../../src/program/assembler.js'
import { type Opcode, pushInstruction } from '../../../src/program/bytecode.js'
import type { Executor } from '../../../src/program/executor.js'
import { interpreter } from '../../../src/program/interpret.js'
import { createRandom } from '../../../src/random.js'
import type { Precision } from '../../../src/values.js'
import { runs } from '../../runs.js'
import { type Graph, graphs, grown } from '../autodiff/randomGraphs.js'

const wasm = wasmExecutor() as Executor
/** The room for weights, gradients and constants. */
const SHARED = 1 << 15

/** Runs a random graph's rows forward, backward and into ∇, in the layout of a model: all rows share weights and ∇. */
const lowered = (graph: Graph, precision: Precision) => {
  const { circuit } = grown(graph)
  const builder = createBuilder(circuit.nodes)
  const output = Object.values(circuit.outputs)[0] as number
  const ones = builder.ops.broadcast(builder.ops.constant(1), circuit.nodes[output]?.shape ?? [])
  const weights = [...circuit.nodes.keys()].filter((id) => circuit.nodes[id]?.op === 'weight')
  const { edges } = reverse(builder, new Map([[output, ones]]), weights, new Set(weights))
  const shared = createRegion(0, bytesOf(precision))
  const own = createRegion(SHARED, bytesOf(precision))
  const constants: Constant[] = []
  const { emit, segment, finish } = createAssembler(typeOf(precision))
  const lowering = createGraphLowering(builder.nodes, {
    emit,
    activations: own,
    leaf: (_, { op, shape }) => (op === 'weight' ? shared : own).take(sizeOf(shape)),
    constant(values) {
      const address = shared.take(values.length)
      constants.push({ address, type: typeOf(precision), values })
      return address
    },
  })
  const leaves = [...circuit.nodes.keys()].filter((id) => ['input', 'weight'].includes(circuit.nodes[id]?.op as string))
  const gradients = new Map(weights.map((id) => [id, shared.take(sizeOf(circuit.nodes[id]!.shape))]))
  segment('row', () => {
    lowering.lower([...leaves, ...circuit.nodes.keys()])
    for (const { from, contribution } of edges) {
      const out = gradients.get(from)
      if (out === undefined) continue
      const { op, inputs, shape } = builder.nodes[contribution.id]!
      if (op === 'outer') {
        lowering.lower(inputs)
        const [a, b] = inputs.map(lowering.address) as [number, number]
        emit('outerAdd', { out, a, b, n: shape[0]!, m: shape[1]! })
      } else {
        lowering.lower([contribution.id])
        emit('add', { out, a: out, b: lowering.address(contribution.id), n: sizeOf(shape) })
      }
    }
  })
  const { code, segments } = finish()
  return { code, range: segments.row as readonly [number, number], constants, shared, own }
}

describe('the rows of a graph at once', () => {
  it('have equal bits in the interpreter and WebAssembly, for thousands of random graphs with their gradients', () => {
    fc.assert(
      fc.property(
        graphs,
        fc.constantFrom<Precision>('f32', 'f64'),
        fc.integer({ min: 1, max: 40 }),
        (graph, precision, count) => {
          const { code, range, constants, shared, own } = lowered(graph, precision)
          expect(shared.bytes).toBeLessThanOrEqual(SHARED)
          const stride = align(own.bytes)
          const random = createRandom(graph.seed, 'rows')
          const numbers = Array.from({ length: 997 }, (_, i) => random.normal(i))
          const arenas = [interpreter, wasm].map((executor) => {
            const arena = executor.createArena(SHARED + count * stride)
            // Loading bytecode may move the memory, so it is done before the view is made.
            const run = executor.load(code, arena)
            const view = arena[precision].subarray(0, (SHARED + count * stride) / bytesOf(precision))
            for (let i = 0; i < view.length; i++) view[i] = numbers[i % 997]!
            for (const { address, values } of constants) view.set(values, address / bytesOf(precision))
            run(...range, { first: 0, count, start: SHARED, stride })
            return view.slice()
          })
          expect(arenas[1]!.every((x, i) => Object.is(x, arenas[0]![i]))).toBe(true)
        },
      ),
      { numRuns: runs(2000) },
    )
  })
})

describe('rows', () => {
  it.each([interpreter, wasm])('$name: an instruction runs for all rows before the next one', (executor) => {
    // sum += x, x += sum: the second instruction reads the sum of all rows.
    const code: number[] = []
    pushInstruction(code, F64, 'add', { out: 0, a: 0, b: 16, n: 1 })
    pushInstruction(code, F64, 'add', { out: 16, a: 16, b: 0, n: 1 })
    const arena = executor.createArena(16 + 4 * 32)
    for (let row = 0; row < 4; row++) arena.f64[2 + 4 * row] = 10 ** row
    executor.load(Int32Array.from(code), arena)(0, 2, { first: 1, count: 3, start: 16, stride: 32 })
    expect([0, 2, 6, 10, 14].map((i) => arena.f64[i])).toEqual([1110, 1, 1120, 1210, 2110])
  })

  it.each([interpreter, wasm])('$name: an instruction of a window cannot run for rows', (executor) => {
    const arena = executor.createArena(256)
    for (const opcode of ['guard', 'watch', 'bound', 'drift'] satisfies Opcode[]) {
      const code: number[] = []
      pushInstruction(code, F64, opcode, { out: 0, a: 0, b: 0, c: 0, n: 1, m: 0, k: 0 })
      const run = executor.load(Int32Array.from(code), arena)
      expect(() => run(0, 1, { first: 0, count: 1, start: 16, stride: 32 })).toThrow()
    }
  })
})
