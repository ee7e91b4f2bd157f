import { describe, expect, it } from 'vitest'
import { createRandom, hashText, threefry } from '../../src/random.js'

describe('threefry-2x32-20', () => {
  // These are the known answers of the Random123 library.
  it.each([
    { counter: [0, 0], key: [0, 0], result: [0x6b200159, 0x99ba4efe] },
    { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], result: [0x1cb996fc, 0xbb002be7] },
    { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], result: [0xc4923a9c, 0x483df7a0] },
  ])('counter $counter, key $key', ({ counter: [c0 = 0, c1 = 0], key: [k0 = 0, k1 = 0], result }) => {
    expect(threefry(k0, k1, c0, c1)).toEqual(result)
  })
})

describe('a random stream', () => {
  const COUNT = 40_000
  const mean = (f: (i: number) => number): number => {
    let sum = 0
    for (let i = 0; i < COUNT; i++) sum += f(i)
    return sum / COUNT
  }
  // This is five standard errors of a mean of 40,000 numbers.
  const within = (deviation: number): number => (5 * deviation) / Math.sqrt(COUNT)

  it('depends on seed, name and place only', () => {
    const a = createRandom(7, 'dense1.W')
    const forward = Array.from({ length: 20 }, (_, i) => a.normal(i))
    const again = createRandom(7, 'dense1.W')
    const backward = Array.from({ length: 20 }, (_, i) => again.normal(19 - i)).reverse()
    expect(backward).toEqual(forward)
    expect(createRandom(8, 'dense1.W').uniform(0)).not.toBe(a.uniform(0))
    expect(createRandom(7, 'dense2.W').uniform(0)).not.toBe(a.uniform(0))
    expect(a.uniform(2 ** 32)).not.toBe(a.uniform(0))
  })
  it('does not change between versions', () => {
    // The initial weights of saved models are made of these bits.
    const a = createRandom(7, 'dense1.W')
    expect(hashText('dense1.W')).toBe(1211367408)
    expect([a.uniform(0), a.uniform(1), a.normal(0)]).toEqual([
      0.43345662044245414, 0.11059676443090805, 0.8188305551350551,
    ])
  })
  it('uniform: in [0, 1), with mean ½ and variance 1/12, without correlation of neighbors', () => {
    const { uniform } = createRandom(1, 'uniform')
    for (let i = 0; i < COUNT; i++) {
      const u = uniform(i)
      expect(u >= 0 && u < 1).toBe(true)
    }
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(within(Math.sqrt(1 / 12)))
    expect(Math.abs(mean((i) => (uniform(i) - 0.5) ** 2) - 1 / 12)).toBeLessThan(within(Math.sqrt(1 / 180)))
    expect(Math.abs(mean((i) => (uniform(i) - 0.5) * (uniform(i + 1) - 0.5)))).toBeLessThan(within(1 / 12))
  })
  it('normal: finite, with mean 0, variance 1 and kurtosis 3', () => {
    const { normal } = createRandom(2, 'normal')
    const z = Array.from({ length: COUNT }, (_, i) => normal(i))
    expect(z.every(Number.isFinite)).toBe(true)
    expect(Math.abs(mean((i) => z[i]!))).toBeLessThan(within(1))
    expect(Math.abs(mean((i) => z[i]! ** 2) - 1)).toBeLessThan(within(Math.sqrt(2)))
    expect(Math.abs(mean((i) => z[i]! ** 3))).toBeLessThan(within(Math.sqrt(15)))
    expect(Math.abs(mean((i) => z[i]! ** 4) - 3)).toBeLessThan(within(Math.sqrt(96)))
    expect(Math.abs(mean((i) => z[i]! * z[(i + 1) % COUNT]!))).toBeLessThan(within(1))
  })
  it('is not correlated with streams of other names', () => {
    const [a, b] = [createRandom(3, 'a'), createRandom(3, 'b')]
    expect(Math.abs(mean((i) => a.normal(i) * b.normal(i)))).toBeLessThan(within(1))
  })
})
