import { bySettings } from '../settings.js'
import type { LossFunction } from './loss.js'

/**
 * The loss of counts, with the logarithm as the link: the prediction is e^o, and l = e^o − t·o + t·log t − t, half of
 * the Poisson deviance (its negative log-likelihood, less the constant that makes the best value 0); ∂l/∂o = e^o − t.
 *
 * Its target is not scaled, `numeric({ scale: 'none' })`; a row whose count is negative is refused by the guard. A new
 * model predicts 1.
 *
 * @throws RangeError for a target that is scaled
 * @example
 * const visits = createModel({ features, target: { power: numeric({ scale: 'none' }) }, layers: [dense(1)], loss: poisson() })
 * visits.learn({ temperature: 21, room: 'A', power: 3 })
 * @see P. McCullagh, J. A. Nelder (1989), Generalized Linear Models, chapter 6
 */
export const poisson = (): LossFunction =>
  bySettings({
    kind: 'poisson',
    task: 'numeric',
    build({ ops: { add, exp, log, mul, sub, sum, where }, output, target, fields = {} }) {
      for (const [name, field] of Object.entries(fields))
        if ((field.scaling?.() ?? 'none') !== 'none')
          throw new RangeError(
            `poisson: the target '${name}' is scaled; expected one as it is, such as numeric({ scale: 'none' }).`,
          )
      // 0·log 0 is 0. The logarithm of a negative count is NaN, by which the guard refuses its row.
      const least = where(target, sub(mul(target, log(target)), target), 0)
      return sum(add(sub(exp(output), mul(target, output)), least))
    },
    link: ({ exp }, output) => exp(output),
    // No output predicts 0; half an event is as near to it as to 1.
    outputOf: ({ log, max }, count) => log(max(count, 0.5)),
  })
