import type { Model, Stages } from '../model.js'
import type { Guard, Writers } from './learn/writers.js'
import type { Commit } from './state/commit.js'
import type { Machine } from './step/machine.js'

const names = ['encode', 'memories', 'batch', 'forward', 'loss', 'backward', 'gradient', 'update', 'keep'] as const
type Brought<R> = Pick<Stages<R>, (typeof names)[number]>
/** The stages from encoding to the step, which `learn` does not need. */
export type LongForm<R> = Omit<Brought<R>, 'keep'>

type Parts<R> = [machine: Machine, commit: Commit, model: Model<R>, writers: Writers<R>, guarded: Guard]
type Create = <R>(...parts: Parts<R>) => Partial<Brought<R>>
const creators: Create[] = []
/** Brings stages to all models. A page of `rxgrad/slim` bundles them only with an operator that needs them. */
export const bringStages = (create: Create): void => {
  if (!creators.includes(create)) creators.push(create)
}

export const createStages = <R>(...parts: Parts<R>): Stages<R> => {
  const [{ core }, { events }, , { take, task }] = parts
  const made: Partial<Brought<R>> = {}
  let used = 0
  const stage = (name: (typeof names)[number]): ((...given: never) => unknown) => {
    while (used < creators.length) Object.assign(made, creators[used++](...parts))
    const found = made[name]
    if (found) return found
    throw new Error(`model.stages: ${name} is not in this bundle; import an operator that needs it.`)
  }
  return {
    ...(Object.fromEntries(names.map((name) => [name, (...given: never) => stage(name)(...given)])) as Brought<R>),
    ...{ take, task },
    reject(rejection) {
      events.raise(rejection)
      events.deliver()
    },
    learnedSince: () => core.learnedSince,
  }
}
