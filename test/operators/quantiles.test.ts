import fc from 'fast-check'
import { concat, from, lastValueFrom, NEVER, take, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  createModel,
  decodeSnapshot,
  dense,
  encodeSnapshot,
  evaluate,
  forecast,
  type Interval,
  type IntervalColumns,
  intervalOf,
  intervals,
  learn,
  type Model,
  metrics,
  numeric,
  quantiles,
  type Row,
  sgd,
} from '../../operators/index.js'
import { createRandom } from '../../src/random.js'
import { runs } from '../runs.js'

const config = { features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)], cursor: 'at' }
const lineModel = (more: object = {}): Model<Row> => createModel({ ...config, ...more } as never) as Model<Row>
const listOf = (by: unknown): number[] => Object.values((by ?? {}) as Readonly<Record<number, number>>)

const levels = [0.05, 0.3, 0.5, 0.9]
const row = fc.record({
  x: fc.integer({ min: -20, max: 20 }),
  y: fc.oneof(fc.integer({ min: -50, max: 50 }), fc.nat(3)),
})
const rows = fc
  .array(row, { minLength: 1, maxLength: 50 })
  .map((list) => list.map((each, i) => ({ ...each, at: i + 1 })))

const settings = fc.record({
  levels: fc.constantFrom(levels, [0.4, 0.45, 0.5, 0.55], [0.95]),
  rate: fc.constantFrom(0.02, 0.5),
  still: fc.boolean(),
})
const unmoved = { optimizer: sgd({ learningRate: 0 }), target: { y: numeric({ scale: 'none' }) } }

/** Learns rows one by one, or `size` at a time; returns each row's prediction, and its quantiles. */
const told = async (model: Model<Row>, list: readonly Row[], size: number, more: object = {}) => {
  const elements =
    size === 1
      ? list
      : Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))
  const records = await lastValueFrom(
    from(elements as Row[]).pipe(
      learn(model),
      intervals(model, { levels, window: 12, rate: 0.02, ...more }),
      toArray(),
    ),
  )
  const all = records.flatMap(({ interval, predictions }) => {
    if (size === 1) return [{ at: predictions!.value as number, quantiles: listOf((interval as Interval).quantiles) }]
    const columns = predictions as unknown as { readonly values: Float64Array }
    const { quantiles: by } = interval as unknown as IntervalColumns
    return Array.from(columns.values, (at, i) => ({ at, quantiles: Object.values(by!).map((column) => column[i]!) }))
  })
  return { all, last: records.at(-1)!.interval }
}

