import { ReentrantStepError } from '../errors.js'
import type { Model, Stages } from '../model.js'
import type { Prediction } from '../records.js'
import type { Watch } from './learn/watch.js'
import { createWriters, type Guard } from './learn/writers.js'
import { createStages } from './stages.js'
import { createCommit } from './state/commit.js'
import type { Core } from './state/core.js'
import { createEvents, type Events } from './state/events.js'
import type { Machine } from './step/machine.js'
import { createRowPredictor } from './step/predictRow.js'

/** The working parts of a model, which are made on its first use. */
export interface Workings<R> {
  readonly core: Core
  readonly events: Events
  /** What looks at the names of rows, unless nothing does. */
  readonly watch: Watch | undefined
  /** Runs a part of a step without user code, and delivers the events after it. */
  readonly guarded: Guard
  /** Returns the stages, which are made on demand because `predict` and `learn` need none of them. */
  stages(): Stages<R>
  /** Tells whether the stages have been made: whoever has them may use them at any time. */
  hasStages(): boolean
  predict(row: R): Prediction<R>
  learn(given: R): unknown
  /** Returns the name of the writer that is in the middle of a window, if there is one. */
  openWindow(): string | undefined
}

export const createWorkings = <R>(machine: Machine, model: Model<R>): Workings<R> => {
  const { core } = machine
  const events = createEvents()
  const commit = createCommit(core, events)
  let inside = false
  let busy = false

  const checkOutside = (): void => {
    if (inside) throw new ReentrantStepError('the model was called within one of its own steps; call it after that.')
  }
  const guarded: Guard = (body, given) => {
    checkOutside()
    inside = true
    try {
      return body(given as never)
    } finally {
      inside = false
      if (!busy) events.deliver()
    }
  }
  const writers = createWriters<R>(machine, commit, model, guarded)
  let stages: (() => Stages<R>) | undefined
  let predictRow: ((row: R) => Prediction<R>) | undefined

  return {
    core,
    events,
    guarded,
    watch: writers.watch,
    stages() {
      stages ??= createStages<R>(machine, commit, model, writers, guarded)
      return stages()
    },
    hasStages: () => stages !== undefined,
    predict(row) {
      predictRow ??= createRowPredictor<R>(machine)
      return guarded(predictRow, row)
    },
    /** Events are delivered after the model has been released, so that a listener may call `learn`. */
    learn(given) {
      checkOutside()
      const writer = writers.takeAgain()
      busy = true
      try {
        const learned = writer.learn(given)
        writer.flush()
        return learned
      } finally {
        writer.release()
        busy = false
        events.deliver()
      }
    },
    openWindow: writers.openWindow,
  }
}
