import type { Example, Rejection, Unseen } from '../../records.js'
import type { Core } from '../state/core.js'

/** A row as a record of its numbers, or of why it is rejected. */
export const encodeRow = <R>({ width, targets, encoder }: Core, row: R): Example<R> | Rejection => {
  const x = new Float64Array(width)
  const y = new Float64Array(targets)
  const unseen: Unseen[] = []
  const refused = encoder.encode(row, x, 0, y, 0, unseen)
  const cursor = encoder.cursorOf(row)
  const place = cursor === undefined ? {} : { cursor }
  if (refused) return { kind: 'rejection', ...refused, row, ...place }
  const labelled = y.every((label) => !Number.isNaN(label))
  return { kind: 'example', row, x, y: labelled ? y : undefined, weight: encoder.weightOf(row), unseen, ...place }
}
