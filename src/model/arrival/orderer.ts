import type { Field } from '../../features/field.js'
import type { Model } from '../../model.js'
import { shown } from '../../options/shown.js'
import type { Row } from '../../values.js'
import { unholdable } from '../late/plainRow.js'
import { readingTime } from '../late/readingTime.js'
import { createOrdering, markOrdering, type Ordering, orderingForm } from './ordering.js'

export interface OrdererConfig {
  readonly time: string
  readonly latenessMs: number
  readonly capacity: number
  readonly late: 'drop' | 'pass'
  readonly name: string
}

/** Hands rows on in the order of their times. */
export interface Orderer<R> {
  /** Returns the rows that leave when a row comes; what follows a row happens when it has left the chain. */
  row(row: R): Iterable<R>
  /** Whether rows were about to leave when a snapshot was taken, and returns them. */
  readonly hasDue: boolean
  rest(): Iterable<R>
  /** Returns the rows that still wait. */
  finish(): Iterable<R>
  release(): void
}

const A_TIME = 'milliseconds since 1970, a Date, or a text such as 2024-01-31T12:00Z'

const shownOf = (row: unknown, field: string): string => {
  try {
    return shown((row as Row | null | undefined)?.[field])
  } catch {
    return 'a value that cannot be read'
  }
}

export const createOrderer = <R>(model: Model<R>, config: OrdererConfig): Orderer<R> => {
  const { time, latenessMs, capacity, late, name } = config
  const { stages } = model
  const features: Readonly<Record<string, Field>> = model.features
  const timeOf = readingTime(time, Object.hasOwn(features, time) ? features[time] : undefined)
  const { arrival } = stages
  let last: { readonly row: unknown } | undefined
  let [isFinishing, isFinished] = [false, false]
  /** Is called when a row has left the chain, or may have. */
  const settle = (): void => joining.settle()
  const form = orderingForm(arrival.read, settle)
  const kept = stages.keep(name, () => createOrdering(model.step), form)
  const joining = arrival.join((areLearned) => markOrdering(kept.value, model.step, areLearned))

  const watermarkOf = ({ newest, reached }: Ordering): number => Math.max(newest - latenessMs, reached)
  /** Hands on the rows that are due. */
  function* due(isDue: (state: Ordering, at: number) => boolean): Generator<R> {
    for (;;) {
      // A snapshot may have been restored while a row was away.
      const state = kept.value
      const { waiting, counts } = state
      if (waiting.first === undefined || !isDue(state, waiting.first.at)) return
      const each = waiting.take()
      if (!isFinishing && !isPast(state, each.at)) tellEarly(state)
      state.reached = Math.max(state.reached, each.at)
      counts.passed++
      state.since.push(each)
      last = each
      yield each.row as R
      settle()
    }
  }
  const isPast = (state: Ordering, at: number): boolean => at <= watermarkOf(state)
  const isPastOrTooMany = (state: Ordering, at: number): boolean => isPast(state, at) || state.waiting.size > capacity

  function tellEarly({ counts }: Ordering): void {
    counts.early++
    // It is told at the first, and whenever their count reaches a power of two.
    if ((counts.early & (counts.early - 1)) !== 0) return
    const reason = `${name} holds ${capacity} rows, as many as it may, so that ${counts.early} left before earlier ones could come; expected a larger capacity, or a smaller latenessMs`
    const { early: count } = counts
    stages.reject({ kind: 'capacity', step: model.step, field: time, capacity, count, reason })
  }

  return {
    *row(row) {
      joining.enter(row)
      // A snapshot may have been restored since the last row.
      yield* due(isPastOrTooMany)
      const state = kept.value
      const { counts } = state
      counts.received++
      const at = timeOf(row, Number.NaN, Number.NaN)
      // A row that could not be saved would be in the way of every snapshot while it waits.
      const field = Number.isNaN(at) ? time : unholdable(row as Row, arrival.read)
      if (field !== undefined) {
        counts.unreadable++
        const expected =
          field === time ? A_TIME : 'plain data, such as a number or a text, which can be saved while the row waits'
        const reason = `${field} is ${shownOf(row, field)}; expected ${expected}`
        stages.reject({ kind: 'rejection', reason, field, row })
        settle()
        return
      }
      const lateMs = watermarkOf(state) - at
      if (lateMs > 0) {
        const passed = late === 'pass'
        counts.late++
        counts[passed ? 'passed' : 'dropped']++
        const reason = `a row is ${lateMs} ms too late by its ${time}, and is ${passed ? 'handed on out of order' : 'left out'}`
        stages.reject({ kind: 'late', step: model.step, by: name, row, lateMs, passed, reason })
        if (passed) {
          const each = { at, turn: state.turn++, row }
          state.since.push(each)
          last = each
          yield row
        }
        settle()
        return
      }
      if (at > state.newest) state.newest = at
      state.waiting.add({ at, turn: state.turn++, row })
      yield* due(isPastOrTooMany)
      settle()
    },
    get hasDue() {
      const { first } = kept.value.waiting
      return first !== undefined && isPastOrTooMany(kept.value, first.at)
    },
    rest: () => due(isPastOrTooMany),
    *finish() {
      isFinishing = true
      yield* due(() => true)
      // Not where the last of them unsubscribes.
      isFinished = true
    },
    release() {
      joining.leave(isFinished ? (last ?? { row: undefined }) : undefined)
      kept.release()
    },
  }
}
