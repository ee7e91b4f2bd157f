import fc from 'fast-check'
import { expect, it } from 'vitest'
import { chooseExecutor } from '../../../src/kernels/host/choose.js'
import { DRIFT, DRIFT_SIZE, F64 } from '../../../src/program/abi.js'
import { pushInstruction } from '../../../src/program/bytecode.js'
import { createRandom } from '../../../src/random.js'
import { runs } from '../../runs.js'
import { driftRule } from './textbook.js'

/** Stretches of losses: their size, and how they scatter. */
const shapes: Readonly<Record<string, (normal: number, uniform: number) => number>> = {
  constant: () => 1,
  steady: (normal) => 1 + 0.05 * normal,
  'squares of normal numbers': (normal) => normal * normal,
  rare: (_, uniform) => (uniform < 0.02 ? 30 : 0.1),
}
const stretch = fc.record({
  shape: fc.constantFrom(...Object.keys(shapes)),
  size: fc.constantFrom(1e-9, 1e-3, 5e-3, 0.02, 0.1, 0.13, 0.2, 1, 5),
  rows: fc.integer({ min: 150, max: 900 }),
})

/** Runs the drift rule of an executor over losses, a few at a time, and returns the rows at which it fired. */
const firedOf = (name: 'wasm' | 'interpreter', losses: readonly number[], cap: number): number[] => {
  const executor = chooseExecutor(name)
  const arena = executor.createArena(4096)
  const [state, scalars, rows] = [0, 8 * DRIFT_SIZE, 8 * (DRIFT_SIZE + 3)]
  const code: number[] = []
  pushInstruction(code, F64, 'drift', { a: rows, b: state, c: scalars, n: 8, m: scalars + 8, k: scalars + 16 })
  const run = executor.load(Int32Array.from(code), arena)
  const fired: number[] = []
  losses.forEach((loss, i) => {
    const before = arena.f64[DRIFT.firings]
    arena.f64.set([cap, 1, 0, loss], scalars / 8)
    run(0, 1)
    if (arena.f64[DRIFT.firings] !== before) fired.push(i)
  })
  return fired
}

it('the drift rule fires at the rows at which its formulas say so, in both executors', () => {
  let count = 0
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 2, maxLength: 6 }), fc.nat(1e6), (stretches, seed) => {
      const random = createRandom(seed, 'losses')
      const losses = stretches.flatMap(({ shape, size, rows }, s) =>
        Array.from({ length: rows }, (_, i) => {
          const at = 2000 * s + 2 * i
          return size * (shapes[shape]?.(random.normal(at), random.uniform(at + 1)) ?? 0)
        }),
      )
      const rule = driftRule(4)
      const expected = losses.flatMap((loss, i) => (rule(loss) ? [i] : []))
      count += expected.length
      expect(firedOf('interpreter', losses, 4)).toEqual(expected)
      expect(firedOf('wasm', losses, 4)).toEqual(expected)
    }),
    { numRuns: runs(150) },
  )
  expect(count).toBeGreaterThan(runs(30))
})

it.each(['wasm', 'interpreter'] as const)(
  'a rise that is small beside the largest mean so far does not count, %s',
  (by) => {
    const random = createRandom(1, 'small rises')
    const losses = (after: number): number[] =>
      Array.from(
        { length: 10_500 },
        (_, i) => (i < 500 ? 1 : i < 10_000 ? 0.001 : after) * (1 + 0.05 * random.normal(i)),
      )
    expect(firedOf(by, losses(0.005), 4)).toEqual([])
    expect(firedOf(by, losses(0.05), 4)[0]).toBeLessThan(10_030)
  },
)
