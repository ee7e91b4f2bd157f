import type { Expression } from '../circuit/build.js'
import type { Shape } from '../circuit/graph.js'
import type { Dual, Op, OpTable, Site } from './op.js'
import { expected } from './shapes.js'

/** A product y = Σ a·b, in f64: its tangent is Σ ȧ·b + a·ḃ. */
const bilinear =
  (product: (a: Float64Array, b: Float64Array, shapes: readonly Shape[], site: Site) => Float64Array) =>
  ([a, b]: readonly Dual[], site: Site): Dual => {
    const [p, q] = [a as Dual, b as Dual]
    const left = product(p.tangent, q.value, site.shapes, site)
    const right = product(p.value, q.tangent, site.shapes, site)
    return {
      value: product(p.value, q.value, site.shapes, site),
      tangent: left.map((x, i) => x + (right[i] as number)),
    }
  }

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

/** The rows of the table that multiply and add up. */
export const productOps: OpTable = { net, dense, denseInput, outer, matmul }
