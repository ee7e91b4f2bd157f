import fc from 'fast-check'
import { concat, from, lastValueFrom, map, NEVER, take, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  category,
  createModel,
  dense,
  forecast,
  type Interval,
  type IntervalColumns,
  type IntervalsConfig,
  intervalOf,
  intervals,
  learn,
  type Model,
  numeric,
  type Row,
} from '../../operators/index.js'
import { decodeSnapshot, encodeSnapshot } from '../../src/index.js'
import type { AnyLearned } from '../../src/metrics/observed.js'
import { runs } from '../runs.js'

const lineModel = (more: object = {}): Model<Row> =>
  createModel({
    features: { x: numeric() },
    target: { y: numeric() },
    layers: [dense(1)],
    cursor: 'at',
    ...more,
  } as never) as Model<Row>

/** What one row was told: its prediction, the step of it, and its interval. */
interface Told {
  readonly step: number
  readonly predicted: number
  readonly actual: number
  readonly lower: number
  readonly upper: number
}
interface Form {
  /** The rows of an element; 0 for rows that come alone. */
  readonly size: number
  readonly batch: number
}
/** Learns rows in a form, and returns what each was told, and the last coverage. */
const told = async (
  model: Model<Row>,
  rows: readonly Row[],
  { size, batch }: Form,
  config?: IntervalsConfig,
): Promise<{ rows: Told[]; coverage: number }> => {
  const elements =
    size === 0
      ? rows
      : Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size))
  const records = await lastValueFrom(
    from(elements as Row[]).pipe(learn(model, { batch }), intervals(model, config), toArray()),
    { defaultValue: [] },
  )
  const listed = records.flatMap((record): Told[] => {
    const { predictions, actual } = record as unknown as AnyLearned<Row>
    const { lower, upper } = record.interval as Interval | IntervalColumns
    if (predictions?.kind === 'prediction')
      return [
        {
          step: predictions.step,
          predicted: predictions.value as number,
          actual: actual[0]!,
          lower: lower as number,
          upper: upper as number,
        },
      ]
    return Array.from({ length: predictions?.size ?? 0 }, (_, i) => ({
      ...{ step: predictions!.steps[i]!, predicted: predictions!.values[i]!, actual: actual[i]! },
      ...{ lower: (lower as Float64Array)[i]!, upper: (upper as Float64Array)[i]! },
    }))
  })
  return { rows: listed, coverage: records.at(-1)?.interval.coverage ?? Number.NaN }
}

/** The intervals by a look at the whole history: each row's from all errors that its step had learned. */
const expected = (rows: readonly Told[], coverage: number, window: number, rate: number) => {
  const share = (1 - coverage) / 2
  // The first rows count for more: a twentieth at first, and less and less down to the rate.
  const rateAt = (t: number): number => (10 / (t + 200) > rate ? 10 / (t + 200) : rate)
  const boundsOf = (errors: readonly number[], low: number, high: number, rate: number): readonly [number, number] => {
    const sorted = errors.slice(-window).sort((a, b) => a - b)
    const n = sorted.length
    const range = sorted[n - 1]! - sorted[0]!
    const rank = (part: number) => Math.max(1, Math.min(n, Math.floor(part * (n + 1))))
    return [
      sorted[rank(low) - 1]! - (low < 0 ? (0.1 * range * -low) / rate : 0),
      sorted[n - rank(high)]! + (high < 0 ? (0.1 * range * -high) / rate : 0),
    ]
  }
  const at = new Map<number, readonly [number, number]>()
  const known = (step: number): readonly [number, number] => {
    for (let s = step; s > 0; s--) if (at.has(s)) return at.get(s)!
    return [Number.NaN, Number.NaN]
  }
  const errors: number[] = []
  let [low, high, count, inside] = [share, share, 0, 0]
  const isScored = ({ step, actual }: Told) => step > 0 && !Number.isNaN(actual)
  const intervals = rows.map((row) => {
    const [below, above] = known(row.step)
    // Rows of one step are learned by the next one, in their order.
    if (isScored(row)) {
      const error = row.actual - row.predicted
      if (!Number.isNaN(below)) {
        const moved = rateAt(count)
        count++
        low += moved * (error < below ? share - 1 : share)
        high += moved * (error > above ? share - 1 : share)
        if (error >= below && error <= above) inside++
      }
      errors.push(error)
      at.set(row.step + 1, boundsOf(errors, low, high, rateAt(count)))
    }
    const shown = row.step > 0 ? row.predicted : Number.NaN
    return { lower: shown + below, upper: shown + above }
  })
  return { intervals, coverage: count === 0 ? Number.NaN : inside / count }
}

