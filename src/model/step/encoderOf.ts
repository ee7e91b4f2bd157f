import { createEncoder, type Encoder } from '../../features/encoder.js'
import type { Core } from '../state/core.js'

/** Models without names share the encoder of their plan; one with names reads by its own vocabularies. */
const encoders = new WeakMap<object, Encoder>()

/** The encoder of a model's rows, made when the first row is read: what is given numbers alone has no use for one. */
export const encoderOf = (core: Core): Encoder => {
  const owner = core.vocabularies.some((vocabulary) => vocabulary) ? core : core.plan
  const encoder = encoders.get(owner) ?? createEncoder(core.plan, core.vocabularies)
  encoders.set(owner, encoder)
  return encoder
}
