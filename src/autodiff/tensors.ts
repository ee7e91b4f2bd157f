import type { Expression } from '../circuit/build.js'
import { type Shape, shapeText, sizeOf } from '../circuit/graph.js'
import { exp64, log64 } from '../program/elementary/index.js'
import type { Dual, Op, OpTable } from './op.js'

const expected = (what: string, wanted: string, shapes: readonly Shape[]): RangeError =>
  new RangeError(`${what}: expected ${wanted}; was given ${shapes.map(shapeText).join(', ')}.`)

/** A shape seen from one axis: [outer, n, inner]. */
const around = (shape: Shape, axis: number): { outer: number; n: number; inner: number } => ({
  outer: sizeOf(shape.slice(0, axis)),
  n: shape[axis] as number,
  inner: sizeOf(shape.slice(axis + 1)),
})
const checkAxis = (what: string, axis: number, shape: Shape, last = shape.length - 1): void => {
  if (!Number.isInteger(axis) || axis < 0 || axis > last)
    throw new RangeError(`${what}: axis ${axis} is not one of ${shapeText(shape)}; expected 0 to ${last}.`)
}

/** A product y = Σ a·b, in f64: its tangent is Σ ȧ·b + a·ḃ. */
const bilinear =
  (
    product: (
      a: Float64Array,
      b: Float64Array,
      shapes: readonly Shape[],
      site: Parameters<Op['dual']>[1],
    ) => Float64Array,
  ) =>
  ([a, b]: readonly Dual[], site: Parameters<Op['dual']>[1]): Dual => {
    const [p, q] = [a as Dual, b as Dual]
    const left = product(p.tangent, q.value, site.shapes, site)
    const right = product(p.value, q.tangent, site.shapes, site)
    return {
      value: product(p.value, q.value, site.shapes, site),
      tangent: left.map((x, i) => x + (right[i] as number)),
    }
  }

/** A linear op on one input does to the tangent what it does to the value. */
const linear =
  (apply: (x: Float64Array, site: Parameters<Op['dual']>[1]) => Float64Array): Op['dual'] =>
  ([x], site) => ({ value: apply((x as Dual).value, site), tangent: apply((x as Dual).tangent, site) })

const denseProduct = (x: Float64Array, w: Float64Array, [, [n = 0, m = 0] = []]: readonly Shape[]): Float64Array => {
  const y = new Float64Array(m)
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) y[j]! += x[i]! * w[i * m + j]!
  return y
}

const net: Op = {
  shape(inputs) {
    if (inputs.length === 0 || inputs.length % 2 !== 0 || inputs.some((s) => s.length > 0))
      throw expected('neuron', 'pairs of scalars, an input and its weight', inputs)
    return []
  },
  lower({ out, inputs, emit }) {
    // Σ weight·input, from the left; the weight stands first, as it is written
    emit('mul', { out, a: inputs[1] as number, b: inputs[0] as number, n: 1 })
    for (let i = 2; i < inputs.length; i += 2)
      emit('mulAdd', { out, a: inputs[i + 1] as number, b: inputs[i] as number, n: 1 })
  },
  reverse: ({ g, inputs, ops, chosen }) =>
    inputs.map((_, i) => {
      const share = ops.mul(g, inputs[i % 2 === 0 ? i + 1 : i - 1] as Expression)
      return chosen ? ops.where(g, share, 0) : share
    }),
  dual(inputs) {
    let [value, tangent] = [0, 0]
    for (let i = 0; i < inputs.length; i += 2) {
      const [x, w] = [inputs[i] as Dual, inputs[i + 1] as Dual]
      value += w.value[0]! * x.value[0]!
      tangent += w.tangent[0]! * x.value[0]! + w.value[0]! * x.tangent[0]!
    }
    return { value: Float64Array.of(value), tangent: Float64Array.of(tangent) }
  },
}

const dense: Op = {
  shape(inputs) {
    const [[n, ...x] = [], [rows, m, ...w] = [], bias] = inputs
    const fits = n !== undefined && x.length === 0 && rows === n && m !== undefined && w.length === 0
    if (!fits || (bias && (bias.length !== 1 || bias[0] !== m)) || inputs.length > 3)
      throw expected('dense', 'x [n], W [n, m] and b [m]', inputs)
    return [m as number]
  },
  lower({ out, inputs: [a = -1, b = -1, c = -1], shapes, emit }) {
    const [n = 0, m = 0] = shapes[1] as Shape
    emit('dense', { out, a, b, c, n, m })
  },
  reverse: ({ g, inputs: [x, w, b], ops }) => [
    ops.denseInput(g, w as Expression),
    ops.outer(x as Expression, g),
    ...(b ? [g] : []),
  ],
  dual([x, w, b], site) {
    const y = bilinear(denseProduct)([x as Dual, w as Dual], site)
    return b
      ? { value: y.value.map((v, i) => v + b.value[i]!), tangent: y.tangent.map((v, i) => v + b.tangent[i]!) }
      : y
  },
}

