import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reverse } from '../../../src/autodiff/reverse.js'
import { bringSparse } from '../../../src/autodiff/sparse.js'
import { createBuilder } from '../../../src/circuit/build.js'
import { createForwardPass } from '../../../src/compile/forwardPass.js'
import { wasmExecutor } from '../../../src/kernels/host/embedded.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import { F32, F64, TOUCHES } from '../../../src/program/abi.js'
import { OPCODES, type Opcode, pushInstruction, WIDTH } from '../../../src/program/bytecode.js'
import { bringCyclic } from '../../../src/program/cyclic.js'
import type { Executor } from '../../../src/program/executor.js'
import { bringExpertKernels } from '../../../src/program/experts.js'
import { interpreter } from '../../../src/program/interpret.js'
import { bringNearestKernels } from '../../../src/program/nearest.js'
import { bringPow } from '../../../src/program/power.js'
import { createRandom } from '../../../src/random.js'
import type { Precision } from '../../../src/values.js'
import { runs } from '../../runs.js'
import { graphs, grown } from '../autodiff/randomGraphs.js'
import { bytesOf, kinds, learnAll, numbersOf, rows } from '../model/kinds.js'

// Among the instructions, these are brought by the members that emit it.
bringPow()
bringCyclic()
bringSparse()
bringExpertKernels()
bringNearestKernels()

const wasm = wasmExecutor() as Executor

/** Returns the bits, where all bits of NaN count as equal. */
const same = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return a.length === b.length
}

/** Numbers of every kind that may occur in a step, and some that may not. */
const AWKWARD = [0, -0, 1, -1, 1e-40, -1e-310, 1e30, -3e38, 1e200, Infinity, -Infinity, 0.5, 88, -104, 710, 1e-8]
/** A few pools of numbers, drawn once; an arena is filled by repeating one of them. */
const pools = [0, 1, 2, 3].map((seed) => {
  const random = createRandom(seed, 'executors')
  return Array.from({ length: 1009 }, (_, i) => {
    const at = random.uniform(2 * i)
    // Odd pools hold awkward numbers; all hold zeros, as one-hot columns and inactive units do.
    if (seed % 2 === 1 && at < 0.15) return AWKWARD[Math.floor(random.uniform(2 * i + 1) * AWKWARD.length)] as number
    return at > 0.85 ? 0 : random.normal(5000 + i)
  })
})
const fill = (into: Float32Array | Float64Array, seed: number, awkward: boolean): void => {
  const pool = pools[(seed % 2) * 2 + (awkward ? 1 : 0)] as readonly number[]
  for (let i = 0; i < into.length; i++) into[i] = pool[(seed + i) % pool.length] as number
}

interface Instruction {
  readonly opcode: Opcode
  readonly precision: Precision
  readonly seed: number
  readonly n: number
  readonly m: number
  readonly k: number
  readonly flags: number
  readonly awkward: boolean
}
/** Ops that get finite numbers, because their sums would differ at 0·∞ where a zero is skipped. */
const FINITE: ReadonlySet<Opcode> = new Set(['dense', 'outerAdd', 'scale', 'commitScale', 'drift', 'bound'])
const ROOM = 37 * 37 * 5

const instructions = (opcode: Opcode): fc.Arbitrary<Instruction> =>
  fc.record({
    opcode: fc.constant(opcode),
    precision: fc.constantFrom('f32', 'f64'),
    seed: fc.nat(),
    n: fc.integer({ min: 1, max: 37 }),
    m: fc.integer({ min: 1, max: 37 }),
    k: fc.integer({ min: 1, max: 5 }),
    flags: fc.nat({ max: 3 }),
    awkward: fc.boolean(),
  })

