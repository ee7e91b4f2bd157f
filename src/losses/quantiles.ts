import type { Expression, Ops } from '../graph/expression.js'
import { checkLevels } from '../options/checkLevels.js'
import { optionsOf } from '../options/optionsOf.js'
import { log64 } from '../program/elementary/index.js'
import { bySettings } from '../settings.js'
import type { LossFunction } from './loss.js'
import { middleOf } from './middleOf.js'

/** The gaps of a new model are those of a bell curve of unit variance: this times log 2 is nearly √3/π. */
const UNIT = 0.8

/** Returns the quantiles that outputs stand for, which are in rising order whatever the outputs are. */
const ordered = (
  { add, concat, constant, mul, slice, softplus, sub }: Ops,
  output: Expression,
  levels: readonly number[],
): Expression => {
  const [count, middle] = [levels.length, middleOf(levels)]
  if (output.shape[0] !== count)
    throw new RangeError(`quantiles: there are ${output.shape[0]} outputs; expected ${count}, one for each level.`)
  if (count === 1) return output
  const odds = levels.map((level) => log64(level / (1 - level)))
  // The gap of the middle output is not used: it is a quantile itself.
  const units = odds.map((own, i) => UNIT * (i < middle ? odds[i + 1] - own : i > middle ? own - odds[i - 1] : 0))
  const gaps = mul(constant(units, [count]), softplus(output))
  const gap = (i: number): Expression => slice(gaps, i, i + 1)
  const all: Expression[] = []
  all[middle] = slice(output, middle, middle + 1)
  for (let i = middle + 1; i < count; i++) all[i] = add(all[i - 1], gap(i))
  for (let i = middle - 1; i >= 0; i--) all[i] = sub(all[i + 1], gap(i))
  return concat(all)
}

/**
 * The loss of several quantiles q of one number, which never cross: the mean over the levels α of the pinball losses
 * max(α(t − q), (1 − α)(q − t)). The model has an output o for each level, and a prediction has its `quantiles` by
 * level; its `value` is the one of the level that is nearest to ½, and the lower one of two that are equally near: give
 * 0.5 among the levels for the median. With m as the level of the value,
 *
 *     q_m = o_m,   q_k = q_(k−1) + w_k softplus(o_k) above it,   q_k = q_(k+1) − w_k softplus(o_k) below it
 *
 * where w = 0.8 log(odds of the higher level / odds of the lower one), odds = α/(1 − α): a new model, whose outputs are
 * 0, predicts a logistic distribution whose variance is that of the scaled target. Default: [0.1, 0.5, 0.9].
 *
 * @throws RangeError unless the levels are numbers between 0 and 1 in rising order; from `createModel`, for another
 * number of outputs or targets, and for experts, around which `intervals(model, { levels })` gives quantiles
 * @example
 * const model = createModel({ features, target, layers: [dense(32, 'relu'), dense(3)], loss: quantiles([0.1, 0.5, 0.9]) })
 * model.learn(rows)
 * const { value, quantiles: by } = model.predict({ temperature: 21, room: 'A' })
 * console.log(`${value}, and with 80 % from ${by?.[0.1]} to ${by?.[0.9]}`)
 * @see R. Koenker, G. Bassett (1978), Regression Quantiles, Econometrica 46(1)
 */
export const quantiles = (
  levels?: readonly number[] | { readonly levels?: readonly number[] },
): LossFunction & { readonly levels: readonly number[] } => {
  // A replica creates a loss from its settings by name.
  const given = Array.isArray(levels) ? { levels } : (levels as { readonly levels?: readonly number[] } | undefined)
  const options = optionsOf('quantiles', given, { levels: [0.1, 0.5, 0.9] })
  checkLevels('quantiles: levels', options.levels)
  const own = Object.freeze([...options.levels])
  return bySettings({
    kind: 'quantiles',
    task: 'numeric',
    levels: own,
    build({ ops, output, target, fields = {} }) {
      const targets = Object.keys(fields).length
      if (targets > 1)
        throw new RangeError(`quantiles: there are ${targets} targets; expected one, whose quantiles are predicted.`)
      const { add, constant, div, mul, relu, slice, sub, sum } = ops
      const weighted = (alphas: readonly number[], sizes: Expression): Expression =>
        mul(constant(alphas, [own.length]), relu(sizes))
      const q = ordered(ops, output, own)
      // There is one target, which stands in the place of the first output's.
      const t = slice(target, 0, 1)
      const above = own.map((alpha) => 1 - alpha)
      return div(sum(add(weighted(own, sub(t, q)), weighted(above, sub(q, t)))), own.length)
    },
    link: (ops, output) => ordered(ops, output, own),
  })
}
