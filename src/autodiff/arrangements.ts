import { type Shape, shapeText, sizeOf } from '../graph/graph.js'
import type { Op, OpTable } from './op.js'
import { around, checkAxis, expected } from './shapes.js'

const reshape: Op = {
  shape([x = []], { shape }) {
    if (sizeOf(x) !== sizeOf(shape as Shape))
      throw new RangeError(
        `reshape: ${shapeText(shape as Shape)} has ${sizeOf(shape as Shape)} elements; expected ${sizeOf(x)}, as in ${shapeText(x)}.`,
      )
    return shape as Shape
  },
  lower({ out, inputs: [a = -1], shape, emit }) {
    emit('copy', { out, a, n: sizeOf(shape) })
  },
  reverse: ({ g, shapes, ops }) => [ops.reshape(g, shapes[0])],
}

/** Emits the copy of `k` blocks of `n` elements, which are `b` elements apart in the source and `c` in the result. */
const concat: Op = {
  shape(inputs, { axis }) {
    const first = inputs[0]
    if (!first) throw new RangeError('concat: the list is empty; expected at least one part.')
    checkAxis('concat', axis as number, first)
    if (inputs.some((s) => s.length !== first.length || s.some((n, i) => i !== axis && n !== first[i])))
      throw expected('concat', `shapes that differ only along axis ${axis}`, inputs)
    return first.map((n, i) => (i === axis ? inputs.reduce((total, s) => total + s[i], 0) : n))
  },
  lower({ out, inputs, shapes, shape, attributes: { axis }, emit }) {
    const { outer: k, n: total, inner } = around(shape, axis as number)
    let at = 0
    inputs.forEach((a, i) => {
      const n = shapes[i][axis as number] * inner
      emit('copyBlocks', { out, a, b: n, c: total * inner, n, k, m: 0, flags: at })
      at += n
    })
  },
  reverse({ g, shapes, attributes: { axis }, ops }) {
    let at = 0
    return shapes.map((shape) => {
      const start = at
      at += shape[axis as number]
      return ops.slice(g, start, at, axis as number)
    })
  },
}

const slice: Op = {
  shape([x = []], { start, end, axis }) {
    checkAxis('slice', axis as number, x)
    const [from, to, n] = [start as number, end as number, x[axis as number]]
    if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= n))
      throw new RangeError(`slice: the range is [${from}, ${to}); expected 0 ≤ start < end ≤ ${n}.`)
    return x.map((size, i) => (i === axis ? to - from : size))
  },
  lower({ out, inputs: [a = -1], shapes, attributes: { start, end, axis }, emit }) {
    const { outer: k, n: total, inner } = around(shapes[0], axis as number)
    const n = ((end as number) - (start as number)) * inner
    emit('copyBlocks', { out, a, b: total * inner, c: n, n, k, m: (start as number) * inner })
  },
  reverse({ g, shapes, attributes: { start, end, axis }, ops }) {
    const n = shapes[0][axis as number]
    return [ops.pad(g, start as number, n - (end as number), axis as number)]
  },
}

const pad: Op = {
  shape([x = []], { before, after, axis }) {
    checkAxis('pad', axis as number, x)
    return x.map((n, i) => (i === axis ? (before as number) + n + (after as number) : n))
  },
  lower({ out, inputs: [a = -1], shapes, shape, attributes: { before, axis }, emit }) {
    const { outer: k, n: total, inner } = around(shape, axis as number)
    const n = shapes[0][axis as number] * inner
    emit('fill', { out, n: sizeOf(shape) })
    emit('copyBlocks', { out, a, b: n, c: total * inner, n, k, flags: (before as number) * inner })
  },
  reverse({ g, shapes, attributes: { before, axis }, ops }) {
    const n = shapes[0][axis as number]
    return [ops.slice(g, before as number, (before as number) + n, axis as number)]
  },
}

/** The entries of the table for ops that move elements without changing them. */
export const arrangementOps: OpTable = { reshape, concat, slice, pad }