const denseInput: Op = {
  shape(inputs) {
    const [[m] = [], [n, columns] = []] = inputs
    if (inputs.length !== 2 || inputs[0]?.length !== 1 || inputs[1]?.length !== 2 || columns !== m)
      throw expected('denseInput', 'δ [m] and W [n, m]', inputs)
    return [n as number]
  },
  lower({ out, inputs: [a = -1, b = -1], shapes, emit }) {
    const [n = 0, m = 0] = shapes[1] as Shape
    emit('denseInput', { out, a, b, n, m })
  },
  reverse: ({ g, inputs: [delta, w], ops }) => [ops.dense(g, w as Expression), ops.outer(g, delta as Expression)],
  dual: bilinear((delta, w, [, [n = 0, m = 0] = []]) =>
    new Float64Array(n).map((_, i) => delta.reduce((sum, d, j) => sum + d * w[i * m + j]!, 0)),
  ),
}

const outer: Op = {
  shape(inputs) {
    if (inputs.length !== 2 || inputs.some((s) => s.length !== 1)) throw expected('outer', 'x [n] and δ [m]', inputs)
    return [inputs[0]?.[0] as number, inputs[1]?.[0] as number]
  },
  lower({ out, inputs: [a = -1, b = -1], shape: [n = 0, m = 0], emit }) {
    emit('outer', { out, a, b, n, m })
  },
  reverse: ({ g, inputs: [x, delta], ops }) => [ops.denseInput(delta as Expression, g), ops.dense(x as Expression, g)],
  dual: bilinear((x, delta) => {
    const y = new Float64Array(x.length * delta.length)
    return y.map((_, i) => x[Math.floor(i / delta.length)]! * delta[i % delta.length]!)
  }),
}

const TRANSPOSE_A = 1
const TRANSPOSE_B = 2
/** [n, k] and [k, m] of a product whose sides may be stored transposed. */
const matmulSizes = ([a = [], b = []]: readonly Shape[], transposeA: boolean, transposeB: boolean) => {
  const [n = 0, k = 0] = transposeA ? [a[1], a[0]] : a
  const [rows = 0, m = 0] = transposeB ? [b[1], b[0]] : b
  return { n, k, rows, m }
}
const matmul: Op = {
  shape(inputs, { transposeA, transposeB }) {
    const { n, k, rows, m } = matmulSizes(inputs, transposeA === true, transposeB === true)
    if (inputs.length !== 2 || inputs.some((s) => s.length !== 2) || k !== rows)
      throw expected('matmul', 'matrices [n, k] and [k, m]', inputs)
    return [n, m]
  },
  lower({ out, inputs: [a = -1, b = -1], shapes, attributes: { transposeA, transposeB }, emit }) {
    const { n, k, m } = matmulSizes(shapes, transposeA === true, transposeB === true)
    const flags = (transposeA === true ? TRANSPOSE_A : 0) + (transposeB === true ? TRANSPOSE_B : 0)
    emit('matmul', { out, a, b, n, m, k, flags })
  },
  reverse({ g, inputs: [a, b], attributes, ops }) {
    const [A, B] = [a as Expression, b as Expression]
    const [ta, tb] = [attributes.transposeA === true, attributes.transposeB === true]
    // Y = AB: Ā = Ȳ Bᵀ, B̄ = Aᵀ Ȳ; a side stored transposed gets its adjoint transposed
    return [
      ta ? ops.matmul(B, g, { transposeA: tb, transposeB: true }) : ops.matmul(g, B, { transposeB: !tb }),
      tb ? ops.matmul(g, A, { transposeA: true, transposeB: ta }) : ops.matmul(A, g, { transposeA: !ta }),
    ]
  },
  dual: bilinear((a, b, shapes, { attributes: { transposeA, transposeB } }) => {
    const { n, k, m } = matmulSizes(shapes, transposeA === true, transposeB === true)
    const y = new Float64Array(n * m)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < m; j++)
        for (let l = 0; l < k; l++)
          y[i * m + j]! += a[transposeA ? l * n + i : i * k + l]! * b[transposeB ? j * k + l : l * m + j]!
    return y
  }),
}

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

const reshape: Op = {
  shape([x = []], { shape }) {
    if (sizeOf(x) !== sizeOf(shape as Shape))
      throw new RangeError(
        `reshape: ${shapeText(x)} has ${sizeOf(x)} elements, ${shapeText(shape as Shape)} another number.`,
      )
    return shape as Shape
  },
  lower({ out, inputs: [a = -1], shape, emit }) {
    emit('copy', { out, a, n: sizeOf(shape) })
  },
  reverse: ({ g, shapes, ops }) => [ops.reshape(g, shapes[0] as Shape)],
  dual: linear((x) => x),
}

