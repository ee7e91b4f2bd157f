import { checkMembers } from '../compile/checkMembers.js'
import { bringMixing } from '../compile/mixExperts.js'
import type { Members } from '../compile/planOf.js'
import { chooseExecutor } from '../kernels/host/choose.js'
import { bringNearest } from '../options/nearest.js'
import type { Description } from '../records.js'
import type { Row } from '../values.js'
import { MessageError } from '../wire/check.js'
import { readDescription } from '../wire/description.js'
import { buildPredictor, type PublishedPredictor } from './buildPredictor.js'

bringNearest()

/**
 * Rebuilds the predicting half of a model from its description: at the same step its predictions equal the model's own,
 * bit for bit.
 *
 * @param members the model's custom field kinds and losses; those of this library need not be given
 * @throws RangeError if a field kind or a loss is neither in this library nor among `members`
 * @example
 * const replica = createPredictor(model.description)
 * replica.apply(model.publish())
 * replica.predict(row)   // equal to model.predict(row), to the bit
 */
export const createPredictor = <R = Row>(description: Description, members: Members = {}): PublishedPredictor<R> => {
  checkMembers('createPredictor', members)
  try {
    // A kind that is not known here is told of by name, and by what to do about it.
    readDescription(description, 'description', 'any')
  } catch (error) {
    throw error instanceof MessageError ? new TypeError(`createPredictor: ${error.message}`) : error
  }
  bringMixing()
  return buildPredictor(description, members, chooseExecutor)
}
