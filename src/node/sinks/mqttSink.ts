import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import type { CountingSink } from '../../results/sink.js'
import { addressOf } from '../transports/address.js'
import { mqttRefusal } from '../transports/mqttRefusal.js'
import { peer } from '../transports/peer.js'
import { lineSink } from './lineSink.js'
import {
  addressed,
  checkMessageSink,
  checkTopic,
  type MessageSinkOptions,
  messageDefaults,
  type TopicOf,
} from './messages.js'

export interface MqttSinkOptions extends MessageSinkOptions {
  /** The topic to publish to, such as 'home/predictions', or a function that returns that of a row. */
  readonly topic: TopicOf
  /** At most once (0), at least once (1) or exactly once (2), while a connection lasts. Default: 1. */
  readonly qos?: 0 | 1 | 2
  /** Whether the broker keeps the last message of a topic for those who subscribe later. Default: false. */
  readonly retain?: boolean
  /** Further options of `connect` of mqtt, such as `{ username, password }` or `{ ca, cert, key }`. */
  readonly client?: Readonly<Record<string, unknown>>
}

/**
 * Publishes each row to a topic of an MQTT broker, as JSON or as what `text` makes of it. The package `mqtt` has to be
 * installed.
 *
 * Rows of QoS 1 or 2 count as written when the broker has acknowledged them, and at most `inFlight` are on their way. After
 * a lost connection, these are published again, so that some may come twice. A row of QoS 0 counts as soon as it is sent.
 *
 * @throws TypeError for an address that does not begin with mqtt:// or mqtts:// (or ws://, wss://), for a topic with
 * wildcards and for an unknown option; from `write`, ConnectionError if mqtt is not installed, if the broker refuses, or
 * if there is no connection within `timeoutMs`
 * @example
 * const alarms = mqttSink('mqtt://localhost', { topic: ({ room }) => `home/${room}/expected`, retain: true })
 * const sent$ = row$.pipe(learn(model), writeTo(alarms, { keep: ['room'] }))
 */
export const mqttSink = (url: string, options: MqttSinkOptions): CountingSink => {
  const by = 'mqttSink'
  const given = optionsOf(by, options, {
    ...messageDefaults,
    ...{ topic: undefined, qos: 1, retain: false, client: {} },
  })
  const { topic, qos, retain, client: own } = given
  const address = addressOf(by, url, ['mqtt:', 'mqtts:', 'ws:', 'wss:'])
  checkTopic(`${by}: topic`, topic, 'home/predictions')
  if (![0, 1, 2].includes(qos as number)) throw new RangeError(`${by}: qos is ${shown(qos)}; expected 0, 1 or 2.`)
  checkMessageSink(by, given as MessageSinkOptions)
  const what = `${by} ${address.shown}`
  const advice = 'check that the broker runs and that the address is right.'

  return lineSink(what, advice, given, async (opened, lost, signal) => {
    const mqtt = await peer('mqtt', () => import('mqtt'))
    const client = mqtt.connect(url, { ...own, reconnectPeriod: 0 })
    let problem: Error | undefined
    const end = (hasFailed: boolean): Promise<void> => {
      client.removeAllListeners()
      client.on('error', () => {})
      return client.endAsync(hasFailed)
    }
    const stop = (): void => void end(true)
    signal.addEventListener('abort', stop, { once: true })
    client.on('error', (error) => {
      problem = mqttRefusal(error) ?? error
    })
    client.on('close', () => lost(problem ?? new Error('it closed the connection')))
    await new Promise<void>((resolve) => client.once('connect', () => resolve()))
    signal.removeEventListener('abort', stop)
    opened()
    return {
      async send({ rows }) {
        const messages = addressed(what, topic, given, rows)
        await Promise.all(
          messages.map(({ to, message }) =>
            client.publishAsync(to, typeof message === 'string' ? message : Buffer.from(message), {
              qos: qos as 0 | 1 | 2,
              retain,
            }),
          ),
        )
      },
      end,
    }
  })
}
