import type { OperatorFunction } from 'rxjs'

/**
 * An operator with something to work on.
 *
 * @example
 * const trial: OperatorTrial<number, number> = { operator: map((x) => x * 2), inputs: [1, 2, 3], outputs: 3 }
 */
export interface OperatorTrial<A = unknown, B = unknown> {
  readonly operator: OperatorFunction<A, B>
  /** Its inputs, in order: at least one element. Some laws pass the same elements repeatedly. */
  readonly inputs: readonly A[]
  /** The number of elements that come out for all inputs and completion. */
  readonly outputs: number
  /**
   * Makes the same operator once more, with the same collaborators. It is needed where these persist from one
   * subscription to the next, as the model of `learn` does: the output of a second subscription is then compared with
   * that of a new operator on that model. Without it, every subscription must give what the first one gave.
   */
  again?(): OperatorFunction<A, B>
  /** An element that must fail with StaleForwardError, because its model has stepped since. */
  readonly stale?: A
}

/**
 * What the laws need to know of an operator: its name, and how to make it.
 *
 * @example
 * const learning: OperatorCase<(typeof rows)[number], Learned> = {
 *   name: 'learn',
 *   holds: 'ModelInUseError',
 *   queues: true,
 *   make: () => {
 *     const model = createModel({ features, target, layers: [dense(1)] })
 *     return { operator: learn(model), again: () => learn(model), inputs: rows, outputs: rows.length }
 *   },
 * }
 * checkOperator(learning)
 */
export interface OperatorCase<A = unknown, B = unknown> {
  readonly name: string
  /**
   * Makes everything anew: model, operator and inputs. It is called many times, and what it makes must be the same each
   * time, to the last number, so seeds are fixed and nothing reads the clock.
   */
  make(): OperatorTrial<A, B>
  /** The name of the error that a second subscription gets, for an operator that holds something exclusively. */
  readonly holds?: string
  /** An element that is pushed from downstream waits until the element before it has left the chain. */
  readonly queues?: boolean
  /** Whether it completes later than its source, because it waits for something outside. */
  readonly completesLater?: boolean
}

/**
 * Something that every operator keeps.
 *
 * @example
 * const isSynchronous: OperatorLaw = {
 *   name: 'answers before its source goes on',
 *   check({ make }) {
 *     const { operator, inputs, outputs } = make()
 *     let seen = 0
 *     rxjs.from(inputs).pipe(operator).subscribe(() => seen++)
 *     if (seen !== outputs) throw new Error(`${seen} elements came at once; expected ${outputs}`)
 *   },
 * }
 * isSynchronous.check({ name: 'double', make: () => ({ operator: map((x) => 2 * x), inputs: [1], outputs: 1 }) })
 */
export interface OperatorLaw {
  /** What the operator does, to be read after its name: 'emits nothing while its source emits nothing'. */
  readonly name: string
  /** Says whether the law applies to an operator; undefined means that it applies to every operator. */
  appliesTo?(of: OperatorCase): boolean
  /** Throws where the law does not hold. */
  check(of: OperatorCase): void
}
