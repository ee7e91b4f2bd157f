import { labelMean, wrongIn } from './labelMean.js'
import type { Metric } from './metric.js'

/**
 * The share of labels that are predicted wrongly, where any number of L labels may hold at once, as with
 * `binaryCrossEntropy`: Σ w·|{k: yₖ ≠ ŷₖ}|/L / Σ w. A label holds, and is predicted to, from a number of 0.5 on.
 *
 * `evaluate` gives it all targets of a model; a row of one target is a row of one label.
 *
 * @example
 * const label = numeric({ scale: 'none' })
 * const mail = mlp({ features: { body: text() }, target: { urgent: label, spam: label }, loss: binaryCrossEntropy() })
 * const { hammingLoss, subsetAccuracy, labelF1 } = metrics
 * fromRows([{ body: 'The printer is on fire', urgent: true, spam: false }, { body: 'Win!', urgent: false, spam: true }])
 *   .pipe(learn(mail), evaluate(mail, { metrics: [hammingLoss(), subsetAccuracy(), labelF1()] }))
 *   .subscribe((evaluation) => console.log(evaluation.report().metrics[0]?.model.cumulative))
 * @see R. E. Schapire, Y. Singer (2000), BoosTexter, Machine Learning 39
 */
export function hammingLoss(): Metric {
  return labelMean('Hamming loss', 'lower', (labels) => wrongIn(labels) / labels.count)
}
