import type { Shape } from '../../graph/graph.js'
import { matmulSizes } from '../shapes.js'
import { bilinear, type DualRule, type DualRules } from './rule.js'

const denseProduct = (x: Float64Array, w: Float64Array, [, [n = 0, m = 0] = []]: readonly Shape[]): Float64Array => {
  const y = new Float64Array(m)
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) y[j] += x[i] * w[i * m + j]
  return y
}

const net: DualRule = (inputs) => {
  let [value, tangent] = [0, 0]
  for (let i = 0; i < inputs.length; i += 2) {
    const [x, w] = [inputs[i], inputs[i + 1]]
    value += w.value[0] * x.value[0]
    tangent += w.tangent[0] * x.value[0] + w.value[0] * x.tangent[0]
  }
  return { value: Float64Array.of(value), tangent: Float64Array.of(tangent) }
}

const dense: DualRule = ([x, w, b], site) => {
  const y = bilinear(denseProduct)([x, w], site)
  return b ? { value: y.value.map((v, i) => v + b.value[i]), tangent: y.tangent.map((v, i) => v + b.tangent[i]) } : y
}

const denseInput: DualRule = bilinear((delta, w, [, [n = 0, m = 0] = []]) =>
  new Float64Array(n).map((_, i) => delta.reduce((sum, d, j) => sum + d * w[i * m + j], 0)),
)

const outer: DualRule = bilinear((x, delta) => {
  const y = new Float64Array(x.length * delta.length)
  return y.map((_, i) => x[Math.floor(i / delta.length)] * delta[i % delta.length])
})

const matmul: DualRule = bilinear((a, b, shapes, { attributes: { transposeA, transposeB } }) => {
  const { n, k, m } = matmulSizes(shapes, transposeA === true, transposeB === true)
  const y = new Float64Array(n * m)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++)
      for (let l = 0; l < k; l++)
        y[i * m + j] += a[transposeA ? l * n + i : i * k + l] * b[transposeB ? j * k + l : l * m + j]
  return y
})

/** The rules of the ops that multiply and add. */
export const productDuals: DualRules = { net, dense, denseInput, outer, matmul }
