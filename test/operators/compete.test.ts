import fc from 'fast-check'
import { from, Subject, type Subscription } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  absolute,
  type Competed,
  category,
  compete,
  createModel,
  decodeSnapshot,
  dense,
  encodeSnapshot,
  fromModel,
  hashed,
  LayoutMismatchError,
  lag,
  learn,
  type Model,
  ModelInUseError,
  metrics,
  numeric,
  type Row,
  type SnapshotByKey,
  type Swap,
  sgd,
} from '../../operators/index.js'
import { observing } from '../../src/metrics/observed.js'
import { runs } from '../runs.js'
import { bitsOf, goodReadings, powerModel, type Reading, readings, visitModel, visits } from './models.js'

const powers = () => ({
  net: powerModel(),
  linear: powerModel({ layers: [dense(1)], optimizer: sgd({ learningRate: 0.05 }), loss: absolute() }),
  other: powerModel({ layers: [dense(2, 'relu'), dense(1)], seed: 9 }),
})
// A test that decides soon, so that there is much to see in few rows.
const hasty = { runLength: 2, advantage: 0.5, wait: 2, fading: 0.9 }
type Powers = ReturnType<typeof powers>
type Out = Competed<Reading, number | undefined, keyof Powers & string>

const run = (models: Powers, rows: readonly Reading[], config: object = hasty): Out[] => {
  const out: Out[] = []
  from(rows)
    .pipe(compete(models, config) as never)
    .subscribe((each) => out.push(each as Out))
  return out
}
/** What each model alone predicts for each row, and loses by MAE; NaN where that is not known. */
const alone = (models: Powers, rows: readonly Reading[]) =>
  Object.fromEntries(
    Object.entries(models).map(([name, model]) => {
      const observe = observing<Reading>(model, 'power')
      const each = rows.map((row) => {
        const learned = model.learn(row)
        const { actual, predicted } = observe(learned, 0)
        return { learned, loss: Math.abs(actual - predicted) }
      })
      return [name, each]
    }),
  )

