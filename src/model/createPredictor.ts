import type { Members } from '../compile/planOf.js'
import { chooseExecutor } from '../kernels/host/choose.js'
import type { Description } from '../records.js'
import type { Row } from '../values.js'
import { buildPredictor, type PublishedPredictor } from './buildPredictor.js'

/**
 * Rebuilds the predicting half of a model from its description: at equal step it predicts with the model's own bytes.
 *
 * @param members field kinds and losses of one's own that the model has; those of this library are known
 * @throws RangeError for a field kind or a loss that is known to neither
 * @example
 * const replica = createPredictor(model.description)
 * replica.apply(model.publish())
 * replica.predict(row)   // equal to model.predict(row), to the bit
 */
export const createPredictor = <R = Row>(description: Description, members: Members = {}): PublishedPredictor<R> =>
  buildPredictor(description, members, chooseExecutor)