/** Runs one instruction on an arena full of numbers; returns the whole arena and the status. */
const executed = (executor: Executor, given: Instruction): { arena: ArrayLike<number>; status: number } => {
  const { opcode, precision, seed, n, m, k, flags } = given
  const bytes = precision === 'f32' ? 4 : 8
  const length = 5 * ROOM
  const arena = executor.createArena(length * 8)
  const awkward = given.awkward && !FINITE.has(opcode)
  fill(arena[precision].subarray(0, 4 * ROOM), seed, awkward)
  // The f64 scalars and statistics follow the vectors.
  const scalars = 4 * ROOM * 8
  fill(arena.f64.subarray(scalars / 8, length), seed + 7, awkward)
  arena.f64.set([5, 0.3, 2.5, 0.25, 1, 3], scalars / 8)
  const place = (i: number): number => i * ROOM * bytes
  const [out, a, b, c] = [place(0), place(1), place(2), place(3)]
  // The number of bytes from row 0 to a window's first row.
  const row = scalars + 199 * 8
  arena.f64[row / 8] = 16 * (seed % 4)
  // The list of rows may be empty, or hold some rows more than once.
  const list = scalars + 200 * 8
  arena.f64[list / 8] = (seed % 9) - 1
  for (let i = 0; i < 8; i++) arena.f64[list / 8 + 1 + i] = (seed * (i + 1)) % k
  // A memory of rows: any number may stand where it counts them.
  const memory = scalars + 220 * 8
  if (seed % 5 > 0) arena.f64[memory / 8] = seed % (3 * m)
  // Classes, and what is none.
  if (seed & 1 && opcode === 'nearest')
    for (let i = 0; i < m; i++) arena.f64[memory / 8 + 1 + k * m + i] = ((seed + i) % 6) - 1
  const operands: Partial<Record<Opcode, object>> = {
    dense: { out, a, b, c: flags & 1 ? c : -1, n, m },
    sum: { out, a, n, m: flags & 1 ? 1 : m, k },
    expand: { out, a, n, m: flags & 1 ? 1 : m, k },
    copyBlocks: { out, a, b: n + 2, c: n + 1, n, m: 1, k, flags },
    logSoftmax: { out, a, n, k },
    scaleBy: { out, a, b: scalars + 8 * flags, c: flags & 1 ? scalars + 16 : -1, n },
    shiftBy: { out, a, b: scalars + 8 * flags, n },
    dot: { out: scalars, a, b, n },
    scale: { out, a: scalars + 8 * 7, b: scalars, c: scalars + 16, flags: flags | (seed & 8) },
    commitScale: { a: scalars + 8 * 7, b: scalars, flags: flags & 1 },
    unscale: { out: scalars + 80, a, b: scalars, flags: flags & 1 ? 4 : 0 },
    oneHot: { out, a: scalars + 8 * flags, n },
    cyclic: { out, a: scalars + 8 * 7, c: scalars + 16 },
    cast: { out, a: scalars, n: 6 },
    known: { out, a: scalars, n },
    guard: { a: scalars, b: a, c: scalars + 40, n },
    watch: { a, c: scalars + 40, n },
    bound: {
      out: scalars + 8,
      a: scalars + 16,
      b: scalars + 24,
      c: scalars + 48,
      m: scalars + 32,
      k: scalars + 56,
      flags: flags % 3,
    },
    adaptive: { out, a, b: scalars + 24, c: scalars + 64, n, m: scalars + 8, k: scalars + 16 },
    sparseDense: { out, a, b, c: flags & 1 ? c : -1, n, m, k },
    sparseAdd: { out, a, b, c: seed & 1 ? list : -1, n, m, k, flags: 9 },
    look: { out: scalars + 8 * (flags + 8), a, n },
    sortTouched: { a: list },
    descend: { out, a, b: scalars + 8, c: scalars + 64, n, flags: flags & 1 },
    pick: { out: scalars + 8, a, b: row },
    meanOfRows: { out: scalars, a: scalars + 8, b: scalars + 80, n: 8 * k, m: scalars + 32, k: row },
    weighExperts: { out, a: scalars + 96, n, flags: flags & 1 },
    scoreExperts: { out: scalars + 96, a: scalars + 800, b: scalars + 24, n },
    remember: { out: memory, a, b: scalars + 24, n: k, m, k: 1 + (flags & 1) },
    nearest: { out: scalars + 80, a, b: memory, n: k, m, k: 1 + (n % 5), flags: 2 * (flags + 1) + (seed & 1) },
    drift: { a: scalars + 8, n: 8 * k, b: scalars + 96, c: scalars + 40, m: scalars + 32, k: row },
  }
  // A sparse row of the matrix's rows, with one beyond it; otherwise any numbers, of which few are rows.
  if (opcode.startsWith('sparse') && seed % 4 > 0) {
    const view = arena[precision]
    view[ROOM] = seed % (n + 2)
    for (let i = 0; i < n; i++) view[ROOM + 1 + 2 * i] = (seed + i * 3) % (k + 1)
  }
  const code: number[] = []
  const all = { out, a, b, c, n, m, k, flags: opcode === 'matmul' ? flags : 0 }
  pushInstruction(code, precision === 'f32' ? F32 : F64, opcode, operands[opcode] ?? all)
  // The memory after `touched` is for the rows of a list, in which each occurs once.
  if (opcode === 'touched') {
    const { out: o, ...flag } = TOUCHES
    const vectors: Partial<Record<Opcode, number>> = {
      ...{ fill: o, scaleBy: o + flag.a, guard: flag.b, adaptive: o + flag.a, descend: o + flag.a },
      ...{ abs: o + flag.a, max: o + flag.a + flag.b, where: o + flag.a + flag.b + flag.c, dot: flag.a + flag.b },
    }
    const inner = Object.keys(vectors)[seed % 9] as Opcode
    code.length = 0
    pushInstruction(code, precision === 'f32' ? F32 : F64, 'sortTouched', { a: list })
    pushInstruction(code, precision === 'f32' ? F32 : F64, 'touched', {
      a: list,
      n: k,
      flags: vectors[inner] as number,
    })
    const keep = flags & 1 ? scalars + 24 : scalars + 32
    const given = { ...(operands[inner] ?? { out, a, b, c }), ...(inner === 'adaptive' && { b: keep }) }
    pushInstruction(code, precision === 'f32' ? F32 : F64, inner, { ...given, n: m })
  }
  const status = executor.load(Int32Array.from(code), arena)(0, code.length / WIDTH)
  return { arena: arena.f64.slice(0, length), status }
}

