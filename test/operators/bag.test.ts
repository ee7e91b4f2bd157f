import fc from 'fast-check'
import { concatAll, from, map, of, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  type BagConfig,
  type Bagged,
  bag,
  category,
  createModel,
  decodeSnapshot,
  dense,
  detectors,
  encodeSnapshot,
  evaluate,
  fromModel,
  lag,
  learn,
  type Model,
  ModelInUseError,
  numeric,
  predict,
  type Replacement,
  sgd,
} from '../../operators/index.js'
import { poisson } from '../../src/bag/poisson.js'
import { runs } from '../runs.js'
import { goodReadings, powerModel, type Reading, readings, type Visit, visitModel, visits } from './models.js'

type Out = Bagged<Reading, number | undefined>
const powers = (config: BagConfig = {}) => bag<Reading>((seed) => powerModel({ seed }), { members: 3, ...config })
const run = <R, O>(operator: (source: never) => unknown, rows: readonly R[]): O[] => {
  const out: O[] = []
  from(rows)
    .pipe(operator as never)
    .subscribe((each) => out.push(each as O))
  return out
}
/** A detector that finds a change at every n-th error. */
const each = (n: number) => ({
  name: `each ${n}`,
  reads: 'number' as const,
  init: () => ({ count: 0 }),
  update: (state: { count: number }) => (++state.count % n === 0 ? ('drift' as const) : ('none' as const)),
})
const pmf = (k: number, lambda: number): number => {
  let p = Math.exp(-lambda)
  for (let j = 1; j <= k; j++) p *= lambda / j
  return p
}

describe('the weights of a bag', () => {
  it('have a Poisson distribution: each number takes its probability of [0, 1)', () => {
    const n = 20_000
    for (const lambda of [0.3, 1, 6, 100]) {
      const counts: number[] = []
      let before = 0
      for (let i = 0; i < n; i++) {
        const k = poisson((i + 0.5) / n, lambda)
        expect(k).toBeGreaterThanOrEqual(before)
        before = k
        counts[k] = (counts[k] ?? 0) + 1
      }
      for (let k = 0; k <= before; k++) expect(Math.abs((counts[k] ?? 0) / n - pmf(k, lambda))).toBeLessThan(1.5 / n)
    }
    expect(poisson(0, 1)).toBe(0)
    expect(poisson(1 - 2 ** -53, 1)).toBeLessThan(40)
    expect(poisson(1 - 2 ** -53, 100)).toBeLessThan(1200)
  })
  it('are drawn for each member and row, and are those of the seed', () => {
    const rows = goodReadings(400)
    const of = (config: BagConfig) =>
      run<Reading, Out>(powers({ detector: false, ...config }), rows).map((r) => r.weights)
    for (const lambda of [1, 6]) {
      const weights = of({ lambda })
      const flat = weights.flat()
      const mean = flat.reduce((sum, k) => sum + k, 0) / flat.length
      const variance = flat.reduce((sum, k) => sum + (k - mean) ** 2, 0) / flat.length
      // Both are λ; four deviations of the mean of 1,200 draws.
      expect(Math.abs(mean - lambda)).toBeLessThan(4 * Math.sqrt(lambda / 1200))
      expect(Math.abs(variance / lambda - 1)).toBeLessThan(0.3)
      // The members' draws do not depend on one another.
      const together = weights.reduce((sum, [a, b]) => sum + ((a as number) - lambda) * ((b as number) - lambda), 0)
      expect(Math.abs(together / 400 / lambda)).toBeLessThan(0.25)
    }
    expect(of({ seed: 5 })).toEqual(of({ seed: 5 }))
    expect(of({ seed: 5 })).not.toEqual(of({ seed: 6 }))
  })
})

describe('bag', () => {
  it('predicts the mean of models that each learn every row with their weight, bit for bit', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 6), fc.integer({ min: 1, max: 4 }), fc.nat(50), (lambda, members, seed) => {
        const rows = readings(70)
        const seeds: number[] = []
        const bagged = bag<Reading>(
          (own) => {
            seeds.push(own)
            return powerModel({ seed: own })
          },
          { members, lambda, seed, detector: false },
        )
        const out = run<Reading, Out>(bagged, rows)
        expect(new Set(seeds).size).toBe(members)
        const alone = seeds.map((own) => powerModel({ seed: own }))
        rows.forEach((row, t) => {
          const { predictions, losses, weights, actual, unlearned } = out[t] as Out
          const learned = alone.map((model, i) =>
            model.learn({ ...row, importance: (row.importance as number) * (weights[i] as number) }),
          )
          const values = learned.flatMap((one) => one.predictions?.value ?? [])
          if (values.length === 0) expect(predictions).toBeUndefined()
          else expect(predictions?.value).toBe(values.reduce((a: number, b) => a + (b as number), 0) / members)
          expect(losses).toBe(learned.reduce((sum, one) => sum + one.losses, 0) / members)
          expect(actual).toEqual(learned[0]?.actual)
          expect(unlearned).toEqual(learned[0]?.unlearned)
          if (unlearned) expect(weights).toEqual(alone.map(() => 0))
        })
        alone.forEach((model, i) => {
          expect(bagged.models[i]?.parameters).toEqual(model.parameters)
          expect(bagged.models[i]?.counters).toEqual(model.counters)
        })
        const row = goodReadings(1)[0] as Reading
        const mean = alone.reduce((sum, model) => sum + (model.predict(row).value as number), 0) / members
        expect(bagged.predict(row).value).toBe(mean)
        expect(run<Reading, { value: number }>(predict(bagged) as never, [row])[0]?.value).toBe(mean)
      }),
      { numRuns: runs(30) },
    )
  })
})
