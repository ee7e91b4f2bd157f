import { bringSparse } from '../../../src/autodiff/sparse.js'
import { createBuilder } from '../../../src/circuit/build.js'
import type { Expression, Ops } from '../../../src/graph/expression.js'
import { type Circuit, type Shape, sizeOf } from '../../../src/graph/graph.js'
import { createRandom } from '../../../src/random.js'
import { deep } from '../../runs.js'

bringSparse()

/** An op and its leaves: what is needed to build a circuit around it and to draw numbers for it. */
export interface Case {
  readonly label: string
  readonly leaves: Readonly<Record<string, Shape>>
  readonly build: (ops: Ops, x: Readonly<Record<string, Expression>>) => Expression
}
export interface Built {
  readonly circuit: Circuit
  readonly values: Readonly<Record<string, readonly number[]>>
}
/** The numbers that a case draws: magnitudes in [from, to], of both signs or of one. */
interface Range {
  readonly from: number
  readonly to: number
  readonly signed: boolean
}
const away: Range = { from: 0.3, to: 1.5, signed: true }
const positive: Range = { from: 0.3, to: 1.5, signed: false }
const share: Range = { from: 0.05, to: 0.95, signed: false }

/** The lengths around the lanes of SIMD, of which the short run takes a few. */
export const SIZES: readonly number[] = deep ? [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 33] : [1, 2, 4, 5, 17]

const text = (shape: Shape): string => `[${shape}]`
const one =
  (op: 'neg' | 'exp' | 'log' | 'sqrt' | 'abs' | 'sigmoid' | 'tanh' | 'relu' | 'softplus') =>
  (n: number): readonly Case[] =>
    (n === 1 ? [[], [1], [1, 1]] : [[n], [n, 2], [3, n]]).map((a) => ({
      label: text(a),
      leaves: { a },
      build: (ops, x) => ops[op](x.a!),
    }))
/** Pairs of shapes: equal, a scalar beside a vector, a row beside a matrix, a column beside a row. */
const pairs = (n: number): readonly (readonly [Shape, Shape])[] => [
  ...(n === 1 ? ([[[], []]] as const) : []),
  [[n], [n]],
  [[n], []],
  [[], [n]],
  [[1], [n]],
  [
    [3, n],
    [3, n],
  ],
  [[n], [3, n]],
  [[n, 1], [4]],
  [
    [2, n],
    [2, 1],
  ],
]
const two =
  (op: 'sub' | 'mul' | 'div' | 'max' | 'min' | 'greater' | 'binaryCrossEntropy') =>
  (n: number): readonly Case[] =>
    pairs(n).map(([a, b]) => ({
      label: `${text(a)} ${text(b)}`,
      leaves: { a, b },
      build: (ops, x) => ops[op](x.a!, x.b!),
    }))

