import { type Members, planOf } from '../compile/planOf.js'
import type { Fields } from '../features/field.js'
import type { Model } from '../model.js'
import type { Description, Snapshot } from '../records.js'
import { fitFields } from './fitFields.js'
import { fitTensors } from './fitTensors.js'

/** A part of a saved model that a model of another configuration cannot take over. */
export interface LeftOut {
  /** The part, such as `feature 'humidity'` or `dense1.W`. */
  readonly what: string
  readonly reason: string
}

/** A saved model, and the fields that its description names. */
export interface Given {
  readonly description: Description
  readonly snapshot: Snapshot
  readonly features: Fields
  readonly target: Fields
}

/**
 * Makes a snapshot for a model out of a saved model of another configuration: the model's own state, in which every
 * tensor, statistic and name of the saved one that fits stands in place of its own.
 */
export const warmStarted = (
  saved: Pick<Given, 'description' | 'snapshot'>,
  model: Model,
  members: Members,
): { snapshot: Snapshot; leftOut: readonly LeftOut[] } => {
  const { features, target } = planOf(saved.description, members)
  const from: Given = { ...saved, features, target }
  const own = model.snapshot()
  const into: Given = {
    ...{ description: model.description, snapshot: own },
    ...{ features: model.features, target: model.target },
  }
  const leftOut: LeftOut[] = []
  const fields = fitFields(from, into, leftOut)
  const tensors = fitTensors(from, into, fields.fits, leftOut)
  for (const name of Object.keys(saved.snapshot.kept))
    leftOut.push({ what: `the state of ${name}`, reason: 'it belongs to the model that was saved' })
  const { step, counters, learnedSince, cursor } = saved.snapshot
  const told = { ...own.counters, ...counters, crowded: own.counters.crowded }
  const { learnedSince: _, ...rest } = own
  return {
    snapshot: {
      ...{ ...rest, ...tensors, ...fields.state },
      ...{ step, counters: told, cursor, healthy: undefined, kept: {} },
      ...(learnedSince !== undefined && { learnedSince }),
    },
    leftOut,
  }
}
