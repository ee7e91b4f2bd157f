import { bySettings } from '../settings.js'
import type { LossFunction } from './loss.js'

/** The probability of what was not so the last time. */
const UNLIKELY = 0.05

/**
 * The loss of labels of which any number may hold at once (multi-label classification). Each target is a question that is
 * answered by true or false, or by 1 and 0, or by a probability in between; the prediction is the probability σ(z) of
 * true. Over the outputs, l = Σ max(z, 0) − z·t + log(1 + e^(−|z|)), ∂l/∂z = σ(z) − t.
 *
 * Targets are not scaled, `numeric({ scale: 'none' })`; a row with a label outside 0 to 1 is refused by the guard.
 *
 * @throws RangeError for a target that is scaled
 * @example
 * const label = numeric({ scale: 'none' })
 * const mail = mlp({ features: { body: text() }, target: { urgent: label, spam: label }, loss: binaryCrossEntropy() })
 * mail.learn({ body: 'The printer is on fire', urgent: true, spam: false })
 * mail.predict({ body: 'Win a prize' }).values   // { urgent: 0.4…, spam: 0.5… }
 * @see M.-L. Zhang, Z.-H. Zhou (2014), A Review on Multi-Label Learning Algorithms, IEEE TKDE 26(8)
 */
export const binaryCrossEntropy = (): LossFunction =>
  bySettings({
    kind: 'binaryCrossEntropy',
    task: 'numeric',
    build({ ops: { add, binaryCrossEntropy, mul, sqrt, sub, sum }, output, target, fields = {} }) {
      for (const [name, field] of Object.entries(fields))
        if ((field.scaling?.() ?? 'none') !== 'none')
          throw new RangeError(
            `binaryCrossEntropy: the target '${name}' is scaled; expected one as it is, such as numeric({ scale: 'none' }).`,
          )
      // The root is NaN for a label outside 0 to 1, by which the guard refuses its row; otherwise this adds 0.
      const root = sqrt(mul(target, sub(1, target)))
      return sum(add(binaryCrossEntropy(output, target), sub(root, root)))
    },
    link: ({ sigmoid }, output) => sigmoid(output),
    // A label that was true or false lately says no more than that it is likely to be so again.
    outputOf({ log, max, min, sub }, probability) {
      const p = max(min(probability, 1 - UNLIKELY), UNLIKELY)
      return sub(log(p), log(sub(1, p)))
    },
  })