/** The cases of every row of the table of ops, for a size n. */
export const cases: Readonly<Record<string, (n: number) => readonly Case[]>> = {
  add: (n) => [
    ...pairs(n).map(
      ([a, b]): Case => ({
        label: `${text(a)} ${text(b)}`,
        leaves: { a, b },
        build: (ops, x) => ops.add(x.a!, x.b!),
      }),
    ),
    { label: 'one term', leaves: { a: [n] }, build: (ops, x) => ops.add(x.a!) },
    {
      label: 'five terms',
      leaves: { a: [n], b: [2, n], c: [], d: [2, 1], e: [n] },
      build: (ops, { a, b, c, d, e }) => ops.add(a!, b!, c!, d!, e!),
    },
  ],
  sub: two('sub'),
  mul: two('mul'),
  div: two('div'),
  max: two('max'),
  min: two('min'),
  greater: two('greater'),
  where: (n) =>
    pairs(n).map(([a, b]) => ({
      label: `${text(a)} ${text(b)}`,
      leaves: { c: a, a, b },
      build: (ops, { c, a, b }) => ops.where(ops.greater(c!, 0), a!, b!),
    })),
  neg: one('neg'),
  exp: one('exp'),
  log: one('log'),
  sqrt: one('sqrt'),
  abs: one('abs'),
  sigmoid: one('sigmoid'),
  tanh: one('tanh'),
  relu: one('relu'),
  softplus: one('softplus'),
  binaryCrossEntropy: two('binaryCrossEntropy'),
  net: (n) => {
    const names = Array.from({ length: n }, (_, i) => i)
    return [
      {
        label: `${n} terms`,
        leaves: Object.fromEntries(names.flatMap((i) => [[`x${i}`, []] as const, [`w${i}`, []] as const])),
        build: (ops, x) => {
          const terms = names.map((i) => [x[`x${i}`]!, x[`w${i}`]!] as const)
          // It is named by its first leaf's place, so that one circuit may contain two of them.
          return ops.neuron(`neuron ${x.x0!.id}`, ops.identity, ...terms)
        },
      },
    ]
  },
  dense: (n) =>
    [
      { W: [n, 5], bias: true },
      { W: [n, 4], bias: false },
      { W: [n, 3], bias: true },
      { W: [n, 1], bias: false },
      { W: [3, n], bias: true },
      { W: [2, n], bias: false },
    ].map(({ W, bias }) => ({
      label: `${text(W)}${bias ? ' + b' : ''}`,
      leaves: { x: [W[0]!], W, ...(bias && { b: [W[1]!] }) },
      build: (ops, { x, W, b }) => ops.dense(x!, W!, b),
    })),
  denseInput: (n) =>
    [
      [3, n],
      [n, 4],
      [n, 1],
    ].map((W) => ({
      label: text(W),
      leaves: { d: [W[1]!], W },
      build: (ops, { d, W }) => ops.denseInput(d!, W!),
    })),
  outer: (n) =>
    [
      [n, 3],
      [4, n],
    ].map(([a = 0, b = 0]) => ({
      label: `[${a}] [${b}]`,
      leaves: { x: [a], d: [b] },
      build: (ops, { x, d }) => ops.outer(x!, d!),
    })),
  sparseDense: (n) =>
    [
      { W: [7, n], row: [3, 2, 0.5, 6, 1.25, 0, 1], bias: true },
      { W: [7, n], row: [2, 4, 0.5, 1, 1.25, 0, 0], bias: false },
      { W: [n + 1, 3], row: [1, n, 0.75], bias: true },
      { W: [n + 1, 1], row: [2, n, 0.75, 0, 2], bias: false },
    ].map(({ W, row, bias }) => ({
      label: `${text(W)} by ${row[0]} of ${row.length >> 1}${bias ? ' + b' : ''}`,
      leaves: { W, ...(bias && { b: [W[1]!] }) },
      build: (ops, { W, b }) => ops.sparseDense(ops.constant(row), W!, b),
    })),
  sparseOuter: (n) =>
    [
      { rows: 7, m: n, row: [3, 2, 0.5, 6, -1.25, 0, 1] },
      { rows: n + 1, m: 2, row: [2, n, 0.75, 0, -2, 0, 0] },
    ].map(({ rows, m, row }) => ({
      label: `[${rows}, ${m}] by ${row[0]} of ${row.length >> 1}`,
      leaves: { d: [m] },
      build: (ops, { d }) => ops.sparseOuter(ops.constant(row), d!, rows),
    })),
  matmul: (n) =>
    [
      [n, 2, 3],
      [2, n, 3],
      [3, 2, n],
    ].flatMap(([rows = 0, k = 0, m = 0]) =>
      [false, true].flatMap((transposeA) =>
        [false, true].map((transposeB) => ({
          label: `[${rows}, ${k}]${transposeA ? 'ᵀ' : ''} [${k}, ${m}]${transposeB ? 'ᵀ' : ''}`,
          leaves: { a: transposeA ? [k, rows] : [rows, k], b: transposeB ? [m, k] : [k, m] },
          build: (ops: Ops, { a, b }: Readonly<Record<string, Expression>>) =>
            ops.matmul(a!, b!, { transposeA, transposeB }),
        })),
      ),
    ),
  sum: (n) =>
    [
      { a: [n], axis: 0 },
      { a: [n, 3], axis: 0 },
      { a: [n, 3], axis: 1 },
      { a: [2, n, 3], axis: 1 },
    ].map(({ a, axis }) => ({
      label: `${text(a)} axis ${axis}`,
      leaves: { a },
      build: (ops, x) => ops.sum(x.a!, axis),
    })),
  expand: (n) =>
    [
      { a: [], axis: 0, count: n },
      { a: [n], axis: 0, count: 3 },
      { a: [n], axis: 1, count: 3 },
      { a: [2, n], axis: 1, count: 2 },
    ].map(({ a, axis, count }) => ({
      label: `${text(a)} axis ${axis} × ${count}`,
      leaves: { a },
      build: (ops, x) => ops.expand(x.a!, axis, count),
    })),
  reshape: (n) => [
    { label: `[${n}, 2] flat`, leaves: { a: [n, 2] }, build: (ops, x) => ops.reshape(x.a!, [2 * n]) },
    { label: `[${n}] to a row`, leaves: { a: [n] }, build: (ops, x) => ops.reshape(x.a!, [1, n]) },
  ],
  concat: (n) => [
    { label: `[${n}] [3]`, leaves: { a: [n], b: [3] }, build: (ops, x) => ops.concat([x.a!, x.b!]) },
    { label: `[${n}] twice`, leaves: { a: [n] }, build: (ops, x) => ops.concat([x.a!, x.a!]) },
    {
      label: `[2, ${n}] [2, 3] [2, 1] axis 1`,
      leaves: { a: [2, n], b: [2, 3], c: [2, 1] },
      build: (ops, x) => ops.concat([x.a!, x.b!, x.c!], 1),
    },
    { label: `[${n}, 2] [1, 2]`, leaves: { a: [n, 2], b: [1, 2] }, build: (ops, x) => ops.concat([x.a!, x.b!], 0) },
  ],
  slice: (n) => [
    { label: `[${n + 2}]`, leaves: { a: [n + 2] }, build: (ops, x) => ops.slice(x.a!, 1, n + 1) },
    { label: `[2, ${n + 2}] axis 1`, leaves: { a: [2, n + 2] }, build: (ops, x) => ops.slice(x.a!, 1, n + 1, 1) },
    { label: `[${n + 1}, 3]`, leaves: { a: [n + 1, 3] }, build: (ops, x) => ops.slice(x.a!, 1, n + 1, 0) },
  ],
  pad: (n) => [
    { label: `[${n}]`, leaves: { a: [n] }, build: (ops, x) => ops.pad(x.a!, 2, 3) },
    { label: `[2, ${n}] axis 1`, leaves: { a: [2, n] }, build: (ops, x) => ops.pad(x.a!, 1, 2, 1) },
    { label: `[${n}, 3]`, leaves: { a: [n, 3] }, build: (ops, x) => ops.pad(x.a!, 0, 1, 0) },
  ],
  logSoftmax: (n) => [
    { label: `[${n}]`, leaves: { a: [n] }, build: (ops, x) => ops.logSoftmax(x.a!) },
    { label: `[3, ${n}]`, leaves: { a: [3, n] }, build: (ops, x) => ops.logSoftmax(x.a!) },
  ],
}

