import { ops } from '../autodiff/ops.js'
import { reverse } from '../autodiff/reverse.js'
import { createBuilder, type Expression } from '../circuit/build.js'
import { type Circuit, type Node, sizeOf } from '../circuit/graph.js'
import { createArena, interpret } from '../program/interpret.js'
import { align, bytesOf, createAssembler, createGraphLowering, createRegion, typeOf } from '../program/lower.js'
import type { Floats, Precision } from '../types.js'

/** A number, or a tensor's numbers row-major. */
export type NodeValue = number | readonly number[]

/** One edge of the circuit, as the lecture draws it. */
export interface Edge {
  readonly from: string
  readonly to: string
  /** ∂to/∂from along this edge alone; only between scalars. */
  readonly local: number | undefined
  /** ∂output/∂to. */
  readonly upstream: NodeValue
  /** The share of ∂output/∂from that comes by way of `to`: upstream · local. */
  readonly contribution: NodeValue
}

/** One way from a node to the output: the product of its edges. */
export interface Path {
  readonly nodes: readonly string[]
  readonly factors: readonly number[]
  readonly product: number
}

export interface Explanation {
  readonly node: string
  readonly paths: readonly Path[]
  /** The sum over the paths: the node's gradient. */
  readonly sum: number
  /** True when there were more paths than were followed. */
  readonly truncated: boolean
}

/** One pass through a circuit, forward and backward, with everything in sight. */
export interface Inspection {
  readonly output: string
  value(node: string): NodeValue
  /** ∂output/∂node: the sum over the edges that leave it; 0 where no path leads to the output. */
  gradient(node: string): NodeValue
  readonly edges: readonly Edge[]
  /** Each path's product, and their sum. Scalar circuits only. */
  explain(node: string): Explanation
}

export interface InspectConfig {
  /** Which output to differentiate; the only one by default. */
  readonly output?: string
  readonly precision?: Precision
  /** At most so many paths in an explanation. */
  readonly limit?: number
}

const isLeaf = ({ op }: Node): boolean => op === 'input' || op === 'weight'
export const nodeName = (node: Node, id: number): string =>
  node.name ??
  (node.op === 'constant' && typeof node.attributes?.value === 'number'
    ? `${node.attributes.value}`
    : `${node.op}#${id}`)

const leafValues = (
  circuit: Circuit,
  given: Readonly<Record<string, NodeValue>>,
): ReadonlyMap<number, readonly number[]> => {
  const values = new Map<number, readonly number[]>()
  const names = new Set<string>()
  circuit.nodes.forEach((node, id) => {
    if (!isLeaf(node)) return
    const name = node.name as string
    names.add(name)
    const initial = node.op === 'weight' ? (node.attributes?.initial as NodeValue) : undefined
    const value = given[name] ?? (typeof initial === 'object' && !Array.isArray(initial) ? undefined : initial)
    const size = sizeOf(node.shape)
    if (value === undefined) throw new RangeError(`inspect: no value for '${name}'; give one, as in { ${name}: 1 }.`)
    const numbers = typeof value === 'number' ? new Array<number>(size).fill(value) : value
    if (numbers.length !== size)
      throw new RangeError(`inspect: '${name}' has ${size} numbers; ${numbers.length} were given.`)
    values.set(id, numbers)
  })
  for (const name of Object.keys(given))
    if (!names.has(name))
      throw new RangeError(`inspect: the circuit has no input or weight '${name}'; it has ${[...names].join(', ')}.`)
  return values
}

/**
 * Runs a circuit forward and backward and shows every value, every gradient and every edge's share.
 *
 * @example
 * const pass = inspect(f, { x1: 1, x3: 2, x4: -1, w3: 0.5, w4: 0.25 })
 * pass.value('x2')        // σ(net2)
 * pass.gradient('w3')     // −σ'(net2)·x3
 * pass.explain('w3')      // { paths: [{ nodes: ['w3', 'net2', 'x2', 'f'], product: … }], sum: … }
 */
