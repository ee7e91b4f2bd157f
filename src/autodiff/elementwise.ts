import type { Expression } from '../circuit/build.js'
import { sameShape, shapeText, sizeOf } from '../circuit/graph.js'
import type { Opcode } from '../program/bytecode.js'
import { exp64, log64, pow64, sigmoid64, softplus64, tanh64 } from '../program/elementary/index.js'
import type { Op, OpTable, ReverseSite } from './op.js'

type Scalars = readonly number[]
const CHOOSES = true

/**
 * An op that treats each element alone. `dual` takes the inputs' values and tangents and gives the result and its
 * tangent, written from the op's definition.
 *
 * Where an op has a corner, this is the derivative taken there:
 *
 * | op | at | taken |
 * |---|---|---|
 * | relu | 0 | 0 |
 * | abs | 0 | 0 |
 * | max, min | a = b | ½ to each |
 * | sqrt | 0 | 0 |
 * | greater, and `where` in its condition | everywhere | none |
 *
 * An op that `chooses` among its inputs gives the others an adjoint of exactly 0. What lies behind them may be infinite or
 * NaN (where(x > 0, log(x), 0) at 0), so the ops there select too: 0 stays 0, whatever the slope.
 */
const elementwise = (
  opcode: Opcode,
  arity: number,
  reverse: (site: ReverseSite) => readonly (Expression | undefined)[],
  dual: (x: Scalars, dx: Scalars) => readonly [number, number],
  chooses = false,
): Op => ({
  shape(inputs) {
    const first = inputs[0] ?? []
    if (inputs.length < 1 || (arity > 0 && inputs.length !== arity))
      throw new RangeError(`${opcode}: takes ${arity} inputs, was given ${inputs.length}.`)
    for (const shape of inputs)
      if (!sameShape(shape, first))
        throw new RangeError(
          `${opcode}: shapes ${shapeText(first)} and ${shapeText(shape)} differ; broadcast them first.`,
        )
    return first
  },
  lower({ out, inputs: [a = -1, b = -1, c = -1, ...more], shape, emit }) {
    const n = sizeOf(shape)
    // a sum of one term is that term
    if (arity === 0 && b < 0) emit('copy', { out, a, n })
    else emit(opcode, { out, a, b, c, n })
    // a longer sum goes on from its own result: ((a + b) + c) + d
    if (arity === 0) for (const next of c < 0 ? [] : [c, ...more]) emit(opcode, { out, a: out, b: next, n })
  },
  ...(chooses && { chooses }),
  reverse(site) {
    const shares = reverse(site)
    const { chosen, g, ops } = site
    return chosen && !chooses ? shares.map((share) => (share && share !== g ? ops.where(g, share, 0) : share)) : shares
  },
  dual(inputs, { shape }) {
    const n = sizeOf(shape)
    const value = new Float64Array(n)
    const tangent = new Float64Array(n)
    const x = new Array<number>(inputs.length).fill(0)
    const dx = [...x]
    for (let i = 0; i < n; i++) {
      inputs.forEach((input, j) => {
        x[j] = input.value[i] as number
        dx[j] = input.tangent[i] as number
      })
      const [y, dy] = dual(x, dx)
      value[i] = y
      tangent[i] = dy
    }
    return { value, tangent }
  },
})

const unary = (
  opcode: Opcode,
  reverse: (site: ReverseSite & { x: Expression }) => Expression,
  dual: (x: number, dx: number) => readonly [number, number],
  chooses = false,
): Op =>
  elementwise(
    opcode,
    1,
    (site) => [reverse({ ...site, x: site.inputs[0] as Expression })],
    ([x = 0], [dx = 0]) => dual(x, dx),
    chooses,
  )

const binary = (
  opcode: Opcode,
  reverse: (site: ReverseSite & { a: Expression; b: Expression }) => readonly (Expression | undefined)[],
  dual: (a: number, b: number, da: number, db: number) => readonly [number, number],
  chooses = false,
): Op =>
  elementwise(
    opcode,
    2,
    (site) => reverse({ ...site, a: site.inputs[0] as Expression, b: site.inputs[1] as Expression }),
    ([a = 0, b = 0], [da = 0, db = 0]) => dual(a, b, da, db),
    chooses,
  )

/** The gradients of two where the larger counts, halved where they tie. With the two swapped: where the smaller does. */
const larger = ({ g, ops }: ReverseSite, a: Expression, b: Expression): readonly Expression[] => {
  const half = ops.mul(g, 0.5)
  const share = (mine: Expression, other: Expression) =>
    ops.where(ops.greater(mine, other), g, ops.where(ops.greater(other, mine), 0, half))
  return [share(a, b), share(b, a)]
}

