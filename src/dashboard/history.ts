import type { EvaluationMessage, Happening, HistoryMessage, Incoming, Past, Sample } from '../client/index.js'
import { createTrack, type Track } from './charts/track.js'

/** A metric over time. Line 0 is the model's; the baselines' lines follow, in the order of `players`. */
export interface Curve {
  readonly name: string
  readonly better: 'lower' | 'higher'
  readonly players: readonly string[]
  readonly track: Track
}

/** An event as it is listed. */
export interface Listed extends Happening {
  readonly timeMs: number
  /** The number of events that it stands for: itself, and those of its kind that were conflated with it. */
  readonly times: number
}

/** What has come, and what the server has kept of the time before the page was opened, in bounded memory. */
export interface History {
  readonly curves: readonly Curve[]
  /** For each row that was shown, lines with the prediction, the truth, the loss, and the fading mean of the losses. */
  readonly rows: Track
  /** The latest events, newest first. */
  readonly events: readonly Listed[]
  /** The number of events of each kind since the server began. */
  readonly counts: ReadonlyMap<string, number>
  take(message: Incoming): void
  /** Says that messages may have been missed, so that what comes next is not joined to the lines. */
  interrupt(): void
}

const MOST_EVENTS = 60
/** The weight of the newest row in the fading mean of the losses. */
const NEWEST = 0.05

export const createHistory = (): History => {
  let run = ''
  let curves: Curve[] = []
  let missed = false
  let mean = Number.NaN
  const rows = createTrack(4, 'forget')
  const events: Listed[] = []
  const counts = new Map<string, number>()

  const clear = (): void => {
    curves = []
    missed = false
    mean = Number.NaN
    rows.clear()
    events.length = 0
    counts.clear()
  }
  const join = (): void => {
    if (missed) for (const track of [rows, ...curves.map((curve) => curve.track)]) track.gap()
    missed = false
  }
  const addScores = ({ step, metrics }: EvaluationMessage, timeMs: number): void => {
    const names = metrics.map(({ name, baselines }) => [name, ...Object.keys(baselines)].join()).join(';')
    if (names !== curves.map(({ name, players }) => [name, ...players].join()).join(';'))
      curves = metrics.map(({ name, better, baselines }) => {
        const players = Object.keys(baselines)
        return { name, better, players, track: createTrack(1 + players.length, 'thin') }
      })
    metrics.forEach(({ model, baselines }, i) => {
      const { track, players } = curves[i]!
      const scores = [model.fading, ...players.map((name) => baselines[name]!.fading)]
      track.add(
        timeMs,
        step,
        scores.map((score) => (Number.isFinite(score) ? score : null)),
      )
    })
  }
  const addRow = ({ step, predicted, y, loss }: Sample, timeMs: number): void => {
    if (step <= (rows.columns[1].at(-1) ?? -1)) return
    if (loss !== undefined) mean = Number.isNaN(mean) ? loss : mean + NEWEST * (loss - mean)
    const truth = y?.[0]
    const known = truth !== undefined && !Number.isNaN(truth) ? truth : null
    rows.add(timeMs, step, [predicted ?? null, known, loss ?? null, Number.isNaN(mean) ? null : mean])
  }
  const addEvent = (event: Happening, timeMs: number): void => {
    const before = counts.get(event.kind)
    // The newest of each kind comes again with every new connection.
    if (before !== undefined && event.count <= before) return
    counts.set(event.kind, event.count)
    events.unshift({ ...event, timeMs, times: before === undefined ? 1 : event.count - before })
    if (events.length > MOST_EVENTS) events.pop()
  }
  const add = (message: Past['message'], timeMs: number): void => {
    if (message.type === 'event') {
      addEvent(message, timeMs)
      return
    }
    join()
    if (message.type === 'evaluation') addScores(message, timeMs)
    else addRow(message, timeMs)
  }
  const addPast = ({ messages }: HistoryMessage, now: number): void => {
    const [oldest] = messages
    // What was missed is all there if the history reaches back to what is known.
    const last = (rows.columns[0].at(-1) ?? Infinity) * 1000
    if (oldest !== undefined && now - oldest.ageMs <= last) missed = false
    for (const { ageMs, message } of messages) add(message, now - ageMs)
  }

  return {
    get curves() {
      return curves
    },
    rows,
    events,
    counts,
    take(message) {
      if (message.type === 'welcome') {
        const now = `${message.epoch} ${message.description.hash}`
        if (now !== run) clear()
        else missed = true
        run = now
      } else if (message.type === 'history') addPast(message, Date.now())
      else if (message.type === 'event' || message.type === 'evaluation' || message.type === 'sample')
        add(message, Date.now())
    },
    interrupt() {
      missed = true
    },
  }
}
