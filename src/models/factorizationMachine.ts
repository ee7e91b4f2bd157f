import type { Fields } from '../features/field.js'
import { factorized } from '../layers/factorized.js'
import { createModel } from '../model/createModel.js'
import { type Configure, type NamedModel, namedOptions } from './named.js'
import { outputsOf } from './targets.js'

export interface FactorizationMachineConfig {
  /** The number of factors of each input: the rank of the matrix of interactions. Default: 8. */
  readonly factors?: number
}

const defaults: Required<FactorizationMachineConfig> = { factors: 8 }

/** Returns the configuration of the model below. */
export const factorizationConfig: Configure = (config) => {
  const { factors, ...options } = namedOptions('factorizationMachine', config, defaults)
  const outputs = outputsOf('factorizationMachine', options.target)
  return { ...options, layers: [factorized(outputs, { factors })] }
}

/**
 * Creates a factorization machine of degree 2: a linear model and all interactions of two inputs, the weight of each
 * being the product of two vectors of factors:
 *
 *     ŷ = w₀ + Σᵢ wᵢ xᵢ + Σ_(i<j) ⟨vᵢ, vⱼ⟩ xᵢ xⱼ
 *
 * It suits categories with many names whose combinations matter and are mostly new, such as users and what they rate. It
 * is, with all other options of `createModel`,
 *
 *     createModel({ features, target, layers: [factorized(outputs, { factors: 8 })] })
 *
 * The target is one number, several numbers, or a category, with the outputs of `mlp`.
 *
 * Rendle, "Factorization machines" (2010).
 *
 * @throws RangeError for factors that are not a whole number of at least 1, and for a feature of more than 64 names a row
 * @example
 * const model = factorizationMachine({
 *   features: { user: category({ capacity: 1000 }), film: category({ capacity: 500 }) },
 *   target: { stars: numeric() },
 *   factors: 4,
 * })
 * model.learn({ user: 'Ada', film: 'Alien', stars: 5 })
 * model.predict({ user: 'Ada', film: 'Brazil' }).value
 */
export const factorizationMachine: NamedModel<Fields, FactorizationMachineConfig> = (config) =>
  createModel(factorizationConfig(config)) as never
