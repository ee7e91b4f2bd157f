import type { ScoreboardReport } from '../metrics/scoreboardState.js'
import type { Description } from '../records.js'
import type { Value } from '../values.js'

/**
 * The first version of the protocol. One WebSocket at path `/` serves one model. Every WebSocket message is binary, and
 * is either a *frame* (its first byte is 0x52, and it holds everything that `predict` reads at one step: see frame.ts)
 * or a *message*: one MessagePack map, of one of the types below.
 *
 *     client                       server
 *     hello              →
 *                        ←         welcome      which model, its circuit, features and layout, epoch and step
 *                        ←         frame        the snapshot, at once
 *                        ←         evaluation, sample, event, status    the newest of each, if there is one
 *                        ←         frame        whenever the model has stepped, at most maxHz times a second
 *                        ←         evaluation, sample, event            when shown, at most maxHz times a second each
 *                        ←         status       once a second: if none comes for long, the connection is lost
 *                        ←         error        then the connection is closed, with a code of `closeCodes`
 *
 * Every frame is complete, so the newest one alone is enough: when a slow client has read what was sent before, it gets
 * the newest frame, and never a queue. Messages are conflated too: a client sees the newest of each type (of each kind,
 * for events), and not every one. Within an epoch, steps only rise. A frame whose epoch or layout is not the welcome's
 * is not applied; the client connects again. A second hello on one connection is answered as the first was.
 *
 * Numbers are those of MessagePack: NaN and infinities are kept (a metric that has no value yet is NaN, and so is a
 * missing field in `sample.x`), and −0 becomes 0.
 */
export const PROTOCOL = 1

/**
 * A topic that a client may ask for. `frame` brings θ, statistics and vocabularies; each other topic brings the
 * messages of that type.
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
 * An event of the model: `rejection`, `naming`, `refusal`, `rollback`, `drift`, `clipping`, `control`, or a kind of the application's own.
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

/** The state of the server, which it sends once a second. */
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
export type FailureCode = 'message' | 'protocol' | 'model' | 'flood' | 'full'
export const failureCodes: readonly FailureCode[] = ['message', 'protocol', 'model', 'flood', 'full']

/** The WebSocket close codes of a server. After `protocol` and `model`, it is of no use to connect again. */
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
/** What a program gives a server to show; the server counts the events. */
export type Shown = EvaluationMessage | Sample | Omit<Happening, 'count'>