describe('compete', () => {
  it('predicts by the champion of the time, and every model learns as it does alone', () => {
    const models = powers()
    const rows = readings(150)
    const out = run(models, rows)
    const others = powers()
    const expected = alone(others, rows)
    expect(out.filter(({ swap }) => swap).length).toBeGreaterThan(2)
    let champion: string = 'net'
    out.forEach((each, i) => {
      expect(each.champion).toBe(champion)
      const own = expected[champion]?.[i]?.learned
      expect(each.predictions).toEqual(own?.predictions)
      expect(each.step).toBe(own?.step)
      expect(each.losses).toEqual(own?.losses)
      expect(each.model).toBe(models[champion as 'net'])
      if (each.swap) expect(each.swap.from).toBe(champion)
      champion = each.swap?.to ?? champion
    })
    const stateOf = (model: Model<Reading>) => bitsOf({ snapshot: () => ({ ...model.snapshot(), kept: {} }) })
    for (const name of Object.keys(models) as (keyof Powers)[])
      expect(stateOf(models[name])).toBe(stateOf(others[name]))
  })

  it('swaps where the test over all rows says so, and nowhere else', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0.9, 0.99),
        fc.constantFrom(0.2, 1),
        fc.constantFrom(2, 20),
        fc.integer({ min: 1, max: 9 }),
        (fading, advantage, runLength, wait) => {
          const rows = readings(70)
          const out = run(powers(), rows, { fading, advantage, runLength, wait })
          const losses = alone(powers(), rows)
          const [k, names] = [advantage / 2, Object.keys(losses)]
          /** The run length that a threshold stands for, with two challengers. */
          const lengthOf = (h: number): number =>
            (Math.exp(2 * k * (h + 1.166)) - 2 * k * (h + 1.166) - 1) / (2 * k * k) / 2
          let champion = 'net'
          let since: number[] = []
          let rowsSeen = 0
          out.forEach(({ swap }, i) => {
            const all = names.map((name) => losses[name]?.[i]?.loss as number)
            if (all.some(Number.isNaN)) {
              expect(swap).toBeUndefined()
              return
            }
            since.push(i)
            rowsSeen++
            const sums = names.map((name) => {
              let sum = 0
              since.forEach((_, t) => {
                const d = since.slice(0, t + 1).map((j) => {
                  const at = (of: string): number => losses[of]?.[j]?.loss as number
                  return at(champion) - at(name)
                })
                const w = d.map((_, j) => fading ** (t - j))
                const total = w.reduce((a, b) => a + b, 0)
                const mean = d.reduce((a, b, j) => a + b * (w[j] as number), 0) / total
                const sigma = Math.sqrt(d.reduce((a, b, j) => a + (b - mean) ** 2 * (w[j] as number), 0) / total)
                if (t < wait || name === champion) return
                sum = Math.max(0, sum + Math.max(-4, Math.min(4, sigma > 0 ? (d[t] as number) / sigma : 0)) - k)
              })
              return sum
            })
            const most = Math.max(...sums)
            if (!swap) {
              expect(lengthOf(most)).toBeLessThanOrEqual(runLength * 1.0001)
              return
            }
            expect(swap.to).toBe(names[sums.indexOf(most)])
            expect(lengthOf(most)).toBeGreaterThan(runLength * 0.9999)
            expect(swap.evidence.sum).toBeCloseTo(most, 6)
            expect(lengthOf(swap.evidence.threshold)).toBeCloseTo(runLength, 6)
            expect(swap).toMatchObject({ kind: 'swap', from: champion, rows: rowsSeen })
            // The rows of the evidence are the last ones, and its losses are those of these rows.
            const last = since.slice(since.length - swap.evidence.rows)
            const meanOf = (of: string) =>
              last.reduce((sum, j) => sum + (losses[of]?.[j]?.loss as number), 0) / last.length
            expect(swap.evidence.champion).toBeCloseTo(meanOf(champion), 8)
            expect(swap.evidence.challenger).toBeCloseTo(meanOf(swap.to), 8)
            expect(swap.reason).toMatch(
              new RegExp(
                `^'${swap.to}' is the champion in place of '${champion}': over the last ${last.length} rows its MAE`,
              ),
            )
            champion = swap.to
            since = []
          })
        },
      ),
      { numRuns: runs(15) },
    )
  })

  it('reports the faded loss of every model, and of what went downstream, over the rows that all predicted', () => {
    const rows = readings(90)
    const out = run(powers(), rows)
    const losses = alone(powers(), rows)
    const report = out[out.length - 1]?.report()
    const names = Object.keys(losses)
    const scored = rows.map((_, i) => i).filter((i) => names.every((name) => !Number.isNaN(losses[name]?.[i]?.loss)))
    const faded = (of: (i: number) => number): number => {
      const weights = scored.map((_, j) => 0.9 ** (scored.length - 1 - j))
      return (
        scored.reduce((sum, i, j) => sum + (weights[j] as number) * of(i), 0) / weights.reduce((sum, w) => sum + w, 0)
      )
    }
    for (const { name, loss } of report?.models ?? [])
      expect(loss).toBeCloseTo(
        faded((i) => losses[name]?.[i]?.loss as number),
        8,
      )
    expect(report?.loss).toBeCloseTo(
      faded((i) => losses[out[i]?.champion as string]?.[i]?.loss as number),
      8,
    )
    expect(report).toMatchObject({ metric: 'MAE', rows: scored.length, unscored: rows.length - scored.length })
    expect(report?.swaps).toBe(out.filter(({ swap }) => swap).length)
    expect(report?.models.map(({ name }) => name)).toEqual(names)
    expect(report?.models.filter(({ evidence }) => !evidence).map(({ name }) => name)).toEqual([report?.champion])
  })

  it('a snapshot of all models at any row continues as the uninterrupted stream', () => {
    const rows = readings(90)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 89 }), (at) => {
        const whole = run(powers(), rows)
        const first = powers()
        run(first, rows.slice(0, at))
        const second = powers()
        const saved = decodeSnapshot(encodeSnapshot(compete(first, hasty).snapshot())) as SnapshotByKey<keyof Powers>
        const next = compete(second, hasty)
        next.restore(saved)
        expect([next.cursor, next.report()]).toEqual([first.net.cursor, compete(first, hasty).report()])
        const rest = run(second, rows.slice(at))
        const contentOf = ({ champion, predictions, swap, step }: Out) => ({ champion, predictions, swap, step })
        expect(rest.map(contentOf)).toEqual(whole.slice(at).map(contentOf))
        if (at < 89) expect(rest[rest.length - 1]?.report()).toEqual(whole[whole.length - 1]?.report())
      }),
      { numRuns: runs(20) },
    )
  })
  it('takes all of a snapshot or nothing', () => {
    const rows = readings(60)
    const [learned, models] = [powers(), powers()]
    run(learned, rows)
    run(models, rows.slice(0, 30))
    const [saved, competing] = [compete(learned, hasty).snapshot(), compete(models, hasty)]
    // The steps rise meanwhile, because one number never stands for two states.
    const contents = () => Object.values(models).map((model) => bitsOf(model).replace(/^\{"step":\d+,/, ''))
    const before = contents()
    const torn = { ...saved, snapshots: [saved.snapshots[0], saved.snapshots[1], saved.snapshots[0]] }
    const wrong: readonly (readonly [unknown, RegExp | string])[] = [
      [undefined, 'compete.restore: the snapshot is undefined; expected what snapshot() of compete returns.'],
      [learned.net.snapshot(), 'expected what snapshot() of compete returns'],
      [{ ...saved, format: 2 }, 'compete.restore: format is 2; expected 1.'],
      [{ ...saved, keys: ['linear', 'net', 'other'] }, "is 'linear, net, other'; expected net, linear, other."],
      [{ ...saved, snapshots: saved.snapshots.slice(1) }, 'expected net, linear, other.'],
      [torn, /configuration/],
    ]
    for (const [given, message] of wrong) {
      expect(() => competing.restore(given as never)).toThrow(LayoutMismatchError)
      expect(() => competing.restore(given as never)).toThrow(message)
      expect(contents().map((each, i) => each === before[i])).toEqual([true, true, true])
    }
  })
  it('continues from a snapshot that is restored between two rows', () => {
    const [rows, models] = [readings(120), powers()]
    const row$ = new Subject<Reading>()
    const out: Out[] = []
    row$.pipe(compete(models, hasty) as never).subscribe((each) => out.push(each as Out))
    for (const row of rows.slice(0, 60)) row$.next(row)
    const saved = Object.entries(models).map(([name, model]) => [name, model.snapshot()] as const)
    for (const row of rows.slice(60)) row$.next(row)
    for (const [name, snapshot] of saved) models[name as 'net'].restore(snapshot)
    for (const row of rows.slice(60)) row$.next(row)
    expect(out.slice(120).map(({ champion }) => champion)).toEqual(out.slice(60, 120).map(({ champion }) => champion))
  })

  it('does not flap between models that are equally good', () => {
    const rows: Row[] = Array.from({ length: 4000 }, (_, i) => {
      const noise = ((Math.imul(i, 2654435761) >>> 0) / 2 ** 32 + (Math.imul(i, 40503) & 1023) / 1024) * 2 - 2
      return { x: (i * 37) % 100, y: ((i * 37) % 100) / 20 + noise }
    })
    const make = (seed: number) =>
      createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(3, 'tanh'), dense(1)], seed })
    const swaps: Swap[] = []
    const operator = compete({ a: make(1), b: make(2), c: make(3) })
    operator.listen((swap) => swaps.push(swap))
    from(rows)
      .pipe(operator as never)
      .subscribe()
    expect(swaps.length).toBeLessThanOrEqual(2)
    expect(operator.report().rows).toBeGreaterThan(3900)
  })
  it('finds the challenger that a change makes the better one, and tells of it', () => {
    const rows: Row[] = Array.from({ length: 3000 }, (_, i) => {
      const x = ((i * 7919) % 1000) / 500 - 1
      return { x, y: i < 1500 ? 2 * x : 3 * x * x }
    })
    const of = (layers: readonly [ReturnType<typeof dense>, ...ReturnType<typeof dense>[]]) =>
      createModel({ features: { x: numeric() }, target: { y: numeric() }, layers })
    const operator = compete({ linear: of([dense(1)]), net: of([dense(16, 'tanh'), dense(1)]) })
    const swaps: Swap[] = []
    fromModel(operator).subscribe((swap) => swaps.push(swap))
    from(rows)
      .pipe(operator as never)
      .subscribe()
    const last = swaps[swaps.length - 1]
    expect(last).toMatchObject({ from: 'linear', to: 'net' })
    expect(last?.rows).toBeGreaterThan(1500)
    expect(last?.rows).toBeLessThan(1800)
    expect(last?.evidence.challenger).toBeLessThan(last?.evidence.champion as number)
  })

  it('compares classes by log loss, or by any mean over rows', () => {
    for (const metric of [undefined, metrics.accuracy(), metrics.brier()]) {
      const models = { good: visitModel(), bad: visitModel(4, { shards: 2 }) }
      const operator = compete(models, metric && { metric })
      from(visits(80))
        .pipe(operator as never)
        .subscribe()
      const { metric: name, models: standing } = operator.report()
      expect(name).toBe(metric?.name ?? 'log loss')
      // They are the same model, so that they lose the same.
      expect(standing[0]?.loss).toBe(standing[1]?.loss)
      expect(standing[1]?.evidence).toMatchObject({ rows: 0, deviation: 0, sum: 0 })
    }
  })
  it('prefers what is higher where that is better', () => {
    const rows: Row[] = Array.from({ length: 600 }, (_, i) => ({ x: (i * 7) % 10, y: (i * 7) % 10 > 4 ? 'p' : 'q' }))
    const make = (rate: number) =>
      createModel({
        ...{ features: { x: numeric() }, target: { y: category({ values: ['p', 'q'] }) }, layers: [dense(1)] },
        optimizer: sgd({ learningRate: rate }),
      })
    const operator = compete({ still: make(0), learning: make(0.1) }, { metric: metrics.accuracy() })
    from(rows)
      .pipe(operator as never)
      .subscribe()
    expect(operator.report()).toMatchObject({ champion: 'learning', swaps: 1 })
  })
  it('begins with the champion that is named', () => {
    const operator = compete(powers(), { champion: 'other' })
    expect(operator.report().champion).toBe('other')
    const out: Out[] = []
    from(goodReadings(3))
      .pipe(operator as never)
      .subscribe((each) => out.push(each as Out))
    expect(out.map(({ champion }) => champion)).toEqual(['other', 'other', 'other'])
  })

  it('holds all models, or none of them', () => {
    const models = powers()
    const reasons: unknown[] = []
    const held = (subscription: Subscription) => subscription
    const other = held(new Subject<Reading>().pipe(learn(models.other)).subscribe())
    new Subject<Reading>().pipe(compete(models) as never).subscribe({ error: (reason) => reasons.push(reason) })
    expect(reasons[0]).toBeInstanceOf(ModelInUseError)
    models.net.learn(goodReadings(1)[0] as Reading)
    other.unsubscribe()
    const own = held(new Subject<Reading>().pipe(compete(models) as never).subscribe())
    for (const model of Object.values(models))
      expect(() => model.learn(readings(1)[0] as Reading)).toThrow(ModelInUseError)
    own.unsubscribe()
    for (const model of Object.values(models)) model.learn(readings(1)[0] as Reading)
  })
  it('refuses what cannot be compared, by name', () => {
    const [one, two] = [powerModel(), powerModel()]
    const wrong: readonly (readonly [unknown, unknown, string])[] = [
      [one, {}, 'compete: models is an object; expected models by name, as in { linear, net }.'],
      [[], {}, 'compete: there are 0 names for 0 models; expected at least two'],
      [{ one }, {}, 'compete: there are 1 names for 1 models; expected at least two'],
      [{ one, two: one }, {}, 'compete: there are 2 names for 1 models; expected at least two, each by one name.'],
      [{ one, two: 5 }, {}, "compete: 'two' is 5; expected what createModel returns."],
      [{ one, visit: visitModel() }, {}, "compete: 'visit' has no target 'power'; expected it in every model"],
      [{ one, two }, { target: 'speed' }, "compete: 'one' has no target 'speed'"],
      [{ one, two }, { champion: 'three' }, "compete: champion is 'three'; expected one of one, two."],
      [
        { one, two },
        { metric: metrics.accuracy() },
        'compete: accuracy is for classification; expected a metric for a',
      ],
      [
        { one, two },
        { metric: metrics.r2() },
        'compete: R² has no value for a row by itself; expected a mean over rows',
      ],
      [{ one, two }, { runLength: 1 }, 'compete: runLength is 1; expected a number above 1.'],
      [{ one, two }, { advantage: 0 }, 'compete: advantage is 0; expected a number above 0 and at most 4.'],
      [{ one, two }, { wait: 0 }, 'compete: wait is 0; expected a whole number of at least 1.'],
      [{ one, two }, { fading: 1.5 }, 'compete: fading is 1.5; expected a number above 0 and at most 1.'],
    ]
    for (const [models, config, message] of wrong)
      expect(() => compete(models as never, config as never)).toThrow(message)
  })
  it('reports how the models stand by the state of the first one, also after a restore', () => {
    const [rows, models] = [readings(80), powers()]
    const row$ = new Subject<Reading>()
    const operator = compete(models, hasty)
    const out: Out[] = []
    expect(operator.report()).toMatchObject({ champion: 'net', rows: 0 })
    const held = row$.pipe(operator as never).subscribe((each) => out.push(each as Out))
    for (const row of rows.slice(0, 40)) row$.next(row)
    const [saved, standing] = [models.net.snapshot(), operator.report()]
    for (const row of rows.slice(40)) row$.next(row)
    const last = operator.report()
    expect(last).not.toEqual(standing)
    models.net.restore(saved)
    expect(operator.report()).toEqual(standing)
    expect(out[0]?.report()).toEqual(standing)
    held.unsubscribe()
    expect(operator.report()).toEqual(standing)
    models.net.restore(powers().net.snapshot())
    expect(operator.report()).toMatchObject({ champion: 'net', rows: 0 })
    const other = { ...saved, kept: { compete: { champion: 'none' } } }
    models.net.restore(other)
    expect(operator.report).toThrow("compete: what the first model keeps as 'compete' is of no models; expected net,")
  })

  it('swaps a champion that refuses rows which a challenger predicts, and not one whose challenger does', () => {
    const plain = { x: numeric() }
    const both = { x: numeric(), z: numeric({ missing: 'reject' }) }
    const make = (features: object): Model<Row> =>
      createModel({ features, target: { y: numeric() }, layers: [dense(1)] } as never) as unknown as Model<Row>
    const rows: Row[] = Array.from({ length: 120 }, (_, i) => ({
      x: (i * 7) % 5,
      y: (i * 7) % 5,
      ...(i % 3 > 0 && { z: 1 }),
    }))
    const winner = (models: Record<string, Model<Row>>, given: readonly Row[]): Swap | undefined => {
      const swaps: Swap[] = []
      from(given)
        .pipe(compete(models) as never)
        .subscribe((each) => {
          const { swap } = each as { swap?: Swap }
          if (swap) swaps.push(swap)
        })
      expect(swaps.length).toBeLessThan(2)
      return swaps[0]
    }
    const swap = winner({ strict: make(both), lax: make(plain) }, rows)
    expect(swap).toMatchObject({ from: 'strict', to: 'lax' })
    expect(swap?.evidence.refused).toBeGreaterThan(5)
    expect(swap?.reason).toMatch(/'strict' gave no prediction for \d+ of the last \d+ rows$/)
    expect(winner({ lax: make(plain), strict: make(both) }, rows)).toBeUndefined()
    // It refuses them all.
    const all = rows.map(({ x, y }) => ({ x, y }) as Row)
    expect(winner({ strict: make(both), lax: make(plain) }, all)?.reason).toMatch(
      /^'lax' is the champion in place of 'strict': 'strict' gave no prediction for (\d+) of the last \1 rows$/,
    )
  })

  it('lets no model learn a row with a getter that throws, whichever it is', () => {
    const models = {
      one: powerModel({ weight: 'importance', cursor: 'line' }),
      two: createModel({
        features: { temperature: numeric(), words: hashed({ capacity: 16, active: 4 }), old: lag('humidity', 1) },
        target: { power: numeric() },
        layers: [dense(1)],
        seed: 3,
      }),
    } as unknown as Record<string, Model<Row>>
    const whole = { temperature: 20, room: 'A', power: 1, importance: 1, line: 1, words: { a: 1 }, humidity: 3 }
    const thrown = new Error('this column cannot be read')
    const throwing = (of: object, name: string): object =>
      Object.defineProperty({ ...of }, name, {
        enumerable: true,
        get() {
          throw thrown
        },
      })
    for (const row of [
      ...Object.keys(whole).map((name) => throwing(whole, name)),
      { ...whole, words: throwing({ b: 2 }, 'a') },
    ]) {
      const before = Object.values(models).map((model) => bitsOf(model))
      const errors: unknown[] = []
      from([row])
        .pipe(compete(models) as never)
        .subscribe({ error: (error: unknown) => errors.push(error) })
      expect(errors).toEqual([thrown])
      // What compete keeps of the rows before is there, and nothing else.
      const bits = (text: string): object => ({ ...JSON.parse(text), kept: undefined })
      expect(Object.values(models).map((model) => bits(bitsOf(model)))).toEqual(before.map(bits))
    }
  })

  it('refuses the state of other models', () => {
    const models = powers()
    run(models, goodReadings(5))
    const { net, linear } = models
    const reasons: Error[] = []
    from(goodReadings(5))
      .pipe(compete({ net, linear }) as never)
      .subscribe({ error: (reason) => reasons.push(reason) })
    expect(reasons[0]?.message).toBe(
      "keep: what the model keeps as 'compete' is of net, linear, other; expected net, linear; give this operator another name.",
    )
    // It has given back what it had taken.
    net.learn(goodReadings(1)[0] as Reading)
    from(goodReadings(5))
      .pipe(compete({ net, linear }, { name: 'two' }) as never)
      .subscribe({ error: (reason) => reasons.push(reason) })
    expect(reasons).toHaveLength(1)
    expect((net as Model<Reading>).snapshot().kept).toHaveProperty('two')
  })
})
