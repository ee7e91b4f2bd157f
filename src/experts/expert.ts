import type { Expression, Ops } from '../graph/expression.js'
import type { Layer } from '../layers/layer.js'

/** What an expert is built from. */
export interface ExpertSite {
  /** The name of the expert; the names of its weights begin with it. */
  readonly name: string
  readonly ops: Ops
  /** The number of outputs of the model, which each expert has too. */
  readonly outputs: number
  /** Whether the target is a number or a category. */
  readonly task: 'numeric' | 'category'
  /** Applies layers to the model's features. */
  layers(layers: readonly Layer[]): Expression
  /**
   * Returns the label of the last row that was learned, or of one that was learned `ago` rows before the next: its
   * numbers, scaled as the targets are by now, or its class as one-hot columns. Until so many rows are known, numbers
   * are those of the first one; before the first label all of them are 0. Where the loss has a link, these are the
   * outputs that predict the numbers.
   */
  last(ago?: number): Expression
  /**
   * Returns what the labels say of the `count` rows nearest to this one among the last `rows` that were learned: their
   * mean, scaled as the targets are by now, or the share of each class. Before the first row all of them are 0. Where
   * the loss has a link, these are the outputs that predict the mean.
   */
  nearest(count: number, rows: number): Expression
}

/**
 * One of several circuits that learn side by side from the same rows, each from its own loss, and are mixed by how well
 * they have predicted lately. Its other fields are its settings. A custom expert is an object of this form; a replica
 * does not need its code.
 *
 * @example
 * const persistence = (): Expert => ({
 *   kind: 'persistence',
 *   build: ({ name, ops, last, outputs }) => ops.mul(last(), ops.weight(`${name}.w`, { shape: [outputs], initial: 1 })),
 * })
 * const model = createModel({
 *   features: { hour: cyclic(24) },
 *   target: { power: numeric() },
 *   experts: { net: experts.net([dense(16, 'relu'), dense(1)]), persistence: persistence() },
 * })
 * model.learn({ hour: 9, power: 310 })
 */
export interface Expert {
  readonly kind: string
  /**
   * Factors of the learning rate: the expert learns once at each of them, and each copy has a weight of its own.
   * Default: [1].
   */
  readonly rates?: readonly number[]
  /** The number of outputs that it determines; undefined if it has as many as the others. */
  readonly outputs?: number
  /** Builds its output, a vector as long as the model's outputs. */
  build(site: ExpertSite): Expression
}

export type Experts = Readonly<Record<string, Expert>>

/** One of the circuits that are mixed: the node that is its output, and the factor of its learning rate. */
export interface MixedExpert {
  readonly name: string
  readonly rate: number
}
