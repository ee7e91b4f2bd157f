import { checkLevels } from '../options/checkLevels.js'
import { boundedError } from './absoluteError.js'
import type { Metric } from './metric.js'
import { weightedMean } from './weightedMean.js'

/**
 * The mean pinball loss of predicted quantiles, in the unit of the target: the mean over rows and levels α of
 * max(α(y − q), (1 − α)(q − y)). The quantiles are those of a model with the loss `quantiles()`, or those that
 * `intervals(model, { levels })` has added in front of `evaluate`; a prediction without them, such as that of a baseline,
 * stands for each of its quantiles. Over many levels, it tends to half of the continuous ranked probability score.
 * Default: [0.1, 0.5, 0.9].
 *
 * @throws RangeError unless the levels are numbers between 0 and 1 in rising order
 * @example
 * const levels = [0.1, 0.5, 0.9]
 * row$
 *   .pipe(
 *     learn(model),
 *     intervals(model, { levels, name: 'quantiles' }),
 *     evaluate(model, { name: 'pinball', metrics: [metrics.pinball(levels)] }),
 *   )
 *   .subscribe()
 * @see T. Gneiting, A. E. Raftery (2007), Strictly Proper Scoring Rules, Prediction, and Estimation, JASA 102(477)
 */
export function pinball(levels: readonly number[] = [0.1, 0.5, 0.9]): Metric {
  checkLevels('metrics.pinball: levels', levels)
  const own = [...levels]
  return weightedMean({
    name: 'pinball',
    better: 'lower',
    task: 'regression',
    of({ actual, predicted, quantiles }) {
      let sum = 0
      for (const level of own) {
        const told = quantiles?.[level]
        const q = told !== undefined && !Number.isNaN(told) ? told : predicted
        sum += (actual < q ? 1 - level : level) * boundedError(actual, q)
      }
      return sum / own.length
    },
  })
}
