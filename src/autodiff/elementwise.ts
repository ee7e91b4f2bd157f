import type { Expression } from '../graph/expression.js'
import { sameShape, shapeText, sizeOf } from '../graph/graph.js'
import type { Opcode } from '../program/bytecode.js'
import type { Op, OpTable, ReverseSite } from './op.js'

const CHOOSES = true

/**
 * Makes an op that acts on each element alone.
 *
 * At points where an op has no derivative, these values are used:
 *
 * | op | at | derivative |
 * |---|---|---|
 * | relu | 0 | 0 |
 * | abs | 0 | 0 |
 * | max, min | a = b | ½ to each |
 * | sqrt | 0 | 0 |
 * | greater, and `where` in its condition | everywhere | none |
 *
 * An op that `chooses` among its inputs gives the others an adjoint of exactly 0. Values further back may be infinite
 * or NaN, as in where(x > 0, log(x), 0) at 0, so the ops there select too: 0 stays 0, whatever the slope.
 */
const elementwise = (
  opcode: Opcode,
  arity: number,
  reverse: (site: ReverseSite) => readonly (Expression | undefined)[],
  chooses = false,
): Op => ({
  shape(inputs) {
    const first = inputs[0] ?? []
    if (inputs.length < 1 || (arity > 0 && inputs.length !== arity))
      throw new RangeError(`${opcode}: there are ${inputs.length} inputs; expected ${arity}.`)
    for (const shape of inputs)
      if (!sameShape(shape, first))
        throw new RangeError(
          `${opcode}: shapes ${shapeText(first)} and ${shapeText(shape)} differ; broadcast them first.`,
        )
    return first
  },
  lower({ out, inputs: [a = -1, b = -1, c = -1, ...more], shape, emit }) {
    const n = sizeOf(shape)
    // The sum of one term is that term.
    if (arity === 0 && b < 0) emit('copy', { out, a, n })
    else emit(opcode, { out, a, b, c, n })
    // A longer sum continues from its own result: ((a + b) + c) + d.
    if (arity === 0) for (const next of c < 0 ? [] : [c, ...more]) emit(opcode, { out, a: out, b: next, n })
  },
  ...(chooses && { chooses }),
  reverse(site) {
    const shares = reverse(site)
    const { chosen, g, ops } = site
    return chosen && !chooses ? shares.map((share) => (share && share !== g ? ops.where(g, share, 0) : share)) : shares
  },
})

const unary = (opcode: Opcode, reverse: (site: ReverseSite & { x: Expression }) => Expression, chooses = false): Op =>
  elementwise(opcode, 1, (site) => [reverse({ ...site, x: site.inputs[0] })], chooses)

const binary = (
  opcode: Opcode,
  reverse: (site: ReverseSite & { a: Expression; b: Expression }) => readonly (Expression | undefined)[],
  chooses = false,
): Op => elementwise(opcode, 2, (site) => reverse({ ...site, a: site.inputs[0], b: site.inputs[1] }), chooses)

/**
 * Returns the gradients of two inputs of which the larger counts, halved if they are equal. With the two swapped, the
 * smaller counts.
 */
const larger = ({ g, ops }: ReverseSite, a: Expression, b: Expression): readonly Expression[] => {
  const half = ops.mul(g, 0.5)
  const share = (mine: Expression, other: Expression) =>
    ops.where(ops.greater(mine, other), g, ops.where(ops.greater(other, mine), 0, half))
  return [share(a, b), share(b, a)]
}

/** The entries of the table for ops that act element by element. */
export const elementwiseOps: OpTable = {
  add: elementwise('add', 0, ({ g, inputs }) => inputs.map(() => g)),
  sub: binary('sub', ({ g, ops }) => [g, ops.neg(g)]),
  mul: binary('mul', ({ g, a, b, ops }) => [ops.mul(g, b), ops.mul(g, a)]),
  div: binary('div', ({ g, b, output, ops }) => [ops.div(g, b), ops.neg(ops.div(ops.mul(g, output), b))]),
  max: binary('max', (site) => larger(site, site.a, site.b), CHOOSES),
  min: binary('min', (site) => larger(site, site.b, site.a), CHOOSES),
  greater: binary('greater', () => [undefined, undefined]),
  where: elementwise(
    'where',
    3,
    ({ g, inputs: [condition], ops }) => [undefined, ops.where(condition, g, 0), ops.where(condition, 0, g)],
    CHOOSES,
  ),
  neg: unary('neg', ({ g, ops }) => ops.neg(g)),
  exp: unary('exp', ({ g, output, ops }) => ops.mul(g, output)),
  log: unary('log', ({ g, x, ops }) => ops.div(g, x)),
  sqrt: unary(
    'sqrt',
    ({ g, x, output, ops }) => ops.where(ops.greater(x, 0), ops.div(g, ops.mul(2, output)), 0),
    CHOOSES,
  ),
  abs: unary(
    'abs',
    ({ g, x, ops }) => ops.where(ops.greater(x, 0), g, ops.where(ops.greater(0, x), ops.neg(g), 0)),
    CHOOSES,
  ),
  sigmoid: unary('sigmoid', ({ g, output: y, ops }) => ops.mul(g, ops.mul(y, ops.sub(1, y)))),
  tanh: unary('tanh', ({ g, output: y, ops }) => ops.mul(g, ops.sub(1, ops.mul(y, y)))),
  relu: unary('relu', ({ g, x, ops }) => ops.where(ops.greater(x, 0), g, 0), CHOOSES),
  softplus: unary('softplus', ({ g, x, ops }) => ops.mul(g, ops.sigmoid(x))),
  binaryCrossEntropy: binary('binaryCrossEntropy', ({ g, a: z, b: t, ops }) => [
    ops.mul(g, ops.sub(ops.sigmoid(z), t)),
    ops.neg(ops.mul(g, z)),
  ]),
}