/** Copies `k` blocks of `n` elements; the blocks stand `b` elements apart in the source and `c` in the result. */
const concat: Op = {
  shape(inputs, { axis }) {
    const first = inputs[0]
    if (!first) throw new RangeError('concat: expected at least one part; was given none.')
    checkAxis('concat', axis as number, first)
    if (inputs.some((s) => s.length !== first.length || s.some((n, i) => i !== axis && n !== first[i])))
      throw expected('concat', `shapes that differ along axis ${axis} alone`, inputs)
    return first.map((n, i) => (i === axis ? inputs.reduce((total, s) => total + (s[i] as number), 0) : n))
  },
  lower({ out, inputs, shapes, shape, attributes: { axis }, emit }) {
    const { outer: k, n: total, inner } = around(shape, axis as number)
    let at = 0
    inputs.forEach((a, i) => {
      const n = (shapes[i] as Shape)[axis as number]! * inner
      emit('copyBlocks', { out, a, b: n, c: total * inner, n, k, m: 0, flags: at })
      at += n
    })
  },
  reverse({ g, shapes, attributes: { axis }, ops }) {
    let at = 0
    return shapes.map((shape) => {
      const start = at
      at += shape[axis as number] as number
      return ops.slice(g, start, at, axis as number)
    })
  },
  dual(inputs, { shapes, shape, attributes: { axis } }) {
    const { outer, n: total, inner } = around(shape, axis as number)
    const join = (parts: readonly Float64Array[]): Float64Array => {
      const y = new Float64Array(sizeOf(shape))
      for (let o = 0, at = 0; o < outer; o++, at = 0)
        parts.forEach((part, p) => {
          const n = (shapes[p] as Shape)[axis as number]! * inner
          y.set(part.subarray(o * n, (o + 1) * n), o * total * inner + at)
          at += n
        })
      return y
    }
    return { value: join(inputs.map((x) => x.value)), tangent: join(inputs.map((x) => x.tangent)) }
  },
}

const slice: Op = {
  shape([x = []], { start, end, axis }) {
    checkAxis('slice', axis as number, x)
    const [from, to, n] = [start as number, end as number, x[axis as number] as number]
    if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= n))
      throw new RangeError(`slice: [${from}, ${to}) does not lie in an axis of ${n} elements.`)
    return x.map((size, i) => (i === axis ? to - from : size))
  },
  lower({ out, inputs: [a = -1], shapes, attributes: { start, end, axis }, emit }) {
    const { outer: k, n: total, inner } = around(shapes[0] as Shape, axis as number)
    const n = ((end as number) - (start as number)) * inner
    emit('copyBlocks', { out, a, b: total * inner, c: n, n, k, m: (start as number) * inner })
  },
  reverse({ g, shapes, attributes: { start, end, axis }, ops }) {
    const n = (shapes[0] as Shape)[axis as number] as number
    return [ops.pad(g, start as number, n - (end as number), axis as number)]
  },
  dual: linear((x, { shapes, attributes: { start, end, axis } }) => {
    const { n: total, inner } = around(shapes[0] as Shape, axis as number)
    const [from, to] = [(start as number) * inner, (end as number) * inner]
    return x.filter((_, i) => i % (total * inner) >= from && i % (total * inner) < to)
  }),
}

const pad: Op = {
  shape([x = []], { before, after, axis }) {
    checkAxis('pad', axis as number, x)
    return x.map((n, i) => (i === axis ? (before as number) + n + (after as number) : n))
  },
  lower({ out, inputs: [a = -1], shapes, shape, attributes: { before, axis }, emit }) {
    const { outer: k, n: total, inner } = around(shape, axis as number)
    const n = (shapes[0] as Shape)[axis as number]! * inner
    emit('fill', { out, n: sizeOf(shape) })
    emit('copyBlocks', { out, a, b: n, c: total * inner, n, k, flags: (before as number) * inner })
  },
  reverse({ g, shapes, attributes: { before, axis }, ops }) {
    const n = (shapes[0] as Shape)[axis as number] as number
    return [ops.slice(g, before as number, (before as number) + n, axis as number)]
  },
  dual: linear((x, { shapes, shape, attributes: { before, axis } }) => {
    const { n: total, inner } = around(shape, axis as number)
    const n = (shapes[0] as Shape)[axis as number]! * inner
    const y = new Float64Array(sizeOf(shape))
    for (let o = 0; o * n < x.length; o++)
      y.set(x.subarray(o * n, (o + 1) * n), o * total * inner + (before as number) * inner)
    return y
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

/** The rows of the table that look at whole tensors. */
export const tensorOps: OpTable = {
  net,
  dense,
  denseInput,
  outer,
  matmul,
  sum,
  expand,
  reshape,
  concat,
  slice,
  pad,
  logSoftmax,
}
