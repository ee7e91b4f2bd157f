import { concat, from, type Observable, throwError } from 'rxjs'

/** An error that no operator can have made itself. */
export class Planted extends Error {
  override readonly name = 'Planted'
}

/** The ways in which a subscription can end. */
export const ends = ['unsubscribe', 'complete', 'error'] as const
export type End = (typeof ends)[number]

/** Emits the elements, and then fails. */
export const failing = (inputs: readonly unknown[], failure: Error): Observable<unknown> =>
  concat(
    from(inputs),
    throwError(() => failure),
  )

/**
 * An element whose every property throws, so that any code that an operator runs on it fails, and whether any code did.
 */
export const poisoned = (failure: Error): { readonly element: unknown; readonly touched: () => boolean } => {
  let touched = false
  const get = (): never => {
    touched = true
    throw failure
  }
  return { element: new Proxy({}, { get }), touched: () => touched }
}

/** Emits the elements repeatedly, more of them than any window takes, and counts how many were taken. */
export const counting = (
  inputs: readonly unknown[],
): { readonly elements: Iterable<unknown>; readonly taken: () => number } => {
  let taken = 0
  function* elements(): Generator<unknown> {
    while (taken < inputs.length + MANY) yield inputs[taken++ % inputs.length]
  }
  return { elements: { [Symbol.iterator]: elements }, taken: () => taken }
}
/** The number of elements, which is more than the windows of the tested operators take. */
const MANY = 100
