import type { Memories } from '../../features/memory.js'
import type { Example, Rejection, Unseen } from '../../records.js'
import type { Row } from '../../values.js'
import type { Core } from '../state/core.js'
import { encoderOf } from './encoderOf.js'

/**
 * Reads a row as a record of its numbers, or of the reason why it is rejected.
 *
 * @param memories what fields remember of earlier rows; this row is added to them
 */
export const encodeRow = <R>(core: Core, row: R, memories: Memories | undefined): Example<R> | Rejection => {
  const { width, targets } = core
  const encoder = encoderOf(core)
  const x = new Float64Array(width)
  const y = new Float64Array(targets)
  const unseen: Unseen[] = []
  const refusedByFields = encoder.encode(row, x, 0, y, 0, unseen)
  const trace = refusedByFields ? undefined : memories?.readRow(row as Row, x, 0)
  const refused = refusedByFields ?? trace?.refused
  const cursor = encoder.cursorOf(row)
  const place = cursor === undefined ? {} : { cursor }
  if (refused) return { kind: 'rejection', ...refused, row, ...place }
  if (trace) memories?.remember(trace)
  const labelled = y.every((label) => !Number.isNaN(label))
  return {
    ...{ kind: 'example', row, x, y: labelled ? y : undefined, weight: encoder.weightOf(row), unseen },
    ...place,
    ...(trace && { trace }),
  }
}
