import { defer, ignoreElements, merge, type OperatorFunction, Subject, tap } from 'rxjs'

/**
 * Maps elements one at a time: what is pushed from anywhere downstream waits until the element before it has left the
 * whole chain, for every subscriber. `concatMap(of)` at a third of the cost. Where `step` gives undefined nothing comes
 * out; `last` is asked once more before completion.
 */
export const inTurn =
  <A, B>(step: (element: A) => B | undefined, last?: () => B | undefined): OperatorFunction<A, B> =>
  (source) =>
    defer(() => {
      const out$ = new Subject<B>()
      const waiting: A[] = []
      let busy = false
      let ended = false

      const emit = (value: B | undefined): void => {
        if (value !== undefined) out$.next(value)
      }
      const finish = (): void => {
        emit(last?.())
        out$.complete()
      }
      const next = (element: A): void => {
        if (busy) {
          waiting.push(element)
          return
        }
        busy = true
        emit(step(element))
        // not observed: someone downstream had enough
        while (waiting.length > 0 && out$.observed) emit(step(waiting.shift() as A))
        busy = false
        if (ended && out$.observed) finish()
      }
      const complete = (): void => {
        ended = true
        if (!busy) finish()
      }
      return merge(out$, source.pipe(tap({ next, complete }), ignoreElements()))
    })
