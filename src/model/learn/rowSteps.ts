import type { Model, Update } from '../../model.js'
import type { Cursor } from '../../values.js'
import type { Core } from '../state/core.js'
import { updateOf } from '../step/updateOf.js'
import type { Fallback } from './fallback.js'
import type { RowBlock } from './rowBlock.js'

/** Steps that ordinary rows take many to a call. */
export interface RowSteps<R> {
  /** The newest step's, whichever way its row was learned. */
  update: Update<R> | undefined
  /**
   * Learns rows, and commits with their first step what the fallback has counted before it.
   * @param run learns from row `from` on: gives the row it stopped before
   * @param cursorAt the cursor that stands in the source behind the rows before `end`
   */
  take(from: number, run: () => number, cursorAt: (end: number) => Cursor | undefined): number
}

export const createRowSteps = <R>(core: Core, model: Model<R>, fallback: Fallback<R>, block: RowBlock): RowSteps<R> => {
  const steps: RowSteps<R> = {
    update: undefined,
    take(from, run, cursorAt) {
      const pendingCursor = fallback.pendingCursor()
      const end = run()
      if (end === from) return end
      fallback.flush()
      const cursor = cursorAt(end)
      if (cursor !== undefined) core.cursor = cursor
      const passed = cursor ?? (end === from + 1 ? pendingCursor : undefined)
      steps.update = updateOf(core, model, 1, block.loss(), block.refused, passed)
      return end
    },
  }
  return steps
}
