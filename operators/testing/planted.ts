import { concat, from, type Observable, throwError } from 'rxjs'

/** An error that no operator can have made. */
export class Planted extends Error {
  override readonly name = 'Planted'
}

/** The ways in which a subscription can end. */
export const ends = ['unsubscribe', 'complete', 'error'] as const
export type End = (typeof ends)[number]

/** The elements, and then the failure. */
export const failing = (inputs: readonly unknown[], failure: Error): Observable<unknown> =>
  concat(
    from(inputs),
    throwError(() => failure),
  )

/** Every property of it throws, so that whatever code an operator runs on its elements fails; it says whether any did. */
export const poisoned = (failure: Error): { readonly element: unknown; readonly touched: () => boolean } => {
  let touched = false
  const get = (): never => {
    touched = true
    throw failure
  }
  return { element: new Proxy({}, { get }), touched: () => touched }
}

/** The elements over and over, more of them than any window takes; it says how many were taken. */
export const counting = (
  inputs: readonly unknown[],
): { readonly elements: Iterable<unknown>; readonly taken: () => number } => {
  let taken = 0
  function* elements(): Generator<unknown> {
    while (taken < inputs.length + MANY) yield inputs[taken++ % inputs.length]
  }
  return { elements: { [Symbol.iterator]: elements }, taken: () => taken }
}
/** So many elements are more than the windows of the operators that are tested take. */
const MANY = 100
