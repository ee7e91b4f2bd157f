import { sizeOf } from '../graph/graph.js'
import type { Op, OpTable } from './op.js'
import { around, checkAxis, expected } from './shapes.js'

const sum: Op = {
  shape([x = []], { axis }) {
    checkAxis('sum', axis as number, x)
    return x.filter((_, i) => i !== axis)
  },
  lower({ out, inputs: [a = -1], shapes, attributes: { axis }, emit }) {
    const { outer: k, n, inner: m } = around(shapes[0], axis as number)
    emit('sum', { out, a, n, m, k })
  },
  reverse: ({ g, shapes, attributes: { axis }, ops }) => [ops.expand(g, axis as number, shapes[0][axis as number])],
}

const expand: Op = {
  shape([x = []], { axis, count }) {
    checkAxis('expand', axis as number, x, x.length)
    return [...x.slice(0, axis as number), count as number, ...x.slice(axis as number)]
  },
  lower({ out, inputs: [a = -1], shape, attributes: { axis }, emit }) {
    const { outer: k, n, inner: m } = around(shape, axis as number)
    emit('expand', { out, a, n, m, k })
  },
  reverse: ({ g, attributes: { axis }, ops }) => [ops.sum(g, axis as number)],
}

const logSoftmax: Op = {
  shape([x = []]) {
    if (x.length === 0) throw expected('logSoftmax', 'a vector or a matrix', [x])
    return x
  },
  lower({ out, inputs: [a = -1], shape, emit }) {
    const n = shape[shape.length - 1]
    emit('logSoftmax', { out, a, n, k: sizeOf(shape) / n })
  },
  reverse({ g, output: y, shape, ops }) {
    const axis = shape.length - 1
    const total = ops.expand(ops.sum(g, axis), axis, shape[axis])
    return [ops.sub(g, ops.mul(ops.exp(y), total))]
  },
}

/** The entries of the table for ops that reduce or expand along an axis. */
export const reductionOps: OpTable = { sum, expand, logSoftmax }
