import type { Observable } from 'rxjs'
import { fromRows } from './fromRows.js'

/** A connection to a server of models, as `connect` gives it. */
export interface MessageSource<T> {
  readonly messages: AsyncIterable<T>
}
/** A predictor that follows a model elsewhere, as `replica` gives it. */
export interface StepSource {
  readonly steps: AsyncIterable<number>
}

/**
 * What a server of models sends: a connection's messages, or the steps that a replica comes to.
 *
 *     replica  ---3-----7--9---
 *
 * The newest only, for who reads slowly. Unsubscribing stops reading; the connection stays open, for it is its owner's.
 *
 * @throws ConnectionError (as a notification) when the connection is over for a reason other than `close`
 * @example
 * const power = await replica('http://127.0.0.1:8080')
 * fromBroadcast(power).pipe(map(() => power.predict(row).value)).subscribe(console.log)
 */
export function fromBroadcast<T>(source: MessageSource<T>): Observable<T>
export function fromBroadcast(source: StepSource): Observable<number>
export function fromBroadcast<T>(source: MessageSource<T> | StepSource): Observable<T | number> {
  return fromRows<T | number>('messages' in source ? source.messages : source.steps)
}