/** The rows of the table that act element by element. */
export const elementwiseOps: OpTable = {
  add: elementwise(
    'add',
    0,
    ({ g, inputs }) => inputs.map(() => g),
    (x, dx) => [x.reduce((a, b) => a + b), dx.reduce((a, b) => a + b)],
  ),
  sub: binary(
    'sub',
    ({ g, ops }) => [g, ops.neg(g)],
    (a, b, da, db) => [a - b, da - db],
  ),
  mul: binary(
    'mul',
    ({ g, a, b, ops }) => [ops.mul(g, b), ops.mul(g, a)],
    (a, b, da, db) => [a * b, da * b + a * db],
  ),
  div: binary(
    'div',
    ({ g, b, output, ops }) => [ops.div(g, b), ops.neg(ops.div(ops.mul(g, output), b))],
    (a, b, da, db) => [a / b, (da - (a / b) * db) / b],
  ),
  max: binary(
    'max',
    (site) => larger(site, site.a, site.b),
    (a, b, da, db) => (a > b ? [a, da] : b > a ? [b, db] : [a, (da + db) / 2]),
    CHOOSES,
  ),
  min: binary(
    'min',
    (site) => larger(site, site.b, site.a),
    (a, b, da, db) => (a < b ? [a, da] : b < a ? [b, db] : [a, (da + db) / 2]),
    CHOOSES,
  ),
  greater: binary(
    'greater',
    () => [undefined, undefined],
    (a, b) => [a > b ? 1 : 0, 0],
  ),
  where: elementwise(
    'where',
    3,
    ({ g, inputs: [condition], ops }) => [
      undefined,
      ops.where(condition as Expression, g, 0),
      ops.where(condition as Expression, 0, g),
    ],
    ([c = 0, a = 0, b = 0], [, da = 0, db = 0]) => (c !== 0 ? [a, da] : [b, db]),
    CHOOSES,
  ),
  neg: unary(
    'neg',
    ({ g, ops }) => ops.neg(g),
    (x, dx) => [-x, -dx],
  ),
  exp: unary(
    'exp',
    ({ g, output, ops }) => ops.mul(g, output),
    (x, dx) => [exp64(x), exp64(x) * dx],
  ),
  log: unary(
    'log',
    ({ g, x, ops }) => ops.div(g, x),
    (x, dx) => [log64(x), dx / x],
  ),
  sqrt: unary(
    'sqrt',
    ({ g, x, output, ops }) => ops.where(ops.greater(x, 0), ops.div(g, ops.mul(2, output)), 0),
    (x, dx) => [Math.sqrt(x), x > 0 ? (0.5 * dx) / Math.sqrt(x) : 0],
    CHOOSES,
  ),
  abs: unary(
    'abs',
    ({ g, x, ops }) => ops.where(ops.greater(x, 0), g, ops.where(ops.greater(0, x), ops.neg(g), 0)),
    (x, dx) => [Math.abs(x), x > 0 ? dx : x < 0 ? -dx : 0],
    CHOOSES,
  ),
  sigmoid: unary(
    'sigmoid',
    ({ g, output: y, ops }) => ops.mul(g, ops.mul(y, ops.sub(1, y))),
    (x, dx) => [sigmoid64(x), sigmoid64(x) * sigmoid64(-x) * dx],
  ),
  tanh: unary(
    'tanh',
    ({ g, output: y, ops }) => ops.mul(g, ops.sub(1, ops.mul(y, y))),
    // 1 − tanh² = 4 / (eˣ + e⁻ˣ)²
    (x, dx) => [tanh64(x), (4 * dx) / pow64(exp64(x) + exp64(-x), 2)],
  ),
  relu: unary(
    'relu',
    ({ g, x, ops }) => ops.where(ops.greater(x, 0), g, 0),
    (x, dx) => (x > 0 ? [x, dx] : [0, 0]),
    CHOOSES,
  ),
  softplus: unary(
    'softplus',
    ({ g, x, ops }) => ops.mul(g, ops.sigmoid(x)),
    (x, dx) => [softplus64(x), dx / (1 + exp64(-x))],
  ),
  binaryCrossEntropy: binary(
    'binaryCrossEntropy',
    ({ g, a: z, b: t, ops }) => [ops.mul(g, ops.sub(ops.sigmoid(z), t)), ops.neg(ops.mul(g, z))],
    (z, t, dz, dt) => [softplus64(z) - z * t, dz / (1 + exp64(-z)) - dz * t - z * dt],
  ),
}
