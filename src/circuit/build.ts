import type { Op } from '../autodiff/op.js'
import { ops as table } from '../autodiff/ops.js'
import type { Initializer } from '../initializers/initializer.js'
import { type Attributes, type Circuit, type Node, type Shape, sameShape, shapeText, sizeOf } from './graph.js'

/** A node under construction: what the ops take and give. */
export interface Expression {
  readonly id: number
  readonly shape: Shape
}
export type Operand = Expression | number

/** A term of a neuron: an input, or an input with the weight that sits on its edge. */
export type Term = Expression | readonly [input: Expression, weight: Operand]

export interface WeightConfig {
  readonly shape?: Shape
  /** Where it starts: a number for all of it, the numbers themselves, or an initializer (default: zeros). */
  readonly initial?: number | readonly number[] | Initializer
  /** Its parameter group, for learning rates and freezing: `weight` (default), `bias`, or a name of yours. */
  readonly group?: string
  /** How many numbers flow into one of its outputs; initializers and auto() read it. */
  readonly fanIn?: number
}

/** The ops a circuit is built of. Numbers stand for constants; shapes broadcast as in NumPy. */
export interface Ops {
  input(name: string, shape?: Shape): Expression
  weight(name: string, config?: WeightConfig): Expression
  constant(value: number | readonly number[], shape?: Shape): Expression
  /** Gives a node its name. */
  named(name: string, x: Expression): Expression
  /** net = Σ weight·input, output = activation(net); both are nodes: `x2` and its `net2`. */
  neuron(name: string, activation: (net: Expression) => Expression, ...terms: readonly Term[]): Expression
  add(...terms: readonly Operand[]): Expression
  sub(a: Operand, b: Operand): Expression
  mul(a: Operand, b: Operand): Expression
  div(a: Operand, b: Operand): Expression
  max(a: Operand, b: Operand): Expression
  min(a: Operand, b: Operand): Expression
  /** 1 where a > b, else 0. No gradient flows through it. */
  greater(a: Operand, b: Operand): Expression
  /** a where the condition is not 0, else b; each side's gradient is selected, never multiplied by a mask. */
  where(condition: Operand, a: Operand, b: Operand): Expression
  neg(x: Operand): Expression
  exp(x: Operand): Expression
  log(x: Operand): Expression
  sqrt(x: Operand): Expression
  abs(x: Operand): Expression
  sigmoid(x: Operand): Expression
  tanh(x: Operand): Expression
  relu(x: Operand): Expression
  softplus(x: Operand): Expression
  identity(x: Expression): Expression
  /** max(z, 0) − z·t + log(1 + e^(−|z|)): binary cross-entropy of a logit z and a target t in [0, 1]. */
  binaryCrossEntropy(logit: Operand, target: Operand): Expression
  /** y = xW + b: x [n], W [n, m], b [m]. */
  dense(x: Expression, weights: Expression, bias?: Expression): Expression
  /** y = Wδ: δ [m], W [n, m], y [n]: the adjoint of `dense` in its input. */
  denseInput(delta: Expression, weights: Expression): Expression
  /** x ⊗ δ: [n], [m] → [n, m]. */
  outer(x: Expression, delta: Expression): Expression
  /** y = b + Σ v_k·W[i_k] of a sparse row h [1 + 2n]: how many, then i and v of each. No gradient flows to h. */
  sparseDense(h: Expression, weights: Expression, bias?: Expression): Expression
  /** [rows, m] of zeros but for v_k·δ added to row i_k: the adjoint of `sparseDense` in its weights. */
  sparseOuter(h: Expression, delta: Expression, rows: number): Expression
  matmul(a: Expression, b: Expression, config?: { transposeA?: boolean; transposeB?: boolean }): Expression
  /** Over everything, or over one axis. */
  sum(x: Expression, axis?: number): Expression
  mean(x: Expression, axis?: number): Expression
  concat(parts: readonly Expression[], axis?: number): Expression
  slice(x: Expression, start: number, end: number, axis?: number): Expression
  /** Zeros before and after, along one axis: the adjoint of `slice`. */
  pad(x: Expression, before: number, after: number, axis?: number): Expression
  reshape(x: Expression, shape: Shape): Expression
  /** Repeats x `count` times along a new axis: the adjoint of `sum`. */
  expand(x: Expression, axis: number, count: number): Expression
  broadcast(x: Expression, shape: Shape): Expression
  /** z − log Σ exp z, along the last axis. */
  logSoftmax(x: Expression): Expression
}

