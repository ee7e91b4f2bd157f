import type { Cursor, Value } from './values.js'

export interface Rejection {
  readonly kind: 'rejection'
  readonly reason: string
  readonly row: unknown
  /**
   * The field that the reason is about; '' if it is the row as a whole, such as one that is no object. A line of a text
   * that holds no row has none.
   */
  readonly field?: string
  readonly cursor?: Cursor
}

export interface Rollback {
  readonly kind: 'rollback'
  readonly step: number
  /** The step whose state was restored. */
  readonly to: number
  readonly reason: string
}

export interface Refusal {
  readonly kind: 'refusal'
  readonly step: number
  readonly reason: string
}

export interface Drift {
  readonly kind: 'drift'
  readonly step: number
  readonly detector: string
}

/** What was done about a drift, or why nothing was. */
export interface Reacted {
  readonly kind: 'reaction'
  /** The step from which on it holds. */
  readonly step: number
  /** The kind of the reaction, such as `shadow`, and the name of the detector. */
  readonly reaction: string
  readonly detector: string
  /** The numbers behind it, by name. */
  readonly figures: Readonly<Record<string, number>>
  /** What was done and why, as a sentence. */
  readonly reason: string
}

/** A row that was predicted and not learned, since its loss lies far beyond what was to be expected. */
export interface Quarantined {
  readonly kind: 'quarantine'
  readonly step: number
  readonly row: unknown
  readonly loss: number
  /** The loss beyond which a row is held. */
  readonly bound: number
  readonly reason: string
}

/** Rows of the quarantine that were let through, as so many follow each other only where the level has changed. */
export interface Released {
  readonly kind: 'release'
  readonly step: number
  readonly rows: number
  readonly reason: string
}

/** Numbers too far away to be trusted: their field's scaler took each as one of 6σ. A call tells of all its rows. */
export interface Clipping {
  readonly kind: 'clipping'
  readonly step: number
  /** The number of values that were clipped since the event before, and all that were by field. */
  readonly count: number
  readonly fields: Readonly<Record<string, number>>
}

/**
 * A field has no room for all that its rows hold: names share the columns of others or take them, or rows have more
 * names than are read. It is told at the first, and whenever their count reaches a power of two.
 */
export interface Crowding {
  readonly kind: 'capacity'
  readonly step: number
  readonly field: string
  /** The room that there is: columns for names, or entries of a row. */
  readonly capacity: number
  /** About how many names, or how many rows, had no room since the model was created or restored. */
  readonly count: number
  /** What became of them, and what to do, as a sentence. */
  readonly reason: string
}

/**
 * A name of the rows that is probably misspelt, or of which the model ought to know: one of the model's own that no row
 * of the first 100 has, one of the rows that looks like it, one that the rows have from a later row on, or the key that
 * `dedupe` is to read and rows lack, told at the first, and whenever their count reaches a power of two.
 */
export interface Naming {
  readonly kind: 'naming'
  readonly step: number
  /** The model's own name that the rows lack, or the name in the rows that the model does not read. */
  readonly name: string
  /** The similar name that was probably meant, if there is one. */
  readonly nearest: string | undefined
  /** What was seen, and what to do, as a sentence. */
  readonly reason: string
}

/** A writer gave the model back in the middle of a window, by an error or an unsubscribe: its rows were not learned. */
export interface Discard {
  readonly kind: 'discard'
  readonly step: number
  /** The name of the writer, such as `learn`. */
  readonly by: string
  readonly rows: number
}

/** A label that was not learned, or a row whose label has not come. */
export interface Unjoined {
  readonly kind: 'unjoined'
  readonly step: number
  /** The name under which the model keeps the rows that wait, such as `joinLabels`. */
  readonly by: string
  readonly key: Value
  /**
   * A label is `late` if its row has been given up, `duplicate` if its row has another one already, and `orphaned` if no
   * row came in time. A row is `expired` if no label came in time, `evicted` if further rows took its place, and a
   * `duplicate` of one with the same key that still waits.
   */
  readonly reason: 'late' | 'duplicate' | 'orphaned' | 'expired' | 'evicted'
  readonly of: 'label' | 'row'
}

/** A row that came when rows of later times had left already, told by `orderByTime`. */
export interface LateRow {
  readonly kind: 'late'
  readonly step: number
  /** The name under which the model keeps the rows that wait, such as `orderByTime`. */
  readonly by: string
  readonly row: unknown
  /** How much older it is than the oldest row that would have been in time, in milliseconds. */
  readonly lateMs: number
  /** Whether it was handed on all the same. */
  readonly passed: boolean
  readonly reason: string
}

/** A row that was left out by `dedupe`, because one with its key had come before. */
export interface DuplicateRow {
  readonly kind: 'duplicate'
  readonly step: number
  /** The name under which the model keeps the keys, such as `dedupe`. */
  readonly by: string
  readonly key: Value
  readonly row: unknown
  readonly reason: string
}

export interface Control {
  readonly kind: 'control'
  readonly step: number
  readonly name: string
  readonly value: unknown
}

/** What is told of a row that is not learned, or not in its place, or of several. */
export type RowEvent = Rejection | Quarantined | Released | LateRow | DuplicateRow | Crowding | Naming

export type ModelEvent =
  | Rejection
  | Rollback
  | Refusal
  | Drift
  | Reacted
  | Quarantined
  | Released
  | Clipping
  | Crowding
  | Naming
  | Discard
  | Unjoined
  | LateRow
  | DuplicateRow
  | Control
