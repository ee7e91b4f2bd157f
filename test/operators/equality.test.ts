import fc from 'fast-check'
import { from, type Observable, Subject, share, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  adagrad,
  adam,
  auto,
  backward,
  batch,
  type Chunk,
  category,
  chain,
  clipByGlobalNorm,
  cocob,
  createModel,
  dense,
  dog,
  encode,
  forward,
  fromModel,
  ftrl,
  gradient,
  hashed,
  type LearnedRows,
  l1,
  l2,
  learn,
  loss,
  type Model,
  momentum,
  numeric,
  type Optimizer,
  type Precision,
  sgd,
  type Update,
  update,
} from '../../operators/index.js'
import { deep, runs } from '../runs.js'
import { bitsOf, goodReadings, powerModel, type Reading, readings, visitModel, visits } from './models.js'

const long = <R>(row$: Observable<R>, model: Model<R>, b: number): Observable<Update<R>> =>
  row$.pipe(encode(model), batch(b), forward(model), loss(), backward(), update(model))

/** Learns the same rows in both forms, and returns every bit of the two models. */
const both = <R>(make: () => Model<R>, rows: readonly R[], b: number): readonly [fused: string, staged: string] => {
  const [fused, staged] = [make(), make()]
  from(rows)
    .pipe(learn(fused, { batch: b }))
    .subscribe()
  long(from(rows), staged, b).subscribe()
  return [bitsOf(fused), bitsOf(staged)]
}

const optimizers: Readonly<Record<string, () => Optimizer>> = {
  auto: () => auto(),
  adam: () => adam({ learningRate: 0.01 }),
  sgd: () => sgd({ learningRate: 0.05 }),
  momentum: () => momentum({ learningRate: 0.01 }),
  adagrad: () => adagrad({ learningRate: 0.1 }),
  chain: () => chain(clipByGlobalNorm(1), l2(0.01), sgd({ learningRate: 0.05 })),
  ftrl: () => chain(l1(0.01), ftrl({ l1: 0.1 })),
  cocob: () => chain(l2(0.01, { decoupled: true }), cocob()),
  dog: () => dog({ initial: 0.01 }),
}

const unscaled = {
  features: { temperature: numeric({ scale: 'none' }), room: category({ capacity: 16 }) },
  optimizer: sgd({ learningRate: 0.1 }),
}

/** How many rows go through windows of up to 128. */
const MANY = deep ? 300 : 140

