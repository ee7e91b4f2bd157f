import type { Connection, EvaluationMessage, Frame, Incoming, Sample, Status, Welcome } from '../../client/index.js'

/** The newest of everything that came. The page is drawn from this alone, whenever it is drawn. */
export interface Live {
  readonly line: 'connecting' | 'open' | 'lost' | 'over'
  readonly reason: string
  readonly welcome: Welcome | undefined
  readonly frame: Frame | undefined
  readonly evaluation: EvaluationMessage | undefined
  readonly sample: Sample | undefined
  readonly status: Status | undefined
  /** When anything came last, and when the step moved last: performance.now(). */
  readonly heardAt: number
  readonly steppedAt: number
  readonly step: number
  /** Rises with whatever came. */
  readonly version: number
  /** Follows a connection until it ends; `hear` gets each message after it has been taken in. */
  follow(connection: Connection, hear: (message: Incoming) => void): Promise<void>
}

type Writable = { -readonly [K in keyof Live]: Live[K] }

export const createLive = (): Live => {
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
    version: 0,
    async follow(connection, hear) {
      try {
        for await (const message of connection.messages) {
          take(message)
          hear(message)
        }
      } catch (error) {
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
    // Another run, or another model: what the old one said is void.
    live.step = 0
    live.evaluation = live.sample = live.status = undefined
  }
  const take = (message: Incoming): void => {
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
        return
    }
    arrive(message.step)
  }
  return live
}
