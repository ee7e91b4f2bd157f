import { shown } from '../options/shown.js'
import type { Circuit, Node } from './graph.js'

const isId = (id: unknown, below: number): boolean =>
  Number.isInteger(id) && (id as number) >= 0 && (id as number) < below
const isShape = (shape: unknown): boolean =>
  Array.isArray(shape) && shape.every((n) => Number.isInteger(n) && (n as number) >= 1)
const isNode = (node: Partial<Node> | null, i: number): boolean =>
  typeof node?.op === 'string' &&
  isShape(node.shape) &&
  Array.isArray(node.inputs) &&
  node.inputs.every((id) => isId(id, i))

/**
 * Refuses what is not a circuit, before anything is read from it.
 * @param what the circuit, as in `inspect: the circuit`
 */
export const checkCircuit = (what: string, circuit: unknown): void => {
  const { nodes, outputs } = (circuit ?? {}) as Partial<Circuit>
  const refuse: (part: string, value: unknown) => never = (part, value) => {
    throw new TypeError(`${what}${part} is ${shown(value)}; expected what circuit() returns.`)
  }
  if (!Array.isArray(nodes)) refuse('', circuit)
  const wrong = nodes.findIndex((node, i) => !isNode(node, i))
  if (wrong >= 0) refuse(`'s node ${wrong}`, nodes[wrong])
  if (typeof outputs !== 'object' || outputs === null) refuse("'s list of outputs", outputs)
  for (const [name, id] of Object.entries(outputs)) if (!isId(id, nodes.length)) refuse(`'s output '${name}'`, id)
}
