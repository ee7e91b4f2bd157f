import { expect, test } from 'vitest'
import { createSeries } from '../../../src/dashboard/series.js'

const points = ({ length, lines, x, low, high }: ReturnType<typeof createSeries>) =>
  Array.from({ length }, (_, i) => [
    x[i],
    [...low.subarray(i * lines, (i + 1) * lines)],
    [...high.subarray(i * lines, (i + 1) * lines)],
  ])

test('a series keeps each point until it is full', () => {
  const series = createSeries(2, 4)
  series.add(1, [10, 20])
  series.add(2, [11, Number.NaN])
  expect(points(series)).toEqual([
    [1, [10, 20], [10, 20]],
    [2, [11, Number.NaN], [11, Number.NaN]],
  ])
})

test('when it is full, neighbors are merged, which keeps the whole time, the lowest and the highest point', () => {
  const series = createSeries(1, 4)
  const values = [5, 9, 1, 4, 7, 2, 8]
  values.forEach((value, i) => {
    series.add(i, [value])
  })
  expect(points(series)).toEqual([
    [1, [5], [9]],
    [3, [1], [4]],
    [5, [2], [7]],
    [6, [8], [8]],
  ])
})

test('a hundred thousand points fit into its memory in order, with the extremes', () => {
  const series = createSeries(1, 256)
  for (let i = 0; i < 100_000; i += 1) series.add(i, [i === 77_777 ? 1e6 : Math.sin(i)])
  expect(series.length).toBeLessThanOrEqual(256)
  expect(series.length).toBeGreaterThan(128)
  expect(series.x[series.length - 1]).toBe(99_999)
  for (let i = 1; i < series.length; i += 1) expect(series.x[i]).toBeGreaterThan(series.x[i - 1]!)
  expect(Math.max(...series.high.subarray(0, series.length))).toBe(1e6)
})

test('a gap that is merged with a point leaves the point as it is', () => {
  const series = createSeries(1, 2)
  for (const [i, value] of [Number.NaN, 3, 4, Number.NaN, Number.NaN].entries()) series.add(i, [value])
  expect(points(series)).toEqual([
    [3, [3], [4]],
    [4, [Number.NaN], [Number.NaN]],
  ])
})
