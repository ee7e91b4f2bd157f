import type { Unseen } from '../../records.js'
import type { Cursor } from '../../values.js'
import type { Core } from '../state/core.js'
import { encoderOf } from '../step/encoderOf.js'
import type { Fallback } from './fallback.js'
import { isLabelled } from './openWindow.js'
import type { Gathered } from './rowNumbers.js'

/** Reads rows into the place from which they are learned. */
export interface RowReader<R> {
  /** The cursors of the rows that were read, by place. */
  readonly cursors: readonly (Cursor | undefined)[]
  /**
   * Reads a row to place i; it returns false if the row is special: it has a new name, is to be refused, or has no
   * label.
   *
   * @param settle learns what was read before; it is called if the row throws
   */
  read(row: R, into: Gathered, i: number, settle?: () => void): boolean
}

export const createRowReader = <R>(core: Core, fallback: Fallback<R>): RowReader<R> => {
  const { width, targets } = core
  const encoder = encoderOf(core)
  const unseen: Unseen[] = []
  const cursors: (Cursor | undefined)[] = []
  return {
    cursors,
    read(row, { x, y, weights }, i, settle) {
      if (unseen.length > 0) unseen.length = 0
      const cursor = encoder.cursorOf(row)
      cursors[i] = cursor
      let ordinary = false
      try {
        ordinary = encoder.encode(row, x, i * width, y, i * targets, unseen) === undefined
      } catch (error) {
        // A row has been passed in the source even if reading it throws, behind the rows that were read before it.
        settle?.()
        if (cursor !== undefined) fallback.passCursor(cursor)
        throw error
      }
      if (!ordinary || unseen.length > 0 || !isLabelled(y, i, targets)) return false
      if (encoder.shared.length > 0) encoder.meetShared()
      if (weights) weights[i] = encoder.weightOf(row)
      return true
    },
  }
}
