import fc from 'fast-check'
import { concatMap, from, lastValueFrom, map, type Observable, type OperatorFunction, of, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  backward,
  baselines,
  batch,
  category,
  createModel,
  dense,
  encode,
  evaluate,
  experts,
  forecast,
  forward,
  learn,
  loss,
  type Model,
  metrics,
  numeric,
  type Row,
  update,
} from '../../../operators/index.js'
import type { AnyLearned } from '../../../src/metrics/observed.js'
import { runs } from '../../runs.js'

const names = ['a', 'b', 'c'] as const
/** Models whose labels repeat after a season, and what stands for a label in it. */
const forms = {
  number: {
    make: (season: number, horizon = 1): Model<Row> =>
      createModel({
        features: { x: numeric({ scale: 'none' }) },
        target: { y: numeric({ scale: 'none' }) },
        experts: { seasonal: experts.seasonal(season, { horizon }), last: experts.noChange() },
        precision: 'f64',
      }) as unknown as Model<Row>,
    label: (i: number) => i as number | string,
  },
  class: {
    make: (season: number, horizon = 1): Model<Row> =>
      createModel({
        features: { x: numeric({ scale: 'none' }) },
        target: { y: category({ values: names }) },
        experts: { seasonal: experts.seasonal(season, { horizon }), net: experts.net([dense(3)]) },
        precision: 'f64',
      }) as unknown as Model<Row>,
    label: (i: number) => names[((i % 3) + 3) % 3] as number | string,
  },
}
const longForm =
  (model: Model<Row>): OperatorFunction<Row, unknown> =>
  (row$) =>
    row$.pipe(
      encode(model) as never,
      batch(1) as never,
      forward(model) as never,
      loss() as never,
      backward() as never,
      update(model) as never,
    ) as Observable<unknown>

/** A season of labels, the number of seasons, and the rows after the second season whose label is missing. */
const stream = fc
  .tuple(
    fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 6 }),
    fc.array(fc.boolean(), { minLength: 20, maxLength: 40 }),
  )
  .map(([season, gaps]) => ({
    season,
    labels: Array.from({ length: 2 * season.length + 1 + gaps.length }, (_, i) => season[i % season.length]!),
    isMissing: (i: number) => i > 2 * season.length && gaps[i - 2 * season.length - 1]!,
  }))

