import { optionsOf } from '../../options/optionsOf.js'
import type { CountingSink } from '../../results/sink.js'
import { addressOf, serverAdvice } from '../transports/address.js'
import { natsConnection, natsProtocols, whenClosed } from '../transports/natsConnection.js'
import { lineSink } from './lineSink.js'
import {
  addressed,
  checkMessageSink,
  checkTopic,
  type MessageSinkOptions,
  messageDefaults,
  type TopicOf,
} from './messages.js'

export interface NatsSinkOptions extends MessageSinkOptions {
  /** The subject to publish to, such as 'predictions.power', or a function that returns that of a row. */
  readonly subject: TopicOf
  /** Further options of `connect` of @nats-io/transport-node, such as `{ user, pass }` or `{ token }`. */
  readonly client?: Readonly<Record<string, unknown>>
}

/**
 * Publishes each row to a subject of NATS, as JSON or as what `text` makes of it. The package `@nats-io/transport-node` has
 * to be installed.
 *
 * Rows count as written when the server has answered a ping behind them; it hands them to those who subscribe at that
 * moment, and keeps none. After a lost connection, up to `inFlight` rows are sent again, so that some may come twice. Where
 * rows are to be kept, use `jetStreamSink`.
 *
 * @throws TypeError for an address that does not begin with nats:// or tls://, for a subject with wildcards and for an
 * unknown option; from `write`, ConnectionError if the package is not installed, if the server refuses, or if there is no
 * connection within `timeoutMs`
 * @example
 * const predictions = natsSink('nats://localhost:4222', { subject: ({ device }) => `predictions.${device}` })
 * const sent$ = row$.pipe(learn(model), writeTo(predictions, { keep: ['device'] }))
 */
export const natsSink = (url: string, options: NatsSinkOptions): CountingSink => {
  const by = 'natsSink'
  const given = optionsOf(by, options, { ...messageDefaults, ...{ subject: undefined, client: {} } })
  const address = addressOf(by, url, natsProtocols)
  checkTopic(`${by}: subject`, given.subject, 'predictions.power')
  checkMessageSink(by, given as MessageSinkOptions)
  const what = `${by} ${address.shown}`

  return lineSink(what, serverAdvice, given, async (opened, lost) => {
    const connection = await natsConnection(url, given.client)
    whenClosed(connection, lost)
    opened()
    return {
      async send({ rows }) {
        const messages = addressed(what, given.subject, given, rows)
        for (const { to, message } of messages) connection.publish(to, message)
        await connection.flush()
      },
      end: () => connection.close(),
    }
  })
}
