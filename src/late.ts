import type { Refused } from './features/refusal.js'
import type { Prediction, Rejection, Unjoined, Unlearned } from './records.js'
import type { AnyValue, Row } from './values.js'

/**
 * How the state of an operator is saved with its model. Without `save` and `load`, the state itself is plain data.
 */
export interface KeptForm<S> {
  /** Returns what is wrong with a saved state, as the rest of a sentence that begins with its name, or undefined. */
  problemOf?(saved: unknown): string | undefined
  /** Returns the state as plain data, and the state of such data. */
  save?(state: S): unknown
  load?(saved: unknown): S
}

/** What became of labels, and how many rows and labels wait for each other. */
export interface LabelCounts {
  /** The number of rows that wait for a label, and of labels that came before their row. */
  readonly waiting: number
  readonly early: number
  /** The number of labels that found their row. */
  readonly joined: number
  /** The number of labels, or rows, that did not find each other: see the event `Unjoined`. */
  readonly late: number
  readonly duplicate: number
  readonly orphaned: number
  readonly expired: number
  readonly evicted: number
}

/**
 * What operators that stand before the one that learns have to know: when the rows that they have handed on are learned.
 * A snapshot in the middle of a window holds nothing of its rows, which are read again, and so it must hold the state of
 * these operators as of the last step, and their place in the source.
 */
export interface Arrival {
  /** The columns of a row that the model reads, with its weight and its cursor. */
  readonly read: ReadonlySet<string>
  /**
   * @param mark is called whenever all that was handed on so far has been learned, counted or refused; with false, where
   *   the source has ended, so that nothing is read again, and what was not learned yet is to be handed on again
   */
  join(mark: (areLearned: boolean) => void): Joining
}
/** The place of one operator among those that stand before the one that learns. */
export interface Joining {
  /** Is called with each row that comes, before anything is done with it. */
  enter(row: unknown): void
  /** Is called whenever a row has been handed on or left out, and before the state is saved. */
  settle(): void
  /** @param last the last row that was handed on, where rows are complete, so that an open window is about to be learned */
  leave(last: { readonly row: unknown } | undefined): void
}

/** What a record of delayed labels says of the predictions that still wait for theirs. */
export interface Delayed {
  /** The step of a prediction that was made with this record and waits for its label; undefined if there is none. */
  readonly awaits: number | undefined
  /** The number of rows, of the same series, from the last label to the one that it predicts, where that is known. */
  readonly ahead: number
  /** No prediction that waits was made before this step. */
  readonly since: number
}

/** A row that was predicted when it came, and whose label comes later: what learning and scoring it takes, as plain data. */
export interface Held {
  /** The row's columns, as far as they are plain data. */
  readonly row: Row
  /** The names of the columns that were a `Date`, and are held in milliseconds since 1970. */
  readonly dates?: readonly string[]
  /** The prediction, and the step that made it. */
  readonly step: number
  readonly value: AnyValue
  readonly probabilities?: Readonly<Record<string, number>>
  readonly values?: Readonly<Record<string, number>>
  readonly quantiles?: Readonly<Record<number, number>>
  /** The numbers that fields recalled of earlier rows, in the order of the features. */
  readonly recalled: readonly number[]
  /** The statistics of the label as they were: its scaling, the count of classes, and the last labels. */
  readonly labels: readonly number[]
  /** The outputs of the circuit, followed by those of each expert. */
  readonly outputs: readonly number[]
}

/** What became of a row when it came. */
export interface Arrived<R = Row> {
  /** Undefined for a row that was rejected. */
  readonly prediction: Prediction<R> | undefined
  readonly held: Held | undefined
  /** Why the row has not been learned. */
  readonly unlearned: readonly Unlearned[]
}

/** What became of a row that tells the label of an earlier one. */
export interface Advanced<R, L> extends Arrived<R> {
  /** What was learned of the earlier row. */
  readonly learned: L | undefined
}

/**
 * The stages of rows whose labels come later. L is the record of what was learned, and W the writer that holds the
 * model.
 */
export interface Late<R, L, W> {
  /**
   * Predicts a row, and commits what it leaves in the memory of fields; what a field remembers of its label follows when
   * that comes. Where the row's labels are known and only learned later, fields remember them at once.
   */
  arrive(row: R, writer: W, labels?: 'later' | 'known'): Arrived<R>
  /**
   * Learns a row that was held, as it was, by a step from the present θ. The prediction and the loss are those of then:
   * the loss is what `learn` would have told if the label had come with the row.
   *
   * @param label the targets
   * @param labels whether they were known when the row came
   */
  learn(held: Held, label: Row, writer: W, labels?: 'later' | 'known'): L
  /**
   * Learns a row that was held with the label of a later row; then predicts what follows the later row, whose label
   * fields recall by then, and all else as it was when the row came. A row that is rejected leaves the held one as it is.
   */
  advance(row: R, due: Held | undefined, writer: W): Advanced<R, L>
  /** Returns why a row, held or not, cannot be learned with this label, or undefined; it changes nothing. */
  refusalOf(held: Pick<Held, 'row' | 'dates'>, label: Row): Refused | undefined
  /** Commits the cursor of a label that comes from the source of the rows. */
  pass(label: Row, writer: W): void
  /**
   * Tells of a label or a row that found no partner, or that has no key by which it could; `rows` is the number of rows
   * that are given up as unlabelled.
   */
  unjoined(event: Omit<Unjoined, 'kind' | 'step'> | Rejection, rows: number): void
  /** Returns why this is not a row that this model could have held, or undefined. */
  problemOf(held: unknown): string | undefined
}
