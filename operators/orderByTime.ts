import type { OperatorFunction } from 'rxjs'
import { bringArrival } from '../src/model/arrival/createArrival.js'
import { createOrderer } from '../src/model/arrival/orderer.js'
import { type OrderCounters, orderCountersOf } from '../src/model/arrival/ordering.js'
import { bringKeep } from '../src/model/keep.js'
import type { Model } from '../src/model.js'
import { checkNumber } from '../src/options/checkNumber.js'
import { checkWhole } from '../src/options/checkWhole.js'
import { oneOf } from '../src/options/oneOf.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { shown } from '../src/options/shown.js'
import { checkGiven } from './given.js'
import { type Counting, handingOn } from './handingOn.js'
import type { RowsFor } from './reads.js'

export type { OrderCounters }

export interface OrderByTimeConfig {
  /**
   * The column that holds the time of a row, as milliseconds since 1970, a `Date`, or a text of ISO 8601, in UTC unless it
   * names an offset; if it is a `time` feature of the model, as that reads it.
   */
  readonly time: string
  /** How much older than the newest row so far a row may be, in milliseconds. */
  readonly latenessMs: number
  /** The largest number of rows that wait; beyond it, the earliest leaves before its time. Default 10,000. */
  readonly capacity?: number
  /** What is done with a row that comes too late: it is left out, or handed on out of order. Default: 'drop'. */
  readonly late?: 'drop' | 'pass'
  /** The name under which the model keeps the rows that wait. Default 'orderByTime'. */
  readonly name?: string
}

/**
 * Puts rows into the order of their times, where they come up to `latenessMs` late. A row waits until the watermark,
 * w = newest time − latenessMs, has reached its time, and rows of one time leave in the order in which they came.
 *
 *     time of row    1   3   2   6   5   9   3   8|
 *     orderByTime    ----1-------23------56------89|    { latenessMs: 2 }: the second 3 is late
 *
 * A row is late if its time is below the watermark, or below that of a row that has left. Late rows are counted, told as
 * events of the kind `late` (`fromModel`), and left out or handed on. Rows without a time that can be read, or with a value
 * that cannot be saved, are told as rejections and left out. What waits leaves at completion, or when later rows have come:
 * where a source falls silent, the rows of its last `latenessMs` wait, so that a source with pauses needs rows that tell
 * the time. No clock is read: a row that claims a time far ahead makes those behind it late until their times have
 * caught up, which `counters.late` shows. Where many rows leave at once and the source waits, as `fromRows` and
 * `boundedBuffer` do, the event loop turns every 8 ms meanwhile.
 *
 * It stands before the operator that learns; rows come one by one. The rows that wait are part of the model's state and
 * saved with it, as far as their columns are plain data or are read by the model, and `model.cursor` is then the place of
 * the last row that came, from which the source goes on: the resumed run gives the same bits. In the middle of a window
 * of `learn(model, { batch })` both are as of the last step. Nothing may gather or delay rows between the two, but for
 * `dedupe`.
 *
 * @throws TypeError for a time that is no text; RangeError for a latenessMs that is not a number of at least 0, a capacity
 * below 1 or another `late`; as notifications, RangeError for a name that is in use, and TypeError for what another
 * operator has kept under the name
 * @example
 * const ordered = orderByTime(model, { time: 'at', latenessMs: 5000 })
 * row$.pipe(ordered, learn(model)).subscribe(() => console.log(ordered.counters.waiting))
 * @see T. Akidau et al. (2015), The Dataflow Model, VLDB 8(12), section 2.3 (watermarks)
 */
export function orderByTime<R, I = R>(
  model: Model<R>,
  config: OrderByTimeConfig,
): OperatorFunction<RowsFor<R, I, 'orderByTime(model)'>, I> & { readonly counters: OrderCounters }
export function orderByTime<R>(model: Model<R>, config: OrderByTimeConfig): Counting<R, OrderCounters> {
  checkGiven('orderByTime: the model', model, 'learn')
  const own = optionsOf('orderByTime', config, {
    ...{ time: undefined, latenessMs: undefined, capacity: 10_000, late: 'drop', name: 'orderByTime' },
  })
  const { time, latenessMs, capacity, late, name } = own
  if (typeof time !== 'string' || time === '')
    throw new TypeError(
      `orderByTime: time is ${shown(time)}; expected the name of the column with a row's time, as in { time: 'at' }.`,
    )
  if (typeof name !== 'string' || name === '')
    throw new TypeError(`orderByTime: name is ${shown(name)}; expected a text.`)
  checkNumber('orderByTime: latenessMs', latenessMs, {})
  checkWhole('orderByTime: capacity is', capacity)
  oneOf('orderByTime', 'late', late, ['drop', 'pass'])
  bringKeep()
  bringArrival()
  const settled = { time: time as string, latenessMs: latenessMs as unknown as number, capacity, late, name }
  return handingOn(
    () => createOrderer(model, settled),
    () => orderCountersOf(model.stages.kept(name)),
  )
}
