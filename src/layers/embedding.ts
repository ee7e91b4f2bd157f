import { bringSparse } from '../autodiff/sparse.js'
import { glorot, zeros } from '../initializers/index.js'
import type { Initializer } from '../initializers/initializer.js'
import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import { bySettings } from '../settings.js'
import { entriesOf, type Layer, type LayerKind } from './layer.js'

export interface Embedding extends Layer {
  readonly kind: 'embedding'
  readonly size: number
  readonly of?: readonly string[]
  readonly initial?: Initializer
}

export interface EmbeddingConfig {
  /**
   * The features to embed: categories, and hashed features, for which the table rows of all names in a row are added.
   * Default: all categories.
   */
  readonly of?: readonly string[]
  /** The initializer of the tables. Default: Glorot, but zeros for the last layer. */
  readonly initial?: Initializer
}

/**
 * Creates an embedding: instead of one-hot columns, each category reads the row of its table W [capacity, size] that
 * belongs to its name, and only the rows that are read learn. A missing name, or one without a column yet, reads as
 * zeros. The output consists of these rows in the order of the features, followed by the columns of all other features.
 *
 * It computes what a dense layer computes from one-hot columns, without those columns. It suits features with thousands
 * of names, and names whose similarity several units are to share. From 4,096 weights on, a step visits only the rows
 * that were read, as for `hashed` features, if the optimizer leaves weights without a gradient unchanged, such as
 * `auto()`, `adagrad()`, `ftrl()` or `sgd()`.
 *
 * Bengio, Ducharme, Vincent and Jauvin, "A neural probabilistic language model" (2003).
 *
 * @example
 * createModel({ features, target, layers: [embedding(8), dense(16, 'relu'), dense(1)] })
 * createModel({ features, target, layers: [embedding(2, { of: ['room'] }), dense(1)] })
 */
export const embedding = (size: number, config?: EmbeddingConfig): Embedding => {
  const { of, initial } = optionsOf('embedding', config, { of: undefined, initial: undefined })
  checkWhole('embedding: size is', size, ', as in embedding(8)')
  if (of !== undefined && !(Array.isArray(of) && of.length > 0 && of.every((name) => typeof name === 'string')))
    throw new RangeError(
      `embedding: of is ${shown(of)}; expected a list of the features' names, as in embedding(2, { of: ['room'] }).`,
    )
  bringSparse()
  return bySettings({
    ...{ kind: 'embedding', size },
    ...(of && { of }),
    ...(initial !== undefined && { initial }),
    takes: ({ name, indexed }) => of?.includes(name) ?? indexed === true,
    fanOut: ({ fanIn, sparse }) => sparse.reduce((sum, input) => sum - entriesOf(input) + size, fanIn),
    build({ concat, sparseDense, weight }, x, { name, last, sparse }) {
      const missing = of?.find((feature) => !sparse.some((input) => input.name === feature))
      if (missing !== undefined || sparse.length === 0)
        throw new RangeError(
          `layers: ${name} finds ${missing === undefined ? 'no category' : `no category and nothing hashed that is called '${missing}'`} among the features that no layer before it reads; give it one, or leave it out.`,
        )
      const parts = sparse.map((input) => {
        const table = weight(`${name}.W.${input.name}`, {
          shape: [input.rows, size],
          initial: initial ?? (last ? zeros() : glorot()),
          fanIn: entriesOf(input),
        })
        return sparseDense(input.h, table)
      })
      if (x) parts.push(x)
      return parts.length === 1 ? parts[0] : concat(parts)
    },
  })
}

export const embeddingKind: LayerKind = {
  example: 'embedding 8',
  count: 'size',
  make: (size) => embedding(size),
}
