import type { Expression, Ops } from '../graph/expression.js'

/** What a loss is computed from, as graph. */
export interface LossSite {
  readonly ops: Ops
  /** The circuit's outputs before the link, [m]. */
  readonly output: Expression
  /** What they should have been: [m], numbers in the output's scale, or a class one-hot (for one logit: its probability). */
  readonly target: Expression
}

/**
 * l(o, t) of one row as a graph of its outputs and targets, summed over the outputs. Its other fields are its settings, each
 * a number or a text. A replica is given the function that makes one of its settings, by its kind.
 *
 * @example
 * const logCosh = (): LossFunction => ({
 *   kind: 'logCosh',
 *   task: 'numeric',
 *   build({ ops: { add, neg, softplus, sub, sum }, output, target }) {
 *     const r = sub(output, target)
 *     // log(2 cosh r)
 *     return sum(add(softplus(add(r, r)), neg(r)))
 *   },
 * })
 * const own = createModel({ features, target, layers: [dense(1)], loss: logCosh() })
 * own.learn(rows)
 * createPredictor(own.description, { losses: { logCosh } }).apply(own.publish())
 */
export interface LossFunction {
  readonly kind: string
  readonly task: 'numeric' | 'category'
  build(site: LossSite): Expression
}
