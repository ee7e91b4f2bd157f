import type { Initializer } from '../initializers/initializer.js'
import type { Attributes, Circuit, Node, Shape } from './graph.js'

/** A node under construction: what the ops take and give. */
export interface Expression {
  readonly id: number
  readonly shape: Shape
}
export type Operand = Expression | number

/** A term of a neuron: an input, or an input with the weight that sits on its edge. */
export type Term = Expression | readonly [input: Expression, weight: Operand]

export interface WeightConfig {
  readonly shape?: Shape
  /** Where it starts: a number for all of it, the numbers themselves, or an initializer (default: zeros). */
  readonly initial?: number | readonly number[] | Initializer
  /** Its parameter group, for learning rates and freezing: `weight` (default), `bias`, or a name of yours. */
  readonly group?: string
  /** How many numbers flow into one of its outputs; initializers and auto() read it. */
  readonly fanIn?: number
}

/** The ops a circuit is built of. Numbers stand for constants; shapes broadcast as in NumPy. */
export interface Ops {
  /** An input; `indexed` makes it a category read by its index: a sparse row of one name, or of none, shape [3]. */
  input(name: string, shape?: Shape, config?: { readonly indexed?: boolean }): Expression
  weight(name: string, config?: WeightConfig): Expression
  constant(value: number | readonly number[], shape?: Shape): Expression
  /** Gives a node its name. */
  named(name: string, x: Expression): Expression
  /** net = Σ weight·input, output = activation(net); both are nodes: `x2` and its `net2`. */
  neuron(name: string, activation: (net: Expression) => Expression, ...terms: readonly Term[]): Expression
  add(...terms: readonly Operand[]): Expression
  sub(a: Operand, b: Operand): Expression
  mul(a: Operand, b: Operand): Expression
  div(a: Operand, b: Operand): Expression
  max(a: Operand, b: Operand): Expression
  min(a: Operand, b: Operand): Expression
  /** 1 where a > b, else 0. No gradient flows through it. */
  greater(a: Operand, b: Operand): Expression
  /** a where the condition is not 0, else b; each side's gradient is selected, never multiplied by a mask. */
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
  /** max(z, 0) − z·t + log(1 + e^(−|z|)): binary cross-entropy of a logit z and a target t in [0, 1]. */
  binaryCrossEntropy(logit: Operand, target: Operand): Expression
  /** y = xW + b: x [n], W [n, m], b [m]. */
  dense(x: Expression, weights: Expression, bias?: Expression): Expression
  /** y = Wδ: δ [m], W [n, m], y [n]: the adjoint of `dense` in its input. */
  denseInput(delta: Expression, weights: Expression): Expression
  /** x ⊗ δ: [n], [m] → [n, m]. */
  outer(x: Expression, delta: Expression): Expression
  /** y = b + Σ v_k·W[i_k] of a sparse row h [1 + 2n]: how many, then i and v of each. No gradient flows to h. */
  sparseDense(h: Expression, weights: Expression, bias?: Expression): Expression
  /** [rows, m] of zeros but for v_k·δ added to row i_k: the adjoint of `sparseDense` in its weights. */
  sparseOuter(h: Expression, delta: Expression, rows: number): Expression
  matmul(a: Expression, b: Expression, config?: { transposeA?: boolean; transposeB?: boolean }): Expression
  /** Over everything, or over one axis. */
  sum(x: Expression, axis?: number): Expression
  mean(x: Expression, axis?: number): Expression
  concat(parts: readonly Expression[], axis?: number): Expression
  slice(x: Expression, start: number, end: number, axis?: number): Expression
  /** Zeros before and after, along one axis: the adjoint of `slice`. */
  pad(x: Expression, before: number, after: number, axis?: number): Expression
  reshape(x: Expression, shape: Shape): Expression
  /** Repeats x `count` times along a new axis: the adjoint of `sum`. */
  expand(x: Expression, axis: number, count: number): Expression
  broadcast(x: Expression, shape: Shape): Expression
  /** z − log Σ exp z, along the last axis. */
  logSoftmax(x: Expression): Expression
}

/** Collects nodes as the ops are called. */
export interface Builder {
  readonly nodes: readonly Node[]
  readonly ops: Ops
  expression(id: number): Expression
  /** Calls an op of the table by name. */
  apply(op: string, inputs: readonly Expression[], attributes?: Attributes): Expression
  finish(outputs: Readonly<Record<string, Expression>>): Circuit
}
