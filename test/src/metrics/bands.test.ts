import { from, lastValueFrom, type Observable } from 'rxjs'
import { describe, expect, it, test } from 'vitest'
import {
  createModel,
  decodeSnapshot,
  dense,
  encodeSnapshot,
  evaluate,
  learn,
  numeric,
} from '../../../operators/index.js'
import {
  accuracy,
  f1,
  type Metric,
  mae,
  type Observation,
  r2,
  rmse,
  type Score,
  type ScoreboardState,
  scoreboard,
} from '../../../src/metrics/index.js'
import { studentQuantile } from '../../../src/metrics/studentT.js'

type Random = { readonly uniform: () => number; readonly normal: () => number }
/** A generator that mixes a counter, because the library's own takes longer. */
const randomOf = (seed: number): Random => {
  let state = seed >>> 0
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()) }
}
const row = (actual: number, predicted: number): Observation => ({ actual, predicted, weight: 1 })
const boardOf = (metric: Metric, rollingRows = 1000, confidence = 0.95) =>
  scoreboard({ task: metric.task, metrics: [metric], baselines: [], rolling: rollingRows, confidence })
const forms = ['cumulative', 'rolling', 'fading'] as const

/** Errors that each depend on the one before, of a standard normal distribution. */
const errors =
  (dependence: number) =>
  ({ normal }: Random) => {
    let error = normal()
    return () => {
      error = dependence * error + Math.sqrt(1 - dependence ** 2) * normal()
      return row(error, 0)
    }
  }
/** Hits by chance; each row is as the one before with the probability `stay`. */
const hits =
  (share: number, stay = 0) =>
  ({ uniform }: Random) => {
    let isHit = uniform() < share
    return () => {
      if (uniform() >= stay) isHit = uniform() < share
      return row(1, isHit ? 1 : 0)
    }
  }
const explained =
  ({ normal }: Random) =>
  () => {
    const [x, rest] = [normal(), normal()]
    return row(2 * x + rest, 2 * x)
  }

/** Stationary streams, and the value that the score of ever more rows tends to. */
const streams: Readonly<Record<string, readonly [Metric, number, (random: Random) => () => Observation]>> = {
  'MAE of independent errors': [mae(), Math.sqrt(2 / Math.PI), errors(0)],
  'MAE of errors that depend on one another': [mae(), Math.sqrt(2 / Math.PI), errors(0.5)],
  RMSE: [rmse(), 1, errors(0.3)],
  'R²': [r2(), 0.8, explained],
  accuracy: [accuracy(), 0.7, hits(0.7)],
  'accuracy near 1': [accuracy(), 0.95, hits(0.95)],
  'accuracy in runs': [accuracy(), 0.9, hits(0.9, 0.5)],
}
const STREAMS = 300
const ROWS = 2000

describe('bands of 95 % hold the true value in 93 to 97 of 100 stationary streams', () => {
  it.each(Object.entries(streams))('%s', (_, [metric, truth, streamOf]) => {
    const board = boardOf(metric)
    const held = { cumulative: 0, rolling: 0, fading: 0 }
    for (let seed = 0; seed < STREAMS; seed++) {
      const state = board.init()
      board.updateRows(state, 0, ROWS, streamOf(randomOf(7919 * seed + 1)))
      const { bands } = board.report(state).metrics[0]!.model
      for (const form of forms) held[form] += Number(truth >= bands![form][0] && truth <= bands![form][1])
    }
    for (const form of forms) {
      expect(held[form] / STREAMS, form).toBeGreaterThanOrEqual(0.93)
      expect(held[form] / STREAMS, form).toBeLessThanOrEqual(0.97)
    }
  })
})

test('the band of a mean of few rows is that of the textbook: mean ± t s / √n', () => {
  const values = Array.from({ length: 20 }, (_, i) => ((i * 7) % 11) + 1)
  const board = boardOf(mae())
  const state = board.init()
  for (const value of values) board.update(state, row(value, 0))
  const mean = values.reduce((sum, each) => sum + each, 0) / 20
  const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 19
  // Student's t of 19 degrees of freedom for .975, from a table.
  const half = 2.093 * Math.sqrt(variance / 20)
  for (const form of ['cumulative', 'rolling'] as const) {
    const [lower, upper] = board.report(state).metrics[0]!.model.bands![form]
    expect(lower).toBeCloseTo(mean - half, 2)
    expect(upper).toBeCloseTo(mean + half, 2)
  }
})

test('the band of a window is that of the means of twenty batches of its rows, in their order', () => {
  const board = boardOf(mae(), 100)
  const state = board.init()
  const values = Array.from({ length: 257 }, (_, i) => Math.floor(i / 5) % 7)
  values.forEach((value, i) => {
    board.update(state, row(value, 0))
    if (i < 100) return
    const means = Array.from({ length: 20 }, (_, k) => {
      const batch = values.slice(i - 99 + 5 * k, i - 94 + 5 * k)
      return batch.reduce((sum, each) => sum + each, 0) / 5
    })
    const mean = means.reduce((sum, each) => sum + each, 0) / 20
    const half = 2.093 * Math.sqrt(means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 19 / 20)
    const [lower, upper] = board.report(state).metrics[0]!.model.bands!.rolling
    expect(Math.abs((upper - lower) / 2 / half - 1), `after row ${i}`).toBeLessThan(0.003)
  })
})

