import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { AGRAWAL_GROUPS, type Applicant } from '../../../src/generators/agrawalGroups.js'
import { agrawal, sea, stagger } from '../../../src/generators/index.js'
import { firstOf } from './firstOf.js'

// The labels of each concept: those that another program gives its own rows, and the papers' sentences on ours.

type Table = readonly (readonly number[])[]
const golden = JSON.parse(readFileSync(new URL('../../golden/generators.json', import.meta.url), 'utf8')) as {
  readonly river: string
  readonly agrawal: readonly Table[]
  readonly stagger: readonly Table[]
  readonly sea: readonly Table[]
}

describe(`Agrawal's functions group the applicants of River ${golden.river} as it does`, () => {
  // River compares a salary where function 5 has the loan. From function 7 on it calls group A 0 rather than 1.
  const functions = golden.agrawal.map((rows, i) => [i + 1, rows] as const).filter(([variant]) => variant !== 5)
  it.each(functions)('function %i', (variant, rows) => {
    for (const [salary, commission, age, elevel, car, zipcode, hvalue, hyears, loan, given] of rows) {
      const applicant = { salary, commission, age, elevel, car, zipcode, hvalue, hyears, loan } as Applicant
      const label = variant < 7 ? given : 1 - given!
      expect([applicant, Number(AGRAWAL_GROUPS[variant - 1]!(applicant))]).toEqual([applicant, label])
    }
  })
  it('function 5, whose loans lie in a range of 200,000 by salary and age', () => {
    const cases: readonly [age: number, salary: number, from: number][] = [
      [39, 70_000, 100_000],
      [39, 49_999, 200_000],
      [40, 100_000, 200_000],
      [59, 70_000, 300_000],
      [60, 50_000, 300_000],
      [80, 90_000, 100_000],
    ]
    for (const [age, salary, from] of cases)
      for (const [loan, inA] of [
        [from - 1, false],
        [from, true],
        [from + 200_000, true],
        [from + 200_001, false],
      ] as const)
        expect([age, salary, loan, AGRAWAL_GROUPS[4]!({ age, salary, loan } as Applicant)]).toEqual([
          ...[age, salary, loan, inA],
        ])
  })
  it('the label is the group of the row itself, and stays when the row is disturbed', () => {
    for (let variant = 1; variant <= 10; variant++) {
      const plain = firstOf(agrawal({ variant, seed: 3 }), 300)
      const disturbed = firstOf(agrawal({ variant, seed: 3, perturbation: 0.2 }), 300)
      for (const row of plain) expect(row.label).toBe(Number(AGRAWAL_GROUPS[variant - 1]!(row)))
      expect(disturbed.map(({ label }) => label)).toEqual(plain.map(({ label }) => label))
      // A value moves by at most half of a fifth of its range, and stays within the range.
      for (const [name, from, to] of [
        ['salary', 20_000, 150_000],
        ['age', 20, 80],
        ['hyears', 1, 30],
        ['loan', 0, 500_000],
      ] as const) {
        const moves = plain.map((row, i) => Math.abs(row[name] - disturbed[i]![name]))
        expect(Math.max(...moves)).toBeLessThanOrEqual(0.1 * (to - from) + 1e-9)
        expect(Math.max(...moves)).toBeGreaterThan(0.09 * (to - from))
        for (const row of disturbed) expect(row[name] >= from && row[name] <= to).toBe(true)
      }
      const houses = plain.map(({ hvalue, zipcode }, i) => Math.abs(hvalue - disturbed[i]!.hvalue) / (9 - zipcode))
      expect(Math.max(...houses)).toBeLessThanOrEqual(10_000 + 1e-6)
      expect(Math.max(...houses)).toBeGreaterThan(9000)
      for (const [i, { commission }] of disturbed.entries()) {
        const before = plain[i]!.commission
        if (before === 0) expect(commission).toBe(0)
        else expect(Math.abs(commission - before)).toBeLessThanOrEqual(6500)
      }
      for (const name of ['elevel', 'car', 'zipcode'] as const)
        expect(disturbed.map((row) => row[name])).toEqual(plain.map((row) => row[name]))
    }
  })
})

describe(`the STAGGER concepts label the things of River ${golden.river} as it does`, () => {
  // River's numbers of these values.
  const [sizes, colors, shapes] = [
    ['small', 'medium', 'large'],
    ['red', 'blue', 'green'],
    ['circular', 'square', 'triangular'],
  ]
  it.each([1, 2, 3])('concept %i', (variant) => {
    const theirs = new Map(
      golden.stagger[variant - 1]!.map(([s, c, f, label]) => [`${sizes[s!]} ${colors[c!]} ${shapes[f!]}`, label]),
    )
    let met = 0
    for (const { size, color, shape, label } of firstOf(stagger({ variant }), 300)) {
      const known = theirs.get(`${size} ${color} ${shape}`)
      if (known === undefined) continue
      expect([size, color, shape, label]).toEqual([size, color, shape, known])
      met += 1
    }
    expect(met).toBeGreaterThan(200)
  })
})

describe(`the SEA thresholds are those of River ${golden.river}, whose label is the other one`, () => {
  it.each([1, 2, 3, 4])('concept %i', (variant) => {
    // A threshold lies between the largest sum below it and the least sum above it.
    const between = (rows: readonly { readonly sum: number; readonly below: boolean }[]): readonly number[] => [
      Math.max(...rows.flatMap(({ sum, below }) => (below ? sum : []))),
      Math.min(...rows.flatMap(({ sum, below }) => (below ? [] : sum))),
    ]
    const rows = firstOf(sea({ variant, noise: 0 }), 4000)
    const [low, high] = between(rows.map(({ x1, x2, label }) => ({ sum: x1 + x2, below: label === 1 })))
    const theirs = golden.sea[variant - 1]!.map(([x1, x2, , label]) => ({ sum: x1! + x2!, below: label === 0 }))
    const [theirLow, theirHigh] = between(theirs)
    const theta = [8, 9, 7, 9.5][variant - 1]!
    expect(low).toBeLessThanOrEqual(theta)
    expect(high).toBeGreaterThan(theta)
    expect(high! - low!).toBeLessThan(0.1)
    expect(theirLow).toBeLessThanOrEqual(theta)
    expect(theirHigh).toBeGreaterThan(theta)
  })
})
