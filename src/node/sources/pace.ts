import { setImmediate } from 'node:timers/promises'

/** The longest time without a macrotask; frames, heartbeats and signals have to wait for one. */
const longestMs = 8
const pieceMs = 4
const largest = 1024

/**
 * Cuts arrays into pieces that take about 4 ms each to consume, and gives the event loop a macrotask at least every
 * 10 ms of work. The work of the consumer counts, because a generator runs only while it is pulled. How a stream is cut
 * does not change what is learned from it.
 *
 * @example
 * for await (const rows of paced(source)) model.learn(rows)
 */
export async function* paced<T>(chunks: AsyncIterable<readonly T[]>): AsyncGenerator<readonly T[]> {
  let size = 16
  // The work before this point, such as reading a table's first rows, is not counted as part of the first stretch.
  await setImmediate()
  let lastPause = performance.now()
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      const piece = chunk.slice(from, from + size)
      from += piece.length
      const start = performance.now()
      yield piece
      const now = performance.now()
      // One slow piece, because of a garbage collection or a slow reader, at most halves the size.
      const fit = (piece.length * pieceMs) / Math.max(now - start, 1e-3)
      if (piece.length === size || fit < size) size = clamp(fit, size / 2, size * 2)
      if (now - lastPause + pieceMs > longestMs) {
        await setImmediate()
        lastPause = performance.now()
      }
    }
  }
}

const clamp = (fit: number, low: number, high: number): number =>
  Math.max(1, Math.min(largest, Math.floor(Math.max(low, Math.min(high, fit)))))
