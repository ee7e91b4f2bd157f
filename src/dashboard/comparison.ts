import type { EvaluationMessage } from '../client/index.js'
import { figure, verdict } from './page/numbers.js'

export interface Comparison {
  readonly metric: string
  readonly model: number
  /** `32 % better` */
  readonly words: string
  /** `MAE 1.23, no-change 1.80: 32 % better` */
  readonly sentence: string
}

/** The model beside the baseline that is hardest to beat, over the recent rows. */
export const comparison = (evaluation: EvaluationMessage | undefined, chosen: number): Comparison | undefined => {
  const metric = evaluation?.metrics[chosen] ?? evaluation?.metrics[0]
  if (metric === undefined) return undefined
  const { name, better, model, baselines } = metric
  const rivals = Object.entries(baselines).filter(([, { fading }]) => Number.isFinite(fading))
  rivals.sort(([, a], [, b]) => (better === 'lower' ? a.fading - b.fading : b.fading - a.fading))
  const [rival] = rivals
  if (rival === undefined || !Number.isFinite(model.fading)) return undefined
  const [rivalName, { fading }] = rival
  const words = verdict(model.fading, fading, name, better)
  return {
    metric: name,
    model: model.fading,
    words,
    sentence: `${name} ${figure(model.fading)}, ${rivalName} ${figure(fading)}: ${words}`,
  }
}
