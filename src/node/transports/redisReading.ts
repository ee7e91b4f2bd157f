import type { Arrival, Opening } from '../sources/pulledSource.js'
import type { ParseMessage } from './messages.js'
import { Refused } from './reconnecting.js'
import type { RedisConnection } from './redisConnection.js'
import { entriesIn, misfit, type Place, rowsOfEntry, stateIn } from './redisEntries.js'

/** What is read of a stream, and how. */
export interface RedisReading<T> {
  readonly stream: string
  readonly field: string | undefined
  readonly parse: ParseMessage<T> | undefined
  readonly gaps: 'refuse' | 'skip'
  readonly capacity: number
  /** How long the server may wait for an entry. */
  readonly blockMs: number
}

/** Reads the entries after a cursor in order, and keeps the place up to which they were taken. */
export async function* entriesAfter<T>(
  { command, together }: RedisConnection,
  { stream, field, parse, gaps, capacity, blockMs }: RedisReading<T>,
  place: Place,
  admit: Opening<T>['admit'],
  open: () => void,
): AsyncGenerator<Arrival<T>> {
  for (let isOpen = false; ; isOpen = true) {
    // Both are of one moment, so that nothing is trimmed between them.
    const [info, reply] = await together([
      ['XINFO', 'STREAM', stream],
      ['XREAD', 'COUNT', capacity, 'STREAMS', stream, place.last ?? '0-0'],
    ])
    if (reply instanceof Error) throw reply
    const state = stateIn(info!)
    const found = misfit(stream, place, state)
    if (found !== undefined && (found.kind === 'another' || gaps === 'refuse'))
      throw new Refused(`${found.reason}; leave from out to begin with its first row.`)
    if (!isOpen) open()
    if (found !== undefined) {
      yield admit([{ kind: 'rejection', reason: found.reason, row: undefined }])
      // Where nothing is left, this gap is not to be told again.
      if (state.first === undefined) place.last = state.last
      place.added = undefined
    }
    const entries = entriesIn(reply!)
    const isAll = entries.length < capacity
    for (const entry of entries) {
      yield admit(rowsOfEntry(parse, stream, field, entry))
      place.last = entry.id
      if (place.added !== undefined) place.added++
    }
    if (isAll) place.added = state.added
    // This wakes the reader; what it brings is read once more, with the state of the stream.
    if (entries.length === 0)
      await command('XREAD', 'COUNT', 1, 'BLOCK', blockMs, 'STREAMS', stream, place.last ?? '0-0')
  }
}

/** Reads the entries of a consumer of a group: first those that it got and did not acknowledge, then new ones. */
export async function* entriesOfGroup<T>(
  { command }: RedisConnection,
  { stream, field, parse, capacity, blockMs }: RedisReading<T>,
  { group, consumer }: { readonly group: string; readonly consumer: string },
  admit: Opening<T>['admit'],
  open: () => void,
): AsyncGenerator<Arrival<T>> {
  await command('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM').catch((error: Error) => {
    if (!error.message.startsWith('BUSYGROUP')) throw error
  })
  open()
  for (let at = '0-0'; ; ) {
    const asked = ['GROUP', group, consumer, 'COUNT', capacity, 'BLOCK', blockMs, 'STREAMS', stream, at]
    const entries = entriesIn(await command('XREADGROUP', ...asked))
    for (const entry of entries) {
      // What cannot be acknowledged comes again.
      const acknowledge = (): unknown => command('XACK', stream, group, entry.id).catch(() => {})
      yield admit(rowsOfEntry(parse, stream, field, entry), (fate) => fate === 'taken' && acknowledge())
      if (at !== '>') at = entry.id
    }
    if (entries.length === 0) at = '>'
  }
}
