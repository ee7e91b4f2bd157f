import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pairedCusum } from '../../../src/compete/pairedCusum.js'
import { createRandom } from '../../../src/random.js'
import { runs } from '../../runs.js'

const usual = { fading: 0.999, advantage: 0.5, runLength: 200, wait: 30 }

const normals = (seed: number): (() => number) => {
  const random = createRandom(seed, 'differences')
  let i = 0
  return () => random.normal(i++)
}
/** The mean number of differences, after the wait, until the test decides, over many streams. */
const meanLength = (config: typeof usual, shift: number, streams: number): number => {
  const test = pairedCusum(config)
  const normal = normals(7)
  let total = 0
  for (let i = 0; i < streams; i++) {
    const state = test.init()
    while (!test.update(state, 3 * (normal() + shift) + 5, 5) && state.count < 1e5)
      total += state.count > config.wait ? 1 : 0
    total++
  }
  return total / streams
}

describe('the paired test', () => {
  it.each([
    [200, 0.5],
    [500, 0.25],
    [2000, 1],
  ])('decides between equals once in %i rows on average, for an advantage of %d', (runLength, advantage) => {
    const length = meanLength({ ...usual, wait: 200, runLength, advantage }, 0, 120)
    expect(length / runLength).toBeGreaterThan(0.7)
    expect(length / runLength).toBeLessThan(1.35)
  })
  it('decides for a better challenger after about h / (shift − k) rows, and for a worse one hardly ever', () => {
    const config = { ...usual, wait: 200, runLength: 100_000 }
    const { threshold } = pairedCusum(config)
    const length = meanLength(config, 0.5, 60)
    expect(length).toBeGreaterThan((0.85 * threshold) / 0.25)
    expect(length).toBeLessThan((1.25 * threshold) / 0.25)
    const test = pairedCusum(config)
    const state = test.init()
    const normal = normals(3)
    for (let i = 0; i < 20_000; i++) expect(test.update(state, normal() - 0.5, 0)).toBe(false)
  })
  it('has the threshold of Siegmund: the run length of h is the one that was asked for', () => {
    for (const advantage of [0.05, 0.1, 0.5, 2])
      for (const runLength of [50, 1000, 1e5, 1e8]) {
        const h = pairedCusum({ ...usual, advantage, runLength }).threshold
        const [k, b] = [advantage / 2, h + 1.166]
        const length = (Math.exp(2 * k * b) - 2 * k * b - 1) / (2 * k * k)
        if (h > 1e-9) expect(length / runLength).toBeCloseTo(1, 9)
        else expect(length).toBeGreaterThanOrEqual(runLength)
      }
  })
  it('counts a row that only one of the two predicted as four deviations, and leaves the deviation as it is', () => {
    const row = fc.constantFrom('champion', 'challenger', 'both')
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        const test = pairedCusum({ ...usual, wait: 3, runLength: 1e9 })
        const [state, without] = [test.init(), test.init()]
        let sum = 0
        let stretch: string[] = []
        rows.forEach((of, t) => {
          const losses = [of === 'challenger' ? Number.NaN : 1 + (t % 3), of === 'champion' ? Number.NaN : 2] as const
          test.update(state, ...losses)
          if (of === 'both') test.update(without, ...losses)
          expect(test.deviation(state)).toBe(test.deviation(without))
          if (t < 3) return
          const sigma = test.deviation(state)
          const z = of === 'both' ? (sigma > 0 ? (losses[0] - losses[1]) / sigma : 0) : of === 'champion' ? -4 : 4
          sum = Math.max(0, sum + Math.max(-4, Math.min(4, z)) - 0.25)
          stretch = sum > 0 ? [...stretch, of] : []
          expect(state.sum).toBeCloseTo(sum, 9)
          const count = (which: string): number => stretch.filter((each) => each === which).length
          expect(state).toMatchObject({ rows: stretch.length, refused: count('challenger'), scored: count('both') })
          expect(state.challenger).toBe(2 * count('both'))
        })
      }),
      { numRuns: runs(50) },
    )
  })
  it('computes mean, deviation and S as their formulas over all rows do', () => {
    const difference = fc.oneof(
      fc.integer({ min: -40, max: 40 }).map((i) => i / 8),
      fc.constantFrom(0, 1000, -1000),
    )
    fc.assert(
      fc.property(fc.array(difference, { maxLength: 60 }), fc.constantFrom(1, 0.9, 0.999), (differences, fading) => {
        const config = { ...usual, wait: 5, fading, runLength: 1e9 }
        const test = pairedCusum(config)
        const state = test.init()
        let sum = 0
        let clear = true
        let stretch: number[] = []
        differences.forEach((d, t) => {
          test.update(state, d + 2, 2)
          const seen = differences.slice(0, t + 1)
          const weights = seen.map((_, i) => fading ** (t - i))
          const total = weights.reduce((a, b) => a + b, 0)
          const mean = seen.reduce((all, each, i) => all + (weights[i] as number) * each, 0) / total
          const variance = seen.reduce((all, each, i) => all + (weights[i] as number) * (each - mean) ** 2, 0) / total
          const sigma = Math.sqrt(variance)
          const scale = Math.max(...seen.map(Math.abs), 1)
          expect(state.mean).toBeCloseTo(mean, 8)
          expect(test.deviation(state) / scale).toBeCloseTo(sigma / scale, 6)
          if (t < 5) return
          // Where all differences are alike, rounding decides about σ, and so about S.
          clear &&= sigma > 1e-4 * scale
          sum = Math.max(0, sum + Math.max(-4, Math.min(4, d / sigma)) - 0.25)
          stretch = sum > 0 ? [...stretch, d] : []
          if (!clear) return
          expect(state.sum).toBeCloseTo(sum, 6)
          expect(state.rows).toBe(stretch.length)
          expect(state.challenger).toBe(2 * stretch.length)
          expect(state.champion - state.challenger).toBeCloseTo(
            stretch.reduce((a, b) => a + b, 0),
            6,
          )
        })
      }),
      { numRuns: runs(50) },
    )
  })
  it('takes differences that are all 0 for no evidence', () => {
    const test = pairedCusum({ ...usual, runLength: 2 })
    const state = test.init()
    for (let i = 0; i < 1000; i++) expect(test.update(state, 7, 7)).toBe(false)
    expect(state.sum).toBe(0)
  })
})
