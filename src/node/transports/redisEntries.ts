import { numberOf } from '../sources/cell.js'
import type { Brought } from '../sources/pulledSource.js'
import { type ParseMessage, rowsOf } from './messages.js'
import type { Reply } from './redisConnection.js'

/** An entry of a stream; its fields are absent if it was deleted after it was handed out. */
export interface Entry {
  readonly id: string
  /** Names and values in turn. */
  readonly fields: readonly Buffer[] | undefined
}

/** The entries in a reply of XREAD or XREADGROUP for one stream. */
export const entriesIn = (reply: Reply): readonly Entry[] => {
  const [stream] = (reply ?? []) as readonly (readonly [Buffer, readonly (readonly [Buffer, Buffer[] | null])[]])[]
  return (stream?.[1] ?? []).map(([id, fields]) => ({ id: `${id}`, fields: fields ?? undefined }))
}

/** Returns the rows of an entry, whose cursor is its id. */
export const rowsOfEntry = <T>(
  parse: ParseMessage<T> | undefined,
  stream: string,
  field: string | undefined,
  { id, fields }: Entry,
): Brought[] => {
  const rejected = (reason: string, row: unknown): Brought[] => [{ kind: 'rejection', reason, row, cursor: id }]
  if (fields === undefined) return rejected(`the entry ${id} was deleted before it was finished with`, undefined)
  const texts: Record<string, string> = {}
  let bytes: Buffer | undefined
  for (let i = 0; i < fields.length; i += 2) {
    const name = `${fields[i]}`
    if (name === field) bytes = fields[i + 1]
    texts[name] = `${fields[i + 1]}`
  }
  if (field !== undefined) {
    if (bytes === undefined)
      return rejected(`the entry has no field ${field}, but ${Object.keys(texts).join(', ')}`, texts)
    return rowsOf(parse, { topic: stream, text: `${bytes}`, bytes }, id)
  }
  if (parse !== undefined) {
    const text = JSON.stringify(texts)
    return rowsOf(parse, { topic: stream, text, bytes: Buffer.from(text) }, id)
  }
  const row: Record<string, string | number> = {}
  for (const [name, text] of Object.entries(texts)) row[name] = numberOf(text) ?? text
  return [{ kind: 'brought', row, cursor: id }]
}

/** What the server says of a stream. */
export interface StreamState {
  /** The id of the first entry; undefined if there is none. */
  readonly first: string | undefined
  /** The id that was given last. */
  readonly last: string
  readonly length: number
  /** The number of entries that were ever added; undefined before Redis 7. */
  readonly added: number | undefined
}

/** How far a stream was read. */
export interface Place {
  /** The entry up to which all was taken. */
  last: string | undefined
  /** The number of entries that had been added when this one was; undefined where that is not known. */
  added: number | undefined
}

/** Reads the reply of XINFO STREAM; a key that holds nothing is an empty stream. */
export const stateIn = (reply: Reply | Error): StreamState => {
  if (reply instanceof Error) {
    if (/no such key/.test(reply.message)) return { first: undefined, last: '0-0', length: 0, added: undefined }
    throw reply
  }
  const parts = reply as readonly Reply[]
  const partAfter = (name: string): Reply | undefined => parts[parts.findIndex((part) => `${part}` === name) + 1]
  const entry = partAfter('first-entry') as readonly Reply[] | null
  const added = partAfter('entries-added')
  return {
    first: entry === null ? undefined : `${entry[0]}`,
    last: `${partAfter('last-generated-id')}`,
    length: Number(partAfter('length')),
    added: typeof added === 'number' ? added : undefined,
  }
}

/** Whether an entry stands before another one in a stream. */
export const isBefore = (a: string, b: string): boolean => {
  const [aMs, aSeq] = a.split('-').map(BigInt) as [bigint, bigint]
  const [bMs, bSeq] = b.split('-').map(BigInt) as [bigint, bigint]
  return aMs < bMs || (aMs === bMs && aSeq < bSeq)
}

/**
 * Says how a stream and a cursor do not fit together. Where the entry of the cursor was trimmed, only the number of those
 * that were added since tells whether others after it were trimmed too.
 */
export const misfit = (
  stream: string,
  { last: cursor, added }: Place,
  state: StreamState,
): { readonly kind: 'another' | 'gap'; readonly reason: string } | undefined => {
  const { first, last } = state
  if (cursor === undefined) return undefined
  if (isBefore(last, cursor))
    return {
      kind: 'another',
      reason: `the stream ${stream} ends at ${last}, before the cursor ${cursor}, so that it is another one`,
    }
  // Nothing came after the cursor, or what came after it is still there.
  if (last === cursor || (first !== undefined && !isBefore(cursor, first))) return undefined
  if (added !== undefined && state.added === added + state.length) return undefined
  const begins = first === undefined ? 'is empty' : `begins at ${first}`
  return { kind: 'gap', reason: `the stream ${stream} ${begins}, so that rows after the cursor ${cursor} may be gone` }
}
