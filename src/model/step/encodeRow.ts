import { type Memories, MOST_TRACES, type Trace } from '../../features/memory.js'
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
  const labelled = y.every((label) => !Number.isNaN(label))
  const left = trace && memories && rememberRow(memories, trace, labelled)
  return {
    ...{ kind: 'example', row, x, y: labelled ? y : undefined, weight: encoder.weightOf(row), unseen },
    ...place,
    ...(labelled && encoder.shared.length > 0 && { shared: [...encoder.shared] }),
    ...(left && { trace: left }),
  }
}

/** Adds a row to memory, and returns its trace, which among many rows without a label has all that is remembered. */
const rememberRow = (memories: Memories, trace: Trace, labelled: boolean): Trace => {
  memories.remember(trace)
  memories.unlabelled = labelled ? 0 : memories.unlabelled + 1
  if (memories.unlabelled < MOST_TRACES) return trace
  memories.unlabelled = 0
  return { ...trace, after: memories.save() }
}
