import { type Node, sizeOf } from '../../graph/graph.js'
import type { Dual } from './rule.js'
import { dualRules } from './rules.js'

/**
 * Forward mode by dual numbers: evaluates a graph in f64 together with its derivative along one direction. It shares no
 * rule with reverse mode and no code with the bytecode, so it is an independent check of both.
 *
 * @param leaf returns the value and tangent of an `input` or `weight` node
 */
export const evaluateDual = (nodes: readonly Node[], leaf: (node: Node, id: number) => Dual): readonly Dual[] => {
  const duals: Dual[] = []
  nodes.forEach((node, id) => {
    const { op, inputs, shape, attributes = {} } = node
    const rule = dualRules[op]
    if (op === 'constant') duals.push(constantDual(attributes.value as number | readonly number[], sizeOf(shape)))
    else if (!rule) duals.push(leaf(node, id))
    else {
      const shapes = inputs.map((input) => nodes[input].shape)
      duals.push(
        rule(
          inputs.map((input) => duals[input]),
          { shapes, shape, attributes },
        ),
      )
    }
  })
  return duals
}

const constantDual = (value: number | readonly number[], size: number): Dual => ({
  value: typeof value === 'number' ? new Float64Array(size).fill(value) : Float64Array.from(value),
  tangent: new Float64Array(size),
})
