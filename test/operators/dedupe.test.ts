import fc from 'fast-check'
import { from, type Observable, Subject, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  createModel,
  type DedupeConfig,
  dedupe,
  dense,
  difference,
  evaluate,
  forecast,
  fromModel,
  joinLabels,
  lag,
  learn,
  type Model,
  type ModelEvent,
  metrics,
  numeric,
  orderByTime,
  rolling,
} from '../../operators/index.js'
import { runs } from '../runs.js'

interface Reading {
  readonly id?: number | string | null
  readonly at: number
  readonly x: number
  readonly y?: number | undefined
}
const same = (operator: unknown) => operator as (row$: Observable<Reading>) => Observable<Reading>
const modelOf = (): Model<Reading> =>
  createModel({
    features: { x: numeric() },
    target: { y: numeric() },
    layers: [dense(1)],
  }) as unknown as Model<Reading>

const passThrough = (rows: readonly Reading[], config: Partial<DedupeConfig>) => {
  const model = modelOf()
  const events: ModelEvent[] = []
  fromModel(model).subscribe((event) => events.push(event))
  const unique = dedupe<Reading, Reading>(model, { key: 'id', ...config } as DedupeConfig)
  const out: Reading[] = []
  const row$ = new Subject<Reading>()
  row$.pipe(same(unique)).subscribe((row) => out.push(row))
  let most = 0
  for (const row of rows) {
    row$.next(row)
    most = Math.max(most, unique.counters.keys)
  }
  return { out, events, counters: unique.counters, most }
}

/** Recomputes for each row, from the whole history, the keys that are known by then. */
const naive = (rows: readonly Reading[], capacity: number, withinMs: number): Reading[] => {
  const out: Reading[] = []
  rows.forEach((row, n) => {
    if (row.id === null) {
      out.push(row)
      return
    }
    const earlier = rows.slice(0, n).filter(({ id }) => id !== null)
    const known = [...new Set(earlier.map(({ id }) => `${id}`).reverse())].slice(0, capacity)
    // The row of its key that was handed on last, and no time before which the key was forgotten.
    const before = out.filter(({ id }) => `${id}` === `${row.id}`).at(-1)
    const isDuplicate = known.includes(`${row.id}`) && before && Math.abs(row.at - before.at) < withinMs
    if (!isDuplicate) out.push(row)
  })
  return out
}

describe('dedupe', () => {
  it('hands on what the whole history tells, with half of the rows sent again and clocks that jump', () => {
    const row = fc.record({
      id: fc.oneof({ weight: 9, arbitrary: fc.nat(12) }, { weight: 1, arbitrary: fc.constantFrom(null, '3') }),
      at: fc.oneof({ weight: 9, arbitrary: fc.nat(100) }, { weight: 1, arbitrary: fc.constantFrom(3.6e6, -3.6e6) }),
      x: fc.nat(9),
    })
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 80 }),
        fc.integer({ min: 1, max: 15 }),
        fc.constantFrom(1, 30, 500, Infinity),
        (rows, capacity, withinMs) => {
          const { out, events, counters, most } = passThrough(rows, { capacity, withinMs, time: 'at' })
          expect(out).toEqual(naive(rows, capacity, withinMs))
          expect(most).toBeLessThanOrEqual(capacity)
          const { received, passed, duplicate, keyless } = counters
          expect([received, passed, received - passed]).toEqual([rows.length, out.length, duplicate])
          expect(keyless).toBe(rows.filter(({ id }) => id === null).length)
          const left = rows.filter((each) => !out.includes(each))
          const named = events.filter(({ kind }) => kind === 'naming')
          expect(named).toHaveLength(keyless === 0 ? 0 : 1 + Math.floor(Math.log2(keyless)))
          expect(
            events.filter(({ kind }) => kind !== 'naming').map((event) => 'row' in event && [event.kind, event.row]),
          ).toEqual(left.map((each) => ['duplicate', each]))
        },
      ),
      { numRuns: runs(300) },
    )
  })

  it('goes on after a restore amid a window as if it had never stopped, also with what it forgets', () => {
    const create = () =>
      createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)], cursor: 'at' })
    type Own = ReturnType<typeof create>
    const begin = (model: Own, capacity: number, size: number): Subject<Reading> => {
      const row$ = new Subject<Reading>()
      const unique = dedupe<Reading, Reading>(model as never, { key: 'id', capacity } as DedupeConfig)
      row$.pipe(same(unique), learn(model as never, { batch: size }) as never).subscribe()
      return row$
    }
    const list = fc.array(fc.nat(9), { minLength: 1, maxLength: 40 })
    const sizes = fc.record({ capacity: fc.integer({ min: 1, max: 5 }), size: fc.integer({ min: 1, max: 6 }) })
    fc.assert(
      fc.property(list, fc.nat(40), sizes, (ids, at, { capacity, size }) => {
        const rows = ids.map((id, i): Reading => ({ id, at: i, x: i, y: i }))
        const [whole, first, second] = [create(), create(), create()]
        const [straight$, stopped$] = [begin(whole, capacity, size), begin(first, capacity, size)]
        for (const row of rows) straight$.next(row)
        straight$.complete()
        for (const row of rows.slice(0, at)) stopped$.next(row)
        second.restore(first.snapshot())
        const rest$ = begin(second, capacity, size)
        for (const row of rows) if (row.at > ((second.cursor as number | undefined) ?? -1)) rest$.next(row)
        rest$.complete()
        expect(second.snapshot()).toEqual(whole.snapshot())
      }),
      { numRuns: runs(300) },
    )
  })

  it('refuses what it cannot work with', () => {
    const make = (config: object) => () => dedupe(modelOf(), config as never)
    expect(make({})).toThrow("dedupe: key is undefined; expected a name, as in { key: 'id' }.")
    expect(make({ key: 'id', withinMs: 5 })).toThrow("expected the column with a row's time too")
    expect(make({ key: 'id', capacity: 0 })).toThrow('dedupe: capacity is 0')
    expect(() => orderByTime(modelOf(), { time: 'at' } as never)).toThrow('orderByTime: latenessMs is undefined')
    expect(() => orderByTime(modelOf(), { latenessMs: 1 } as never)).toThrow('orderByTime: time is undefined')
  })
})