test('the quantiles of Student are those of a table', () => {
  for (const [p, freedom, expected] of [
    [0.975, 5, 2.5706],
    [0.975, 10, 2.2281],
    [0.975, 31, 2.0395],
    [0.95, 10, 1.8125],
    [0.995, 10, 3.1693],
    [0.995, 1e6, 2.5758],
    [0.75, 8, 0.7064],
  ] as const)
    expect(Math.abs(studentQuantile(p, freedom) / expected - 1), `${p}, ${freedom}`).toBeLessThan(0.006)
})

test('a share that was always right has a band below 1, by Wilson', () => {
  const board = boardOf(accuracy(), 40)
  const state = board.init()
  for (let i = 0; i < 40; i++) board.update(state, row(1, 1))
  const { cumulative, rolling } = board.report(state).metrics[0]!.model.bands!
  for (const [lower, upper] of [cumulative, rolling]) {
    expect(upper).toBe(1)
    // (n + z²/2 − z²/2) / (n + z²) with t ≈ 2.1 for z
    expect(lower).toBeGreaterThan(0.88)
    expect(lower).toBeLessThan(0.92)
  }
})

test('there is no band of fewer than 8 rows, and a narrower one of less confidence', () => {
  const [sure, unsure] = [boardOf(mae()), boardOf(mae(), 1000, 0.5)]
  const [a, b] = [sure.init(), unsure.init()]
  const next = errors(0)(randomOf(3))
  for (let i = 1; i <= 30; i++) {
    const each = next()
    sure.update(a, each)
    unsure.update(b, each)
    for (const form of forms) {
      const [wide, narrow] = [sure.report(a), unsure.report(b)].map(({ metrics }) => metrics[0]!.model) as [
        Score,
        Score,
      ]
      const [[low, high], [from, to]] = [wide.bands![form], narrow.bands![form]]
      if (i < 8) expect([low, high]).toEqual([Number.NaN, Number.NaN])
      else expect([low < from, from < wide[form], wide[form] < to, to < high]).toEqual([true, true, true, true])
    }
  }
  expect(
    scoreboard({ task: 'regression' }).report(scoreboard({ task: 'regression' }).init()).metrics[0]!.model,
  ).toEqual({
    ...{ cumulative: Number.NaN, rolling: Number.NaN, fading: Number.NaN },
  })
})

test('bands are the same however the rows come, and after a restore, and take bounded memory', () => {
  for (const [metric, , streamOf] of Object.values(streams)) {
    const board = boardOf(metric, 100)
    const rows = Array.from({ length: 5000 }, streamOf(randomOf(5)))
    const one = board.init()
    for (const each of rows) board.update(one, each)
    let many = board.init()
    for (let from = 0, size = 1; from < rows.length; from += size, size = (size * 3 + 1) % 701) {
      board.updateRows(many, from, Math.min(from + size, rows.length), (i) => rows[i]!)
      many = board.resume(JSON.parse(JSON.stringify(many)) as ScoreboardState)
    }
    expect(many).toEqual(one)
    expect(board.report(many)).toEqual(board.report(one))
    const { cumulative, fading } = one.scores[0]![0]!
    expect(cumulative.batches!.closed.length).toBeLessThan(32)
    expect(fading.batches!.closed.length).toBeLessThan(128)
  }
})

test('evaluate gives them where a confidence is given, in rows and in arrays, and keeps them in snapshots', async () => {
  type Reading = { readonly x: number; readonly y: number; readonly at: number }
  const { normal } = randomOf(11)
  const readings = Array.from({ length: 600 }, (_, i): Reading => {
    const x = normal()
    return { x, y: 2 * x + normal(), at: i }
  })
  const make = () =>
    createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)], cursor: 'at' })
  const config = { confidence: 0.9, metrics: [mae(), rmse(), r2()] }
  const reportOf = async (model: ReturnType<typeof make>, list: readonly (Reading | readonly Reading[])[]) => {
    const evaluation$ = (from(list) as Observable<Reading>).pipe(learn(model), evaluate(model, config))
    return (await lastValueFrom(evaluation$)).report()
  }
  const whole = await reportOf(make(), readings)
  expect(await reportOf(make(), [readings.slice(0, 250), readings.slice(250)])).toEqual(whole)
  const [first, second] = [make(), make()]
  await reportOf(first, readings.slice(0, 333))
  second.restore(decodeSnapshot(encodeSnapshot(first.snapshot())))
  expect(await reportOf(second, readings.slice(333))).toEqual(whole)
  for (const { model, baselines } of whole.metrics)
    for (const { bands, cumulative, rolling } of [model, ...Object.values(baselines)]) {
      expect(bands!.cumulative[0]).toBeLessThan(cumulative)
      expect(bands!.cumulative[1]).toBeGreaterThan(cumulative)
      expect(bands!.rolling[0]).toBeLessThan(rolling)
    }
})

test('a confidence that is no share, and scores that were saved without bands, are refused', () => {
  for (const confidence of [0, 1, 95, Number.NaN])
    expect(() => boardOf(mae(), 10, confidence)).toThrow(/^scoreboard: confidence is .*; expected a number above 0 and/)
  const plain = scoreboard({ task: 'classification', metrics: [f1()], baselines: [] })
  expect(() => boardOf(f1()).resume(plain.init())).toThrow(/the saved state is of metrics F1 .*; expected .*bands/)
})
