import { inspect } from 'node:util'
import fc from 'fast-check'
import { from, of, Subject } from 'rxjs'
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
  learn,
  type Model,
  ModelInUseError,
  numeric,
  predict,
  type Replacement,
  schedules,
  sgd,
  squared,
} from '../../operators/index.js'
import { seedOf } from '../../src/bag/bagging.js'
import { meanPrediction } from '../../src/bag/meanPrediction.js'
import { poisson } from '../../src/bag/poisson.js'
import type { DriftDetector } from '../../src/drift/detector.js'
import { createRandom } from '../../src/random.js'
import { runs } from '../runs.js'
import { bitsOf, goodReadings, powerModel, type Reading, readings, type Visit, visitModel, visits } from './models.js'

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
const every = (n: number): DriftDetector => ({
  name: `every ${n}`,
  reads: 'number',
  init: () => ({ count: 0 }),
  update: (state) => (++(state as { count: number }).count % n === 0 ? 'drift' : 'none'),
})
/** A detector of misses that finds a change at every n-th of them. */
const everyMiss = (n: number): DriftDetector => ({
  ...{ name: `every ${n}`, reads: 'miss', init: () => ({ count: 0 }) },
  update(state, miss) {
    const now = state as { count: number }
    now.count += miss
    return miss === 1 && now.count % n === 0 ? 'drift' : 'none'
  },
})
interface Point {
  readonly x: number
  readonly y: string
}
const pointAt = (t: number): Point => {
  const x = ((t * 7919) % 997) / 997
  return { x, y: x + ((t * 31) % 17) / 40 > 0.7 ? 'p' : 'q' }
}
/** Predicts by what was learned before the row alone, scalers too, so that a prediction can be told beforehand. */
const points = (
  seed: number,
  _ = 0,
  learningRate: number | ReturnType<typeof schedules.inverseScaling> = 0.3,
): Model<Point, string> =>
  createModel({
    ...{ features: { x: numeric() }, target: { y: category({ values: ['p', 'q'] }) } },
    ...{ layers: [dense(3, 'tanh'), dense(1)], optimizer: sgd({ learningRate }), seed, statistics: 'afterPrediction' },
  }) as never
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
        if (k < before) throw new Error(`${k} follows ${before}`)
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
    const of = (config: BagConfig, rows = 30) =>
      run<Reading, Out>(powers({ detector: false, ...config }), goodReadings(rows)).map(({ weights }) => weights)
    for (const lambda of [1, 6]) {
      const weights = of({ lambda }, 150)
      const flat = weights.flat()
      const mean = flat.reduce((sum, k) => sum + k, 0) / flat.length
      const variance = flat.reduce((sum, k) => sum + (k - mean) ** 2, 0) / flat.length
      // Both are λ; four deviations of the mean of 450 draws.
      expect(Math.abs(mean - lambda)).toBeLessThan(4 * Math.sqrt(lambda / 450))
      expect(Math.abs(variance / lambda - 1)).toBeLessThan(0.35)
      // The members' draws do not depend on one another.
      const together = weights.reduce((sum, [a, b]) => sum + ((a as number) - lambda) * ((b as number) - lambda), 0)
      expect(Math.abs(together / 150 / lambda)).toBeLessThan(0.33)
    }
    // They are those of the row's number, whatever became of the rows before.
    const out = run<Reading, Out>(powers({ seed: 5, detector: every(7), wait: 2 }), readings(40))
    expect(out.filter(({ replacement }) => replacement).length).toBeGreaterThan(2)
    out.forEach(({ weights, unlearned }, t) => {
      const drawn = [0, 1, 2].map((i) => poisson(createRandom(5, `bag ${i}`).uniform(t), 1))
      expect(weights).toEqual(unlearned ? [0, 0, 0] : drawn)
    })
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

  it('predicts the mean probability of each class', () => {
    const bagged = bag<Visit, string>(() => visitModel() as never, { members: 3 })
    const out = run<Visit, Bagged<Visit, string>>(bagged, visits(90))
    expect(out.filter(({ predictions }) => predictions?.probabilities).length).toBe(90)
    for (const row of visits(4)) {
      const { value, probabilities } = bagged.predict(row as never)
      const shares = probabilities as Readonly<Record<string, number>>
      const each = bagged.models.map((model) => model.predict(row as never).probabilities as Record<string, number>)
      for (const name of ['left', 'looked', 'bought', 'asked'])
        expect(shares[name]).toBe(each.reduce((sum, one) => sum + (one[name] as number), 0) / 3)
      expect(shares[value]).toBe(Math.max(...Object.values(shares)))
    }
  })
  it('takes of equal classes the one known for longer, and the mean of several targets and of quantiles', () => {
    const together = (part: object, other: object, labels: readonly string[] = []) =>
      meanPrediction([part, other].map((each) => ({ kind: 'prediction', step: 1, row: {}, ...each })) as never, labels)
    const even = { probabilities: { b: 0.5, a: 0.5 } }
    expect(together(even, even, ['a', 'b']).value).toBe('a')
    expect(together({ probabilities: { a: 1 } }, { probabilities: { a: 0.25, b: 0.75 } }, ['b', 'a'])).toMatchObject({
      value: 'a',
      probabilities: { a: 0.625, b: 0.375 },
    })
    expect(together({ probabilities: {} }, { probabilities: {} }).value).toBeUndefined()
    const [one, three] = [{ value: 1 }, { value: 3 }]
    expect(together({ ...one, values: { a: 1, b: 5 } }, { ...three, values: { a: 3, b: 6 } })).toMatchObject({
      value: 2,
      values: { a: 2, b: 5.5 },
    })
    expect(together({ ...one, quantiles: { 0.1: 1 } }, { ...three, quantiles: { 0.1: 2 } })).toMatchObject({
      quantiles: { 0.1: 1.5 },
    })
  })

  it('lets the worst member that has a vote begin anew where a detector finds a change', () => {
    const config = fc.record({ members: fc.constantFrom(1, 2, 4), n: fc.integer({ min: 2, max: 9 }), wait: fc.nat(9) })
    fc.assert(
      fc.property(config, ({ members, n, wait: before }) => {
        const wait = before + 1
        const bagged = bag<Point, string>(points, { members, wait, fading: 0.9, detector: everyMiss(n) })
        const told: Replacement[] = []
        fromModel(bagged).subscribe((replacement) => told.push(replacement))
        const [row$, out] = [new Subject<Point>(), [] as Bagged<Point, string>[]]
        row$.pipe(bagged as never).subscribe((each) => out.push(each as Bagged<Point, string>))
        const begin = () => ({ age: Number.POSITIVE_INFINITY, missed: 0, misses: [] as number[] })
        const own = Array.from({ length: members }, begin)
        const errorOf = ({ misses }: ReturnType<typeof begin>): number => {
          const weights = misses.map((_, j) => 0.9 ** (misses.length - 1 - j))
          return (
            misses.reduce((sum, miss, j) => sum + miss * (weights[j] as number), 0) / weights.reduce((a, b) => a + b, 0)
          )
        }
        let replaced = 0
        for (let t = 0; t < 90; t++) {
          const row = pointAt(t)
          const made = bagged.models.map((model) => model.predict(row))
          const shareOf = ({ probabilities }: (typeof made)[number]) =>
            (probabilities as Record<string, number>).p as number
          const voting = made.filter((_, i) => (own[i]?.age as number) >= wait)
          const used = voting.length > 0 ? voting : made
          const ahead = bagged.predict(row)
          row$.next(row)
          const { predictions, replacement } = out[t] as Bagged<Point, string>
          expect(predictions?.probabilities).toEqual(ahead.probabilities)
          expect(predictions && shareOf(predictions)).toBe(
            used.reduce((sum, each) => sum + shareOf(each), 0) / used.length,
          )
          let found = -1
          own.forEach((member, i) => {
            member.age += 1
            // Nothing is known before the first row.
            if (t === 0) return
            const miss = Number(made[i]?.value !== row.y)
            member.missed += miss
            member.misses.push(miss)
            if (miss === 1 && member.missed % n === 0 && found < 0) found = i
          })
          const errors = own.map(errorOf)
          const may = errors.map((error, i) => ((own[i]?.age as number) >= wait ? error : -1))
          if (found < 0 || Math.max(...may) < 0) {
            expect(replacement).toBeUndefined()
            continue
          }
          replaced++
          const { member, errors: shown, reason } = replacement as Replacement
          expect(replacement).toMatchObject({ kind: 'replacement', found, rows: t + 1 })
          shown.forEach((error, i) => {
            if ((errors[i] as number) >= 0) expect(error).toBeCloseTo(errors[i] as number, 10)
          })
          expect(may[member]).toBeCloseTo(Math.max(...may), 10)
          expect(reason).toMatch(
            `member ${member} begins anew: every ${n} found a change in the errors of member ${found},`,
          )
          // It is what a model is that has learned nothing.
          expect(bagged.models[member]?.parameters).toEqual(points(seedOf(0, member)).parameters)
          expect(bagged.report().members[member]).toMatchObject({ age: 0, votes: false, error: Number.NaN })
          own[member] = { age: 0, missed: 0, misses: [] }
        }
        expect(told).toEqual(out.flatMap(({ replacement }) => replacement ?? []))
        expect(bagged.report()).toMatchObject({ rows: 90, replaced })
      }),
      { numRuns: runs(60) },
    )
  })
  it('shows a detector the error of each row: a share, or the loss, which is cut where the number is scaled', () => {
    const read: number[] = []
    const watching = (reads: 'share' | 'number'): DriftDetector => ({
      ...{ name: 'watching', reads, init: () => ({}) },
      update(_, value) {
        read.push(value)
        return 'none'
      },
    })
    // An outlier, a row without a label and one that cannot be read are among them.
    const rows = readings(60).map((row, t) => (t === 49 ? { ...row, power: 1e5 } : row))
    const unscaled = { target: { power: numeric({ scale: 'none' }) }, optimizer: sgd({ learningRate: 1e-5 }) } as never
    for (const [reads, config, of] of [
      ['share', {}, (loss: number) => 1 - Math.exp(-loss)],
      ['number', { loss: squared() }, (loss: number) => Math.min(8, loss)],
      ['number', unscaled, (loss: number) => loss],
    ] as const) {
      read.length = 0
      const bagged = bag<Reading>((seed) => powerModel({ seed, ...config }), { members: 1, detector: watching(reads) })
      const losses = run<Reading, Out>(bagged, rows).flatMap(({ losses }) => (Number.isNaN(losses) ? [] : losses))
      const expected = losses.slice(1).map(of)
      if (reads === 'number') expect(Math.max(...losses)).toBeGreaterThan(8)
      expect(read.length).toBe(expected.length)
      for (const [i, value] of expected.entries()) expect(read[i]).toBeCloseTo(value, 12)
      const weights = expected.map((_, i) => 0.99 ** (expected.length - 1 - i))
      const known = reads === 'share' || config === unscaled ? expected : losses.slice(1).map((l) => 1 - Math.exp(-l))
      const mean = known.reduce((sum, x, i) => sum + x * (weights[i] as number), 0) / weights.reduce((a, b) => a + b)
      expect(bagged.report().members[0]?.error).toBeCloseTo(mean, 6)
    }
  })
  it('recovers from a change sooner than a bag whose members stay', () => {
    const rows: Point[] = Array.from({ length: 1200 }, (_, t) => ({
      ...pointAt(t),
      y: pointAt(t).x > 0.5 === t < 600 ? 'p' : 'q',
    }))
    // Steps that become ever smaller find one concept well, and hardly leave it.
    const slowing = schedules.inverseScaling({ initial: 1, power: 1 })
    const still = (seed: number) => points(seed, 0, slowing)
    const missesOf = (config: BagConfig): number => {
      const bagged = bag<Point, string>(still, { members: 3, ...config })
      const out = run<Point, Bagged<Point, string>>(bagged, rows)
      expect(out.slice(0, 600).some(({ replacement }) => replacement)).toBe(false)
      return out.filter(({ predictions }, t) => t >= 600 && predictions?.value !== rows[t]?.y).length
    }
    expect(missesOf({})).toBeLessThan(0.7 * missesOf({ detector: false }))
  })

  it('continues from a snapshot at any row, as bytes too, as the uninterrupted stream', () => {
    const rows = readings(80)
    const make = () => powers({ detector: every(11), wait: 4, lambda: 2 })
    const contentOf = ({ predictions, weights, losses, replacement, step }: Out) => ({
      ...{ weights, losses, step, value: predictions?.value, replacement },
    })
    const whole = make()
    const out = run<Reading, Out>(whole, rows).map(contentOf)
    expect(out.filter(({ replacement }) => replacement).length).toBeGreaterThan(3)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 79 }), (at) => {
        const [first, second] = [make(), make()]
        run(first, rows.slice(0, at))
        second.restore(decodeSnapshot(encodeSnapshot(first.snapshot())) as never)
        expect(second.report()).toEqual(first.report())
        expect(run<Reading, Out>(second, rows.slice(at)).map(contentOf)).toEqual(out.slice(at))
        expect(second.report()).toEqual(whole.report())
        expect(bitsOf(second as never)).toBe(bitsOf(whole as never))
      }),
      { numRuns: runs(30) },
    )
  })
  it('restores within a stream, and refuses a snapshot that does not fit as a whole', () => {
    const [rows, bagged] = [readings(60), powers({ detector: every(7) })]
    const [row$, out] = [new Subject<Reading>(), [] as Out[]]
    row$.pipe(bagged as never).subscribe((each) => out.push(each as Out))
    for (const row of rows.slice(0, 30)) row$.next(row)
    const saved = bagged.snapshot()
    for (const row of rows.slice(30)) row$.next(row)
    const refused = (snapshot: unknown, message: RegExp): void => {
      const before = bitsOf(bagged as never)
      expect(() => bagged.restore(snapshot as never)).toThrow(
        expect.objectContaining({ name: 'LayoutMismatchError', message: expect.stringMatching(message) }),
      )
      expect(bitsOf(bagged as never)).toBe(before)
    }
    const { keys, snapshots } = saved
    const last = snapshots[2] as (typeof snapshots)[number]
    const other = (part: object) => ({ ...saved, snapshots: [...snapshots.slice(0, 2), { ...last, ...part }] })
    const kept = (part: object) => other({ kept: { bag: { ...(last.kept.bag as object), ...part } } })
    refused(undefined, /^bag.restore: the snapshot is undefined; expected what snapshot\(\) of a bag returns/)
    refused({ ...saved, format: 2 }, /^bag.restore: format is 2; expected 1/)
    refused({ ...saved, keys: keys.slice(1) }, /^bag.restore: the number of members is 3; expected 3, numbered from 0/)
    refused({ ...saved, keys: [0, 2, 1] }, /the number of members/)
    refused({ ...saved, keys: [0, 1], snapshots: snapshots.slice(1) }, /the number of members is 2; expected 3/)
    refused(other({ hash: 'x' }), /^restore: the snapshot has configuration x/)
    refused(kept({ rows: 5 }), /^bag.restore: the number of rows of member 2 is 5; expected 30, as that of member 0/)
    refused(kept({ rows: -1 }), /kept.bag has -1 as rows; expected a whole number/)
    refused(kept({ weight: '' }), /kept.bag has '' as weight; expected a number of at least 0/)
    refused(kept({ detector: 'ddm' }), /kept.bag is of the detector 'ddm'; expected 'every 7'/)
    refused(kept({ watched: {} }), /kept.bag has undefined as state.count/)
    refused(other({ kept: {} }), /^bag.restore: the number of rows of member 2 is 0; expected 30/)
    bagged.restore(saved)
    for (const row of rows.slice(30)) row$.next(row)
    expect(out.slice(60).map(({ predictions }) => predictions?.value)).toEqual(
      out.slice(30, 60).map(({ predictions }) => predictions?.value),
    )
  })

  it('is shown to a person in a few lines', () => {
    expect(inspect(powers({ members: 20 })).split('\n').length).toBeLessThan(12)
  })

  it('is scored as a model is, by its first member, across replacements', () => {
    const bagged = powers({ detector: every(9), wait: 3, fading: 0.9 })
    const out = run<Reading, Out & { report(): { rows: number; unscored: number } }>(
      ((source: never) => from(source).pipe(bagged as never, evaluate(bagged.models[0] as never) as never)) as never,
      goodReadings(50),
    )
    expect(bagged.report().members[0]?.replaced).toBeGreaterThan(0)
    expect(out[49]?.report()).toMatchObject({ rows: 49, unscored: 1 })
  })
  it('holds all models, or none of them', () => {
    const bagged = powers()
    const last = bagged.models[2] as Model<Reading>
    const other = new Subject<Reading>().pipe(learn(last)).subscribe()
    const reasons: unknown[] = []
    new Subject<Reading>().pipe(bagged as never).subscribe({ error: (reason) => reasons.push(reason) })
    expect(reasons[0]).toBeInstanceOf(ModelInUseError)
    bagged.models[0]?.learn(goodReadings(1)[0] as never)
    other.unsubscribe()
    const own = new Subject<Reading>().pipe(bagged as never).subscribe()
    for (const model of bagged.models) expect(() => model.learn(goodReadings(1)[0] as never)).toThrow(ModelInUseError)
    own.unsubscribe()
    for (const model of bagged.models) model.learn(goodReadings(1)[0] as never)
  })
  it('learns no row whose getter throws', () => {
    // The last member alone reads the column that throws.
    const withLine = { features: { temperature: numeric(), line: numeric() }, cursor: undefined } as object
    const bagged = bag<Reading>(
      (seed, i) => powerModel((i === 2 ? { seed, ...withLine } : { seed, cursor: undefined }) as never),
      {
        members: 3,
      },
    )
    run(bagged, goodReadings(9))
    const before = bitsOf(bagged as never)
    const bad = {
      ...goodReadings(1)[0],
      get line(): number {
        throw new Error('gone')
      },
    }
    const reasons: unknown[] = []
    of(bad)
      .pipe(bagged as never)
      .subscribe({ error: (reason) => reasons.push((reason as Error).message) })
    expect(reasons).toEqual(['gone'])
    expect(bitsOf(bagged as never)).toBe(before)
  })
  it('refuses what is no bag, by name', () => {
    const unscaled = (seed: number) => powerModel({ seed, target: { power: numeric({ scale: 'none' }) } as never })
    const model = powerModel()
    const wrong: readonly (readonly [unknown, unknown, string])[] = [
      [5, {}, 'bag: createModel is 5; expected a function of a seed'],
      [() => 5, {}, 'bag: createModel is a function that returns 5; expected a model'],
      [() => model, {}, 'bag: createModel returns the same model twice; expected a new one at each call.'],
      [
        (_: number, i: number) => (i ? visitModel() : powerModel()),
        {},
        'bag: model 1 predicts outcome (a category); expected power (a number), as model 0 does.',
      ],
      [unscaled, {}, 'bag: adwin reads shares from 0 to 1, but the target is not scaled'],
      [() => powerModel(), { detector: detectors.ddm() }, "bag: ddm reads misses of a class, but 'power' is a number"],
      [
        () => powerModel(),
        { detector: 'adwin' },
        "bag: detector is 'adwin'; expected what detectors.adwin returns, or false.",
      ],
      [
        () => powerModel(),
        { members: 0 },
        'bag: members is 0; expected a whole number of at least 1, the number of models.',
      ],
      [() => powerModel(), { lambda: 0 }, 'bag: lambda is 0; expected a number above 0 and at most 100.'],
      [() => powerModel(), { wait: 0.5 }, 'bag: wait is 0.5; expected a whole number of at least 1.'],
      [() => powerModel(), { fading: 2 }, 'bag: fading is 2; expected a number above 0 and at most 1.'],
      [() => powerModel(), { seed: 0.5 }, 'bag: seed is 0.5; expected a whole number.'],
    ]
    for (const [create, config, message] of wrong)
      expect(() => bag(create as never, config as never)).toThrow(
        expect.objectContaining({ message: expect.stringContaining(message) }),
      )
    run(bag<Reading>(unscaled, { members: 2, detector: detectors.pageHinkley() }), readings(20))
    const reasons: string[] = []
    of(readings(2))
      .pipe(powers() as never)
      .subscribe({ error: (reason) => reasons.push((reason as Error).message) })
    expect(reasons[0]).toMatch('bag: a row is an array; expected rows one by one')
  })
})
