import type { Op, OpTable } from './op.js'
import { expected, matmulSizes } from './shapes.js'

const net: Op = {
  shape(inputs) {
    if (inputs.length === 0 || inputs.length % 2 !== 0 || inputs.some((s) => s.length > 0))
      throw expected('neuron', 'pairs of scalars, an input and its weight', inputs)
    return []
  },
  lower({ out, inputs, emit }) {
    // Σ weight·input is summed from the left; the weight is the first factor, as in the formula.
    emit('mul', { out, a: inputs[1], b: inputs[0], n: 1 })
    for (let i = 2; i < inputs.length; i += 2) emit('mulAdd', { out, a: inputs[i + 1], b: inputs[i], n: 1 })
  },
  reverse: ({ g, inputs, ops, chosen }) =>
    inputs.map((_, i) => {
      const share = ops.mul(g, inputs[i % 2 === 0 ? i + 1 : i - 1])
      return chosen ? ops.where(g, share, 0) : share
    }),
}

const dense: Op = {
  shape(inputs) {
    const [[n, ...x] = [], [rows, m, ...w] = [], bias] = inputs
    const fits = n !== undefined && x.length === 0 && rows === n && m !== undefined && w.length === 0
    if (!fits || (bias && (bias.length !== 1 || bias[0] !== m)) || inputs.length > 3)
      throw expected('dense', 'x [n], W [n, m] and b [m]', inputs)
    return [m]
  },
  lower({ out, inputs: [a = -1, b = -1, c = -1], shapes, emit }) {
    const [n = 0, m = 0] = shapes[1]
    emit('dense', { out, a, b, c, n, m })
  },
  reverse: ({ g, inputs: [x, w, b], ops }) => [ops.denseInput(g, w), ops.outer(x, g), ...(b ? [g] : [])],
}

const denseInput: Op = {
  shape(inputs) {
    const [[m] = [], [n, columns] = []] = inputs
    if (inputs.length !== 2 || inputs[0]?.length !== 1 || inputs[1]?.length !== 2 || columns !== m)
      throw expected('denseInput', 'δ [m] and W [n, m]', inputs)
    return [n]
  },
  lower({ out, inputs: [a = -1, b = -1], shapes, emit }) {
    const [n = 0, m = 0] = shapes[1]
    emit('denseInput', { out, a, b, n, m })
  },
  reverse: ({ g, inputs: [delta, w], ops }) => [ops.dense(g, w), ops.outer(g, delta)],
}

const outer: Op = {
  shape(inputs) {
    if (inputs.length !== 2 || inputs.some((s) => s.length !== 1)) throw expected('outer', 'x [n] and δ [m]', inputs)
    return [inputs[0]?.[0], inputs[1]?.[0]]
  },
  lower({ out, inputs: [a = -1, b = -1], shape: [n = 0, m = 0], emit }) {
    emit('outer', { out, a, b, n, m })
  },
  reverse: ({ g, inputs: [x, delta], ops }) => [ops.denseInput(delta, g), ops.dense(x, g)],
}

const TRANSPOSE_A = 1
const TRANSPOSE_B = 2
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
    const [A, B] = [a, b]
    const [ta, tb] = [attributes.transposeA === true, attributes.transposeB === true]
    // For Y = AB: Ā = Ȳ Bᵀ and B̄ = Aᵀ Ȳ; the adjoint of a side that is stored transposed is transposed too.
    return [
      ta ? ops.matmul(B, g, { transposeA: tb, transposeB: true }) : ops.matmul(g, B, { transposeB: !tb }),
      tb ? ops.matmul(g, A, { transposeA: true, transposeB: ta }) : ops.matmul(A, g, { transposeA: !ta }),
    ]
  },
}

/** The entries of the table for ops that multiply and add. */
export const productOps: OpTable = { net, dense, denseInput, outer, matmul }
