import type { EvaluationMessage } from '../client/index.js'
import { figure, verdict } from './page/numbers.js'

export interface Comparison {
  readonly metric: string
  readonly model: number
  /** The verdict, such as `32 % better`. */
  readonly words: string
  /** The whole comparison, such as `MAE 1.23, no-change 1.80: 32 % better`. */
  readonly sentence: string
}

/** Compares the model with the baseline that scores best over the recent rows. */
export const comparison = (evaluation: EvaluationMessage | undefined, chosen: number): Comparison | undefined => {
  const metric = evaluation?.metrics[chosen] ?? evaluation?.metrics[0]
  if (metric === undefined) return undefined
  const { name, better, model, baselines } = metric
  const scored = Object.entries(baselines).filter(([, { fading }]) => Number.isFinite(fading))
  scored.sort(([, a], [, b]) => (better === 'lower' ? a.fading - b.fading : b.fading - a.fading))
  const [best] = scored
  if (best === undefined || !Number.isFinite(model.fading)) return undefined
  const [baseline, { fading }] = best
  const words = verdict(model.fading, fading, name, better)
  return {
    metric: name,
    model: model.fading,
    words,
    sentence: `${name} ${figure(model.fading)}, ${baseline} ${figure(fading)}: ${words}`,
  }
}
