import { Observable, Subscriber } from 'rxjs'
import { BufferOverflowError } from '../src/errors.js'
import { shown } from '../src/options/shown.js'
import { macrotask } from './macrotask.js'
import { createWaiting, type Overflow } from './overflow.js'
import { completed, pause, pushed } from './pause.js'
import { createSlice } from './slice.js'

export interface BoundedBufferConfig {
  /** The largest number of elements that wait. */
  readonly capacity: number
  /** What is done with an element that comes when so many wait: see `boundedBuffer`. */
  readonly overflow: Overflow
  /** The event loop turns at least this often, in milliseconds. Default 8. */
  readonly yieldMs?: number
}

/** What became of the elements so far: `received` is always `passed + dropped + queued`. */
export interface BufferCounters {
  readonly received: number
  readonly passed: number
  readonly dropped: number
  /** The number that wait now, and the largest number that have waited. */
  readonly queued: number
  readonly mostQueued: number
}

/** What the subscriptions of one buffer have in common. */
export interface Gate extends Required<BoundedBufferConfig> {
  readonly counts: { -readonly [K in keyof BufferCounters]: number }
  /** Says of each subscription whether its source is to wait. */
  readonly rooms: Set<() => boolean>
  /** Is called where the counters have changed, once for many elements. */
  tell(): void
  ready(): Promise<void>
  /** Tells whether a promise is that of `ready`. */
  isReady(until: Promise<void>): boolean
}

/** Hands the elements of a source on, in stretches of work; what comes faster waits. */
export const buffered = <T>(source: Observable<T>, gate: Gate): Observable<T> =>
  new Observable((subscriber) => {
    const { capacity, overflow, counts, rooms } = gate
    const waiting = createWaiting<T>(capacity, overflow)
    const isOver = createSlice(gate.yieldMs)
    let busy = false
    let ended = false
    /** Whether the event loop is to turn before the next element. */
    let resting = false
    let cancel: (() => void) | undefined

    // One element of a source may become several, as an array of rows does, for which half of the room is left.
    const isCrowded = (): boolean => waiting.size > capacity / 2
    const turn = (): void => {
      cancel = undefined
      resting = false
      isOver(true)
      drain()
      gate.tell()
    }
    const awaitTurn = (): void => {
      cancel ??= macrotask(turn)
    }
    /** Hands elements on, the given one or those that wait, until none does or the event loop is to turn. */
    const drain = (): void => {
      try {
        busy = true
        while (waiting.size > 0 && !subscriber.closed) {
          const element = waiting.take()
          counts.queued--
          counts.passed++
          const until = pushed(subscriber, element, gate.yieldMs)
          // A timer that were set after the teardown would stay.
          if (subscriber.closed) break
          if (until && !gate.isReady(until)) {
            // What is below asks for time, so that nothing is handed on until then.
            resting = true
            cancel?.()
            cancel = undefined
            void until.then(() => {
              if (!subscriber.closed) awaitTurn()
            })
            break
          }
          if (until) pause.until = until
          if (isOver()) {
            resting = true
            awaitTurn()
            break
          }
        }
        busy = false
        // Where no turn of the event loop is awaited, nothing else would tell.
        if (cancel === undefined) gate.tell()
        if (ended && waiting.size === 0 && !subscriber.closed) completed(subscriber, gate.yieldMs)
      } catch (reason) {
        subscriber.error(reason)
      }
    }
    const next = (element: T): void => {
      counts.received++
      const dropped = waiting.add(element)
      if (dropped === undefined) {
        counts.dropped++
        subscriber.error(overflowOf(gate))
        return
      }
      counts.dropped += dropped
      counts.queued += 1 - dropped
      if (busy || resting) {
        if (counts.queued > counts.mostQueued) counts.mostQueued = counts.queued
        if (overflow === 'block' && isCrowded()) pause.until = gate.ready()
        return
      }
      if (cancel === undefined && gate.yieldMs < Infinity) {
        isOver(true)
        awaitTurn()
      }
      drain()
    }
    const reading = new Subscriber<T>({
      next,
      error: (reason: unknown) => subscriber.error(reason),
      complete() {
        ended = true
        if (!busy && waiting.size === 0) completed(subscriber, gate.yieldMs)
      },
    })
    rooms.add(isCrowded)
    subscriber.add(reading)
    subscriber.add(() => {
      cancel?.()
      rooms.delete(isCrowded)
      counts.dropped += waiting.size
      counts.queued -= waiting.size
      waiting.clear()
      gate.tell()
    })
    source.subscribe(reading)
  })

const overflowOf = ({ capacity, overflow }: Gate): BufferOverflowError =>
  new BufferOverflowError(
    `boundedBuffer: ${shown(capacity)} elements wait and another one came${overflow === 'block' ? ' from a source that does not wait' : ''}; expected ${
      overflow === 'block'
        ? "fromRows or fromLines as the source, or one that awaits the buffer's ready; otherwise overflow: 'dropOldest', 'dropNewest' or 'sample'"
        : "a slower source, a larger capacity, or overflow: 'dropOldest', 'dropNewest' or 'sample'"
    }.`,
  )
