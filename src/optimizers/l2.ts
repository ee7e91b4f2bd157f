import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import { bySettings } from '../settings.js'
import type { Transform } from './optimizer.js'

export interface L2Config {
  /** The groups to which no penalty applies. Default: biases. */
  readonly exclude?: readonly string[]
  /** Whether λθ is added behind the optimizer's own rule, which then does not adapt it. Default: false. */
  readonly decoupled?: boolean
}

/**
 * L2 regularisation: ∇ ← ∇ + λθ, the gradient of ½λ‖θ‖². By default it does not apply to biases.
 *
 * Decoupled, it is weight decay: with the step u of the optimizer's rule, θ ← θ − η(u + λθ). What shortens u as a whole,
 * such as the bound of `auto`, shortens both. With `sgd` the two are the same.
 *
 * Loshchilov and Hutter, "Decoupled weight decay regularization" (2019).
 *
 * @example
 * chain(l2(0.01, { decoupled: true }), rmsprop({ learningRate: 0.003 }))
 */
export const l2 = (lambda: number, config?: L2Config): Transform & { lambda: number; exclude: readonly string[] } => {
  const { exclude, decoupled } = optionsOf('l2', config, { exclude: ['bias'], decoupled: false })
  checkNumber('l2: λ', lambda, { most: Infinity })
  if (!exclude.every((group) => typeof group === 'string'))
    throw new TypeError(
      `l2: exclude has ${shown(exclude.find((group) => typeof group !== 'string'))}; expected names of groups, as in ['bias'].`,
    )
  return bySettings({
    kind: 'l2',
    lambda,
    exclude,
    ...(decoupled && { decoupled }),
    emit: (all) => {
      const { gradient: g, parameters, scratch, ...rows } = all.only(({ group }) => !exclude.includes(group))
      const decay = scratch('decay')
      rows.decay(decay, parameters, lambda)
      rows.add(g, g, decay)
    },
  })
}
