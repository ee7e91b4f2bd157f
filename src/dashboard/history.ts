import type { EvaluationMessage, Happening, Incoming, Sample } from '../client/index.js'
import { createSeries, type Series } from './series.js'

/** A metric over time. Line 0 is the model's; the baselines' lines follow, in the order of `players`. */
export interface Curve {
  readonly name: string
  readonly better: 'lower' | 'higher'
  readonly players: readonly string[]
  readonly series: Series
}

/** What has come since the page was opened, in bounded memory. */
export interface History {
  readonly curves: readonly Curve[]
  /** Line 0 has the losses of the rows that were shown, and line 1 their fading mean. */
  readonly losses: Series
  /** The latest events, newest first; their `count` includes those that were conflated. */
  readonly events: readonly Happening[]
  /** The number of events of each kind since the server began. */
  readonly counts: ReadonlyMap<string, number>
  /** A number that rises with every message. */
  readonly version: number
  take(message: Incoming): void
}

const MOST_EVENTS = 60
/** The weight of the newest row in the fading mean of the losses. */
const NEWEST = 0.05

export const createHistory = (): History => {
  let run = ''
  let curves: Curve[] = []
  /** The step at which this connection began: scores and losses from before it are not joined to the lines. */
  let since = 0
  /** Whether the only scores, or the only loss, are from before this step; they are replaced when newer ones come. */
  let oldScore = false
  let oldLoss = false
  let mean = Number.NaN
  const losses = createSeries(2)
  const events: Happening[] = []
  const counts = new Map<string, number>()
  let version = 0

  const clear = (): void => {
    curves = []
    oldScore = oldLoss = false
    mean = Number.NaN
    losses.clear()
    events.length = 0
    counts.clear()
  }
  const addScores = ({ step, metrics }: EvaluationMessage): void => {
    const old = step < since
    if (old && curves.length > 0) return
    if (oldScore) curves = []
    oldScore = old
    const names = metrics.map(({ name, baselines }) => [name, ...Object.keys(baselines)].join()).join(';')
    if (names !== curves.map(({ name, players }) => [name, ...players].join()).join(';'))
      curves = metrics.map(({ name, better, baselines }) => {
        const players = Object.keys(baselines)
        return { name, better, players, series: createSeries(1 + players.length) }
      })
    metrics.forEach(({ model, baselines }, i) => {
      const { series, players } = curves[i]
      series.add(step, [model.fading, ...players.map((name) => baselines[name].fading)])
    })
  }
  const addLoss = ({ step, loss }: Sample): void => {
    if (loss === undefined || !Number.isFinite(loss)) return
    const old = step < since
    if (old && losses.length > 0) return
    if (oldLoss) {
      losses.clear()
      mean = Number.NaN
    }
    oldLoss = old
    mean = Number.isNaN(mean) ? loss : mean + NEWEST * (loss - mean)
    losses.add(step, [loss, mean])
  }
  const addEvent = (event: Happening): void => {
    // The newest of each kind comes again with every new connection.
    if (counts.get(event.kind) === event.count) return
    counts.set(event.kind, event.count)
    events.unshift(event)
    if (events.length > MOST_EVENTS) events.pop()
  }

  return {
    get curves() {
      return curves
    },
    losses,
    events,
    counts,
    get version() {
      return version
    },
    take(message) {
      version += 1
      if (message.type === 'welcome') {
        const now = `${message.epoch} ${message.description.hash}`
        if (now !== run) clear()
        run = now
        since = message.step
      } else if (message.type === 'event') addEvent(message)
      else if (message.type === 'evaluation') addScores(message)
      else if (message.type === 'sample') addLoss(message)
    },
  }
}
