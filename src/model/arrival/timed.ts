/** A row that waits. */
export interface Timed {
  /** Its time in milliseconds, and the number of rows that came before it. */
  readonly at: number
  readonly turn: number
  readonly row: unknown
}
