import type { Crew, Task } from '../../engine.js'
import { ModelInUseError } from '../../errors.js'
import type { Learned, LearnedRows, Model, Stages, Update, Writer } from '../../model.js'
import { checkWhole } from '../../options/checkWhole.js'
import type { Chunk } from '../../records.js'
import type { Commit } from '../state/commit.js'
import type { Machine } from '../step/machine.js'
import { isChunk } from './chunk.js'
import type { Learner } from './learner.js'
import { createRowBlock } from './rowBlock.js'
import { createRowLearner } from './rowLearner.js'
import { createWatch, type Watch } from './watch.js'
import { createWindowLearner } from './windowLearner.js'

/** Runs a part of a step that contains no user code, then delivers the events. */
export type Guard = <T, A>(body: (given: A) => T, given?: A) => T

/** The writers of a model: there is at most one at a time, from when it takes the model until it releases it. */
export interface Writers<R> {
  readonly take: Stages<R>['take']
  /** Takes the model for one call of `model.learn`. */
  takeAgain(): Writer<R>
  /** Returns the name of the writer that is in the middle of a window, if there is one. */
  openWindow(): string | undefined
  /** @throws ModelInUseError if the writer has been released */
  checkHeld(by: Writer<R>): void
  /** What an engine needs to know about the model. */
  readonly task: Task
  /** Looks at each row or element before it is learned. */
  readonly watch: Watch | undefined
  /** Returns how many slots, from slot 1 on, the writer uses for the rows of its window. */
  slots(): number
}

/** A class, because JavaScript engines read an object that has its own getters slowly. */
class Held<R> implements Writer<R> {
  readonly by: string
  readonly learn: Writer<R>['learn']
  readonly flush: Writer<R>['flush']
  readonly release: Writer<R>['release']
  readonly #pending: () => number
  constructor({ by, learn, flush, release }: Omit<Writer<R>, 'pending'>, pending: () => number) {
    this.by = by
    this.learn = learn
    this.flush = flush
    this.release = release
    this.#pending = pending
  }
  get pending(): number {
    return this.#pending()
  }
}

export const createWriters = <R>(machine: Machine, commit: Commit, model: Model<R>, guarded: Guard): Writers<R> => {
  const { core } = machine
  const { freeze, shards } = core.plan
  const task: Task = { description: model.description, freeze, shards }
  let writer: Writer<R> | undefined
  let single: Learner<R> | undefined
  let ofModel: Writer<R> | undefined
  let slots = 0

  const watch = createWatch?.(core, commit.events)

  const checkHeld = (by: Writer<R>): void => {
    if (by !== writer) throw new ModelInUseError(`${by.by}: this writer has given the model back; take it again.`)
  }

  /** Returns a learner. The one for windows of 1 is cached, because `model.learn` takes the model for each row. */
  const learnerOf = (size: number, crew: Crew | undefined): Learner<R> => {
    if (size !== 1) return createWindowLearner(machine, commit, model, size, crew)
    if (!single) {
      const createSingle = (): Learner<R> => createWindowLearner(machine, commit, model, 1)
      const block = createRowBlock(core, commit)
      single = block ? createRowLearner(machine, model, createSingle, block) : createSingle()
    }
    return single
  }

  const writerOf = (by: string, learner: Learner<R>, crew?: Crew): Writer<R> => {
    const learnInside = (given: R | readonly R[] | Chunk): Learned<R> | LearnedRows<R> => {
      checkHeld(own)
      // Counted here, because a call for each row would take longer than most of its parts.
      if (watch && --watch.left < 0) watch.look(given)
      return Array.isArray(given) || isChunk(given) ? learner.rows(given as readonly R[]) : learner.row(given as R)
    }
    const learn = ((given: R | readonly R[] | Chunk) => guarded(learnInside, given)) as Writer<R>['learn']
    const flush = (): Update<R> | undefined =>
      guarded(() => {
        checkHeld(own)
        return learner.flush()
      })
    const release = (): void => {
      if (writer !== own) return
      const rows = learner.pending()
      writer = undefined
      slots = 0
      learner.forget()
      crew?.release()
      if (rows > 0)
        guarded(() => {
          core.counters.discarded += rows
          commit.events.raise({ kind: 'discard', step: core.step, by, rows })
        })
    }
    const pending = (): number => (writer === own ? learner.pending() : 0)
    const own = new Held<R>({ by, learn, flush, release }, pending)
    return own
  }

  const checkFree = (by: string): void => {
    if (writer)
      throw new ModelInUseError(
        `${by}: ${writer.by} is writing the model already; put share() after it, or give each its own model.`,
      )
  }
  const take: Writers<R>['take'] = (by, size = 1, engine) => {
    checkFree(by)
    checkWhole(`${by}: batch is`, size)
    const crew = size > 1 ? engine?.open(task) : undefined
    writer = writerOf(by, learnerOf(size, crew), crew)
    slots = size === 1 ? 0 : size
    return writer
  }
  /** Only `model.learn` sees this writer, so the same object serves all its calls. */
  const takeAgain = (): Writer<R> => {
    checkFree('model.learn')
    ofModel ??= writerOf('model.learn', learnerOf(1, undefined))
    writer = ofModel
    return ofModel
  }

  return {
    ...{ take, takeAgain, checkHeld, task, watch, slots: () => slots },
    openWindow: () => (writer && writer.pending > 0 ? writer.by : undefined),
  }
}
