import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import type { Transform } from './optimizer.js'

export interface L2Config {
  /** The groups to which no penalty applies. Default: biases. */
  readonly exclude?: readonly string[]
}

/** L2 regularisation: ∇ ← ∇ + λθ, the gradient of ½λ‖θ‖². By default it does not apply to biases. */
export const l2 = (lambda: number, config?: L2Config): Transform & { lambda: number; exclude: readonly string[] } => {
  const { exclude } = optionsOf('l2', config, { exclude: ['bias'] })
  if (!(lambda >= 0)) throw new RangeError(`l2: λ is ${lambda}; expected a number of at least 0.`)
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
