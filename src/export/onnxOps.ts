import type { Attributes } from '../graph/graph.js'
import { type Shape, sizeOf } from '../graph/graph.js'
import type { Name, OnnxGraph } from './onnxGraph.js'
import type { ElementType } from './onnxProto.js'

/** A node's value in the exported graph. */
export interface OnnxValue {
  readonly name: Name
  /** Its shape for one row. */
  readonly shape: Shape
  /** Whether it differs between rows: then its first dimension is the number of rows. */
  readonly perRow: boolean
}

/** A node that is to be exported, and what it reads. */
export interface OnnxSite {
  readonly graph: OnnxGraph
  /** The type of the model's numbers. */
  readonly type: ElementType
  readonly inputs: readonly OnnxValue[]
  readonly shape: Shape
  readonly attributes: Attributes
  /** Whether one of the inputs differs between rows. */
  readonly perRow: boolean
  number(value: number): Name
  whole(...values: readonly number[]): Name
}

/** Adds the nodes that compute an op, and returns the name of the result. */
type OnnxOp = (site: OnnxSite) => Name

const each =
  (op: string): OnnxOp =>
  ({ graph, inputs }) =>
    graph.node(
      op,
      inputs.map(({ name }) => name),
    )

/** All axes count from the last one, so that they are the same with and without the rows in front. */
const fromLast = (axis: unknown, shape: Shape): number => (axis as number) - shape.length

/** Returns an input of which there is one for each row if any of the inputs differs between rows. */
const alike = ({ graph, perRow }: OnnxSite, { name, shape, perRow: own }: OnnxValue): Name =>
  perRow && !own ? graph.perRow(name, shape) : name

const transposed = ({ graph }: OnnxSite, { name, perRow }: OnnxValue, wanted = true): Name =>
  wanted ? graph.node('Transpose', [name], { perm: perRow ? [0, 2, 1] : [1, 0] }) : name

/** The product of a vector and a matrix, of which each may differ between rows. */
const vectorTimes = ({ graph, whole }: OnnxSite, x: Name, matrix: Name, isMatrixPerRow: boolean): Name => {
  if (!isMatrixPerRow) return graph.node('MatMul', [x, matrix])
  const row = graph.node('Unsqueeze', [x, whole(-2)])
  return graph.node('Squeeze', [graph.node('MatMul', [row, matrix]), whole(-2)])
}

const plus = ({ graph }: OnnxSite, a: Name, b: OnnxValue | undefined): Name => (b ? graph.node('Add', [a, b.name]) : a)

/** log(1 + eˣ) = max(x, 0) + log(1 + e^(−|x|)), which the runtime does not have in f64. */
const softplus = ({ graph, number }: OnnxSite, x: Name): Name => {
  const decay = graph.node('Exp', [graph.node('Neg', [graph.node('Abs', [x])])])
  return graph.node('Add', [graph.node('Relu', [x]), graph.node('Log', [graph.node('Add', [number(1), decay])])])
}

/** In f64 it is 1/(1 + e^(−x)), because ONNX Runtime makes of x·σ(x) one op, which it does not have in f64. */
const sigmoid: OnnxOp = (site) => {
  const { graph, inputs, number, type } = site
  if (type === 'float') return each('Sigmoid')(site)
  const decay = graph.node('Exp', [graph.node('Neg', [inputs[0].name])])
  return graph.node('Div', [number(1), graph.node('Add', [number(1), decay])])
}

/** y = b + Σ v_k·W[i_k] over the entries of a sparse row [count, i, v, i, v, …]. */
const sparseDense: OnnxOp = (site) => {
  const { graph, inputs, number, whole, type } = site
  const [h, weights, bias] = inputs
  if (weights.perRow)
    throw new RangeError("toOnnx: an op 'sparseDense' reads weights that differ between rows; expected those of θ.")
  const width = h.shape[0]
  const entries = (width - 1) / 2
  const every = (start: number): Name => graph.node('Slice', [h.name, whole(start), whole(width), whole(-1), whole(2)])
  const count = graph.node('Slice', [h.name, whole(0), whole(1), whole(-1)])
  const places = graph.constant(
    type,
    Array.from({ length: entries }, (_, k) => k),
  )
  // Places beyond the count hold whatever was there before.
  const isEntry = graph.node('Less', [places, count])
  const found = (x: Name): Name => graph.node('Where', [isEntry, x, number(0)])
  const indices = graph.cast(found(every(1)), 'int64')
  const values = graph.node('Unsqueeze', [found(every(2)), whole(-1)])
  const rows = graph.node('Mul', [graph.node('Gather', [weights.name, indices], { axis: 0 }), values])
  return plus(site, graph.node('ReduceSum', [rows, whole(-2)], { keepdims: 0 }), bias)
}

