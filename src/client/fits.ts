import { isCategory } from '../features/field.js'
import { type FieldKinds, fieldKinds, knownFieldOf } from '../features/kinds.js'
import type { Description } from '../records.js'
import { FrameError, layoutCheckOf, type Received, type Welcome } from '../wire/index.js'

/** @throws FrameError if a frame does not belong to the model of the welcome */
export const checkFits = (
  { epoch, layout, publication }: Received,
  welcome: Welcome,
  kinds: FieldKinds | 'any' = fieldKinds,
): void => {
  const { hash, precision, features, target, layout: tensors }: Description = welcome.description
  const size = tensors.reduce((most, { offset, size: n }) => Math.max(most, offset + n), 0)
  const fields = [...Object.values(features), ...Object.values(target)].map((settings) =>
    knownFieldOf(settings, kinds === 'any' ? fieldKinds : kinds),
  )
  const lists = fields.filter((field) => field && isCategory(field)).length
  // A field whose kind is not known here may have names.
  const unknown = fields.filter((field) => !field).length
  const { parameters, vocabularies } = publication
  if (epoch !== welcome.epoch) throw new FrameError(`its epoch is ${epoch}; the welcome's is ${welcome.epoch}`)
  if (layout !== layoutCheckOf(hash)) throw new FrameError("its model's hash is not the welcome's")
  if (parameters.length !== size || parameters.BYTES_PER_ELEMENT !== (precision === 'f64' ? 8 : 4))
    throw new FrameError(`it has ${parameters.length} parameters; the welcome's model has ${size} of ${precision}`)
  if (vocabularies.length < lists || vocabularies.length > lists + unknown)
    throw new FrameError(
      `it has ${vocabularies.length} vocabularies; expected ${lists}${unknown > 0 ? ` to ${lists + unknown}` : ''}`,
    )
}
