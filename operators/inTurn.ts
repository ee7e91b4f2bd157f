import { Observable, type OperatorFunction, Subscriber } from 'rxjs'

/**
 * Maps elements one at a time: what is pushed from anywhere downstream waits until the element before it has left the
 * whole chain, for every subscriber. `concatMap(of)` at a tenth of the cost. Where `step` gives undefined nothing comes
 * out; `last` is asked once more before completion.
 */
export const inTurn =
  <A, B>(step: (element: A) => B | undefined, last?: () => B | undefined): OperatorFunction<A, B> =>
  (source) =>
    new Observable((subscriber) => {
      const waiting: A[] = []
      let busy = false
      let ended = false

      const emit = (value: B | undefined): void => {
        if (value !== undefined) subscriber.next(value)
      }
      const finish = (): void => {
        emit(last?.())
        subscriber.complete()
      }
      const error = (reason: unknown): void => subscriber.error(reason)
      const next = (element: A): void => {
        if (busy) {
          waiting.push(element)
          return
        }
        try {
          busy = true
          emit(step(element))
          // closed: someone downstream had enough
          while (waiting.length > 0 && !subscriber.closed) emit(step(waiting.shift() as A))
          busy = false
          if (ended && !subscriber.closed) finish()
        } catch (reason) {
          error(reason)
        }
      }
      const complete = (): void => {
        ended = true
        if (busy) return
        try {
          finish()
        } catch (reason) {
          error(reason)
        }
      }
      // a subscriber of its own, known to the one below before a source emits at once: unsubscribing stops it in its middle
      const reading = new Subscriber<A>({ next, error, complete })
      subscriber.add(reading)
      source.subscribe(reading)
    })
