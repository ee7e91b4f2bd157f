import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bringSparse } from '../../../src/autodiff/sparse.js'
import { wasmExecutor } from '../../../src/kernels/host/embedded.js'
import { F32, F64 } from '../../../src/program/abi.js'
import { align, bytesOf } from '../../../src/program/assembler.js'
import { OPCODES, type Opcode, pushInstruction } from '../../../src/program/bytecode.js'
import { bringCyclic } from '../../../src/program/cyclic.js'
import type { Executor } from '../../../src/program/executor.js'
import { bringExpertKernels } from '../../../src/program/experts.js'
import { interpreter } from '../../../src/program/interpret.js'
import { bringNearestKernels } from '../../../src/program/nearest.js'
import { bringPow } from '../../../src/program/power.js'
import { createRandom } from '../../../src/random.js'
import type { Precision } from '../../../src/values.js'
import { runs } from '../../runs.js'

// Among the instructions, this one is brought by the members that emit it.
bringPow()
bringCyclic()
bringExpertKernels()
bringNearestKernels()
bringSparse()

const wasm = wasmExecutor() as Executor
const precisions = fc.constantFrom<Precision>('f32', 'f64')

const same = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return a.length === b.length
}

/** The numbers of a step, some of them zero; the second pool has a few that should not occur in a step. */
const AWKWARD = [-0, 1e-40, -1e-310, 1e30, -3e38, 1e200, Number.NaN, Infinity, -Infinity]
const random = createRandom(1, 'rows')
const TAME = Array.from({ length: 1009 }, (_, i) => (i % 7 === 0 ? 0 : random.normal(i)))
const POOLS = {
  tame: TAME,
  // Now and then there is a −0, at the start of a sum or as a factor.
  signed: TAME.map((x, i) => (i % 41 === 0 ? -0 : x)),
  // These are rare, so that most sums stay finite.
  rare: TAME.map((x, i) => (i % 307 === 5 ? (AWKWARD[i % AWKWARD.length] as number) : x)),
  wild: TAME.map((x, i) => (i % 5 === 0 ? (AWKWARD[(i / 5) % AWKWARD.length] as number) : x)),
  sparse: TAME.map((x, i) => (i % 23 === 0 ? x : 0)),
}
type Pool = keyof typeof POOLS

interface Sizes {
  readonly n: number
  readonly m: number
  readonly k: number
}
/** The number of elements of each operand; `f64` names those that are f64 whatever the type. */
interface Spans {
  readonly out: number
  readonly a?: number
  readonly b?: number
  readonly c?: number
  readonly f64?: string
}
const spansOf = (opcode: Opcode, { n, m, k }: Sizes): Spans => {
  const spans: Partial<Record<Opcode, Spans>> = {
    dense: { out: m, a: n, b: n * m, c: m },
    denseInput: { out: n, a: m, b: n * m },
    outer: { out: n * m, a: n, b: m },
    outerAdd: { out: n * m, a: n, b: m },
    sparseDense: { out: m, a: 1 + 2 * n, b: k * m, c: m },
    sparseAdd: { out: k * m, a: 1 + 2 * n, b: m },
    matmul: { out: n * m, a: n * k, b: k * m },
    sum: { out: m * k, a: n * m * k },
    expand: { out: n * m * k, a: m * k },
    copyBlocks: { out: k * (n + 1) + 3, a: m + k * (n + 2) },
    fill: { out: n },
    logSoftmax: { out: n * k, a: n * k },
    scaleBy: { out: n, a: n, b: 1, f64: 'b' },
    shiftBy: { out: n, a: n, b: 1, f64: 'b' },
    dot: { out: 1, a: n, b: n, f64: 'out' },
    mulAdd: { out: n, a: n, b: n },
    scale: { out: 1, a: 1, b: 6, c: 1, f64: 'a b c' },
    commitScale: { out: 0, a: 1, b: 6, f64: 'a b' },
    unscale: { out: 1, a: 1, b: 3, f64: 'out b' },
    oneHot: { out: n, a: 1, f64: 'a' },
    cyclic: { out: 2, a: 1, c: 1, f64: 'a c' },
    cast: { out: n, a: n, f64: 'a' },
    known: { out: n, a: 1, f64: 'a' },
    pick: { out: 1, a: n, b: 1, f64: 'out b' },
    weighExperts: { out: n, a: n + 1, f64: 'a' },
    scoreExperts: { out: n + 1, a: n, b: 1, f64: 'out a b' },
    remember: { out: 1 + m * (n + k), a: n, b: k, f64: 'out b' },
    nearest: { out: 1 + n, a: n, b: 1 + m * (n + 1), f64: 'out b' },
  }
  return spans[opcode] ?? { out: n, a: n, b: n, c: n }
}
// biome-ignore format: a line
const OF_A_WINDOW: readonly Opcode[] = [
  'guard', 'watch', 'bound', 'drift', 'adaptive', 'descend', 'look', 'sortTouched', 'touched',
  'meanOfRows',
]
const OF_A_ROW = OPCODES.filter((opcode) => !OF_A_WINDOW.includes(opcode))
const PRODUCTS: readonly Opcode[] = ['dense', 'denseInput', 'outerAdd']

