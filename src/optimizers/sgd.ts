import { type Optimizer, optimizer, type RateConfig } from './optimizer.js'

/**
 * Stochastic gradient descent: θ ← θ − η∇.
 *
 * @example
 * sgd({ learningRate: 0.01, groups: { bias: 0.02 } })
 */
export const sgd = ({ learningRate = 0.01, ...config }: RateConfig = {}): Optimizer =>
  optimizer([], { learningRate, ...config })
