import { describe, expect, it } from 'vitest'
import {
  createModel,
  decodeSnapshot,
  dense,
  encodeSnapshot,
  LayoutMismatchError,
  type Model,
  numeric,
  type Row,
  type Snapshot,
} from '../../../src/index.js'

// Snapshots whose parts have the right types and lengths, and yet are those of no model.

const create = (): Model =>
  createModel({
    features: { a: numeric(), b: numeric({ scale: 'standard' }), c: numeric({ scale: 'none' }) },
    target: { y: numeric() },
    layers: [dense(2, 'tanh'), dense(1)],
    guard: { every: 4 },
  }) as unknown as Model
const rowAt = (i: number): Row => ({ a: i % 5, b: i % 3, c: i % 2, y: i % 4 })
const learned = (): Model => {
  const model = create()
  for (let i = 0; i < 20; i++) model.learn(rowAt(i))
  return model
}
const whole = learned().snapshot()
const refusalOf = (given: unknown): string => {
  const model = create()
  const before = JSON.stringify(model.snapshot())
  let message = ''
  try {
    model.restore(given as Snapshot)
  } catch (error) {
    expect(error).toBeInstanceOf(LayoutMismatchError)
    message = (error as Error).message
  }
  if (message !== '') expect(JSON.stringify(model.snapshot())).toBe(before)
  return message
}
/** The statistics of the scaled columns stand one after another, six numbers each: n, μ, σ², and three counts. */
const scaled = ['a', 'b', 'y']
const NAMES = ['n', 'mean', 'variance', 'clipped', 'run', 'restarts']
const withStatistic = (i: number, x: number): Snapshot => ({
  ...whole,
  statistics: whole.statistics.slice().fill(x, i, i + 1),
})

describe('a snapshot of numbers that no rows leave is refused', () => {
  it('has six numbers for each scaled column', () => {
    expect(whole.statistics.length).toBeGreaterThanOrEqual(NAMES.length * scaled.length)
    for (const [k] of scaled.entries()) expect(whole.statistics[NAMES.length * k]).toBe(20)
  })
  for (const [k, column] of scaled.entries())
    for (const [j, name] of NAMES.entries()) {
      const at = NAMES.length * k + j
      it(`${name} of ${column}`, () => {
        const expected = name === 'variance' ? 'at least 0' : 'a count'
        const wrong = name === 'mean' ? [] : name === 'variance' ? [-1, -1e-300] : [-1, 0.5]
        for (const x of wrong)
          expect(refusalOf(withStatistic(at, x))).toBe(
            `restore: the snapshot's statistics: ${name} of '${column}' is ${x}; expected ${expected}.`,
          )
        const right = name === 'mean' ? [-7.5, 0] : name === 'variance' ? [0, 1e-300] : [0, 3]
        for (const x of right) expect(refusalOf(withStatistic(at, x))).toBe('')
      })
    }

  it('the healthy state as well', () => {
    const { healthy } = whole
    if (!healthy) throw new Error('there is no healthy state')
    const statistics = new Float64Array(healthy.bytes.buffer.slice(0))
    const at = statistics.findIndex(
      (_, i) => i > 0 && [0, 1, 2].every((j) => statistics[i + j] === whole.statistics[j]),
    )
    // The statistics changed since, so the place of σ² is searched by a count that the healthy state has.
    const n = at >= 0 ? at : statistics.lastIndexOf(healthy.step)
    expect(n).toBeGreaterThan(0)
    const bytes = new Uint8Array(statistics.map((x, i) => (i === n ? -x : x)).buffer)
    expect(refusalOf({ ...whole, healthy: { ...healthy, bytes } })).toMatch(
      /^restore: the snapshot's healthy .* is -\d+; expected/,
    )
  })

  it('steps that are fewer than what they have done', () => {
    const { healthy, scalars } = whole
    expect(scalars[0]).toBe(20)
    expect(refusalOf({ ...whole, step: 0 })).toMatch(/step is 0; expected above 0, as 20 rows are learned|at most 0/)
    expect(refusalOf({ ...whole, step: 19 })).toMatch(/scalars is 'step 20, rate 1'; expected at most 19 steps\.$/)
    expect(refusalOf({ ...whole, scalars: scalars.slice().fill(21, 0, 1) })).toMatch(/expected at most 20 steps\.$/)
    if (!healthy) throw new Error('there is no healthy state')
    expect(refusalOf({ ...whole, healthy: { ...healthy, step: healthy.step - 1 } })).toMatch(
      new RegExp(`healthy scalars is .*; expected at most ${healthy.step - 1} steps\\.$`),
    )
    expect(refusalOf({ ...whole, healthy: healthy && { ...healthy, step: 21 } })).toMatch(
      /healthy.step is 21; expected at most 20\.$/,
    )
  })
})

describe('what is no snapshot is refused with what to give', () => {
  it('bytes that were not decoded', () => {
    const bytes = encodeSnapshot(whole)
    for (const given of [bytes, bytes.buffer, Buffer.from(bytes)])
      expect(refusalOf(given)).toMatch(
        / is given; expected what model\.snapshot\(\) returns, as in model\.restore\(decodeSnapshot\(bytes\)\)\.$/,
      )
    expect(refusalOf(decodeSnapshot(bytes))).toBe('')
  })
  it('an object without parts, a list, a text and nothing', () => {
    expect(refusalOf({})).toBe('restore: an object without a hash is given; expected what model.snapshot() returns.')
    for (const given of [[], 'snapshot', undefined, null, 7])
      expect(refusalOf(given)).toMatch(/^restore: .* is given; expected what model\.snapshot\(\) returns\.$/)
  })
  it('one that was kept as JSON', () => {
    expect(refusalOf(JSON.parse(JSON.stringify(whole)))).toBe(
      "restore: the snapshot's parameters is an object; expected Float32Array, which JSON does not keep; keep encodeSnapshot(snapshot) instead.",
    )
  })
})
