import fc from 'fast-check'
import { from, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  category,
  createModel,
  type DetectAnomaliesConfig,
  decodeSnapshot,
  dense,
  detectAnomalies,
  encodeSnapshot,
  type Judged,
  lag,
  learn,
  type Model,
  numeric,
  recursiveLeastSquares,
  sgd,
  squared,
} from '../../operators/index.js'
import { tailSize } from '../../src/anomaly/tail.js'
import { createRandom } from '../../src/random.js'
import { runs } from '../runs.js'

type Reading = Record<string, number | null>
const plain = numeric({ scale: 'none' })
const scaled = numeric({ scale: 'standard' })

const random = createRandom(1, 'readings')
/** A normal number, for each row and each use. */
const normal = (i: number, use: number): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform(20 * i + 2 * use))) *
  Math.cos(2 * Math.PI * random.uniform(20 * i + 2 * use + 1))
/** Three sensors that follow one load. */
const readings = (count: number): Reading[] =>
  Array.from({ length: count }, (_, i) => {
    const load = Math.sin(i / 50) + 0.3 * normal(i, 0)
    return { a: 10 * load + normal(i, 1), b: 5 - load + 0.1 * normal(i, 2), c: 100 * load + 10 * normal(i, 3) }
  })
const byOthers = (forgetting = 1e-6): readonly Model<Reading>[] =>
  ['a', 'b', 'c'].map(
    (name) =>
      createModel({
        features: Object.fromEntries(['a', 'b', 'c'].filter((other) => other !== name).map((each) => [each, scaled])),
        target: { [name]: scaled },
        layers: [dense(1)],
        optimizer: recursiveLeastSquares({ forgetting }),
        precision: 'f64',
      }) as unknown as Model<Reading>,
  )
/** Predicts 0 for ever, so that y is its error. */
const still = (): Model<Reading> =>
  createModel({
    features: { x: plain },
    target: { y: plain },
    layers: [dense(1)],
    loss: squared(),
    optimizer: sgd({ learningRate: 0 }),
    precision: 'f64',
  }) as never

const judge = (
  models: Model<Reading> | readonly Model<Reading>[],
  rows: readonly Reading[],
  config?: DetectAnomaliesConfig,
): Judged<Reading>[] => {
  const all: Judged<Reading>[] = []
  from(rows)
    .pipe(detectAnomalies(models, config))
    .subscribe((each) => all.push(each))
  return all
}

