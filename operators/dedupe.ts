import type { OperatorFunction } from 'rxjs'
import { bringArrival } from '../src/model/arrival/createArrival.js'
import { createDeduper } from '../src/model/arrival/deduper.js'
import { type DedupeCounters, dedupeCountersOf } from '../src/model/arrival/keys.js'
import { bringKeep } from '../src/model/keep.js'
import type { Model } from '../src/model.js'
import { checkNumber } from '../src/options/checkNumber.js'
import { checkWhole } from '../src/options/checkWhole.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { shown } from '../src/options/shown.js'
import { checkGiven } from './given.js'
import { type Counting, handingOn } from './handingOn.js'
import type { RowsFor } from './reads.js'

export type { DedupeCounters }

export interface DedupeConfig {
  /** The column by whose value rows are told apart; 1 and '1' are the same. */
  readonly key: string
  /** The largest number of keys that are known; beyond it, the one seen least recently is forgotten. Default 10,000. */
  readonly capacity?: number
  /**
   * A row is a duplicate only if its time is less than this from that of the row that was handed on, in milliseconds; it
   * needs `time`. Default: without limit.
   */
  readonly withinMs?: number
  /**
   * The column that holds the time of a row, as milliseconds since 1970, a `Date`, or a text of ISO 8601, in UTC unless it
   * names an offset; if it is a `time` feature of the model, as that reads it.
   */
  readonly time?: string
  /** The name under which the model keeps the keys. Default 'dedupe'. */
  readonly name?: string
}

/**
 * Leaves out rows whose key has come before, as a source delivers them that sends again what may have been lost.
 *
 *     key of row    a   b   a   c   b   a
 *     dedupe        a   b   ----c--------    { capacity: 3 }
 *     dedupe        a   b   ----c---b---a    { capacity: 2 }: b is forgotten for c, and a for b
 *
 * Duplicates are counted, and told as events of the kind `duplicate` (`fromModel`). A row without a key is handed on,
 * and told as an event of the kind `naming`. No clock is read, so that a late or repeated delivery is judged by what its
 * row says.
 *
 * It stands before the operator that learns; rows come one by one. The keys are part of the model's state and saved with
 * it, and `model.cursor` is then the place of the last row that came, a duplicate too: the resumed run gives the same
 * bits. In the middle of a window of `learn(model, { batch })` both are as of the last step. Nothing may gather or delay
 * rows between the two, but for `orderByTime`.
 *
 * @throws TypeError for a key or a time that is no text, and a withinMs without a time; RangeError for a capacity below 1 or
 * a withinMs that is not above 0; as notifications, RangeError for a name that is in use, and TypeError for what another
 * operator has kept under the name
 * @example
 * const unique = dedupe(model, { key: 'id', capacity: 100_000 })
 * row$.pipe(unique, learn(model)).subscribe(() => console.log(unique.counters.duplicate))
 */
export function dedupe<R, I = R>(
  model: Model<R>,
  config: DedupeConfig,
): OperatorFunction<RowsFor<R, I, 'dedupe(model)'>, I> & { readonly counters: DedupeCounters }
export function dedupe<R>(model: Model<R>, config: DedupeConfig): Counting<R, DedupeCounters> {
  checkGiven('dedupe: the model', model, 'learn')
  const { key, capacity, withinMs, time, name } = optionsOf('dedupe', config, {
    ...{ key: undefined, capacity: 10_000, withinMs: Infinity, time: undefined, name: 'dedupe' },
  })
  for (const [what, value] of Object.entries({ key, time: time ?? 'time', name }))
    if (typeof value !== 'string' || value === '')
      throw new TypeError(`dedupe: ${what} is ${shown(value)}; expected a name, as in { key: 'id' }.`)
  checkNumber('dedupe: withinMs', withinMs, { open: true, most: Infinity })
  checkWhole('dedupe: capacity is', capacity)
  if (withinMs < Infinity && time === undefined)
    throw new TypeError(
      `dedupe: withinMs is ${shown(withinMs)} without a time; expected the column with a row's time too, as in { withinMs: 60_000, time: 'at' }.`,
    )
  bringKeep()
  bringArrival()
  const own = { key: key as unknown as string, capacity, withinMs, time, name }
  return handingOn(
    () => createDeduper(model, own),
    () => dedupeCountersOf(model.stages.kept(name)),
  )
}
