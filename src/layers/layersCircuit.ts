import { createBuilder } from '../circuit/build.js'
import type { Expression } from '../graph/expression.js'
import type { Circuit } from '../graph/graph.js'
import { entriesOf, type Layer, type LayerSite, type SparseInput, type SparseRow } from './layer.js'

const isTakenBy = (layer: Layer, input: SparseInput): boolean => layer.takes?.(input) === true

/** Tells whether one of the layers reads this input as a sparse row. */
export const isTaken = (layers: readonly Layer[], input: SparseInput): boolean =>
  layers.some((layer) => isTakenBy(layer, input))

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
  if (layers.length === 0)
    throw new RangeError('layers: the list is empty; expected at least one layer, such as dense(1).')
  const { ops, nodeOf, finish } = createBuilder()
  let waiting: readonly SparseRow[] = sparse.map((input) => ({
    ...input,
    h: ops.input(input.name, [input.width], { indexed: input.indexed === true }),
  }))
  let x: Expression | undefined = columns > 0 ? ops.input('x', [columns]) : undefined
  const entries = (inputs: readonly SparseInput[]): number => inputs.reduce((sum, input) => sum + entriesOf(input), 0)
  // This counts x alone, because a sparse input counts in the layer that reads it.
  let moved = fanIn - entries(sparse)
  layers.forEach((layer, i) => {
    const [index, last] = [i + 1, i === layers.length - 1]
    const taken = waiting.filter((input) => isTakenBy(layer, input))
    const site: LayerSite = { name: `${layer.kind}${index}`, index, last, fanIn: moved + entries(taken), sparse: taken }
    waiting = waiting.filter((input) => !taken.includes(input))
    x = layer.build(ops, x, site)
    if (nodeOf(x).name === undefined) ops.named(last ? 'o' : `layer${index}`, x)
    moved = layer.fanOut?.(site) ?? x.shape[0]
  })
  if (waiting.length > 0)
    throw new RangeError(`layers: no layer reads '${waiting[0]?.name}', which is hashed; add dense(), which does.`)
  return finish({ o: x as unknown as Expression })
}
