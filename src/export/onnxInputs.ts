import { isCategory } from '../features/field.js'
import { sizeOf } from '../graph/graph.js'
import { columnOf, columnsInOnnx, oneHot, scaledBy } from './onnxFields.js'
import type { Name, OnnxGraph } from './onnxGraph.js'
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
  const { plan, features, targets, nodes, needed } = trained
  const doubles = doublesOf(graph)
  const type = elementOf(plan.precision)
  const advance = plan.statistics === 'beforePrediction'
  const columns = (each: TrainedField): readonly Name[] => columnsInOnnx({ doubles, trained: each, advance }, recalled)
  /** Returns earlier labels, as the targets are scaled by now. */
  const labels = (ago: number, size: number): Name => {
    const inputOf = ({ name }: TrainedField): string => `${name} ${ago} ago`
    const [first] = targets
    if (isCategory(first.field)) return oneHot(doubles, columnOf(doubles, inputOf(first), first.names ?? []), size)
    const numbers = targets.map((each) => scaledBy(doubles, graph.input(inputOf(each), 'double'), each, false, true))
    return graph.concat(numbers.map(doubles.column), 1)
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
    if (name.startsWith('#')) continue
    const matrix = graph.cast(graph.concat(featuresOf(node, trained).flatMap(columns), 1), type)
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
