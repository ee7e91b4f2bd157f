import type { Expression, Ops } from '../graph/expression.js'

/** What a loss is computed from, as graph. */
export interface LossSite {
  readonly ops: Ops
  /** The circuit's outputs before the link, [m]. */
  readonly output: Expression
  /** What they should have been: [m], numbers in the output's scale, or a class one-hot (for one logit: its probability). */
  readonly target: Expression
}

/** l(o, t) of one row as a graph of its outputs and targets, summed over the outputs. Its other fields are its settings. */
export interface LossFunction {
  readonly kind: string
  readonly task: 'numeric' | 'category'
  build(site: LossSite): Expression
}
