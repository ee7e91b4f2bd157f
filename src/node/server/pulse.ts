import type { Channel } from './channel.js'
import type { Subscriber } from './subscriber.js'

/** The time between two checks, in milliseconds. */
const PERIOD = 1000

/**
 * Starts a timer that sends the status of each model and checks each client once a second. It keeps no process alive.
 */
export const startPulse = (
  channels: ReadonlyMap<string, Channel>,
  subscribers: ReadonlySet<Subscriber>,
): ReturnType<typeof setInterval> => {
  const before = new Map([...channels].map(([name, { model }]) => [name, model.counters.learned]))
  let lastAt = performance.now()
  return setInterval(() => {
    const now = performance.now()
    for (const [name, { model, beat }] of channels) {
      const rows = model.counters.learned
      const rowsPerSecond = Math.max(0, ((rows - (before.get(name) ?? rows)) * 1000) / (now - lastAt))
      before.set(name, rows)
      beat({ rowsPerSecond, clients: subscribers.size })
    }
    // While a source blocks the event loop no client can be heard, and none is blamed for that time.
    for (const subscriber of subscribers) subscriber.check(Math.min(now - lastAt, 1.5 * PERIOD))
    lastAt = now
  }, PERIOD).unref()
}
