import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holtWinters, linear, noChange, seasonalNoChange } from '../../../src/baselines/index.js'
import { dataOr } from '../../data.js'
import { runs } from '../../runs.js'

const series = fc.array(
  fc.integer({ min: 1, max: 400 }).map((i) => i / 4),
  { minLength: 1, maxLength: 60 },
)

/** Holt-Winters from the textbook's recursion, over lists of all levels, trends and seasons. */
const textbook = (y: readonly number[], m: number, additive: boolean, ahead: number): number => {
  const [alpha, beta, gamma] = [0.3, 0.1, 0.6]
  const start = y.slice(0, Math.max(2, m))
  const mean = start.reduce((a, b) => a + b, 0) / start.length
  const differences = start.slice(1).map((value, i) => value - start[i]!)
  const l = [mean]
  const b = [differences.reduce((a, c) => a + c, 0) / differences.length]
  const s = m > 1 ? start.map((value) => (additive ? value - mean : value / mean)) : [additive ? 0 : 1]
  for (const value of y.slice(start.length)) {
    const [level, trend, season] = [l.at(-1)!, b.at(-1)!, s.at(-m)!]
    l.push(alpha * (additive ? value - season : value / season) + (1 - alpha) * (level + trend))
    b.push(beta * (l.at(-1)! - level) + (1 - beta) * trend)
    const now = additive ? value - level - trend : value / (level + trend)
    s.push(m > 1 ? gamma * now + (1 - gamma) * season : season)
  }
  const season = s[s.length - m + ((ahead - 1) % m)]!
  const base = l.at(-1)! + ahead * b.at(-1)!
  return additive ? base + season : base * season
}

describe('Holt-Winters', () => {
  it.each([
    ['additive', 1],
    ['additive', 4],
    ['multiplicative', 1],
    ['multiplicative', 4],
  ] as const)('%s, of season %i, follows the recursion of the textbook', (seasonal, season) => {
    const baseline = holtWinters({ season, seasonal })
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 9 }), (y, ahead) => {
        const state = baseline.init()
        for (const value of y) baseline.update(state, value, 1)
        if (y.length < Math.max(2, season)) {
          expect(baseline.forecast(state, ahead)).toBe(y.at(-1))
          return
        }
        const expected = textbook(y, season, seasonal === 'additive', ahead)
        // A multiplicative level that is not above 0 has no meaning, and the last target is predicted.
        if (seasonal === 'multiplicative' && !(state.level + ahead * state.trend > 0)) return
        expect(Math.abs(baseline.forecast(state, ahead) - expected)).toBeLessThan(
          1e-8 * Math.max(1, Math.abs(expected)),
        )
      }),
      { numRuns: runs(300) },
    )
  })

  // The published errors are those of River, whose evaluation takes the target of one row too late.
  const published = [
    ...[25.899087, 26.26131, 25.735903, 25.625678, 26.093842, 26.90249],
    ...[28.634398, 29.284769, 31.018351, 32.252349, 33.518946, 33.975057],
  ]
  it("has River's published errors on airline passengers at 12 horizons, and lower ones at the right rows", (context) => {
    const text = readFileSync(join(dataOr(context), 'airline-passengers.csv'), 'utf8').trim()
    const y = text
      .split(/\r?\n/)
      .slice(1)
      .map((line) => Number(line.split(',').at(-1)))
    expect(y).toHaveLength(144)
    const errorOf = (ahead: number, late: number): number => {
      const baseline = holtWinters({ season: 12, seasonal: 'multiplicative', alpha: 0.3, beta: 0.1, gamma: 0.6 })
      const state = baseline.init()
      const errors = y.flatMap((value, t) => {
        // The first 12 rows are not scored, nor those whose last horizon is beyond the end.
        const scored = t >= 12 && t + 12 < y.length
        const error = scored ? [Math.abs(baseline.forecast(state, ahead) - y[t + ahead - 1 + late]!)] : []
        baseline.update(state, value, 1)
        return error
      })
      return errors.reduce((sum, error) => sum + error, 0) / errors.length
    }
    for (const [i, error] of published.entries()) expect(Math.abs(errorOf(i + 1, 1) - error)).toBeLessThan(1e-6)
    const aligned = { 1: 8.287597, 2: 9.747728, 3: 10.95636, 6: 13.226323, 12: 17.972966 }
    for (const [ahead, error] of Object.entries(aligned))
      expect(Math.abs(errorOf(Number(ahead), 0) - error)).toBeLessThan(1e-6)
  })

  it('predicts a series of level, trend and seasons exactly, once it has seen enough of it', () => {
    const of = {
      additive: (t: number) => 50 + 2 * t + [3, -1, -4, 2][t % 4]!,
      multiplicative: (t: number) => (50 + 2 * t) * [1.1, 0.9, 0.8, 1.2][t % 4]!,
    }
    for (const seasonal of ['additive', 'multiplicative'] as const) {
      const baseline = holtWinters({ season: 4, seasonal })
      const state = baseline.init()
      for (let t = 0; t < 2000; t++) baseline.update(state, of[seasonal](t), 1)
      for (let ahead = 1; ahead < 9; ahead++)
        expect(baseline.forecast(state, ahead) / of[seasonal](1999 + ahead)).toBeCloseTo(1, 3)
    }
  })
})

