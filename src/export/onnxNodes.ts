import { type Node, sizeOf } from '../graph/graph.js'
import type { Name, OnnxGraph } from './onnxGraph.js'
import { type OnnxValue, onnxOps } from './onnxOps.js'
import { elementOf } from './onnxProto.js'
import type { TrainedPrediction } from './predictionOf.js'

/**
 * Adds the nodes of the circuit and of its link, and returns their values.
 * @throws RangeError for an op that has no counterpart in ONNX
 */
export const nodesInOnnx = (
  graph: OnnxGraph,
  { plan, nodes, needed, values }: Pick<TrainedPrediction, 'plan' | 'nodes' | 'needed' | 'values'>,
  inputs: ReadonlyMap<number, Name>,
): ReadonlyMap<number, OnnxValue> => {
  const type = elementOf(plan.precision)
  const made = new Map<number, OnnxValue>()
  const leaf = (id: number, { op, shape, name, attributes }: Node): OnnxValue | undefined => {
    const input = inputs.get(id)
    if (input !== undefined) return { name: input, shape, perRow: true }
    const given = op === 'constant' ? (attributes?.value as number | readonly number[]) : values.get(id)
    if (given === undefined) return undefined
    const numbers = typeof given === 'number' ? new Array<number>(sizeOf(shape)).fill(given) : given
    return { name: graph.constant(type, numbers, shape, name), shape, perRow: false }
  }
  for (const id of needed) {
    const node = nodes[id]
    const { op, shape, name = `${op} ${id}`, attributes = {} } = node
    const found = leaf(id, node)
    if (found) {
      made.set(id, found)
      continue
    }
    const make = Object.hasOwn(onnxOps, op) ? onnxOps[op] : undefined
    const from = node.inputs.map((input) => made.get(input) as OnnxValue)
    if (!make)
      throw new RangeError(
        `toOnnx: node '${name}' is of op '${op}', which has no counterpart in ONNX; expected one of ${Object.keys(onnxOps).join(', ')}.`,
      )
    const perRow = from.some((input) => input.perRow)
    const result = make({
      ...{ graph, type, shape, attributes, perRow },
      inputs: from,
      number: (value) => graph.constant(type, [value], []),
      whole: (...numbers) => graph.constant('int64', numbers),
    })
    made.set(id, { name: result, shape, perRow })
  }
  return made
}
