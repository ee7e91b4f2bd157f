import { sizeOf } from '../../graph/graph.js'
import { around } from '../shapes.js'
import { type DualRule, type DualRules, linear } from './rule.js'

const reshape: DualRule = linear((x) => x)

const concat: DualRule = (inputs, { shapes, shape, attributes: { axis } }) => {
  const { outer, n: total, inner } = around(shape, axis as number)
  const join = (parts: readonly Float64Array[]): Float64Array => {
    const y = new Float64Array(sizeOf(shape))
    for (let o = 0, at = 0; o < outer; o++, at = 0)
      parts.forEach((part, p) => {
        const n = shapes[p][axis as number] * inner
        y.set(part.subarray(o * n, (o + 1) * n), o * total * inner + at)
        at += n
      })
    return y
  }
  return { value: join(inputs.map((x) => x.value)), tangent: join(inputs.map((x) => x.tangent)) }
}

const slice: DualRule = linear((x, { shapes, attributes: { start, end, axis } }) => {
  const { n: total, inner } = around(shapes[0], axis as number)
  const [from, to] = [(start as number) * inner, (end as number) * inner]
  return x.filter((_, i) => i % (total * inner) >= from && i % (total * inner) < to)
})

const pad: DualRule = linear((x, { shapes, shape, attributes: { before, axis } }) => {
  const { n: total, inner } = around(shape, axis as number)
  const n = shapes[0][axis as number] * inner
  const y = new Float64Array(sizeOf(shape))
  for (let o = 0; o * n < x.length; o++)
    y.set(x.subarray(o * n, (o + 1) * n), o * total * inner + (before as number) * inner)
  return y
})

/** The rules of the ops that move elements without changing them. */
export const arrangementDuals: DualRules = { reshape, concat, slice, pad }
