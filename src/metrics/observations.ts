/**
 * Observations of one player as columns, of which the first `count` rows are in use. They hold what most metrics read,
 * without the probabilities of the other classes.
 */
export interface Observations {
  count: number
  readonly actual: Float64Array
  readonly predicted: Float64Array
  readonly weight: Float64Array
  /** The probability given to the true class; it has no meaning where the class had none. */
  readonly share: Float64Array
  /** The number of classes that had a probability; −1 where only the class was predicted. */
  readonly known: Float64Array
}

export function createObservations(capacity: number): Observations {
  const column = (): Float64Array => new Float64Array(capacity)
  return { count: 0, actual: column(), predicted: column(), weight: column(), share: column(), known: column() }
}

/** Keeps the rows that are wanted, in their order. */
export function keepWanted(rows: Observations, wanted: Uint8Array): void {
  let kept = 0
  for (let i = 0; i < rows.count; i += 1) {
    if (wanted[i] === 0) continue
    rows.actual[kept] = rows.actual[i]
    rows.predicted[kept] = rows.predicted[i]
    rows.weight[kept] = rows.weight[i]
    rows.share[kept] = rows.share[i]
    rows.known[kept] = rows.known[i]
    kept += 1
  }
  rows.count = kept
}
