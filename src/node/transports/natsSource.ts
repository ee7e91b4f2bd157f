import { checkWhole } from '../../options/checkWhole.js'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import { type Arrival, type Opening, pulledSource } from '../sources/pulledSource.js'
import type { Source, SourceRow } from '../sources/source.js'
import { sourceDefaults } from '../sources/sourceOptions.js'
import { addressOf, serverAdvice } from './address.js'
import { createInbox } from './inbox.js'
import { checkMessages, type MessageOptions, rowsOf } from './messages.js'
import { natsConnection, natsProtocols, watchConnection } from './natsConnection.js'
import { checkLine, type LineOptions, lineDefaults, reconnecting } from './reconnecting.js'

export interface NatsSourceOptions<T = SourceRow> extends Omit<MessageOptions<T>, 'from'>, LineOptions {
  /** The subject to subscribe to, such as 'rows.>'. */
  readonly subject: string
  /** The name of a group whose members share the messages, each of which goes to one of them. Default: none. */
  readonly group?: string | undefined
  /** The number of messages that wait for the reader; further ones are refused and counted. Default: 1024. */
  readonly capacity?: number
  /** Further options of `connect` of @nats-io/transport-node, such as `{ user, pass }` or `{ token }`. */
  readonly client?: Readonly<Record<string, unknown>>
}

/**
 * Receives rows from a subject of NATS: each message is an object as JSON, an array of them, or what `parse` makes of
 * it, whose `topic` is the subject. The package `@nats-io/transport-node` has to be installed.
 *
 * NATS sends each message once and does not wait: what comes while the reader is slower is refused and counted, and what
 * comes while there is no connection is lost. Where no row may be lost, use `jetStreamSource`.
 *
 * @throws TypeError for an address that does not begin with nats:// or tls:// and for an unknown option; while it is read,
 * ConnectionError if the package is not installed, if the server refuses, or if there is no connection within `timeoutMs`
 * @example
 * const learned$ = fromRows(natsSource('nats://localhost:4222', { subject: 'power.>' })).pipe(learn(model))
 */
export const natsSource = <T extends object = SourceRow>(url: string, options: NatsSourceOptions<T>): Source<T> => {
  const by = 'natsSource'
  const given = optionsOf(by, options, {
    ...sourceDefaults,
    ...lineDefaults,
    ...{ parse: undefined, from: undefined, subject: undefined, group: undefined, capacity: 1024, client: {} },
  })
  const { subject, group, capacity, client } = given
  const parse = given.parse as MessageOptions<T>['parse']
  const address = addressOf(by, url, natsProtocols)
  checkSubject(by, 'subject', subject, "a subject such as 'rows.>'")
  if (group !== undefined) checkSubject(by, 'group', group, 'a name')
  if (given.from !== undefined)
    throw new TypeError(`${by}: from is given; NATS has no cursors, but jetStreamSource has.`)
  checkWhole(`${by}: capacity is`, capacity)
  checkMessages(by, given as MessageOptions<T>)
  checkLine(by, given)

  async function* connect(
    { admit, refuse }: Opening<T>,
    opened: () => void,
    signal: AbortSignal,
  ): AsyncGenerator<Arrival<T>> {
    const connection = await natsConnection(url, client)
    const inbox = createInbox<Arrival<T>>(capacity)
    const watched = watchConnection(connection, signal, inbox.end)
    try {
      connection.subscribe(subject as string, {
        ...(group === undefined ? {} : { queue: group as string }),
        callback(error, message) {
          if (error) inbox.end(error)
          else if (inbox.size >= capacity) refuse(1)
          else inbox.put(admit(rowsOf(parse, { topic: message.subject, text: message.string(), bytes: message.data })))
        },
      })
      await connection.flush()
      opened()
      yield* inbox.items()
    } finally {
      await watched.stop()
    }
  }
  const what = `natsSource ${address.shown}`
  return pulledSource(what, given as MessageOptions<T>, (opening) =>
    reconnecting({ what, advice: serverAdvice }, given, opening.signal, (opened, signal) =>
      connect(opening, opened, signal),
    ),
  )
}

/** Refuses what is no subject of NATS, which has no spaces. */
export const checkSubject = (by: string, name: string, value: unknown, expected: string): void => {
  if (typeof value !== 'string' || !/^[^\s]+$/.test(value))
    throw new TypeError(`${by}: ${name} is ${shown(value)}; expected ${expected}.`)
}