describe('the quantiles of intervals', () => {
  it('are those of a look at the whole history, and never cross', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(1, 7), settings, async (list, size, { levels, rate: least, still }) => {
        // A model that learns nothing predicts 0, and numbers are equal to their quantiles at times.
        const { all, last } = await told(lineModel(still ? unmoved : {}), list, size, { levels, rate: least })
        const shares = levels.map((a) => Math.min(a, 1 - a))
        const below = levels.map(() => 0)
        const errors: number[] = []
        let bounds: number[] | undefined
        let judged = 0
        list.forEach(({ y }, i) => {
          const { at, quantiles: own } = all[i]!
          if (bounds === undefined || i === 0) expect(own.every(Number.isNaN)).toBe(true)
          else
            bounds.forEach((bound, k) => {
              expect(own[k]).toBeCloseTo(at + bound, 8)
              if (k > 0) expect(own[k]).toBeGreaterThanOrEqual(own[k - 1]!)
            })
          // The first row was predicted before anything was known, and does not count.
          if (i === 0) return
          const error = y - at
          // The first rows move the shares by more.
          const rateAt = (t: number): number => Math.max(least, 10 / (t + 200))
          if (bounds) {
            const rate = rateAt(judged)
            judged++
            levels.forEach((a, k) => {
              const isBeyond = a > 0.5 ? error > bounds![k]! : error < bounds![k]!
              shares[k]! += rate * (Math.min(a, 1 - a) - (isBeyond ? 1 : 0))
              below[k]! += error < bounds![k]! ? 1 : error === bounds![k]! ? 0.5 : 0
            })
          }
          errors.push(error)
          const sorted = errors.slice(-12).sort((a, b) => a - b)
          const n = sorted.length
          const range = sorted[n - 1]! - sorted[0]!
          bounds = levels
            .map((a, k) => {
              const share = shares[k]!
              const rank = Math.max(1, Math.min(n, Math.floor(share * (n + 1))))
              const further = share < 0 ? (0.1 * range * -share) / rateAt(judged) : 0
              return a > 0.5 ? sorted[n - rank]! + further : sorted[rank - 1]! - further
            })
            .sort((a, b) => a - b)
        })
        if (judged > 0)
          listOf(last.frequencies).forEach((share, k) => {
            expect(share).toBeCloseTo(below[k]! / judged, 9)
          })
      }),
      { numRuns: runs(150) },
    )
  })

  it('hold their levels in the long run, whatever drifts', async () => {
    const { normal } = createRandom(4, 'noise')
    const streams: Readonly<Record<string, (i: number) => number>> = {
      'noise that changes at once': (i) => normal(i) * (i % 2000 < 1000 ? 1 : 9),
      'noise that grows': (i) => (normal(i) * i) / 500,
      'noise to one side': (i) => normal(i) ** 2,
      'a walk': (i) => 30 * Math.sin(i / 200) + normal(i),
    }
    for (const [name, noise] of Object.entries(streams)) {
      const list = Array.from({ length: 5000 }, (_, i) => ({ x: i % 7, y: (i % 7) + noise(i), at: i }))
      const { last } = await told(lineModel(), list, 500, { window: 500, rate: 0.005 })
      levels.forEach((level, k) => {
        expect(Math.abs(listOf(last.frequencies)[k]! - level), `${name}, ${level}`).toBeLessThan(0.02)
      })
    }
  })

  it('leave the interval as it is, go on after a restore, and are given for any prediction', async () => {
    const list = Array.from({ length: 60 }, (_, i) => ({ x: i % 9, y: ((i * i) % 23) - (i > 30 ? 30 : 0), at: i + 1 }))
    const straight = await told(lineModel(), list, 1)
    const without = await told(lineModel(), list, 1, { levels: undefined })
    const { quantiles: _, frequencies: __, ...interval } = straight.last
    expect(interval).toEqual(without.last)
    for (const cut of [1, 2, 17, 59]) {
      const [first, second] = [lineModel(), lineModel()]
      const options = { levels, window: 12, rate: 0.02 }
      const head$ = concat(from(list.slice(0, cut)), NEVER).pipe(learn<Row>(first), intervals(first, options))
      await lastValueFrom(head$.pipe(take(cut)))
      second.restore(decodeSnapshot(encodeSnapshot(first.snapshot())))
      const tail = await told(second, list.slice(cut), 1)
      expect(tail.all).toEqual(straight.all.slice(cut))
      expect(tail.last).toEqual(straight.last)
    }
    const model = lineModel()
    await told(model, list, 1)
    const next = { x: 3, y: 4, at: 61 }
    const prediction = model.predict(next)
    const { quantiles: own } = intervalOf(model, prediction)
    expect(Object.keys(own!).map(Number)).toEqual(levels)
    expect((await told(model, [next], 1)).all[0]!.quantiles).toEqual(listOf(own))
  })

  it('of the loss stay in a forecast that has an interval', () => {
    const model = lineModel({ layers: [dense(3)], loss: quantiles() })
    from([1, 2, 3, 4, 5].map((x) => ({ x, y: 2 * x, at: x })))
      .pipe(forecast<Row>(model, { horizon: 1 }), intervals(model))
      .subscribe(({ forecast: made }) => {
        expect(made?.quantiles).toEqual(model.predict(made?.row as Row).quantiles)
        expect(Object.keys(made?.quantiles ?? {})).toEqual(['0.1', '0.5', '0.9'])
      })
  })
  it('of a forecast are those by which it is judged when its number comes', async () => {
    const model = lineModel()
    const list = Array.from({ length: 60 }, (_, i) => ({ x: i % 9, y: (i * i) % 23, at: i + 1 }))
    const records = await lastValueFrom(
      from(list).pipe(forecast<Row>(model, { horizon: 3 }), intervals(model, { levels, window: 30 }), toArray()),
    )
    let judged = 0
    records.forEach(({ interval }, i) => {
      const before = records[i - 3]?.forecast?.interval.quantiles
      if (!before || Number.isNaN(before[0.5])) return
      judged++
      expect(interval.quantiles).toEqual(before)
    })
    expect(judged).toBeGreaterThan(45)
  })

  it('refuse what is kept of other levels', async () => {
    const model = lineModel()
    await told(model, [{ x: 1, y: 2, at: 1 }], 1)
    const other = lineModel()
    other.restore(model.snapshot())
    await expect(told(other, [{ x: 1, y: 2, at: 2 }], 1, { levels: [0.5] })).rejects.toThrow(
      "keep: what the model keeps as 'intervals' has the levels 0.05,0.3,0.5,0.9; expected 0.5",
    )
    await expect(told(other, [{ x: 1, y: 2, at: 2 }], 1, { levels: undefined })).rejects.toThrow('expected none')
    expect(() => intervals(model, { levels: [0.9, 0.1] })).toThrow('intervals: levels has 0.1 after 0.9; expected')
  })
})

