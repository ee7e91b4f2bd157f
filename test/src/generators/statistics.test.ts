import { describe, expect, it } from 'vitest'
import { agrawal, friedman, hyperplane, led, randomRbf, sea, stagger } from '../../../src/generators/index.js'
import { firstOf } from './firstOf.js'

// What the papers, or a little arithmetic, say of each stream: shares of classes, moments and best possible errors.

const ROWS = 10_000
const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length
/** Expects a share within four standard errors. */
const expectShare = (hits: readonly boolean[], p: number): void => {
  const share = hits.filter(Boolean).length / hits.length
  expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / hits.length) + 1e-9)
}
const isOne = ({ label }: { readonly label: number }): boolean => label === 1

describe('SEA', () => {
  it.each([
    [1, 8],
    [2, 9],
    [3, 7],
    [4, 9.5],
  ])('concept %i: x1 + x2 ≤ %d has the probability θ²/200, and noise mixes the classes', (variant, theta) => {
    const p = (theta * theta) / 200
    expectShare(firstOf(sea({ variant, noise: 0 }), ROWS).map(isOne), p)
    expectShare(firstOf(sea({ variant, noise: 0.2 }), ROWS).map(isOne), 0.8 * p + 0.2 * (1 - p))
  })
  it('one label in ten is wrong by default', () => {
    expectShare(
      firstOf(sea(), ROWS).map(({ x1, x2, label }) => x1 + x2 <= 8 !== (label === 1)),
      0.1,
    )
  })
})

describe("Friedman's function", () => {
  it('has the mean 14.41, and signal to noise of 4.8, as the paper says', () => {
    const y = firstOf(friedman(), ROWS).map((row) => row.y)
    const signal = firstOf(friedman({ noise: 0 }), ROWS).map((row) => row.y)
    const deviation = Math.sqrt(meanOf(signal.map((s) => (s - meanOf(signal)) ** 2)))
    // 10·Cin(π)/π + 20/12 + 5 + 2.5, with Cin(π) = 1.6483
    expect(Math.abs(meanOf(signal) - (16.4833 / Math.PI + 20 / 12 + 7.5))).toBeLessThan(0.15)
    expect(Math.abs(deviation - 4.88)).toBeLessThan(0.12)
    const noise = y.map((value, i) => value - signal[i]!)
    expect(Math.abs(meanOf(noise))).toBeLessThan(0.03)
    expect(Math.abs(meanOf(noise.map((e) => e * e)) - 1)).toBeLessThan(0.05)
  })
  it.each([0, 1, 2, 3, 4])(
    'variant %i: the noiseless y follows the formula, on columns that have moved on',
    (variant) => {
      for (const row of firstOf(friedman({ noise: 0, variant }), 100)) {
        const all = [row.x1, row.x2, row.x3, row.x4, row.x5]
        const [a, b, c, d, e] = [...all.slice(variant), ...all.slice(0, variant)] as [
          number,
          number,
          number,
          number,
          number,
        ]
        expect(row.y).toBeCloseTo(10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e, 10)
      }
    },
  )
})

/** For a hyperplane of uniform columns, the difference of the classes' means points along the weights. */
const directionOf = (rows: readonly { readonly label: number }[], width: number): number[] => {
  const of = (label: number, j: number): number =>
    meanOf(
      rows.filter((row) => row.label === label).map((row) => (row as never as Record<string, number>)[`x${j + 1}`]!),
    )
  const direction = Array.from({ length: width }, (_, j) => of(1, j) - of(0, j))
  const length = Math.sqrt(direction.reduce((sum, d) => sum + d * d, 0))
  return direction.map((d) => d / length)
}

describe('the hyperplane', () => {
  it('has two classes of the same size, whatever it does', () => {
    for (const magnitude of [0, 0.01]) expectShare(firstOf(hyperplane({ magnitude, seed: 5 }), ROWS).map(isOne), 0.5)
  })
  it('is one: the direction that half of the rows show separates the others, but for the noise', () => {
    for (const noise of [0, 0.1]) {
      const rows = firstOf(hyperplane({ features: 5, noise, seed: 2 }), ROWS)
      const direction = directionOf(rows.slice(0, ROWS / 2), 5)
      const right = rows.slice(ROWS / 2).map((row) => {
        const side = direction.reduce((sum, d, j) => sum + d * (row[`x${j + 1}`]! - 0.5), 0)
        return side >= 0 === (row.label === 1)
      })
      const share = right.filter(Boolean).length / right.length
      expect(share).toBeGreaterThan(0.97 * (1 - noise))
      expect(share).toBeLessThan(1 - noise + 0.015)
    }
  })
  it('turns where it drifts, and there alone', () => {
    const rows = firstOf(hyperplane({ features: 4, drifting: 1, magnitude: 0.001, turn: 0, noise: 0, seed: 1 }), ROWS)
    const [before, after] = [rows.slice(0, 2000), rows.slice(-2000)].map((part) => directionOf(part, 4))
    // The first weight has grown by 20, so that it alone counts.
    expect(after![0]).toBeGreaterThan(0.99)
    expect(before![0]).toBeLessThan(0.95)
    const still = firstOf(hyperplane({ features: 4, drifting: 0, magnitude: 0.001, noise: 0, seed: 1 }), ROWS)
    const [first, last] = [still.slice(0, 4000), still.slice(-4000)].map((part) => directionOf(part, 4))
    for (const [j, w] of first!.entries()) expect(Math.abs(w - last![j]!)).toBeLessThan(0.12)
  })
})

