import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import { checkRate, type Schedule } from './schedule.js'

export interface OptimalConfig {
  readonly alpha?: number
}

/**
 * Bottou's rate for a loss with the penalty ½α‖θ‖²: η_t = 1/(α(t_0 + t)), where t_0 makes the first rate α^(−1/4), the
 * size that typical weights have. scikit-learn calls it `optimal`. Default: α = 1e-4, whose first rate is 10.
 *
 * Bottou, "Stochastic gradient descent tricks" (2012).
 *
 * @example
 * chain(l2(1e-4), sgd({ learningRate: schedules.optimal({ alpha: 1e-4 }) }))
 */
export const optimal = (config?: OptimalConfig): Schedule & { alpha: number } => {
  const { alpha } = optionsOf('schedules.optimal', config, { alpha: 1e-4 })
  checkNumber('schedules.optimal: alpha', alpha, { open: true })
  return bySettings({
    kind: 'optimal',
    initial: checkRate('schedules.optimal', 1 / Math.sqrt(Math.sqrt(alpha))),
    alpha,
    // With t_0 = 1/(αη), 1/(α(t_0 + t)) = η/(1 + αηt), which also holds for a rate of 0.
    emit: ({ scalars: { add, div, mul }, steps }, rate) => div(rate, add(1, mul(mul(rate, alpha), steps))),
  })
}
