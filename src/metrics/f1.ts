import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { type Confusion, type ConfusionConfig, confusionDefaults, ofConfusion } from './confusion.js'
import type { Metric } from './metric.js'

export interface F1Config extends ConfusionConfig {
  /** The score of class 1, or the mean of the scores of all classes that were true or predicted. Default: 'positive'. */
  readonly average?: 'positive' | 'macro'
}

/**
 * F1: the harmonic mean of precision and recall, 2·tp / (2·tp + fp + fn), of class 1; or the mean over classes. It is
 * NaN until a row was of class 1, or predicted to be.
 *
 * @throws RangeError for settings out of their range
 * @example cumulative(f1({ average: 'macro' }))
 * @see C. J. van Rijsbergen (1979), Information Retrieval, chapter 7; N. Chinchor (1992), MUC-4
 */
export function f1(config?: F1Config): Metric {
  const { average, classes } = optionsOf('f1', config, { ...confusionDefaults, average: 'positive' })
  oneOf('f1', 'average', average, ['positive', 'macro'])
  const macro = average === 'macro'
  return ofConfusion(macro ? 'macro F1' : 'F1', classes, (confusion) => {
    if (!macro) return scoreOf(confusion, 1)
    const scores = confusion.actual.map((_, c) => scoreOf(confusion, c)).filter((score) => !Number.isNaN(score))
    return scores.reduce((sum, score) => sum + score, 0) / scores.length
  })
}

function scoreOf({ hits, actual, predicted }: Confusion, c: number): number {
  const rows = (actual[c] ?? 0) + (predicted[c] ?? 0)
  return rows > 0 ? (2 * hits[c]) / rows : Number.NaN
}
