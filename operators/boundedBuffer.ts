import { Observable, Subject } from 'rxjs'
import { checkNumber } from '../src/options/checkNumber.js'
import { checkWhole } from '../src/options/checkWhole.js'
import { oneOf } from '../src/options/oneOf.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { type BoundedBufferConfig, type BufferCounters, buffered, type Gate } from './buffered.js'
import { OVERFLOWS } from './overflow.js'

export type { BoundedBufferConfig, BufferCounters } from './buffered.js'
export type { Overflow } from './overflow.js'

/** An operator that tells how full it is. The counters are those of all its subscriptions together. */
export interface BoundedBuffer {
  <T>(source: Observable<T>): Observable<T>
  readonly counters: BufferCounters
  /** Emits the counters at subscription, and after each turn of the event loop in which they have changed. */
  readonly counters$: Observable<BufferCounters>
  /** Resolves when half of the buffer is free, which is at once if it is so now. */
  readonly ready: Promise<void>
}

/**
 * Stands between a source that pushes and work that takes time: elements wait, at most `capacity` of them, and are handed
 * on in stretches of at most `yieldMs`, between which the event loop turns, so that timers, sockets and frames keep their
 * time. While nothing waits and there is time left, an element passes at once.
 *
 *     source                    abcdefgh---------i|      { capacity: 4 }, where the work is slower than the source
 *     overflow: 'dropOldest'    a---e---f---g---h---i|   b, c and d are dropped
 *     overflow: 'dropNewest'    a---b---c---d---e---i|   f, g and h
 *     overflow: 'sample'        a---b---d---f---h---i|   every 2nd of what waits, then of what comes; or 4th, 8th …
 *     overflow: 'error'         a#                       a BufferOverflowError, at f
 *     overflow: 'block'         a---b---c---…            the source waits; one that cannot is an error, as above
 *
 * 'block' drops nothing, and is for what can wait: `fromRows`, `fromLines` and `fromBroadcast` above it pause by
 * themselves, and a producer of your own awaits `ready` before it sends. A `Subject`, an EventEmitter, a MessagePort or a
 * WebSocket cannot be stopped from here: choose what to drop, or let it be told to pause and go on by `ready`, as
 * `port.postMessage` or `socket.pause()` can. 'sample' keeps elements that are spread evenly over a burst, up to when
 * nothing waits again; it may fall into step with a source that repeats itself.
 *
 * At completion, what waits is handed on first. After an error of the source, an overflow or an unsubscribe, it counts as
 * dropped. One element by itself, such as an array of rows, is never interrupted.
 *
 * @throws RangeError for a capacity that is not a whole number of at least 1, an unknown overflow, or a yieldMs that is
 * not a number of at least 0; as a notification, BufferOverflowError
 * @example
 * const buffer = boundedBuffer({ capacity: 1000, overflow: 'dropOldest' })
 * row$.pipe(buffer, learn(model)).subscribe()
 * buffer.counters$.subscribe(({ queued, dropped }) => console.log(queued, dropped))
 */
export const boundedBuffer = (config: BoundedBufferConfig): BoundedBuffer => {
  const { capacity, overflow, yieldMs } = optionsOf('boundedBuffer', config, {
    ...{ capacity: undefined, overflow: undefined, yieldMs: 8 },
  })
  checkWhole('boundedBuffer: capacity is', capacity)
  if (overflow === undefined)
    throw new RangeError(`boundedBuffer: overflow is undefined; expected one of ${OVERFLOWS.join(', ')}.`)
  oneOf('boundedBuffer', 'overflow', overflow, OVERFLOWS)
  checkNumber('boundedBuffer: yieldMs', yieldMs, { most: Infinity })
  const own = { capacity: capacity as number, overflow, yieldMs }
  const counts = { received: 0, passed: 0, dropped: 0, queued: 0, mostQueued: 0 }
  const changed$ = new Subject<BufferCounters>()
  const rooms = new Set<() => boolean>()
  let waits: { readonly until: Promise<void>; readonly go: () => void } | undefined

  const now = (): BufferCounters => ({ ...counts })
  const isCrowded = (): boolean => {
    for (const full of rooms) if (full()) return true
    return false
  }
  const gate: Gate = {
    ...own,
    counts,
    rooms,
    tell() {
      if (changed$.observed) changed$.next(now())
      if (waits === undefined || isCrowded()) return
      waits.go()
      waits = undefined
    },
    ready() {
      if (!isCrowded()) return Promise.resolve()
      if (waits === undefined) {
        let go = (): void => {}
        const until = new Promise<void>((resolve) => {
          go = resolve
        })
        waits = { until, go }
      }
      return waits.until
    },
    isReady: (until) => waits?.until === until,
  }
  const counters$ = new Observable<BufferCounters>((subscriber) => {
    subscriber.next(now())
    return changed$.subscribe(subscriber)
  })
  const operator = <T>(source: Observable<T>): Observable<T> => buffered(source, gate)
  return Object.defineProperties(operator, {
    counters: { get: now },
    counters$: { value: counters$ },
    ready: { get: gate.ready },
  }) as BoundedBuffer
}
