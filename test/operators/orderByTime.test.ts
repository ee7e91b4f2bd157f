import fc from 'fast-check'
import { concat, concatMap, filter, from, map, merge, NEVER, type Observable, of, Subject, take, tap } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  boundedBuffer,
  createModel,
  dedupe,
  dense,
  fromModel,
  fromRows,
  learn,
  type Model,
  type ModelEvent,
  numeric,
  type OrderByTimeConfig,
  orderByTime,
  type Snapshot,
  time,
} from '../../operators/index.js'
import { runs } from '../runs.js'

interface Reading {
  readonly line: number
  readonly at: number
  readonly id?: number
  readonly x: number
  readonly y: number | null
}
const modelOf = (): Model<Reading> =>
  createModel({
    features: { x: numeric() },
    target: { y: numeric() },
    layers: [dense(1)],
    cursor: 'line',
  }) as unknown as Model<Reading>
const rowsAt = (times: readonly number[]): Reading[] =>
  times.map((at, i) => ({ line: i + 1, at, x: (i * 7) % 11, y: (i * 5) % 7 }))
const passThrough = (rows: readonly Reading[], config: Partial<OrderByTimeConfig>) => {
  const model = modelOf()
  const events: ModelEvent[] = []
  fromModel(model).subscribe((event) => events.push(event))
  const order = orderByTime<Reading, Reading>(model, { time: 'at', latenessMs: 0, ...config })
  const out: Reading[] = []
  from(rows)
    .pipe(order as (row$: Observable<Reading>) => Observable<Reading>)
    .subscribe((row) => out.push(row))
  return { out, events, counters: order.counters }
}
const byTime = (rows: readonly Reading[]): Reading[] => [...rows].sort((a, b) => a.at - b.at || a.line - b.line)

/** Recomputes from the whole history, for each row, what has left by then. */
const naive = (rows: readonly Reading[], latenessMs: number, late: 'drop' | 'pass') => {
  const out: Reading[] = []
  const dropped: Reading[] = []
  rows.forEach((row, n) => {
    const before = Math.max(...rows.slice(0, n).map(({ at }) => at))
    if (row.at < before - latenessMs) {
      if (late === 'drop') dropped.push(row)
      else out.push(row)
      return
    }
    const watermark = Math.max(before, row.at) - latenessMs
    const due = rows.slice(0, n + 1).filter((each) => each.at <= watermark)
    out.push(...byTime(due.filter((each) => !out.includes(each) && !dropped.includes(each))))
  })
  return [...out, ...byTime(rows.filter((row) => !out.includes(row) && !dropped.includes(row)))]
}

const HOUR = 3_600_000
/** Times that run on, are up to 40 ms late, and jump by an hour now and then. */
const times = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: fc.record({ step: fc.nat(9), late: fc.nat(40), jump: fc.constant(0) }) },
    { weight: 1, arbitrary: fc.record({ step: fc.nat(9), late: fc.nat(9), jump: fc.constantFrom(HOUR, -HOUR) }) },
  ),
  { maxLength: 60 },
)
const timesOf = (steps: readonly { step: number; late: number; jump: number }[]): number[] => {
  let now = 1_700_000_000_000
  return steps.map(({ step, late, jump }) => {
    now += step + jump
    return now - late
  })
}

