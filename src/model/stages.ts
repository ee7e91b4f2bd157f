import type { Model, Stages } from '../model.js'
import type { Guard, Writers } from './learn/writers.js'
import type { Commit } from './state/commit.js'
import type { Machine } from './step/machine.js'

/** The stages that `learn` needs; the others are brought. */
type Own<R> = Pick<Stages<R>, 'take' | 'task' | 'reject' | 'learnedSince'>
type Parts<R> = [machine: Machine, commit: Commit, model: Model<R>, writers: Writers<R>, guarded: Guard]
type Create = <R>(...parts: Parts<R>) => Partial<Stages<R>>

const creators: Create[] = []
/** Brings further stages to all models. A page of `rxgrad/slim` bundles them only with an operator that needs them. */
export const bringStages = (create: Create): void => {
  if (!creators.includes(create)) creators.push(create)
}

/** Returns a function that returns the stages, which include all that have been brought by then. */
export const createStages = <R>(...parts: Parts<R>): (() => Stages<R>) => {
  const [{ core }, { events }, , { take, task }] = parts
  const stages: Own<R> = {
    ...{ take, task },
    reject(rejection) {
      events.raise(rejection)
      events.deliver()
    },
    learnedSince: () => core.learnedSince,
  }
  let brought = 0
  return () => {
    while (brought < creators.length) Object.assign(stages, creators[brought++](...parts))
    return stages as Stages<R>
  }
}
