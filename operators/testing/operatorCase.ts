import type { OperatorFunction } from 'rxjs'

/** An operator with something to work on, made anew for each law. */
export interface OperatorTrial<A = unknown, B = unknown> {
  readonly operator: OperatorFunction<A, B>
  /** What it takes, in order; enough for more than one element to come out. */
  readonly inputs: readonly A[]
  /** How many elements come out for all of them and completion. */
  readonly outputs: number
  /** An element that must fail with StaleForwardError: its model has stepped since. */
  readonly stale?: A
}

/** What a law needs to know of an operator. */
export interface OperatorCase<A = unknown, B = unknown> {
  readonly name: string
  /** Everything fresh: model, operator, inputs. */
  make(): OperatorTrial<A, B>
  /** It holds something that only one subscription can have: the name of the error that a second one gets. */
  readonly holds?: string
  /** An element that is pushed from downstream waits until the one before has left the chain. */
  readonly queues?: boolean
}

export interface OperatorLaw {
  readonly name: string
  /** Undefined: of every operator. */
  appliesTo?(of: OperatorCase): boolean
  /** Throws where the law does not hold. */
  check(of: OperatorCase): void
}
