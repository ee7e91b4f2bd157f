import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as barrel from '../../../src/metrics/index.js'
import {
  accuracy,
  balancedAccuracy,
  brier,
  calibrationError,
  cumulative,
  f1,
  fading,
  hammingLoss,
  kappa,
  labelF1,
  logLoss,
  type Metric,
  mae,
  mape,
  mcc,
  type Observation,
  pinball,
  prAuc,
  type RunningMetric,
  r2,
  rmse,
  rocAuc,
  rolling,
  smape,
  subsetAccuracy,
  weightedMean,
} from '../../../src/metrics/index.js'
import { merge } from '../../../src/metrics/merge.js'
import { createObservations } from '../../../src/metrics/observations.js'
import { hitRate } from '../../own/hitRate.js'
import { runs } from '../../runs.js'
import { rowsFor } from './rows.js'

const members = {
  ...{ mae, rmse, r2, mape, smape, accuracy, logLoss, rocAuc, prAuc, balancedAccuracy, brier, calibrationError },
  ...{ f1, kappa, mcc, pinball, hammingLoss, subsetAccuracy, labelF1 },
}
/** Members in other forms than their default. */
const more = {
  'macro F1 of three labels': () => labelF1({ average: 'macro', labels: 3 }),
  'macro f1 of two classes': () => f1({ average: 'macro', classes: 2 }),
  'calibrationError in four bins': () => calibrationError({ bins: 4 }),
}
const running: Record<string, (metric: Metric) => RunningMetric> = {
  cumulative,
  'rolling 7': (metric) => rolling(metric, 7),
  'rolling 1': (metric) => rolling(metric, 1),
  'fading 0.9': (metric) => fading(metric, 0.9),
  'fading 0.1': (metric) => fading(metric, 0.1),
}

function resultOf(form: RunningMetric, rows: readonly Observation[]): number {
  const state = form.init()
  for (const row of rows) form.update(state, row)
  return form.value(state)
}

/** Compares within rounding: R² divides by deviations that may be 10⁻⁷ of the mean, and loses that many digits. */
function expectClose(a: number, b: number): void {
  if (Number.isNaN(a) || Number.isNaN(b)) expect(a).toBe(b)
  else expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-7 * (1 + Math.abs(b)))
}

const laws: Record<string, (metric: Metric) => void> = {
  'is NaN before the first row'(metric) {
    for (const form of Object.values(running)) expect(form(metric).value(form(metric).init())).toBeNaN()
  },

  'a row measures to `width` finite numbers and leaves the observation as it was'(metric) {
    check(metric, (rows) => {
      for (const row of rows) {
        const measured: number[] = []
        metric.measure(Object.freeze(row), measured)
        expect(measured).toHaveLength(metric.width)
        expect(measured.every(Number.isFinite)).toBe(true)
      }
    })
  },

  'the sums of two parts of a stream make those of the whole'(metric) {
    check(metric, (rows) => {
      const form = cumulative(metric)
      const sumsOf = (part: readonly Observation[]): number[] => {
        const state = form.init()
        for (const row of part) form.update(state, row)
        return state.sums
      }
      for (const cut of [0, rows.length >> 1, rows.length]) {
        const sums = sumsOf(rows.slice(0, cut))
        merge(metric, sums, sumsOf(rows.slice(cut)))
        expectClose(metric.value(sums), resultOf(form, rows))
      }
    })
  },

  'rolling over at least all rows is cumulative, bit for bit'(metric) {
    check(metric, (rows) => {
      expect(resultOf(rolling(metric, rows.length), rows)).toBe(resultOf(cumulative(metric), rows))
      expect(resultOf(rolling(metric, 1000), rows)).toBe(resultOf(cumulative(metric), rows))
    })
  },

  'rolling is cumulative over the last rows alone, bit for bit'(metric) {
    check(metric, (rows) => {
      for (const size of [1, 2, 7])
        expect(resultOf(rolling(metric, size), rows)).toBe(resultOf(cumulative(metric), rows.slice(-size)))
    })
  },

  'fading by 1 is cumulative, bit for bit'(metric) {
    check(metric, (rows) => {
      expect(resultOf(fading(metric, 1), rows)).toBe(resultOf(cumulative(metric), rows))
    })
  },

  'fading is cumulative over weights that shrink with age'(metric) {
    check(metric, (rows) => {
      const aged = rows.map((row, i) => ({ ...row, weight: row.weight * 0.9 ** (rows.length - 1 - i) }))
      expectClose(resultOf(fading(metric, 0.9), rows), resultOf(cumulative(metric), aged))
    })
  },

  'a weight of 2 equals the row twice'(metric) {
    check(metric, (rows) => {
      const twice = rows.flatMap((row) => [row, row])
      const heavier = rows.map((row) => ({ ...row, weight: 2 * row.weight }))
      expectClose(resultOf(cumulative(metric), heavier), resultOf(cumulative(metric), twice))
    })
  },

  'the unit of the weights does not matter'(metric) {
    check(metric, (rows) => {
      const scaled = rows.map((row) => ({ ...row, weight: 1024 * row.weight }))
      for (const form of Object.values(running))
        expect(resultOf(form(metric), scaled)).toBe(resultOf(form(metric), rows))
    })
  },

  'a row of weight 0 changes nothing'(metric) {
    check(metric, (rows) => {
      const between = rows.flatMap((row) => [{ ...row, weight: 0 }, row])
      expect(resultOf(cumulative(metric), between)).toBe(resultOf(cumulative(metric), rows))
    })
  },

  'cumulative does not depend on the order'(metric) {
    check(metric, (rows) => {
      expectClose(resultOf(cumulative(metric), [...rows].reverse()), resultOf(cumulative(metric), rows))
    })
  },

  'saved, loaded and continued gives the same bits as never stopping'(metric) {
    check(metric, (rows) => {
      for (const make of Object.values(running)) {
        const form = make(metric)
        const straight = form.init()
        let saved = JSON.stringify(form.init())
        for (const row of rows) {
          form.update(straight, row)
          const state = JSON.parse(saved)
          make(metric).update(state, row) // The metric is made anew, because no state may hide in a closure.
          saved = JSON.stringify(state)
          expect(form.value(state)).toBe(form.value(straight))
        }
        expect(saved).toBe(JSON.stringify(straight))
      }
    })
  },

  'rows that are added together leave the state that they leave one by one'(metric) {
    check(metric, (rows) => {
      for (const make of Object.values(running)) {
        const form = make(metric)
        const [one, together] = [form.init(), form.init()]
        const block: number[] = []
        for (const row of rows) {
          const measured: number[] = []
          metric.measure(row, measured)
          form.add(one, measured)
          block.push(...measured)
        }
        // They come in two blocks, the second of which finds a state that is not empty.
        const half = Math.floor(rows.length / 2)
        form.addRows(together, block.slice(0, half * metric.width), half)
        form.addRows(together, block.slice(half * metric.width), rows.length - half)
        expect(together).toEqual(one)
      }
    })
  },

  'columns measure as the rows do'(metric) {
    if (!metric.measureRows) return
    check(metric, (rows) => {
      const columns = createObservations(rows.length)
      columns.count = rows.length
      const one = rows.flatMap((row, i) => {
        columns.actual[i] = row.actual
        columns.predicted[i] = row.predicted
        columns.weight[i] = row.weight
        columns.known[i] = row.probabilities?.length ?? -1
        columns.share[i] = row.probabilities?.[row.actual] ?? Number.NaN
        const measured: number[] = []
        metric.measure(row, measured)
        return measured
      })
      const together: number[] = []
      metric.measureRows!(columns, together)
      expect(together).toEqual(one)
    })
  },

  'the sums of a form give its value'(metric) {
    check(metric, (rows) => {
      for (const make of Object.values(running)) {
        const form = make(metric)
        const state = form.init()
        for (const row of rows) form.update(state, row)
        expect(metric.value(form.sums(state))).toBe(form.value(state))
      }
    })
  },

  'the memory of a state has a bound'(metric) {
    const row = fc.sample(rowsFor(metric), { numRuns: 1, seed: 1 })[0][0]
    for (const make of Object.values(running)) {
      const form = make(metric)
      const state = form.init()
      for (let i = 0; i < 5000; i += 1) form.update(state, row)
      const numbers = Object.values(state as object).flat().length
      expect(numbers).toBeLessThanOrEqual(metric.size + 7 * metric.width + 4)
      // These are not defined for one row that is always the same.
      const undefinedHere =
        ['R²', 'ROC AUC', 'PR AUC', 'F1', 'kappa'].includes(metric.name) || metric.name.endsWith('F1 of labels')
      expect(Number.isFinite(form.value(state)) || undefinedHere).toBe(true)
    }
  },
}

