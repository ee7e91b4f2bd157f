import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import { sine } from '../program/sine.js'
import { bySettings } from '../settings.js'
import { checkRate, type Schedule } from './schedule.js'

export interface CosineConfig {
  readonly initial: number
  /** The number of steps after which the rate is the final one. */
  readonly steps: number
  readonly final?: number
}

/**
 * Cosine annealing: η_t = η_end + ½(η − η_end)(1 + cos(πt/T)) for t < T (`steps`), and η_end (`final`) from then on.
 * Default: η_end = 0.
 *
 * Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017), without restarts.
 */
export const cosine = (config: CosineConfig): Schedule & { steps: number; final: number } => {
  const defaults = { initial: Number.NaN, steps: Number.NaN, final: 0 }
  const { initial, steps, final } = optionsOf('schedules.cosine', config, defaults)
  checkWhole('schedules.cosine: steps is', steps)
  return bySettings({
    kind: 'cosine',
    initial: checkRate('schedules.cosine', initial),
    steps,
    final: checkRate('schedules.cosine: final', final),
    emit: ({ scalars: { add, min, mul, sub }, ...rows }, rate) => {
      // cos(πt/T) is the sine of t + T/2 in a period of 2T.
      const wave = sine(rows, add(min(rows.steps, steps), steps / 2), 2 * steps)
      return add(final, mul(mul(0.5, sub(rate, final)), add(1, wave)))
    },
  })
}
