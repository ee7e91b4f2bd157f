import type { Axis } from './charts/axis.js'
import type { History } from './history.js'

/** Returns the marks of events in the charts. Rejections are left out, because they come too often. */
export const marksOf = ({ events }: History, { byTime }: Axis): { x: number; label: string }[] =>
  events.flatMap(({ kind, step, timeMs }) =>
    kind === 'rejection' || kind === 'refusal' ? [] : [{ x: byTime ? timeMs / 1000 : step, label: kind }],
  )
