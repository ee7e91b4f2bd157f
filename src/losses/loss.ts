import type { Expression, Ops } from '../graph/expression.js'
import type { Value } from '../values.js'

/** What a loss may ask of the field of a target. */
export interface TargetField {
  /** The names that are declared, in column order; undefined for a field without names. */
  names?(): { readonly values: readonly Value[] }
  /** Returns how the target is scaled; undefined or 'none' if it is the number itself. */
  scaling?(): unknown
}

/** The parts of the graph from which a loss is computed. */
export interface LossSite {
  readonly ops: Ops
  /** The circuit's outputs before the link, [m]. */
  readonly output: Expression
  /** The targets, [m]: numbers in the output's scale, or a one-hot class (for a single logit, its probability). */
  readonly target: Expression
  /** The fields of the targets by name. */
  readonly fields?: Readonly<Record<string, TargetField>>
}

/**
 * The loss l(o, t) of one row, as a graph of its outputs and targets, summed over the outputs. Its other fields are its
 * settings, each a number, a string, a list of numbers, or numbers by name. A replica needs, by kind, the function that
 * creates a custom loss from its settings.
 *
 * @example
 * const cauchy = (): LossFunction => ({
 *   kind: 'cauchy',
 *   task: 'numeric',
 *   build({ ops: { add, log, mul, sub, sum }, output, target }) {
 *     const r = sub(output, target)
 *     return sum(log(add(1, mul(r, r))))
 *   },
 * })
 * const own = createModel({ features, target, layers: [dense(1)], loss: cauchy() })
 * own.learn(rows)
 * createPredictor(own.description, { losses: { cauchy } }).apply(own.publish())
 */
export interface LossFunction {
  readonly kind: string
  readonly task: 'numeric' | 'category'
  /**
   * The levels of the quantiles that the model predicts of its one target, in rising order: it has an output for each,
   * of which `target` holds the number in the first place. Default: the model has an output for each target.
   */
  readonly levels?: readonly number[]
  build(site: LossSite): Expression
  /**
   * Returns the predictions of the outputs [m], in the targets' scale. Default: the outputs themselves, or for a category
   * the probabilities σ(z) or softmax(z).
   */
  link?(ops: Ops, output: Expression): Expression
  /**
   * Returns outputs whose prediction is about this one, the link turned round, by which experts that recall labels predict
   * them. It is finite for every label, also where no output predicts it. Default: the prediction itself, without a link.
   */
  outputOf?(ops: Ops, prediction: Expression): Expression
}
