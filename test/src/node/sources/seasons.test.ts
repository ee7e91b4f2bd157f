import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inferSchema } from '../../../../src/node/sources/index.js'
import { runs } from '../../../runs.js'

const DAY = 86400000
/** The rows of a season by the time between rows, and how a row's time follows from the first one's. */
const steps: Readonly<Record<string, { readonly rows: number; at(start: Date, i: number): Date }>> = {
  'a minute': { rows: 1440, at: (start, i) => new Date(+start + 60000 * i) },
  '15 minutes': { rows: 96, at: (start, i) => new Date(+start + 900000 * i) },
  'an hour': { rows: 24, at: (start, i) => new Date(+start + 3600000 * i) },
  '6 hours': { rows: 4, at: (start, i) => new Date(+start + 21600000 * i) },
  'a day': { rows: 7, at: (start, i) => new Date(+start + DAY * i) },
  'a week': { rows: 52, at: (start, i) => new Date(+start + 7 * DAY * i) },
  'a month': { rows: 12, at: (start, i) => new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + i)) },
  'a quarter': { rows: 4, at: (start, i) => new Date(Date.UTC(start.getUTCFullYear(), 3 * i)) },
}
const start = fc.date({ min: new Date('1974-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })
const written: Readonly<Record<string, (at: Date) => string | number>> = {
  ISO: (at) => at.toISOString(),
  'on a clock of its own': (at) => new Date(+at + 5 * 3600000).toISOString().replace('Z', '+05:00'),
  milliseconds: (at) => +at,
}
const seasonOf = (times: readonly (string | number | null)[], config = {}) =>
  inferSchema(
    times.map((at, i) => ({ at, a: i % 5, y: i % 3 })),
    { target: { name: 'y' }, ...config },
  ).season

describe.each(Object.entries(steps))('rows %s apart', (step, { rows, at }) => {
  test(`have a season of ${rows}, but for a few gaps`, () => {
    fc.assert(
      fc.property(
        start,
        fc.constantFrom(...Object.keys(written)),
        fc.integer({ min: 4, max: 60 }),
        (first, form, count) => {
          const times = Array.from({ length: count }, (_, i) =>
            written[form]!(at(first, i < count / 2 ? i : i + (count > 24 ? 3 : 0))),
          )
          const season = seasonOf(times, { time: 'at' })
          expect(season).toMatchObject({ rows })
          expect(season?.notice).toContain(`the rows are ${step} apart`)
        },
      ),
      { numRuns: runs(60) },
    )
  })

  test('have none if they come in no order, twice, or without some times', () => {
    fc.assert(
      fc.property(start, fc.nat(), (first, seed) => {
        const times = Array.from({ length: 20 }, (_, i) => at(first, i).toISOString())
        const [i, j] = [seed % 20, (seed + 1 + (seed % 18)) % 20]
        const swapped = times.with(i, times[j]!).with(j, times[i]!)
        expect(seasonOf(swapped)).toBeUndefined()
        expect(seasonOf([...times, ...times])).toBeUndefined()
        expect(seasonOf(times.flatMap((time) => [time, time]))).toBeUndefined()
        expect(seasonOf(times, { without: ['at'] })).toBeUndefined()
        expect(seasonOf(times.slice(0, 3))).toBeUndefined()
      }),
      { numRuns: runs(30) },
    )
  })
})

test('rows that are unequally far apart have no season', () => {
  fc.assert(
    fc.property(start, fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 20, maxLength: 40 }), (first, gaps) => {
      const times = gaps.map((_, i) =>
        new Date(gaps.slice(0, i + 1).reduce((at, gap) => at + gap, +first)).toISOString(),
      )
      expect(seasonOf(times)).toBeUndefined()
    }),
    { numRuns: runs(60) },
  )
  // Business days.
  const days = Array.from({ length: 60 }, (_, i) => new Date(DAY * (7 * Math.floor(i / 5) + (i % 5))).toISOString())
  expect(seasonOf(days)).toBeUndefined()
})
