import { optionsOf } from '../options/optionsOf.js'
import { type Optimizer, optimizer, type RateConfig, rateDefaults } from './optimizer.js'

/**
 * Stochastic gradient descent: θ ← θ − η∇.
 *
 * @example
 * sgd({ learningRate: 0.01, groups: { bias: 0.02 } })
 */
export const sgd = (config?: RateConfig): Optimizer => optimizer([], optionsOf('sgd', config, rateDefaults))
