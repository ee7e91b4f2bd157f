import type { ScoreboardReport } from '../metrics/scoreboardState.js'
import type { Description } from '../records.js'
import type { Value } from '../values.js'

/** The first version of the protocol. README.md, beside this file, describes it for those who write a client. */
export const PROTOCOL = 1

/**
 * A topic that a client may ask for. `frame` brings θ, statistics and vocabularies; each other topic brings the
 * messages of that type.
 */
export type Topic = 'frame' | 'history' | 'evaluation' | 'sample' | 'event' | 'status'
export const topics: readonly Topic[] = ['frame', 'history', 'evaluation', 'sample', 'event', 'status']

/** The first message of a client, which has to come within some seconds of connecting. */
export interface Hello {
  readonly type: 'hello'
  readonly protocol: number
  /** The name of the model, which is needed only where the server has several. */
  readonly model?: string
  /** Default: everything. */
  readonly want?: readonly Topic[]
}

/** Everything that is needed to draw the net and, with the frame that follows, to predict with it. */
export interface Welcome {
  readonly type: 'welcome'
  readonly protocol: number
  /** The name of the model that this connection is for. */
  readonly model: string
  /** The names of all models of this server. */
  readonly models: readonly string[]
  /** The run of the server: within one epoch, a step means one state. */
  readonly epoch: number
  readonly step: number
  readonly description: Description
}

/** The model's score beside that of each baseline, over the same rows. */
export interface EvaluationMessage extends ScoreboardReport {
  readonly type: 'evaluation'
  readonly step: number
}

/**
 * The latest example as the model saw it, with its prediction and its loss. This is enough for a page to run the
 * circuit forward and backward on it, with the θ that the page has.
 */
export interface Sample {
  readonly type: 'sample'
  /** The step of the θ that `predicted` and `loss` were computed with. */
  readonly step: number
  /** The encoded number of each feature: NaN if it is missing; for a category its column, or −1 for a new name. */
  readonly x: readonly number[]
  /** The encoded number of each target. */
  readonly y?: readonly number[]
  /** The fields of the row that are text, numbers or booleans. */
  readonly row?: Readonly<Record<string, Value>>
  readonly predicted?: Value
  readonly loss?: number
}

/**
 * An event of the model: `rejection`, `naming`, `refusal`, `rollback`, `drift`, `clipping`, `capacity`,
 * `discard`, `unjoined`, `control`, or a kind of the application's own.
 */
export interface Happening {
  readonly type: 'event'
  readonly kind: string
  readonly step: number
  /** A line of text for people to read. */
  readonly text: string
  /** The number of events of this kind since the server began, with this one; those in between were conflated. */
  readonly count: number
}

/**
 * What a server has shown in the last minutes, the oldest first. It follows each welcome, so that a client that arrives
 * late can show the past too.
 */
export interface HistoryMessage {
  readonly type: 'history'
  readonly messages: readonly Past[]
}

/** A message of the past; a sample has its first label alone, and neither `x` nor `row`. */
export interface Past {
  /** The age of the message when the history was sent, in milliseconds. */
  readonly ageMs: number
  readonly message: EvaluationMessage | Sample | Happening
}

/** The state of the server, which it sends with each frame, and at least once a second. */
export interface Status {
  readonly type: 'status'
  readonly step: number
  /** The number of rows learned since the model began. */
  readonly rows: number
  /** The rate over the last second. */
  readonly rowsPerSecond: number
  readonly clients: number
}

/** Why the server is about to close this connection. */
export interface Failure {
  readonly type: 'error'
  readonly code: FailureCode
  readonly text: string
}
export type FailureCode = 'message' | 'protocol' | 'model' | 'flood'
export const failureCodes: readonly FailureCode[] = ['message', 'protocol', 'model', 'flood']

/** The WebSocket close codes of a server. After `protocol` and `model`, it is of no use to connect again. */
export const closeCodes = {
  goingAway: 1001,
  noHello: 4001,
  slow: 4008,
  message: 4400,
  model: 4404,
  protocol: 4406,
  flood: 4429,
} as const

export type Message = Hello | Welcome | HistoryMessage | EvaluationMessage | Sample | Happening | Status | Failure
/** What a program gives a server to show; the server counts the events. */
export type Shown = EvaluationMessage | Sample | Omit<Happening, 'count'>