export const inspect = (
  circuit: Circuit,
  given: Readonly<Record<string, NodeValue>>,
  { output: wanted, precision = 'f64', limit = 1000 }: InspectConfig = {},
): Inspection => {
  const outputs = Object.keys(circuit.outputs)
  const output = wanted ?? outputs[0]
  const outputId = output === undefined ? undefined : circuit.outputs[output]
  if (outputId === undefined || (wanted === undefined && outputs.length !== 1))
    throw new RangeError(
      `inspect: which output? expected one of ${outputs.join(', ')}${wanted ? `; was given '${wanted}'` : ''}.`,
    )

  const builder = createBuilder(circuit.nodes)
  const ones = builder.ops.broadcast(builder.ops.constant(1), circuit.nodes[outputId]!.shape)
  const everything = circuit.nodes.map((_, id) => id)
  const { adjoint, edges } = reverse(builder, new Map([[outputId, ones]]), everything)
  const locals = edges.map(({ to, slot }) => localDerivative(builder, circuit, to, slot))

  // every node of the extended graph gets room of its own, so that all of it can be looked at
  const bytes = bytesOf(precision)
  const assembler = createAssembler(typeOf(precision))
  const region = createRegion(0, bytes)
  const initial: { address: number; values: readonly number[] }[] = []
  const put = (values: readonly number[]): number => {
    const address = region.take(values.length)
    initial.push({ address, values })
    return address
  }
  const given_ = leafValues(circuit, given)
  const lowering = createGraphLowering(builder.nodes, {
    emit: assembler.emit,
    activations: region,
    leaf: (id) => put(given_.get(id) as readonly number[]),
    constant: put,
  })
  assembler.segment('all', () => lowering.lower(builder.nodes.map((_, id) => id)))
  const { code, segments } = assembler.finish()
  const arena = createArena(align(region.bytes))
  const view: Floats = arena[precision]
  for (const { address, values } of initial) view.set(values, address / bytes)
  interpret(code, ...(segments.all as [number, number]), arena)

  const read = (id: number): NodeValue => {
    const { shape } = builder.nodes[id] as Node
    const at = lowering.address(id) / bytes
    return shape.length === 0 ? view[at]! : Array.from(view.subarray(at, at + sizeOf(shape)))
  }
  const nameOf = (id: number): string => nodeName(circuit.nodes[id] as Node, id)
  // a given name comes before an equal one that was made up ('1' for a constant)
  const made = circuit.nodes.map((node, id) => [nodeName(node, id), id] as const)
  const ids = new Map([...made, ...made.filter(([, id]) => circuit.nodes[id]?.name !== undefined)])
  const idOf = (name: string): number => {
    const id = ids.get(name) ?? circuit.outputs[name]
    if (id === undefined)
      throw new RangeError(`inspect: there is no node '${name}'; there are ${[...ids.keys()].join(', ')}.`)
    return id
  }
  const zeroOf = (id: number): NodeValue => {
    const { shape } = circuit.nodes[id] as Node
    return shape.length === 0 ? 0 : new Array<number>(sizeOf(shape)).fill(0)
  }
  const gradientOf = (id: number): NodeValue => {
    const expression = adjoint.get(id)
    return expression ? read(expression.id) : zeroOf(id)
  }
  const seen = edges
    .filter(({ from }) => circuit.nodes[from]?.op !== 'constant')
    .map(({ from, to, slot, contribution }) => {
      const local = locals[edges.findIndex((edge) => edge.from === from && edge.to === to && edge.slot === slot)]
      return { from, to, contribution: read(contribution.id), local: local && (read(local.id) as number) }
    })

  const explain = (name: string): Explanation => {
    const start = idOf(name)
    const paths: Path[] = []
    let truncated = false
    const follow = (at: number, nodes: readonly number[], factors: readonly number[]): void => {
      if (paths.length >= limit) truncated = true
      else if (at === outputId) {
        // from the output back to the node, as the chain rule is written: ∂f/∂x2 · ∂x2/∂net2 · ∂net2/∂w3
        const product = [...factors].reverse().reduce((a, b) => a * b, 1)
        paths.push({ nodes: nodes.map(nameOf), factors, product })
      } else
        for (const { from, to, local } of seen) {
          if (from !== at) continue
          if (local === undefined)
            throw new RangeError(`explain: '${nameOf(to)}' is not a scalar; paths are followed through scalars.`)
          follow(to, [...nodes, to], [...factors, local])
        }
    }
    follow(start, [start], [])
    return { node: name, paths, sum: paths.reduce((sum, { product }) => sum + product, 0), truncated }
  }

  return {
    output: output as string,
    value: (name) => read(idOf(name)),
    gradient: (name) => gradientOf(idOf(name)),
    edges: seen.map(({ from, to, local, contribution }) => ({
      from: nameOf(from),
      to: nameOf(to),
      local,
      upstream: gradientOf(to),
      contribution,
    })),
    explain,
  }
}

/** ∂to/∂input along one edge, as graph; undefined where a tensor is involved. */
const localDerivative = (
  builder: ReturnType<typeof createBuilder>,
  circuit: Circuit,
  to: number,
  slot: number,
): Expression | undefined => {
  const node = circuit.nodes[to] as Node
  const inputs = node.inputs.map(builder.expression)
  if (node.shape.length > 0 || inputs.some((x) => x.shape.length > 0)) return undefined
  return ops[node.op]?.reverse({
    g: builder.ops.constant(1),
    inputs,
    output: builder.expression(to),
    ops: builder.ops,
    shapes: inputs.map((x) => x.shape),
    shape: node.shape,
    attributes: node.attributes ?? {},
  })[slot]
}