describe('a drifting weight of the hyperplane', () => {
  it('turns around as often as it is told: it goes far where it never does, and hardly anywhere where it often does', () => {
    /** How much of the direction is that of the one weight that drifts, after 4,000 rows of 0.01 each. */
    const shareOf = (turn: number): number => {
      const config = { features: 3, drifting: 1, magnitude: 0.01, noise: 0, seed: 0, turn }
      return Math.abs(directionOf(firstOf(hyperplane(config), 4000).slice(-1000), 3)[0]!)
    }
    // The weight is at 40 where it never turns, and within a step of where it was where it always does.
    const still = Math.abs(
      directionOf(firstOf(hyperplane({ features: 3, noise: 0, seed: 0 }), 4000).slice(-1000), 3)[0]!,
    )
    expect(still).toBeLessThan(0.3)
    expect(shareOf(0)).toBeGreaterThan(0.99)
    expect(Math.abs(shareOf(1) - still)).toBeLessThan(0.1)
  })
})

describe('LED', () => {
  // Segments a to g of a display: top, right above and below, bottom, left below and above, middle.
  const lit = ['abcdef', 'bc', 'abged', 'abgcd', 'fgbc', 'afgcd', 'afgecd', 'abc', 'abcdefg', 'abcdfg']
  const order = 'afbgecd'
  const patterns = lit.map((on) => [...order].map((segment) => Number(on.includes(segment))))
  const segmentsOf = (row: object): number[] => Object.values(row).slice(0, 7) as number[]
  const differ = (a: readonly number[], b: readonly number[]): number => a.filter((x, j) => x !== b[j]).length

  it('shows the digits of a display, each as often', () => {
    const rows = firstOf(led({ noise: 0 }), ROWS)
    for (const row of rows.slice(0, 500)) expect(segmentsOf(row)).toEqual(patterns[row.label])
    for (let digit = 0; digit < 10; digit++)
      expectShare(
        rows.map(({ label }) => label === digit),
        0.1,
      )
  })
  it('with one segment in ten inverted, the best possible error is 26 %', () => {
    const wrong = firstOf(led(), ROWS).map((row) => {
      const distances = patterns.map((pattern) => differ(pattern, segmentsOf(row)))
      // Where several digits are as near, each is right as often, so the first of them is as good as any.
      return distances.indexOf(Math.min(...distances)) !== row.label
    })
    expectShare(wrong, 0.26)
    expectShare(
      firstOf(led(), ROWS).map((row) => segmentsOf(row)[2] !== patterns[row.label]![2]),
      0.1,
    )
  })
  it('has columns beside them that say nothing, unless segments were swapped with them', () => {
    const rows = firstOf(led({ noise: 0, swapped: 2 }), 4000)
    for (const row of rows.slice(0, 300)) {
      const all = Object.values(row) as number[]
      expect([all[7], all[8], ...all.slice(2, 7)]).toEqual(patterns[row.label])
    }
    for (const j of [0, 1, 9, 23])
      expectShare(
        rows.map((row) => Object.values(row)[j] === 1),
        0.5,
      )
    expect(Object.keys(rows[0]!)).toHaveLength(25)
  })
})

