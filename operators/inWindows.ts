import { defer, finalize, merge, type OperatorFunction, Subject, type Subscription, tap, timer } from 'rxjs'
import { checkNumber } from '../src/options/checkNumber.js'
import { checkWhole } from '../src/options/checkWhole.js'
import { inTurn } from './inTurn.js'

/** Gathers elements into windows. */
export interface Gathering<A, B> {
  add(element: A): B | undefined
  /** Ends the window that is open. */
  close(): B | undefined
  /** A number that identifies the open window from its first element on; it is 0 while no window is open. */
  readonly open: number
}
export interface WindowConfig {
  readonly size: number
  readonly withinMs?: number | undefined
}

const DUE = Symbol('due')

/**
 * Gathers elements one at a time into windows, which also end at completion and `withinMs` after their first element.
 */
export const inWindows =
  <A, B>(gather: () => Gathering<A, B>, withinMs: number | undefined): OperatorFunction<A, B> =>
  (source) =>
    defer(() => {
      const gathering = gather()
      const close = (): B | undefined => gathering.close()
      if (withinMs === undefined) return source.pipe(inTurn((element: A) => gathering.add(element), close))
      const due$ = new Subject<typeof DUE>()
      let open = 0
      let timing: Subscription | undefined
      const stop = (): void => timing?.unsubscribe()
      const step = (element: A | typeof DUE): B | undefined => {
        const out = element === DUE ? close() : gathering.add(element)
        if (open !== gathering.open) {
          open = gathering.open
          stop()
          timing = open === 0 ? undefined : timer(withinMs).subscribe(() => due$.next(DUE))
        }
        return out
      }
      const source$ = source.pipe(tap({ complete: () => due$.complete() }))
      return merge(due$, source$).pipe(inTurn(step, close), finalize(stop))
    })

/** Refuses invalid windows before anything is built. */
export const checkWindow = (by: string, { size, withinMs }: WindowConfig): void => {
  checkWhole(`${by}: batch is`, size)
  if (withinMs !== undefined) checkNumber(`${by}: withinMs`, withinMs, { open: true, most: Infinity })
}
