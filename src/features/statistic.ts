/** A number that sums up the values of a few rows. */
export type Statistic = 'mean' | 'min' | 'max' | 'sd' | 'count' | 'sum'

/**
 * Returns Σ values, with the rounding errors of all additions summed beside it and added at the end. The result is as
 * accurate as if it had been summed with twice the digits.
 *
 * A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974).
 */
const sumOf = (values: Float64Array): number => {
  let sum = 0
  let lost = 0
  for (const value of values) {
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return sum + lost
}

const meanOf = (values: Float64Array): number => sumOf(values) / values.length

/** √(Σ(x − μ)²/n), in two passes, which cancels no digits. */
const deviationOf = (values: Float64Array): number => {
  const mean = meanOf(values)
  let squares = 0
  for (const value of values) squares += (value - mean) * (value - mean)
  return Math.sqrt(squares / values.length)
}

const extremeOf = (values: Float64Array, of: (a: number, b: number) => number): number =>
  values.length === 0 ? Number.NaN : values.reduce((extreme, value) => of(extreme, value))

/** Computes each statistic from the values themselves, so that nothing drifts. Of no values, 0 is the sum and count. */
export const statistics: Readonly<Record<Statistic, (values: Float64Array) => number>> = {
  mean: meanOf,
  min: (values) => extremeOf(values, Math.min),
  max: (values) => extremeOf(values, Math.max),
  sd: deviationOf,
  count: (values) => values.length,
  sum: sumOf,
}

export const STATISTICS: readonly Statistic[] = Object.keys(statistics) as Statistic[]
