import type { LearnedRows } from '../../model.js'
import type { Core } from '../state/core.js'
import type { Fallback } from './fallback.js'
import type { RowBlock } from './rowBlock.js'
import type { Gathered } from './rowNumbers.js'
import type { RowReader } from './rowReader.js'
import type { RowSteps } from './rowSteps.js'

/** The number of rows of an array that are read before they are learned together. */
const HELD = 256

/** Learns an array's rows in order: ordinary rows many to a call, special rows by the fallback. */
export const createArrayLearner = <R>(
  core: Core,
  fallback: Fallback<R>,
  block: RowBlock,
  steps: RowSteps<R>,
  { read, cursors }: RowReader<R>,
): ((rows: readonly R[]) => LearnedRows<R>) => {
  let room: Gathered | undefined

  return (rows) => {
    room ??= block.room(HELD)
    const gathered = room
    const learnSpecial = (i: number): LearnedRows<R> => fallback.rows([rows[i]])
    let held = 0
    /** Learns the rows that have been read but not yet learned; they end before row i. */
    const settle = (i: number): void => {
      const count = held
      // They are marked as taken first, so that none of them is learned twice if learning throws.
      held = 0
      steps.learn({
        start: i - count,
        count,
        learnSpecial,
        // The rows are handed over anew, because user code in a special row may have used the model in between.
        learn: (from) => block.learn(gathered, from, count),
        cursorOf(from, end) {
          for (let k = from; k < end - 1; k++) if (cursors[k] !== undefined) core.cursor = cursors[k]
          return cursors[end - 1]
        },
      })
    }
    steps.begin(rows.length)
    let i = 0
    const settleRead = (): void => settle(i)
    try {
      for (; i < rows.length; i++) {
        if (read(rows[i], gathered, held, settleRead)) {
          held++
          if (held === HELD) settle(i + 1)
        } else {
          settle(i)
          steps.learnSpecial(i, learnSpecial)
        }
      }
    } finally {
      settle(i)
    }
    return steps.end(rows)
  }
}
