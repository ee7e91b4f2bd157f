import type { Expression, Ops } from '../graph/expression.js'

/** The activations that are a single op. */
export type ActivationName = 'identity' | 'relu' | 'tanh' | 'sigmoid' | 'softplus'
export const activationNames: readonly ActivationName[] = ['identity', 'relu', 'tanh', 'sigmoid', 'softplus']

/** What a layer applies to its sums: the name of an activation, or a function that builds one from a circuit's ops. */
export type Activation = ActivationName | ((x: Expression, ops: Ops) => Expression)

/**
 * ½x(1 + tanh(√(2/π)(x + 0.044715x³))): GELU in its tanh form.
 *
 * Hendrycks and Gimpel, "Gaussian error linear units" (2016).
 */
export const gelu = (x: Expression, { add, mul, tanh }: Ops): Expression =>
  mul(mul(0.5, x), add(1, tanh(mul(0.7978845608028654, add(x, mul(0.044715, mul(x, mul(x, x))))))))

/**
 * x·σ(x), also known as swish.
 *
 * Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units for neural network function approximation in reinforcement
 * learning" (2017).
 */
export const silu = (x: Expression, { mul, sigmoid }: Ops): Expression => mul(x, sigmoid(x))

/**
 * x if x > 0, otherwise 0.01x.
 *
 * Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models" (2013).
 */
export const leakyRelu = (x: Expression, { greater, mul, where }: Ops): Expression =>
  where(greater(x, 0), x, mul(0.01, x))