interface Given extends Sizes {
  readonly opcode: Opcode
  readonly precision: Precision
  readonly pool: Pool
  readonly seed: number
  readonly flags: number
  readonly first: number
  readonly count: number
  /** The operands that each row has for itself. */
  readonly own: readonly string[]
}
const given = (opcodes: readonly Opcode[], largest: number, own: fc.Arbitrary<string[]>): fc.Arbitrary<Given> =>
  fc.record({
    opcode: fc.constantFrom(...opcodes),
    precision: precisions,
    pool: fc.constantFrom(...(Object.keys(POOLS) as Pool[])),
    seed: fc.nat({ max: 1008 }),
    n: size(largest),
    m: size(largest),
    k: fc.integer({ min: 1, max: 3 }),
    flags: fc.nat({ max: 3 }),
    first: fc.nat({ max: 2 }),
    count: size(largest),
    own,
  })
const size = (largest: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: 1, max: Math.min(largest, 40) }),
    fc.constantFrom(...[4, 8, 15, 16, 17, 33, 64, 100, 257, 300].filter((n) => n <= largest)),
  )

/** Runs one instruction for many rows; returns the whole arena. */
const executed = (executor: Executor, given: Given): ArrayLike<number> => {
  const { opcode, precision, pool, seed, n, m, k, flags, first, count, own } = given
  const { f64 = '', ...spans } = spansOf(opcode, given)
  const places: Record<string, number> = {}
  let end = 0
  const lay = (which: (name: string) => boolean): void => {
    for (const [name, length] of Object.entries(spans)) {
      if (!which(name)) continue
      places[name] = end
      end = align(end + (f64.split(' ').includes(name) ? 8 : bytesOf(precision)) * length)
    }
  }
  lay((name) => !own.includes(name))
  const start = end
  lay((name) => own.includes(name))
  const stride = end - start + 16 * (seed % 3)
  const length = start + (first + count) * stride
  const arena = executor.createArena(length)
  const fill = (into: Float32Array | Float64Array): void => {
    for (let i = 0; i < into.length; i++) into[i] = POOLS[pool][(i + seed) % 1009] as number
  }
  fill(arena[precision].subarray(0, length / bytesOf(precision)))
  for (let row = 0; row < first + count; row++)
    for (const name of f64.split(' ').filter(Boolean)) {
      const at = ((places[name] as number) + (own.includes(name) ? row * stride : 0)) / 8
      fill(arena.f64.subarray(at, at + (spans[name as 'a'] as number)))
      // Statistics and counts keep their meaning: a variance is not negative.
      if (opcode !== 'cast' && name !== 'a')
        arena.f64.set(
          opcode === 'pick'
            ? [bytesOf(precision) * (seed % n)]
            : [seed % 2 ? 5 : 5000, 0.3, 2.5].slice(0, spans[name as 'a']),
          at,
        )
    }
  const { out = -1, a = -1, b = -1, c = -1 } = places
  const operands: Partial<Record<Opcode, object>> = {
    dense: { out, a, b, c: flags & 1 ? c : -1, n, m },
    sparseDense: { out, a, b, c: flags & 1 ? c : -1, n, m, k },
    copyBlocks: { out, a, b: n + 2, c: n + 1, n, m, k, flags },
    matmul: { out, a, b, n, m, k, flags },
    scale: { out, a, b, c, flags },
    remember: { out, a, b, n, m, k },
    nearest: { out, a, b, n, m, k, flags: 2 + (flags & 1) },
    commitScale: { a, b, flags: flags & 1 },
    unscale: { out, a, b, flags: flags & 1 ? 4 : 0 },
  }
  const code: number[] = []
  pushInstruction(code, precision === 'f32' ? F32 : F64, opcode, operands[opcode] ?? { out, a, b, c, n, m, k })
  executor.load(Int32Array.from(code), arena)(0, 1, { first, count, start, stride })
  return arena[precision].slice(0, length / bytesOf(precision))
}
const agree = (given: Given): void => expect(same(executed(wasm, given), executed(interpreter, given))).toBe(true)

describe('many rows at once have equal bits in the interpreter and WebAssembly', () => {
  it.each(OF_A_ROW)('in %s, with operands of each row and of all rows', (opcode) => {
    const own = fc.subarray(['out', 'a', 'b', 'c'])
    fc.assert(
      fc.property(given([opcode], 17, own), (given) => {
        agree(given)
      }),
      { numRuns: runs(80) },
    )
  })

  it('in instructions for all rows together, with awkward numbers', () => {
    fc.assert(
      fc.property(given([...PRODUCTS, 'scale'], 100, fc.constant([])), (given) => {
        agree({ ...given, own: given.opcode === 'outerAdd' ? ['a', 'b'] : ['out', 'a'] })
      }),
      { numRuns: runs(2000) },
    )
  })

  it.each(
    PRODUCTS.flatMap((opcode) => [
      { opcode, n: 700, m: 37, count: 19 },
      { opcode, n: 37, m: 1030, count: 131 },
      { opcode, n: 130, m: 11, count: 300 },
      { opcode, n: 5, m: 4100, count: 65 },
    ]),
  )('in more than a block: $opcode, $n × $m, $count rows', (sizes) => {
    for (const precision of ['f32', 'f64'] as const)
      for (const pool of ['tame', 'signed', 'rare', 'sparse'] as const)
        agree({
          ...{ ...sizes, precision, pool, seed: 3, k: 1, flags: 1, first: 1 },
          own: sizes.opcode === 'outerAdd' ? ['a', 'b'] : ['out', 'a'],
        })
  })
})
