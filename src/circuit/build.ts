import type { Op } from '../autodiff/op.js'
import { ops as table } from '../autodiff/ops.js'
import { bringSparse } from '../autodiff/sparse.js'
import type { Builder, Expression, Operand, Ops } from '../graph/expression.js'
import { type Attributes, type Circuit, type Node, type Shape, sameShape } from '../graph/graph.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import { commonShape, netName, portable } from './parts.js'

/** Creates a builder, which starts with an empty graph or continues a circuit's nodes. */
export const createBuilder = (start: readonly Node[] = []): Builder => {
  const nodes: Node[] = [...start]
  const names = new Set(nodes.flatMap(({ name }) => name ?? []))

  const expression = (id: number): Expression => ({ id, shape: nodes[id].shape })

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
  const nodeOf = (x: Expression): Node => {
    const node = nodes[(x as Expression | null)?.id as number]
    if (!node) throw new TypeError(`circuit: ${shown(x)} is given; expected an expression, which the ops return.`)
    return node
  }
  const lift = (x: Operand): Expression => (typeof x === 'number' ? constant(x) : nodeOf(x) && x)

  const broadcast = (x: Expression, shape: Shape): Expression => {
    if (sameShape(x.shape, shape)) return x
    // Axes that have size 1 in x but not in the result are dropped, and x is then repeated along each of them.
    const offset = shape.length - x.shape.length
    const repeated = shape.flatMap((n, axis) =>
      axis < offset || (x.shape[axis - offset] === 1 && n !== 1) ? [axis] : [],
    )
    const kept = shape.filter((_, axis) => !repeated.includes(axis))
    const base = sameShape(x.shape, kept) ? x : apply('reshape', [x], { shape: kept })
    return repeated.reduce((y, axis) => apply('expand', [y], { axis, count: shape[axis] }), base)
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
    const node = nodeOf(x)
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
    input: (name, shape = [], { indexed } = {}) =>
      push({ op: 'input', inputs: [], shape, name, ...(indexed && { attributes: { indexed } }) }),
    weight(name, config) {
      const defaults = { shape: [], initial: undefined, group: 'weight', fanIn: 1 }
      const { shape, initial: given = 0, group, fanIn } = optionsOf(`weight '${name}'`, config, defaults)
      const initial =
        typeof given === 'number' || Array.isArray(given) ? portable(`weight '${name}'`, given, shape) : given
      return push({
        op: 'weight',
        inputs: [],
        shape,
        name,
        attributes: { initial: initial, group, fanIn },
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
      if (nodeOf(x).name === undefined && !names.has(name)) named(name, x)
    return { nodes: [...nodes], outputs: Object.fromEntries(Object.entries(outputs).map(([name, x]) => [name, x.id])) }
  }

  return { nodes, nodeOf, ops, expression, apply, finish }
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
  if (typeof build !== 'function')
    throw new TypeError(
      `circuit: ${shown(build)} is given; expected a function of the ops, as in circuit(({ input }) => …).`,
    )
  bringSparse()
  const builder = createBuilder()
  return builder.finish(build(builder.ops))
}
