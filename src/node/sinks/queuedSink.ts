import { shown } from '../../options/shown.js'
import type { CountingSink } from '../../results/sink.js'
import type { Row } from '../../values.js'

/** What a sink does with rows; it is never called again before it has finished. */
export interface Outlet {
  /** Writes rows, and calls `done` with the number of those that the other side has since the last call. */
  write(rows: readonly Row[], done: (rows: number) => void): Promise<void>
  close(): Promise<void>
}

/** Creates a sink whose calls wait for one another, and counts what becomes of its rows. */
export const queuedSink = (name: string, outlet: Outlet): CountingSink => {
  let [received, written, failed] = [0, 0, 0]
  let last: Promise<void> = Promise.resolve()
  const inTurn = (call: () => Promise<void>): Promise<void> => {
    const turn = last.then(call)
    last = turn.catch(() => {})
    return turn
  }
  return {
    name,
    get counters() {
      return { received, written, waiting: received - written - failed, failed }
    },
    async write(rows) {
      if (!Array.isArray(rows)) throw new TypeError(`${name}: the rows are ${shown(rows)}; expected an array of rows.`)
      for (const row of rows)
        if (typeof row !== 'object' || row === null)
          throw new TypeError(`${name}: a row is ${shown(row)}; expected an object.`)
      if (rows.length === 0) return
      received += rows.length
      let left = rows.length
      const done = (count: number): void => {
        written += count
        left -= count
      }
      try {
        await inTurn(() => outlet.write(rows, done))
      } finally {
        failed += left
      }
    },
    close: () => inTurn(outlet.close),
  }
}

/** Writes a row as JSON, and says which value cannot be. */
export const jsonOf = (name: string, row: Row): string => {
  try {
    return JSON.stringify(row)
  } catch (error) {
    for (const [column, value] of Object.entries(row)) jsonPart(name, column, value)
    throw error
  }
}

/** Writes a value of a column as JSON. */
export const jsonPart = (name: string, column: string, value: unknown): string => {
  try {
    return JSON.stringify(value)
  } catch {
    throw new TypeError(
      `${name}: the column ${column} is ${shown(value)}; expected what JSON can hold: give it as a text, or leave it out.`,
    )
  }
}
