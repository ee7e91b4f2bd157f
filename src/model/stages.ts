import type { Model, Stages } from '../model.js'
import type { Guard, Writers } from './learn/writers.js'
import type { Commit } from './state/commit.js'
import { createKeep } from './state/kept.js'
import type { Machine } from './step/machine.js'

/** The stages from encoding to the step, which `learn` does not need. */
export type LongForm<R> = Pick<Stages<R>, (typeof names)[number]>
const names = ['encode', 'memories', 'batch', 'forward', 'loss', 'backward', 'gradient', 'update'] as const

type Parts<R> = [machine: Machine, commit: Commit, model: Model<R>, writers: Writers<R>, guarded: Guard]
let createLongForm: (<R>(...parts: Parts<R>) => LongForm<R>) | undefined
export const bringStages = (create: NonNullable<typeof createLongForm>): void => {
  createLongForm = create
}

export const createStages = <R>(...parts: Parts<R>): Stages<R> => {
  const [{ core }, commit, , writers] = parts
  let made: LongForm<R> | undefined
  const longForm = (): LongForm<R> => {
    if (!createLongForm)
      throw new Error('model.stages: the long form is not in this bundle; import an operator of it, such as forward.')
    made ??= createLongForm(...parts)
    return made
  }
  const stages = Object.fromEntries(
    names.map((name) => [
      name,
      (...given: readonly never[]) => (longForm()[name] as (...all: never[]) => unknown)(...given),
    ]),
  ) as unknown as LongForm<R>
  return {
    ...stages,
    take: writers.take,
    task: writers.task,
    reject(rejection) {
      commit.events.raise(rejection)
      commit.events.deliver()
    },
    learnedSince: () => core.learnedSince,
    keep: createKeep(core),
  }
}
