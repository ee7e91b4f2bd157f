import { chooseExecutor } from '../kernels/host/choose.js'
import type { Description } from '../records.js'
import type { Row } from '../values.js'
import { buildPredictor, type PublishedPredictor } from './buildPredictor.js'

/**
 * Rebuilds the predicting half of a model from its description: at equal step it predicts with the model's own bytes.
 *
 * @example
 * const replica = createPredictor(model.description)
 * replica.apply(model.publish())
 * replica.predict(row)   // equal to model.predict(row), to the bit
 */
export const createPredictor = <R = Row>(description: Description): PublishedPredictor<R> =>
  buildPredictor(description, chooseExecutor)