describe('the stages one by one and learn', () => {
  for (const b of [1, 7, 128])
    for (const precision of ['f32', 'f64'] as const)
      for (const [name, optimizer] of Object.entries(optimizers))
        it.each([1, 2, 3])(`give equal models: b = ${b}, ${precision}, ${name}, %i shards`, (shards) => {
          const make = (executor: 'wasm' | 'interpreter') => () =>
            powerModel({ precision, optimizer: optimizer(), shards, executor })
          const [fused, staged] = both(make('wasm'), readings(MANY), b)
          expect(staged).toBe(fused)
          if (b === 7) expect(both(make('interpreter'), readings(MANY), b)).toEqual([fused, fused])
        })

  // 300 rows of 40 names are more than fit into the list of touched rows.
  for (const b of [1, 7, 300])
    it.each([['adagrad'], ['auto'], ['sgd'], ['ftrl']])(
      `give equal models: b = ${b}, many names, a hidden layer, %s`,
      (name) => {
        const rows = Array.from({ length: b === 300 ? 310 : runs(310) }, (_, i) => ({
          names: Object.fromEntries(
            Array.from({ length: 40 }, (_, k) => [`n${(i * 37 + k * k * 11) % 20_011}`, 1 + (k % 3)]),
          ),
          a: (i % 9) - 4,
          y: i % 4,
        }))
        const make = (executor: 'wasm' | 'interpreter') => () =>
          createModel({
            features: { names: hashed({ capacity: 20_000, active: 40 }), a: numeric() },
            target: { y: numeric() },
            layers: [dense(4, 'relu'), dense(1)],
            optimizer: (optimizers[name] as () => Optimizer)(),
            executor,
          })
        const [fused, staged] = both(make('wasm'), rows, b)
        expect(staged).toBe(fused)
        expect(both(make('interpreter'), rows, b)).toEqual([fused, fused])
      },
    )

  it('are compared on rejected and unlabelled rows, new names and a partial last window', () => {
    const model = powerModel()
    from(readings(300))
      .pipe(learn(model, { batch: 7 }))
      .subscribe()
    const { learned, rejected, unlabelled } = model.counters
    expect(learned % 7).not.toBe(0)
    expect([rejected, unlabelled]).toEqual([15, 17])
    expect(model.publish().vocabularies[0]?.length).toBe(11)
    expect(model.cursor).toBe(300)
  })

  for (const b of [1, 7, 128]) {
    it.each([1, 2, 3])(`give equal models of names: b = ${b}, %i shards`, (shards) => {
      const [fused, staged] = both(() => visitModel(4, { shards }), visits(150), b)
      expect(staged).toBe(fused)
    })

    it(`give equal models of two names, one output: b = ${b}`, () => {
      const rows = visits(150).map((visit, i) => ({ ...visit, outcome: i < 5 ? 'no' : i % 3 ? 'yes' : 'no' }))
      const [fused, staged] = both(() => visitModel(1), rows, b)
      expect(staged).toBe(fused)
    })

    it.each([1, 3])(
      `give equal models when predictions use the statistics before their row: b = ${b}, %i shards`,
      (shards) => {
        const [fused, staged] = both(() => powerModel({ statistics: 'afterPrediction', shards }), readings(150), b)
        expect(staged).toBe(fused)
      },
    )

    it(`give equal models through wild values, refused steps and rollbacks: b = ${b}`, () => {
      const rows = goodReadings(200).map(
        (row, i): Reading =>
          i % 50 === 30 ? { ...row, power: 1e120 } : i % 50 === 40 ? { ...row, temperature: 1e149 } : row,
      )
      for (const shards of [1, 3]) {
        const [fused, staged] = both(() => powerModel({ ...unscaled, shards }), rows, b)
        expect(staged).toBe(fused)
        expect(JSON.parse(fused).counters.refused).toBeGreaterThan(0)
      }
    })
  }

  it('give equal models of several targets', () => {
    const make = () =>
      createModel({
        features: { a: numeric() },
        target: { p: numeric(), q: numeric({ scale: 'none' }) },
        layers: [dense(3, 'relu'), dense(2)],
      })
    const rows = Array.from({ length: 50 }, (_, i) => ({ a: i % 7, p: i % 5, q: i === 20 ? null : i % 3 }))
    const [fused, staged] = both(make, rows, 7)
    expect(staged).toBe(fused)
  })

  it('count the rows that arrived after the last step', () => {
    const rows = readings(32)
      .slice(0, 30)
      .filter(({ power }, i) => i < 7 || power === null || i % 19 === 12)
    const [fused, staged] = both(() => powerModel(), rows, 7)
    expect(staged).toBe(fused)
    expect(JSON.parse(fused).cursor).toBe(rows.at(-1)?.line)
  })

  it('give equal models with the three stages in one', () => {
    const [staged, fused] = [powerModel(), powerModel()]
    long(from(readings(100)), staged, 7).subscribe()
    from(readings(100)).pipe(encode(fused), batch(7), gradient(fused), update(fused)).subscribe()
    expect(bitsOf(fused)).toBe(bitsOf(staged))
  })

  it('report the same updates, refusals and rejections in the same order', () => {
    const told = (form: (model: Model<Reading>) => Observable<Pick<Update, 'step' | 'loss' | 'size' | 'refused'>>) => {
      const model = powerModel(unscaled)
      const story: unknown[] = []
      fromModel(model).subscribe(({ kind }) => story.push(kind))
      form(model).subscribe(({ step, loss, size, refused }) => story.push([step, loss, size, refused]))
      return story
    }
    const rows = readings(100).map((row) => (row.line === 50 ? { ...row, temperature: 1e149 } : row))
    const updates$ = (model: Model<Reading>) => {
      const update$ = new Subject<Update<Reading>>()
      const out$ = from(rows).pipe(
        learn(model, { batch: 7 }),
        tap(({ update }) => update && update$.next(update)),
      )
      return { subscribe: (next: never) => [update$.subscribe(next), out$.subscribe()] } as unknown as typeof update$
    }
    const story = told(updates$)
    expect(told((model) => long(from(rows), model, 7))).toEqual(story)
    expect(story).toContain('refusal')
    expect(story).toContain('rejection')
  })
})

