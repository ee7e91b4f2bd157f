import { readsOf } from '../../features/field.js'
import type { Arrival } from '../../late.js'
import type { Cursor, Row } from '../../values.js'
import type { Writers } from '../learn/writers.js'
import { bringStages } from '../stages.js'
import type { Core } from '../state/core.js'

const createArrival = <R>(core: Core, { openWindow }: Writers<R>): Arrival => {
  const { features, target, weight, cursor: column } = core.plan
  const read = new Set([
    ...Object.entries(features).flatMap(([name, field]) => readsOf(name, field)),
    ...Object.keys(target),
    ...[weight, column].flatMap((name) => name ?? []),
  ])
  /** Those who are subscribed. The last one stands first in the pipe, since a pipe is subscribed from its end. */
  const marks: (() => void)[] = []
  /** The cursor of the last row that came, and of the last one that came before all rows so far were learned. */
  let taken: Cursor | undefined
  let settled: Cursor | undefined

  const isSettled = (): boolean => openWindow() === undefined
  const sourceCursor = (): Cursor | undefined => (isSettled() ? taken : settled)
  const markAll = (): void => {
    settled = taken
    for (const mark of marks) mark()
  }
  const cursorOf = (row: unknown): Cursor | undefined => {
    const cursor = column === undefined ? undefined : (row as Row | null | undefined)?.[column]
    return typeof cursor === 'string' || typeof cursor === 'number' ? cursor : undefined
  }
  const leaveAs = (cursor: Cursor | undefined, last: Cursor | undefined): void => {
    const before = core.cursor
    // The rows of an open window are learned after this, the last one too, whose cursor need not be that of the source.
    core.sourceCursor = () => (core.cursor === before || core.cursor === last ? cursor : core.cursor)
  }
  return {
    read,
    join(mark) {
      marks.push(mark)
      return {
        enter(row) {
          // A snapshot may have been restored since, and with it another place.
          if (core.sourceCursor !== sourceCursor) {
            taken = core.sourceCursor ? core.sourceCursor() : core.cursor
            settled = taken
            core.sourceCursor = sourceCursor
          }
          if (isSettled()) markAll()
          const cursor = cursorOf(row)
          // The rows come in the order of the source to the first one alone.
          if (cursor !== undefined && mark === marks[marks.length - 1]) taken = cursor
        },
        settle() {
          if (isSettled()) markAll()
        },
        leave(last) {
          if (last || isSettled()) markAll()
          marks.splice(marks.indexOf(mark), 1)
          if (marks.length > 0 || core.sourceCursor !== sourceCursor) return
          leaveAs(last ? taken : sourceCursor(), last && cursorOf(last.row))
        },
      }
    },
  }
}

/** Brings `stages.arrival` to all models. */
export const bringArrival = (): void =>
  bringStages(({ core }, _commit, _model, writers) => ({ arrival: createArrival(core, writers) }))
