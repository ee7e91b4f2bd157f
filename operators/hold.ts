import { defer, finalize, type Observable, tap } from 'rxjs'

/**
 * Takes something at subscription, and gives it back before completion or error is delivered (that is where restarts
 * are written) and at unsubscribe.
 */
export const hold = <H extends { release(): void }, T>(take: () => H, use: (held: H) => Observable<T>): Observable<T> =>
  defer(() => {
    const held = take()
    let holding = true
    const release = (): void => {
      if (holding) held.release()
      // once only: by now it may be someone else's
      holding = false
    }
    return defer(() => use(held)).pipe(tap({ complete: release, error: release }), finalize(release))
  })
