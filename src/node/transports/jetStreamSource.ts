import type { Consumer, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { checkWhole } from '../../options/checkWhole.js'
import { optionsOf } from '../../options/optionsOf.js'
import type { Cursor } from '../../values.js'
import { type Arrival, type Opening, pulledSource } from '../sources/pulledSource.js'
import type { Source, SourceRow } from '../sources/source.js'
import { sourceDefaults } from '../sources/sourceOptions.js'
import { addressOf, serverAdvice } from './address.js'
import { checkMessages, type MessageOptions, rowsOf } from './messages.js'
import { natsConnection, natsProtocols, watchConnection } from './natsConnection.js'
import { checkSubject } from './natsSource.js'
import { peer } from './peer.js'
import { checkLine, type LineOptions, lineDefaults, Refused, reconnecting } from './reconnecting.js'

export interface JetStreamSourceOptions<T = SourceRow> extends MessageOptions<T>, LineOptions {
  /** The name of the stream. */
  readonly stream: string
  /** The subject to read of it, such as 'power.>'. Default: all. */
  readonly subject?: string | undefined
  /**
   * The name under which the server remembers what was acknowledged; several processes that give it share the rows.
   * Default: none; the cursor then says where to begin.
   */
  readonly durable?: string | undefined
  /** The number of messages that are asked for ahead of the reader. Default: 100. */
  readonly capacity?: number
  /** Further options of `connect` of @nats-io/transport-node, such as `{ user, pass }` or `{ token }`. */
  readonly client?: Readonly<Record<string, unknown>>
}

/**
 * Reads the rows of a JetStream stream of NATS, then those that come: each message is an object as JSON, an array of
 * them, or what `parse` makes of it. The packages `@nats-io/transport-node` and `@nats-io/jetstream` have to be
 * installed.
 *
 * The cursor of a row is the sequence number of its message, and `from` reads exactly the rows after it. A stream that
 * ends before the cursor, or has lost messages after it, is refused. With `durable`, the server remembers where to go
 * on instead: a message is acknowledged when the reader has finished with its rows, and comes again if it was not.
 *
 * @throws TypeError for an address that does not begin with nats:// or tls://, for an unknown option, and for `from`
 * together with `durable`; while it is read, ConnectionError if a package is not installed, if there is no such stream,
 * if the cursor is not in it, or if there is no connection within `timeoutMs`
 * @example
 * const rows = jetStreamSource('nats://localhost:4222', { stream: 'POWER', cursor: 'at', from: model.cursor })
 * const learned$ = fromRows(rows).pipe(learn(model))
 */
export const jetStreamSource = <T extends object = SourceRow>(
  url: string,
  options: JetStreamSourceOptions<T>,
): Source<T> => {
  const by = 'jetStreamSource'
  const given = optionsOf(by, options, {
    ...sourceDefaults,
    ...lineDefaults,
    ...{ parse: undefined, stream: undefined, subject: undefined, durable: undefined, capacity: 100, client: {} },
  })
  const { stream, subject, durable, capacity, client, from } = given
  const parse = given.parse as MessageOptions<T>['parse']
  const address = addressOf(by, url, natsProtocols)
  checkSubject(by, 'stream', stream, "the name of a stream, such as 'ROWS'")
  if (subject !== undefined) checkSubject(by, 'subject', subject, "a subject such as 'rows.>'")
  if (durable !== undefined) checkSubject(by, 'durable', durable, 'a name')
  if (from !== undefined && durable !== undefined)
    throw new TypeError(`${by}: from and durable are given; expected one of them, because durable remembers its place.`)
  if (from !== undefined) checkWhole(`${by}: from is`, from, ', which is the cursor of a row')
  checkWhole(`${by}: capacity is`, capacity)
  checkMessages(by, given as MessageOptions<T>)
  checkLine(by, given)
  const filter = subject as string | undefined

  const consumerAfter = async (connection: NatsConnection, seq: number | undefined): Promise<Consumer> => {
    const jetStream = await peer('@nats-io/jetstream', () => import('@nats-io/jetstream'))
    const manager = await jetStream.jetstreamManager(connection)
    const { first_seq: first, last_seq: last } = await stateOf(manager, stream as string)
    if (seq !== undefined && last < seq)
      throw new Refused(
        `the stream ${stream} ends at ${last}, before the cursor ${seq}, so that it is another one; ${begin}`,
      )
    if (seq !== undefined && first > seq + 1)
      throw new Refused(
        `the stream ${stream} begins at ${first}, so that rows after the cursor ${seq} are gone; ${begin}`,
      )
    const { consumers } = jetStream.jetstream(connection)
    if (durable === undefined)
      return consumers.get(stream as string, {
        ...(seq === undefined ? {} : { opt_start_seq: seq + 1, deliver_policy: jetStream.DeliverPolicy.StartSequence }),
        ...(filter === undefined ? {} : { filter_subjects: filter }),
      })
    await manager.consumers.add(stream as string, {
      ...{ durable_name: durable as string, ack_policy: jetStream.AckPolicy.Explicit },
      ...(filter === undefined ? {} : { filter_subject: filter }),
    })
    return consumers.get(stream as string, durable as string)
  }
  const opened = ({ admit, signal }: Opening<T>): AsyncGenerator<Arrival<T>> => {
    let seq = from as Cursor | undefined as number | undefined
    async function* connect(open: () => void, attempt: AbortSignal): AsyncGenerator<Arrival<T>> {
      const connection = await natsConnection(url, client)
      let end: (error?: Error) => void = () => {}
      let problem: Error | undefined
      const watched = watchConnection(connection, attempt, (error) => {
        problem ??= error
        end()
      })
      try {
        const consumer = await consumerAfter(connection, durable === undefined ? seq : undefined)
        const messages = await consumer.consume({ max_messages: capacity })
        end = () => messages.stop()
        open()
        if (attempt.aborted || problem !== undefined) end()
        for await (const message of messages) {
          const tell = durable === undefined ? undefined : (fate: string) => fate === 'taken' && message.ack()
          const brought = { topic: message.subject, text: message.string(), bytes: message.data }
          yield admit(rowsOf(parse, brought, message.seq), tell)
          // The rows up to here were taken.
          seq = message.seq
        }
        if (problem !== undefined) throw problem
      } finally {
        await watched.stop()
      }
    }
    return reconnecting({ what, advice: serverAdvice }, given, signal, connect)
  }
  const what = `jetStreamSource ${address.shown}`
  return pulledSource(what, given as MessageOptions<T>, opened)
}

const begin = 'leave from out to begin with its first row.'

const stateOf = async (manager: JetStreamManager, stream: string) => {
  try {
    return (await manager.streams.info(stream)).state
  } catch (error) {
    if (/not found/i.test((error as Error).message))
      throw new Refused(
        `there is no stream ${stream}; create it, as by nats stream add ${stream}, or name another one.`,
      )
    throw error
  }
}
