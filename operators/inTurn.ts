import { Observable, type OperatorFunction, Subscriber } from 'rxjs'

/**
 * Maps elements one at a time: an element that is pushed from anywhere downstream waits until the element before it has
 * left the whole chain, for every subscriber. It does what `concatMap(of)` does at a tenth of its cost. Where `step`
 * returns undefined nothing is emitted; `last` is called once more before completion.
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
          // The subscriber is closed when an operator downstream has taken enough.
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
      // This subscriber is known to the one below before a source emits, so unsubscribing stops a synchronous source
      // midway.
      const reading = new Subscriber<A>({ next, error, complete })
      subscriber.add(reading)
      source.subscribe(reading)
    })