describe('a seasonal expert, where labels are missing', () => {
  it('expects of a stream that repeats itself exactly what comes', () => {
    fc.assert(
      fc.property(stream, ({ season, labels, isMissing }) => {
        const model = createModel({
          features: { x: numeric({ scale: 'none' }) },
          target: { y: numeric({ scale: 'none' }) },
          experts: { seasonal: experts.seasonal(season.length) },
          precision: 'f64',
        })
        labels.forEach((label, i) => {
          const { predictions } = model.learn({ x: 0, y: isMissing(i) ? undefined : label } as never)
          if (i > 2 * season.length) expect(predictions?.value).toBeCloseTo(label, 9)
        })
      }),
      { numRuns: runs(100) },
    )
  })

  for (const [name, { make, label }] of Object.entries(forms))
    it(`stands where it would if all had come: ${name}`, () => {
      fc.assert(
        fc.property(stream, ({ season, labels, isMissing }) => {
          const [whole, gapped] = [make(season.length), make(season.length)]
          const memory = ({ snapshot }: Model<Row>): unknown => {
            const { statistics } = snapshot()
            // The queue is as long as what the expert reads, and stands last among the statistics.
            return Array.from(statistics as Float64Array).filter((_, i, all) => i >= all.length - season.length)
          }
          labels.forEach((y, i) => {
            whole.learn({ x: 0, y: label(y) })
            gapped.learn({ x: 0, y: isMissing(i) ? undefined : label(y) } as never)
          })
          if (name === 'class') expect(memory(gapped)).toEqual(memory(whole))
          else expect(gapped.predict({ x: 0 }).value).toBeCloseTo(whole.predict({ x: 0 }).value as number, 6)
        }),
        { numRuns: runs(60) },
      )
    })

  for (const [name, { make, label }] of Object.entries(forms))
    it(`has the same bits in each form, in a snapshot in between, and raises the step: ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(stream, async ({ season, labels, isMissing }) => {
          const rows = labels.map((y, i): Row => ({ x: i % 3, y: isMissing(i) ? undefined : label(y) }))
          const models = Array.from({ length: 4 }, () => make(season.length)) as [
            Model<Row>,
            Model<Row>,
            Model<Row>,
            Model<Row>,
          ]
          const [byRow, byArray, long, restored] = models
          rows.forEach((row, i) => {
            const { step } = byRow
            byRow.learn(row)
            expect(byRow.step).toBe(step + 1)
            if (i === rows.length >> 1) restored.restore(byRow.snapshot())
            else if (i > rows.length >> 1) restored.learn(row)
          })
          const writer = byArray.stages.take('test')
          writer.learn(rows)
          writer.release()
          await lastValueFrom(from(rows).pipe(longForm(long)))
          for (const model of [byArray, long, restored]) {
            expect(model.predict({ x: 1 })).toEqual(byRow.predict({ x: 1 }))
            expect(model.snapshot().statistics).toEqual(byRow.snapshot().statistics)
            expect(model.counters).toEqual(byRow.counters)
          }
        }),
        { numRuns: runs(40) },
      )
    })

  it('keeps its place in a forecast of several rows ahead', async () => {
    await fc.assert(
      fc.asyncProperty(stream, fc.integer({ min: 1, max: 4 }), async ({ season, labels, isMissing }, horizon) => {
        const model = createModel({
          features: { x: numeric({ scale: 'none' }) },
          target: { y: numeric({ scale: 'none' }) },
          experts: { seasonal: experts.seasonal(season.length, { horizon }) },
          precision: 'f64',
        }) as unknown as Model<Row>
        const rows = labels.map((y, i): Row => ({ x: 0, y: isMissing(i) ? undefined : y }))
        const told = await lastValueFrom(from(rows).pipe(forecast(model, { horizon }), toArray()))
        told.forEach(({ forecast }, i) => {
          // The first h labels belong to no row that was forecast.
          if (i > 2 * season.length + horizon && i + horizon < labels.length)
            expect(forecast?.value).toBeCloseTo(labels[i + horizon]!, 9)
        })
      }),
      { numRuns: runs(60) },
    )
  })
})

describe('baselines with a season, where labels are missing', () => {
  const after = (model: Model<Row>, horizon: number): OperatorFunction<Row, AnyLearned<Row>> =>
    (horizon === 0 ? learn(model) : forecast(model, { horizon })) as never

  for (const form of ['rows', 'arrays', 'forecast'] as const)
    it(`evaluate counts rows, so that a stream that repeats itself is known: ${form}`, async () => {
      await fc.assert(
        fc.asyncProperty(stream, async ({ season, labels, isMissing }) => {
          const model = createModel({
            features: { x: numeric() },
            target: { y: numeric() },
            experts: { last: experts.noChange() },
          }) as unknown as Model<Row>
          const own = baselines.seasonalNoChange(season.length)
          const rows = labels.map((y, i): Row => ({ x: 0, y: isMissing(i) ? undefined : y }))
          const elements = form === 'arrays' ? [rows.slice(0, 15), rows.slice(15)] : rows
          // Only rows after the seasons that were whole are looked at.
          const known = 2 * season.length + 5
          const gapless = labels.filter((_, i) => i >= known && !isMissing(i)).length
          const told = await lastValueFrom(
            from(elements as Row[]).pipe(
              after(model, form === 'forecast' ? 2 : 0),
              evaluate(model, {
                metrics: [metrics.mae()],
                baselines: [own],
                rolling: Math.max(1, gapless),
              }) as never as OperatorFunction<AnyLearned<Row>, { report(): metrics.ScoreboardReport }>,
            ),
          )
          const { rolling } = told.report().metrics[0]!.baselines[own.name]!
          if (gapless > 0) expect(rolling).toBe(0)
        }),
        { numRuns: runs(60) },
      )
    })

  it('a restored evaluation goes on as if nothing had been', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, i): Row => ({ x: i % 4, at: i, y: i % 7 === 3 || i % 5 === 4 ? undefined : i % 6 }),
    )
    const make = (): Model<Row> =>
      createModel({
        features: { x: numeric() },
        target: { y: numeric() },
        experts: { last: experts.noChange() },
        cursor: 'at',
      }) as unknown as Model<Row>
    const config = { baselines: [baselines.seasonalNoChange(6), baselines.holtWinters({ season: 6 })] }
    const run = (model: Model<Row>, given: readonly Row[], each: (i: number) => unknown = () => {}) =>
      lastValueFrom(
        from(given).pipe(
          learn(model),
          evaluate(model, config),
          tap((_, i) => each(i)),
        ),
      )
    const whole = make()
    const saved: ReturnType<Model<Row>['snapshot']>[] = []
    const end = (await run(whole, rows, () => saved.push(whole.snapshot()))).report()
    for (const at of [3, 4, 5, 10, 17, 38, 39, 40]) {
      const again = make()
      again.restore(saved[at]!)
      // The stream begins anew after the cursor, which rows without a label may not have moved yet.
      const rest = rows.filter((row) => (row.at as number) > ((again.cursor as number | undefined) ?? -1))
      expect((await run(again, rest)).report()).toEqual(end)
    }
  })
})
