import type { Expression, Ops } from '../graph/expression.js'

/**
 * A feature that is read as a sparse row instead of as columns of x: a count, then the index and value of each entry.
 */
export interface SparseInput {
  readonly name: string
  /** The length of the sparse row: 1 + 2n numbers. */
  readonly width: number
  /** The number of rows of weights that its indices select from. */
  readonly rows: number
  /** Whether it is one name of a category, whose columns are in x unless a layer takes it. */
  readonly indexed?: boolean
}

/** Returns the largest number of entries in a row, which is what the input adds to fan-in. */
export const entriesOf = ({ width }: SparseInput): number => width >> 1

/** A sparse input in the circuit, in the form that `ops.sparseDense` reads. */
export interface SparseRow extends SparseInput {
  readonly h: Expression
}

/** The position of a layer among the layers, and what it reads. */
export interface LayerSite {
  /** Its position among the layers, counted from 1. */
  readonly index: number
  /** Its kind followed by its position, such as `dense1`; the names of its weights begin with it. */
  readonly name: string
  /** What the names of its nodes begin with: '' unless it belongs to one of several experts. */
  readonly prefix: string
  readonly last: boolean
  /** The number of inputs of each of its outputs; a category counts as one, however many columns it has. */
  readonly fanIn: number
  /** The sparse inputs that the layer takes. */
  readonly sparse: readonly SparseRow[]
}

/**
 * One layer of f_θ as a graph of what it reads. Its other fields are its settings. A custom layer is an object of this
 * form; a replica does not need its code, because the description contains the circuit.
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
   * Builds the layer's output, a vector, from the output of the layer before it; the first layer reads the model's
   * columns. `x` is undefined if every feature is sparse and no earlier layer has read one.
   */
  build(ops: Ops, x: Expression | undefined, site: LayerSite): Expression
  /** Tells whether it reads this sparse input. Default: it reads none, and sparse inputs are left to later layers. */
  takes?(input: SparseInput): boolean
  /** Returns the number of its outputs that are nonzero in one row, which is the next layer's fan-in. Default: all. */
  fanOut?(site: LayerSite): number
  /** The nonlinearity that it ends in, if there is one: the last layer of a model of a category must have none. */
  readonly ends?: string
}

/** How a kind of layer is written, such as `32 relu` or `layerNorm`: the command line reads and writes this text. */
export interface LayerKind {
  readonly example: string
  /** The setting that is a whole number, if there is one; it is the first word of the text. */
  readonly count?: string
  /**
   * The setting that is one of these values, if there is one; it is the word after the kind, and if it is omitted the
   * first value applies.
   */
  readonly choice?: { readonly setting: string; readonly values: Readonly<Record<string, unknown>> }
  make(count: number, choice: unknown): Layer
}