/** Collects nodes as the ops are called. */
export interface Builder {
  readonly nodes: readonly Node[]
  readonly ops: Ops
  expression(id: number): Expression
  /** Calls an op of the table by name. */
  apply(op: string, inputs: readonly Expression[], attributes?: Attributes): Expression
  finish(outputs: Readonly<Record<string, Expression>>): Circuit
}

const netName = (name: string): string => (/^[a-z]+\d+$/i.test(name) ? name.replace(/^[a-z]+/i, 'net') : `net(${name})`)

/** The shape that two broadcast to, by NumPy's rule. */
const commonShape = (a: Shape, b: Shape, what: string): Shape => {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const m = a[a.length - rank + i] ?? 1
    const n = b[b.length - rank + i] ?? 1
    if (m !== n && m !== 1 && n !== 1)
      throw new RangeError(
        `${what}: shapes ${shapeText(a)} and ${shapeText(b)} do not broadcast; expected equal sizes or 1.`,
      )
    return m === 1 ? n : m
  })
}

/** Numbers that JSON gives back as they were: as many as the shape has, finite, and no −0. */
const portable = (what: string, value: number | readonly number[], shape: Shape): number | readonly number[] => {
  const numbers = typeof value === 'number' ? [value] : value
  const wrong = numbers.find((x) => !Number.isFinite(x))
  if (wrong !== undefined) throw new RangeError(`${what}: ${wrong} is no finite number; a circuit must survive JSON.`)
  if (typeof value === 'number') return value + 0
  if (value.length !== sizeOf(shape))
    throw new RangeError(`${what}: ${value.length} numbers were given; ${shapeText(shape)} has ${sizeOf(shape)}.`)
  return value.map((x) => x + 0)
}

