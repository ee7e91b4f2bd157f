import type { Stages } from '../model.js'
import type { Guard } from './learn/writers.js'
import { bringStages } from './stages.js'
import type { Commit } from './state/commit.js'

/** Tells of drifts that a detector found. */
const createTelling = (
  _machine: unknown,
  { events }: Commit,
  _model: unknown,
  _writers: unknown,
  guarded: Guard,
): Pick<Stages<unknown>, 'drifts'> => ({
  drifts: (detector) => (step) => guarded(() => events.raise({ kind: 'drift', step, detector })),
})

/** Brings `stages.drifts` to all models. */
export const bringDrifts = (): void => bringStages(createTelling)
