import type { Initializer } from '../initializers/initializer.js'
import type { Attributes, Circuit, Node, Shape } from './graph.js'

/** A node under construction, which the ops take and return. */
export interface Expression {
  readonly id: number
  readonly shape: Shape
}
export type Operand = Expression | number

/** A term of a neuron: an input, or an input with the weight on its edge. */
export type Term = Expression | readonly [input: Expression, weight: Operand]

export interface WeightConfig {
  readonly shape?: Shape
  /** The initial values: one number for all elements, one for each, or an initializer. Default: zeros. */
  readonly initial?: number | readonly number[] | Initializer
  /** The parameter group, for learning rates and freezing: `weight` (default), `bias`, or a custom name. */
  readonly group?: string
  /** The number of inputs of each output, which initializers and auto() read. */
  readonly fanIn?: number
}

/** The ops from which a circuit is built. Numbers stand for constants; shapes broadcast as in NumPy. */
export interface Ops {
  /**
   * Creates an input; `indexed` makes it a category that is read by index: a sparse row of at most one name, shape [3].
   */
  input(name: string, shape?: Shape, config?: { readonly indexed?: boolean }): Expression
  weight(name: string, config?: WeightConfig): Expression
  constant(value: number | readonly number[], shape?: Shape): Expression
  /** Names a node. */
  named(name: string, x: Expression): Expression
  /** Computes net = Σ weight·input and activation(net); both are nodes, such as `net2` and `x2`. */
  neuron(name: string, activation: (net: Expression) => Expression, ...terms: readonly Term[]): Expression
  add(...terms: readonly Operand[]): Expression
  sub(a: Operand, b: Operand): Expression
  mul(a: Operand, b: Operand): Expression
  div(a: Operand, b: Operand): Expression
  max(a: Operand, b: Operand): Expression
  min(a: Operand, b: Operand): Expression
  /** Is 1 where a > b, otherwise 0. No gradient flows through it. */
  greater(a: Operand, b: Operand): Expression
  /** Is a where the condition is not 0, otherwise b; each side's gradient is selected, never multiplied by a mask. */
  where(condition: Operand, a: Operand, b: Operand): Expression
  neg(x: Operand): Expression
  exp(x: Operand): Expression
  log(x: Operand): Expression
  sqrt(x: Operand): Expression
  abs(x: Operand): Expression
  sigmoid(x: Operand): Expression
  tanh(x: Operand): Expression
  relu(x: Operand): Expression
  softplus(x: Operand): Expression
  identity(x: Expression): Expression
  /** Binary cross-entropy of a logit z and a target t in [0, 1]: max(z, 0) − z·t + log(1 + e^(−|z|)). */
  binaryCrossEntropy(logit: Operand, target: Operand): Expression
  /** y = xW + b, with x [n], W [n, m] and b [m]. */
  dense(x: Expression, weights: Expression, bias?: Expression): Expression
  /** y = Wδ, with δ [m], W [n, m] and y [n]: the adjoint of `dense` with respect to its input. */
  denseInput(delta: Expression, weights: Expression): Expression
  /** The outer product x ⊗ δ: [n], [m] → [n, m]. */
  outer(x: Expression, delta: Expression): Expression
  /** y = b + Σ v_k·W[i_k] of a sparse row h [1 + 2n]: a count, then i and v of each entry. No gradient flows to h. */
  sparseDense(h: Expression, weights: Expression, bias?: Expression): Expression
  /** A matrix [rows, m] of zeros to whose rows i_k v_k·δ is added: the adjoint of `sparseDense` in its weights. */
  sparseOuter(h: Expression, delta: Expression, rows: number): Expression
  matmul(a: Expression, b: Expression, config?: { transposeA?: boolean; transposeB?: boolean }): Expression
  /** Sums over all elements, or over one axis. */
  sum(x: Expression, axis?: number): Expression
  mean(x: Expression, axis?: number): Expression
  concat(parts: readonly Expression[], axis?: number): Expression
  slice(x: Expression, start: number, end: number, axis?: number): Expression
  /** Adds zeros before and after, along one axis: the adjoint of `slice`. */
  pad(x: Expression, before: number, after: number, axis?: number): Expression
  reshape(x: Expression, shape: Shape): Expression
  /** Repeats x `count` times along a new axis: the adjoint of `sum`. */
  expand(x: Expression, axis: number, count: number): Expression
  broadcast(x: Expression, shape: Shape): Expression
  /** z − log Σ exp z, along the last axis. */
  logSoftmax(x: Expression): Expression
}

/** Collects the nodes that the ops create. */
export interface Builder {
  readonly nodes: readonly Node[]
  readonly ops: Ops
  expression(id: number): Expression
  /**
   * Returns the node of an expression.
   * @throws TypeError for what is no expression of this builder
   */
  nodeOf(x: Expression): Node
  /** Calls an op of the table by name. */
  apply(op: string, inputs: readonly Expression[], attributes?: Attributes): Expression
  finish(outputs: Readonly<Record<string, Expression>>): Circuit
}
