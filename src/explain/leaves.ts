import { type Circuit, type Node, sizeOf } from '../graph/graph.js'
import { shown } from '../options/shown.js'

/** A number, or a tensor's elements in row-major order. */
export type NodeValue = number | readonly number[]

const isLeaf = ({ op }: Node): boolean => op === 'input' || op === 'weight'
/** Returns a node's name, or a generated one: a constant's number, or an op with its index. */
export const nodeName = (node: Node, id: number): string =>
  node.name ??
  (node.op === 'constant' && typeof node.attributes?.value === 'number'
    ? `${node.attributes.value}`
    : `${node.op}#${id}`)

/** Returns the values of every input and weight: those that were given, or a weight's initial values. */
export const leafValues = (
  circuit: Circuit,
  given: Readonly<Record<string, NodeValue>>,
): ReadonlyMap<number, readonly number[]> => {
  if (typeof given !== 'object' || given === null)
    throw new TypeError(`inspect: the values are ${shown(given)}; expected numbers by name, as in { x: 1 }.`)
  const values = new Map<number, readonly number[]>()
  const names = new Set<string>()
  circuit.nodes.forEach((node, id) => {
    if (!isLeaf(node)) return
    const name = node.name as string
    names.add(name)
    const initial = node.op === 'weight' ? (node.attributes?.initial as NodeValue) : undefined
    const value = given[name] ?? (typeof initial === 'object' && !Array.isArray(initial) ? undefined : initial)
    const size = sizeOf(node.shape)
    if (value === undefined) throw new RangeError(`inspect: '${name}' has no value; give it one, as in { ${name}: 1 }.`)
    const numbers = typeof value === 'number' ? new Array<number>(size).fill(value) : value
    if (!Array.isArray(numbers) || !numbers.every((x) => typeof x === 'number'))
      throw new TypeError(`inspect: '${name}' is ${shown(value)}; expected a number, or a list of them.`)
    if (numbers.length !== size)
      throw new RangeError(`inspect: '${name}' has ${numbers.length} numbers; expected ${size}.`)
    values.set(id, numbers)
  })
  for (const name of Object.keys(given))
    if (!names.has(name))
      throw new RangeError(`inspect: the circuit has no input or weight '${name}'; it has ${[...names].join(', ')}.`)
  return values
}
