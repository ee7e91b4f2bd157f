import { isCategory } from '../features/field.js'
import { type Node, sizeOf } from '../graph/graph.js'
import type { NearestRows } from './nearestRows.js'
import { columnOf, columnsInOnnx, oneHot, scaledBy } from './onnxFields.js'
import type { Name, OnnxGraph } from './onnxGraph.js'
import { nearestInOnnx } from './onnxNearest.js'
import { doublesOf } from './onnxNumbers.js'
import { elementOf } from './onnxProto.js'
import { featuresOf, neededBy, rowsAgo, type TrainedField, type TrainedPrediction } from './predictionOf.js'

/** What becomes of numbers that are recalled from earlier rows. */
export type Recalled = 'refuse' | 'inputs'

/** Adds the inputs of the model, and returns the values of the circuit's inputs. */
export const inputsInOnnx = (
  graph: OnnxGraph,
  trained: TrainedPrediction,
  recalled: Recalled,
): ReadonlyMap<number, Name> => {
  const { plan, features, targets, nodes, needed, nearest } = trained
  const doubles = doublesOf(graph)
  const type = elementOf(plan.precision)
  const advance = plan.statistics === 'beforePrediction'
  const known = new Map<TrainedField, readonly Name[]>()
  const columns = (each: TrainedField): readonly Name[] => {
    const own = known.get(each) ?? columnsInOnnx({ doubles, trained: each, advance }, recalled)
    known.set(each, own)
    return own
  }
  const matrixOf = (fields: readonly TrainedField[]): Name => graph.cast(graph.concat(fields.flatMap(columns), 1), type)
  /** Returns earlier labels, as the targets are scaled by now. */
  const labels = (ago: number, size: number): Name => {
    const inputOf = ({ name }: TrainedField): string => `${name} ${ago} ago`
    const [first] = targets
    if (isCategory(first.field)) return oneHot(doubles, columnOf(doubles, inputOf(first), first.names ?? []), size)
    return scaledLabels((each) => graph.input(inputOf(each), 'double'))
  }
  const scaledLabels = (labelOf: (target: TrainedField, i: number) => Name): Name =>
    graph.concat(
      targets.map((each, i) => doubles.column(scaledBy(doubles, labelOf(each, i), each, false, true))),
      1,
    )
  /** Returns what the remembered rows say that are nearest to each row. */
  const neighbors = (memory: NearestRows, node: Node): Name => {
    const compared = features.filter(({ field }) => !field.sparse)
    const x = compared.length > 0 ? graph.cast(matrixOf(compared), 'double') : undefined
    // A model that compares no columns still has to know how many rows there are.
    if (x === undefined) columns(features[0])
    const { name, perRow } = nearestInOnnx(doubles, memory, node, targets, x)
    const said = perRow ? name : graph.perRow(name, node.shape)
    if (isCategory(targets[0].field)) return said
    return scaledLabels((_, i) => graph.node('Gather', [said, graph.constant('int64', [i], [])], { axis: 1 }))
  }

  const made = new Map<number, Name>()
  for (const id of needed) {
    const node = nodes[id]
    const { op, name = '', shape } = node
    if (op !== 'input') continue
    const ago = rowsAgo(node)
    if (ago !== undefined) {
      if (recalled === 'refuse') throw remembers(trained, id)
      made.set(id, graph.cast(labels(ago, sizeOf(shape)), type))
    }
    const memory = nearest.get(id)
    if (memory) made.set(id, graph.cast(neighbors(memory, node), type))
    if (name.startsWith('#')) continue
    const matrix = matrixOf(featuresOf(node, trained))
    made.set(id, shape.length === 1 ? matrix : graph.node('Reshape', [matrix, graph.constant('int64', [0, ...shape])]))
  }
  // A model that reads no feature still has to know how many rows there are.
  if (made.size === 0) columns(features[0])
  return made
}

const remembers = ({ plan, nodes }: TrainedPrediction, label: number): RangeError => {
  const readers = (plan.experts ?? []).filter(({ name }) =>
    neededBy(nodes, [nodes.findIndex((node) => node.name === name)]).includes(label),
  )
  return new RangeError(
    `toOnnx: expert ${readers.map(({ name }) => `'${name}'`).join(' and ')} reads the labels of earlier rows, and ONNX sees one row at a time; leave it out of the experts, or give these labels as inputs, by toOnnx(model, { recalled: 'inputs' }).`,
  )
}
