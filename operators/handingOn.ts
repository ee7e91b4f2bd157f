import { type MonoTypeOperatorFunction, Observable, Subscriber } from 'rxjs'
import { hold } from './hold.js'
import { macrotask } from './macrotask.js'
import { pause } from './pause.js'
import { createSlice } from './slice.js'

/** Takes rows, and hands on those that leave for it; and at the end, those that are left. */
export interface HandsOn<R> {
  row(row: R): Iterable<R>
  /** Whether rows were about to leave when a snapshot was taken, and returns them. */
  readonly hasDue?: boolean
  rest?(): Iterable<R>
  finish(): Iterable<R>
  release(): void
}

/** An operator over rows that can tell what became of them. */
export type Counting<R, C> = MonoTypeOperatorFunction<R> & { readonly counters: C }

/** The longest stretch of work in milliseconds, where the source waits. */
const YIELD_MS = 8

/**
 * Hands rows on one at a time, each of which leaves the chain before the next. One row may let thousands leave: where the
 * source can wait, it does so while the event loop turns between stretches of them.
 */
const handedOn = <R>(source: Observable<R>, own: HandsOn<R>): Observable<R> =>
  new Observable((subscriber) => {
    /** Rows that came while others were leaving. */
    let waiting: R[] = []
    let at = 0
    let leaving: Iterator<R> | undefined = own.hasDue ? own.rest?.()[Symbol.iterator]() : undefined
    let [isBusy, isRunning, hasEnded, isFinishing] = [false, false, false, false]
    let failure: { readonly reason: unknown } | undefined
    const isOver = createSlice(YIELD_MS)
    let cancel = (): void => {}
    let goOn = (): void => {}
    /** What a source is asked to wait for, while rows are leaving in stretches. */
    let until: Promise<void> | undefined

    /** Says what leaves next; undefined if there is nothing. */
    const upcoming = (): Iterator<R> | undefined => {
      if (at < waiting.length) {
        const row = waiting[at++] as R
        if (at === waiting.length) {
          waiting = []
          at = 0
        }
        return own.row(row)[Symbol.iterator]()
      }
      if (!hasEnded || isFinishing) return undefined
      isFinishing = true
      return own.finish()[Symbol.iterator]()
    }
    /** Lets the event loop turn, and asks the source to wait until everything has left. */
    const rest = (): void => {
      until ??= new Promise((resolve) => {
        goOn = resolve
      })
      pause.until = until
      cancel = macrotask(() => {
        isOver(true)
        run(true)
      })
    }
    const run = (mayRest: boolean): void => {
      isBusy = true
      isRunning = true
      try {
        while (!subscriber.closed) {
          leaving ??= upcoming()
          if (leaving === undefined) break
          const { done, value } = leaving.next()
          if (done) leaving = undefined
          else {
            subscriber.next(value)
            if (mayRest && isOver() && !subscriber.closed) {
              rest()
              return
            }
          }
        }
        isBusy = false
        until = undefined
        goOn()
        if (subscriber.closed) leaving?.return?.()
        else if (failure) subscriber.error(failure.reason)
        else if (isFinishing) subscriber.complete()
      } catch (reason) {
        subscriber.error(reason)
      } finally {
        isRunning = false
      }
    }
    const begin = (): void => {
      // A source that pushes while another one waits is asked to wait, too.
      if (until) pause.until = until
      if (isBusy) return
      if (pause.isHeard) isOver(true)
      run(pause.isHeard)
    }
    const reading = new Subscriber<R>({
      next(row) {
        waiting.push(row)
        begin()
      },
      error(reason: unknown) {
        if (until) failure = { reason }
        else subscriber.error(reason)
      },
      complete() {
        hasEnded = true
        begin()
      },
    })
    subscriber.add(reading)
    subscriber.add(() => {
      cancel()
      goOn()
      if (!isRunning) leaving?.return?.()
    })
    if (leaving) begin()
    source.subscribe(reading)
  })

/** Hands rows on, and releases what is held before completion or an error is delivered. */
export const handingOn = <R, C>(take: () => HandsOn<R>, counters: () => C): Counting<R, C> => {
  const operator = (source: Observable<R>): Observable<R> => hold(take, (own) => handedOn(source, own))
  return Object.defineProperty(operator, 'counters', { get: counters }) as Counting<R, C>
}
