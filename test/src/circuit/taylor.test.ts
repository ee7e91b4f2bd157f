import { describe, expect, it } from 'vitest'
import type { Op } from '../../../src/autodiff/op.js'
import { ops as table } from '../../../src/autodiff/ops.js'
import { createBuilder } from '../../../src/circuit/build.js'
import type { Circuit } from '../../../src/circuit.js'
import { createRandom } from '../../../src/random.js'
import { tangentError } from '../../../src/testing/index.js'
import { lecture, type Numbers } from './lecture.js'

/** l = ½(f − y)². */
const lossOf = ({ nodes, outputs }: Circuit): Circuit => {
  const { ops, expression, finish } = createBuilder(nodes)
  const residual = ops.sub(expression(outputs.f!), ops.input('y'))
  return finish({ l: ops.mul(0.5, ops.mul(residual, residual)) })
}
const unit = (v: Numbers): Numbers => {
  const length = Math.sqrt(Object.values(v).reduce((sum, x) => sum + x * x, 0))
  return Object.fromEntries(Object.entries(v).map(([name, x]) => [name, x / length]))
}

/**
 * A point and a direction for each circuit. The error is ½ε²(∇f·v)² + ½ε²(f − y)·vᵀ∇²f·v + O(ε³), so:
 *
 * - every number is of size 1 and ∇f·v is not small: at ε = 1e-5 the error is 3e-11 to 9e-11, a hundred thousand
 *   times the rounding of l (some 1e-16), which would otherwise flatten the line at its lower end;
 * - v has length 1, and in circuits 5 and 6 w·x stays where σ bends gently: at ε = 0.1 the ε³ term bends the upper end
 *   by a few hundredths. Circuits 1 to 3 are linear and their line is straight.
 */
const committed: readonly { at: Numbers; v: Numbers }[] = [
  { at: { x1: 1.5, x2: 0.5, y: 0.25 }, v: { x1: 2, x2: -1 } },
  { at: { x1: 1.5, x3: 0.5, x4: -0.75, y: 1 }, v: { x1: 1, x3: -2, x4: 1 } },
  { at: { x1: 0.5, x3: 0.25, x4: 1, x5: -1.5, y: 0.5 }, v: { x1: 1, x3: 1, x4: -2, x5: -1 } },
  { at: { x1: 1, x3: 0.5, x4: -1, w3: 1.25, w4: 0.75, y: 0.5 }, v: { x1: 1, x3: -1, x4: 1, w3: -1, w4: 2 } },
  { at: { x1: 1, x3: 0.5, x4: -1, w3: 1.25, w4: 0.75, y: 0.25 }, v: { x1: 2, x3: -1, x4: 1, w3: -1, w4: 1 } },
  { at: { x3: 0.5, x4: -1, x5: 0.75, w3: 1.25, w4: 0.75, y: 0.5 }, v: { x3: 1, x4: 1, x5: 1, w3: -1, w4: 2 } },
]

const SEEDS = 100
const slopes = (given: Circuit, leaves: readonly string[]): readonly number[] =>
  Array.from({ length: SEEDS }, (_, seed) => {
    const random = createRandom(seed, 'taylor')
    const at = Object.fromEntries([...leaves, 'y'].map((name, i) => [name, random.normal(i)]))
    const v = unit(Object.fromEntries(leaves.map((name, i) => [name, random.normal(20 + i)])))
    return tangentError(lossOf(given), at, v).slope
  })
const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2
}

describe.each(lecture.map((given, i) => ({ ...given, ...committed[i]! })))('l = ½(f − y)², circuit $title', (given) => {
  it('differs from its tangent by O(ε²) at the committed point', () => {
    const { at, v } = given
    expect(Object.keys(v).sort()).toEqual([...given.leaves].sort())
    const { slope, errors, steps } = tangentError(lossOf(given.circuit), at, unit(v))
    expect(steps).toEqual([1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5])
    expect(Math.abs(slope - 2)).toBeLessThanOrEqual(0.05)
    expect(errors.at(-1)).toBeGreaterThan(1e-12)
  })
  it('differs from its tangent by O(ε²) at the median of 100 random points', () => {
    const all = slopes(given.circuit, given.leaves)
    expect(Math.abs(median(all) - 2)).toBeLessThanOrEqual(0.01)
  })
})

describe('the tangent check', () => {
  it('gives a slope near 1 where the gradient is wrong', () => {
    const rows = table as Record<string, Op>
    const right = rows.sigmoid!
    rows.sigmoid = { ...right, reverse: ({ g, output: y, ops }) => [ops.mul(g, ops.mul(y, y))] }
    try {
      const { at, v } = committed[4]!
      expect(tangentError(lossOf(lecture[4]!.circuit), at, unit(v)).slope).toBeLessThan(1.3)
      expect(median(slopes(lecture[5]!.circuit, lecture[5]!.leaves))).toBeLessThan(1.3)
    } finally {
      rows.sigmoid = right
    }
  })
  it('refuses what it cannot check, with the reason', () => {
    const { circuit, leaves } = lecture[0]!
    const at = Object.fromEntries(leaves.map((name) => [name, 1]))
    expect(() => tangentError(circuit, at, { x9: 1 })).toThrow(/no input or weight 'x9'/)
    expect(() => tangentError(circuit, at, { x1: [1, 2] })).toThrow(/'x1' has 1 numbers; its direction has 2/)
  })
})
