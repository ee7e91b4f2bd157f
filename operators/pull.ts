import { Observable } from 'rxjs'
import { shown } from '../src/options/shown.js'
import { macrotask } from './macrotask.js'
import { pause } from './pause.js'
import { createSlice } from './slice.js'

/** An iterator, synchronous or not; a result that is available at once is taken at once. */
export interface Pulled<T> {
  next(): IteratorResult<T, unknown> | PromiseLike<IteratorResult<T, unknown>>
  return?(): unknown
}

/**
 * Opens an iterable, asynchronous or not, and gives undefined for anything else. Text is refused, though it is
 * iterable.
 */
export const openerOf = <T>(given: Iterable<T> | AsyncIterable<T>): (() => Pulled<T>) | undefined => {
  if (typeof given === 'string') return undefined
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: atOnce } = (given ?? {}) as Partial<
    Iterable<T> & AsyncIterable<T>
  >
  const open = (typeof later === 'function' ? later : atOnce) as (() => Pulled<T>) | undefined
  return typeof open === 'function' ? () => open.call(given) : undefined
}

/** @throws TypeError for a result that no iterator may give */
export const checkResult = (result: unknown): void => {
  if (typeof result === 'object' && result !== null) return
  throw new TypeError(`The iterator's next() gave ${shown(result)}; expected { done, value }.`)
}

/** Says whether a result is still to come. */
export const isToCome = <T>(
  result: ReturnType<Pulled<T>['next']>,
): result is PromiseLike<IteratorResult<T, unknown>> => {
  checkResult(result)
  return 'then' in result
}

/**
 * Closes an iterator that is no longer needed, and ignores a failure to close, since nobody is left to report it to.
 */
export const shut = (iterator: Pulled<unknown>): void => {
  try {
    Promise.resolve(iterator.return?.()).catch(() => {})
  } catch {}
}

/**
 * Emits an iterator's values, each after the one before has left the chain. Every stretch of work begins in a macrotask
 * of its own and ends after `yieldMs`, whatever the iterator is made of, because promises that are already resolved do
 * not let the event loop turn. Where a buffer below is full, the next value is taken when there is room.
 */
export const pull = <T>(open: () => Pulled<T>, yieldMs: number): Observable<T> =>
  new Observable((subscriber) => {
    const iterator = open()
    let over = false
    const isOver = createSlice(yieldMs)

    /** Says whether this source is pushing, and waits if it is asked to. */
    const hears = (isPushing: boolean): void => {
      pause.until = undefined
      pause.isHeard = isPushing && yieldMs < Infinity
    }
    const end = (deliver: () => void): void => {
      over = true
      deliver()
    }
    const fail = (error: unknown): void => end(() => subscriber.error(error))
    /** Delivers a result, and returns true if the next one should be taken now. */
    const take = (result: IteratorResult<T, unknown>): boolean => {
      if (subscriber.closed) return false
      if (result.done) {
        end(() => {
          hears(true)
          subscriber.complete()
          hears(false)
        })
        return false
      }
      hears(true)
      subscriber.next(result.value)
      const { until } = pause
      hears(false)
      if (until) {
        void until.then(() => {
          if (!subscriber.closed) cancel = macrotask(begin)
        })
        return false
      }
      if (!isOver()) return true
      cancel = macrotask(begin)
      return false
    }
    const run = (): void => {
      for (;;) {
        if (subscriber.closed) return
        try {
          const result = iterator.next()
          if (isToCome(result)) {
            result.then(goOn, fail)
            return
          }
          if (!take(result)) return
        } catch (error) {
          fail(error)
          return
        }
      }
    }
    /** Continues after a promise has resolved, where nothing would catch an error that is thrown. */
    const goOn = (result: IteratorResult<T, unknown>): void => {
      try {
        checkResult(result)
        if (take(result)) run()
      } catch (error) {
        fail(error)
      }
    }
    const begin = (): void => {
      isOver(true)
      run()
    }
    let cancel = macrotask(begin)

    return () => {
      cancel()
      if (over) return
      over = true
      shut(iterator)
    }
  })
