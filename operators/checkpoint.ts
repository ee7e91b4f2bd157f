import {
  concat,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  type MonoTypeOperatorFunction,
  merge,
  type OperatorFunction,
  Subject,
  type Subscription,
  tap,
  timer,
} from 'rxjs'
import { partOf } from '../src/model/partOf.js'
import { checkFunction } from '../src/options/checkFunction.js'
import { checkNumber } from '../src/options/checkNumber.js'
import { checkWhole } from '../src/options/checkWhole.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { checkStore } from '../src/saved/resume.js'
import { encodeModel, type Savable } from '../src/saved/savedModel.js'
import type { CheckpointStore, Droppable } from '../src/saved/store.js'
import type { Cursor } from '../src/values.js'
import { checkGiven } from './given.js'

export interface CheckpointConfig {
  /** The number of records from one checkpoint to the next. Default: no number. */
  readonly every?: number
  /** The longest time in milliseconds for which a record is not saved. Default: 60,000, or none if `every` is given. */
  readonly everyMs?: number
  /**
   * What is saved. Default: the model of the record, unless it is one of several, such as those of `learnByKey`, `bag` and
   * `compete`: then it is to be what that returned.
   */
  readonly of?: Savable
  /**
   * The journal of the rows, such as `await openJournal('journal')` of rxgrad/node: what none of the checkpoints that the
   * store keeps needs is dropped from it. Default: none.
   */
  readonly journal?: Droppable
  /** Is told of each checkpoint that is safe: the bytes it took, and the cursor of its last row. */
  readonly onSaved?: (saved: Saved) => void
  /**
   * Is told of a checkpoint that failed, and learning goes on; what was not saved is a part of the next one. Default: the
   * error ends the stream, as it does at completion, when no other checkpoint follows.
   */
  readonly onError?: (error: Error) => void
}
export interface Saved {
  readonly bytes: number
  /** Undefined where rows have no cursor. */
  readonly cursor: Cursor | undefined
}

/**
 * Saves the model to a store now and then, and at completion; records pass unchanged. It belongs at the end of the pipe,
 * so that the scores of `evaluate`, and whatever else operators keep, are of the same row.
 *
 *     learned                      a  b  c  d  e|
 *     checkpoint(store, {every: 2})
 *                                  a  b  c  d  e   |   saved after b, d and e; completes when the last is safe
 *
 * A checkpoint is a copy of the model between two records; it is written while learning goes on. One that is due while
 * another is being written follows it, as of that moment. A row is safe once a checkpoint behind it is; after a crash,
 * `resume(store, model)` tells from which cursor the source is to be read on, and the rest is as if nothing had stopped.
 *
 * @throws TypeError for a store or a model that is none; RangeError for an `every` or `everyMs` that is not above 0; as
 * notifications, TypeError for a record whose model is one of several, without `of`, and what the store says when a
 * checkpoint fails, unless there is an `onError`
 * @example
 * const store = memoryStore()   // or fileStore('checkpoints') of rxgrad/node
 * row$.pipe(learn(model), evaluate(model), checkpoint(store, { every: 10_000, everyMs: 30_000 })).subscribe()
 */
export const checkpoint = <T extends { readonly model?: unknown }>(
  store: CheckpointStore,
  config?: CheckpointConfig,
): MonoTypeOperatorFunction<T> => {
  checkStore('checkpoint', store)
  const {
    every,
    everyMs = every === undefined ? 60_000 : undefined,
    of,
    journal,
    onSaved,
    onError,
  } = optionsOf('checkpoint', config, {
    ...{ every: undefined, everyMs: undefined, of: undefined, journal: undefined },
    ...{ onSaved: undefined, onError: undefined },
  })
  if (every !== undefined) checkWhole('checkpoint: every is', every)
  if (everyMs !== undefined) checkNumber('checkpoint: everyMs', everyMs, { open: true, most: 2 ** 31 - 1 })
  if (of !== undefined) checkGiven('checkpoint: of', of, 'snapshot')
  if (journal !== undefined) checkGiven('checkpoint: journal', journal, 'drop', "await openJournal('journal')")
  for (const [name, told] of Object.entries({ onSaved, onError }))
    if (told !== undefined) checkFunction(`checkpoint: ${name} is`, told, 'a function')

  const { keep = 2 } = store

  return (source) =>
    defer(() => {
      /** The cursors of the newest checkpoints, as many as the store keeps. */
      const kept: Cursor[] = []
      const failed$ = new Subject<never>()
      /** The model of the last record, and the number of records since it was last copied. */
      let model: Savable | undefined
      let unsaved = 0
      let writing: Promise<void> | undefined
      let isDue = false
      let isOver = false
      let timing: Subscription | undefined

      /** Copies the model as it is now, and has the copy saved. */
      const write = async (model: Savable): Promise<void> => {
        unsaved = 0
        timing?.unsubscribe()
        timing = undefined
        const { cursor } = model as { readonly cursor?: Cursor }
        const bytes = encodeModel(model)
        await store.save(bytes)
        if (journal !== undefined && cursor !== undefined) {
          kept.push(cursor)
          if (kept.length > keep) kept.shift()
          // An older checkpoint is for a newest that is damaged, and then the rows behind it are needed.
          if (kept.length === keep) await journal.drop(kept[0]!)
        }
        tell(() => onSaved?.({ bytes: bytes.length, cursor }))
      }
      const startTimer = (): void => {
        if (everyMs === undefined || isOver) return
        timing ??= timer(everyMs).subscribe(() => {
          timing = undefined
          save()
        })
      }
      const fail = (error: Error): void => {
        // What was not saved is a part of the next checkpoint.
        unsaved++
        startTimer()
        if (onError) tell(() => onError(error))
        else failed$.error(error)
      }
      /** Calls a function of the user, whose error is that of the stream. */
      const tell = (call: () => void): void => {
        try {
          call()
        } catch (error) {
          failed$.error(error)
        }
      }
      const save = (): void => {
        isDue = writing !== undefined
        if (isDue || model === undefined) return
        writing = write(model)
          .catch(fail)
          .then(() => {
            writing = undefined
            if (isDue) save()
          })
      }
      const take = (record: T): void => {
        const own = of ?? (record?.model as Savable)
        if (of === undefined) checkOwn(own)
        model = own
        unsaved++
        startTimer()
        if (every !== undefined && unsaved % every === 0) save()
      }
      /** Waits for what is being written, and saves what is left. */
      const finish = async (): Promise<void> => {
        isDue = false
        while (writing) await writing
        if (model !== undefined && unsaved > 0 && !isOver) await write(model)
      }
      const records$ = concat(
        source.pipe(tap(take)),
        defer(() => (writing || unsaved > 0 ? finish() : EMPTY)).pipe(
          ignoreElements() as OperatorFunction<void, never>,
        ),
      )
      return merge(records$.pipe(finalize(() => failed$.complete())), failed$).pipe(
        finalize(() => {
          // What an operator in front gives up by then is no part of a checkpoint.
          isDue = false
          isOver = true
          timing?.unsubscribe()
        }),
      )
    })
}

/** Refuses what is no model, and one that is not all that learns the stream. */
const checkOwn = (model: Savable): void => {
  checkGiven('checkpoint: the model of a record', model, 'snapshot')
  const whole = partOf(model)
  if (whole !== undefined)
    throw new TypeError(
      `checkpoint: the model of a record is one of several that ${whole} has; expected all of them, as in checkpoint(store, { of: models }) for what ${whole} returned.`,
    )
}
