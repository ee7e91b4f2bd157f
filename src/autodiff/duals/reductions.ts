import { sizeOf } from '../../graph/graph.js'
import { exp64, log64 } from '../../program/elementary/index.js'
import { around } from '../shapes.js'
import { type DualRule, type DualRules, linear } from './rule.js'

const sum: DualRule = linear((x, { shapes, shape, attributes: { axis } }) => {
  const { n, inner } = around(shapes[0], axis as number)
  const y = new Float64Array(sizeOf(shape))
  x.forEach((v, i) => {
    y[Math.floor(i / (n * inner)) * inner + (i % inner)] += v
  })
  return y
})

const expand: DualRule = linear((x, { shape, attributes: { axis } }) => {
  const { n, inner } = around(shape, axis as number)
  return new Float64Array(sizeOf(shape)).map((_, i) => x[Math.floor(i / (n * inner)) * inner + (i % inner)])
})

const logSoftmax: DualRule = ([x], { shape }) => {
  const n = shape[shape.length - 1]
  const { value, tangent } = x
  const y = new Float64Array(value.length)
  const dy = new Float64Array(value.length)
  for (let o = 0; o < value.length; o += n) {
    const row = value.subarray(o, o + n)
    const top = row.reduce((a, b) => (b > a ? b : a), -Infinity)
    const total = row.reduce((s, z) => s + exp64(z - top), 0)
    const mean = row.reduce((s, z, i) => s + (exp64(z - top) / total) * tangent[o + i], 0)
    row.forEach((z, i) => {
      y[o + i] = z - top - log64(total)
      dy[o + i] = tangent[o + i] - mean
    })
  }
  return { value: y, tangent: dy }
}

/** The rules of the ops that reduce or expand along an axis. */
export const reductionDuals: DualRules = { sum, expand, logSoftmax }
