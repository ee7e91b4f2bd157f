import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import { type Optimizer, optimizer } from './optimizer.js'

export interface FtrlConfig {
  readonly alpha?: number
  readonly beta?: number
  readonly l1?: number
  readonly l2?: number
  /** The groups to which l1 and l2 do not apply. Default: biases. */
  readonly exclude?: readonly string[]
}

/**
 * FTRL-Proximal, whose l1 penalty gives weights of exactly 0:
 *
 *     σ = (√(n + ∇²) − √n)/α,   n ← n + ∇²,   z ← z + ∇ − σθ
 *     θ ← 0 if |z| ≤ l1, otherwise −(z − sgn(z)·l1) / ((β + √n)/α + l2)
 *
 * A weight whose gradient is 0 stays as it is. A first gradient draws a weight towards 0, so a net, whose weights do not
 * start there, does better with a small β. The learning rate is α; `learningRate`, which is 1, is the share of the way
 * to the new θ. Without penalties and with β = 0 this is AdaGrad. Defaults: α = 0.1, β = 1, l1 = l2 = 0.
 *
 * McMahan et al., "Ad click prediction: a view from the trenches" (2013).
 *
 * @example
 * const optimizer = ftrl({ alpha: 0.1, l1: 1 })
 * createModel({ features: { words: hashed() }, target, layers: [dense(1)], optimizer })
 */
export const ftrl = (config?: FtrlConfig): Optimizer => {
  const defaults = { alpha: 0.1, beta: 1, l1: 0, l2: 0, exclude: ['bias'] }
  const { alpha, beta, l1, l2, exclude } = optionsOf('ftrl', config, defaults)
  checkNumber('ftrl: alpha', alpha, { open: true })
  checkNumber('ftrl: beta', beta, { open: true })
  checkNumber('ftrl: l1', l1, {})
  checkNumber('ftrl: l2', l2, {})
  return optimizer(
    [
      bySettings({
        kind: 'ftrl',
        secondMoments: true,
        lazy: true,
        alpha,
        beta,
        l1,
        l2,
        exclude,
        emit: (all) => {
          const [z, n] = [all.slot('z'), all.slot('sumOfSquares')]
          const [root, work, other] = [all.scratch('root'), all.scratch('work'), all.scratch('other')]
          const { gradient: g, parameters } = all
          all.sqrt(work, n)
          all.mulAdd(n, g, g)
          all.sqrt(root, n)
          all.sub(work, root, work)
          all.scale(work, work, 1 / alpha)
          all.mul(work, work, parameters)
          all.sub(work, g, work)
          all.add(z, z, work)

          all.shift(root, root, beta)
          all.scale(root, root, 1 / alpha)
          all.copy(work, z)
          const penalised = all.only(({ group }) => !exclude.includes(group))
          if (l2 > 0) penalised.shift(root, root, l2)
          if (l1 > 0) {
            // z − sgn(z)·l1, or 0, is relu(z − l1) − relu(−z − l1).
            penalised.shift(work, z, -l1)
            penalised.each('relu', work, work)
            penalised.each('neg', other, z)
            penalised.shift(other, other, -l1)
            penalised.each('relu', other, other)
            penalised.sub(work, work, other)
          }
          all.div(work, work, root)
          // From θ it is this far to where it goes.
          all.add(work, parameters, work)
          all.each('where', g, g, work, g)
        },
      }),
    ],
    { learningRate: 1, groups: {} },
  )
}
