import { checkNumber } from '../../options/checkNumber.js'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import { type Arrival, type Opening, pulledSource } from '../sources/pulledSource.js'
import type { Source, SourceRow } from '../sources/source.js'
import { sourceDefaults } from '../sources/sourceOptions.js'
import { addressOf } from './address.js'
import { createInbox } from './inbox.js'
import { checkMessages, type MessageOptions, rowsOf } from './messages.js'
import { mqttRefusal } from './mqttRefusal.js'
import { peer } from './peer.js'
import { checkLine, type LineOptions, lineDefaults, Refused, reconnecting } from './reconnecting.js'

export interface MqttSourceOptions<T = SourceRow> extends Omit<MessageOptions<T>, 'from'>, LineOptions {
  /** The topics to subscribe to, such as 'home/+/temperature'. */
  readonly topics: string | readonly string[]
  /** At most once (0), at least once (1) or exactly once (2). Default: 1. */
  readonly qos?: 0 | 1 | 2
  /** The name of a group whose members share the messages, each of which goes to one of them. Default: none. */
  readonly group?: string | undefined
  /** The name under which the broker keeps what is not acknowledged while this process is away. Default: none is kept. */
  readonly clientId?: string | undefined
  /** The longest silence in seconds before the connection counts as lost. Default: 60. */
  readonly keepaliveSeconds?: number
  /** Further options of `connect` of mqtt, such as `{ username, password }` or `{ ca, cert, key }`. */
  readonly client?: Readonly<Record<string, unknown>>
}

/**
 * Receives rows from an MQTT broker: each message is an object as JSON, an array of them, or what `parse` makes of it,
 * which is told its `topic`. The package `mqtt` has to be installed.
 *
 * A message of QoS 1 or 2 is acknowledged when the reader has finished with its rows, and one message is taken at a
 * time, so that the broker waits for a slow reader. With a `clientId`, the broker keeps what comes while this process is
 * away, and sends again what was not acknowledged: rows come at least once. A message of QoS 0 is lost whenever nobody
 * takes it.
 *
 * @throws TypeError for an address that does not begin with mqtt:// or mqtts:// (or ws://, wss://) and for an unknown
 * option; while it is read, ConnectionError if mqtt is not installed, if the broker refuses, or if there is no connection
 * within `timeoutMs`
 * @example
 * const parse = ({ topic, text }) => ({ room: topic.split('/')[1], temperature: Number(text) })
 * const readings = mqttSource('mqtt://localhost', { topics: 'home/+/temperature', clientId: 'learner', parse })
 * const learned$ = fromRows(readings).pipe(learnByKey(() => createModel(config), ({ room }) => room))
 */
export const mqttSource = <T extends object = SourceRow>(url: string, options: MqttSourceOptions<T>): Source<T> => {
  const by = 'mqttSource'
  const given = optionsOf(by, options, {
    ...sourceDefaults,
    ...lineDefaults,
    ...{ parse: undefined, from: undefined, topics: undefined, qos: 1, group: undefined, clientId: undefined },
    ...{ keepaliveSeconds: 60, client: {} },
  })
  const { qos, group, clientId, keepaliveSeconds, client: own } = given
  const parse = given.parse as MessageOptions<T>['parse']
  const address = addressOf(by, url, ['mqtt:', 'mqtts:', 'ws:', 'wss:'])
  const topics = (typeof given.topics === 'string' ? [given.topics] : given.topics) as readonly string[] | undefined
  const isTopic = (one: unknown): boolean => typeof one === 'string' && one !== ''
  if (!Array.isArray(topics) || topics.length === 0 || !topics.every(isTopic))
    throw new TypeError(
      `${by}: topics is ${shown(given.topics)}; expected a topic such as 'home/+/temperature', or several.`,
    )
  if (given.from !== undefined)
    throw new TypeError(
      `${by}: from is given; MQTT has no cursors: give a clientId, by which the broker keeps the rest.`,
    )
  for (const [name, value] of Object.entries({ group, clientId }))
    if (value !== undefined && (typeof value !== 'string' || value === '' || (name === 'group' && /[/#+]/.test(value))))
      throw new TypeError(`${by}: ${name} is ${shown(value)}; expected a name.`)
  if (![0, 1, 2].includes(qos as number)) throw new RangeError(`${by}: qos is ${shown(qos)}; expected 0, 1 or 2.`)
  checkNumber(`${by}: keepaliveSeconds`, keepaliveSeconds, { from: 1, most: 65_535 })
  checkMessages(by, given as MessageOptions<T>)
  checkLine(by, given)
  const filters = group === undefined ? topics : topics.map((topic) => `$share/${group}/${topic}`)

  async function* connect({ admit }: Opening<T>, opened: () => void, signal: AbortSignal): AsyncGenerator<Arrival<T>> {
    const mqtt = await peer('mqtt', () => import('mqtt'))
    const inbox = createInbox<Arrival<T>>(Number.POSITIVE_INFINITY)
    if (signal.aborted) return
    const client = mqtt.connect(url, {
      ...(clientId === undefined ? {} : { clientId, clean: false }),
      ...own,
      ...{ keepalive: keepaliveSeconds, reconnectPeriod: 0, resubscribe: false },
    })
    let isOver = false
    let problem: Error | undefined
    /** The messages that the reader has not finished with; there is at most one. */
    let busy = 0
    client.handleMessage = (packet, done) => {
      busy++
      const bytes = packet.payload as Buffer
      const message = { topic: packet.topic, text: bytes.toString(), bytes }
      const arrival = admit(rowsOf(parse, message), (fate) => {
        busy--
        if (!isOver && fate === 'taken') done()
      })
      inbox.put(arrival)
    }
    // While a message is not finished with, the answers to pings wait behind it, so that they are sent and not waited
    // for.
    const pings = setInterval(() => {
      if (busy === 0 || !client.connected) return
      client.sendPing()
      client.reschedulePing(true)
    }, 400 * keepaliveSeconds)
    const stop = (): void => inbox.end()
    signal.addEventListener('abort', stop, { once: true })
    client.on('connect', () => {
      client.subscribe([...filters], { qos: qos as 0 | 1 | 2 }, (error, _, packet) => {
        const refused = packet?.granted.findIndex((granted) => (granted as number) > 2) ?? -1
        if (refused >= 0) inbox.end(new Refused(`the broker refuses the topic ${filters[refused]}; check its rules.`))
        else if (error) inbox.end(error)
        else opened()
      })
    })
    client.on('error', (error) => {
      problem = mqttRefusal(error) ?? error
    })
    client.on('close', () => inbox.end(problem ?? new Error('it closed the connection')))
    try {
      yield* inbox.items()
    } finally {
      isOver = true
      signal.removeEventListener('abort', stop)
      clearInterval(pings)
      client.removeAllListeners()
      client.on('error', () => {})
      client.end(true)
    }
  }
  const what = `mqttSource ${address.shown}`
  const advice = 'check that the broker runs and that the address is right.'
  return pulledSource(what, given as MessageOptions<T>, (opening) =>
    reconnecting({ what, advice }, given, opening.signal, (opened, signal) => connect(opening, opened, signal)),
  )
}
