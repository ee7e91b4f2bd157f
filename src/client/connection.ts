import type { FieldKind } from '../features/kind.js'
import type { Publication } from '../records.js'
import type { EvaluationMessage, Happening, HistoryMessage, Sample, Status, Topic, Welcome } from '../wire/index.js'
import type { SocketClass } from './socket.js'

/** Everything that `predict` reads, as of one step of the server's model. */
export interface Frame {
  readonly type: 'frame'
  readonly epoch: number
  readonly step: number
  readonly publication: Publication
}

/** The state of the connection: `open` after each welcome, `lost` until the next. */
export interface Line {
  readonly type: 'line'
  readonly state: 'open' | 'lost'
  /** Why it was lost; '' while it is open. */
  readonly reason: string
}

/**
 * What a connection delivers; `type` tells the messages apart. After every new connection, a `line` and a `welcome`
 * come first.
 */
export type Incoming = Line | Welcome | HistoryMessage | Frame | EvaluationMessage | Sample | Happening | Status

export interface ConnectOptions {
  /** The name of the model, which is needed only where the server has several. */
  readonly model?: string | undefined
  /** The secret of the server, where it has one. */
  readonly token?: string | undefined
  /** The topics to receive. Default: all. The status always comes, because its absence reveals a lost connection. */
  readonly want?: readonly Topic[]
  /**
   * Kinds of fields of your own that the model has, as rows of the table of kinds. 'any' accepts a model whose kinds
   * are not known here: it can be shown, but it cannot be used to predict here.
   */
  readonly fieldKinds?: readonly FieldKind[] | 'any' | undefined
  /** The WebSocket class to use where the runtime has none. */
  readonly WebSocket?: SocketClass | undefined
  /** Whether to connect again whenever the connection is lost. Default: true. */
  readonly reconnect?: boolean
  /** The wait before the first new attempt; it doubles with each further one. Default: 250. */
  readonly firstMs?: number
  /** The longest wait. Default: 10,000. */
  readonly mostMs?: number
  /** How long a connection may be silent before it counts as lost. Default: 15,000. */
  readonly silenceMs?: number
  /** How long the first welcome may take, with all attempts. Default: 30,000. */
  readonly timeoutMs?: number
}

type NoDefault = 'model' | 'token' | 'fieldKinds' | 'WebSocket'
export const connectDefaults: Required<Omit<ConnectOptions, 'want' | NoDefault>> & Record<NoDefault, undefined> = {
  ...{ model: undefined, token: undefined, fieldKinds: undefined, WebSocket: undefined, reconnect: true },
  ...{ firstMs: 250, mostMs: 10_000, silenceMs: 15_000, timeoutMs: 30_000 },
}

/** The connection could not be made, or is of no use; the message says why. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
}

export interface Connection {
  /** The address without its query, which may contain a token. */
  readonly url: string
  /** The first welcome. The promise rejects with a ConnectionError if none comes. */
  readonly welcome: Promise<Welcome>
  /**
   * The newest message of each type (of each kind, for events): a slow reader misses some, and never falls behind.
   * Several readers may read at once, and each begins with the newest of everything. The iteration ends with `close`,
   * and throws a ConnectionError if the connection ends for another reason.
   */
  readonly messages: AsyncIterable<Incoming>
  /** Gives this connection up and makes another, which begins again with a welcome and a snapshot. */
  resync(reason: string): void
  close(): void
}
