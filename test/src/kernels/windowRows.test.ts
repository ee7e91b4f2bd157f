import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auto, createModel, dense, type Model, type ModelEvent, numeric } from '../../../src/index.js'
import { wasmExecutor } from '../../../src/kernels/host/embedded.js'
import { F32, F64 } from '../../../src/program/abi.js'
import { type Opcode, pushInstruction, WIDTH } from '../../../src/program/bytecode.js'
import type { Executor } from '../../../src/program/executor.js'
import { interpreter } from '../../../src/program/interpret.js'
import { createRandom } from '../../../src/random.js'
import { runs } from '../../runs.js'
import { bytesOf } from '../model/kinds.js'

// Instructions of a step over vectors that are longer than a block and hold whole blocks of zeros, as inactive units and
// columns that are absent from a window leave them.

const wasm = wasmExecutor() as Executor
const MOST = 400
const random = createRandom(1, 'window rows')
const NUMBERS = Array.from({ length: 1009 }, (_, i) => random.normal(i))

const opcodes = ['adaptive', 'descend', 'guard', 'watch', 'look', 'scaleBy', 'dot', 'mulAdd', 'fill'] as const
const given = fc.record({
  opcode: fc.constantFrom<(typeof opcodes)[number]>(...opcodes),
  precision: fc.constantFrom('f32' as const, 'f64' as const),
  n: fc.oneof(fc.integer({ min: 1, max: MOST }), fc.constantFrom(63, 64, 65, 127, 128, 129, 192)),
  seed: fc.nat(1008),
  /** Stretches of zeros in ∇: where each begins and ends. */
  zeros: fc.array(fc.tuple(fc.nat(MOST), fc.nat(MOST)), { maxLength: 4 }),
  keep: fc.constantFrom(1, 0.1, 0.999, 0),
  flags: fc.nat(1),
  /** The place of the one number that is larger than all others, if there is one: from either end, or after the last. */
  spike: fc.oneof(
    fc.constantFrom(undefined, Infinity),
    fc.constantFrom(0, 1, 2, 3),
    fc.constantFrom(-1, -2, -3, -4),
    fc.nat(MOST),
  ),
})
type Given = typeof given extends fc.Arbitrary<infer G> ? G : never

const executed = (executor: Executor, { opcode, precision, n, seed, zeros, keep, flags, spike }: Given) => {
  const bytes = precision === 'f32' ? 4 : 8
  const scalars = 4 * MOST * 8
  const arena = executor.createArena(scalars + 20 * 8)
  const view = arena[precision]
  const place = (i: number): number => i * MOST * bytes
  for (let i = 0; i < 4 * MOST; i++) view[i] = NUMBERS[(seed + i) % NUMBERS.length]!
  // A sum of squares is not negative.
  for (let i = 0; i < MOST; i++) view[MOST + i] = view[MOST + i]! * view[MOST + i]!
  for (const [from, to] of zeros) view.fill(0, from, Math.min(to, MOST))
  // These are the numbers of the step, and of θ.
  if (spike !== undefined)
    for (const from of [0, 2 * MOST])
      view[from + (spike === Infinity ? n : spike < 0 ? Math.max(0, n + spike) : spike % n)] = -50
  arena.f64.set([keep, 1, 1e-8, 2.5, 3, 0.5, Infinity], scalars / 8)
  const at = (i: number): number => scalars + 8 * i
  const [out, a, b] = [place(0), place(1), place(2)]
  const operands: Record<(typeof opcodes)[number], object> = {
    adaptive: { out, a, b: at(0), c: at(5), n, m: at(1), k: at(2) },
    descend: { out: b, a: out, b: at(3), c: at(5), n, flags },
    guard: { a: at(5), b: out, c: at(3 + flags), n },
    watch: { a: out, c: at(3 + flags), n },
    look: { out: at(5 + flags), a: out, n },
    scaleBy: { out, a: out, b: at(0), n },
    dot: { out: at(5), a: out, b: a, n },
    mulAdd: { out: b, a: out, b: a, n },
    fill: { out, n },
  }
  const code: number[] = []
  pushInstruction(code, precision === 'f32' ? F32 : F64, opcode as Opcode, operands[opcode])
  const status = executor.load(Int32Array.from(code), arena)(0, code.length / WIDTH)
  return { status, arena: arena.f64.slice(0, scalars / 8 + 20) }
}

