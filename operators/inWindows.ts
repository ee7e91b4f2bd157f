import {
  defer,
  distinctUntilChanged,
  EMPTY,
  map,
  merge,
  type OperatorFunction,
  Subject,
  switchMap,
  takeUntil,
  tap,
  timer,
} from 'rxjs'
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
      const open$ = new Subject<number>()
      const ended$ = new Subject<void>()
      const due$ = open$.pipe(
        distinctUntilChanged(),
        switchMap((open) => (open === 0 ? EMPTY : timer(withinMs))),
        map((): typeof DUE => DUE),
        takeUntil(ended$),
      )
      const step = (element: A | typeof DUE): B | undefined => {
        const out = element === DUE ? gathering.close() : gathering.add(element)
        open$.next(gathering.open)
        return out
      }
      return merge(due$, source.pipe(tap({ complete: () => ended$.next() }))).pipe(inTurn(step, close))
    })

/** Refuses invalid windows before anything is built. */
export const checkWindow = (by: string, { size, withinMs }: WindowConfig): void => {
  checkWhole(`${by}: batch is`, size)
  if (withinMs !== undefined && !(withinMs > 0))
    throw new RangeError(`${by}: withinMs is ${withinMs}; expected a number of milliseconds above 0.`)
}
