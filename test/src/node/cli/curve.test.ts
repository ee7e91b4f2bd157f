import { expect, test } from 'vitest'
import { curveLines, openCurve } from '../../../../src/node/cli/output/curve.js'

const report = (model: number, baseline: number) => {
  const score = (rolling: number) => ({ rolling, cumulative: 0, fading: 0 })
  const metric = {
    name: 'MAE',
    better: 'lower',
    model: score(model),
    baselines: { 'no-change': score(baseline) },
  } as const
  return { rows: 1, unscored: 0, metrics: [metric] }
}

test('a curve stands where its numbers are', () => {
  const points = [
    { rows: 0, model: 8, baseline: 4 },
    { rows: 32, model: 4, baseline: 4 },
    { rows: 64, model: 1, baseline: Number.NaN },
  ]
  const lines = curveLines(points, 'MAE', 'no-change')
  expect(lines[0]).toBe('MAE over the last 1,000 rows: ● the model, · no-change')
  // The largest number is at the top, the least at the bottom, and 4 is 4/7 of the way down.
  expect(lines[1]).toBe('8.0000 │●')
  expect(lines[7]).toBe(`       │·${' '.repeat(31)}●`)
  expect(lines[12]).toBe(`1.0000 │${' '.repeat(63)}●`)
  expect(lines.slice(-1)).toEqual([`        0${'64 rows'.padStart(63)}`])
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
})

test('a long run keeps few points, evenly spread, and the last one', () => {
  const curve = openCurve()
  let added = 0
  for (let rows = 1; rows <= 100_000; rows++)
    if (curve.isDue(rows)) {
      curve.add(rows, report(1 / rows, 1))
      added++
    }
  expect(added).toBeLessThan(1500)
  const marks = curve.lines().join('').split('●').length - 2
  expect(marks).toBeGreaterThan(55)
  expect(openCurve().lines()).toEqual(['there are too few scores for a curve'])
})
