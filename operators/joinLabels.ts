import {
  asyncScheduler,
  concat,
  defer,
  finalize,
  map,
  merge,
  type Observable,
  type OperatorFunction,
  of,
  Subject,
  type Subscription,
  takeUntil,
  timer,
} from 'rxjs'
import { bringKeep } from '../src/model/keep.js'
import { bringLate } from '../src/model/late/createLate.js'
import type { Joined } from '../src/model/late/joinedOf.js'
import { createJoiner, type Joiner } from '../src/model/late/joiner.js'
import type { Model } from '../src/model.js'
import { checkNumber } from '../src/options/checkNumber.js'
import { checkWhole } from '../src/options/checkWhole.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { shown } from '../src/options/shown.js'
import type { AnyValue, Row } from '../src/values.js'
import { checkGiven } from './given.js'
import { hold } from './hold.js'
import { inTurn } from './inTurn.js'
import type { RowsFor } from './reads.js'

export interface JoinLabelsConfig {
  /** The column that a row and its label have in common; its values are compared as text. */
  readonly key: string
  /** A row or a label waits for less than this, in milliseconds. Default: without limit. */
  readonly withinMs?: number
  /** The largest number of rows that wait; beyond it, the one that has waited longest is given up. Default 10,000. */
  readonly capacity?: number
  /**
   * The column of rows and labels that holds their time, as milliseconds since 1970, a `Date`, or a text of ISO 8601, in
   * UTC unless it names an offset; if it is a `time` feature of the model, as that reads it. Default: the time at which
   * they come.
   */
  readonly time?: string
  /**
   * Whether labels come from the source of the rows, such as a journal of both, so that they have cursors of it as well:
   * the model's cursor is then that of the last row or label, behind which a later process goes on. It does so bit for
   * bit if a `time` is given. Default: false, and the model's cursor is that of the last row.
   */
  readonly sameSource?: boolean
  /** The name under which the model keeps what waits. Default 'joinLabels'. */
  readonly name?: string
}

export type { Joined }

/** The longest time for which a timer of the host can be set. */
const LONGEST_MS = 2 ** 31 - 1

/** A row, a label, or a moment that lets time pass; or the end of the rows or of the labels. */
type Turn<R> =
  | { readonly kind: 'row'; readonly row: R }
  | { readonly kind: 'label'; readonly label: object }
  | { readonly kind: 'due' | 'rows end' | 'labels end' }

/**
 * Learns rows whose labels come later: each row is predicted when it comes, and waits; when a label with the same key
 * comes, the row is learned as it was, and its first prediction stands beside the label.
 *
 *     row          a   b   c|
 *     label          b   x   a|
 *     joinLabels   A   B b   C  a|   A, B, C: predicted; b, a: learned, with the predictions of then
 *
 * A row that brings its label is learned at once, and so is a row whose label came before it. A field that remembers the
 * target, such as `lag`, takes each label when it comes. Labels that come too late, a second time or for no row, and rows
 * that are given up, are counted in `labels` and told as events (`fromModel`). A label that
 * cannot be read, or without which its row still lacks a target, is told as a rejection, and the row waits on. All that
 * waits is part of the model's state, and is saved with it. It completes when the rows are complete, and either no row
 * waits or the labels are complete too. It holds the model as `learn` does.
 *
 * @throws TypeError for a key that is no text; RangeError for a capacity below 1 or a withinMs that is not above 0; as
 * notifications, ModelInUseError when the model already has a writer, and TypeError for what another operator has kept
 * under the name
 * @example
 * const label$ = new Subject<object>()
 * row$.pipe(joinLabels(model, label$, { key: 'hour', withinMs: 86_400_000 }), evaluate(model))
 *   .subscribe((evaluation) => console.log(evaluation.report().metrics[0]))
 * label$.next({ hour: 3, power: 9 })
 */
export function joinLabels<R, I = R, V extends AnyValue = AnyValue>(
  model: Model<R, V>,
  label$: Observable<object>,
  config: JoinLabelsConfig,
): OperatorFunction<RowsFor<R, I, 'joinLabels(model, label$)'>, Joined<I, V>>
export function joinLabels<R>(
  model: Model<R>,
  label$: Observable<object>,
  config: JoinLabelsConfig,
): OperatorFunction<R, Joined<R>> {
  checkGiven('joinLabels: the model', model, 'learn')
  checkGiven('joinLabels: label$', label$, 'subscribe', 'an Observable of labels')
  const { key, withinMs, capacity, time, sameSource, name } = optionsOf('joinLabels', config, {
    key: undefined,
    withinMs: Infinity,
    capacity: 10_000,
    time: undefined,
    sameSource: false,
    name: 'joinLabels',
  })
  for (const [what, value] of Object.entries({ key, time: time ?? 'time', name }))
    if (typeof value !== 'string' || value === '')
      throw new TypeError(`joinLabels: ${what} is ${shown(value)}; expected a name, as in { key: 'id' }.`)
  checkNumber('joinLabels: withinMs', withinMs, { open: true, most: Infinity })
  checkWhole('joinLabels: capacity is', capacity)
  bringKeep()
  bringLate()
  const own = { key: key as unknown as string, withinMs, capacity, time, sameSource, name }
  return (source) =>
    hold(
      () => createJoiner(model, own),
      (joiner) => join(source, label$, joiner, own.time === undefined),
    )
}

/** @param timed whether time passes by itself, rather than with the times that rows and labels tell */
const join = <R>(
  source: Observable<R>,
  label$: Observable<object>,
  joiner: Joiner<R>,
  timed: boolean,
): Observable<Joined<R>> =>
  defer(() => {
    const due$ = new Subject<Turn<R>>()
    const end$ = new Subject<void>()
    let [rowsEnd, labelsEnd] = [false, false]
    let timing: Subscription | undefined
    let closed = false
    const take = (turn: Turn<R>): Joined<R> | undefined => {
      const now = asyncScheduler.now()
      switch (turn.kind) {
        case 'row':
          return joiner.row(turn.row, now)
        case 'label':
          return joiner.label(turn.label as Row, now)
        case 'due':
          timing = undefined
          return void joiner.expire(now)
        case 'rows end':
          rowsEnd = true
          return undefined
        case 'labels end':
          labelsEnd = true
          return undefined
      }
    }
    const step = (turn: Turn<R>): Joined<R> | undefined => {
      const out = take(turn)
      if (rowsEnd && (labelsEnd || joiner.waiting === 0)) end$.next()
      // A listener that is told of what is given up may have unsubscribed by now.
      else if (timed && !closed && timing === undefined) {
        const due = joiner.due()
        // A timer that rings early finds nothing to give up, and the next one is set.
        if (due < Infinity)
          timing = timer(Math.min(Math.max(0, due - asyncScheduler.now()), LONGEST_MS)).subscribe(() =>
            due$.next({ kind: 'due' }),
          )
      }
      return out
    }
    const labels$ = concat(
      label$.pipe(map((label): Turn<R> => ({ kind: 'label', label }))),
      of<Turn<R>>({ kind: 'labels end' }),
    )
    const rows$ = concat(source.pipe(map((row): Turn<R> => ({ kind: 'row', row }))), of<Turn<R>>({ kind: 'rows end' }))
    return merge(labels$.pipe(takeUntil(end$)), due$.pipe(takeUntil(end$)), rows$).pipe(
      inTurn(step),
      finalize(() => {
        closed = true
        timing?.unsubscribe()
      }),
    )
  })
