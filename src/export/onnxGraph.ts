import { type Shape, sizeOf } from '../graph/graph.js'
import {
  type Attribute,
  type ElementType,
  type ModelData,
  type NodeData,
  type TensorData,
  TYPES,
  type ValueData,
} from './onnxProto.js'

/** The name of a value in a graph of ONNX. */
export type Name = string

/** Collects the nodes of a graph of ONNX. */
export interface OnnxGraph {
  /** Adds a node, and returns the name of its one output. */
  node(op: string, inputs: readonly Name[], attributes?: Readonly<Record<string, Attribute>>, domain?: string): Name
  /** Adds a node of several outputs, and returns their names. */
  nodes(
    op: string,
    inputs: readonly Name[],
    outputs: number,
    attributes?: Readonly<Record<string, Attribute>>,
  ): readonly Name[]
  cast(value: Name, to: ElementType): Name
  /** Joins values along an axis. */
  concat(values: readonly Name[], axis: number): Name
  /** Returns the name of a constant; equal ones share it. */
  constant(type: ElementType, values: TensorData['values'], shape?: Shape, name?: string): Name
  /** Adds an input of one element a row, or returns the one of that name. */
  input(name: string, type: ElementType): Name
  /** Names a value as an output of the model. */
  output(name: string, type: ElementType, value: Name, shape?: Shape): void
  /** Repeats a value that is the same for every row, of this shape, once for each row. */
  perRow(value: Name, shape: Shape): Name
  finish(metadata: ModelData['metadata']): ModelData
}

const keyOf = (type: ElementType, values: TensorData['values'], shape: Shape): string =>
  JSON.stringify([type, shape, Array.from<unknown, unknown>(values, (v) => (Object.is(v, -0) ? '-0' : v))])

/** @param reserved names that columns and targets have, which no other value may have */
export const createOnnxGraph = (reserved: readonly string[]): OnnxGraph => {
  const nodes: NodeData[] = []
  const constants = new Map<string, TensorData>()
  const inputs = new Map<string, ValueData>()
  const outputs: ValueData[] = []
  const taken = new Set(reserved)
  const equal = new Map<string, Name>()

  const unique = (wanted: string): Name => {
    let name = wanted
    for (let i = 2; taken.has(name); i++) name = `${wanted} ${i}`
    taken.add(name)
    return name
  }

  const graph: OnnxGraph = {
    node(op, from, attributes = {}, domain = '') {
      const output = unique(`${op} ${nodes.length + 1}`)
      nodes.push({ op, domain, inputs: from, outputs: [output], attributes })
      return output
    },
    nodes(op, from, count, attributes = {}) {
      const own = Array.from({ length: count }, (_, i) => unique(`${op} ${nodes.length + 1}.${i + 1}`))
      nodes.push({ op, domain: '', inputs: from, outputs: own, attributes })
      return own
    },
    cast: (value, to) => graph.node('Cast', [value], { to: TYPES[to] }),
    concat: (values, axis) => (values.length === 1 ? values[0] : graph.node('Concat', values, { axis })),
    constant(type, values, shape = [values.length], wanted) {
      if (values.length !== sizeOf(shape)) throw new RangeError(`onnx: ${values.length} values; expected [${shape}]`)
      // A weight has a name of its own, and is not compared.
      const key = wanted === undefined ? keyOf(type, values, shape) : ''
      const known = equal.get(key)
      if (known !== undefined) return known
      const name = unique(wanted ?? `constant ${constants.size + 1}`)
      constants.set(name, { type, shape, values })
      if (wanted === undefined) equal.set(key, name)
      return name
    },
    input(name, type) {
      taken.add(name)
      inputs.set(name, { name, type, shape: [] })
      return name
    },
    output(wanted, type, value, shape = []) {
      const name = inputs.has(wanted) ? unique(wanted) : wanted
      nodes.push({ op: 'Identity', domain: '', inputs: [value], outputs: [name], attributes: {} })
      outputs.push({ name, type, shape })
    },
    perRow(value, shape) {
      const [first] = inputs.keys()
      const rows = graph.node('Shape', [first as Name])
      const whole = shape.length > 0 ? graph.node('Concat', [rows, graph.constant('int64', shape)], { axis: 0 }) : rows
      return graph.node('Expand', [value, whole])
    },
    finish(metadata) {
      const read = new Set(nodes.flatMap((node) => node.inputs))
      const used = new Map([...constants].filter(([name]) => read.has(name)))
      return { nodes, constants: used, inputs: [...inputs.values()], outputs, metadata }
    },
  }
  return graph
}
