import { concatAll, type MonoTypeOperatorFunction, type Observable } from 'rxjs'
import { hold } from './hold.js'
import { inTurn } from './inTurn.js'

/** Takes rows, and hands on those that leave for it; and at the end, those that are left. */
export interface HandsOn<R> {
  row(row: R): Iterable<R>
  finish(): Iterable<R>
  release(): void
}

/** An operator over rows that can tell what became of them. */
export type Counting<R, C> = MonoTypeOperatorFunction<R> & { readonly counters: C }

/** Hands rows on one at a time, each of which leaves the chain before the next. */
export const handingOn = <R, C>(take: () => HandsOn<R>, counters: () => C): Counting<R, C> => {
  const operator = (source: Observable<R>): Observable<R> =>
    hold(take, (own) =>
      source.pipe(
        inTurn(
          (row: R) => own.row(row),
          () => own.finish(),
        ),
        concatAll(),
      ),
    )
  return Object.defineProperty(operator, 'counters', { get: counters }) as Counting<R, C>
}
