import { ops } from '../autodiff/ops.js'
import { type Node, sizeOf } from '../graph/graph.js'
import type { Region } from '../program/assembler.js'
import type { Emit } from '../program/bytecode.js'

/** The nodes that stand for numbers, rather than for an op on other nodes. */
const LEAVES: ReadonlySet<string> = new Set(['input', 'weight', 'constant'])

export interface GraphPlaces {
  readonly emit: Emit
  readonly activations: Region
  /** Returns the address of an input or a weight. */
  leaf(id: number, node: Node): number
  constant(values: readonly number[]): number
}

/**
 * Lowers a graph node by node: `lower(roots)` emits whatever these nodes need that is not computed yet, in the order of
 * the graph, so that a graph can be lowered in parts: forward, loss, backward.
 */
export interface GraphLowering {
  lower(roots: readonly number[]): void
  address(id: number): number
}

export const createGraphLowering = (nodes: readonly Node[], places: GraphPlaces): GraphLowering => {
  const addresses = new Map<number, number>()

  const place = (id: number): number => {
    const node = nodes[id]
    const size = sizeOf(node.shape)
    if (node.op === 'input' || node.op === 'weight') return places.leaf(id, node)
    if (node.op === 'constant') {
      const value = node.attributes?.value as number | readonly number[]
      return places.constant(typeof value === 'number' ? new Array<number>(size).fill(value) : value)
    }
    return places.activations.take(size)
  }

  const needed = (roots: readonly number[]): readonly number[] => {
    const found = new Set<number>()
    const stack = [...roots]
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (addresses.has(id) || found.has(id)) continue
      found.add(id)
      stack.push(...nodes[id].inputs)
    }
    return [...found].sort((a, b) => a - b)
  }

  const address = (id: number): number => {
    const known = addresses.get(id)
    if (known === undefined) throw new Error(`lower: node ${id} (${nodes[id]?.op}) is not computed yet`)
    return known
  }

  // A constant that is expanded becomes a constant of the program, so that it is not expanded again for every row.
  const repeated = new Map<string, number>()
  const repeatedOf = ({ op, inputs, shape }: Node): number | undefined => {
    const { op: from, attributes } = nodes[inputs[0]] ?? {}
    const value = attributes?.value
    if (op !== 'expand' || from !== 'constant' || typeof value !== 'number') return undefined
    const key = `${Object.is(value, -0) ? '-0' : value} ${sizeOf(shape)}`
    const known = repeated.get(key) ?? places.constant(new Array<number>(sizeOf(shape)).fill(value))
    repeated.set(key, known)
    return known
  }

  return {
    address,
    lower(roots) {
      for (const id of needed(roots)) {
        const { op, inputs, shape, attributes = {} } = nodes[id]
        const constant = repeatedOf(nodes[id])
        if (constant !== undefined) {
          addresses.set(id, constant)
          continue
        }
        if (!ops[op] && !LEAVES.has(op))
          throw new RangeError(`lower: there is no op '${op}'; there are ${Object.keys(ops).join(', ')}.`)
        const out = place(id)
        addresses.set(id, out)
        ops[op]?.lower({
          out,
          inputs: inputs.map(address),
          shapes: inputs.map((input) => nodes[input].shape),
          shape,
          attributes,
          emit: places.emit,
        })
      }
    },
  }
}