const row = fc.record({
  x: fc.integer({ min: -20, max: 20 }),
  y: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -50, max: 50 }) }, { weight: 1, arbitrary: fc.constant(null) }),
})
const rows = fc
  .array(row, { maxLength: 60, size: 'max' })
  .map((list) => list.map((each, i) => ({ ...each, at: i + 1 })))

describe('intervals', () => {
  it('are those of a look at the whole history, in every form', async () => {
    const settings = fc.record({
      coverage: fc.constantFrom(0.5, 0.8, 0.9),
      window: fc.constantFrom(1, 4, 25, 500),
      rate: fc.constantFrom(0.005, 0.1, 0.5),
    })
    await fc.assert(
      fc.asyncProperty(
        rows,
        settings,
        fc.constantFrom(0, 1, 7, 60),
        fc.constantFrom(1, 3, 16),
        async (list, config, size, batch) => {
          const given = await told(lineModel(), list, { size, batch }, config)
          const { intervals: whole, coverage } = expected(given.rows, config.coverage, config.window, config.rate)
          given.rows.forEach(({ lower, upper }, i) => {
            for (const [own, theirs] of [
              [lower, whole[i]!.lower],
              [upper, whole[i]!.upper],
            ] as const)
              Number.isNaN(theirs) ? expect(own).toBeNaN() : expect(own).toBeCloseTo(theirs, 8)
          })
          // The rows of the last window count once their step has been taken.
          if (batch === 1 && !Number.isNaN(coverage)) expect(given.coverage).toBeCloseTo(coverage, 12)
        },
      ),
      { numRuns: runs(150) },
    )
  })

  it('go on after a restore as if nothing had happened', async () => {
    const list = Array.from({ length: 80 }, (_, i) => ({ x: i % 9, y: ((i * i) % 23) - (i > 40 ? 30 : 0), at: i + 1 }))
    for (const batch of [1, 6]) {
      const straight = await told(lineModel(), list, { size: 0, batch })
      for (const cut of [1, 6, 17, 41, 79]) {
        const [first, second] = [lineModel(), lineModel()]
        // The stream does not end at the cut, so that no window is closed early.
        const head$ = concat(from(list.slice(0, cut)), NEVER).pipe(learn<Row>(first, { batch }))
        const before = await lastValueFrom(head$.pipe(intervals(first), take(cut), toArray()))
        second.restore(decodeSnapshot(encodeSnapshot(first.snapshot())))
        const start = (second.cursor ?? 0) as number
        const tail = await told(second, list.slice(start), { size: 0, batch })
        expect(tail.rows).toEqual(straight.rows.slice(start))
        expect(before.map(({ interval }) => interval.lower)).toEqual(
          straight.rows.slice(0, cut).map(({ lower }) => lower),
        )
        expect(tail.coverage).toBe(straight.coverage)
      }
    }
  })

  it('hold the share of numbers that they are to hold, whatever drifts', async () => {
    const noise = (i: number): number =>
      Math.sin(12.9898 * i) * 43758.5453 - Math.floor(Math.sin(12.9898 * i) * 43758.5453) - 0.5
    const streams: Readonly<Record<string, (i: number) => Row>> = {
      'noise that changes at once': (i) => ({ x: i % 7, y: (i % 7) + noise(i) * (i % 4000 < 2000 ? 1 : 9) }),
      'noise that grows': (i) => ({ x: i % 7, y: (i % 7) + (noise(i) * i) / 1000 }),
      'noise to one side': (i) => ({ x: i % 7, y: (i % 7) + 1 / (0.55 + noise(i)) }),
      'a turned relation': (i) => ({ x: noise(3 * i), y: noise(3 * i) * (i < 3000 ? 4 : -4) + noise(i) }),
      'a walk': (i) => ({ x: 0, y: 30 * Math.sin(i / 300) + noise(i) }),
    }
    for (const [name, rowOf] of Object.entries(streams))
      for (const coverage of [0.5, 0.9]) {
        const list = Array.from({ length: 6000 }, (_, i) => rowOf(i))
        const { coverage: seen } = await told(
          lineModel({ cursor: undefined }),
          list,
          { size: 500, batch: 1 },
          { coverage },
        )
        expect(Math.abs(seen - coverage), `${name}, ${coverage}`).toBeLessThan(0.01)
      }
  })

  it('hold it over a few hundred rows already', async () => {
    // The errors grow all the time, as those of a growing chick's weight do.
    const noise = (i: number): number => ((i * 7919) % 101) / 50 - 1
    for (const coverage of [0.5, 0.9]) {
      const list = Array.from({ length: 400 }, (_, i) => ({ x: i % 7, y: (i % 7) + noise(i) * (1 + i / 20) }))
      const given = await told(lineModel({ cursor: undefined }), list, { size: 400, batch: 1 }, { coverage })
      expect(Math.abs(given.coverage - coverage), `${coverage}`).toBeLessThan(0.03)
    }
  })

  it('of a forecast are those by which it is judged when its number comes', async () => {
    for (const horizon of [1, 3, 12]) {
      const model = lineModel()
      const list = Array.from({ length: 90 }, (_, i) => ({ x: i % 9, y: ((i * i) % 23) + (i > 40 ? i : 0), at: i + 1 }))
      const records = await lastValueFrom(
        from(list).pipe(forecast<Row>(model, { horizon }), intervals(model, { window: 30 }), toArray()),
      )
      let inside = 0
      let judged = 0
      records.forEach(({ interval, actual, forecast: next }, i) => {
        const told = records[i - horizon]?.forecast?.interval
        if (!told || Number.isNaN(told.lower)) return
        expect([interval.lower, interval.upper]).toEqual([told.lower, told.upper])
        judged++
        if (actual[0]! >= told.lower && actual[0]! <= told.upper) inside++
        expect(interval.coverage).toBeCloseTo(inside / judged, 12)
        expect(next?.interval.coverage).toBe(interval.coverage)
      })
      expect(judged).toBeGreaterThanOrEqual(88 - 3 * horizon)
    }
  })

  it('follow misses also where numbers come later than as many rows as are kept', async () => {
    const model = lineModel()
    const list = Array.from({ length: 3000 }, (_, i) => ({
      x: 0,
      y: ((i * 7919) % 101) * (i < 1500 ? 1 : 5),
      at: i + 1,
    }))
    const records = await lastValueFrom(
      from(list).pipe(forecast<Row>(model, { horizon: 60 }), intervals(model, { window: 50, rate: 0.02 }), toArray()),
    )
    expect(records[0]!.interval).toEqual({ lower: Number.NaN, upper: Number.NaN, coverage: Number.NaN })
    expect(Math.abs(records.at(-1)!.interval.coverage - 0.9)).toBeLessThan(0.05)
  })

  it('refuse what is kept of another target or window', async () => {
    const model = lineModel()
    await told(
      model,
      [
        { x: 1, y: 2, at: 1 },
        { x: 1, y: 3, at: 2 },
      ],
      { size: 0, batch: 1 },
      { window: 20 },
    )
    const other = lineModel()
    other.restore(model.snapshot())
    await expect(told(other, [{ x: 1, y: 2, at: 3 }], { size: 0, batch: 1 }, { window: 10 })).rejects.toThrow(
      "keep: what the model keeps as 'intervals' has a window of 20 errors; expected 10",
    )
  })

  it('are given for any prediction of the model', async () => {
    const model = lineModel()
    expect(() => intervalOf(model, model.predict({ x: 1 }))).toThrow(
      "intervalOf: the model keeps no errors under 'intervals'; expected intervals(model) behind learn(model).",
    )
    const list = Array.from({ length: 50 }, (_, i) => ({ x: i % 5, y: (i * 7) % 11, at: i }))
    await told(model, list, { size: 0, batch: 1 })
    const next = { x: 3, y: 4, at: 51 }
    const prediction = model.predict(next)
    const { lower, upper, coverage } = intervalOf(model, prediction)
    const after = await told(model, [next], { size: 0, batch: 1 })
    expect(after.rows[0]).toMatchObject({ predicted: prediction.value, lower, upper })
    expect(coverage).toBeGreaterThan(0.8)
    expect(lower).toBeLessThan(upper)
  })
})

