import type { Topic } from '../../wire/index.js'

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
