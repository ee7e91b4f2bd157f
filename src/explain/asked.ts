import type { Builder, Expression } from '../graph/expression.js'

/** What of a model's prediction is explained. */
export interface Asked {
  /** The number of the output, or of the class. */
  readonly place: number
  /** Whether log-odds are explained in place of a probability. */
  readonly logit: boolean
}

/** Returns the number that is asked for: an output's, a class's probability, or its log-odds. */
export const askedOf = (
  { ops }: Builder,
  { place, logit }: Asked,
  isSingle: boolean,
  output: Expression,
  link: () => Expression,
): Expression => {
  const scalar = (x: Expression, i: number): Expression => ops.reshape(ops.slice(x, i, i + 1), [])
  if (isSingle) {
    const second = scalar(logit ? output : link(), 0)
    // A single output tells of the second name.
    return place === 1 ? second : logit ? ops.neg(second) : ops.sub(1, second)
  }
  if (!logit) return scalar(link(), place)
  const n = output.shape[0]
  const parts = [
    ...(place > 0 ? [ops.slice(output, 0, place)] : []),
    ...(place < n - 1 ? [ops.slice(output, place + 1, n)] : []),
  ]
  const others = parts.length > 1 ? ops.concat(parts) : parts[0]
  // log Σ e^z over the others is z₀ less its log-softmax.
  return ops.sub(scalar(output, place), ops.sub(scalar(others, 0), scalar(ops.logSoftmax(others), 0)))
}
