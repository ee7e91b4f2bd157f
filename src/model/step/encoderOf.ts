import { createEncoder, type Encoder } from '../../features/encoder.js'
import type { Core } from '../state/core.js'

/** Models without names share the encoder of their plan; a model with names reads by its own vocabularies. */
const encoders = new WeakMap<object, Encoder>()

/** Returns the encoder of a model's rows. It is made when the first row is read, because numbers alone need none. */
export const encoderOf = (core: Core): Encoder => {
  const owner = core.vocabularies.some((vocabulary) => vocabulary) ? core : core.plan
  const encoder = encoders.get(owner) ?? createEncoder(core.plan, core.vocabularies)
  encoders.set(owner, encoder)
  return encoder
}
