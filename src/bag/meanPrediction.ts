import type { Prediction } from '../records.js'
import type { AnyValue } from '../values.js'

type Numbers = Readonly<Record<string, number>>

/** Returns the mean of records of numbers by name, which may be any; a name that one of them lacks counts as 0 there. */
const meanOf = (records: readonly Numbers[]): ReadonlyMap<string, number> => {
  const means = new Map<string, number>()
  for (const record of records)
    for (const [name, x] of Object.entries(record)) means.set(name, (means.get(name) ?? 0) + x)
  for (const [name, sum] of means) means.set(name, sum / records.length)
  return means
}

/**
 * Returns the mean of several models' predictions: of numbers, of the probabilities of each class, and of quantiles. A
 * class is the one whose mean probability is the largest, and of equals the one that is known for longer.
 *
 * @param labels the names of the classes, in the order in which they became known
 */
export const meanPrediction = <R, V extends AnyValue>(
  predictions: readonly Prediction<R, V>[],
  labels: readonly NonNullable<V>[],
): Prediction<R, V> => {
  const [{ kind, row, step, probabilities, values, quantiles }] = predictions
  const meansOf = (part: 'probabilities' | 'values' | 'quantiles'): ReadonlyMap<string, number> =>
    meanOf(predictions.map((each) => (each[part] ?? {}) as Numbers))
  const mean = (part: 'values' | 'quantiles'): Numbers => Object.fromEntries(meansOf(part))
  if (probabilities) {
    const shares = meansOf('probabilities')
    let value: V = undefined as V
    let most = -1
    for (const label of labels) {
      const share = shares.get(`${label}`) ?? -1
      if (share <= most) continue
      value = label as V
      most = share
    }
    return { kind, row, step, value, probabilities: Object.fromEntries(shares) } as Prediction<R, V>
  }
  const value = predictions.reduce((sum, each) => sum + (each.value as number), 0) / predictions.length
  return {
    ...{ kind, row, step, value: value as V },
    ...(values && { values: mean('values') }),
    ...(quantiles && { quantiles: mean('quantiles') as Readonly<Record<number, number>> }),
  }
}
