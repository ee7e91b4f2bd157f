import type { EvaluationMessage } from '../client/index.js'
import { figure, verdict } from './page/numbers.js'
import { inWords } from './words.js'

export interface Comparison {
  readonly gain: 'better' | 'worse' | 'equal' | undefined
  /** The verdict, such as `32 % better than no-change`. */
  readonly verdict: string
  /** What it is drawn from, such as `Mean absolute error 1.23; no-change, saying the last value again, has 1.80.` */
  readonly reason: string
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
  const gain = (['better', 'worse', 'equal'] as const).find((word) => words.endsWith(word))
  const link = gain === 'equal' ? 'to' : 'than'
  const metricWords = inWords(name)
  return {
    gain,
    verdict: `${words} ${link} ${baseline}`,
    reason: `${metricWords[0]!.toUpperCase()}${metricWords.slice(1)} ${figure(model.fading)} over recent rows; ${baseline}, ${inWords(baseline)}, has ${figure(fading)}.`,
  }
}
