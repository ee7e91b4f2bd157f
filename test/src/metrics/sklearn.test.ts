import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  accuracy,
  balancedAccuracy,
  brier,
  calibrationError,
  confusionMatrix,
  cumulative,
  f1,
  hammingLoss,
  kappa,
  labelF1,
  logLoss,
  type Metric,
  mae,
  mape,
  mcc,
  type Observation,
  prAuc,
  r2,
  rmse,
  rocAuc,
  smape,
  subsetAccuracy,
} from '../../../src/metrics/index.js'

interface Golden {
  readonly actual?: readonly number[]
  readonly truths?: readonly (readonly number[])[]
  readonly shares?: readonly (readonly number[])[]
  readonly weight: readonly number[]
  readonly probabilities?: readonly (readonly number[])[]
  readonly predicted?: readonly number[]
  readonly values: Readonly<Record<string, number>>
  readonly matrix?: readonly (readonly number[])[]
}
/** The values of scikit-learn, as metrics.py recorded them. */
const { sklearn, ...sets } = JSON.parse(
  readFileSync(new URL('../../golden/metrics.json', import.meta.url), 'utf8'),
) as { readonly sklearn: string } & Readonly<Record<string, Golden>>

const members: readonly Metric[] = [
  ...[accuracy(), balancedAccuracy(), f1(), f1({ average: 'macro' }), mcc(), kappa(), logLoss(), brier()],
  ...[hammingLoss(), subsetAccuracy(), labelF1(), labelF1({ average: 'macro', labels: 5 })],
  ...[rocAuc(), prAuc(), mae(), rmse(), r2(), mape(), smape()],
]
const rowsOf = ({ actual, truths, shares: guesses, weight, probabilities, predicted }: Golden): Observation[] =>
  truths?.map((truth, i) => ({
    ...{ actual: truth[0]!, predicted: guesses![i]![0]!, weight: weight[i]! },
    targets: { actual: truth, predicted: guesses![i]! },
  })) ??
  actual!.map((truth, i) => {
    const shares = probabilities?.[i]
    const guess = shares ? shares.indexOf(Math.max(...shares)) : predicted![i]!
    return { actual: truth, predicted: guess, weight: weight[i]!, ...(shares && { probabilities: shares }) }
  })

describe.each(Object.entries(sets as Readonly<Record<string, Golden>>))(
  `%s: as scikit-learn ${sklearn}`,
  (_, golden) => {
    it.each(Object.entries(golden.values))('%s', (name, value) => {
      const metric = members.find((each) => each.name === name)!
      const form = cumulative(metric)
      const state = form.init()
      for (const row of rowsOf(golden)) form.update(state, row)
      expect(Math.abs(form.value(state) - value)).toBeLessThan(1e-12 * Math.max(1, Math.abs(value)))
    })
    if (!golden.matrix) return
    it('confusion matrix', () => {
      const classes = golden.matrix!.length
      const matrix = confusionMatrix({ classes })
      const state = matrix.init()
      for (const row of rowsOf(golden)) matrix.update(state, row)
      const none = new Array(classes + 1).fill(0)
      expect(matrix.value(state)).toEqual([...golden.matrix!.map((row) => [...row, 0]), none])
    })
    it('calibration error: the mean gap between accuracy and confidence, by bin', () => {
      for (const bins of [4, 15]) {
        const form = cumulative(calibrationError({ bins }))
        const state = form.init()
        const rows = rowsOf(golden)
        for (const row of rows) form.update(state, row)
        let [error, total] = [0, 0]
        for (let b = 0; b < bins; b++) {
          const own = rows.filter(
            ({ probabilities: p, predicted }) => Math.min(bins - 1, Math.floor(p![predicted]! * bins)) === b,
          )
          const sum = (of: (row: Observation) => number): number =>
            own.reduce((all, row) => all + row.weight * of(row), 0)
          const weight = sum(() => 1)
          const [hits, confidence] = [
            sum((r) => Number(r.actual === r.predicted)),
            sum((r) => r.probabilities![r.predicted]!),
          ]
          if (weight > 0) error += weight * Math.abs(hits / weight - confidence / weight)
          total += weight
        }
        expect(form.value(state)).toBeCloseTo(error / total, 12)
      }
    })
  },
)

