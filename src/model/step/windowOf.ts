import type { Batch, Example, Rejection } from '../../records.js'
import type { Cursor } from '../../values.js'

/**
 * A window's rows side by side: those that can be learned. Rows that were refused, and rows without a label, are
 * counted; the cursor is that of the last of them all.
 */
export const windowOf = <R>(elements: readonly (Example<R> | Rejection)[]): Batch<R> => {
  const examples: Example<R>[] = []
  let rejected = 0
  let unlabelled = 0
  let cursor: Cursor | undefined
  for (const element of elements) {
    if (element.cursor !== undefined) cursor = element.cursor
    if (element.kind === 'rejection') rejected++
    else if (element.y) examples.push(element)
    else unlabelled++
  }
  const size = examples.length
  const features = examples[0]?.x.length ?? 0
  const targets = examples[0]?.y?.length ?? 0
  const x = new Float64Array(size * features)
  const y = new Float64Array(size * targets)
  const weights = new Float64Array(size)
  examples.forEach((example, i) => {
    x.set(example.x, i * features)
    y.set(example.y as Float64Array, i * targets)
    weights[i] = example.weight
  })
  const place = cursor === undefined ? {} : { cursor }
  return { kind: 'batch', size, examples, x, y, weights, rejected, unlabelled, ...place }
}