/** The rows of a clean stream as a source delivers them: up to half of them twice, and late by up to `places`. */
const troubled = (rows: readonly Reading[], share: number, places: number, seed: number): Reading[] => {
  const random = (i: number): number => (Math.imul((i + 1) ^ (seed * 7919), 2654435761) >>> 0) / 2 ** 32
  return rows
    .flatMap((row, i) => (random(3 * i) < share ? [row, { ...row }] : [row]))
    .map((row, i) => ({ row, seen: row.at + Math.floor(random(5 * i + 1) * places) }))
    .sort((a, b) => a.seen - b.seen)
    .map(({ row }) => row)
}

describe('behind dedupe and orderByTime', () => {
  const HOUR = 3_600_000
  const clean: readonly Reading[] = Array.from({ length: 400 }, (_, i) => ({
    id: i,
    // The clock of the sensor has been put forward by an hour, once.
    at: i + (i > 200 ? HOUR : 0),
    x: (i * 7) % 11,
    y: (i * i) % 13,
  }))
  const create = (): Model<Reading> =>
    createModel({
      features: {
        x: numeric(),
        before: lag('y', 2),
        change: difference('x', 1),
        lately: rolling('x', { withinMs: 20, time: 'at', rows: 50 }, 'mean'),
      },
      target: { y: numeric() },
      layers: [dense(1)],
    }) as unknown as Model<Reading>
  const board = [metrics.mae(), metrics.rmse()]
  const pipes: Readonly<Record<string, (model: Model<Reading>, row$: Observable<Reading>) => Observable<unknown>>> = {
    'windows, metrics and lags': (model, row$) =>
      row$.pipe(learn(model, { batch: 5 }), evaluate(model, { metrics: board, rolling: 50 }) as never),
    'metrics and lags': (model, row$) => row$.pipe(learn(model), evaluate(model, { metrics: board }) as never),
    horizons: (model, row$) => row$.pipe(forecast(model, { horizon: 3 }), evaluate(model, { metrics: board }) as never),
    'labels that come later': (model, row$) => {
      const label$ = new Subject<object>()
      const tell = tap<Reading>({
        next: ({ id, y }) => Number(id) > 4 && label$.next({ id: Number(id) - 5, y }),
        complete: () => label$.complete(),
      })
      const late = joinLabels<Reading>(model, label$, { key: 'id', withinMs: 50, time: 'at', capacity: 20 })
      return row$.pipe(tell, late as never)
    },
  }
  const run = (rows: readonly Reading[], pipe: (typeof pipes)[string], places: number | undefined): unknown => {
    const model = create()
    const row$ = from(rows)
    const ordered$ =
      places === undefined
        ? row$
        : row$.pipe(
            same(dedupe<Reading, Reading>(model, { key: 'id', capacity: 500 })),
            same(orderByTime<Reading, Reading>(model, { time: 'at', latenessMs: places })),
          )
    pipe(model, ordered$).subscribe()
    const { kept, ...rest } = model.snapshot()
    const { dedupe: _, orderByTime: __, ...others } = kept as Record<string, unknown>
    return { ...rest, others }
  }

  it.each(Object.entries(pipes))('%s are those of the clean stream', (_, pipe) => {
    for (const [share, places] of [
      [0.5, 1],
      [0.3, 40],
      [0.5, 390],
    ] as const)
      expect(run(troubled(clean, share, places, places), pipe, places)).toEqual(run(clean, pipe, undefined))
  })

  it('up to a thousand places out of order', () => {
    const long = Array.from({ length: 2500 }, (_, i) => ({ id: i, at: i, x: (i * 7) % 11, y: (i * i) % 13 }))
    const model = modelOf()
    const unique = dedupe<Reading, Reading>(model, { key: 'id', capacity: 3000 })
    const order = orderByTime<Reading, Reading>(model, { time: 'at', latenessMs: 1000 })
    const out: Reading[] = []
    from(troubled(long, 0.5, 1000, 3))
      .pipe(same(unique), same(order))
      .subscribe((row) => out.push(row))
    expect(out).toEqual(long)
  })
})
