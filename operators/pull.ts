import { Observable } from 'rxjs'
import { macrotask } from './macrotask.js'

/** An iterator, synchronous or not: what comes at once is taken at once. */
export interface Pulled<T> {
  next(): IteratorResult<T, unknown> | PromiseLike<IteratorResult<T, unknown>>
  return?(): unknown
}

/** Most elements between two looks at the clock. */
const MOST_ELEMENTS = 32

/**
 * An iterator's values, each when the one before has left the chain. Every stretch of work begins in a macrotask of its
 * own and ends after `yieldMs`, whatever the iterator is made of: promises that are kept already do not let the event
 * loop turn.
 */
export const pull = <T>(open: () => Pulled<T>, yieldMs: number): Observable<T> =>
  new Observable((subscriber) => {
    const iterator = open()
    let over = false
    let began = 0
    let lookedAt = 0
    let between = 1
    let left = 1

    const end = (deliver: () => void): void => {
      over = true
      deliver()
    }
    const fail = (error: unknown): void => end(() => subscriber.error(error))
    /** Delivers a result; true: go on with the next one now. */
    const take = (result: IteratorResult<T, unknown>): boolean => {
      if (subscriber.closed) return false
      if (result.done) {
        end(() => subscriber.complete())
        return false
      }
      subscriber.next(result.value)
      if (!isDue()) return true
      cancel = macrotask(begin)
      return false
    }
    const isDue = (): boolean => {
      left--
      if (left > 0) return false
      const now = performance.now()
      const passed = now - lookedAt
      lookedAt = now
      if (passed > 1) between = 1
      else if (passed < Math.min(0.25, yieldMs) && between < MOST_ELEMENTS) between *= 2
      left = between
      return now - began >= yieldMs
    }
    const run = (): void => {
      for (;;) {
        if (subscriber.closed) return
        let result: ReturnType<Pulled<T>['next']>
        try {
          result = iterator.next()
        } catch (error) {
          fail(error)
          return
        }
        if ('then' in result) {
          result.then((settled) => {
            if (take(settled)) run()
          }, fail)
          return
        }
        if (!take(result)) return
      }
    }
    const begin = (): void => {
      began = performance.now()
      lookedAt = began
      run()
    }
    let cancel = macrotask(begin)

    return () => {
      cancel()
      if (over) return
      over = true
      // no one is left to hear of a failure to close
      Promise.resolve(iterator.return?.()).catch(() => {})
    }
  })
