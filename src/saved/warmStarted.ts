import { type Members, planOf } from '../compile/planOf.js'
import type { Model } from '../model.js'
import type { Snapshot } from '../records.js'
import type { Known, LeftOut } from './fit.js'
import { fitFields } from './fitFields.js'
import { fitTensors } from './fitTensors.js'

/**
 * Makes a snapshot for a model out of a saved model of another configuration: the model's own state, in which every
 * tensor, statistic and name of the saved one that fits stands in place of its own.
 */
export const warmStarted = (
  saved: Pick<Known, 'description' | 'snapshot'>,
  model: Model,
  members: Members,
): { snapshot: Snapshot; leftOut: readonly LeftOut[] } => {
  const { features, target } = planOf(saved.description, members)
  const from: Known = { ...saved, features, target }
  const own = model.snapshot()
  const into: Known = {
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
