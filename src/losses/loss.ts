import type { Expression, Ops } from '../graph/expression.js'

/** The parts of the graph from which a loss is computed. */
export interface LossSite {
  readonly ops: Ops
  /** The circuit's outputs before the link, [m]. */
  readonly output: Expression
  /** The targets, [m]: numbers in the output's scale, or a one-hot class (for a single logit, its probability). */
  readonly target: Expression
}

/**
 * The loss l(o, t) of one row, as a graph of its outputs and targets, summed over the outputs. Its other fields are its
 * settings, each a number or a string. A replica needs, by kind, the function that creates a custom loss from its
 * settings.
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
