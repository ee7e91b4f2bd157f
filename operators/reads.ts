import type { AnyLearned } from '../src/metrics/observed.js'
import type { Forward, Gradient, Loss } from '../src/model.js'
import type { Batch, Chunk, Example } from '../src/records.js'

// These types exist for the compiler's messages. Where an operator stands in the wrong place, its input type becomes a
// sentence that says what belongs in front of it, so that the first line of the message is worth reading.

/** The elements I if an operator can read them, and otherwise a sentence. */
export type Reads<I, Readable, Sentence extends string> = [I] extends [Readable] ? I : Sentence

/** Rows I if a model of rows R can read them. A column may be optional in I where R allows it to be missing. */
export type RowsFor<R, I, By extends string> = [I] extends [R]
  ? I
  : [Absent<R, I>] extends [never]
    ? [Unfit<R, I>] extends [never]
      ? I
      : [Unfit<R, I>] extends [Lacking<R, I>]
        ? `${By} reads rows in which ${Unfit<R, I> & string} is never null or undefined, because its field has missing: 'reject'; filter the rows, or leave that out.`
        : `${By} reads rows in which ${Exclude<Unfit<R, I>, Lacking<R, I>> & string} has another type.`
    : `${By} reads rows with ${Absent<R, I> & string}, which these do not have.`

/** What `learn` reads: rows, arrays of rows, and chunks. */
export type LearnableBy<R, I> = [I] extends [R | readonly R[] | Chunk] ? I : LearnableOf<R, I>
type LearnableOf<R, I> = I extends Chunk
  ? I
  : I extends readonly (infer E)[]
    ? [E] extends [RowsFor<R, E, 'learn(model)'>]
      ? I
      : RowsFor<R, E, 'learn(model)'>
    : RowsFor<R, I, 'learn(model)'>

/** The columns of the rows R that rows I do not have. */
type Absent<R, I> = Exclude<{ [K in keyof R]-?: Nothing extends Pick<R, K> ? never : K }[keyof R], keyof I>
type Nothing = Record<never, never>

/** The columns that rows I have in a type that rows R do not allow. */
type Unfit<R, I> = { [K in keyof R & keyof I]-?: I[K] extends R[K] ? never : K }[keyof R & keyof I]

/** Those of them that would fit if they were never missing. */
type Lacking<R, I> = { [K in Unfit<R, I>]: NonNullable<I[K & keyof I]> extends R[K & keyof R] ? K : never }[Unfit<R, I>]

/** The type of the rows behind the records I of a stage; a rejection adds none. */
export type RowIn<I> = I extends
  | Example<infer R>
  | Batch<infer R>
  | Forward<infer R>
  | Loss<infer R>
  | Gradient<infer R>
  | AnyLearned<infer R>
  ? R
  : never
