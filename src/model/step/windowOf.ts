import { addTrace } from '../../features/memory.js'
import type { Batch, Example, Rejection, Trace } from '../../records.js'
import type { Cursor } from '../../values.js'

/** Rows that are collected for a batch. Rows that cannot be learned are counted but not kept. */
export interface Filling<R> {
  add(element: Example<R> | Rejection): void
  /** The number of rows that can be learned. */
  readonly size: number
  /** Whether rows without a label have left something to remember, and no row with one waits for others. */
  readonly remembersAlone: boolean
  /** Whether no row has arrived yet. */
  readonly isEmpty: boolean
  /** Returns the batch of all rows that arrived, and starts an empty window. */
  close(): Batch<R>
}

export const createFilling = <R>(): Filling<R> => {
  let examples: Example<R>[] = []
  let rejected = 0
  let unlabelled = 0
  let cursor: Cursor | undefined
  let traces: Trace[] = []
  return {
    add(element) {
      if (element.cursor !== undefined) cursor = element.cursor
      if (element.kind === 'example' && element.trace) addTrace(traces, element.trace)
      if (element.kind === 'rejection') rejected++
      else if (element.y) examples.push(element)
      else unlabelled++
    },
    get size() {
      return examples.length
    },
    get remembersAlone() {
      return examples.length === 0 && traces.length > 0
    },
    get isEmpty() {
      return examples.length + rejected + unlabelled === 0
    },
    close() {
      const batch = batchOf(examples, rejected, unlabelled, cursor, traces)
      traces = []
      examples = []
      rejected = 0
      unlabelled = 0
      cursor = undefined
      return batch
    },
  }
}

const batchOf = <R>(
  examples: readonly Example<R>[],
  rejected: number,
  unlabelled: number,
  cursor: Cursor | undefined,
  traces: readonly Trace[],
): Batch<R> => {
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
  const left = traces.length === 0 ? {} : { traces }
  return { kind: 'batch', size, examples, x, y, weights, rejected, unlabelled, ...place, ...left }
}

/**
 * Puts the rows of a window that can be learned side by side. Rows that were refused and rows without a label are only
 * counted; the cursor is that of the last row of any sort.
 */
export const windowOf = <R>(elements: readonly (Example<R> | Rejection)[]): Batch<R> => {
  const filling = createFilling<R>()
  for (const element of elements) filling.add(element)
  return filling.close()
}
