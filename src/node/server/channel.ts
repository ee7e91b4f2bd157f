import type { Description, ModelEvent, Publication } from '../../records.js'
import {
  encodeMessage,
  encodePublication,
  type Happening,
  layoutCheckOf,
  type Shown,
  type Status,
  type Topic,
} from '../../wire/index.js'
import { readMessage } from '../../wire/read.js'
import { happening, lineOf } from './eventLine.js'
import { createThrottle, type Throttle } from './throttle.js'

/** The part of a model that a server reads. */
export interface Served {
  readonly step: number
  readonly description: Description
  readonly counters: { readonly learned: number }
  publish(): Publication
  listen(listener: (event: ModelEvent) => void): () => void
}

/** Tells whether a server can read this as a model, for callers without types. */
export const isServed = (given: unknown): given is Served => {
  const { description, counters, publish, listen } = (given ?? {}) as Partial<Served>
  const parts = [description?.hash, counters?.learned, publish, listen]
  return parts.map((part) => typeof part).join() === 'string,number,function,function'
}

/** A message or frame, encoded once for all receivers. Under the same key, another mark means newer content. */
export interface Packet {
  readonly topic: Topic
  readonly mark: number
  readonly bytes: Uint8Array
}

/** A receiver of a channel's packets. */
export interface Receiver {
  /** Sends the packets that are newer than those already sent; returns false if it is still sending and has to wait. */
  deliver(): boolean
  readonly wantsFrames: boolean
}

/** Sends one model to its receivers: the newest packet of each key, at most once per period for each key. */
export interface Channel {
  readonly name: string
  readonly model: Served
  /** The newest packet of each key, in sending order: θ comes first. */
  readonly newest: ReadonlyMap<string, Packet>
  /**
   * Is called after each step. Returns whether a state has been sent since the last call, either by this call or by a
   * timer.
   */
  publish(): boolean
  /** Sends a message, at most once per period for each kind. */
  show(message: Shown | Status): void
  join(receiver: Receiver): void
  leave(receiver: Receiver): void
  close(): void
}

export interface ChannelOptions {
  readonly name: string
  readonly model: Served
  readonly epoch: number
  readonly maxHz: number
  /** Is called for each receiver that could not take a frame. */
  readonly skipped: () => void
}

/** The largest number of calls between two readings of the clock. */
const MOST_CALLS = 1024

export const createChannel = ({ name, model, epoch, maxHz, skipped }: ChannelOptions): Channel => {
  const period = 1000 / maxHz
  const layout = layoutCheckOf(model.description.hash)
  const newest = new Map<string, Packet>()
  const receivers = new Set<Receiver>()
  const shown = new Map<string, { message: Shown | Status; count: number; readonly throttle: Throttle }>()
  let dirty = false
  let sent = false
  let callsLeft = 1
  let callsBetween = 1
  let lastReadAt = 0
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
    for (const receiver of receivers) if (!receiver.deliver() && receiver.wantsFrames) skipped()
  })
  const takeSent = (): boolean => {
    const was = sent
    sent = false
    return was
  }
  // The frame enters `newest` before any message does, so that θ is sent first.
  refresh()

  const show = (given: Shown | Status): void => {
    if (closed) return
    const key = given.type === 'event' ? `event ${given.kind}` : given.type
    const before = shown.get(key)
    const count = (before?.count ?? 0) + 1
    // The message is checked here so that the caller gets the error; in a timer it would be lost.
    const message = readMessage(given.type === 'event' ? happening(given, count) : given) as Shown | Status
    const entry = before ?? { message, count, throttle: createThrottle(period, () => send(key)) }
    entry.message = message
    entry.count = count
    shown.set(key, entry)
    entry.throttle.request(performance.now())
  }
  const send = (key: string): void => {
    const { message, count } = shown.get(key)!
    newest.set(key, { topic: message.type, mark: count, bytes: encodeMessage(message as Happening) })
    for (const receiver of receivers) receiver.deliver()
  }

  const unlisten = model.listen((event) => {
    show({ type: 'event', kind: event.kind, step: model.step, text: lineOf(event) })
  })

  return {
    name,
    model,
    newest,
    // This is called at every step, up to millions of times a second. It therefore counts down, and reads the clock
    // only now and then. A timer alone would not suffice: a synchronous source may block the event loop longer than a
    // period.
    publish() {
      if (receivers.size === 0) return false
      if (!dirty) {
        dirty = true
        callsLeft = 1
      }
      callsLeft -= 1
      if (callsLeft > 0) return takeSent()
      const now = performance.now()
      const passed = now - lastReadAt
      lastReadAt = now
      if (passed > 2) callsBetween = 1
      else if (passed < 0.5 && callsBetween < MOST_CALLS) callsBetween *= 2
      callsLeft = callsBetween
      frames.request(now)
      return takeSent()
    },
    show,
    join(receiver) {
      receivers.add(receiver)
      refresh()
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