/** Starts a graph, empty or as a continuation of a circuit's nodes. */
export const createBuilder = (start: readonly Node[] = []): Builder => {
  const nodes: Node[] = [...start]
  const names = new Set(nodes.flatMap(({ name }) => name ?? []))

  const expression = (id: number): Expression => ({ id, shape: (nodes[id] as Node).shape })

  const push = (node: Node): Expression => {
    if (node.name !== undefined) claim(node.name)
    nodes.push(node)
    return expression(nodes.length - 1)
  }
  const claim = (name: string): void => {
    if (names.has(name)) throw new RangeError(`circuit: two nodes are named '${name}'; give each its own name.`)
    names.add(name)
  }

  const apply = (op: string, inputs: readonly Expression[], attributes?: Attributes): Expression => {
    const row: Op | undefined = table[op]
    if (!row) throw new RangeError(`circuit: there is no op '${op}'; there are ${Object.keys(table).join(', ')}.`)
    const shape = row.shape(
      inputs.map((x) => x.shape),
      attributes ?? {},
    )
    return push({ op, inputs: inputs.map((x) => x.id), shape, ...(attributes && { attributes }) })
  }

  const constant = (
    value: number | readonly number[],
    shape: Shape = typeof value === 'number' ? [] : [value.length],
  ) => push({ op: 'constant', inputs: [], shape, attributes: { value: portable('constant', value, shape) } })
  const lift = (x: Operand): Expression => (typeof x === 'number' ? constant(x) : x)

  const broadcast = (x: Expression, shape: Shape): Expression => {
    if (sameShape(x.shape, shape)) return x
    // drop the axes that x has as 1 and the result has longer, then repeat along each of them
    const offset = shape.length - x.shape.length
    const repeated = shape.flatMap((n, axis) =>
      axis < offset || (x.shape[axis - offset] === 1 && n !== 1) ? [axis] : [],
    )
    const kept = shape.filter((_, axis) => !repeated.includes(axis))
    const base = sameShape(x.shape, kept) ? x : apply('reshape', [x], { shape: kept })
    return repeated.reduce((y, axis) => apply('expand', [y], { axis, count: shape[axis] as number }), base)
  }
  const aligned = (what: string, operands: readonly Operand[]): Expression[] => {
    const lifted = operands.map(lift)
    const shape = lifted.reduce<Shape>((s, x) => commonShape(s, x.shape, what), [])
    return lifted.map((x) => broadcast(x, shape))
  }
  const elementwise =
    (op: string) =>
    (...operands: readonly Operand[]): Expression =>
      apply(op, aligned(op, operands))

  const named = (name: string, x: Expression): Expression => {
    const node = nodes[x.id] as Node
    if (node.name !== undefined)
      throw new RangeError(`circuit: node '${node.name}' is named already; '${name}' cannot rename it.`)
    claim(name)
    nodes[x.id] = { ...node, name }
    return x
  }

  const sum = (x: Expression, axis?: number): Expression =>
    axis === undefined
      ? apply('sum', [x.shape.length === 1 ? x : ops.reshape(x, [x.shape.reduce((a, b) => a * b, 1)])], { axis: 0 })
      : apply('sum', [x], { axis })

  const ops: Ops = {
    input: (name, shape = []) => push({ op: 'input', inputs: [], shape, name }),
    weight: (name, { shape = [], initial: given = 0, group = 'weight', fanIn = 1 } = {}) => {
      const initial =
        typeof given === 'number' || Array.isArray(given) ? portable(`weight '${name}'`, given, shape) : given
      return push({
        op: 'weight',
        inputs: [],
        shape,
        name,
        attributes: { initial: initial as Attributes, group, fanIn },
      })
    },
    constant,
    named,
    neuron: (name, activation, ...terms) => {
      const pairs = terms.flatMap((term) => {
        const [x, w] = Array.isArray(term) ? (term as [Expression, Operand]) : [term as Expression, 1]
        return [x, lift(w)]
      })
      const net = apply('net', pairs)
      const output = activation(net)
      if (output.id === net.id) return named(name, net)
      const usual = netName(name)
      named(names.has(usual) ? `net(${name})` : usual, net)
      return named(name, output)
    },
    add: elementwise('add'),
    sub: elementwise('sub'),
    mul: elementwise('mul'),
    div: elementwise('div'),
    max: elementwise('max'),
    min: elementwise('min'),
    greater: elementwise('greater'),
    where: elementwise('where'),
    neg: elementwise('neg'),
    exp: elementwise('exp'),
    log: elementwise('log'),
    sqrt: elementwise('sqrt'),
    abs: elementwise('abs'),
    sigmoid: elementwise('sigmoid'),
    tanh: elementwise('tanh'),
    relu: elementwise('relu'),
    softplus: elementwise('softplus'),
    identity: (x) => x,
    binaryCrossEntropy: elementwise('binaryCrossEntropy'),
    dense: (x, weights, bias) => apply('dense', bias ? [x, weights, bias] : [x, weights]),
    denseInput: (delta, weights) => apply('denseInput', [delta, weights]),
    outer: (x, delta) => apply('outer', [x, delta]),
    sparseDense: (h, weights, bias) => apply('sparseDense', bias ? [h, weights, bias] : [h, weights]),
    sparseOuter: (h, delta, rows) => apply('sparseOuter', [h, delta], { rows }),
    matmul: (a, b, { transposeA = false, transposeB = false } = {}) =>
      apply('matmul', [a, b], { transposeA, transposeB }),
    sum,
    mean: (x, axis) => {
      const total = sum(x, axis)
      const count = x.shape.reduce((a, b) => a * b, 1) / total.shape.reduce((a, b) => a * b, 1)
      return ops.div(total, count)
    },
    concat: (parts, axis = 0) => apply('concat', parts, { axis }),
    slice: (x, start, end, axis = 0) => apply('slice', [x], { start, end, axis }),
    pad: (x, before, after, axis = 0) => apply('pad', [x], { before, after, axis }),
    reshape: (x, shape) => (sameShape(x.shape, shape) ? x : apply('reshape', [x], { shape })),
    expand: (x, axis, count) => apply('expand', [x], { axis, count }),
    broadcast,
    logSoftmax: (x) => apply('logSoftmax', [x]),
  }

  const finish = (outputs: Readonly<Record<string, Expression>>): Circuit => {
    for (const [name, x] of Object.entries(outputs))
      if ((nodes[x.id] as Node).name === undefined && !names.has(name)) named(name, x)
    return { nodes: [...nodes], outputs: Object.fromEntries(Object.entries(outputs).map(([name, x]) => [name, x.id])) }
  }

  return { nodes, ops, expression, apply, finish }
}

/**
 * Builds f_θ: a circuit of named nodes.
 *
 * @example
 * const f = circuit(({ input, weight, neuron, sub, sigmoid }) => {
 *   const x2 = neuron('x2', sigmoid, [input('x3'), weight('w3')], [input('x4'), weight('w4')])   // net2 and x2
 *   return { f: sub(input('x1'), x2) }
 * })
 */
export const circuit = (build: (ops: Ops) => Readonly<Record<string, Expression>>): Circuit => {
  const builder = createBuilder()
  return builder.finish(build(builder.ops))
}
