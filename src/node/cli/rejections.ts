import type { Field } from '../../features/field.js'
import type { ModelEvent } from '../../records.js'
import type { Row } from '../../values.js'
import { columnName, type Reading } from '../sources/index.js'

/** How many reasons are listed; all rejections are counted. */
const listed = 10
const refused = 'steps refused, as they would have left the finite numbers'
const rollbacks = 'rollbacks to an earlier step'
const drifts = 'drifts, after which it learns quicker again'

/** Why rows were rejected. */
export interface Problem {
  /** The first of these rows, as far as its line is known. */
  readonly line: number | undefined
  readonly reason: string
  /** How many rows were rejected with these words. */
  readonly count: number
}

/** Counts what happened to the model, and lists the first reasons of rejections with their lines. */
export interface Happenings {
  readonly rejected: number
  readonly problems: readonly Problem[]
  readonly events: Readonly<Record<string, number>>
  /** The readings that the next events are about. */
  about(readings: readonly Reading[]): void
  hear(event: ModelEvent): void
  /** Whether the model itself refused this one of the readings. */
  isRefused(row: Row): boolean
}

/** A class that came too late: the model says what is full, and this what to write so that it is not. */
const roomFor = (name: string, target: Field, { field, row }: ModelEvent & { kind: 'rejection' }): string => {
  const value = typeof row === 'object' ? (row as Row | null)?.[name] : undefined
  const names = target.names?.()
  if (!names || field !== name || value === undefined || typeof value === 'object') return ''
  const room = Math.max(20, 4 * names.capacity)
  const column = columnName(name)
  const mark = column.startsWith('"') ? "'" : '"'
  return `; give it room for more classes: --target ${mark}${column}:category(${room})${mark}`
}

export const openHappenings = (name: string, target: Field): Happenings => {
  let rejected = 0
  const problems = new Map<string, { line: number | undefined; reason: string; count: number }>()
  const events = { [refused]: 0, [rollbacks]: 0, [drifts]: 0 }
  let readings: readonly Reading[] = []
  const refusedRows = new Set<unknown>()
  return {
    get rejected() {
      return rejected
    },
    get problems() {
      return [...problems.values()]
    },
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
      if (event.kind !== 'rejection') return
      rejected++
      refusedRows.add(event.row)
      const problem = problems.get(event.reason)
      if (problem !== undefined) problem.count++
      else if (problems.size < listed) {
        const at = readings.find((reading) => reading === event || reading.row === event.row)
        const line = at?.kind === 'row' ? at.line : (event.cursor as number | undefined)
        problems.set(event.reason, { line, reason: `${event.reason}${roomFor(name, target, event)}`, count: 1 })
      }
    },
  }
}
