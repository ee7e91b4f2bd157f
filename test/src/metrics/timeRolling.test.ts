import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accuracy, cumulative, mae, type TimedObservation, timeRolling } from '../../../src/metrics/index.js'
import { runs } from '../../runs.js'

const stream = fc.array(
  fc.record({
    actual: fc.integer({ min: -50, max: 50 }),
    predicted: fc.integer({ min: -50, max: 50 }),
    weight: fc.constantFrom(1, 2, 0.5),
    // Times rise on the whole, and some rows are late.
    after: fc.constantFrom(0, 1, 5, 30, 200, -20),
  }),
  { maxLength: 60 },
)
const timed = (rows: readonly { after: number; actual: number; predicted: number; weight: number }[]) => {
  let timeMs = 0
  return rows.map(({ after, ...row }): TimedObservation => {
    timeMs += after
    return { ...row, timeMs }
  })
}

describe('timeRolling', () => {
  it('is cumulative over the rows of the window, at the newest time and at any later one', () => {
    fc.assert(
      fc.property(stream, fc.constantFrom(1, 10, 100, 1e6), fc.nat(300), (given, withinMs, later) => {
        const form = timeRolling(mae(), { withinMs })
        const state = form.init()
        const rows = timed(given)
        let newest = -Infinity
        for (const [i, row] of rows.entries()) {
          form.update(state, row)
          newest = Math.max(newest, row.timeMs)
          for (const now of [newest, newest + later]) {
            const all = cumulative(mae())
            const sums = all.init()
            for (const each of rows.slice(0, i + 1)) if (each.timeMs > now - withinMs) all.update(sums, each)
            expect(form.value(state, now)).toBe(all.value(sums))
          }
          expect(form.value(state)).toBe(form.value(state, newest))
        }
      }),
      { numRuns: runs(150) },
    )
  })
  it('saved, loaded and continued gives the same values as never stopping', () => {
    fc.assert(
      fc.property(stream, (given) => {
        const form = timeRolling(mae(), { withinMs: 50, capacity: 5 })
        const straight = form.init()
        let saved = JSON.stringify(straight)
        for (const row of timed(given)) {
          form.update(straight, row)
          const state = JSON.parse(saved)
          timeRolling(mae(), { withinMs: 50, capacity: 5 }).update(state, row)
          saved = JSON.stringify(state)
          expect(saved).toBe(JSON.stringify(straight))
          expect(form.value(JSON.parse(saved))).toBe(form.value(straight))
          saved = JSON.stringify(straight)
        }
      }),
      { numRuns: runs(100) },
    )
  })
  it('keeps no more rows than it has room for, the newest ones, and counts the others', () => {
    const form = timeRolling(mae(), { withinMs: 1000, capacity: 10 })
    const state = form.init()
    for (let i = 0; i < 500; i++) {
      form.update(state, { actual: i, predicted: 0, weight: 1, timeMs: i })
      expect(state.times.length).toBeLessThanOrEqual(20)
    }
    // The mean of 490 to 499.
    expect(form.value(state)).toBe(494.5)
    expect(state.dropped).toBe(490)
    expect(state.times.length).toBe(10)
  })
  it('is NaN before the first row, after all have left, and of a row without a time', () => {
    const form = timeRolling(accuracy(), { withinMs: 10 })
    const state = form.init()
    expect(form.value(state)).toBeNaN()
    form.update(state, { actual: 1, predicted: 1, weight: 1, timeMs: Number.NaN })
    expect(form.value(state)).toBeNaN()
    form.update(state, { actual: 1, predicted: 1, weight: 1, timeMs: -5 })
    expect(form.value(state)).toBe(1)
    expect(form.value(state, 5)).toBeNaN()
  })
  it('leaves out rows that are later than the end that is asked for', () => {
    const form = timeRolling(mae(), { withinMs: 100 })
    const state = form.init()
    for (const timeMs of [0, 5, 10]) form.update(state, { actual: timeMs, predicted: 0, weight: 1, timeMs })
    expect([form.value(state), form.value(state, 5), form.value(state, 0), form.value(state, -1)]).toEqual([
      ...[5, 2.5, 0, Number.NaN],
    ])
  })
  it.each([0, -1, Number.NaN, Infinity])('refuses a length of %d', (withinMs) => {
    expect(() => timeRolling(mae(), { withinMs })).toThrow(
      `timeRolling: withinMs is ${withinMs}; expected a number of milliseconds above 0.`,
    )
  })
})
