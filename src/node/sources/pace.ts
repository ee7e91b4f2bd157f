import { setImmediate } from 'node:timers/promises'

/** Longer than this without a macrotask, and frames, heartbeats and signals wait. */
const longestMs = 8
const pieceMs = 4
const largest = 1024

/**
 * Cuts arrays into pieces that take about 4 ms each to consume, and gives the event loop a macrotask at least every
 * 10 ms of work: the consumer's work counts, as a generator runs only while it is pulled. How a stream is cut changes
 * nothing about what is learned from it.
 *
 * @example
 * for await (const rows of paced(source)) model.learn(rows)
 */
export async function* paced<T>(chunks: AsyncIterable<readonly T[]>): AsyncGenerator<readonly T[]> {
  let size = 16
  // whatever went on before, such as looking at a table's first rows, is no part of the first stretch
  await setImmediate()
  let breath = performance.now()
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      const piece = chunk.slice(from, from + size)
      from += piece.length
      const start = performance.now()
      yield piece
      const now = performance.now()
      // One slow piece (a collection, a wait for a slow reader) halves the size and no more.
      const fit = (piece.length * pieceMs) / Math.max(now - start, 1e-3)
      if (piece.length === size || fit < size) size = clamp(fit, size / 2, size * 2)
      if (now - breath + pieceMs > longestMs) {
        await setImmediate()
        breath = performance.now()
      }
    }
  }
}

const clamp = (fit: number, low: number, high: number): number =>
  Math.max(1, Math.min(largest, Math.floor(Math.max(low, Math.min(high, fit)))))
