import { inputOf } from './cases.js'

/** Who sends rows to a process by HTTP, and sends those that were not acknowledged again, under the same key. */
export interface Senders {
  /** Says at which port the process is to be reached; undefined if there is none. */
  reach(port: number | undefined): void
  /** Resolves once all rows are acknowledged. */
  whenDone(): Promise<void>
  stop(): void
}

/** Creates senders that send the rows in requests of 1 to 5, each sender one request at a time. */
export const createSenders = (name: string, rows: number, count: number): Senders => {
  let port: number | undefined
  let isStopped = false
  let next = 0
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2))

  const isTaken = async (numbers: readonly number[]): Promise<boolean> => {
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': `rows ${numbers[0]}` }
    const body = JSON.stringify(numbers.map((number) => inputOf(name, number)))
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/rows`, { method: 'POST', headers, body })
      await answer.arrayBuffer()
      return answer.status === 200
    } catch {
      // The process is gone, or the answer of a process that is gone is.
      return false
    }
  }
  const send = async (): Promise<void> => {
    while (next < rows) {
      const size = Math.min(1 + (next % 5), rows - next)
      const numbers = Array.from({ length: size }, (_, i) => next + i)
      next += size
      while (!isStopped && (port === undefined || !(await isTaken(numbers)))) await pause()
    }
  }
  const done = Promise.all(Array.from({ length: count }, send)).then(() => {})
  return {
    reach(given) {
      port = given
    },
    whenDone: () => done,
    stop() {
      isStopped = true
    },
  }
}
