import { type Shape, sizeOf } from '../circuit/graph.js'
import { exp64, log64 } from '../program/elementary/index.js'
import type { Dual, Op, OpTable } from './op.js'
import { around, checkAxis, expected, linear } from './shapes.js'

const sum: Op = {
  shape([x = []], { axis }) {
    checkAxis('sum', axis as number, x)
    return x.filter((_, i) => i !== axis)
  },
  lower({ out, inputs: [a = -1], shapes, attributes: { axis }, emit }) {
    const { outer: k, n, inner: m } = around(shapes[0] as Shape, axis as number)
    emit('sum', { out, a, n, m, k })
  },
  reverse: ({ g, shapes, attributes: { axis }, ops }) => [
    ops.expand(g, axis as number, (shapes[0] as Shape)[axis as number] as number),
  ],
  dual: linear((x, { shapes, shape, attributes: { axis } }) => {
    const { n, inner } = around(shapes[0] as Shape, axis as number)
    const y = new Float64Array(sizeOf(shape))
    x.forEach((v, i) => {
      y[Math.floor(i / (n * inner)) * inner + (i % inner)]! += v
    })
    return y
  }),
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
  dual: linear((x, { shape, attributes: { axis } }) => {
    const { n, inner } = around(shape, axis as number)
    return new Float64Array(sizeOf(shape)).map((_, i) => x[Math.floor(i / (n * inner)) * inner + (i % inner)]!)
  }),
}

const logSoftmax: Op = {
  shape([x = []]) {
    if (x.length === 0) throw expected('logSoftmax', 'a vector or a matrix', [x])
    return x
  },
  lower({ out, inputs: [a = -1], shape, emit }) {
    const n = shape[shape.length - 1] as number
    emit('logSoftmax', { out, a, n, k: sizeOf(shape) / n })
  },
  reverse({ g, output: y, shape, ops }) {
    const axis = shape.length - 1
    const total = ops.expand(ops.sum(g, axis), axis, shape[axis] as number)
    return [ops.sub(g, ops.mul(ops.exp(y), total))]
  },
  dual([x], { shape }) {
    const n = shape[shape.length - 1] as number
    const { value, tangent } = x as Dual
    const y = new Float64Array(value.length)
    const dy = new Float64Array(value.length)
    for (let o = 0; o < value.length; o += n) {
      const row = value.subarray(o, o + n)
      const top = row.reduce((a, b) => (b > a ? b : a), -Infinity)
      const total = row.reduce((s, z) => s + exp64(z - top), 0)
      const mean = row.reduce((s, z, i) => s + (exp64(z - top) / total) * tangent[o + i]!, 0)
      row.forEach((z, i) => {
        y[o + i] = z - top - log64(total)
        dy[o + i] = tangent[o + i]! - mean
      })
    }
    return { value: y, tangent: dy }
  },
}

/** The rows of the table that go over an axis, there and back. */
export const reductionOps: OpTable = { sum, expand, logSoftmax }
