import type { FieldKind } from '../features/kind.js'
import type { Publication } from '../records.js'
import type { EvaluationMessage, Happening, Sample, Status, Topic, Welcome } from '../wire/index.js'
import type { SocketClass } from './socket.js'

/** All that predict reads, as of one step of the server's model. */
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
  /** Why it was lost. */
  readonly reason: string
}

/** What a connection gives: told apart by `type`. A `welcome` comes first, and again after every new connection. */
export type Incoming = Line | Welcome | Frame | EvaluationMessage | Sample | Happening | Status

export interface ConnectOptions {
  /** The name of the model, which is needed only where the server has several. */
  readonly model?: string
  /** The topics to receive. Default: everything. The status always comes, because its absence reveals a dead line. */
  readonly want?: readonly Topic[]
  /**
   * Kinds of fields of your own that the model has, as rows of the table of kinds. 'any' accepts a model whose kinds are
   * not known here: it can be shown, but nothing here can predict as it does.
   */
  readonly fieldKinds?: readonly FieldKind[] | 'any'
  /** Where the runtime has none. */
  readonly WebSocket?: SocketClass
  /** Connect again whenever the connection is lost. Default true. */
  readonly reconnect?: boolean
  /** The wait before the first new try, doubled at each further one. Default 250. */
  readonly firstMs?: number
  /** The longest wait. Default 10,000. */
  readonly mostMs?: number
  /** A line on which nothing comes for so long is dead. Default 15,000. */
  readonly silenceMs?: number
  /** How long the first welcome may take, tries and all. Default 30,000. */
  readonly timeoutMs?: number
}

/** It could not be made, or is of no use: the message says why. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
}

export interface Connection {
  readonly url: string
  /** The first welcome. Rejects with ConnectionError when none comes. */
  readonly welcome: Promise<Welcome>
  /**
   * The newest of each type (of each kind for events): who reads slowly misses some and never falls behind. Can be read
   * by many at once; each begins with the newest of everything. Ends with `close`; throws ConnectionError when the
   * connection is over for another reason.
   */
  readonly messages: AsyncIterable<Incoming>
  /** Gives this connection up and makes another, whose welcome and snapshot start everything anew. */
  resync(reason: string): void
  close(): void
}
