import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { concat, from, lastValueFrom, NEVER, Subject, take, tap, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  baselines,
  category,
  createModel,
  cyclic,
  decodeSnapshot,
  dense,
  difference,
  encodeSnapshot,
  evaluate,
  experts,
  type Forecasted,
  filled,
  forecast,
  fromModel,
  lag,
  type Model,
  numeric,
  type Row,
  rolling,
  time,
  windowed,
} from '../../operators/index.js'
import { dataOr } from '../data.js'
import { runs } from '../runs.js'

interface Reading {
  readonly device?: string
  readonly hour: number
  readonly power?: number | null
}
const powerAt = (i: number): number => 20 + ((i * 7) % 13) + (i >> 3)
const reading = (i: number): Reading => ({ hour: i % 24, power: powerAt(i) })
const readings = (count: number): readonly Reading[] => Array.from({ length: count }, (_, i) => reading(i))

const create = (config: object = {}): Model<Reading> =>
  createModel({
    features: { hour: cyclic(24), last: lag('power', 1), before: lag('power', 3) },
    target: { power: numeric() },
    layers: [dense(3, 'tanh'), dense(1)],
    seed: 1,
    ...config,
  }) as never
const mixed = { layers: undefined, experts: { ...experts.auto({ units: 4 }), seasonal: experts.seasonal(4) } }

const told = (model: Model<Reading>, rows: readonly Reading[], config: object) =>
  lastValueFrom(from(rows).pipe(forecast(model, config), toArray()))

