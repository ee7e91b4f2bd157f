import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import { type Optimizer, optimizer } from './optimizer.js'

export interface CocobConfig {
  readonly alpha?: number
}

/**
 * COCOB-Backprop, which has no learning rate: each weight bets a share of what it has won so far on its next gradient.
 *
 *     L ← max(L, |∇|),   G ← G + |∇|,   R ← max(R − (θ − θ_1)∇, 0),   T ← T − ∇
 *     θ ← θ_1 + T / (L·max(G + L, αL)) · (L + R)
 *
 * θ_1 is the weight at its first gradient, and a weight whose gradient is 0 stays as it is. α bounds how far a weight
 * moves at first. Default: α = 100. `learningRate`, which is 1, is the share of the way to the new θ.
 *
 * Orabona and Tommasi, "Training deep networks without learning rates through coin betting" (2017).
 */
export const cocob = (config?: CocobConfig): Optimizer => {
  const { alpha } = optionsOf('cocob', config, { alpha: 100 })
  checkNumber('cocob: alpha', alpha, { open: true })
  return optimizer(
    [
      bySettings({
        kind: 'cocob',
        lazy: true,
        alpha,
        emit: ({ gradient: g, parameters, slot, scratch, ...rows }) => {
          const [start, largest, sum, reward, bet] = [
            slot('start'),
            slot('largest'),
            slot('sum'),
            slot('reward'),
            slot('bet'),
          ]
          const [work, other] = [scratch('work'), scratch('other')]
          // A weight that has had no gradient before has L = 0, and starts where it is.
          rows.each('where', work, g, parameters, start)
          rows.each('where', start, largest, start, work)
          rows.each('abs', work, g)
          rows.each('max', largest, largest, work)
          rows.add(sum, sum, work)
          rows.sub(work, parameters, start)
          rows.mul(work, work, g)
          rows.sub(reward, reward, work)
          rows.each('relu', reward, reward)
          rows.sub(bet, bet, g)

          // As T/max(G + L, αL) · (L + R)/L, no product can be too small for its type.
          rows.add(work, sum, largest)
          rows.scale(other, largest, alpha)
          rows.each('max', work, work, other)
          rows.div(work, bet, work)
          rows.add(other, largest, reward)
          rows.div(other, other, largest)
          rows.mul(work, work, other)
          rows.add(work, start, work)
          rows.sub(work, parameters, work)
          rows.each('where', g, g, work, g)
        },
      }),
    ],
    { learningRate: 1, groups: {} },
  )
}
