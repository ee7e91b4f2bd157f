import fc from 'fast-check'
import { expect, it } from 'vitest'
import { tailSize } from '../../../src/anomaly/tail.js'
import { runs } from '../../runs.js'

/** The sizes at the middles of equal shares of a distribution. */
const sizesOf = (quantile: (share: number) => number, size: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => quantile((i + 0.5) / size))

it('is the quantile of an exponential tail, whatever its scale and where it begins', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.constantFrom(0, 3),
      fc.constantFrom(1e-2, 1e-4, 1e-6),
      (scale, start, q) => {
        const sizes = sizesOf((share) => scale * (start - Math.log(1 - share)), 2000)
        expect(tailSize(sizes, 2000, q) / (scale * (start - Math.log(q)))).toBeCloseTo(1, 1.5)
      },
    ),
    { numRuns: runs(50) },
  )
})
it('is not reached by more than the share of normal sizes, whose tail falls off faster', () => {
  // Half of all sizes of a normal number are below 0.6745, and a share of 1e-4 above 3.89.
  const normal = (share: number): number => {
    let [low, high] = [0, 10]
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2
      let below = 0
      for (let k = 0; k < 400; k++) below += Math.exp(-(((middle * (k + 0.5)) / 400) ** 2) / 2)
      if ((below * middle * Math.sqrt(2 / Math.PI)) / 400 < share) low = middle
      else high = middle
    }
    return low
  }
  const sizes = sizesOf(normal, 500)
  expect(tailSize(sizes, 500, 1e-4)).toBeGreaterThan(3.89)
  expect(tailSize(sizes, 500, 1e-4)).toBeLessThan(6)
})
it('is the same, however large the largest 2 % are', () => {
  const sizes = sizesOf((share) => share, 1000)
  const wild = sizes.map((x, i) => (i >= 981 ? 1e9 : x))
  expect(tailSize(wild, 1000, 1e-4)).toBe(tailSize(sizes, 1000, 1e-4))
  const more = sizes.map((x, i) => (i >= 979 ? 1e9 : x))
  expect(tailSize(more, 1000, 1e-4)).toBeGreaterThan(1e8)
})
it('is 0 where all sizes are 0, and reads no more than the sizes that are there', () => {
  expect(tailSize(new Float64Array(100), 50, 1e-4)).toBe(0)
  const part = Float64Array.of(1, 1, 1, 9, 9, 9)
  expect(tailSize(part, 3, 1e-4)).toBe(1)
})