describe('orderByTime', () => {
  it('sorts any permutation within the lateness, ties in the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(200), fc.nat(30)), { maxLength: 80 }), fc.nat(5), (given, more) => {
        // A row of time t arrives at t + delay, with delays of at most 30.
        const arrived = given.map(([at, delay]) => ({ at, seen: at + delay })).sort((a, b) => a.seen - b.seen)
        const rows = rowsAt(arrived.map(({ at }) => at))
        const { out, counters, events } = passThrough(rows, { latenessMs: 30 + more })
        expect(out).toEqual(byTime(rows))
        expect(events).toEqual([])
        expect(counters).toMatchObject({ received: rows.length, passed: rows.length, late: 0, waiting: 0 })
      }),
      { numRuns: runs(300) },
    )
  })

  it.each(['drop', 'pass'] as const)('does what the whole history tells, with clocks that jump; late: %s', (late) => {
    fc.assert(
      fc.property(times, fc.nat(50), (steps, latenessMs) => {
        const rows = rowsAt(timesOf(steps))
        const { out, counters, events } = passThrough(rows, { latenessMs, late })
        expect(out).toEqual(naive(rows, latenessMs, late))
        const { received, passed, dropped, unreadable, waiting } = counters
        expect(passed + dropped + unreadable + waiting).toBe(received)
        expect(events.map(({ kind }) => kind)).toEqual(Array.from({ length: counters.late }, () => 'late'))
        expect(counters.dropped).toBe(late === 'drop' ? counters.late : 0)
        for (const event of events)
          if (event.kind === 'late') {
            const { row, lateMs } = event as { row: Reading; lateMs: number }
            const newest = Math.max(...rows.slice(0, row.line - 1).map(({ at }) => at))
            expect(lateMs).toBe(newest - latenessMs - row.at)
          }
      }),
      { numRuns: runs(300) },
    )
  })

  it('holds no more rows than its capacity, loses none, and says so', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 8 }), (steps, capacity) => {
        const rows = rowsAt(timesOf(steps))
        const model = modelOf()
        const order = orderByTime<Reading, Reading>(model, { time: 'at', latenessMs: HOUR, capacity, late: 'pass' })
        const out: Reading[] = []
        const row$ = new Subject<Reading>()
        const told: ModelEvent[] = []
        fromModel(model).subscribe((event) => told.push(event))
        row$.pipe(order as (row$: Observable<Reading>) => Observable<Reading>).subscribe((row) => out.push(row))
        for (const row of rows) {
          row$.next(row)
          expect(order.counters.waiting).toBeLessThanOrEqual(capacity)
          expect(order.counters.waiting + out.length).toBe(order.counters.received)
        }
        row$.complete()
        expect([...out].sort((a, b) => a.line - b.line)).toEqual(rows)
        // What is in order but for late rows leaves in order.
        const late = new Set(told.flatMap((event) => (event.kind === 'late' ? [event.row] : [])))
        const inTime = out.filter((row) => !late.has(row))
        expect(byTime(inTime).map(({ at }) => at)).toEqual(inTime.map(({ at }) => at))
        const crowded = told.filter(({ kind }) => kind === 'capacity').length
        expect(crowded).toBe(order.counters.early === 0 ? 0 : Math.floor(Math.log2(order.counters.early)) + 1)
      }),
      { numRuns: runs(200) },
    )
  })

  it('sorts rows that come up to a thousand places out of order', () => {
    const rows = rowsAt(Array.from({ length: 5000 }, (_, i) => 1000 * Math.floor(i / 1000) + 999 - (i % 1000)))
    const { out, counters } = passThrough(rows, { latenessMs: 1000 })
    expect(out.map(({ at }) => at)).toEqual(Array.from({ length: 5000 }, (_, i) => i))
    expect(counters).toMatchObject({ passed: 5000, late: 0, early: 0 })
  })

  it('reads the times of dates, of texts, and as a field of the model does', () => {
    const ms = Date.UTC(2024, 0, 31, 12)
    const given: readonly unknown[] = [new Date(ms + 2), '2024-01-31T12:00:00.001Z', ms, '2024-01-31T12:00+01:00', null]
    const model = modelOf()
    const events: ModelEvent[] = []
    fromModel(model).subscribe((event) => events.push(event))
    const order = orderByTime(model as unknown as Model<object>, { time: 'at', latenessMs: 2 * HOUR })
    const out: unknown[] = []
    from(given.map((at) => ({ at })))
      .pipe(
        order as never,
        map((row) => (row as { at: unknown }).at),
      )
      .subscribe((at) => out.push(at))
    expect(out).toEqual([given[3], given[2], given[1], given[0]])
    expect(events).toMatchObject([{ kind: 'rejection', field: 'at', reason: expect.stringMatching(/^at is null/) }])
    expect(order.counters).toMatchObject({ received: 5, passed: 4, unreadable: 1 })

    const inSeconds = createModel({
      features: { at: time({ unit: 'seconds' }) },
      target: { y: numeric() },
      layers: [dense(1)],
    })
    const seconds: number[] = []
    of({ at: 10, y: 1 }, { at: 8, y: 1 }, { at: 13, y: 1 })
      .pipe(
        orderByTime(inSeconds, { time: 'at', latenessMs: 2000 }),
        tap(({ at }) => seconds.push(at)),
        take(2),
      )
      .subscribe()
    expect(seconds).toEqual([8, 10])
  })
})

/** A snapshot as text can hold it, without the steps at which operators noted their states: for two of them, these may differ. */
const plain = (snapshot: Snapshot): unknown =>
  JSON.parse(
    JSON.stringify(snapshot, (name, value) =>
      name === 'dedupe' || name === 'orderByTime' ? { ...value, step: 0 } : (value ?? 'none'),
    ),
  )

