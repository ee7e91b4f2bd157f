import type { Expression, Ops } from '../graph/expression.js'
import type { Attributes, Shape } from '../graph/graph.js'
import type { Emit } from '../program/bytecode.js'

/** What is known about a node before anything is computed. */
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
  /** Whether g may contain zeros from a choice (by `where`, relu, max, …): then 0 times an infinite slope must be 0. */
  readonly chosen?: boolean
}

export interface LowerSite extends Site {
  readonly out: number
  readonly inputs: readonly number[]
  readonly emit: Emit
}

/**
 * One entry of the table of ops: everything that a model needs to know about an op.
 *
 * `reverse` returns each input's share of the gradient as further nodes, or undefined where no gradient flows. It is
 * checked against the rule of the same name in `duals/`, which only checks use.
 */
export interface Op {
  /** Whether it passes its adjoint on element by element, according to a choice made in the forward pass. */
  readonly chooses?: boolean
  /** Returns the shape of the result. It throws if the inputs do not fit. */
  shape(inputs: readonly Shape[], attributes: Attributes): Shape
  /** Emits the instructions that compute the op. */
  lower(site: LowerSite): void
  reverse(site: ReverseSite): readonly (Expression | undefined)[]
}

export type OpTable = Readonly<Record<string, Op>>