describe('by hand', () => {
  const resultOf = (metric: Metric, rows: readonly (readonly [actual: number, predicted: number])[]): number => {
    const form = cumulative(metric)
    const state = form.init()
    for (const [actual, predicted] of rows) form.update(state, { actual, predicted, weight: 1 })
    return form.value(state)
  }
  it('one class alone says nothing: F1 and kappa are NaN, MCC is 0', () => {
    const rows = [
      [0, 0],
      [0, 0],
    ] as const
    expect(resultOf(f1(), rows)).toBeNaN()
    expect(resultOf(kappa(), rows)).toBeNaN()
    expect(resultOf(mcc(), rows)).toBe(0)
    expect(resultOf(f1({ average: 'macro' }), rows)).toBe(1)
    expect(resultOf(balancedAccuracy(), rows)).toBe(1)
  })
  it('a class without a column is found by nobody, and classes beyond those told apart are never right', () => {
    expect(
      resultOf(balancedAccuracy({ classes: 2 }), [
        [0, 0],
        [-1, -1],
      ]),
    ).toBe(0.5)
    expect(
      resultOf(balancedAccuracy({ classes: 2 }), [
        [1, 1],
        [3, 3],
      ]),
    ).toBe(0.5)
    expect(
      resultOf(kappa({ classes: 2 }), [
        [0, 0],
        [1, 1],
        [-1, -1],
      ]),
    ).toBeCloseTo((2 / 3 - 1 / 3) / (1 - 1 / 3), 12)
  })
  it('perfect and reversed predictions are 1 and −1', () => {
    const right = [
      [0, 0],
      [1, 1],
      [1, 1],
    ] as const
    const wrong = [
      [0, 1],
      [1, 0],
      [0, 1],
      [1, 0],
    ] as const
    expect([resultOf(mcc(), right), resultOf(kappa(), right), resultOf(f1(), right)]).toEqual([1, 1, 1])
    expect([resultOf(mcc(), wrong), resultOf(kappa(), wrong), resultOf(f1(), wrong)]).toEqual([-1, -1, 0])
  })
  it('Brier: certain predictions cost 0 or 1, and so do those without probabilities', () => {
    const cost = (row: Omit<Observation, 'weight'>): number => {
      const form = cumulative(brier())
      const state = form.init()
      form.update(state, { ...row, weight: 1 })
      return form.value(state)
    }
    expect(cost({ actual: 1, predicted: 1, probabilities: [0, 1] })).toBe(0)
    expect(cost({ actual: 0, predicted: 1, probabilities: [0, 1] })).toBe(1)
    expect(cost({ actual: 0, predicted: 0 })).toBe(0)
    expect(cost({ actual: -1, predicted: 0 })).toBe(1)
    expect(cost({ actual: -1, predicted: 0, probabilities: [0.5, 0.5] })).toBe(0.75)
    expect(cost({ actual: 0, predicted: 0, probabilities: [Number.NaN, 0] })).toBe(1)
  })
  it('labels: a row of one target is one label, one of which nothing was known does not count, and too many are refused', () => {
    for (const metric of [hammingLoss(), subsetAccuracy(), labelF1(), labelF1({ average: 'macro' })]) {
      const right = metric.name === 'Hamming loss' ? 0 : 1
      expect(resultOf(metric, [[1, 0.5]])).toBe(right)
      expect(resultOf(metric, [[1, 0.49]])).toBe(1 - right)
      const form = cumulative(metric)
      const state = form.init()
      form.update(state, { actual: 1, predicted: 0, targets: { actual: [1, 0], predicted: [] }, weight: 1 })
      expect(form.value(state)).toBeNaN()
      form.update(state, { actual: 1, predicted: 1, targets: { actual: [1, 0], predicted: [1, 0] }, weight: 1 })
      expect(form.value(state)).toBe(right)
    }
    const three = { actual: 1, predicted: 1, targets: { actual: [1, 0, 1], predicted: [1, 0, 1] }, weight: 1 }
    expect(() => labelF1({ labels: 2 }).measure(three, [])).toThrow(
      'labelF1: a row has 3 labels; expected at most 2, or labelF1({ labels: 3 }).',
    )
  })
  it('sMAPE is 2 at most, and 0 where both are 0', () => {
    expect(resultOf(smape(), [[0, 0]])).toBe(0)
    expect(resultOf(smape(), [[1, -1]])).toBe(2)
    expect(resultOf(smape(), [[1, 3]])).toBe(1)
  })
})