describe('the interpreter and WebAssembly agree bit for bit', () => {
  it.each(OPCODES)('on %s, with any sizes, both types and awkward numbers', (opcode) => {
    fc.assert(
      fc.property(instructions(opcode), (given) => {
        const [expected, found] = [executed(interpreter, given), executed(wasm, given)]
        expect(found.status).toBe(expected.status)
        const view = (x: ArrayLike<number>) =>
          given.precision === 'f32' ? new Float32Array((x as Float64Array).buffer) : x
        expect(same(view(found.arena), view(expected.arena))).toBe(true)
      }),
      { numRuns: runs(100) },
    )
  })

  it('on thousands of random graphs with their gradients', () => {
    fc.assert(
      fc.property(graphs, fc.constantFrom<Precision>('f32', 'f64'), (graph, precision) => {
        const { circuit, values } = grown(graph)
        const builder = createBuilder(circuit.nodes)
        const output = Object.values(circuit.outputs)[0] as number
        const ones = builder.ops.broadcast(builder.ops.constant(1), circuit.nodes[output]?.shape ?? [])
        reverse(builder, new Map([[output, ones]]), circuit.nodes.keys())
        const everything = [...builder.nodes.keys()]
        const passes = [interpreter, wasm].map((executor) => {
          const pass = createForwardPass(builder, everything, precision, executor)
          circuit.nodes.forEach(({ name }, id) => {
            if (name !== undefined && values[name]) pass.numbers(id).set(values[name])
          })
          pass.run()
          return pass
        })
        for (const id of everything) expect(same(passes[1]!.numbers(id), passes[0]!.numbers(id))).toBe(true)
      }),
      { numRuns: runs(2000) },
    )
  })

  it.each(Object.keys(kinds))('on a model that learns: %s', (name) => {
    fc.assert(
      fc.property(rows(40), fc.integer({ min: 1, max: 5 }), (list, b) => {
        const learned = (['interpreter', 'wasm'] as const).map((executor) => {
          const model = createModel({ ...kinds[name]!, executor }) as Model
          const seen: number[] = []
          learnAll(model, list, b, (writer, all) => {
            seen.push(...numbersOf(writer.learn(all)))
          })
          return { seen, bytes: bytesOf(model.snapshot()) }
        })
        expect(same(learned[1]!.seen, learned[0]!.seen)).toBe(true)
        expect(learned[1]!.bytes).toEqual(learned[0]!.bytes)
      }),
      { numRuns: runs(40) },
    )
  })

  it('a memory that grows keeps the state of every model', () => {
    const build = () => createModel({ ...kinds['a net of all features, growing names']!, executor: 'wasm' }) as Model
    const first = build()
    const row = { a: 1, b: 2, hour: 3, room: 'kitchen', power: 5 }
    first.learn(row)
    const before = bytesOf(first.snapshot())
    const others = Array.from({ length: runs(3000) }, build)
    expect(bytesOf(first.snapshot())).toEqual(before)
    others.at(-1)?.learn(row)
    first.learn(row)
    const alone = build()
    alone.learn(row)
    alone.learn(row)
    expect(bytesOf(first.snapshot())).toEqual(bytesOf(alone.snapshot()))
  })
})