describe('detectAnomalies', () => {
  it('scores a row by its error, and by the median of the last ones, beside those of normal rows', () => {
    const config = { falseAlarms: 0.01, window: 40, warmUp: 30, delay: 5, patience: 60 }
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            x: fc.constant(0),
            y: fc.option(
              fc.integer({ min: -30, max: 30 }).map((i) => (i % 11 === 0 ? 30 * i : i)),
              { freq: 12 },
            ),
          }),
          { minLength: 150, maxLength: 250 },
        ),
        fc.boolean(),
        (given, withStorm) => {
          // No row of a long stretch can be learned.
          const rows = given.map((row, i) =>
            withStorm && i >= 80 && i < 145 ? { ...row, y: 10_000 * (1 + (i % 3)) } : row,
          )
          let started = false
          // A second program: it keeps all that has happened, and sorts anew for each row.
          let [normals, waiting, last, learned, idle] = [[], [], [], 0, 0] as [
            { size: number; median: number }[],
            { size: number; median: number }[],
            number[],
            number,
            number,
          ]
          const zOf = (sizes: readonly number[]): number => {
            const sorted = Float64Array.from(sizes.slice(-config.window)).sort()
            return tailSize(sorted, sorted.length, config.falseAlarms / 2)
          }
          const over = (value: number, z: number): number => (value === 0 ? 0 : value / z)
          const expected = rows.map(({ y }) => {
            if (++idle > config.patience) [normals, learned, idle] = [[], 0, 0]
            let [score, median] = [Number.NaN, Number.NaN]
            // The model knows nothing before its first label, which a row that waits does not bring.
            const error = learned + normals.length === 0 && !started ? Number.NaN : (y ?? Number.NaN)
            if (!Number.isNaN(error)) {
              last.push(error)
              median = last.length < 15 ? 0 : [...last.slice(-15)].sort((a, b) => a - b)[7]!
              if (normals.length >= config.warmUp) {
                const byError = over(error, zOf(normals.map((each) => each.size)))
                const byMedian = over(median, zOf(normals.map((each) => each.median)))
                score = Math.abs(byMedian) > Math.abs(byError) ? byMedian : byError
              }
            }
            if (Math.abs(score) > 1) waiting = []
            else {
              waiting.push({ size: Math.abs(error), median: Math.abs(median) })
              if (waiting.length > config.delay) {
                const row = waiting.shift()!
                idle = 0
                started = true
                if (learned++ >= config.warmUp && !Number.isNaN(row.size)) normals.push(row)
              }
            }
            return score
          })
          const judged = judge(still(), rows, config)
          judged.forEach(({ scores, isAnomaly, target }, i) => {
            expect([i, scores.y]).toEqual([i, expected[i]])
            expect([isAnomaly, target]).toEqual(Math.abs(expected[i]!) > 1 ? [true, 'y'] : [false, undefined])
          })
        },
      ),
      { numRuns: runs(40) },
    )
  })

  it('flags few normal rows', () => {
    const judged = judge(byOthers(), readings(4000))
    const flagged = judged.filter(({ isAnomaly }) => isAnomaly)
    expect(flagged.length).toBeLessThanOrEqual(5)
    expect(judged.slice(1200).every(({ scores }) => Object.values(scores).every(Number.isFinite))).toBe(true)
  })

  it.each([
    ['a', 12, 1],
    ['b', -1.2, 1],
    ['c', 120, 1],
    // So far off that the other two, which are predicted from it, look wrong as well.
    ['b', 50, 1],
    ['c', 5000, 1],
    // Too small to be seen in a single row.
    ['a', 8, 40],
    ['b', 0.5, 40],
    ['c', -50, 40],
  ] as const)('finds sensor %s at fault that is off by %d for %d rows, and learns none of it', (sensor, by, count) => {
    const rows = readings(1000)
    for (let i = 800; i < 800 + count; i++) rows[i] = { ...rows[i], [sensor]: (rows[i]![sensor] as number) + by }
    const models = byOthers()
    const judged = judge(models, rows, { warmUp: 200 })
    const found = judged.findIndex(({ isNew }) => isNew)
    expect(found).toBeGreaterThanOrEqual(800)
    expect(found).toBeLessThan(800 + count)
    expect(judged[found]!.target).toBe(sensor)
    const news = judged.filter(({ isNew }) => isNew)
    expect(news.length).toBe(1)
    // The last rows wait to be learned; those at fault, and up to 100 before one, are left out.
    const flagged = judged.filter(({ isAnomaly }) => isAnomaly).length
    for (const model of models) {
      expect(model.counters.learned).toBeGreaterThanOrEqual(900 - 101 - flagged - count)
      expect(model.counters.learned).toBeLessThanOrEqual(900 - 100)
    }
  })

  it('learns the rows that it does not flag, and those alone, when others have passed', () => {
    const rows = readings(700)
    rows[500] = { ...rows[500], b: 1000 }
    const config = { warmUp: 100, delay: 30 }
    const [models, twins] = [byOthers(), byOthers()]
    const judged = judge(models, rows, config)
    expect(judged.flatMap(({ isAnomaly }, i) => (isAnomaly ? i : []))).toEqual([500])
    // The 30 rows before it may have been at fault, too, and the last 30 still wait.
    const learned = rows.filter((_, i) => i < 470 || (i > 500 && i < 670))
    for (const [k, twin] of twins.entries()) {
      for (const row of learned) twin.learn(row)
      expect(models[k]!.counters.learned).toBe(learned.length)
      const value = (model: Model<Reading>) => model.predict(rows[699]!).value as number
      expect(value(models[k]!)).toBeCloseTo(value(twin), 1)
    }
  })

  it('watches a single series by what came before, and remembers it at once, but not the number at fault', () => {
    const raw = { scale: 'none' } as const
    const make = () =>
      createModel({
        features: { before: lag('y', 1, raw), second: lag('y', 2, raw) },
        target: { y: plain },
        layers: [dense(1)],
        loss: squared(),
        optimizer: recursiveLeastSquares({ ridge: 1e-3, forgetting: 0 }),
        precision: 'f64',
      }) as unknown as Model<Reading>
    // A sine is a multiple of its last value less the one before.
    const rows = Array.from({ length: 600 }, (_, i) => ({ y: 20 * Math.sin(i / 5) + 0.01 * normal(i, 0) }))
    rows[450] = { y: 500 }
    const judged = judge(make(), rows, { warmUp: 100, delay: 30 })
    expect(judged.flatMap(({ isNew }, i) => (isNew ? i : []))).toEqual([450])
    const errors = judged.map(({ row, expected }) => Math.abs((row.y as number) - expected.y!))
    for (const i of [...errors.keys()].slice(200)) {
      // What was expected takes the place of the number at fault in the rows behind it.
      if (i !== 450) expect(errors[i], `${i}`).toBeLessThan(0.5)
    }
  })

  it('takes a change that stays for the new normal', () => {
    const rows = readings(5000).map((row, i) => (i < 2000 ? row : { ...row, a: (row.a as number) + 30 }))
    const judged = judge(byOthers(1e-5), rows)
    expect(judged[2000]).toMatchObject({ isNew: true, target: 'a' })
    const { a } = judged[2300]!.scores
    expect(a).toBeGreaterThan(1)
    expect(judged.slice(2510).filter(({ isAnomaly }) => isAnomaly).length).toBeLessThanOrEqual(5)
    const last = judged.slice(-500)
    expect(last.every(({ scores }) => Number.isFinite(scores.a))).toBe(true)
    const error = last.reduce((sum, { row, expected }) => sum + Math.abs((row.a as number) - expected.a!), 0) / 500
    expect(error).toBeLessThan(2)
  })

  it('says nothing of numbers that are missing, and of rows that a model rejects', () => {
    const rows = readings(1500)
    rows[1300] = { ...rows[1300], a: null }
    rows[1301] = { ...rows[1301], b: 'low' as never }
    rows[1303] = { ...rows[1303], a: Number.POSITIVE_INFINITY }
    const models = byOthers()
    const judged = judge(models, rows.slice(0, 1305))
    // A number that is none of this world is an anomaly, and leaves no trace.
    expect(judged[1303]).toMatchObject({ isAnomaly: true, target: 'a' })
    expect(judged[1304]!.isAnomaly).toBe(false)
    expect(judged[1301]!.refused?.map(({ field }) => field)).toEqual(['b', 'b', 'b'])
    expect(judged[1300]!.refused).toBeUndefined()
    const [again] = byOthers() as [Model<Reading>]
    again.restore(models[0]!.snapshot())
    expect(judged[1300]!.scores.a).toBeNaN()
    expect(judged[1300]!.isAnomaly).toBe(false)
    expect(judged[1301]).toMatchObject({ isAnomaly: false, target: undefined })
    expect(judged[1301]!.scores.a).toBeNaN()
    expect(judged[1301]!.expected.a).toBeNaN()
    expect(Number.isFinite(judged[1302]!.scores.a)).toBe(true)
  })

  it('says that what is no row has been rejected, and goes on', () => {
    const judged = judge(byOthers(), [null, [readings(1)[0]], 5, readings(2)[1]] as never)
    expect(judged.map(({ refused }) => refused?.length)).toEqual([3, 3, 3, undefined])
    expect(judged.map(({ isAnomaly }) => isAnomaly)).toEqual([false, false, false, false])
  })

  it('continues from a snapshot at any row as if it had never stopped', () => {
    const rows = readings(400).map((row, i) => (i % 150 === 140 ? { ...row, c: 5000 } : row))
    const config = { warmUp: 50, delay: 10, window: 80, patience: 40 }
    const whole = judge(byOthers(), rows, config)
    expect(whole.filter(({ isAnomaly }) => isAnomaly).length).toBeGreaterThanOrEqual(2)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 399 }), (cut) => {
        const [first, second] = [byOthers(), byOthers()]
        judge(first, rows.slice(0, cut), config)
        second.forEach((model, i) => {
          model.restore(decodeSnapshot(encodeSnapshot(first[i]!.snapshot())))
        })
        expect(judge(second, rows.slice(cut), config)).toEqual(whole.slice(cut))
      }),
      { numRuns: runs(20) },
    )
  })

  it('refuses what is kept under its name for other targets, or is no such state', () => {
    const config = { warmUp: 20, delay: 5, window: 20 }
    const models = byOthers()
    judge(models, readings(80), config)
    const refusal = (kept: object | undefined, list = byOthers()): unknown => {
      const snapshot = models[0]!.snapshot()
      list[0]!.restore(kept ? { ...snapshot, kept: { detectAnomalies: kept } } : snapshot)
      let reason: unknown
      from(readings(1))
        .pipe(detectAnomalies(list, config))
        .subscribe({ error: (error) => (reason = error) })
      return (reason as Error | undefined)?.message
    }
    expect(refusal(undefined)).toBeUndefined()
    expect(refusal(undefined, byOthers().slice(0, 2))).toBe(
      "keep: what the model keeps as 'detectAnomalies' is of the targets a,b,c; expected a,b; give this operator another name.",
    )
    const kept = models[0]!.snapshot().kept.detectAnomalies as Record<string, never>
    const { judge: state, waiting } = kept as unknown as { judge: Record<string, never[]>; waiting: object[] }
    for (const wrong of [
      { window: 21 },
      { judge: { ...state, errors: [] } },
      { judge: { ...state, medians: [{ values: ['1'], next: 0 }] } },
      { judge: { ...state, last: [[Number.NaN], [], []] } },
      { judge: { ...state, learned: -1 } },
      { judge: null },
      { quiet: 0.5 },
      { waiting: null },
      { waiting: [{ ...waiting[0], rows: [] }] },
      { waiting: [{ ...waiting[0], rows: [{}, {}, {}] }] },
      { waiting: [{ ...waiting[0], labels: null }] },
      { waiting: [{ ...waiting[0], judgement: { errors: [1], medians: [1] } }] },
    ])
      expect(refusal({ ...kept, ...wrong }), JSON.stringify(wrong)).toMatch(/^keep: what the model keeps as 'detectAn/)
  })

  it('holds all its models, or none', () => {
    const [a, b, c] = byOthers() as [Model<Reading>, Model<Reading>, Model<Reading>]
    const row$ = new Subject<Reading>()
    const reasons: unknown[] = []
    const other = row$.pipe(learn(c) as never).subscribe()
    const error = (reason: unknown) => reasons.push((reason as Error).name)
    row$.pipe(detectAnomalies([a, b, c])).subscribe({ error })
    expect(reasons).toEqual(['ModelInUseError'])
    other.unsubscribe()
    const held = row$.pipe(detectAnomalies([a, b, c])).subscribe({ error })
    for (const model of [a, b, c]) row$.pipe(learn(model) as never).subscribe({ error })
    held.unsubscribe()
    expect(reasons.length).toBe(4)
    row$.pipe(detectAnomalies([a, b, c], { name: 'other' })).subscribe({ error })
    expect(reasons.length).toBe(4)
  })

  it('refuses targets and numbers that do not fit', () => {
    const classes = createModel({
      features: { x: plain },
      target: { y: category({ values: ['a', 'b'] }) },
      layers: [dense(1)],
    })
    expect(() => detectAnomalies(classes as never)).toThrow(
      "detectAnomalies: the target 'y' is a category; expected a number, as numeric() is.",
    )
    expect(() => detectAnomalies([still(), still()])).toThrow(
      "detectAnomalies: two models have the target 'y'; expected one.",
    )
    expect(() => detectAnomalies([])).toThrow('detectAnomalies: there is no model; expected one or more.')
    expect(() => detectAnomalies(still(), { warmUp: 3000 })).toThrow(
      'detectAnomalies: warmUp is 3000; expected at most the window, which is 2000.',
    )
    expect(() => detectAnomalies(still(), { delay: 500 })).toThrow(
      'detectAnomalies: delay is 500; expected less than patience, which is 500.',
    )
    for (const falseAlarms of [0, 1, Number.NaN]) expect(() => detectAnomalies(still(), { falseAlarms })).toThrow()
  })
})