describe('an instruction over a long vector', () => {
  it('gives the same bits in WebAssembly and in the interpreter, whatever part of it is 0', () => {
    fc.assert(
      fc.property(given, (each) => {
        const [expected, found] = [executed(interpreter, each), executed(wasm, each)]
        expect(found.status).toBe(expected.status)
        const [ours, theirs] = [found, expected].map(({ arena }) => new BigInt64Array(arena.buffer))
        expect(ours!.findIndex((bits, i) => bits !== theirs![i])).toBe(-1)
      }),
      { numRuns: runs(3000) },
    )
  })
})

describe.each(['f32', 'f64'] as const)('%s: drifts', (precision) => {
  it.each(['wasm', 'interpreter'] as const)(
    '%s: they are reported alike, whether rows arrive one by one or in a chunk',
    (executor) => {
      const count = 3000
      const chunk = {
        ...{ kind: 'chunk', size: count, x: new Float64Array(count).fill(1) },
        y: Float64Array.from({ length: count }, (_, i) => (i % 1000 < 500 ? (i % 3) / 10 : 50 * (i % 5))),
      } as const
      const [one, all] = [0, 1].map(
        () =>
          createModel({
            features: { a: numeric({ scale: 'none' }) },
            target: { y: numeric({ scale: 'none' }) },
            layers: [dense(1)],
            optimizer: auto(),
            ...{ precision, executor },
          }) as Model,
      )
      const heard: Record<'one' | 'all', ModelEvent[]> = { one: [], all: [] }
      one!.listen((event) => heard.one.push(event))
      all!.listen((event) => heard.all.push(event))
      for (const y of chunk.y) one!.learn({ a: 1, y })
      all!.learn(chunk)
      expect(one!.counters.drifts).toBeGreaterThan(1)
      expect(heard.one).toHaveLength(one!.counters.drifts)
      expect(heard.all).toEqual(heard.one)
      expect(bytesOf(all!.snapshot())).toEqual(bytesOf(one!.snapshot()))
    },
  )
})

describe.each(['f32', 'f64'] as const)('%s: a drift', (precision) => {
  it.each([1, 3])('reduces G of every weight to a tenth, even where its gradient is 0, in windows of %d', (batch) => {
    const names = Array.from({ length: 150 }, (_, i) => `x${i}`)
    const create = (executor: 'wasm' | 'interpreter'): Model =>
      createModel({
        features: Object.fromEntries(names.map((name) => [name, numeric({ scale: 'none' })])),
        target: { y: numeric({ scale: 'none' }) },
        layers: [dense(1)],
        optimizer: auto(),
        ...{ precision, executor },
      }) as Model
    const models = [create('wasm'), create('interpreter')]
    // At first every column is nonzero; later only the first one is, while the target moves away.
    const rowAt = (i: number) => {
      const row = Object.fromEntries(names.map((name, k) => [name, i < 3 ? 1 + k / 50 : k === 0 ? 1 : 0]))
      return { ...row, y: i < 400 ? (i % 3) / 10 : 50 * (i % 5) }
    }
    for (const model of models) {
      const writer = model.stages.take('test', batch)
      let before = model.snapshot()
      let drifted = 0
      for (let i = 0; i < 900 && drifted === 0; i++) {
        writer.learn(rowAt(i))
        drifted = model.counters.drifts
        if (drifted === 0 && i === 300) before = model.snapshot()
      }
      expect(drifted).toBe(1)
      // G is reduced at the step after the one that detected the drift.
      for (let i = 900; i < 900 + 2 * batch; i++) writer.learn(rowAt(i))
      writer.flush()
      writer.release()
      const slots = model.snapshot().slots
      for (let k = 1; k < names.length; k++) {
        expect(before.slots[k]).toBeGreaterThan(0)
        expect(slots[k]! / before.slots[k]!).toBeCloseTo(0.1, 5)
      }
    }
    expect(bytesOf(models[0]!.snapshot())).toEqual(bytesOf(models[1]!.snapshot()))
  })
})
