import type { Expression, Ops } from '../graph/expression.js'
import type { Attributes, Shape } from '../graph/graph.js'
import type { Emit } from '../program/bytecode.js'

/** What is known of a node before anything is computed. */
export interface Site {
  readonly shapes: readonly Shape[]
  readonly shape: Shape
  readonly attributes: Attributes
}

export interface ReverseSite extends Site {
  /** The adjoint ȳ of this node's value. */
  readonly g: Expression
  readonly inputs: readonly Expression[]
  readonly output: Expression
  readonly ops: Ops
  /** True where g may hold a 0 that was chosen (by `where`, relu, max, …): then 0 times an infinite slope is 0. */
  readonly chosen?: boolean
}

export interface LowerSite extends Site {
  readonly out: number
  readonly inputs: readonly number[]
  readonly emit: Emit
}

/**
 * One row of the table of ops: all that a model needs to know of an op.
 *
 * `reverse` answers, for each input, its share of the gradient as more graph (nothing: no gradient flows there). Its
 * witness is the rule of the same name in `duals/`, which only checks use.
 */
export interface Op {
  /** Hands its adjoint on or not, element by element, by a choice that the forward pass made. */
  readonly chooses?: boolean
  /** The result's shape; throws a sentence when the inputs do not fit. */
  shape(inputs: readonly Shape[], attributes: Attributes): Shape
  /** Emits the instructions that compute it. */
  lower(site: LowerSite): void
  reverse(site: ReverseSite): readonly (Expression | undefined)[]
}

export type OpTable = Readonly<Record<string, Op>>
