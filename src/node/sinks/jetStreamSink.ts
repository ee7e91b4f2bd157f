import { optionsOf } from '../../options/optionsOf.js'
import type { CountingSink } from '../../results/sink.js'
import { addressOf, serverAdvice } from '../transports/address.js'
import { natsConnection, natsProtocols, whenClosed } from '../transports/natsConnection.js'
import { peer } from '../transports/peer.js'
import { Refused } from '../transports/reconnecting.js'
import { lineSink } from './lineSink.js'
import { addressed, checkMessageSink, checkTopic, type MessageSinkOptions, messageDefaults } from './messages.js'
import type { NatsSinkOptions } from './natsSink.js'

/**
 * Publishes each row to a stream of NATS JetStream, as JSON or as what `text` makes of it. The packages
 * `@nats-io/transport-node` and `@nats-io/jetstream` have to be installed.
 *
 * Rows count as written when the stream has acknowledged them. Each has an identifier that stays the same when it is sent
 * again, so that the stream has it once, as long as it comes again within the stream's `duplicate_window`.
 *
 * @throws TypeError for an address that does not begin with nats:// or tls://, for a subject with wildcards and for an
 * unknown option; from `write`, ConnectionError if a package is not installed, if the server refuses, if no stream has the
 * subject, or if there is no connection within `timeoutMs`
 * @example
 * const predictions = jetStreamSink('nats://localhost:4222', { subject: 'predictions.power' })
 * const sent$ = row$.pipe(learn(model), writeTo(predictions, { keep: ['time'] }))
 */
export const jetStreamSink = (url: string, options: NatsSinkOptions): CountingSink => {
  const by = 'jetStreamSink'
  const given = optionsOf(by, options, { ...messageDefaults, ...{ subject: undefined, client: {} } })
  const address = addressOf(by, url, natsProtocols)
  checkTopic(`${by}: subject`, given.subject, 'predictions.power')
  checkMessageSink(by, given as MessageSinkOptions)
  const what = `${by} ${address.shown}`

  return lineSink(what, serverAdvice, given, async (opened, lost) => {
    const { jetstream } = await peer('@nats-io/jetstream', () => import('@nats-io/jetstream'))
    const connection = await natsConnection(url, given.client)
    whenClosed(connection, lost)
    const stream = jetstream(connection)
    opened()
    return {
      async send({ id, rows }) {
        const messages = addressed(what, given.subject, given, rows)
        try {
          // The stream takes them in this order, because they go over one connection.
          await Promise.all(messages.map(({ to, message }, i) => stream.publish(to, message, { msgID: `${id}-${i}` })))
        } catch (error) {
          if (/no responders|503/i.test(String(error)))
            throw new Refused(
              `no stream has the subject ${messages[0]?.to}; create one, as by nats stream add, or give another subject.`,
            )
          throw error
        }
      },
      end: () => connection.close(),
    }
  })
}
