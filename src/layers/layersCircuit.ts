import { createBuilder } from '../circuit/build.js'
import type { Builder, Expression, Ops } from '../graph/expression.js'
import type { Circuit } from '../graph/graph.js'
import { shown } from '../options/shown.js'
import { entriesOf, type Layer, type LayerSite, type SparseInput, type SparseRow } from './layer.js'

const isTakenBy = (layer: Layer, input: SparseInput): boolean => layer.takes?.(input) === true

/** Tells whether one of the layers reads this input as a sparse row. */
export const isTaken = (layers: readonly Layer[], input: SparseInput): boolean =>
  layers.some((layer) => isTakenBy(layer, input))

/** The features as inputs of a circuit: `x` [columns], if there are columns, and each sparse input under its own name. */
export interface LayerInputs {
  readonly x: Expression | undefined
  readonly sparse: readonly SparseRow[]
  /** The number of inputs that are nonzero in one row. */
  readonly fanIn: number
}

export const layerInputs = (ops: Ops, columns: number, fanIn: number, sparse: readonly SparseInput[]): LayerInputs => ({
  sparse: sparse.map((input) => ({
    ...input,
    h: ops.input(input.name, [input.width], { indexed: input.indexed === true }),
  })),
  x: columns > 0 ? ops.input('x', [columns]) : undefined,
  fanIn,
})

/**
 * Applies layers to the features. Their weights have the names that the layers give them, which begin with the prefix;
 * their outputs are named `layer1`, `layer2`, … and, for the last one, `name`.
 */
export const applyLayers = (
  { ops, nodeOf }: Builder,
  layers: readonly Layer[],
  inputs: LayerInputs,
  name = 'o',
  prefix = '',
): Expression => {
  if (layers.length === 0)
    throw new RangeError('layers: the list is empty; expected at least one layer, such as dense(1).')
  for (const layer of layers)
    if (typeof (layer as Layer | undefined)?.build !== 'function')
      throw new TypeError(`layers: ${shown(layer)} is not a layer; expected one such as dense(16, 'relu').`)
  let { x } = inputs
  let waiting = inputs.sparse
  const entries = (inputs: readonly SparseInput[]): number => inputs.reduce((sum, input) => sum + entriesOf(input), 0)
  // This counts x alone, because a sparse input counts in the layer that reads it.
  let moved = inputs.fanIn - entries(waiting)
  layers.forEach((layer, i) => {
    const [index, last] = [i + 1, i === layers.length - 1]
    const taken = waiting.filter((input) => isTakenBy(layer, input))
    const site: LayerSite = {
      name: `${prefix}${layer.kind}${index}`,
      prefix,
      index,
      last,
      fanIn: moved + entries(taken),
      sparse: taken,
    }
    waiting = waiting.filter((input) => !taken.includes(input))
    x = layer.build(ops, x, site)
    if (nodeOf(x).name === undefined) ops.named(last ? name : `${prefix}layer${index}`, x)
    moved = layer.fanOut?.(site) ?? x.shape[0]
  })
  if (waiting.length > 0)
    throw new RangeError(`layers: no layer reads '${waiting[0]?.name}', which is hashed; add dense(), which does.`)
  return x as unknown as Expression
}

/**
 * Builds the circuit of layers. Its inputs are `x` [columns] and each sparse input under its own name; its weights have
 * the names that the layers give them; its outputs are `layer1`, `layer2`, … and `o`.
 */
export const layersCircuit = (
  layers: readonly Layer[],
  columns: number,
  fanIn: number,
  sparse: readonly SparseInput[] = [],
): Circuit => {
  const builder = createBuilder()
  return builder.finish({ o: applyLayers(builder, layers, layerInputs(builder.ops, columns, fanIn, sparse)) })
}
