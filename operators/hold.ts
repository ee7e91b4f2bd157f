import { defer, Observable, Subscriber } from 'rxjs'

/**
 * Takes something at subscription, and gives it back before completion or error is delivered (that is where restarts
 * are written) and at unsubscribe. `tap` and `finalize` at a quarter of the cost.
 */
export const hold = <H extends { release(): void }, T>(take: () => H, use: (held: H) => Observable<T>): Observable<T> =>
  new Observable((subscriber) => {
    const held = take()
    let holding = true
    const release = (): void => {
      if (!holding) return
      // once only: by now it may be someone else's
      holding = false
      held.release()
    }
    const giveBack = (then: () => void): void => {
      try {
        release()
      } catch (reason) {
        subscriber.error(reason)
        return
      }
      then()
    }
    const passing = new Subscriber<T>({
      next: (value) => subscriber.next(value),
      error: (reason: unknown) => giveBack(() => subscriber.error(reason)),
      complete: () => giveBack(() => subscriber.complete()),
    })
    subscriber.add(passing)
    subscriber.add(release)
    defer(() => use(held)).subscribe(passing)
  })