describe('seasonal no-change', () => {
  it('repeats the target of one season ago, and before that the last one', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9 }), (y, season, ahead) => {
        const baseline = seasonalNoChange(season)
        const state = baseline.init()
        for (const [t, value] of y.entries()) {
          expect(baseline.predict(state)).toBe(t === 0 ? Number.NaN : t < season ? y[t - 1] : y[t - season])
          baseline.update(state, value, 1)
        }
        const n = y.length
        if (n >= season) expect(baseline.forecast(state, ahead)).toBe(y[n - season + ((ahead - 1) % season)])
      }),
      { numRuns: runs(300) },
    )
  })
  it('of one row is no-change, also in its probabilities', () => {
    const [one, plain] = [seasonalNoChange(1), noChange()]
    const [a, b] = [one.init(), plain.init()]
    for (const c of [0, 0, 1, 1, 1, 2, 0, 2]) {
      const into: number[][] = [[], []]
      one.probabilities!(a, into[0]!)
      plain.probabilities!(b, into[1]!)
      expect([one.predict(a), into[0]]).toEqual([plain.predict(b), into[1]])
      one.update(a, c, 1)
      plain.update(b, c, 1)
    }
  })
})

/** Solves a small system by Gaussian elimination with pivots. */
const gauss = (a: number[][], b: number[]): number[] => {
  const rows = a.map((row, i) => [...row, b[i]!])
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.reduce((best, row, k) => (k >= i && Math.abs(row[i]!) > Math.abs(rows[best]![i]!) ? k : best), i)
    ;[rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!]
    for (let k = 0; k < rows.length; k++) {
      if (k === i) continue
      const by = rows[k]![i]! / rows[i]![i]!
      rows[k] = rows[k]!.map((value, j) => value - by * rows[i]![j]!)
    }
  }
  return rows.map((row, i) => row.at(-1)! / row[i]!)
}

describe('linear autoregression', () => {
  const noise = (seed: number, n: number): number[] =>
    Array.from({ length: n }, (_, i) => Math.sin(12.9898 * (i + seed * 37.7)) * 43758.5453).map(
      (x) => x - Math.floor(x) - 0.5,
    )
  it.each([1, 2, 3, 6])('of %i lags predicts what least squares over all rows gives', (lags) => {
    for (const [seed, level, unit] of [
      [1, 0, 1],
      [2, 1e5, 3],
      [3, -7, 1e-4],
    ] as const) {
      const y = noise(seed, 80)
      for (let t = 2; t < y.length; t++) y[t] = y[t]! + 0.6 * y[t - 1]! - 0.3 * y[t - 2]!
      const targets = y.map((value) => level + unit * value)
      const baseline = linear({ lags })
      const state = baseline.init()
      for (const [t, value] of targets.entries()) {
        if (t > 3 * lags + 8) {
          const x = (at: number): number[] => [1, ...Array.from({ length: lags }, (_, j) => y[at - 1 - j]!)]
          const rows = Array.from({ length: t - lags }, (_, k) => lags + k)
          const a = x(lags).map((_, i) => x(lags).map((_, j) => rows.reduce((sum, r) => sum + x(r)[i]! * x(r)[j]!, 0)))
          const b = x(lags).map((_, i) => rows.reduce((sum, r) => sum + x(r)[i]! * y[r]!, 0))
          const expected = gauss(a, b).reduce((sum, w, j) => sum + w * x(t)[j]!, 0)
          expect(Math.abs((baseline.predict(state) - level) / unit - expected)).toBeLessThan(1e-5)
        }
        baseline.update(state, value, 1)
      }
    }
  })
  it('predicts the last target until it has seen enough, and of a series that stays the same', () => {
    const baseline = linear({ lags: 2 })
    const state = baseline.init()
    for (const value of [5, 9, 2]) {
      baseline.update(state, value, 1)
      expect(baseline.predict(state)).toBe(value)
    }
    const still = baseline.init()
    for (let i = 0; i < 50; i++) baseline.update(still, 7, 1)
    expect(baseline.predict(still)).toBeCloseTo(7, 9)
  })
  it('continues a line and a wave', () => {
    for (const of of [(t: number) => 1000 + 3 * t, (t: number) => 10 * Math.sin(t / 3)]) {
      const baseline = linear({ lags: 3 })
      const state = baseline.init()
      for (let t = 0; t < 60; t++) baseline.update(state, of(t), 1)
      expect(Math.abs(baseline.predict(state) - of(60))).toBeLessThan(1e-2)
    }
  })
})

it.each<[string, () => unknown]>([
  ['seasonalNoChange: season is 0; expected a whole number of at least 1', () => seasonalNoChange(0)],
  ['holtWinters: season is 1.5; expected a whole number of at least 1', () => holtWinters({ season: 1.5 })],
  ['holtWinters: alpha is 2; expected a share from 0 to 1.', () => holtWinters({ alpha: 2 })],
  [
    "holtWinters: seasonal is 'no'; expected one of additive, multiplicative.",
    () => holtWinters({ seasonal: 'no' as never }),
  ],
  ['linear: lags is 0; expected a whole number of at least 1', () => linear({ lags: 0 })],
])('%s', (message, make) => {
  expect(make).toThrow(message)
})
