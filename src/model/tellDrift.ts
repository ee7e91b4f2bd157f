import type { Stages } from '../model.js'
import { DRIFT, DRIFT_KEPT } from '../program/abi.js'
import type { Guard } from './learn/writers.js'
import { bringStages } from './stages.js'
import type { Commit } from './state/commit.js'
import type { Machine } from './step/machine.js'

/** Tells of drifts that a detector found, and lets the optimizer adapt fast again where that is asked for. */
const createTelling = (
  { core }: Machine,
  { events }: Commit,
  _model: unknown,
  _writers: unknown,
  guarded: Guard,
): Pick<Stages<unknown>, 'drifts'> => ({
  drifts(detector, boost) {
    const { drift } = core.program.places
    if (boost && drift === undefined)
      throw new RangeError(
        `detectDrift: react is 'boost', but the optimizer has no sums to reduce; expected the optimizer auto(), or react 'none'.`,
      )
    return (step) =>
      guarded(() => {
        if (boost && drift !== undefined) {
          core.f64[(drift >> 3) + DRIFT.kept] *= DRIFT_KEPT
          core.counters.drifts++
        }
        events.raise({ kind: 'drift', step, detector })
      })
  },
})

/** Brings `stages.drifts` to all models. */
export const bringDrifts = (): void => bringStages(createTelling)