describe('the pinball loss', () => {
  const list = Array.from({ length: 90 }, (_, i) => ({ x: i % 9, y: ((i * 7) % 11) + (i % 9), at: i }))
  const loss = (all: readonly { readonly at: number; readonly quantiles: readonly number[] }[]): number => {
    let sum = 0
    all.slice(1).forEach(({ at, quantiles: own }, i) => {
      levels.forEach((a, k) => {
        const q = Number.isNaN(own[k]!) ? at : own[k]!
        const { y } = list[i + 1]!
        sum += Math.max(a * (y - q), (a - 1) * (y - q)) / levels.length
      })
    })
    return sum / (all.length - 1)
  }
  it.each([1, 10])('scores the quantiles of intervals in front of evaluate, in elements of %i', async (size) => {
    const elements = size === 1 ? list : Array.from({ length: 9 }, (_, i) => list.slice(10 * i, 10 * i + 10))
    const model = lineModel()
    const last = await lastValueFrom(
      from(elements as Row[]).pipe(
        learn(model),
        intervals(model, { levels, window: 12, rate: 0.02 }),
        evaluate(model, { metrics: [metrics.pinball(levels), metrics.mae()] }),
      ),
    )
    const { metrics: scored } = last.report()
    expect(scored[0]!.model.cumulative).toBeCloseTo(loss((await told(lineModel(), list, 1)).all), 9)
    // No-change is its own quantile at every level.
    const [pinball, mae] = scored
    expect(pinball!.baselines['no-change']!.cumulative).toBeLessThan(mae!.baselines['no-change']!.cumulative)
  })
  it.each([1, 10])('scores the quantiles of a loss, in elements of %i', async (size) => {
    const elements = size === 1 ? list : Array.from({ length: 9 }, (_, i) => list.slice(10 * i, 10 * i + 10))
    const more = { layers: [dense(levels.length)], loss: quantiles(levels) }
    const model = lineModel(more)
    const last = await lastValueFrom(
      from(elements as Row[]).pipe(learn(model), evaluate(model, { metrics: [metrics.pinball(levels)] })),
    )
    const other = lineModel(more)
    const all = list.map((each) => {
      const { predictions } = other.learn(each)
      return { at: predictions!.value as number, quantiles: listOf(predictions!.quantiles) }
    })
    expect(last.report().metrics[0]!.model.cumulative).toBeCloseTo(loss(all), 9)
  })
})
