import type { Connection, EvaluationMessage, Frame, Incoming, Sample, Status, Welcome } from '../../client/index.js'

/** The newest message of every type. The page is drawn from this alone. */
export interface Live {
  readonly line: 'connecting' | 'open' | 'lost' | 'over'
  readonly reason: string
  readonly welcome: Welcome | undefined
  readonly frame: Frame | undefined
  readonly evaluation: EvaluationMessage | undefined
  readonly sample: Sample | undefined
  readonly status: Status | undefined
  /** The times when a message last came, and when the step last rose, by performance.now(). */
  readonly heardAt: number
  readonly steppedAt: number
  readonly step: number
  /** Whether no message is taken at present. */
  readonly paused: boolean
  /** A number that rises with every message. */
  readonly version: number
  /** Stops taking messages, or takes them again: the connection keeps the newest of each kind meanwhile. */
  pause(paused: boolean): void
  /** Follows a connection until it ends, and passes each message to `onMessage` after it was stored. */
  follow(connection: Connection, onMessage: (message: Incoming) => void): Promise<void>
}

type Writable = { -readonly [K in keyof Live]: Live[K] }

export const createLive = (): Live => {
  let held: Promise<void> | undefined
  let release = (): void => {}
  const live: Writable = {
    line: 'connecting',
    reason: '',
    welcome: undefined,
    frame: undefined,
    evaluation: undefined,
    sample: undefined,
    status: undefined,
    heardAt: performance.now(),
    steppedAt: performance.now(),
    step: 0,
    paused: false,
    version: 0,
    pause(paused) {
      live.paused = paused
      release()
      held = paused
        ? new Promise((resolve) => {
            release = resolve
          })
        : undefined
    },
    async follow(connection, onMessage) {
      try {
        for await (const message of connection.messages) {
          while (held) await held
          store(message)
          onMessage(message)
        }
      } catch (error) {
        while (held) await held
        live.line = 'over'
        live.reason = (error as Error).message
        live.version += 1
      }
    },
  }

  const arrive = (step: number): void => {
    if (step <= live.step) return
    live.step = step
    live.steppedAt = performance.now()
  }
  const restart = (welcome: Welcome): void => {
    const same = welcome.epoch === live.welcome?.epoch && welcome.description.hash === live.welcome.description.hash
    live.welcome = welcome
    live.frame = undefined
    if (same) return
    // It is another run or another model, so what is known of the old one no longer counts.
    live.step = 0
    live.evaluation = live.sample = live.status = undefined
  }
  const store = (message: Incoming): void => {
    live.version += 1
    if (message.type !== 'line') live.heardAt = performance.now()
    switch (message.type) {
      case 'line':
        live.line = message.state
        live.reason = message.reason
        return
      case 'welcome':
        restart(message)
        break
      case 'frame':
        live.frame = message
        break
      case 'evaluation':
        live.evaluation = message
        break
      case 'sample':
        live.sample = message
        break
      case 'status':
        live.status = message
        break
      case 'event':
      case 'history':
        return
    }
    arrive(message.step)
  }
  return live
}
