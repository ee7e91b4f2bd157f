import fc from 'fast-check'
import { expect, it } from 'vitest'
import { wasmExecutor } from '../../../src/kernels/host/embedded.js'
import { F32 } from '../../../src/program/abi.js'
import { pushInstruction } from '../../../src/program/bytecode.js'
import type { Executor } from '../../../src/program/executor.js'
import { interpreter } from '../../../src/program/interpret.js'
import { createRandom } from '../../../src/random.js'
import { runs } from '../../runs.js'

const align = (bytes: number): number => (bytes + 63) & ~63

/** Runs a layer's product for many rows that are mostly 0, as after a relu; returns W, or ∇W, and the rows. */
const product = (
  executor: Executor,
  opcode: 'dense' | 'denseInput' | 'outerAdd',
  {
    n,
    m,
    count,
    zeros,
    seed,
    wild,
  }: { n: number; m: number; count: number; zeros: number; seed: number; wild: boolean },
): Float32Array => {
  const random = createRandom(seed, 'listed')
  const [w, b] = [0, align(4 * n * m)]
  const start = b + align(4 * m)
  const [x, y] = [start, start + align(4 * n)]
  const stride = align(4 * n) + align(4 * m)
  const code: number[] = []
  const operands = {
    dense: { out: y, a: x, b: w, c: b },
    denseInput: { out: x, a: y, b: w },
    outerAdd: { out: w, a: x, b: y },
  }[opcode]
  pushInstruction(code, F32, opcode, { ...operands, n, m })
  const arena = executor.createArena(start + count * stride)
  const run = executor.load(Int32Array.from(code), arena)
  const view = arena.f32.subarray(0, (start + count * stride) / 4)
  if (opcode !== 'outerAdd') for (let i = 0; i < start / 4; i++) view[i] = random.normal(i)
  for (let i = start / 4; i < view.length; i++) view[i] = random.uniform(2 * i) < zeros ? 0 : random.normal(2 * i + 1)
  const first = opcode === 'denseInput' ? (seed % 3 === 0 ? w : y) : x
  if (wild)
    view[first / 4 + (seed % (opcode === 'denseInput' ? m : n))] = [Infinity, Number.NaN, -0, 1e-42][seed % 4] as number
  run(0, 1, { first: 0, count, start, stride })
  return arena.f32.slice(0, (start + count * stride) / 4)
}

const wasm = wasmExecutor() as Executor

it.each(['dense', 'denseInput', 'outerAdd'] as const)(
  '%s of rows that are mostly 0 has equal bits in the interpreter and WebAssembly',
  (opcode) => {
    const sizes = {
      n: fc.integer({ min: 1, max: 300 }),
      m: fc.integer({ min: 1, max: 150 }),
      count: fc.integer({ min: 1, max: 300 }),
    }
    const cases = fc.record({ ...sizes, zeros: fc.constantFrom(0.3, 0.6, 0.97), seed: fc.nat(), wild: fc.boolean() })
    fc.assert(
      fc.property(cases, (given) => {
        const [expected, found] = [product(interpreter, opcode, given), product(wasm, opcode, given)]
        expect(found.every((value, i) => Object.is(value, expected[i]))).toBe(true)
      }),
      { numRuns: runs(60) },
    )
  },
)
