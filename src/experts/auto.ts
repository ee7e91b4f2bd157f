import { dense } from '../layers/dense.js'
import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import type { Expert } from './expert.js'
import { type NearestExpert, nearest } from './nearest.js'
import { type NetExpert, net } from './net.js'
import { noChange } from './noChange.js'

export interface AutoExperts {
  readonly noChange: Expert
  readonly linear: NetExpert
  readonly net: NetExpert
  readonly deep: NetExpert
  readonly nearest: NearestExpert
  readonly [name: string]: Expert
}

/**
 * Creates the experts that need no tuning: one that expects no change, a linear model and a net at three rates each, a
 * deeper net, and `nearest()`, which remembers the last 300 rows. An expert is left out by its name, as in
 * `const { nearest, ...others } = experts.auto()`. `outputs` is the number of outputs: 1 for a number or two classes, otherwise the number of classes.
 * `units` is the width of each hidden layer. Defaults: 1 and 32.
 *
 * @example
 * const model = createModel({
 *   features: { temperature: numeric(), hour: cyclic(24) },
 *   target: { power: numeric() },
 *   experts: experts.auto(),
 * })
 * model.learn({ temperature: 21, hour: 9, power: 310 })
 */
export const auto = (config?: { readonly outputs?: number; readonly units?: number }): AutoExperts => {
  const { outputs, units } = optionsOf('experts.auto', config, { outputs: 1, units: 32 })
  checkWhole('experts.auto: outputs is', outputs)
  checkWhole('experts.auto: units is', units)
  const hidden = dense(units, 'relu')
  return {
    noChange: noChange(),
    linear: net([dense(outputs)], { rates: [0.3, 1.5, 7] }),
    net: net([hidden, dense(outputs)], { rates: [0.3, 1, 3] }),
    deep: net([hidden, hidden, dense(outputs)]),
    nearest: nearest(),
  }
}
