import {
  type EvaluationMessage,
  encodeMessage,
  encodePublication,
  layoutCheckOf,
  type Past,
  PROTOCOL,
  type Shown,
  type Status,
} from '../../wire/index.js'
import { readMessage } from '../../wire/read.js'
import { happening, lineOf } from './eventLine.js'
import type { Packet, Receiver } from './receiver.js'
import { createRecent } from './recent.js'
import type { Served } from './served.js'
import { shorten } from './shorten.js'
import { createSparseClock } from './sparseClock.js'
import { createThrottle, type Throttle } from './throttle.js'

/** Sends one model to its receivers: the newest packet of each key, at most once per period for each key. */
export interface Channel {
  readonly name: string
  readonly model: Served
  /** The rate over the last second. */
  readonly rowsPerSecond: number
  /** The newest evaluation that was shown; undefined if there is none. */
  readonly evaluation: EvaluationMessage | undefined
  /** The newest packet of each key, in sending order: θ comes first. */
  readonly newest: ReadonlyMap<string, Packet>
  /**
   * Is called after each step. Returns whether a state has been sent since the last call, either by this call or by a
   * timer; while there are no receivers, whether one would have been.
   */
  publish(): boolean
  /** Sends a message, at most once per period for each kind. */
  show(message: Shown): void
  /** Is called once a second; sends the status, which is sent again with each frame, so that both are of one step. */
  beat(now: Pulse): void
  /** Returns the encoded welcome. Its step is that of the newest frame. */
  welcome(): Uint8Array
  /** Returns the encoded history of the last minutes; undefined if nothing was shown in them. */
  history(): Uint8Array | undefined
  join(receiver: Receiver): void
  leave(receiver: Receiver): void
  close(): void
}

/** The parts of a status that are measured once a second. */
export type Pulse = Pick<Status, 'rowsPerSecond' | 'clients'>

export interface ChannelOptions {
  readonly name: string
  /** The names of all models of the server, to which further ones may be added. */
  readonly models: readonly string[]
  readonly model: Served
  readonly epoch: number
  readonly maxHz: number
  /** Is called for each receiver that could not take a frame. */
  readonly skipped: () => void
}

export const createChannel = ({ name, models, model, epoch, maxHz, skipped }: ChannelOptions): Channel => {
  const period = 1000 / maxHz
  const layout = layoutCheckOf(model.description.hash)
  const newest = new Map<string, Packet>()
  const receivers = new Set<Receiver>()
  const recent = createRecent(period)
  const shown = new Map<string, { message: Past['message']; count: number; readonly throttle: Throttle }>()
  let welcomed: { readonly step: number; readonly of: number; readonly bytes: Uint8Array } | undefined
  let dirty = false
  let sent = false
  const clock = createSparseClock()
  let unwatchedUntil = 0
  let pulse: Pulse | undefined
  let beats = 0
  let closed = false

  /** Copies the model at this step boundary; returns false if the present copy is of this step already. */
  const refresh = (): boolean => {
    if (newest.get('frame')?.mark === model.step) return false
    const publication = model.publish()
    newest.set('frame', {
      topic: 'frame',
      mark: publication.step,
      bytes: encodePublication(publication, { epoch, layout }),
    })
    return true
  }
  const frames = createThrottle(period, () => {
    dirty = false
    if (refresh()) sent = true
    putStatus()
    for (const receiver of receivers) if (!receiver.deliver() && receiver.wantsFrames) skipped()
  })
  /** The status is sent together with a frame, so that both are of one step. */
  const putStatus = (): void => {
    if (pulse === undefined) return
    beats += 1
    const bytes = encodeMessage({ type: 'status', step: model.step, rows: model.counters.learned, ...pulse })
    newest.set('status', { topic: 'status', mark: beats, bytes })
  }
  const takeSent = (): boolean => {
    const was = sent
    sent = false
    return was
  }
  // The frame enters `newest` before any message does, so that θ is sent first.
  refresh()

  const show = (given: Shown): void => {
    if (closed) return
    const key = given.type === 'event' ? `event ${given.kind}` : given.type
    const before = shown.get(key)
    const count = (before?.count ?? 0) + 1
    // The message is checked here so that the caller gets the error; in a timer it would be lost.
    const checked = readMessage(given.type === 'event' ? happening(given, count) : given)
    const message = shorten(checked) as Past['message']
    recent.add(message)
    const entry = before ?? { message, count, throttle: createThrottle(period, () => send(key)) }
    entry.message = message
    entry.count = count
    shown.set(key, entry)
    entry.throttle.request(performance.now())
  }
  const send = (key: string): void => {
    const { message, count } = shown.get(key)!
    newest.set(key, { topic: message.type, mark: count, bytes: encodeMessage(message) })
    for (const receiver of receivers) receiver.deliver()
  }

  const unlisten = model.listen((event) => {
    show({ type: 'event', kind: event.kind, step: model.step, text: lineOf(event) })
  })

  return {
    name,
    model,
    newest,
    get rowsPerSecond() {
      return pulse?.rowsPerSecond ?? 0
    },
    get evaluation() {
      return shown.get('evaluation')?.message as EvaluationMessage | undefined
    },
    // A timer alone would not suffice: a synchronous source may block the event loop longer than a period.
    publish() {
      if (closed) return false
      const watched = receivers.size > 0
      const now = clock(watched && !dirty)
      if (watched) dirty = true
      if (now === undefined) return takeSent()
      // Nothing is copied for nobody, but the history goes on, for those who come later.
      if (watched) frames.request(now)
      else if (now >= unwatchedUntil) {
        unwatchedUntil = now + period
        sent = true
      }
      return takeSent()
    },
    show,
    beat(now) {
      pulse = now
      putStatus()
      for (const receiver of receivers) receiver.deliver()
    },
    // However many clients say hello, and however often, the model is copied and the welcome encoded once per period.
    welcome() {
      frames.request(performance.now())
      const { mark: step } = newest.get('frame')!
      if (welcomed?.step !== step || welcomed.of !== models.length) {
        const { description } = model
        const message = { type: 'welcome', protocol: PROTOCOL, model: name, models, epoch, step, description } as const
        welcomed = { step, of: models.length, bytes: encodeMessage(message) }
      }
      return welcomed.bytes
    },
    history: recent.encoded,
    join(receiver) {
      receivers.add(receiver)
      receiver.deliver()
    },
    leave(receiver) {
      receivers.delete(receiver)
    },
    close() {
      closed = true
      unlisten()
      frames.flush()
      for (const { throttle } of shown.values()) throttle.flush()
      receivers.clear()
    },
  }
}
