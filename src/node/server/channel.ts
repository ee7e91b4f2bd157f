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
import { createSlot, type Slot } from './slot.js'

/** What a server reads of a model. */
export interface Served {
  readonly step: number
  readonly description: Description
  readonly counters: { readonly learned: number }
  publish(): Publication
  listen(listener: (event: ModelEvent) => void): () => void
}

/** For callers without types: whether this is something that a server can read. */
export const isServed = (given: unknown): given is Served => {
  const { description, counters, publish, listen } = (given ?? {}) as Partial<Served>
  const parts = [description?.hash, counters?.learned, publish, listen]
  return parts.map((part) => typeof part).join() === 'string,number,function,function'
}

/** Something to send, encoded once for everyone. Another mark under the same key is something newer. */
export interface Packet {
  readonly topic: Topic
  readonly mark: number
  readonly bytes: Uint8Array
}

/** Whoever gets a channel's packets. */
export interface Receiver {
  /** Sends what is newer than what was sent; false when it must wait until the last has gone. */
  deliver(): boolean
  readonly wantsFrames: boolean
}

/** One model's way out: the newest packet of each key, at most one a period each. */
export interface Channel {
  readonly name: string
  readonly model: Served
  /** In sending order: θ first. */
  readonly newest: ReadonlyMap<string, Packet>
  /** A step has passed. Says whether a state has left since the last call, in this one or by the clock. */
  publish(): boolean
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
  /** Called for each receiver that a frame passed by. */
  readonly skipped: () => void
}

/** Most calls between two looks at the clock. */
const MOST_CALLS = 1024

export const createChannel = ({ name, model, epoch, maxHz, skipped }: ChannelOptions): Channel => {
  const period = 1000 / maxHz
  const layout = layoutCheckOf(model.description.hash)
  const newest = new Map<string, Packet>()
  const receivers = new Set<Receiver>()
  const shown = new Map<string, { message: Shown | Status; count: number; readonly slot: Slot }>()
  let dirty = false
  let left = false
  let callsLeft = 1
  let callsBetween = 1
  let lookedAt = 0
  let closed = false

  /** Copies the model as of this step boundary; false where the copy that is there is of this step. */
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
  const frames = createSlot(period, () => {
    dirty = false
    if (refresh()) left = true
    for (const receiver of receivers) if (!receiver.deliver() && receiver.wantsFrames) skipped()
  })
  const hasLeft = (): boolean => {
    const was = left
    left = false
    return was
  }
  // θ first, in the order of `newest`, before any message is shown.
  refresh()

  const show = (given: Shown | Status): void => {
    if (closed) return
    const key = given.type === 'event' ? `event ${given.kind}` : given.type
    const before = shown.get(key)
    const count = (before?.count ?? 0) + 1
    // Checked here, where the caller is: an error in a timer would have no one to hear it.
    const message = readMessage(given.type === 'event' ? happening(given, count) : given) as Shown | Status
    const entry = before ?? { message, count, slot: createSlot(period, () => send(key)) }
    entry.message = message
    entry.count = count
    shown.set(key, entry)
    entry.slot.ask(performance.now())
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
    // Called once a step, up to millions of times a second: a count down, and now and then a look at the clock. A timer
    // alone would not do: a synchronous source may keep the event loop waiting for longer than a period.
    publish() {
      if (receivers.size === 0) return false
      if (!dirty) {
        dirty = true
        callsLeft = 1
      }
      callsLeft -= 1
      if (callsLeft > 0) return hasLeft()
      const now = performance.now()
      const passed = now - lookedAt
      lookedAt = now
      if (passed > 2) callsBetween = 1
      else if (passed < 0.5 && callsBetween < MOST_CALLS) callsBetween *= 2
      callsLeft = callsBetween
      frames.ask(now)
      return hasLeft()
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
      for (const { slot } of shown.values()) slot.flush()
      receivers.clear()
    },
  }
}
