import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accuracy,
  cumulative,
  logLoss,
  type Metric,
  mae,
  type Observation,
  r2,
  rmse,
  rocAuc,
  rolling,
} from '../../../src/metrics/index.js'
import { runs } from '../../runs.js'
import { rowsFor } from './rows.js'

function resultOf(metric: Metric, rows: readonly Observation[]): number {
  const form = cumulative(metric)
  const state = form.init()
  for (const row of rows) form.update(state, row)
  return form.value(state)
}

const numeric = (pairs: number[][]): Observation[] =>
  pairs.map(([actual, predicted, weight = 1]) => ({ actual, predicted, weight }))

const binary = (pairs: number[][]): Observation[] =>
  pairs.map(([actual, p, weight = 1]) => ({ actual, predicted: p > 0.5 ? 1 : 0, probabilities: [1 - p, p], weight }))

describe('small cases by hand', () => {
  // The examples of scikit-learn's metric pages.
  const rows = numeric([
    [3, 2.5],
    [-0.5, 0],
    [2, 2],
    [7, 8],
  ])
  it('MAE, RMSE, R²', () => {
    expect(resultOf(mae(), rows)).toBe(0.5)
    expect(resultOf(rmse(), rows)).toBe(Math.sqrt(0.375))
    expect(resultOf(r2(), rows)).toBeCloseTo(0.9486081370449679, 15)
  })
  it('weights', () => {
    expect(
      resultOf(
        mae(),
        numeric([
          [0, 1, 3],
          [0, 5],
        ]),
      ),
    ).toBe(2)
    expect(
      resultOf(
        rmse(),
        numeric([
          [0, 1, 3],
          [0, 5],
        ]),
      ),
    ).toBe(Math.sqrt(7))
  })
  it('R² of a constant target is NaN, even if the target is not exact in binary', () => {
    expect(resultOf(r2(), numeric(Array.from({ length: 1000 }, () => [0.1, 0.2])))).toBeNaN()
    expect(
      resultOf(
        r2(),
        numeric([
          [1, 1],
          [3, 3],
        ]),
      ),
    ).toBe(1)
    expect(
      resultOf(
        r2(),
        numeric([
          [1, 2],
          [3, 2],
        ]),
      ),
    ).toBe(0)
  })
  it('accuracy', () => {
    expect(
      resultOf(
        accuracy(),
        binary([
          [1, 0.9],
          [0, 0.9],
          [1, 0.6],
          [0, 0.1],
        ]),
      ),
    ).toBe(0.75)
    expect(resultOf(accuracy(), [{ actual: -1, predicted: -1, weight: 1 }])).toBe(0)
  })
  it('log loss', () => {
    const rows = binary(
      [
        [0, 0.1],
        [1, 0.9],
        [1, 0.8],
        [0, 0.35],
      ].map(([y, p]) => [y, p]),
    )
    expect(resultOf(logLoss(), rows)).toBeCloseTo(0.21616187468057912, 14)
    const cost = (row: Omit<Observation, 'weight'>) => resultOf(logLoss(), [{ ...row, weight: 1 }])
    expect(cost({ actual: 1, predicted: 0, probabilities: [1, 0] })).toBeCloseTo(34.538776394910684, 12)
    expect(cost({ actual: 1, predicted: 0, probabilities: [1, Number.NaN] })).toBeCloseTo(34.538776394910684, 12)
    expect(cost({ actual: 0, predicted: 0, probabilities: [1 + 1e-7, 0] })).toBeCloseTo(0, 15)
    expect(cost({ actual: -1, predicted: -1 })).toBeCloseTo(Math.log(2), 14)
    expect(cost({ actual: -1, predicted: 0, probabilities: [0.5, 0.3, 0.2] })).toBeCloseTo(Math.log(4), 14)
    expect(cost({ actual: 3, predicted: 0, probabilities: [0.5, 0.3, 0.2] })).toBeCloseTo(Math.log(4), 14)
    expect(cost({ actual: 0, predicted: 0 })).toBe(0)
  })
  it('ROC AUC', () => {
    expect(
      resultOf(
        rocAuc(),
        binary([
          [0, 0.1],
          [0, 0.4],
          [1, 0.35],
          [1, 0.8],
        ]),
      ),
    ).toBe(0.75)
    expect(
      resultOf(
        rocAuc(),
        binary([
          [0, 0.4],
          [1, 0.4],
        ]),
      ),
    ).toBe(0.5)
    expect(
      resultOf(
        rocAuc(),
        binary([
          [0, 0],
          [1, 1],
        ]),
      ),
    ).toBe(1)
    expect(
      resultOf(
        rocAuc(),
        binary([
          [0, 1],
          [1, 0],
        ]),
      ),
    ).toBe(0)
    expect(resultOf(rocAuc(), binary([[1, 0.5]]))).toBeNaN()
    expect(
      resultOf(
        rocAuc(),
        binary([
          [0, 0.2, 3],
          [0, 0.9],
          [1, 0.5],
        ]),
      ),
    ).toBe(0.75)
    expect(resultOf(rocAuc(), [{ actual: -1, committed: 1, predicted: -1, weight: 1 }, ...binary([[0, 0.1]])])).toBe(1)
  })
})

