import { fromEvent, lastValueFrom, map, take } from 'rxjs'
import { learn } from '../../operators/learn.js'
import type { Model } from '../../src/model.js'
import type { Row } from '../../src/values.js'
import { hashOf, ROWS } from './learnRun.js'

/** The few globals of a page and of a worker that are used here. */
interface Host {
  readonly document?: object
  postMessage(message: unknown): void
  learned: Promise<string>
}
const host = globalThis as unknown as Host & EventTarget
const inPage = host.document !== undefined

/** Learns rows as they arrive: in a page as events of its document, and in a worker as messages. */
export const learnHere = (model: Model): void => {
  const row$ = fromEvent(host as EventTarget, inPage ? 'row' : 'message').pipe(
    map((event) => (inPage ? (event as CustomEvent<Row>).detail : ((event as MessageEvent).data as Row))),
  )
  host.learned = lastValueFrom(row$.pipe(take(ROWS), learn(model))).then(() => hashOf(model))
  if (!inPage) host.learned.then((hash) => host.postMessage(hash))
}
