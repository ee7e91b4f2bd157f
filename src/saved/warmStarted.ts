import { type Members, planOf } from '../compile/planOf.js'
import { LayoutMismatchError } from '../errors.js'
import type { Model } from '../model.js'
import type { Snapshot } from '../records.js'
import type { Known, LeftOut } from './fit.js'
import { fitFields } from './fitFields.js'
import { fitTensors } from './fitTensors.js'

/**
 * Makes a snapshot for a model out of a saved model of another configuration: the model's own state, in which every
 * tensor, statistic and name of the saved one that fits stands in place of its own.
 *
 * @throws LayoutMismatchError if no feature fits, since weights mean nothing without what they weigh
 */
export const warmStarted = (
  saved: Pick<Known, 'description' | 'snapshot'>,
  model: Model,
  members: Members,
): { snapshot: Snapshot; leftOut: readonly LeftOut[] } => {
  const plan = planOf(saved.description, members)
  const from: Known = { ...saved, features: plan.features, target: plan.target }
  const own = model.snapshot()
  const into: Known = {
    ...{ description: model.description, snapshot: own },
    ...{ features: model.features, target: model.target },
  }
  const leftOut: LeftOut[] = []
  const fields = fitFields(from, into, leftOut)
  const features = Object.keys(into.features).map((name) => `feature '${name}'`)
  if (!features.some(fields.fits)) {
    const reasons = leftOut.map(({ what, reason }) => `${what}: ${reason}`).slice(0, 5)
    throw new LayoutMismatchError(
      `restore: no feature of the saved model fits, so that nothing can be taken over (${reasons.join('; ')}).`,
    )
  }
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
