import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import { checkRate, type Schedule } from './schedule.js'

/** η_t = η / √(t + 1): the rate in the regret bound of online gradient descent (Zinkevich, 2003). */
export const inverseSqrt = (config: { readonly initial: number }): Schedule => {
  const { initial } = optionsOf('schedules.inverseSqrt', config, { initial: Number.NaN })
  return bySettings({
    kind: 'inverseSqrt',
    initial: checkRate('schedules.inverseSqrt', initial),
    emit: ({ scalars: { add, div, sqrt }, steps }, rate) => div(rate, sqrt(add(steps, 1))),
  })
}
