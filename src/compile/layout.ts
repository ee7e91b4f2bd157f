import { type Node, sizeOf } from '../graph/graph.js'
import { draw } from '../initializers/draw.js'
import type { Initializer } from '../initializers/initializer.js'
import type { Parameter } from '../program/stepRows.js'
import type { Plan } from './configuration.js'

/** The arena is addressed with 31 bits, and holds θ, ∇ and a few optimizer slots of the same length. */
export const MOST_PARAMETERS = 50_000_000

/** Lays out θ as named tensors, one after another in the order in which the circuit names them. */
export const layoutOf = ({ circuit, freeze }: Pick<Plan, 'circuit' | 'freeze'>): readonly Parameter[] => {
  let offset = 0
  const tensors = circuit.nodes.flatMap(({ op, name = '', shape, attributes }) => {
    if (op !== 'weight') return []
    const size = sizeOf(shape)
    const group = attributes?.group as string
    const frozen = freeze.includes(name) || freeze.includes(group)
    const tensor = { name, offset, size, shape, group, fanIn: attributes?.fanIn as number, frozen }
    offset += size
    return [tensor]
  })
  if (offset > MOST_PARAMETERS)
    throw new RangeError(`createModel: the circuit has ${offset} parameters; expected at most ${MOST_PARAMETERS}.`)
  for (const name of freeze) checkName('freeze', name, tensors)
  return tensors
}

/** Refuses the name of a group or tensor that does not exist. */
export const checkName = (what: string, name: string, tensors: readonly Parameter[]): void => {
  if (tensors.some((tensor) => tensor.name === name || tensor.group === name)) return
  const known = [...new Set(tensors.flatMap((tensor) => [tensor.group, tensor.name]))]
  throw new RangeError(`${what}: there is no tensor or group '${name}'; there are ${known.join(', ')}.`)
}

/** Returns the initial parameters θ_0. */
export const initialParameters = ({ circuit }: Plan, tensors: readonly Parameter[], seed: number): Float64Array => {
  const total = tensors.reduce((sum, { size }) => sum + size, 0)
  const parameters = new Float64Array(total)
  const nodes = new Map(circuit.nodes.map((node) => [node.name, node]))
  for (const { name, offset, size, shape, fanIn } of tensors) {
    const initial = (nodes.get(name) as Node).attributes?.initial as number | readonly number[] | Initializer
    const fanOut = shape[shape.length - 1] ?? 1
    parameters.set(draw(initial, size, { seed, name, fanIn, fanOut }), offset)
  }
  return parameters
}
