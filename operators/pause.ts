import type { Subscriber } from 'rxjs'

// What is below a source may ask it to wait, as a buffer that is full does. Between the two stand any operators, through
// which only elements go, so that the request is left here: the source that is pushing at this moment looks when its
// element has left the chain.

export const pause: {
  /** What the source is asked to wait for. */
  until: Promise<void> | undefined
  /** Whether the source that is pushing waits where it is asked to; one that cannot wait does not look. */
  isHeard: boolean
} = { until: undefined, isHeard: false }

/**
 * Pushes a value for a source that can wait, and returns what it is asked to wait for.
 *
 * @param yieldMs how often the source lets the event loop turn; one that never does is not asked to, but by what is full
 */
export const pushed = <T>(subscriber: Subscriber<T>, value: T, yieldMs: number): Promise<void> | undefined => {
  const { until, isHeard } = pause
  pause.until = undefined
  pause.isHeard = yieldMs < Infinity
  subscriber.next(value)
  const asked = pause.until
  pause.until = until
  pause.isHeard = isHeard
  return asked
}

/** Completes for a source that can wait: what is left below it may then take its time. */
export const completed = (subscriber: Subscriber<unknown>, yieldMs: number): void => {
  const { until, isHeard } = pause
  pause.isHeard = yieldMs < Infinity
  subscriber.complete()
  pause.until = until
  pause.isHeard = isHeard
}
