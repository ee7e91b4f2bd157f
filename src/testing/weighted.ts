import { createBuilder } from '../circuit/build.js'
import { type Circuit, sizeOf } from '../graph/graph.js'
import { createRandom } from '../random.js'

/**
 * Adds a scalar output to the circuit: Σ u·o over all elements of the outputs, each with its own weight u in ±[½, 1½],
 * because a plain sum would not detect exchanged elements. A single output with one element is used as it is.
 */
export const weighted = (circuit: Circuit, outputs: readonly string[], seed: number): Circuit => {
  const { ops, nodes, expression } = createBuilder(circuit.nodes)
  const terms = outputs.map((name) => {
    const id = circuit.outputs[name]
    if (id === undefined)
      throw new RangeError(
        `checkGradient: there is no output '${name}'; there are ${Object.keys(circuit.outputs).join(', ')}.`,
      )
    const { shape } = circuit.nodes[id]
    if (outputs.length === 1 && sizeOf(shape) === 1) return ops.reshape(expression(id), [])
    const random = createRandom(seed, name)
    const weights = Array.from(
      { length: sizeOf(shape) },
      (_, i) => (random.uniform(2 * i) < 0.5 ? -1 : 1) * (0.5 + random.uniform(2 * i + 1)),
    )
    return ops.sum(ops.mul(expression(id), ops.constant(weights, shape)))
  })
  const [first] = terms
  if (!first) throw new RangeError('checkGradient: the circuit has no output to differentiate; expected at least one.')
  const total = terms.length === 1 ? first : ops.add(...terms)
  return { nodes: [...nodes], outputs: { checked: total.id } }
}