describe('rows pushed from downstream', () => {
  /** Pushes two more rows at every step and one at every event, until none are left. */
  const run = (b: number, form: 'long' | 'learn' | 'stage'): string => {
    const rows = readings(200)
    const model = powerModel()
    const row$ = new Subject<Reading>()
    let next = 0
    const push = (): void => {
      if (next < rows.length) row$.next(rows[next++] as Reading)
    }
    const twice = (): void => {
      push()
      push()
    }
    model.listen(push)
    const steps: number[] = []
    if (form === 'learn')
      row$.pipe(learn(model, { batch: b })).subscribe((learned) => {
        if (!learned.update) return
        steps.push(learned.update.step)
        twice()
      })
    else if (form === 'long')
      long(row$, model, b).subscribe(({ step }) => {
        steps.push(step)
        twice()
      })
    else
      row$
        .pipe(
          encode(model),
          batch(b),
          forward(model),
          loss(),
          tap(twice),
          backward(),
          update(model),
          tap(({ step }) => steps.push(step)),
        )
        .subscribe()
    while (next < rows.length) push()
    row$.complete()
    expect(steps).toEqual(steps.map((_, i) => i + 1))
    return bitsOf(model)
  }

  for (const b of [1, 7, 128])
    it(`wait their turn, in every form: b = ${b}`, () => {
      const fused = run(b, 'learn')
      expect(run(b, 'long')).toBe(fused)
      expect(run(b, 'stage')).toBe(fused)
      const plain = powerModel()
      from(readings(200))
        .pipe(learn(plain, { batch: b }))
        .subscribe()
      expect(bitsOf(plain)).toBe(fused)
    })

  it('reach every subscriber in the same order', () => {
    const model = powerModel()
    const rows = goodReadings(40)
    const row$ = new Subject<Reading>()
    const learned$ = row$.pipe(learn(model), share())
    const [first, second]: [number[], number[]] = [[], []]
    let next = 1
    learned$.subscribe(({ step }) => {
      first.push(step)
      if (next < rows.length) row$.next(rows[next++] as Reading)
    })
    learned$.subscribe(({ step }) => second.push(step))
    row$.next(rows[0] as Reading)
    expect(first).toEqual(rows.map((_, i) => i + 1))
    expect(second).toEqual(first)
  })

  it('reach them in the same order from merged streams, too', () => {
    const model = powerModel()
    const rows = goodReadings(20)
    const [row$, other$] = [new Subject<Reading>(), new Subject<Reading>()]
    const example$ = new Subject<ReturnType<typeof model.stages.encode>>()
    row$.pipe(encode(model)).subscribe(example$)
    other$.pipe(encode(model)).subscribe(example$)
    const order: unknown[] = []
    let next = 10
    example$
      .pipe(
        batch(1),
        tap(({ examples }) => {
          order.push(examples[0]?.row.line)
          if (next < 20) other$.next(rows[next++] as Reading)
        }),
        gradient(model),
        update(model),
      )
      .subscribe(({ step }) => order.push(`step ${step}`))
    for (const row of rows.slice(0, 10)) row$.next(row)
    expect(order.filter((_, i) => i % 2 === 1)).toEqual(rows.map((_, i) => `step ${i + 1}`))
    expect(order.length).toBe(40)
  })
})

