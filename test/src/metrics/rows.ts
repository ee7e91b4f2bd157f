import fc from 'fast-check'
import type { Metric, Observation } from '../../../src/metrics/index.js'

const weight = fc.constantFrom(1, 1, 1, 2, 0.5, 3.25)

/** Streams of a numeric target: small and large means, equal values, outliers. */
const numbers = fc
  .record({ origin: fc.constantFrom(0, -3, 1e6), rows: fc.array(numericRow(), { minLength: 1, maxLength: 60 }) })
  .map(({ origin, rows }) =>
    rows.map((row) => ({ ...row, actual: row.actual + origin, predicted: row.predicted + origin })),
  )

function numericRow(): fc.Arbitrary<Observation> {
  const value = fc.integer({ min: -4000, max: 4000 }).map((n) => n / 16)
  return fc.record({ actual: value, predicted: fc.oneof({ weight: 9, arbitrary: value }, fc.constant(1e9)), weight })
}

/** Streams of a category: two to four classes, some of them unseen, with probabilities of 0 and of 1, too. */
const classes = fc.array(
  fc
    .record({
      raw: fc.array(fc.constantFrom(0, 0, 1, 2, 3, 5, 8), { minLength: 2, maxLength: 4 }),
      actual: fc.integer({ min: -1, max: 3 }),
      weight,
    })
    .map(({ raw, actual, weight }): Observation => {
      const sum = raw.reduce<number>((a, b) => a + b, 0)
      const probabilities = raw.map((p) => (sum === 0 ? 1 / raw.length : p / sum))
      const predicted = probabilities.indexOf(Math.max(...probabilities))
      return { actual: Math.min(actual, raw.length - 1), predicted, probabilities, weight }
    }),
  { minLength: 1, maxLength: 60 },
)

/** Streams of up to three labels, of which any may hold. */
const labels = fc.integer({ min: 1, max: 3 }).chain((count) => {
  const list = (of: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
    fc.array(of, { minLength: count, maxLength: count })
  const row = fc
    .record({ actual: list(fc.constantFrom(0, 1)), predicted: list(fc.constantFrom(0, 0.25, 0.5, 0.75, 1)), weight })
    .map((given): Observation => {
      const { actual, predicted } = given
      return { actual: actual[0]!, predicted: predicted[0]!, weight: given.weight, targets: { actual, predicted } }
    })
  return fc.array(row, { minLength: 1, maxLength: 60 })
})

/** Random streams that a metric can score. */
export function rowsFor(metric: Metric): fc.Arbitrary<Observation[]> {
  return metric.readsTargets ? labels : metric.task === 'regression' ? numbers : classes
}
