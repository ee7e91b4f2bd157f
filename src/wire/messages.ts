import type { ScoreboardReport } from '../metrics/scoreboardState.js'
import type { Description } from '../records.js'
import type { Value } from '../values.js'

/**
 * The wire, first version. One WebSocket at path `/` for one model; every WebSocket message is binary, and is either
 * a *frame* (first byte 0x52; all that predict reads at one step: frame.ts) or a *message*: one MessagePack map, told
 * apart by `type`, below.
 *
 *     client                       server
 *     hello              →
 *                        ←         welcome      which model, its circuit, features and layout, epoch and step
 *                        ←         frame        the snapshot, at once
 *                        ←         evaluation, sample, event, status    the newest of each, if there is one
 *                        ←         frame        whenever the model has stepped, at most maxHz times a second
 *                        ←         evaluation, sample, event            when shown, at most maxHz times a second each
 *                        ←         status       once a second: when none comes for long, the line is dead
 *                        ←         error        then the connection is closed, with a code of `closeCodes`
 *
 * Every frame is complete: the newest alone is enough, and a client that is slow gets the newest when it has read what
 * was sent before, never a queue. Messages are conflated too: a client sees the newest of each type (of each kind for
 * events), not every one. Steps only rise within an epoch. A frame whose epoch or layout is not the welcome's is not
 * applied: the client connects again. A second hello on one connection is answered like the first.
 *
 * Numbers are MessagePack's: NaN and infinities as they are (a metric that has no value yet is NaN; a missing field in
 * `sample.x` too), −0 as 0.
 */
export const PROTOCOL = 1

/**
 * A topic that a client may ask for. `frame` is θ, statistics and vocabularies; the others are the messages of that
 * type.
 */
export type Topic = 'frame' | 'evaluation' | 'sample' | 'event' | 'status'
export const topics: readonly Topic[] = ['frame', 'evaluation', 'sample', 'event', 'status']

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
  /** The run of the server: within one epoch a step means one state. */
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
 * The latest example as the model saw it, and what came of it: enough for a page to run the circuit forward and
 * backward on it with the θ it has.
 */
export interface Sample {
  readonly type: 'sample'
  /** The step of the θ that made `predicted` and `loss`. */
  readonly step: number
  /** One number a feature, as encoded: NaN missing, a category its column, −1 unseen. */
  readonly x: readonly number[]
  /** One number a target, encoded likewise. */
  readonly y?: readonly number[]
  /** The row itself, as far as it is text, numbers and booleans. */
  readonly row?: Readonly<Record<string, Value>>
  readonly predicted?: Value
  readonly loss?: number
}

/**
 * Something that happened to the model: `rejection`, `refusal`, `rollback`, `drift`, `control`, or an app's own kind.
 */
export interface Happening {
  readonly type: 'event'
  readonly kind: string
  readonly step: number
  /** One line for people. */
  readonly text: string
  /** How many of this kind since the server began, this one included: the ones between were conflated. */
  readonly count: number
}

/** The server's own pulse, once a second. */
export interface Status {
  readonly type: 'status'
  readonly step: number
  /** Rows learned since the model began. */
  readonly rows: number
  /** Over the last second. */
  readonly rowsPerSecond: number
  readonly clients: number
}

/** Why the server is about to close this connection. */
export interface Failure {
  readonly type: 'error'
  readonly code: FailureCode
  readonly text: string
}
export type FailureCode = 'message' | 'protocol' | 'model' | 'flood' | 'full'
export const failureCodes: readonly FailureCode[] = ['message', 'protocol', 'model', 'flood', 'full']

/** The WebSocket close codes of a server. After `protocol` and `model` it is of no use to connect again. */
export const closeCodes = {
  goingAway: 1001,
  noHello: 4001,
  slow: 4008,
  message: 4400,
  model: 4404,
  protocol: 4406,
  flood: 4429,
  full: 4503,
} as const

export type Message = Hello | Welcome | EvaluationMessage | Sample | Happening | Status | Failure
/** What a program hands a server to show; the server counts the events. */
export type Shown = EvaluationMessage | Sample | Omit<Happening, 'count'>
