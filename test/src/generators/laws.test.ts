import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as generators from '../../../src/generators/index.js'
import { runs } from '../../runs.js'
import { firstOf } from './firstOf.js'

const { abrupt, agrawal, friedman, gradual, hyperplane, led, randomRbf, recurrent, sea, stagger } = generators

type Make = (seed: number) => Iterable<object>
const members: Readonly<Record<string, readonly [name: string, make: Make][]>> = {
  sea: [1, 2, 3, 4].map((variant) => [`sea ${variant}`, (seed) => sea({ seed, variant })]),
  friedman: [0, 1, 4].map((variant) => [`friedman ${variant}`, (seed) => friedman({ seed, variant })]),
  hyperplane: [
    ['hyperplane', (seed) => hyperplane({ seed })],
    ['hyperplane, drifting', (seed) => hyperplane({ seed, features: 4, drifting: 4, magnitude: 0.01 })],
  ],
  led: [0, 4].map((swapped) => [`led ${swapped}`, (seed) => led({ seed, swapped })]),
  randomRbf: [
    ['randomRbf', (seed) => randomRbf({ seed })],
    ['randomRbf, drifting', (seed) => randomRbf({ seed, features: 3, classes: 4, centroids: 9, velocity: 0.01 })],
  ],
  stagger: [1, 2, 3].map((variant) => [`stagger ${variant}`, (seed) => stagger({ seed, variant })]),
  agrawal: [
    ['agrawal 1', (seed) => agrawal({ seed })],
    ['agrawal 7, disturbed', (seed) => agrawal({ seed, variant: 7, perturbation: 0.1 })],
  ],
  abrupt: [['abrupt', (seed) => abrupt(sea({ seed }), sea({ seed, variant: 2 }), { at: 7 })]],
  gradual: [['gradual', (seed) => gradual(sea({ seed }), sea({ seed, variant: 2 }), { at: 7, width: 20, seed })]],
  recurrent: [['recurrent', (seed) => recurrent([sea({ seed }), sea({ seed, variant: 2 })], { every: 5 })]],
}
const all = Object.values(members).flat()

it('every generator is covered', () => {
  expect(Object.keys(members).sort()).toEqual(Object.keys(generators).sort())
})

describe.each(all)('%s', (_, make) => {
  it('gives the same rows whenever it is iterated, also beside itself', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 40 }), (seed, count) => {
        const stream = make(seed)
        const rows = firstOf(stream, count)
        expect(firstOf(stream, count)).toEqual(rows)
        expect(firstOf(make(seed), count)).toEqual(rows)
        const [a, b] = [stream[Symbol.iterator](), stream[Symbol.iterator]()]
        for (const row of rows) {
          expect(a.next().value).toEqual(row)
          expect(b.next().value).toEqual(row)
        }
      }),
      { numRuns: runs(40) },
    )
  })
  it('gives other rows for another seed, and never one object twice', () => {
    const rows = firstOf(make(1), 50)
    expect(firstOf(make(2), 50)).not.toEqual(rows)
    expect(new Set(rows).size).toBe(50)
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBeGreaterThan(10)
  })
  it('gives plain rows of one form, with finite numbers', () => {
    const rows = firstOf(make(3), 200)
    const names = Object.keys(rows[0]!)
    for (const row of rows) {
      expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
      expect(Object.keys(row)).toEqual(names)
      for (const value of Object.values(row)) expect(typeof value === 'string' || Number.isFinite(value)).toBe(true)
    }
  })
})

describe('concepts', () => {
  it('of one seed are independent streams, so that a change of concept repeats no rows', () => {
    for (const [a, b] of [
      [sea({ variant: 1 }), sea({ variant: 2 })],
      [friedman({ variant: 0 }), friedman({ variant: 2 })],
      [agrawal({ variant: 1 }), agrawal({ variant: 2 })],
    ]) {
      const numbers = (stream: Iterable<object>) => new Set(firstOf(stream, 100).map((row) => Object.values(row)[0]))
      const shared = [...numbers(a as Iterable<object>)].filter((x) => numbers(b as Iterable<object>).has(x))
      expect(shared).toEqual([])
    }
  })
})