describe('forecast', () => {
  for (const horizon of [1, 2, 5])
    it(`equals a model that is given the features of h rows before by hand, bit for bit: h = ${horizon}`, async () => {
      // By hand: a column for each lag, and a model that learns y_t from row t − h just before it predicts from row t.
      const twin = createModel({
        features: { hour: cyclic(24), last: numeric(), before: numeric() },
        target: { power: numeric() },
        layers: [dense(3, 'tanh'), dense(1)],
        seed: 1,
      }) as unknown as unknown as Model<Row>
      const rows = readings(60)
      const columns = (t: number): Row => ({
        ...{ hour: rows[t]?.hour, last: rows[t]?.power, before: rows[t - 2]?.power },
      })
      const expected = rows.map(({ power }, t) => {
        const learned = t < horizon ? undefined : twin.learn({ ...columns(t - horizon), power })
        return { learned, forecast: twin.predict(columns(t)).value }
      })
      const model = create()
      const records = await told(model, rows, { horizon })
      expect(records.map(({ forecast: { value } = {} }) => value)).toEqual(expected.map((each) => each.forecast))
      expect(model.parameters).toEqual(twin.parameters)
      records.forEach(({ predictions, actual, rows: [row], update }, t) => {
        expect(predictions?.value).toEqual(expected[t - horizon]?.forecast)
        expect(update?.loss).toEqual(expected[t]?.learned?.update?.loss)
        if (t < horizon) return
        expect(actual[0]).toBe(powerAt(t))
        expect(row).toEqual({ hour: rows[t - horizon]?.hour, power: powerAt(t) })
      })
    })

  it('recalls the label of the row itself, and of other columns what learn reads at that row', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: -50, max: 50 }), { freq: 5 }), { minLength: 4, maxLength: 20 }),
        fc.integer({ min: 1, max: 3 }),
        (temperatures, horizon) => {
          const config = {
            features: {
              wide: windowed('minmax', 2),
              last: lag('temperature', 1),
              change: difference('temperature'),
              label: lag('power', 1),
              most: rolling('temperature', 3, 'max'),
              gap: filled(),
              rise: difference('power', 1),
            },
          }
          const rows = temperatures.map((t, i) => ({ ...reading(i), temperature: t, wide: t, gap: t }))
          const [model, twin] = [create(config), create(config)]
          const writer = twin.stages.take('this test')
          const seen: (readonly number[])[] = []
          from(rows)
            .pipe(forecast(model, { horizon }))
            .subscribe(() => {
              const { series } = model.snapshot().kept.forecast as { series: { rows: { recalled: number[] }[] }[] }
              seen.push(series[0]?.rows.at(-1)?.recalled as number[])
            })
          rows.forEach((row, i) => {
            const [wide, last, change, , most, gap] = twin.stages.late.arrive(row, writer).held?.recalled ?? []
            const rise = i > 0 ? powerAt(i) - powerAt(i - 1) : Number.NaN
            expect(seen[i]).toEqual([wide, last, change, powerAt(i), most, gap, rise])
            const [own, before] = [temperatures[i], temperatures[i - 1]]
            if (typeof own !== 'number' || typeof before !== 'number') return
            expect(change).toBe(own - before)
            expect(last).toBe(before)
            // Two equal values have no range, and stand in the middle.
            expect(wide).toBe(own > before ? 1 : own < before ? 0 : 0.5)
          })
          writer.release()
        },
      ),
      { numRuns: runs(20) },
    )
  })

  it('predicts what the model says of the row just after it', () => {
    const model = create(mixed)
    from(readings(30))
      .pipe(forecast(model, { horizon: 3 }))
      .subscribe(({ forecast: made, rows: [first] }) => {
        const { value, step } = model.predict(made?.row as Reading)
        expect([made?.value, made?.step]).toEqual([value, step])
        if (first) expect((made?.row.hour ?? 0) - first.hour).toBe(first.hour > 20 ? -21 : 3)
      })
  })

  it('knows nothing of later rows: what it predicts from a row is the same, whatever comes after it', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.integer({ min: 1, max: 4 }), fc.boolean(), (t, horizon, withExperts) => {
        const other = readings(40).map((row, i) => (i > t ? { ...row, power: -1000 * i } : row))
        const forecasts = [readings(40), other].map((rows) => {
          const made: unknown[] = []
          from(rows)
            .pipe(forecast(create(withExperts ? mixed : {}), { horizon }))
            .subscribe((each) => made.push(each.forecast?.value))
          return made.slice(0, t + 1)
        })
        expect(forecasts[1]).toEqual(forecasts[0])
      }),
      { numRuns: runs(10) },
    )
  })

  it('scores each forecast once, beside what baselines could have known: their forecasts of h rows ahead', async () => {
    const rows = readings(50)
    const [horizon, season] = [6, 4]
    const power = rows.map((row) => row.power as number)
    const own = create()
    const made: number[] = []
    const report = (
      await lastValueFrom(
        from(rows).pipe(
          forecast(own, { horizon }),
          tap((each) => made.push(each.forecast?.value as number)),
          evaluate(own, { baselines: [baselines.noChange(), baselines.seasonalNoChange(season)] }),
        ),
      )
    ).report()
    // The first label that is learned is that of row h, and the first forecast that is scored that of row h.
    const scored = rows.map((_, t) => t).filter((t) => t >= 2 * horizon)
    const mean = (of: (t: number) => number): number =>
      scored.reduce((sum, t) => sum + Math.abs(of(t) - (power[t] as number)), 0) / scored.length
    expect(report.rows).toBe(scored.length)
    const [{ model: by, baselines: beside }] = report.metrics as [(typeof report.metrics)[number]]
    expect(by.cumulative).toBeCloseTo(
      mean((t) => made[t - horizon] as number),
      10,
    )
    expect(beside['no-change']?.cumulative).toBeCloseTo(
      mean((t) => power[t - horizon] as number),
      10,
    )
    // The last label at the same place of a season, among those that a baseline has learned by then.
    const naive = (t: number): number => {
      const known = t - horizon
      if (known - horizon + 1 < season) return power[known] as number
      let at = t
      while (at > known) at -= season
      return power[at] as number
    }
    expect(beside[`no-change over ${season}`]?.cumulative).toBeCloseTo(mean(naive), 10)
  })

  for (const horizon of [1, 3, 4, 9])
    it(`lets the seasonal expert sum the changes of h rows, by the labels of then: h = ${horizon}`, async () => {
      const season = 4
      const own = createModel({
        features: { hour: numeric() },
        target: { power: numeric({ scale: 'none' }) },
        experts: { seasonal: experts.seasonal(season, { horizon }) },
        precision: 'f64',
      }) as unknown as Model<Reading>
      const records = await told(own, readings(40), { horizon })
      // By hand, from the list of the labels that were learned, whose first stands for all before it.
      const known: number[] = []
      const label = (row: number): number =>
        row > 0 ? ahead(row) : (known[Math.max(0, known.length - 1 + row)] as number)
      const change = (from: number, to: number): number => label(to) - label(from)
      const ahead = (h: number): number => {
        const now = change(-season, h - season)
        const then = change(-2 * season, h - 2 * season)
        const before = change(-season - 1, -season)
        const surprise = before === 0 ? 0 : change(-1, 0) - before
        return label(0) + (2 / 3) * now + (1 / 3) * (then === 0 ? now : then) - 0.2 * surprise
      }
      records.forEach(({ forecast: { value } = {} }, t) => {
        if (t >= horizon) known.push(powerAt(t))
        if (known.length > 0) expect(value).toBeCloseTo(ahead(horizon), 9)
      })
    })

  it('is better than the seasonal naive forecast on airline passengers a year ahead, untuned', async (context) => {
    const text = readFileSync(join(dataOr(context), 'airline-passengers.csv'), 'utf8')
    const rows = text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => ({ month: Number(line.slice(5, 7)), passengers: Number(line.split(',')[1]) }))
    const errors = await Promise.all(
      [1, 3, 12].map(async (horizon) => {
        const airline = createModel({
          features: {
            month: cyclic(12),
            last: lag('passengers', 1),
            second: lag('passengers', 2),
            year: lag('passengers', 12),
          },
          target: { passengers: numeric() },
          experts: { ...experts.auto(), seasonal: experts.seasonal(12, { horizon }) },
        })
        const { metrics } = (
          await lastValueFrom(
            from(rows).pipe(
              forecast(airline, { horizon }),
              evaluate(airline, { baselines: [baselines.seasonalNoChange(12)] }),
            ),
          )
        ).report()
        return [metrics[0]?.model.cumulative, metrics[0]?.baselines['no-change over 12']?.cumulative] as number[]
      }),
    )
    const [[one], [three], [twelve, naive]] = errors as [number[], number[], number[]]
    expect(one).toBeLessThan(9.5)
    expect(three).toBeLessThan(16)
    expect(twelve).toBeLessThan(25)
    expect(naive).toBeGreaterThan(33)
  })

  it('keeps the rows of each series apart, and forgets the series that was seen least recently', () => {
    const model = create({ features: { hour: cyclic(24), last: lag('power', 1, { by: 'device' }) } })
    const lost: unknown[] = []
    fromModel(model).subscribe((event) => event.kind === 'unjoined' && lost.push([event.key, event.reason, event.by]))
    const order = [...'abababacbbca', ...'dd']
    const seen: Forecasted<Reading>[] = []
    from(order.map((device, i) => ({ ...reading(i), device })))
      .pipe(forecast(model, { horizon: 2, by: 'device', capacity: 3 }))
      .subscribe((each) => seen.push(each as Forecasted<Reading>))
    order.forEach((device, t) => {
      const own = order.flatMap((each, i) => (each === device && i <= t ? [i] : []))
      const due = own.at(-3)
      const { rows, actual } = seen[t] as Forecasted<Reading>
      if (due === undefined) expect(rows).toEqual([])
      else {
        expect(rows[0]).toMatchObject({ device, hour: due % 24 })
        expect(actual[0]).toBe(powerAt(t))
      }
    })
    expect(lost).toEqual([['b', 'evicted', 'forecast']])
    expect(model.counters.unlabelled).toBe(2)
  })

  it('tells of a row without a key, which is forecast but not learned, and takes no place in any series', () => {
    const model = create()
    const rejections: unknown[] = []
    fromModel(model).subscribe((event) => event.kind === 'rejection' && rejections.push([event.field, event.reason]))
    const devices = ['a', undefined, 'a', null, {}, 'a']
    const seen: Forecasted<Reading>[] = []
    from(devices.map((device, i) => ({ ...reading(i), device })))
      .pipe(forecast(model as unknown as Model<Row>, { by: 'device' }) as never)
      .subscribe((each) => seen.push(each as Forecasted<Reading>))
    expect(rejections).toEqual(
      ['undefined', 'null', 'an object'].map((what) => [
        'device',
        expect.stringMatching(`^device is ${what}.*; expected .*, which tells the series of a row$`),
      ]),
    )
    expect(seen.every((each) => each.forecast)).toBe(true)
    expect(model.counters).toMatchObject({ learned: 2, unlabelled: 3, rejected: 0 })
  })

  it('tells the step of the oldest forecast that waits in any series, in which evaluate forgets what is older', () => {
    const row = fc.record({ device: fc.constantFrom('a', 'b', 'c', 'd', 'e'), hour: fc.nat(23), power: fc.nat(9) })
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 40 }),
        fc.nat(40),
        fc.integer({ min: 1, max: 3 }),
        (rows, cut, horizon) => {
          let waiting = new Map<string, number[]>()
          let model = create()
          const check = (each: unknown): void => {
            const { forecast, delayed } = each as Forecasted<Reading>
            const row = forecast?.row as unknown as { device: string }
            const own = [...(waiting.get(row.device) ?? []), forecast?.step as number].slice(-horizon)
            waiting.delete(row.device)
            waiting = new Map([...waiting, [row.device, own] as const].slice(-3))
            expect(delayed?.since).toBe(Math.min(...[...waiting.values()].flat()))
          }
          for (const some of [rows.slice(0, cut), rows.slice(cut)]) {
            from(some)
              .pipe(forecast(model as unknown as Model<Row>, { by: 'device', capacity: 3, horizon }) as never)
              .subscribe(check)
            const again = create()
            again.restore(model.snapshot())
            model = again
          }
        },
      ),
      { numRuns: runs(60) },
    )
  })

  it('passes over rows that are rejected, and gives up the row whose label does not come', async () => {
    const rows = [0, 1, 2, 3, 4, 5].map((i) => ({ i, ...reading(i) }))
    const given = [rows[0], { hour: 'noon' as never, power: 3 }, rows[1], { ...rows[2], power: null }, rows[3], rows[4]]
    const model = create()
    const records = await told(model, given as readonly Reading[], { horizon: 2 })
    const ids = records.map(({ rows: [row], actual, unlearned }) => [
      (row as { i?: number })?.i,
      actual[0],
      unlearned?.[0]?.kind,
    ])
    expect(ids).toEqual([
      [undefined, undefined, undefined],
      [undefined, Number.NaN, 'rejected'],
      [undefined, undefined, undefined],
      [0, Number.NaN, 'unlabelled'],
      [1, powerAt(3), undefined],
      [2, powerAt(4), undefined],
    ])
    expect(records[1]?.forecast).toBeUndefined()
    expect(model.counters).toMatchObject({ learned: 2, rejected: 1, unlabelled: 1 })
  })

  it('continues from a snapshot at any row as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 6 }), fc.boolean(), (cut, horizon, by) => {
        const rows = readings(32).map((row, i) => ({ ...row, device: `${i % 3}` }))
        const config = by ? { horizon, by: 'device' } : { horizon }
        const learnt = (model: Model<Reading>, some: readonly Reading[]) => {
          let report: unknown
          from(some)
            .pipe(forecast<Reading>(model, config), evaluate(model))
            .subscribe((each) => {
              report = each.report()
            })
          return { report, snapshot: model.snapshot() }
        }
        const whole = learnt(create(mixed), rows)
        const [first, second] = [create(mixed), create(mixed)]
        learnt(first, rows.slice(0, cut))
        second.restore(decodeSnapshot(encodeSnapshot(first.snapshot())))
        expect(learnt(second, rows.slice(cut))).toEqual(whole)
      }),
      { numRuns: runs(15) },
    )
  })

  it('refuses what was kept for another horizon, or by another operator, and hostile rows', () => {
    const model = create()
    from(readings(5))
      .pipe(forecast(model, { horizon: 2 }))
      .subscribe()
    const whole = model.snapshot()
    const errorOf = (other: Model<Reading>, horizon: number): unknown => {
      let error: unknown
      NEVER.pipe(forecast(other as unknown as Model<Row>, { horizon })).subscribe({
        error: (each) => {
          error = each
        },
      })
      return error
    }
    expect(`${errorOf(model, 3)}`).toMatch(/^TypeError: keep: what the model keeps as 'forecast' has the horizon 2; /)
    const kept = whole.kept.forecast as { series: { key: string; rows: object[] }[] }
    const [series] = kept.series as [(typeof kept.series)[number]]
    const wrongs = [
      ...[3, null, [], { ...kept, series: 3 }, { ...kept, step: 'a' }, { ...kept, horizon: 1 }],
      { ...kept, series: [{ ...series, key: 3 }] },
      { ...kept, series: [{ ...series, rows: [...series.rows, ...series.rows] }] },
      { ...kept, series: [{ ...series, rows: [{ ...series.rows[0], recalled: ['a', 1] }] }] },
      { ...kept, series: [null] },
    ]
    for (const wrong of wrongs) {
      const other = create()
      const snapshot = { ...whole, kept: { forecast: wrong } }
      const held = NEVER.pipe(forecast(other as unknown as Model<Row>, { horizon: 2 })).subscribe()
      expect(() => other.restore(snapshot)).toThrow(/^restore: the snapshot's kept.forecast /)
      held.unsubscribe()
      other.restore(snapshot)
      expect(`${errorOf(other, 2)}`).toMatch(/^TypeError: keep: /)
      other.learn(reading(1))
    }
  })

  it('forecasts classes too, each by the classes that were known then', async () => {
    const names = ['low', 'high', 'low', 'middle', 'high', 'low', 'high', 'low', 'middle', 'high', 'low', 'high']
    const weather = createModel({
      features: { i: numeric() },
      target: { state: category({ capacity: 3 }) },
      experts: {
        net: experts.net([dense(3)]),
        seasonal: experts.seasonal(5, { horizon: 2 }),
        noChange: experts.noChange(),
      },
    })
    const rows = [...names, ...names].map((state, i) => ({ i, state }))
    const evaluation = await lastValueFrom(from(rows).pipe(forecast(weather, { horizon: 2 }), evaluate(weather)))
    const report = evaluation.report()
    expect(report.rows + report.unscored).toBe(rows.length - 2)
    expect(report.metrics.map(({ model: { cumulative } }) => Number.isFinite(cumulative))).toEqual([true, true])
  })

  it('gives the model back, and takes up where it was', async () => {
    const [one, other] = [create(), create()]
    const rows = readings(20)
    from(rows)
      .pipe(forecast(one, { horizon: 3 }), take(9))
      .subscribe()
    await told(one, rows.slice(9), { horizon: 3 })
    await told(other, rows, { horizon: 3 })
    expect(one.snapshot()).toEqual(other.snapshot())
    const source$ = new Subject<Reading>()
    concat(source$)
      .pipe(forecast(one, { horizon: 3 }))
      .subscribe()
      .unsubscribe()
    one.learn(reading(1))
  })
})

it('reads a date as its text, in any unit of its field', async () => {
  const forms = {
    date: (at: number) => new Date(at),
    text: (at: number) => new Date(at).toISOString(),
  }
  for (const unit of ['milliseconds', 'seconds'] as const) {
    const values: Record<string, unknown> = {}
    for (const [form, write] of Object.entries(forms)) {
      const model = createModel({
        features: { at: time({ unit }), lately: rolling('power', { withinMs: 1e12, time: 'at' }) },
        target: { power: numeric() },
        layers: [dense(3, 'tanh'), dense(1)],
      })
      const rows = Array.from({ length: 40 }, (_, i) => ({ at: write(1.6e12 + 5e6 * i), power: i % 7 }))
      const records = await lastValueFrom(from(rows).pipe(forecast(model as Model<Row>, { horizon: 3 }), toArray()))
      expect(model.counters).toMatchObject({ learned: 37, rejected: 0 })
      values[form] = records.map((record) => record.forecast?.value)
    }
    expect(values.date).toEqual(values.text)
  }
})
