import type { Observable } from 'rxjs'
import { shown } from '../src/options/shown.js'
import { fromRows } from './fromRows.js'

/** A connection to a server of models, as `connect` returns it. */
export interface MessageSource<T> {
  readonly messages: AsyncIterable<T>
}
/** A predictor that follows a model elsewhere, as `replica` returns it. */
export interface StepSource {
  readonly steps: AsyncIterable<number>
}

/**
 * Emits what a server of models sends: the messages of a connection, or the steps that a replica reaches.
 *
 *     replica  ---3-----7--9---
 *
 * A slow reader gets only the newest. Unsubscribing stops the reading; the connection stays open, because it belongs to
 * the caller.
 *
 * @throws ConnectionError (as a notification) when the connection ends for a reason other than `close`
 * @example
 * const power = await replica('http://127.0.0.1:8080')
 * fromBroadcast(power).pipe(map(() => power.predict(row).value)).subscribe(console.log)
 */
export function fromBroadcast<T>(source: MessageSource<T>): Observable<T>
export function fromBroadcast(source: StepSource): Observable<number>
export function fromBroadcast<T>(source: MessageSource<T> | StepSource): Observable<T | number> {
  const { messages, steps } = (source ?? {}) as Partial<MessageSource<T> & StepSource>
  const emitted = messages ?? steps
  if (!emitted)
    throw new TypeError(
      `fromBroadcast: the source is ${shown(source)}; expected what connect or await replica(url) returns.`,
    )
  return fromRows<T | number>(emitted)
}
