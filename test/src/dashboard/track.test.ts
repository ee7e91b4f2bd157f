import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rangeOf, steadyRange } from '../../../src/dashboard/charts/range.js'
import { createTrack } from '../../../src/dashboard/charts/track.js'

const point = fc.oneof(fc.constant('gap' as const), fc.integer({ min: 0, max: 200 }))

test.each(['forget', 'thin'] as const)(
  'a track that is to %s stays in order and within its memory, with the newest point',
  (whenFull) => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 200 }), (points) => {
        const track = createTrack(1, whenFull, 16)
        let newest: number | undefined
        for (const each of points) {
          if (each === 'gap') track.gap()
          else {
            track.add(1000 * each, each, [each])
            if (newest === undefined || each > newest) newest = each
          }
        }
        const [times, steps, values] = track.columns
        expect(track.length).toBeLessThanOrEqual(16)
        expect(values.length).toBe(track.length)
        expect(steps).toEqual([...steps].sort((a, b) => a - b))
        expect(times).toEqual(steps)
        expect(values!.filter((value) => value !== null).at(-1)).toBe(newest)
        // A gap is one point without values, between two that have some.
        expect(values!.some((value, i) => value === null && (values![i - 1] ?? null) === null)).toBe(false)
      }),
    )
  },
)

test('a full track forgets its beginning, or keeps it and thins out evenly', () => {
  const [short, long] = [createTrack(1, 'forget', 64), createTrack(1, 'thin', 64)]
  for (let step = 0; step <= 10_000; step += 1) for (const track of [short, long]) track.add(step, step, [step])
  const { columns } = short
  expect(columns[1]).toEqual(Array.from({ length: short.length }, (_, i) => 10_000 - short.length + 1 + i))
  const gaps = long.columns[1].slice(1, -1).map((step, i) => step - long.columns[1][i]!)
  expect(long.columns[1][0]).toBeLessThan(256)
  expect(long.columns[1].at(-1)).toBe(10_000)
  expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * Math.min(...gaps))
})

test('a range holds all values that are not apart, and the newest ones', () => {
  const line = [...Array.from({ length: 98 }, (_, i) => 1 + i / 98), 500, 3]
  expect(rangeOf([line], 0)[1]).toBeGreaterThan(500)
  const [from, to] = rangeOf([[...line, null, Number.NaN]], 0.05)
  expect([from >= 0, from <= 1.1, to >= 3, to < 4]).toEqual([true, true, true, true])
  expect(rangeOf([], 0)).toEqual([0, 1])
  expect(rangeOf([[-2, 2]], 0)[0]).toBeLessThan(-2)
})

test('a range grows at once, and shrinks only if it is much too large', () => {
  expect(steadyRange(undefined, [0, 1])).toEqual([0, 1])
  expect(steadyRange([0, 1], [0.2, 1.5])).toEqual([0, 1.5])
  expect(steadyRange([0, 1], [0.1, 0.9])).toEqual([0, 1])
  expect(steadyRange([0, 10], [0.1, 0.9])).toEqual([0.1, 0.9])
})
