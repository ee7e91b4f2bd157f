import type { Expression, Ops } from '../graph/expression.js'

/** A feature that comes as a sparse row instead of columns of x: how many, then index and value of each. */
export interface SparseInput {
  readonly name: string
  /** How many numbers the sparse row is: 1 + 2n. */
  readonly width: number
  /** How many rows of weights its indices choose among. */
  readonly rows: number
  /** It is one name of a category, which is among the columns of x unless a layer takes it. */
  readonly indexed?: boolean
}

/** The most entries that a row has of it: what it counts in fan-in. */
export const entriesOf = ({ width }: SparseInput): number => width >> 1

/** A sparse input in the circuit: what `ops.sparseDense` reads. */
export interface SparseRow extends SparseInput {
  readonly h: Expression
}

/** Where a layer stands. */
export interface LayerSite {
  /** Its place among the layers, from 1. */
  readonly index: number
  /** Its kind and its place, such as `dense1`; the names of its weights begin with it. */
  readonly name: string
  readonly last: boolean
  /** How many numbers flow into one of its outputs; a category counts as one, however many columns it has. */
  readonly fanIn: number
  /** The sparse inputs that it takes. */
  readonly sparse: readonly SparseRow[]
}

/**
 * One layer of f_θ as a graph of what it reads. Its other fields are its settings. A layer of your own is an object of this
 * form; a replica needs no code of it, for it is given the circuit.
 *
 * @example
 * const residual = (): Layer => ({
 *   kind: 'residual',
 *   build({ add, dense, tanh, weight }, x, { name, fanIn }) {
 *     const n = x.shape[0]
 *     return add(x, tanh(dense(x, weight(`${name}.W`, { shape: [n, n], initial: initializers.glorot(), fanIn }))))
 *   },
 * })
 * createModel({ features, target, layers: [dense(8, 'tanh'), residual(), dense(1)] }).learn(rows)
 */
export interface Layer {
  readonly kind: string
  /**
   * The layer's output, a vector, from the output of the layer before it; the first layer reads the model's columns.
   * `x` is undefined where every feature is sparse and no layer before this one has read them.
   */
  build(ops: Ops, x: Expression | undefined, site: LayerSite): Expression
  /** Whether it reads this sparse input; left out, it reads none, and they wait for a layer behind it. */
  takes?(input: SparseInput): boolean
  /** How many of its outputs one row moves, which is the fan-in of the layer behind it; left out, all of them. */
  fanOut?(site: LayerSite): number
  /** The nonlinearity in which it ends, if there is one: the last layer in front of a category must have none. */
  readonly ends?: string
}

/** A kind of layer in words, such as `32 relu` or `layerNorm`: what the command line reads and writes. */
export interface LayerKind {
  readonly example: string
  /** The setting that is a whole number, if it has one; it is the first word behind the kind. */
  readonly count?: string
  /**
   * The setting that is one of these, if it has one; it is the next word, and where it is left out, the first of these
   * is meant.
   */
  readonly choice?: { readonly setting: string; readonly values: Readonly<Record<string, unknown>> }
  make(count: number, choice: unknown): Layer
}
