import { concatAll, type MonoTypeOperatorFunction, type Observable, startWith } from 'rxjs'
import { hold } from './hold.js'
import { inTurn } from './inTurn.js'

/** Takes rows, and hands on those that leave for it; and at the end, those that are left. */
export interface HandsOn<R> {
  row(row: R): Iterable<R>
  /** Whether rows were about to leave when a snapshot was taken, and returns them. */
  readonly hasDue?: boolean
  rest?(): Iterable<R>
  finish(): Iterable<R>
  release(): void
}

/** An operator over rows that can tell what became of them. */
export type Counting<R, C> = MonoTypeOperatorFunction<R> & { readonly counters: C }

const REST = Symbol('rest')

/** Hands rows on one at a time, each of which leaves the chain before the next. */
export const handingOn = <R, C>(take: () => HandsOn<R>, counters: () => C): Counting<R, C> => {
  const operator = (source: Observable<R>): Observable<R> =>
    hold(take, (own) => {
      const given: Observable<R | typeof REST> = own.hasDue ? source.pipe(startWith(REST)) : source
      return given.pipe(
        inTurn(
          (row) => (row === REST ? own.rest?.() : own.row(row as R)),
          () => own.finish(),
        ),
        concatAll(),
      )
    })
  return Object.defineProperty(operator, 'counters', { get: counters }) as Counting<R, C>
}