it.each<[string, () => unknown]>([
  [
    "the target 'y' is a category, which has probabilities; expected a number",
    () =>
      intervals(createModel({ features: { x: numeric() }, target: { y: category() }, layers: [dense(2)] }) as never),
  ],
  ['intervals: coverage is 1; expected a number above 0 and below 1', () => intervals(lineModel(), { coverage: 1 })],
  ['intervals: window is 0', () => intervals(lineModel(), { window: 0 })],
  ['intervals: rate is 0; expected a number above 0', () => intervals(lineModel(), { rate: 0 })],
  ["intervals: there is no target 'z'; there are y.", () => intervals(lineModel(), { target: 'z' })],
])('%s', (message, call) => {
  expect(call).toThrow(message)
})

it('reads rows of its own model alone', async () => {
  const [first, second] = [lineModel(), lineModel()]
  const row$ = from([{ x: 1, y: 2 }]).pipe(learn<Row>(first))
  await expect(lastValueFrom(row$.pipe(intervals(second) as never))).rejects.toThrow('learned by another model')
  const two$ = from([{ x: 1, y: 2 }]).pipe(
    learn<Row>(first),
    intervals(first),
    map((each) => each),
    intervals(first),
  )
  await expect(lastValueFrom(two$)).rejects.toThrow("'intervals' is in use in this model")
})