describe('rows one by one, in arrays and in chunks', () => {
  const cuts = (length: number) =>
    fc.array(fc.integer({ min: 0, max: length }), { maxLength: 12 }).map((places) => {
      const ends = [0, ...places.sort((a, b) => a - b), length]
      return ends.slice(1).map((end, i) => [ends[i] as number, end] as const)
    })
  const b = fc.constantFrom(1, 2, 7, 128)
  const precision = fc.constantFrom<Precision>('f32', 'f64')
  const shards = fc.constantFrom(1, 2, 3)

  it('give equal models and predictions as arrays', () => {
    const rows = readings(80)
    fc.assert(
      fc.property(cuts(rows.length), b, precision, shards, (pieces, size, type, cut) => {
        const [one, many] = [powerModel({ precision: type, shards: cut }), powerModel({ precision: type, shards: cut })]
        const values: unknown[] = []
        from(rows)
          .pipe(learn(one, { batch: size }))
          .subscribe(({ rows: [row], predictions }) => row && values.push(predictions?.value ?? Number.NaN))
        const inArrays: unknown[] = []
        from(pieces.map(([start, end]) => rows.slice(start, end)))
          .pipe(learn(many, { batch: size }))
          .subscribe(({ predictions }) => inArrays.push(...(predictions?.values ?? [])))
        expect(bitsOf(many)).toBe(bitsOf(one))
        expect(inArrays).toEqual(values)
      }),
      { numRuns: runs(25) },
    )
  })

  const seen = { features: { a: numeric(), k: category({ values: ['p', 'q', 'r'] }) }, target: { y: numeric() } }
  const rows = Array.from({ length: 60 }, (_, i) => ({
    a: i % 13 === 5 ? Number.POSITIVE_INFINITY : ((i * 5) % 11) / 3,
    k: ['p', 'q', 'r'][i % 3] as string,
    y: i % 17 === 3 ? null : i % 8,
    w: i % 4,
  }))
  const chunkOf = (from_: number, to: number): Chunk => {
    const part = rows.slice(from_, to)
    return {
      kind: 'chunk',
      size: part.length,
      x: Float64Array.from(part.flatMap(({ a, k }) => [a, ['p', 'q', 'r'].indexOf(k)])),
      y: Float64Array.from(part.map(({ y }) => y ?? Number.NaN)),
      weights: Float64Array.from(part.map(({ w }) => w)),
    }
  }
  const make = (type: Precision, cut: number) =>
    createModel({ ...seen, layers: [dense(3, 'tanh'), dense(1)], precision: type, weight: 'w', shards: cut })

  it('give equal models and predictions as chunks', () => {
    fc.assert(
      fc.property(cuts(rows.length), b, precision, shards, (pieces, size, type, cut) => {
        const [one, many] = [make(type, cut), make(type, cut)]
        const values: unknown[] = []
        from(rows)
          .pipe(learn(one, { batch: size }))
          .subscribe(({ rows: [row], predictions }) => row && values.push(predictions?.value ?? Number.NaN))
        const inChunks: unknown[] = []
        from(pieces.map(([start, end]) => chunkOf(start, end)))
          .pipe(learn(many, { batch: size }))
          .subscribe(({ predictions }) => inChunks.push(...(predictions?.values ?? [])))
        expect(bitsOf(many)).toBe(bitsOf(one))
        expect(inChunks).toEqual(values)
      }),
      { numRuns: runs(25) },
    )
  })

  it('are predicted as the model would have predicted them just before', () => {
    const model = powerModel()
    const before: unknown[] = []
    const given: unknown[] = []
    from(goodReadings(60))
      .pipe(
        tap((row) => before.push(model.predict(row).value)),
        learn(model, { batch: 7 }),
      )
      .subscribe(({ predictions }) => predictions && given.push(predictions.value))
    expect(given).toEqual(before)
    const inArrays: LearnedRows<Reading>[] = []
    const other = powerModel()
    from([goodReadings(60)])
      .pipe(learn(other, { batch: 7 }))
      .subscribe((learned) => inArrays.push(learned))
    expect([...(inArrays[0]?.predictions?.values ?? [])]).toEqual(before)
  })

  it.each([
    ['numbers', () => powerModel() as Model<never>, goodReadings(9)],
    ['names', () => visitModel(1) as Model<never>, visits(9).map((v, i) => ({ ...v, outcome: i % 2 ? 'yes' : 'no' }))],
  ])('are learned alike with predictions in between, in windows of any size: %s', (_, make, rows) => {
    for (const size of [1, 2, 4, 8]) {
      const [quiet, busy] = [make(), make()]
      from(rows as never[])
        .pipe(learn(quiet, { batch: size }))
        .subscribe()
      from(rows as never[])
        .pipe(learn(busy, { batch: size }))
        .subscribe(() => busy.predict(rows[2] as never))
      expect(bitsOf(busy)).toBe(bitsOf(quiet))
    }
  })
})