function check(metric: Metric, law: (rows: Observation[]) => void): void {
  fc.assert(fc.property(rowsFor(metric), law), { numRuns: runs(300) })
}

const own = {
  ...more,
  'hitRate of test/own': () => hitRate(5),
}
describe.each(Object.entries({ ...members, ...own }))('%s', (_, make) => {
  it.each(Object.entries(laws))('%s', (_, law) => law(make()))
})

describe('the laws', () => {
  it('run over every exported metric', () => {
    const others = ['weightedMean', 'cumulative', 'rolling', 'fading', 'timeRolling', 'scoreboard', 'confusionMatrix']
    expect(Object.keys(members).sort()).toEqual(
      Object.keys(barrel)
        .filter((name) => !others.includes(name))
        .sort(),
    )
  })

  const planted: Record<string, Metric> = {
    'a weight of 2 equals the row twice': {
      ...mae(),
      add: (sums, rows, at) => {
        sums[0] += rows[at] // It must not be scaled by its weight.
        sums[1] += rows[at + 1]
      },
    },
    'saved, loaded and continued gives the same bits as never stopping': weightedMean({
      name: 'infinite',
      better: 'lower',
      task: 'regression',
      of: ({ predicted }) => (predicted > 0 ? Number.POSITIVE_INFINITY : 0),
    }),
    'fading is cumulative over weights that shrink with age': { ...r2(), fade: () => undefined },
    'cumulative does not depend on the order': {
      ...mae(),
      add: (sums, rows, at) => {
        sums[0] = sums[0] / 2 + rows[at]
        sums[1] = 1
      },
    },
  }
  it.each(Object.entries(planted))('can fail: %s', (law, metric) => {
    expect(() => laws[law](metric)).toThrow()
  })
})

describe('a setting out of its range is refused', () => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('rolling size %s', (size) => {
    expect(() => rolling(mae(), size)).toThrow(`rolling: size is ${size}; expected a whole number of at least 1`)
  })
  it.each([0, -1, 1.001, Number.NaN])('fading factor %s', (factor) => {
    expect(() => fading(mae(), factor)).toThrow(`fading: factor is ${factor}; expected a number above 0`)
  })
  it.each([0, 1, 2.5])('%s bins', (bins) => {
    expect(() => rocAuc({ bins })).toThrow(`rocAuc: bins is ${bins}; expected a whole number of at least 2`)
  })
})
