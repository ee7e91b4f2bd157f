import type { Axis } from './charts/axis.js'
import type { History } from './history.js'

/** The kinds of events that have no marks in the charts, because they come too often. */
const frequent: readonly string[] = ['rejection', 'refusal', 'clipping', 'capacity']

/** Returns the marks of events in the charts, the newest first. */
export const marksOf = ({ events }: History, { byTime }: Axis): { x: number; label: string }[] =>
  events.flatMap(({ kind, step, timeMs }) =>
    frequent.includes(kind) ? [] : [{ x: byTime ? timeMs / 1000 : step, label: kind }],
  )