describe('each metric equals its plain formula', () => {
  const sum = (terms: number[]) => terms.reduce((a, b) => a + b, 0)
  const formulas: [Metric, (rows: Observation[]) => number][] = [
    [mae(), (rows) => sum(rows.map((r) => r.weight * Math.abs(r.actual - r.predicted))) / weights(rows)],
    [rmse(), (rows) => Math.sqrt(sum(rows.map((r) => r.weight * (r.actual - r.predicted) ** 2)) / weights(rows))],
    [
      r2(),
      (rows) => {
        const mean = sum(rows.map((r) => r.weight * r.actual)) / weights(rows)
        const total = sum(rows.map((r) => r.weight * (r.actual - mean) ** 2))
        return 1 - sum(rows.map((r) => r.weight * (r.actual - r.predicted) ** 2)) / total
      },
    ],
    [accuracy(), (rows) => sum(rows.map((r) => (r.actual === r.predicted ? r.weight : 0))) / weights(rows)],
    [
      logLoss(),
      (rows) =>
        sum(
          rows.map((r) => {
            const p = r.actual < 0 ? 1 / (r.probabilities!.length + 1) : Math.max(1e-15, r.probabilities![r.actual])
            return -r.weight * Math.log(p)
          }),
        ) / weights(rows),
    ],
    [rocAuc({ bins: 4096 }), exactArea],
  ]
  function weights(rows: Observation[]): number {
    return sum(rows.map((r) => r.weight))
  }

  it.each(formulas.map(([metric, formula]) => [metric.name, metric, formula] as const))('%s', (_, metric, formula) => {
    fc.assert(
      fc.property(rowsFor(metric), (rows) => {
        if (metric.name === 'R²' && new Set(rows.map((r) => r.actual)).size === 1) return
        const [value, expected] = [resultOf(metric, rows), formula(rows)]
        if (Number.isNaN(expected)) expect(value).toBeNaN()
        else expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-7 * (1 + Math.abs(expected)))
      }),
      { numRuns: runs(1500) },
    )
  })
})

/** Counts the share of pairs in the right order, pair by pair. */
function exactArea(rows: readonly Observation[]): number {
  let right = 0
  let pairs = 0
  for (const a of rows) {
    if (a.actual !== 1) continue
    for (const b of rows) {
      if (b.actual === 1) continue
      const [p, q] = [a.probabilities![1], b.probabilities![1]]
      right += a.weight * b.weight * (p > q ? 1 : p === q ? 0.5 : 0)
      pairs += a.weight * b.weight
    }
  }
  return right / pairs
}

/** Uniform numbers in (0, 1): a linear congruential generator, enough for test data. */
function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 0.5) / 4294967296
  }
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())
}

describe('numerical accuracy', () => {
  it.each([1e6, 1e9])('R² keeps its digits at mean %s and deviation 1, over 100,000 rows', (origin) => {
    const random = uniform(3)
    const rows = Array.from({ length: 100_000 }, () => {
      const actual = origin + Math.round(normal(random) * 1024) / 1024
      return { actual, predicted: actual + Math.round(normal(random) * 512) / 1024, weight: 1 }
    })
    const near = rows.map((r) => ({ ...r, actual: r.actual - origin, predicted: r.predicted - origin }))
    expect(Math.abs(resultOf(r2(), rows) - resultOf(r2(), near))).toBeLessThan(1e-8)
    expect(resultOf(r2(), rows)).toBeGreaterThan(0.7)
  })

  it('an error of 10⁹ leaves the rolling RMSE together with its row', () => {
    const form = rolling(rmse(), 10)
    const state = form.init()
    for (let i = 0; i < 100; i += 1) {
      form.update(state, { actual: i === 50 ? 1e9 : 0, predicted: 0.001, weight: 1 })
      if (i === 55) expect(form.value(state)).toBeGreaterThan(3e8)
    }
    expect(form.value(state)).toBeCloseTo(0.001, 15)
  })

  it('a prediction of 10²⁰⁰ keeps the sums finite', () => {
    expect(
      resultOf(
        rmse(),
        numeric([
          [0, 1e200],
          [0, 0],
        ]),
      ),
    ).toBeCloseTo(1e150 / Math.sqrt(2), -140)
  })

  // x = centre + spread·normal; y is 1 with probability sigmoid(x), and the score is sigmoid(x + noise).
  it.each([
    ['balanced', 0, 1],
    ['classes that are hardly separable', 0, 0.1],
    ['one positive row in a thousand', -7, 0.5],
    ['classes that are almost separated', 0, 8],
  ])('512 bins give ROC AUC to 0.002: %s', (_, centre, spread) => {
    const random = uniform(11)
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
    const rows = Array.from({ length: 20_000 }, () => {
      const x = centre + spread * normal(random)
      const p = sigmoid(x + 0.5 * spread * normal(random))
      return { actual: random() < sigmoid(x) ? 1 : 0, predicted: 0, probabilities: [1 - p, p], weight: 1 }
    })
    expect(Math.abs(resultOf(rocAuc(), rows) - sortedArea(rows))).toBeLessThan(2e-3)
  })
})

/** Computes the same as `exactArea` by one sort, for distinct scores and equal weights. */
function sortedArea(rows: readonly Observation[]): number {
  let [others, positives, right] = [0, 0, 0]
  for (const { actual } of [...rows].sort((a, b) => a.probabilities![1] - b.probabilities![1])) {
    if (actual === 1) {
      positives += 1
      right += others
    } else others += 1
  }
  return right / (others * positives)
}
