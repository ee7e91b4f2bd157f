import { defer, type MonoTypeOperatorFunction, tap } from 'rxjs'
import { bringLongForm } from '../src/model/longForm.js'
import type { Model } from '../src/model.js'
import type { Shown } from '../src/wire/messages.js'
import { sampleOf, type Told } from '../src/wire/sampleOf.js'
import { checkGiven } from './given.js'

/** The part of a model that a server reads. */
export type BroadcastModel = Pick<Model, 'step' | 'description' | 'counters' | 'publish' | 'listen'>

/** Anything that sends models out, such as the server that `createServer` makes. */
export interface Broadcaster {
  /** Tells it that a step has been taken; returns true when a state has been sent since the last call. */
  publish(model: BroadcastModel): boolean
  /** Sends something small beside the model's state. */
  show(model: BroadcastModel, message: Shown): void
}

/**
 * Tells a server that its model has stepped; the server decides what is sent, and when. Records pass through unchanged.
 *
 *     learned     a b c
 *     broadcast   a b c
 *
 * When a state is sent, the scores of an Evaluation and the latest row are sent with it, and they are made only then.
 * The last ones are sent at completion. The server stays open, because it belongs to the caller.
 *
 * @throws UnknownModelError (as a notification) when the server was not given the model of a record
 * @example
 * const server = await createServer({ models: { power: model } })
 * row$.pipe(learn(model), evaluate(model), broadcast(server)).subscribe()
 */
export const broadcast = <T extends { readonly model: BroadcastModel }>(
  server: Broadcaster,
): MonoTypeOperatorFunction<T> => {
  checkGiven('broadcast: the server', server, 'publish', 'createServer')
  // The sample that is shown is a row as the model encodes it.
  bringLongForm()
  return (source) =>
    defer(() => {
      let unshown: T | undefined
      const show = (record: T): void => {
        for (const message of messagesOf(record as unknown as Told<never>)) server.show(record.model, message)
      }
      return source.pipe(
        tap({
          next: (record) => {
            checkGiven('broadcast: the model of a record', record?.model, 'publish')
            const leaves = server.publish(record.model)
            if (leaves) show(record)
            unshown = leaves ? undefined : record
          },
          complete: () => {
            if (unshown) show(unshown)
          },
        }),
      )
    })
}

const messagesOf = (record: Told<never>): readonly Shown[] => {
  const sample = sampleOf(record)
  const scores: Shown[] =
    record.kind === 'evaluation' ? [{ type: 'evaluation', step: record.step, ...record.report() }] : []
  return sample ? [...scores, sample] : scores
}
