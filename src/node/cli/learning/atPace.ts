import { setTimeout as sleep } from 'node:timers/promises'

/** The largest number of pieces per second, which is as often as a page shows something new. */
const MOST_PIECES = 20

/**
 * Hands rows on at so many a second, in pieces. After a delay it catches up on no more than a second. It ends early if
 * `signal` is aborted.
 */
export async function* atPace<T>(
  pieces: AsyncIterable<readonly T[]>,
  rowsPerSecond: number,
  signal: AbortSignal,
): AsyncGenerator<readonly T[]> {
  const size = Math.ceil(rowsPerSecond / MOST_PIECES)
  let dueAt = performance.now()
  for await (const piece of pieces)
    for (let from = 0; from < piece.length; from += size) {
      const rows = piece.slice(from, from + size)
      yield rows
      dueAt = Math.max(dueAt, performance.now() - 1000) + (rows.length / rowsPerSecond) * 1000
      // An abort ends the wait, and with it the rows.
      await sleep(Math.max(0, dueAt - performance.now()), undefined, { signal }).catch(() => {})
      if (signal.aborted) return
    }
}