/** A target lies between 0 and 1; log and sqrt need positive numbers. */
const rangeOf = (op: string, leaf: string): Range =>
  op === 'binaryCrossEntropy' && leaf === 'b' ? share : op === 'log' || op === 'sqrt' ? positive : away

export type Form = 'plain' | 'shared'
/** How an op is used in a circuit. */
export const FORMS: Readonly<
  Record<Form, (op: Case, ops: Ops, x: Readonly<Record<string, Expression>>) => Expression>
> = {
  plain: (op, ops, x) => op.build(ops, x),
  /** The op's node has three outgoing edges, and each leaf is used in two places. */
  shared: (op, ops, x) => {
    const scaled = Object.fromEntries(Object.entries(x).map(([name, leaf]) => [name, ops.mul(leaf, 0.75)]))
    const y = op.build(ops, x)
    return ops.add(ops.mul(y, y), y, ops.neg(op.build(ops, scaled)))
  },
}

/** A circuit around the op, whose leaves lie away from corners; the first leaf is an input, the others are weights. */
export const built = (op: string, given: Case, form: Form = 'plain', seed = 1): Built => {
  const builder = createBuilder()
  const leaves = Object.entries(given.leaves)
  const x = Object.fromEntries(
    leaves.map(([name, shape], i) => [
      name,
      i === 0 ? builder.ops.input(name, shape) : builder.ops.weight(name, { shape }),
    ]),
  )
  const y = FORMS[form](given, builder.ops, x)
  const values = Object.fromEntries(
    leaves.map(([name, shape]) => {
      const { from, to, signed } = rangeOf(op, name)
      const random = createRandom(seed, `${op} ${given.label} ${name}`)
      const number = (i: number): number => {
        const size = from + (to - from) * random.uniform(2 * i)
        return signed && random.uniform(2 * i + 1) < 0.5 ? -size : size
      }
      return [name, Array.from({ length: sizeOf(shape) }, (_, i) => number(i))]
    }),
  )
  return { circuit: builder.finish({ y }), values }
}
