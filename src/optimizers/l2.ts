import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import { bySettings } from '../settings.js'
import type { Transform } from './optimizer.js'

export interface L2Config {
  /** The groups to which no penalty applies. Default: biases. */
  readonly exclude?: readonly string[]
}

/** L2 regularisation: ∇ ← ∇ + λθ, the gradient of ½λ‖θ‖². By default it does not apply to biases. */
export const l2 = (lambda: number, config?: L2Config): Transform & { lambda: number; exclude: readonly string[] } => {
  const { exclude } = optionsOf('l2', config, { exclude: ['bias'] })
  checkNumber('l2: λ', lambda, { most: Infinity })
  if (!exclude.every((group) => typeof group === 'string'))
    throw new TypeError(
      `l2: exclude has ${shown(exclude.find((group) => typeof group !== 'string'))}; expected names of groups, as in ['bias'].`,
    )
  return bySettings({
    kind: 'l2',
    lambda,
    exclude,
    emit: (all) => {
      const { gradient: g, parameters, scratch, ...rows } = all.only(({ group }) => !exclude.includes(group))
      const decay = scratch('decay')
      rows.decay(decay, parameters, lambda)
      rows.add(g, g, decay)
    },
  })
}
