import { concat, connect, forkJoin, from, lastValueFrom, NEVER, type Observable, Subject, take, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  baselines,
  binaryCrossEntropy,
  category,
  createModel,
  dense,
  evaluate,
  forecast,
  learn,
  type Model,
  metrics,
  numeric,
  type Prediction,
  type Row,
} from '../../operators/index.js'
import type { AnyLearned } from '../../src/metrics/observed.js'
import type { ScoreboardReport } from '../../src/metrics/scoreboardState.js'
import { goodReadings, powerModel, type Reading, readings, type Visit, visitModel, visits } from './models.js'

const reportOf = async <R>(model: Model<R>, rows: readonly (R | readonly R[])[], b: number) => {
  const learned$ = from(rows).pipe(learn<R, R | readonly R[]>(model, { batch: b })) as Observable<AnyLearned<R>>
  return (await lastValueFrom(learned$.pipe(evaluate(model)))).report()
}

describe('evaluate', () => {
  for (const b of [1, 7])
    it(`scores the prediction from each row's arrival, beside the baselines: b = ${b}`, async () => {
      const rows = readings(120)
      const board = metrics.scoreboard({ task: 'regression' })
      const scores = board.init()
      const writer = powerModel().stages.take('this test', b)
      for (const row of rows) {
        const { predictions, actual } = writer.learn(row)
        // The rows before the first step were predicted when no label was known, so they are not scored.
        if (predictions && !Number.isNaN(actual[0]))
          board.update(scores, {
            actual: row.power as number,
            predicted: predictions.step === 0 ? Number.NaN : (predictions.value as number),
            weight: 1,
          })
      }
      expect(await reportOf(powerModel(), rows, b)).toEqual(board.report(scores))
      expect(Object.keys(board.report(scores).metrics[0]?.baselines ?? {})).toEqual(['no-change', 'running mean'])
    })

  for (const b of [1, 7, 128])
    for (const outputs of [1, 4])
      it(`scores rows and arrays of rows alike: b = ${b}, ${outputs} outputs`, async () => {
        const rows = visits(200).map((visit, i) =>
          outputs === 1 && visit.outcome ? { ...visit, outcome: i < 9 || i % 3 ? 'no' : 'yes' } : visit,
        )
        // The first list is read in columns where rows come together, and the second row by row.
        const lists = [
          [metrics.accuracy(), metrics.logLoss(), metrics.kappa(), metrics.balancedAccuracy()],
          [metrics.accuracy(), metrics.brier(), metrics.rocAuc()],
        ]
        const scored = async (elements: readonly (Visit | readonly Visit[])[], list: readonly metrics.Metric[]) => {
          const model = visitModel(outputs)
          const evaluation$ = from(elements).pipe(
            learn<Visit, Visit | readonly Visit[]>(model, { batch: b }),
            evaluate(model, { metrics: list }),
          )
          return (await lastValueFrom(evaluation$)).report()
        }
        for (const list of lists) {
          const one = await scored(rows, list)
          // The rows of the first window are not scored, because they were predicted before any label was learned.
          expect(one.unscored).toBe(Math.min(b, rows.filter(({ outcome }) => outcome).length))
          expect(one.rows + one.unscored).toBe(rows.filter(({ outcome }) => outcome).length)
          expect(await scored([rows], list)).toEqual(one)
          expect(await scored([rows.slice(0, 3), [], rows.slice(3, 90), rows.slice(90)], list)).toEqual(one)
        }
      })

  for (const [b, size] of [
    [1, 1],
    [7, 1],
    [7, 40],
  ] as const)
    it(`gives a class without a column the cost that the loss gives it: b = ${b}, ${size} rows together`, async () => {
      const model = visitModel()
      const rows = visits(120)
      const pieces = Array.from({ length: 120 / size }, (_, i) => rows.slice(size * i, size * i + size))
      const evaluations = await lastValueFrom(
        from(pieces).pipe(learn<Visit, readonly Visit[]>(model, { batch: b }), evaluate(model), toArray()),
      )
      const all = evaluations.flatMap(({ learned }) => [...(learned.losses as Float64Array)]).filter((l) => l >= 0)
      // The first window is not scored, because it was predicted before any label was learned.
      const losses = all.slice(b)
      const mean = losses.reduce((sum, l) => sum + l, 0) / losses.length
      const report = (evaluations.at(-1) as (typeof evaluations)[0]).report()
      expect(report.rows).toBe(losses.length)
      expect(report.metrics[1]?.model.cumulative).toBeCloseTo(mean, 4)
    })

  it('throws when rows were learned by another model', async () => {
    const [model, other] = [powerModel(), powerModel()]
    const evaluation$ = from(readings(3)).pipe(learn(other), evaluate(model))
    await expect(lastValueFrom(evaluation$)).rejects.toThrow(
      new TypeError(
        'evaluate: this row was learned by another model than the one given; expected learn(model), evaluate(model).',
      ),
    )
  })

  it('finds the columns of classes whose names are numbers', async () => {
    const model = createModel({ features: { x: numeric() }, target: { y: category() }, layers: [dense(2)] })
    // JavaScript lists such names in another order than the one in which they arrived.
    const rows = Array.from({ length: 300 }, (_, i) => ({ x: i % 2, y: i % 2 ? 7 : 10 }))
    const report = await reportOf(model, rows.toReversed(), 1)
    expect(report.metrics[0]?.model.rolling).toBeGreaterThan(0.98)
  })

  it('counts a row with the step that learns it', () => {
    const model = powerModel()
    const row$ = new Subject<Reading>()
    const rows: number[] = []
    row$.pipe(learn(model, { batch: 3 }), evaluate(model)).subscribe((e) => rows.push(e.report().rows))
    for (const row of goodReadings(7)) row$.next(row)
    row$.complete()
    // The first window of three rows was predicted before any label was learned, so it is not scored.
    expect(rows).toEqual([0, 0, 0, 0, 0, 3, 3, 4])
  })

  it('counts rows of arrays with the step that learns them, and keeps those of an open window', () => {
    const model = powerModel()
    const array$ = new Subject<readonly Reading[]>()
    const rows: number[] = []
    const learned$ = array$.pipe(learn<Reading, readonly Reading[]>(model, { batch: 3 }))
    learned$.pipe(evaluate(model)).subscribe((e) => rows.push(e.report().rows + e.report().unscored))
    const given = goodReadings(25)
    for (const [from, to] of [
      [0, 4],
      [4, 5],
      [5, 16],
      [16, 25],
    ])
      array$.next(given.slice(from, to))
    array$.complete()
    expect(rows).toEqual([3, 3, 15, 24, 25])
  })

  it('is saved with the model, and resumes from any place in a window', async () => {
    const rows = goodReadings(100)
    const expected = await reportOf(powerModel(), rows, 7)
    for (const cut of [1, 7, 40, 41]) {
      const [first, second] = [powerModel(), powerModel()]
      // The stream is stopped without completing, so the rows of the open window are not learned.
      await lastValueFrom(
        concat(from(rows.slice(0, cut)), NEVER).pipe(learn(first, { batch: 7 }), evaluate(first), take(cut)),
      )
      second.restore(first.snapshot())
      const rest = rows.filter(({ line }) => line > ((second.cursor ?? 0) as number))
      expect(await reportOf(second, rest, 7)).toEqual(expected)
    }
  })

  it('goes on with the scores of a restored snapshot, in the middle of a stream', () => {
    const model = powerModel()
    const row$ = new Subject<Reading>()
    let rows = 0
    row$.pipe(learn(model), evaluate(model)).subscribe((e) => {
      rows = e.report().rows
    })
    const [empty, given] = [powerModel().snapshot(), goodReadings(5)]
    for (const row of given.slice(0, 3)) row$.next(row)
    const third = model.snapshot()
    row$.next(given[3] as Reading)
    model.restore(third)
    row$.next(given[4] as Reading)
    // Of the rows 1, 2, 3 and 5 the first was predicted before any label was learned.
    expect(rows).toBe(3)
    model.restore(empty)
    row$.next(given[4] as Reading)
    // This snapshot has learned nothing, although the model's step has risen.
    expect(rows).toBe(0)
    row$.next(given[4] as Reading)
    expect(rows).toBe(1)
  })

  it('keeps the scores of two targets under two names', async () => {
    const model = createModel({
      features: { x: numeric() },
      target: { p: numeric(), q: numeric() },
      layers: [dense(2)],
    })
    const rows = Array.from({ length: 50 }, (_, i) => ({ x: i, p: 5, q: i % 2 }))
    const config = { metrics: [metrics.mae()], baselines: [baselines.noChange()] }
    const learned$ = from([rows]).pipe(learn(model))
    const first = await lastValueFrom(learned$.pipe(evaluate(model, { ...config, name: 'of p' })))
    const second = await lastValueFrom(learned$.pipe(evaluate(model, { ...config, target: 'q', name: 'of q' })))
    // The very first row is not scored; in the second run all 50 are, because the model has learned by then.
    expect(first.report().metrics[0]?.baselines['no-change']?.cumulative).toBe(0)
    expect(second.report().metrics[0]?.baselines['no-change']?.cumulative).toBe(0.98)
    expect(Object.keys(model.snapshot().kept)).toEqual(['of p', 'of q'])
  })

  it('scores all labels of a row, for the model and for the baselines, whose other scores stay what they are', async () => {
    const plain = numeric({ scale: 'none' })
    const label = (i: number, k: number): boolean => (i * i + 3 * i * k + k) % (k + 3) === 0
    const rows = Array.from({ length: 90 }, (_, i) => ({
      ...{ x: (i * 7) % 10, p: label(i, 0), q: label(i, 1), r: label(i, 2) },
    }))
    const { hammingLoss, labelF1, mae, subsetAccuracy } = metrics
    const make = () =>
      createModel({
        features: { x: numeric() },
        target: { p: plain, q: plain, r: plain },
        layers: [dense(3)],
        loss: binaryCrossEntropy(),
      }) as Model<Row>
    const list = [hammingLoss(), subsetAccuracy(), labelF1({ average: 'macro', labels: 3 }), mae()]
    for (const b of [1, 4])
      for (const elements of [rows, [rows.slice(0, 40), rows.slice(40)]]) {
        const model = make()
        const learned$ = from(elements).pipe(learn<Row, never>(model, { batch: b }) as never) as Observable<
          AnyLearned<Row>
        >
        const scores$ = learned$.pipe(
          connect((each$) =>
            forkJoin([
              each$.pipe(evaluate(model, { metrics: list, target: 'q' })),
              each$.pipe(evaluate(model, { metrics: [mae()], target: 'q', name: 'plain' })),
            ]),
          ),
        )
        const [report, plainly] = (await lastValueFrom(scores$)).map((each) => each.report()) as [
          ScoreboardReport,
          ScoreboardReport,
        ]
        const twin = make()
        const writer = twin.stages.take('learn', b)
        // The first window was predicted before any label was learned.
        const guesses = rows.map((row) => Object.values((writer.learn(row).predictions as Prediction).values!))
        const truths = rows.map(({ p, q, r }) => [p, q, r])
        const first = b
        const share = (of: (i: number) => number): number =>
          rows.slice(first).reduce((sum, _, i) => sum + of(i + first), 0) / (rows.length - first)
        const wrong = (guess: (i: number, k: number) => boolean, i: number): number =>
          truths[i]!.filter((truth, k) => truth !== guess(i, k)).length
        const own = (i: number, k: number): boolean => guesses[i]![k]! >= 0.5
        const before = (i: number, k: number): boolean => truths[i - 1]![k]!
        const [hamming, subset, , error] = report.metrics
        expect(hamming!.model.cumulative).toBeCloseTo(
          share((i) => wrong(own, i) / 3),
          12,
        )
        expect(subset!.model.cumulative).toBeCloseTo(
          share((i) => (wrong(own, i) === 0 ? 1 : 0)),
          12,
        )
        const { 'no-change': noChange } = hamming!.baselines
        expect(noChange!.cumulative).toBeCloseTo(
          share((i) => wrong(before, i) / 3),
          12,
        )
        expect(hamming!.baselines['running mean']!.cumulative).toBeLessThan(0.5)
        expect(error).toEqual(plainly.metrics[0])
        expect(report.rows).toBe(rows.length - first)
      }
  })

  it('leaves out a row that lacks the label of another target, because it is not learned', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({ x: i % 7, p: i, ...(i % 3 !== 1 && { q: i % 2 }) }))
    for (const elements of [rows, [rows], [rows.slice(0, 25), rows.slice(25)]]) {
      const model = createModel({
        features: { x: numeric() },
        target: { p: numeric(), q: numeric() },
        layers: [dense(2)],
      }) as Model<Row>
      const report = await reportOf<Row>(model, elements as never, 1)
      // The very first row was predicted before any label was learned.
      expect([report.rows, report.unscored]).toEqual([model.counters.learned - 1, 1])
    }
  })

  it('scores baselines by what they expected when the row came, as long as that is known', async () => {
    const horizon = 6
    const rows = Array.from({ length: 60 }, (_, i): Row => ({ x: i % 5, y: (i * i) % 17 }))
    const errorBy = async (config: object): Promise<number> => {
      const model = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] })
      const own = model as unknown as Model<Row>
      const row$ = from(rows).pipe(forecast(own, { horizon }), evaluate(own, { metrics: [metrics.mae()], ...config }))
      return (await lastValueFrom(row$)).report().metrics[0]!.baselines['no-change']!.cumulative
    }
    const expected = await errorBy({})
    expect(await errorBy({ foresight: horizon })).toBe(expected)
    expect(await errorBy({ foresight: 1 })).not.toBe(expected)
    expect(() => evaluate(powerModel(), { foresight: 0 })).toThrow('evaluate: foresight is 0; expected a whole number')
  })

  it('refuses a target, a metric or kept scores that do not fit', async () => {
    const model = powerModel()
    expect(() => evaluate(model, { target: 'heat' })).toThrow("there is no target 'heat'; there are power.")
    expect(() => evaluate(model, { metrics: [metrics.accuracy()] })).toThrow("the metric 'accuracy' is for")
    await reportOf(model, goodReadings(3), 1)
    const other$ = from(goodReadings(3)).pipe(learn(model), evaluate(model, { metrics: [metrics.mae()] }))
    await expect(lastValueFrom(other$)).rejects.toThrow(TypeError)
    // The failed subscription has given back the name and the model.
    // The very first row was predicted before any label was learned.
    expect((await reportOf(model, goodReadings(3), 1)).rows).toBe(5)
  })
})