/** Rows that come out of order, twice, without a label or unreadable, of which some have neither time nor key. */
const troubled = (seed: number, count: number): Reading[] => {
  const random = (i: number, n: number): number =>
    (Math.imul((i + 1) * 2654435761 + seed * 40503, 2246822519) >>> 8) % n
  return Array.from({ length: count }, (_, i) => {
    const of = random(i, 4) === 0 && i > 3 ? i - 1 - random(i + 91, 3) : i
    return {
      line: i + 1,
      at: random(i + 7, 19) === 0 ? (null as unknown as number) : 10 * of - random(of + 3, 60),
      ...(random(i + 5, 23) > 0 && { id: of }),
      x: random(i + 13, 17) === 0 ? ('no number' as unknown as number) : random(of, 11),
      y: random(of + 17, 6) === 0 ? null : random(of + 1, 7),
    }
  })
}
type Pipe = (model: Model<Reading>) => (row$: Observable<Reading>) => Observable<unknown>
const order = (model: Model<Reading>, late: 'drop' | 'pass' = 'drop') =>
  orderByTime<Reading, Reading>(model, { time: 'at', latenessMs: 35, capacity: 6, late }) as (
    row$: Observable<Reading>,
  ) => Observable<Reading>
const unique = (model: Model<Reading>) =>
  dedupe<Reading, Reading>(model, { key: 'id', capacity: 5, withinMs: 300, time: 'at' }) as (
    row$: Observable<Reading>,
  ) => Observable<Reading>
const pipes: Readonly<Record<string, Pipe>> = {
  'orderByTime, learn': (model) => (row$) => row$.pipe(order(model), learn(model)),
  'orderByTime that passes late rows, learn': (model) => (row$) => row$.pipe(order(model, 'pass'), learn(model)),
  'dedupe, learn': (model) => (row$) => row$.pipe(unique(model), learn(model)),
  'dedupe, orderByTime, learn': (model) => (row$) => row$.pipe(unique(model), order(model), learn(model)),
  'orderByTime, dedupe, learn': (model) => (row$) => row$.pipe(order(model), unique(model), learn(model)),
  'dedupe, orderByTime, learn in windows': (model) => (row$) =>
    row$.pipe(unique(model), order(model), learn(model, { batch: 4 })),
  'orderByTime, dedupe, learn in windows': (model) => (row$) =>
    row$.pipe(order(model), unique(model), learn(model, { batch: 3 })),
}

describe.each(Object.entries(pipes))('%s', (name, pipe) => {
  const COUNT = 90
  const finish = (model: Model<Reading>, rows: readonly Reading[]): unknown => {
    from(rows).pipe(pipe(model)).subscribe()
    return plain(model.snapshot())
  }
  /** The source goes on behind the row with the cursor of the model. */
  const rest = (rows: readonly Reading[], model: Model<Reading>): readonly Reading[] =>
    rows.slice((model.cursor as number | undefined) ?? 0)

  it('resumes from a snapshot between any two rows, bit for bit', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(COUNT), (seed, at) => {
        const rows = troubled(seed, COUNT)
        const whole = finish(modelOf(), rows)
        const first = modelOf()
        const row$ = new Subject<Reading>()
        const held = row$.pipe(pipe(first)).subscribe()
        for (const row of rows.slice(0, at)) row$.next(row)
        const snapshot = structuredClone(first.snapshot())
        const second = modelOf()
        second.restore(snapshot)
        expect(finish(second, rest(rows, second))).toEqual(whole)
        // The same model goes on, too, where it was unsubscribed or taken back.
        held.unsubscribe()
        expect(plain(first.snapshot())).toMatchObject({
          kept: plain(snapshot.kept as never),
          cursor: plain(snapshot.cursor as never),
        })
        first.restore(snapshot)
        expect(finish(first, rest(rows, first))).toMatchObject({ kept: (whole as Snapshot).kept })
      }),
      { numRuns: runs(30) },
    )
  })

  it('resumes from a snapshot that was taken at the end of the pipe, at any step', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(COUNT), (seed, at) => {
        const rows = troubled(seed, COUNT)
        const whole = finish(modelOf(), rows)
        const first = modelOf()
        let snapshot = structuredClone(first.snapshot())
        let emitted = 0
        from(rows)
          .pipe(
            pipe(first),
            tap(() => {
              if (emitted++ === at) snapshot = structuredClone(first.snapshot())
            }),
          )
          .subscribe()
        const second = modelOf()
        second.restore(snapshot)
        expect(finish(second, rest(rows, second))).toEqual(whole)
      }),
      { numRuns: runs(30) },
    )
  })

  it('goes on where it was stopped by take', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(COUNT), (seed, at) => {
        const rows = troubled(seed, COUNT)
        const whole = finish(modelOf(), rows) as Snapshot
        const first = modelOf()
        // Of two operators, the first one has given its state back by the time at which the second hands on what is left.
        const row$ = /order.*dedupe|dedupe.*order/.test(name) ? concat(from(rows), NEVER) : from(rows)
        row$.pipe(pipe(first), take(at)).subscribe().unsubscribe()
        const second = modelOf()
        second.restore(structuredClone(first.snapshot()))
        const { counters, ...other } = finish(second, rest(rows, second)) as Snapshot
        expect({ ...other, counters: { ...counters, discarded: 0 } }).toEqual(whole)
      }),
      { numRuns: runs(20) },
    )
  })
})

