import { readsOf } from '../../features/field.js'
import { cursorIn } from '../../features/refusal.js'
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
  const marks: ((areLearned: boolean) => void)[] = []
  /** The cursor of the last row that came, and of the last one that came before all rows so far were learned. */
  let taken: Cursor | undefined
  let settled: Cursor | undefined

  const isSettled = (): boolean => openWindow() === undefined
  const sourceCursor = (): Cursor | undefined => (isSettled() ? taken : settled)
  const markAll = (): void => {
    settled = taken
    for (const mark of marks) mark(true)
  }
  const cursorOf = (row: unknown): Cursor | undefined =>
    column === undefined ? undefined : cursorIn((row as Row | null | undefined)?.[column])
  /** Takes the place over at which the model stands, since a snapshot may have been restored. */
  const begin = (): void => {
    if (core.sourceCursor === sourceCursor) return
    taken = core.sourceCursor ? core.sourceCursor() : core.cursor
    settled = taken
    core.sourceCursor = sourceCursor
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
      begin()
      let hasLeft = false
      return {
        enter(row) {
          // A row that comes to a later one has been taken by the first one already, which gets them as the source gives.
          if (mark !== marks[marks.length - 1]) return
          begin()
          if (isSettled()) markAll()
          taken = cursorOf(row) ?? taken
        },
        settle() {
          // The state is saved once more behind the last one who leaves, and stands as it was then.
          if (hasLeft) return
          begin()
          if (isSettled()) markAll()
        },
        leave(last) {
          if (isSettled()) markAll()
          else if (last) {
            settled = taken
            for (const each of marks) each(each === mark)
          }
          hasLeft = true
          marks.splice(marks.indexOf(mark), 1)
          if (marks.length > 0 || core.sourceCursor !== sourceCursor) return
          leaveAs(last ? taken : sourceCursor(), last && cursorOf(last.row))
        },
      }
    },
  }
}

const createStages: Parameters<typeof bringStages>[0] = ({ core }, _commit, _model, writers) => ({
  arrival: createArrival(core, writers),
})

/** Brings `stages.arrival` to all models. */
export const bringArrival = (): void => bringStages(createStages)