/**
 * The counterparts of the ops in ONNX. The adjoints `denseInput`, `outer` and `matmul` are here because a circuit may
 * use them in its forward pass; `sparseOuter` is not, as its result is a gradient.
 */
export const onnxOps: Readonly<Record<string, OnnxOp>> = {
  sub: each('Sub'),
  mul: each('Mul'),
  div: each('Div'),
  max: each('Max'),
  min: each('Min'),
  neg: each('Neg'),
  exp: each('Exp'),
  log: each('Log'),
  sqrt: each('Sqrt'),
  abs: each('Abs'),
  sigmoid,
  tanh: each('Tanh'),
  relu: each('Relu'),
  add: ({ graph, inputs: [first, ...others] }) =>
    others.reduce((sum, { name }) => graph.node('Add', [sum, name]), first.name),
  greater: (site) => site.graph.cast(each('Greater')(site), site.type),
  where: ({ graph, number, inputs: [condition, a, b] }) =>
    graph.node('Where', [graph.node('Not', [graph.node('Equal', [condition.name, number(0)])]), ...[a.name, b.name]]),
  softplus: (site) => softplus(site, site.inputs[0].name),
  binaryCrossEntropy: (site) => {
    const [z, t] = site.inputs
    return site.graph.node('Sub', [softplus(site, z.name), site.graph.node('Mul', [z.name, t.name])])
  },
  net: ({ graph, inputs }) =>
    inputs
      .flatMap(({ name }, i) => (i % 2 === 0 ? [graph.node('Mul', [inputs[i + 1].name, name])] : []))
      .reduce((sum, term) => graph.node('Add', [sum, term])),
  dense: (site) => {
    const [x, weights, bias] = site.inputs
    return plus(site, vectorTimes(site, x.name, weights.name, weights.perRow), bias)
  },
  denseInput: (site) => {
    const [delta, weights] = site.inputs
    return vectorTimes(site, delta.name, transposed(site, weights), weights.perRow)
  },
  outer: ({ graph, whole, inputs: [x, delta] }) =>
    graph.node('Mul', [graph.node('Unsqueeze', [x.name, whole(-1)]), graph.node('Unsqueeze', [delta.name, whole(-2)])]),
  matmul: (site) => {
    const { transposeA, transposeB } = site.attributes
    const [a, b] = site.inputs
    return site.graph.node('MatMul', [
      transposed(site, a, transposeA === true),
      transposed(site, b, transposeB === true),
    ])
  },
  sparseDense,
  sum: ({ graph, whole, inputs: [x], attributes: { axis } }) =>
    graph.node('ReduceSum', [x.name, whole(fromLast(axis, x.shape))], { keepdims: 0 }),
  expand: ({ graph, whole, inputs: [x], shape, attributes: { axis } }) =>
    graph.node('Expand', [
      graph.node('Unsqueeze', [x.name, whole(fromLast(axis, shape))]),
      whole(...shape.slice(axis as number).map((n, i) => (i === 0 ? n : 1))),
    ]),
  logSoftmax: ({ graph, inputs: [x] }) => graph.node('LogSoftmax', [x.name], { axis: -1 }),
  reshape: ({ graph, whole, inputs: [x], shape }) =>
    graph.node('Reshape', [x.name, whole(...(x.perRow ? [0] : []), ...shape)]),
  concat: (site) =>
    site.graph.node(
      'Concat',
      site.inputs.map((x) => alike(site, x)),
      { axis: fromLast(site.attributes.axis, site.shape) },
    ),
  slice: ({ graph, whole, inputs: [x], attributes: { start, end, axis } }) =>
    graph.node('Slice', [x.name, whole(start as number), whole(end as number), whole(fromLast(axis, x.shape))]),
  pad: (site) => {
    const { graph, type, inputs, shape, attributes } = site
    const [x] = inputs
    const axis = attributes.axis as number
    const zeros = (n: unknown): readonly Name[] => {
      const size = shape.map((own, i) => (i === axis ? (n as number) : own))
      const part = n === 0 ? undefined : graph.constant(type, new Array<number>(sizeOf(size)).fill(0), size)
      return part === undefined ? [] : [alike(site, { name: part, shape: size, perRow: false })]
    }
    return graph.node('Concat', [...zeros(attributes.before), x.name, ...zeros(attributes.after)], {
      axis: fromLast(axis, shape),
    })
  },
}
