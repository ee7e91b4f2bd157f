import fc from 'fast-check'
import { createBuilder } from '../../../src/circuit/build.js'
import type { Expression, Ops } from '../../../src/graph/expression.js'
import { type Circuit, type Shape, sameShape, sizeOf } from '../../../src/graph/graph.js'
import { createRandom } from '../../../src/random.js'

/** One node of a random graph: its op, and the earlier nodes that it reads. */
export interface Choice {
  readonly op: number
  readonly a: number
  readonly b: number
  readonly c: number
}
export interface Graph {
  readonly seed: number
  readonly choices: readonly Choice[]
}

type Make = (ops: Ops, a: Expression, b: Expression, c: Expression) => Expression | undefined
const broadcastable = (a: Shape, b: Shape): boolean => {
  const rank = Math.min(a.length, b.length)
  return a.slice(a.length - rank).every((m, i) => {
    const n = b[b.length - rank + i]
    return m === n || m === 1 || n === 1
  })
}
const pair =
  (make: (ops: Ops, a: Expression, b: Expression) => Expression): Make =>
  (ops, a, b) =>
    broadcastable(a.shape, b.shape) ? make(ops, a, b) : undefined
/** Makes a number at least ½, where log, sqrt and division behave well. */
const positive = (ops: Ops, x: Expression): Expression => ops.add(ops.mul(x, x), 0.5)

/** Every op of the table by which a graph can grow. The results of those that could overflow are bounded by tanh. */
const makes: Readonly<Record<string, Make>> = {
  add: pair((ops, a, b) => ops.add(a, b)),
  add3: (ops, a, b, c) =>
    broadcastable(a.shape, b.shape) && broadcastable(ops.add(a, b).shape, c.shape) ? ops.add(a, b, c) : undefined,
  sub: pair((ops, a, b) => ops.sub(a, b)),
  mul: pair((ops, a, b) => ops.mul(a, ops.tanh(b))),
  div: pair((ops, a, b) => ops.div(a, positive(ops, b))),
  max: pair((ops, a, b) => ops.max(a, b)),
  min: pair((ops, a, b) => ops.min(a, b)),
  where: pair((ops, a, b) => ops.where(ops.greater(a, b), a, b)),
  neg: (ops, a) => ops.neg(a),
  exp: (ops, a) => ops.exp(ops.tanh(a)),
  log: (ops, a) => ops.log(positive(ops, a)),
  sqrt: (ops, a) => ops.sqrt(positive(ops, a)),
  abs: (ops, a) => ops.abs(a),
  sigmoid: (ops, a) => ops.sigmoid(a),
  tanh: (ops, a) => ops.tanh(a),
  relu: (ops, a) => ops.relu(a),
  softplus: (ops, a) => ops.softplus(a),
  binaryCrossEntropy: pair((ops, a, b) => ops.binaryCrossEntropy(a, ops.sigmoid(b))),
  net: (ops, a, b, c) =>
    [a, b, c].every((x) => x.shape.length === 0)
      ? ops.neuron(`neuron ${ops.constant(0).id}`, ops.tanh, [a, b], [b, c], [a, 0.5])
      : undefined,
  dense: (ops, x, w, b) => {
    if (x.shape.length !== 1 || w.shape.length !== 2 || w.shape[0] !== x.shape[0]) return undefined
    return sameShape(b.shape, [w.shape[1]!]) ? ops.dense(x, w, b) : ops.dense(x, w)
  },
  denseInput: (ops, d, w) =>
    d.shape.length === 1 && w.shape.length === 2 && w.shape[1] === d.shape[0] ? ops.denseInput(d, w) : undefined,
  outer: (ops, a, b) => (a.shape.length === 1 && b.shape.length === 1 ? ops.outer(a, b) : undefined),
  matmul: (ops, a, b) =>
    a.shape.length !== 2 || b.shape.length !== 2
      ? undefined
      : a.shape[1] === b.shape[0]
        ? ops.matmul(a, b)
        : a.shape[0] === b.shape[0]
          ? ops.matmul(a, b, { transposeA: true })
          : a.shape[1] === b.shape[1]
            ? ops.matmul(a, b, { transposeB: true })
            : undefined,
  sum: (ops, a) => (a.shape.length > 0 ? ops.sum(a, 0) : undefined),
  sumLast: (ops, a) => (a.shape.length > 0 ? ops.sum(a, a.shape.length - 1) : undefined),
  mean: (ops, a) => (a.shape.length > 0 ? ops.mean(a) : undefined),
  expand: (ops, a) => (a.shape.length < 2 ? ops.expand(a, a.shape.length, 3) : undefined),
  reshape: (ops, a) => (a.shape.length === 2 ? ops.reshape(a, [sizeOf(a.shape)]) : undefined),
  concat: (ops, a, b) => (a.shape.length === 1 && b.shape.length === 1 ? ops.concat([a, b, a]) : undefined),
  slice: (ops, a) => (a.shape[0] && a.shape[0] > 1 ? ops.slice(a, 1, a.shape[0]) : undefined),
  pad: (ops, a) => (a.shape.length > 0 ? ops.pad(a, 1, 1, a.shape.length - 1) : undefined),
  logSoftmax: (ops, a) => (a.shape.length > 0 ? ops.logSoftmax(a) : undefined),
}
const NAMES = Object.keys(makes)
const LARGEST = 64
const leaves: readonly (readonly [name: string, shape: Shape])[] = [
  ['s', []],
  ['t', []],
  ['u', [3]],
  ['v', [4]],
  ['one', [1]],
  ['M', [3, 4]],
  ['N', [4, 3]],
  ['column', [3, 1]],
]

/** Grows the graph: each choice reads existing nodes, and one whose shapes do not fit is left out. */
export const grown = (
  { seed, choices }: Graph,
  only?: Shape,
): { circuit: Circuit; values: Record<string, number[]> } => {
  const builder = createBuilder()
  const used = leaves.filter(([, shape]) => !only || sameShape(shape, only))
  const pool = used.map(([name, shape], i) =>
    i % 2 === 0 ? builder.ops.input(name, shape) : builder.ops.weight(name, { shape }),
  )
  const pick = (i: number): Expression => pool[i % pool.length]!
  for (const { op, a, b, c } of choices) {
    const x = makes[NAMES[op % NAMES.length]!]!(builder.ops, pick(a), pick(b), pick(c))
    if (x && sizeOf(x.shape) <= LARGEST && (!only || sameShape(x.shape, only))) pool.push(x)
  }
  const outputs = Object.fromEntries(pool.slice(-2).map((x, i) => [`out${i}`, x]))
  const values = Object.fromEntries(
    used.map(([name, shape]) => {
      const random = createRandom(seed, name)
      return [name, Array.from({ length: sizeOf(shape) }, (_, i) => random.normal(i))]
    }),
  )
  return { circuit: builder.finish(outputs), values }
}

const place = fc.nat({ max: 40 })
export const graphs: fc.Arbitrary<Graph> = fc.record({
  seed: fc.nat(),
  choices: fc.array(fc.record({ op: fc.nat({ max: NAMES.length - 1 }), a: place, b: place, c: place }), {
    minLength: 1,
    maxLength: 14,
  }),
})