describe('orderByTime and dedupe', () => {
  it('leave the cursor to those who learn afterwards', () => {
    const model = modelOf()
    from(troubled(1, 20)).pipe(order(model), learn(model)).subscribe()
    expect(model.cursor).toBe(20)
    model.learn({ line: 99, at: 1, x: 1, y: 1 })
    expect(model.cursor).toBe(99)
  })

  it('keep the order of rows that are pushed from downstream', () => {
    const model = modelOf()
    const row$ = new Subject<Reading>()
    const out: number[] = []
    const more = rowsAt([1, 2, 3, 4, 5, 6])
    row$
      .pipe(
        unique(model),
        order(model),
        concatMap((row) => of(row)),
      )
      .subscribe(({ line }) => {
        out.push(line)
        const next = more[out.length + 1]
        if (next) row$.next(next)
      })
    row$.next(more[0] as Reading)
    row$.next(more[1] as Reading)
    row$.complete()
    expect(out).toEqual([1, 2])
  })
})

describe('many rows that leave at once', () => {
  /** Rows that all wait until the last of them comes. */
  const rows = rowsAt([...Array.from({ length: 60 }, (_, i) => (i * 7) % 60), 1e9])
  const config = { time: 'at', latenessMs: 1000 } as const
  const piped = (model: Model<Reading>) => (row$: Observable<Reading>) =>
    row$.pipe(
      orderByTime<Reading, Reading>(model, config) as (row$: Observable<Reading>) => Observable<Reading>,
      learn(model),
    )
  const whole = modelOf()
  from(rows).pipe(piped(whole)).subscribe()

  let now = 0
  beforeEach(() => {
    // Every reading of the clock ends a stretch of work.
    vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 10
      return now
    })
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const sources: Record<string, () => Observable<Reading>> = {
    'a source that is pulled': () => fromRows(rows),
    'a buffer': () => {
      const row$ = new Subject<Reading>()
      const buffer = boundedBuffer({ capacity: 100, overflow: 'error' })
      setImmediate(() => {
        for (const row of rows) row$.next(row)
        row$.complete()
      })
      return row$.pipe(buffer)
    },
    'a buffer that makes its source wait': () => fromRows(rows).pipe(boundedBuffer({ capacity: 2, overflow: 'block' })),
  }

  it.each(Object.keys(sources))('leave in stretches where %s waits, with the same bits', async (name) => {
    const model = modelOf()
    let isOver = false
    sources[name]!()
      .pipe(piped(model))
      .subscribe({
        complete: () => {
          isOver = true
        },
      })
    let most = 0
    for (let before = 0; !isOver; before = model.counters.learned) {
      await turn()
      most = Math.max(most, model.counters.learned - before)
    }
    expect(most).toBeLessThan(10)
    expect(model.snapshot()).toEqual(whole.snapshot())
  })

  it('leave at once where the source cannot wait', () => {
    const model = modelOf()
    from(rows).pipe(piped(model)).subscribe()
    expect(model.snapshot()).toEqual(whole.snapshot())
  })

  it('leave before an error of the source is told', async () => {
    const model = modelOf()
    function* failing() {
      yield* rows
      throw new Error('a fault of the source')
    }
    const [, told] = await Promise.all([
      turn(),
      new Promise((error) => fromRows(failing()).pipe(piped(model)).subscribe({ error })),
    ])
    expect(told).toEqual(new Error('a fault of the source'))
    // The last row waits for later ones.
    expect(model.counters.learned).toBe(rows.length - 1)
  })

  it('leave before an error that comes meanwhile is told', async () => {
    const model = modelOf()
    const failing$ = new Subject<never>()
    let told: unknown
    merge(fromRows(rows), failing$)
      .pipe(piped(model))
      .subscribe({
        error: (reason) => {
          told = reason
        },
      })
    while (model.counters.learned < 20) await turn()
    failing$.error(new Error('a fault of the source'))
    expect(told).toBeUndefined()
    while (told === undefined) await turn()
    expect(model.counters.learned).toBe(rows.length - 1)
  })

  it('let a buffer wait, so that nothing piles up behind them', async () => {
    const model = modelOf()
    const row$ = new Subject<Reading>()
    const buffer = boundedBuffer({ capacity: 200, overflow: 'error' })
    const subscription = row$.pipe(buffer, piped(model)).subscribe()
    for (const row of [...rows, ...rows]) row$.next(row)
    while (model.counters.learned < 1) await turn()
    const { queued } = buffer.counters
    expect(queued).toBeGreaterThanOrEqual(rows.length)
    while (model.counters.learned < rows.length - 2) await turn()
    expect(buffer.counters.queued).toBe(queued)
    subscription.unsubscribe()
  })

  it('let another source wait that pushes meanwhile', async () => {
    const model = modelOf()
    let taken = 0
    function* others() {
      for (;;) {
        taken++
        yield { ...(rows[0] as Reading), at: 1e9 }
      }
    }
    const burst$ = new Subject<Reading>()
    const subscription = merge(
      burst$.pipe(boundedBuffer({ capacity: 100, overflow: 'error' })),
      concat(of(rows[0] as Reading), fromRows(others())),
    )
      .pipe(
        filter((row) => row.at < 1e9 || model.counters.learned > 0 || row === rows[60]),
        piped(model),
      )
      .subscribe()
    for (const row of rows) burst$.next(row)
    while (model.counters.learned < 2) await turn()
    const before = taken
    while (model.counters.learned < 50) await turn()
    expect(taken).toBeLessThanOrEqual(before + 1)
    subscription.unsubscribe()
  })

  it('are in every snapshot that is taken meanwhile, and after an unsubscription none leaves', async () => {
    const model = modelOf()
    const subscription = fromRows(rows).pipe(piped(model)).subscribe()
    while (model.counters.learned < 20) {
      await turn()
      const second = modelOf()
      second.restore(structuredClone(model.snapshot()))
      from(rows.slice(Number(second.cursor ?? 0)))
        .pipe(piped(second))
        .subscribe()
      expect(second.parameters).toEqual(whole.parameters)
    }
    subscription.unsubscribe()
    const { learned } = model.counters
    for (let i = 0; i < 5; i++) await turn()
    expect(model.counters.learned).toBe(learned)
  })
})

