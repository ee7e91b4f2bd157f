import type { Rejection } from '../../../records.js'
import type { Cursor } from '../../../values.js'
import type { Journal } from '../../journal/journal.js'
import type { HttpRequest, HttpResponse } from '../../server/server.js'
import type { Source, SourceOptions } from '../../sources/source.js'
import type { LineOptions } from '../../transports/reconnecting.js'

/** A setting of a source in a configuration file. */
export interface SettingRow {
  readonly text: string
  /** What its value may be, as a JSON schema. */
  readonly type: {
    readonly type: 'string' | 'integer' | 'boolean' | 'array' | 'object'
    readonly items?: { readonly type: 'string' }
    readonly enum?: readonly (string | number)[]
  }
  /** Whether it has to be given. */
  readonly isNeeded?: boolean
}

export type Settings = Readonly<Record<string, unknown>>

/** What a source is opened with. */
export interface Opening {
  /** The column for the cursor of a row; undefined where the journal gives it one. */
  readonly cursor: string | undefined
  /** The cursor of the last row that was learned. */
  readonly from: Cursor | undefined
  /** Where rows are kept before they are acknowledged; undefined for nowhere. */
  readonly journal: Journal<object> | undefined
  readonly signal: AbortSignal
  /** Is told of what the source has to say: rows that it refuses, connections that are lost. */
  readonly tell: (text: string) => void
  /** Who may send rows to a source that is a path of the server. */
  readonly gate: {
    readonly token?: string | undefined
    readonly allowHosts?: readonly string[] | undefined
    readonly allowOrigins?: readonly string[] | undefined
  }
}

export type LiveSource = Source<object> & { handle?(request: HttpRequest, response: HttpResponse): boolean }

/** A kind of source that a configuration file may name: a row of the table from which help, check and schema are made. */
export interface SourceKind {
  readonly text: string
  readonly settings: Readonly<Record<string, SettingRow>>
  /**
   * 'own' if its rows have cursors from which it is read on, so that it needs no journal; 'maybe' if they may have some,
   * in place of which a journal gives them others; 'none' if a journal alone does.
   */
  readonly cursors: 'own' | 'maybe' | 'none'
  /** Whether it keeps the rows in the journal itself, before it acknowledges them. */
  readonly keeps?: boolean
  open(settings: Settings, opening: Opening): Promise<LiveSource>
}

/** The options that all sources of Node have, as a service gives them. */
export const commonOf = ({ cursor, from, signal, tell }: Opening): SourceOptions => {
  const onRejected = ({ reason }: Rejection): void => tell(`a row is refused: ${reason}`)
  return cursor === undefined ? { signal, onRejected } : { cursor, from, signal, onRejected }
}

/** The options of a source with a connection, which tells when that is lost and made again. */
export const lineOf = (opening: Opening, settings: Settings): LineOptions & SourceOptions => ({
  ...commonOf(opening),
  onLine: ({ state, reason }) =>
    opening.tell(state === 'open' ? 'the connection is open' : `the connection is lost: ${reason}`),
  ...settings,
})

export const text = (text: string): SettingRow => ({ text, type: { type: 'string' } })
export const needed = (text: string): SettingRow => ({ text, type: { type: 'string' }, isNeeded: true })
export const whole = (text: string): SettingRow => ({ text, type: { type: 'integer' } })
export const record = (text: string): SettingRow => ({ text, type: { type: 'object' } })
