import { checkNumber } from '../../options/checkNumber.js'
import { checkWhole } from '../../options/checkWhole.js'
import { oneOf } from '../../options/oneOf.js'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import { type Arrival, type Opening, pulledSource } from '../sources/pulledSource.js'
import type { Source, SourceRow } from '../sources/source.js'
import { sourceDefaults } from '../sources/sourceOptions.js'
import { addressOf, serverAdvice } from './address.js'
import { checkMessages, type MessageOptions } from './messages.js'
import { checkLine, type LineOptions, lineDefaults, reconnecting } from './reconnecting.js'
import { redisConnection } from './redisConnection.js'
import type { Place } from './redisEntries.js'
import { entriesAfter, entriesOfGroup } from './redisReading.js'

export interface RedisSourceOptions<T = SourceRow> extends MessageOptions<T>, LineOptions {
  /** The key of the stream. */
  readonly stream: string
  /** The field of an entry that holds its row as JSON. Default: none; the fields of an entry are the columns of its row. */
  readonly field?: string | undefined
  /**
   * The name of a consumer group, by which the server remembers what was acknowledged; it is created where there is
   * none. Several processes that give it share the rows. Default: none; the cursor then says where to begin.
   */
  readonly group?: string | undefined
  /** The name of this process in its group, which no other one may have at the same time. Default: 'learner'. */
  readonly consumer?: string
  /** Whether rows that may have been trimmed unread end the reading ('refuse'), or are told to `onRejected` ('skip'). Default: 'refuse'. */
  readonly gaps?: 'refuse' | 'skip'
  /** The most entries that are asked for at once. Default: 100. */
  readonly capacity?: number
  /** How long a server may not answer before the connection counts as lost. Default: 30,000. */
  readonly silenceMs?: number
  /** Further options of `new Redis` of ioredis, such as `{ username, password }` or `{ tls: { ca } }`. */
  readonly client?: Readonly<Record<string, unknown>>
}

/**
 * Reads the rows of a Redis stream, then those that come. The fields of an entry are the columns of its row, in which a
 * text that is a number becomes one; with `field`, that field holds the row as JSON, or what `parse` makes of it. The
 * package `ioredis` has to be installed.
 *
 * The cursor of a row is the id of its entry, and `from` reads exactly the rows after it. Entries are asked for as the
 * reader takes them. A stream that was trimmed further than the cursor may have lost rows, and is refused, as is one that
 * ends before the cursor. With `group`, the server remembers where to go on instead: an entry is acknowledged when the
 * reader has finished with its row, and comes again to the same `consumer` if it was not.
 *
 * @throws TypeError for an address that does not begin with redis:// or rediss://, for an unknown option, for a `from` that
 * is no id, and for `from` together with `group`; while it is read, ConnectionError if ioredis is not installed, if the
 * server refuses, if rows after the cursor may be gone, or if there is no connection within `timeoutMs`
 * @example
 * const rows = redisSource('redis://localhost:6379', { stream: 'power', cursor: 'at', from: model.cursor })
 * const learned$ = fromRows(rows).pipe(learn(model))
 */
export const redisSource = <T extends object = SourceRow>(url: string, options: RedisSourceOptions<T>): Source<T> => {
  const by = 'redisSource'
  const given = optionsOf(by, options, {
    ...sourceDefaults,
    ...lineDefaults,
    ...{ parse: undefined, stream: undefined, field: undefined, group: undefined, consumer: 'learner' },
    ...{ gaps: 'refuse', capacity: 100, silenceMs: 30_000, client: {} },
  })
  const { stream, field, group, consumer, gaps, capacity, silenceMs, client, from } = given as typeof given & {
    readonly stream: string
    readonly field: string | undefined
    readonly group: string | undefined
  }
  const parse = given.parse as MessageOptions<T>['parse']
  const address = addressOf(by, url, ['redis:', 'rediss:'])
  for (const [name, value] of Object.entries({ stream, field, group, consumer }))
    if (typeof value !== 'string' ? name === 'stream' || value !== undefined : value === '')
      throw new TypeError(`${by}: ${name} is ${shown(value)}; expected a name, such as 'power'.`)
  if (from !== undefined && group !== undefined)
    throw new TypeError(`${by}: from and group are given; expected one of them, because a group remembers its place.`)
  if (from !== undefined && (typeof from !== 'string' || !/^\d+-\d+$/.test(from)))
    throw new TypeError(`${by}: from is ${shown(from)}; expected the id of an entry, such as '1526919030474-55'.`)
  oneOf(by, 'gaps', gaps, ['refuse', 'skip'])
  checkWhole(`${by}: capacity is`, capacity)
  checkNumber(`${by}: silenceMs`, silenceMs, { from: 2, most: 2 ** 31 - 1 })
  checkMessages(by, given as MessageOptions<T>)
  checkLine(by, given)

  const reading = { stream, field, parse, gaps, capacity, blockMs: Math.floor(silenceMs / 2) }
  const opened = ({ admit, signal }: Opening<T>): AsyncGenerator<Arrival<T>> => {
    const place: Place = { last: from as string | undefined, added: undefined }
    async function* connect(open: () => void, attempt: AbortSignal): AsyncGenerator<Arrival<T>> {
      const connection = await redisConnection(url, client, silenceMs, attempt)
      try {
        if (group === undefined) yield* entriesAfter(connection, reading, place, admit, open)
        else yield* entriesOfGroup(connection, reading, { group, consumer }, admit, open)
      } finally {
        connection.stop()
      }
    }
    return reconnecting({ what, advice: serverAdvice }, given, signal, connect)
  }
  const what = `redisSource ${address.shown}`
  return pulledSource(what, given as MessageOptions<T>, opened)
}