it('a row that cannot be saved is refused, so that a snapshot can be taken whatever the rows have', () => {
  let deep: unknown = 1
  for (let i = 0; i < 100_000; i++) deep = [deep]
  const cyclic: { self?: unknown } = {}
  cyclic.self = cyclic
  const throwing = () => {
    throw new Error('a fault of the row')
  }
  const getter = Object.defineProperty({}, 'a', { get: throwing, enumerable: true })
  const proxy = new Proxy({}, { ownKeys: throwing, get: throwing })
  const cannot = [10n, Symbol('a'), throwing, deep, cyclic, getter, proxy, new BigInt64Array(1), [[throwing]]]
  const can = [1, 'a', true, null, undefined, Number.NaN, new Date(0), [1, 'a'], { a: { b: [1] } }, new Float32Array(2)]
  for (const [values, refused] of [[cannot, 1] as const, [can, 0] as const])
    for (const x of values)
      for (const column of ['x', 'y', 'line'])
        for (const late of ['drop', 'pass'] as const) {
          const model = modelOf()
          const order = orderByTime<Reading, Reading>(model, { time: 'at', latenessMs: 1000, late })
          const row$ = new Subject<Reading>()
          row$.pipe(order as (row$: Observable<Reading>) => Observable<Reading>, learn(model)).subscribe()
          row$.next({ line: 1, at: 1, x: 1, y: 1, [column]: x } as unknown as Reading)
          expect(order.counters).toMatchObject({ received: 1, unreadable: refused, waiting: 1 - refused })
          const second = modelOf()
          second.restore(model.snapshot())
          const again = orderByTime<Reading, Reading>(second, { time: 'at', latenessMs: 1000, late })
          from([] as Reading[])
            .pipe(again as (row$: Observable<Reading>) => Observable<Reading>, learn(second))
            .subscribe()
          row$.complete()
          expect(second.counters).toEqual(model.counters)
        }
})
