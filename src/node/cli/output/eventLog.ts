import type { Field, Fields } from '../../../features/field.js'
import type { ModelEvent, Rejection } from '../../../records.js'
import type { Row } from '../../../values.js'
import { columnName, type Reading } from '../../sources/index.js'

/** The largest number of reasons that are listed. All rejections are counted. */
const mostListed = 10
const refusals = 'steps refused because their numbers would not be finite'
const rollbacks = 'rollbacks to an earlier step'
const drifts = 'drifts, after which the model learns faster again'

/** A reason why rows were rejected. */
export interface Problem {
  /** The line of the first of these rows, if it is known. */
  readonly line: number | undefined
  /** The file of that line, if there are several files. */
  readonly file?: string | undefined
  /** The reason as the first of these rows has it. */
  readonly reason: string
  /** The number of rows that were rejected for a reason of this kind, and whether their texts or numbers differ. */
  readonly count: number
  readonly differs: boolean
}

/** Counts the events of a model, and lists the first reasons for rejections with their lines. */
export interface EventLog {
  readonly rejected: number
  readonly problems: readonly Problem[]
  readonly events: Readonly<Record<string, number>>
  /**
   * A line for each column that the rows have and the model does not read, though it may be wanted, and for each that
   * has more names than there is room for.
   */
  readonly notices: readonly string[]
  /** Sets the readings that the next events are about. */
  about(readings: readonly Reading[]): void
  /** The number of values that lay too far away to be trusted, by column. */
  readonly clipped: Readonly<Record<string, number>>
  /** Counts an event. */
  hear(event: ModelEvent): void
  /** Tells whether the model rejected this row among the present readings. */
  isRejected(row: Row): boolean
}

/** Returns a reason without the texts and the numbers of its row, so that reasons of one kind are equal. */
const kindOf = ({ reason, field = '' }: Rejection): string =>
  `${field}: ${reason.replace(/".*"|'.*?'(?=[ ,;.]|$)/gs, '"').replace(/-?\d[\d.e+]*/g, '0')}`

/**
 * If a new class found no room, returns what to write on the command line so that there is room, or so that a count
 * beyond 0 and 1 is a number; otherwise nothing.
 */
const roomFor = (name: string, target: Field, { field, row }: ModelEvent & { kind: 'rejection' }): string => {
  const value = typeof row === 'object' ? (row as Row | null)?.[name] : undefined
  const names = target.names?.()
  if (!names || field !== name || value === undefined || typeof value === 'object') return ''
  const isNumber = [...names.values, value].every((name) => name !== '' && Number.isFinite(Number(name)))
  const room = Math.max(20, 4 * names.capacity)
  const column = columnName(name)
  const mark = column.startsWith('"') ? "'" : '"'
  if (isNumber) return `; if it is a number, write --target ${mark}${column}:numeric${mark}`
  return `; give it room for more classes: --target ${mark}${column}:category(${room})${mark}`
}

/** Says that a column is not learned from, and how to change that. */
const noticeOf = ({ name, nearest }: ModelEvent & { kind: 'naming' }): string =>
  nearest === undefined
    ? `the column "${name}" begins after the rows from which the schema was inferred, so nothing is learned from it; give its kind, as in --features '${columnName(name)}:numeric, …'`
    : `nothing is learned from the column "${name}". Did you mean "${nearest}"?`

/** Says what to write so that a column has room for its names, in place of what a program would say. */
const crowdedText = ([field, reason]: readonly [string, string]): string =>
  reason.replace(
    /category\(\{ capacity: (\d+) \}\) would have room for each.*/s,
    (_, names) => `--features '${columnName(field)}:category(${names}), …' gives each its room`,
  )

/**
 * @param features the columns that the model learns from
 * @param file returns the name of the file that is being read, if there are several
 */
export const openEventLog = (name: string, target: Field, features: Fields = {}, file?: () => string): EventLog => {
  let rejected = 0
  const problems = new Map<string, Problem>()
  const events = { [refusals]: 0, [rollbacks]: 0, [drifts]: 0 }
  // Models of several keys tell of the same column.
  const unread = new Set<string>()
  const crowded = new Map<string, string>()
  let clipped: Readonly<Record<string, number>> = {}
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
    get notices() {
      return [...unread, ...Array.from(crowded, crowdedText)]
    },
    get clipped() {
      return clipped
    },
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
        unread.add(noticeOf(event))
      if (event.kind === 'capacity') crowded.set(event.field, event.reason)
      if (event.kind === 'clipping') clipped = event.fields
      if (event.kind !== 'rejection') return
      rejected++
      rejectedRows.add(event.row)
      const kind = kindOf(event)
      const problem = problems.get(kind)
      const reason = `${event.reason}${roomFor(name, target, event)}`
      if (problem !== undefined)
        problems.set(kind, {
          ...problem,
          count: problem.count + 1,
          differs: problem.differs || reason !== problem.reason,
        })
      else if (problems.size < mostListed) {
        const at = readings.find((reading) => reading === event || reading.row === event.row)
        const line = at?.kind === 'row' ? at.line : (event.cursor as number | undefined)
        problems.set(kind, { line, reason, count: 1, differs: false, ...(file !== undefined && { file: file() }) })
      }
    },
  }
}