describe('changes', () => {
  const count = (from: number): Iterable<number> => ({
    *[Symbol.iterator]() {
      for (let i = from; ; i++) yield i
    },
  })
  it('abrupt: the first rows of one stream, then the other from its beginning', () => {
    expect(firstOf(abrupt(count(0), count(100), { at: 3 }), 6)).toEqual([0, 1, 2, 100, 101, 102])
    expect(firstOf(abrupt(count(0), count(100), { at: 0 }), 2)).toEqual([100, 101])
    expect([...abrupt([1, 2], [3], { at: 5 })]).toEqual([1, 2, 3])
  })
  it('recurrent: each goes on where it was', () => {
    expect(firstOf(recurrent([count(0), count(100)], { every: 2 }), 8)).toEqual([0, 1, 100, 101, 2, 3, 102, 103])
    expect([...recurrent([[1, 2, 3], [4]], { every: 1 })]).toEqual([1, 4, 2])
  })
  it('gradual: each goes on where it was, and the second is as likely as the logistic curve says', () => {
    const share = Array.from({ length: 400 }, (_, seed) =>
      firstOf(gradual(count(0), count(1e6), { at: 30, width: 20, seed }), 60),
    )
    for (const rows of share) {
      const [first, second] = [rows.filter((x) => x < 1e6), rows.filter((x) => x >= 1e6).map((x) => x - 1e6)]
      expect(first).toEqual(first.map((_, i) => i))
      expect(second).toEqual(second.map((_, i) => i))
    }
    for (const i of [5, 20, 25, 30, 35, 40, 55]) {
      const p = 1 / (1 + Math.exp((-4 * (i - 30)) / 20))
      const seen = share.filter((rows) => rows[i]! >= 1e6).length / share.length
      expect(Math.abs(seen - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / share.length) + 0.003)
    }
  })
  it('close what they have opened when they are left', () => {
    const closed: string[] = []
    const watched = (name: string): Iterable<number> => ({
      *[Symbol.iterator]() {
        try {
          for (;;) yield 1
        } finally {
          closed.push(name)
        }
      },
    })
    firstOf(gradual(watched('a'), watched('b'), { at: 2, width: 4 }), 20)
    firstOf(recurrent([watched('c'), watched('d')], { every: 1 }), 4)
    firstOf(abrupt(watched('e'), watched('f'), { at: 2 }), 1)
    firstOf(abrupt(watched('g'), watched('h'), { at: 2 }), 4)
    expect(closed.sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'g', 'h'])
  })
})

it.each<[string, () => unknown]>([
  ['sea: variant is 5; expected a whole number from 1 to 4.', () => sea({ variant: 5 })],
  ['sea: noise is 1.5; expected a share from 0 to 1.', () => sea({ noise: 1.5 })],
  ['friedman: variant is 5; expected a whole number from 0 to 4.', () => friedman({ variant: 5 })],
  ['friedman: noise is -1; expected a standard deviation of at least 0.', () => friedman({ noise: -1 })],
  ['hyperplane: features is 0; expected a whole number of at least 1.', () => hyperplane({ features: 0 })],
  ['hyperplane: drifting is 3; expected a whole number from 0 to 2.', () => hyperplane({ features: 2, drifting: 3 })],
  ['hyperplane: turn is -1; expected a share from 0 to 1.', () => hyperplane({ turn: -1 })],
  ['hyperplane: magnitude is NaN; expected a number of at least 0.', () => hyperplane({ magnitude: Number.NaN })],
  ['led: irrelevant is -1; expected a whole number of at least 0.', () => led({ irrelevant: -1 })],
  ['led: swapped is 4; expected a whole number from 0 to 3.', () => led({ swapped: 4, irrelevant: 3 })],
  ['randomRbf: centroids is 1; expected a whole number of at least 2.', () => randomRbf({ centroids: 1 })],
  ['randomRbf: velocity is 2; expected a length from 0 to 1', () => randomRbf({ velocity: 2 })],
  ['stagger: variant is 0; expected a whole number from 1 to 3.', () => stagger({ variant: 0 })],
  ['agrawal: variant is 11; expected a whole number from 1 to 10.', () => agrawal({ variant: 11 })],
  ['agrawal: perturbation is 2; expected a share from 0 to 1.', () => agrawal({ perturbation: 2 })],
  ['abrupt: at is NaN; expected a whole number of rows, at least 0.', () => abrupt([], [], {} as never)],
  ['gradual: width is 0; expected a whole number of rows, at least 1.', () => gradual([], [], { at: 1, width: 0 })],
  ['recurrent: every is 0; expected a whole number of rows, at least 1.', () => recurrent([[]], { every: 0 })],
  ['recurrent: there is no stream; expected a list of them', () => recurrent([], { every: 1 })],
])('%s', (message, make) => {
  expect(make).toThrow(message)
})
