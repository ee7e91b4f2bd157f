import type { Precision } from '../values.js'
import { DRIFT } from './abi.js'
import type { Emit, Opcode } from './bytecode.js'
import type { Tensor } from './tensor.js'

/** The number of bytes before the share of G that the drift rule keeps. */
export const KEPT: number = 8 * DRIFT.kept

/** A vector as long as θ, such as ∇, a slot or scratch. */
export interface Vector {
  readonly address: number
}
/** One f64 of the step's arithmetic. */
export interface Scalar {
  readonly address: number
}
/** A tensor of θ, with what the rules need to know of it. */
export interface Parameter extends Tensor {
  readonly fanIn: number
  readonly frozen: boolean
  /**
   * Where its rows that a window touches are listed, and how many rows it has; undefined means that all are touched.
   */
  readonly touched?: { readonly list: number; readonly rows: number } | undefined
}

/**
 * What an optimizer is written with: vectors as long as θ, which are worked on in place, and f64 scalars. Each call
 * emits a row of the step program and computes nothing. Frozen parameters are left out of every vector row.
 */
export interface StepRows {
  /** Starts as ∇; what it holds at the end is multiplied by η and subtracted from θ. */
  readonly gradient: Vector
  readonly parameters: Vector
  /** The number of steps taken before this one. */
  readonly steps: Scalar
  /** (1/b) Σ wᵢ |rᵢ|², r = ∂l/∂output. */
  readonly meanSquaredDelta: Scalar
  readonly tensors: readonly Parameter[]
  /** What else a step can read: the plan that it is a part of, and where its numbers stand. */
  readonly site: StepPlaces
  /** A vector that starts as zeros, persists from step to step, and is saved. */
  slot(name: string): Vector
  /** A vector for use within the step. */
  scratch(name: string): Vector
  /** An f64 that persists from step to step, and is saved. */
  state(name: string, initial: number): Scalar
  constant(value: number): Scalar
  /** The same rows, restricted to the tensors for which `wanted` is true. */
  only(wanted: (tensor: Parameter) => boolean): StepRows
  copy(out: Vector, a: Vector): void
  add(out: Vector, a: Vector, b: Vector): void
  sub(out: Vector, a: Vector, b: Vector): void
  mul(out: Vector, a: Vector, b: Vector): void
  div(out: Vector, a: Vector, b: Vector): void
  sqrt(out: Vector, a: Vector): void
  /** out += a·b */
  mulAdd(out: Vector, a: Vector, b: Vector): void
  /** Applies any instruction to each element in the same way, such as `abs`, `max` or `where`. */
  each(opcode: Opcode, out: Vector, a: Vector, b?: Vector, c?: Vector): void
  scale(out: Vector, a: Vector, by: Scalar | number): void
  /**
   * Scales what shrinks from step to step: numbers below 2⁻¹²⁰ become 0 before they are subnormal,
   * because a processor takes about ten times as long to compute with subnormal numbers.
   */
  decay(out: Vector, a: Vector, by: Scalar | number): void
  shift(out: Vector, a: Vector, by: Scalar | number): void
  /** G ← s·G + g², g ← g / ((√G + ε)·r); returns ⟨g before, g after⟩. */
  adaptive(sumOfSquares: Vector, g: Vector, settings: AdaptiveSettings): Scalar
  /**
   * θ ← θ − s·u for parameters and gradient; `reach` becomes the largest |θ|, or with `further` the larger of that and
   * itself.
   */
  descend(by: Scalar, reach: Scalar, further: boolean): void
  /** ⟨a, b⟩ in f64. */
  dot(a: Vector, b: Vector): Scalar
  /** f64 arithmetic on scalars. */
  readonly scalars: Record<
    'add' | 'sub' | 'mul' | 'div' | 'max' | 'min',
    (a: Scalar | number, b: Scalar | number) => Scalar
  > &
    Record<'sqrt', (a: Scalar) => Scalar>
  /** Applies any instruction on two scalars in the same way; `power` is one. */
  scalar(opcode: Opcode, a: Scalar | number, b: Scalar | number): Scalar
  /** Multiplies the step that is about to be taken. */
  multiply(by: Scalar): void
  /** The overshoot bound's share for c = ⟨g, u⟩: see `bound`. */
  boundShare(product: Scalar): Scalar
  /** Runs the drift rule over this step's losses; returns the share of G to keep at the next step. */
  driftShare(): { readonly share: Scalar; watch(): void }
}

export interface AdaptiveSettings {
  /** s, the share of G that is kept. */
  readonly keep: Scalar | number
  readonly epsilon: number
  /** r for a layer, computed from the fan-in of its tensors. */
  divisor(fanIn: number): number
}

/** What the rows of a step may know of the model's plan. */
export interface StepPlan {
  readonly precision: Precision
  /** The number of outputs. */
  readonly outputs: number
  readonly loss: { readonly kind: string; readonly task: 'numeric' | 'category'; readonly weights?: unknown }
  readonly circuit: { readonly nodes: readonly StepNode[]; readonly outputs: Readonly<Record<string, number>> }
  readonly optimizer: { readonly transforms: readonly { readonly kind: string }[] }
}
export interface StepNode {
  readonly op: string
  /** The nodes that it reads, by their places in the list. */
  readonly inputs: readonly number[]
}

/** Where the rows of a step find their memory, as addresses in bytes. */
export interface StepPlaces {
  readonly plan: StepPlan
  readonly emit: Emit
  readonly tensors: readonly Parameter[]
  readonly parameters: number
  readonly gradient: number
  readonly steps: number
  /** The number of rows in the window; 0 where the gradient came from elsewhere. */
  readonly batchSize: number
  /** (1/b) Σ wᵢ lᵢ and (1/b) Σ wᵢ |rᵢ|². */
  readonly meanLoss: number
  readonly meanSquaredDelta: number
  /** Row 0's outputs and their targets, in the model's type, and its weight, in f64. */
  readonly outputs: number
  readonly target: number
  readonly weight: number
  /** Reads such a number of the window's first row, in the given type, as an f64. */
  first(address: number, type?: number): number
  /** What the learner multiplies η_t by, and η_t of a tensor. */
  readonly rate: number
  rateOf(tensor: Parameter): number
  /** The slots and the scratch vectors so far by name, which learners of parts of θ share. */
  readonly slots: Map<string, Vector>
  readonly scratches: Map<string, Vector>
  /** Memory of four kinds, reserved in the order of the calls. */
  slot(name: string): number
  scratch(name: string): number
  state(name: string, initial: number): number
  constant(value: number): number
  temporary(): number
  /** Emits `bound` and `drift` together with what they read of the rows. */
  bound(out: number, product: number): void
  drift(state: number): void
  driftState(): number
}
