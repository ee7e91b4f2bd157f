import type { ModelEvent, Row } from '../../types.js'
import type { Reading } from '../sources/index.js'

/** How many are listed; all are counted. */
const listed = 10
const refused = 'steps refused, as they would have left the finite numbers'
const rollbacks = 'rollbacks to an earlier step'
const drifts = 'drifts, after which it learns quicker again'

/** Counts what happened to the model, and lists the first rejections with their lines. */
export interface Happenings {
  readonly rejected: number
  readonly problems: readonly string[]
  readonly events: Readonly<Record<string, number>>
  /** The readings that the next events are about. */
  about(readings: readonly Reading[]): void
  hear(event: ModelEvent): void
  /** Whether the model itself refused this one of the readings. */
  isRefused(row: Row): boolean
}

export const openHappenings = (): Happenings => {
  let rejected = 0
  const problems: string[] = []
  const events = { [refused]: 0, [rollbacks]: 0, [drifts]: 0 }
  let readings: readonly Reading[] = []
  const refusedRows = new Set<unknown>()
  return {
    get rejected() {
      return rejected
    },
    problems,
    events,
    isRefused: (row) => refusedRows.has(row),
    about: (next) => {
      readings = next
      refusedRows.clear()
    },
    hear: (event) => {
      if (event.kind === 'refusal') events[refused]++
      if (event.kind === 'rollback') events[rollbacks]++
      if (event.kind === 'drift') events[drifts]++
      if (event.kind === 'rejection') refusedRows.add(event.row)
      if (event.kind !== 'rejection' || rejected++ >= listed) return
      const at = readings.find((reading) => reading === event || reading.row === event.row)
      const line = at?.kind === 'row' ? at.line : event.cursor
      problems.push(`${line === undefined ? '' : `line ${line}: `}${event.reason}`)
    },
  }
}
