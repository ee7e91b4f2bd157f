import type { Fields } from '../features/field.js'
import type { Description, Snapshot } from '../records.js'

/** A part of a saved model that a model of another configuration cannot take over. */
export interface LeftOut {
  /** The part, such as `feature 'humidity'` or `dense1.W`. */
  readonly what: string
  readonly reason: string
}

/** What a model knows, and the fields that its description names. */
export interface Known {
  readonly description: Description
  readonly snapshot: Snapshot
  readonly features: Fields
  readonly target: Fields
}
