import type { Field, Fields } from '../../features/field.js'
import type { ModelEvent } from '../../records.js'
import type { Row } from '../../values.js'
import { columnName, type Reading } from '../sources/index.js'

/** The largest number of reasons that are listed. All rejections are counted. */
const mostListed = 10
const refusals = 'steps refused because their numbers would not be finite'
const rollbacks = 'rollbacks to an earlier step'
const drifts = 'drifts, after which the model learns faster again'

/** A reason why rows were rejected. */
export interface Problem {
  /** The line of the first of these rows, if it is known. */
  readonly line: number | undefined
  readonly reason: string
  /** The number of rows that were rejected for this reason. */
  readonly count: number
}

/** Counts the events of a model, and lists the first reasons for rejections with their lines. */
export interface EventLog {
  readonly rejected: number
  readonly problems: readonly Problem[]
  readonly events: Readonly<Record<string, number>>
  /** A line for each column that the rows have and the model does not read, though it may be wanted. */
  readonly notices: readonly string[]
  /** Sets the readings that the next events are about. */
  about(readings: readonly Reading[]): void
  /** Counts an event. */
  hear(event: ModelEvent): void
  /** Tells whether the model rejected this row among the present readings. */
  isRejected(row: Row): boolean
}

/** If a new class found no room, returns what to write on the command line so that there is room; otherwise nothing. */
const roomFor = (name: string, target: Field, { field, row }: ModelEvent & { kind: 'rejection' }): string => {
  const value = typeof row === 'object' ? (row as Row | null)?.[name] : undefined
  const names = target.names?.()
  if (!names || field !== name || value === undefined || typeof value === 'object') return ''
  const room = Math.max(20, 4 * names.capacity)
  const column = columnName(name)
  const mark = column.startsWith('"') ? "'" : '"'
  return `; give it room for more classes: --target ${mark}${column}:category(${room})${mark}`
}

/** Says that a column is not learned from, and how to change that. */
const noticeOf = ({ name, nearest }: ModelEvent & { kind: 'naming' }): string =>
  nearest === undefined
    ? `the column "${name}" begins after the rows from which the schema was inferred, so nothing is learned from it; give its kind, as in --features '${columnName(name)}:numeric, …'`
    : `nothing is learned from the column "${name}". Did you mean "${nearest}"?`

export const openEventLog = (name: string, target: Field, features: Fields = {}): EventLog => {
  let rejected = 0
  const problems = new Map<string, { line: number | undefined; reason: string; count: number }>()
  const events = { [refusals]: 0, [rollbacks]: 0, [drifts]: 0 }
  const notices: string[] = []
  let readings: readonly Reading[] = []
  const rejectedRows = new Set<unknown>()
  return {
    get rejected() {
      return rejected
    },
    get problems() {
      return [...problems.values()]
    },
    events,
    notices,
    isRejected: (row) => rejectedRows.has(row),
    about: (next) => {
      readings = next
      rejectedRows.clear()
    },
    hear: (event) => {
      if (event.kind === 'refusal') events[refusals]++
      if (event.kind === 'rollback') events[rollbacks]++
      if (event.kind === 'drift') events[drifts]++
      // A column of the schema that the first rows lack is no news here, because the schema was inferred from more.
      if (event.kind === 'naming' && event.name !== name && !Object.hasOwn(features, event.name))
        notices.push(noticeOf(event))
      if (event.kind !== 'rejection') return
      rejected++
      rejectedRows.add(event.row)
      const problem = problems.get(event.reason)
      if (problem !== undefined) problem.count++
      else if (problems.size < mostListed) {
        const at = readings.find((reading) => reading === event || reading.row === event.row)
        const line = at?.kind === 'row' ? at.line : (event.cursor as number | undefined)
        problems.set(event.reason, { line, reason: `${event.reason}${roomFor(name, target, event)}`, count: 1 })
      }
    },
  }
}