describe('random radial basis functions', () => {
  it('form clusters: rows near each other are of one class', () => {
    const rows = firstOf(randomRbf({ features: 4, classes: 3, centroids: 6, seed: 4 }), 2000)
    const numbers = rows.map((row) => Object.values(row).slice(0, 4))
    const nearest = numbers.slice(0, 300).map((x, i) => {
      let best = -1
      let least = Infinity
      for (const [k, other] of numbers.entries()) {
        const d = k === i ? Infinity : other.reduce((sum, v, j) => sum + (v - x[j]!) ** 2, 0)
        if (d < least) [best, least] = [k, d]
      }
      return rows[best]!.label === rows[i]!.label
    })
    expect(nearest.filter(Boolean).length / nearest.length).toBeGreaterThan(0.7)
    expect(new Set(rows.map(({ label }) => label))).toEqual(new Set([0, 1, 2]))
  })
  it('lie |N(0, 1)| times the deviation away from a centre, which a single cluster shows', () => {
    const one = (seed: number): number[][] =>
      firstOf(randomRbf({ features: 3, classes: 1, centroids: 1, seed }), ROWS).map((row) =>
        Object.values(row).slice(0, 3),
      )
    const rows = one(1)
    const centre = [0, 1, 2].map((j) => meanOf(rows.map((x) => x[j]!)))
    const squares = rows.map((x) => x.reduce((sum, v, j) => sum + (v - centre[j]!) ** 2, 0))
    // E d² = σ² and E d = σ √(2/π) for the length d of a half-normal.
    const ratio = meanOf(squares.map(Math.sqrt)) ** 2 / meanOf(squares)
    expect(Math.abs(ratio - 2 / Math.PI)).toBeLessThan(0.02)
    expect(Math.sqrt(meanOf(squares))).toBeLessThan(1)
    for (const c of centre) expect(c > -0.02 && c < 1.02).toBe(true)
  })
  it('are chosen by weight: with many of them, the most frequent is met twice as often as the mean', () => {
    // Two clusters in one dimension each stand apart, so that a row tells its own by its class.
    const shares = Array.from({ length: 200 }, (_, seed) => {
      const rows = firstOf(randomRbf({ features: 1, classes: 2, centroids: 2, seed }), 200)
      return rows.filter(({ label }) => label === 1).length / 200
    })
    // The share is u/(u + v) for uniform u and v, whose mean is ½ and mean square 1 − ln 2.
    expect(Math.abs(meanOf(shares) - 0.5)).toBeLessThan(0.08)
    expect(Math.abs(meanOf(shares.map((p) => p * p)) - (1 - Math.LN2))).toBeLessThan(0.06)
    expect(meanOf(shares.map((p) => (p - 0.5) ** 2))).toBeGreaterThan(0.03)
  })
  it('move by their speed within the unit cube', () => {
    const config = { features: 2, classes: 1, centroids: 1, velocity: 0.001, seed: 3 }
    const centreOf = (from: number, rows: readonly object[]): number[] =>
      [0, 1].map((j) => meanOf(rows.slice(from, from + 100).map((row) => Object.values(row)[j] as number)))
    const rows = firstOf(randomRbf(config), 5000)
    const still = firstOf(randomRbf({ ...config, velocity: 0 }), 5000)
    const away = Array.from({ length: 50 }, (_, k) => {
      // The distances from the centre are the same ones, so the difference is that of the centres.
      const [a, b] = [centreOf(100 * k, rows), centreOf(100 * k, still)]
      return [a[0]! - b[0]!, a[1]! - b[1]!] as const
    })
    const steps = away.slice(1).map((at, k) => Math.hypot(at[0] - away[k]![0], at[1] - away[k]![1]))
    // A path that a wall bends is shorter as the crow flies.
    expect(Math.max(...steps)).toBeCloseTo(0.1, 6)
    expect(meanOf(steps)).toBeGreaterThan(0.08)
    for (const [x, y] of away) expect(Math.hypot(x, y)).toBeLessThan(Math.SQRT2)
  })
})

describe('STAGGER', () => {
  it.each([
    [1, 1 / 9],
    [2, 5 / 9],
    [3, 2 / 3],
  ])('concept %i holds for a share of %d', (variant, p) => {
    expectShare(firstOf(stagger({ variant }), ROWS).map(isOne), p)
    expectShare(firstOf(stagger({ variant, noise: 0.3 }), ROWS).map(isOne), 0.7 * p + 0.3 * (1 - p))
  })
})

describe('Agrawal', () => {
  // Ages are 20 to 80, of which 20 are below 40, 20 from 40 to below 60, and 21 above.
  it.each([
    [1, 41 / 61],
    [2, 50 / 130],
    [3, (20 * 0.4 + 20 * 0.6 + 21 * 0.6) / 61],
    [4, 50 / 130],
    [5, 0.4],
  ])('function %i has group A for a share of %d', (variant, p) => {
    expectShare(firstOf(agrawal({ variant }), ROWS).map(isOne), p)
  })
  it('draws each attribute as the paper says', () => {
    const rows = firstOf(agrawal({ seed: 9 }), ROWS)
    const mean = (of: (row: (typeof rows)[number]) => number): number => meanOf(rows.map(of))
    expect(Math.abs(mean((row) => row.salary) / 85_000 - 1)).toBeLessThan(0.02)
    expect(Math.abs(mean((row) => row.loan) / 250_000 - 1)).toBeLessThan(0.02)
    expect(Math.abs(mean((row) => row.hyears) - 15.5)).toBeLessThan(0.3)
    expect(Math.abs(mean((row) => row.age) - 50)).toBeLessThan(0.5)
    expectShare(
      rows.map(({ commission }) => commission === 0),
      75 / 130,
    )
    for (const row of rows) {
      expect(row.commission === 0).toBe(row.salary >= 75_000)
      expect(row.hvalue / (100_000 * (9 - row.zipcode))).toBeGreaterThanOrEqual(0.5)
      expect(row.hvalue / (100_000 * (9 - row.zipcode))).toBeLessThan(1.5)
    }
    for (const [name, from, to] of [
      ['elevel', 0, 4],
      ['car', 1, 20],
      ['zipcode', 0, 8],
      ['hyears', 1, 30],
      ['age', 20, 80],
    ] as const) {
      const values = new Set(rows.map((row) => row[name]))
      expect([values.size, Math.min(...values), Math.max(...values)]).toEqual([to - from + 1, from, to])
    }
  })
})
