import { createHash } from 'node:crypto'
import fc from 'fast-check'
import {
  concatMap,
  finalize,
  from,
  lastValueFrom,
  map,
  type OperatorFunction,
  of,
  pipe,
  Subject,
  take,
  tap,
} from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  adam,
  bag,
  type CheckpointStore,
  category,
  checkpoint,
  compete,
  createModel,
  decodeModel,
  dense,
  detectDrift,
  detectors,
  encodeModel,
  evaluate,
  experts,
  forecast,
  ftrl,
  hashed,
  type Learned,
  lag,
  learn,
  learnByKey,
  type Model,
  memoryStore,
  numeric,
  type Restorable,
  resume,
  type Snapshot,
} from '../../operators/index.js'
import type { DriftDetector } from '../../src/drift/detector.js'
import { runs } from '../runs.js'

const target = { y: numeric() }
const rowOf = (id: number) => {
  const x = (id * 7) % 11
  const y = (id < 150 ? 3 : -2) * x + ((id * 31) % 17) / 10
  return { id, x, device: `d${id % 3}`, words: [`w${id % 9}`, `only ${id}`], y }
}
const rows = Array.from({ length: 260 }, (_, id) => rowOf(id))
type Pipe = OperatorFunction<object, { readonly model: Model; readonly predictions?: unknown }>

/** Models and pipes whose resumption nobody can tell from never having stopped. */
const cases: Readonly<Record<string, () => { readonly model: Model; readonly pipe: Pipe }>> = {
  'a dense net, adam, in windows': () => {
    const features = { x: numeric(), device: category() }
    const model = createModel({
      features,
      target,
      layers: [dense(8, 'relu'), dense(1)],
      optimizer: adam(),
      cursor: 'id',
    })
    return { model: model as Model, pipe: pipe(learn(model, { batch: 7 }), scored(model)) as never }
  },
  'a sparse linear model, ftrl, ever new names': () => {
    const features = {
      words: hashed({ capacity: 4096, active: 8 }),
      device: category({ onFull: 'evictOldest', capacity: 2 }),
    }
    const model = createModel({ features, target, layers: [dense(1)], optimizer: ftrl(), cursor: 'id' })
    return { model: model as Model, pipe: pipe(learn(model), scored(model)) as never }
  },
  'experts with lags, delayed labels and drift': () => {
    const features = { x: numeric(), before: lag('y', 1, { by: 'device' }) }
    const model = createModel({ features, target, experts: experts.auto(), cursor: 'id' })
    const watched = pipe(
      forecast(model, { horizon: 3 }),
      detectDrift(model as never, detectors.pageHinkley() as never) as never,
      scored(model),
    )
    return { model: model as Model, pipe: watched as never }
  },
}
const scored = (model: unknown) =>
  pipe(
    evaluate(model as Model),
    map(({ learned, report }) => ({
      ...(learned as Learned),
      model: model as Model,
      score: report().metrics[0]!.model,
    })),
  )
const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')
/** What a run has come to: all that the model knows, and what came out of each row. */
const outcomeOf = (model: Model, out: ReadonlyMap<number, unknown>): string =>
  hashOf([Buffer.from(encodeModel(model)).toString('base64'), [...out]])

/** A row comes in a turn of its own, so that a store can write between them. */
const inTurns = (given: readonly object[]) => from(given).pipe(concatMap((row) => Promise.resolve(row)))

describe.each(Object.entries(cases))('%s', (_, create) => {
  const uninterrupted = async (): Promise<string> => {
    const { model, pipe } = create()
    const out = new Map<number, unknown>()
    let id = 0
    await lastValueFrom(
      inTurns(rows).pipe(
        pipe,
        tap(({ predictions, ...rest }) => out.set(id++, [predictions, (rest as { score?: unknown }).score])),
      ),
    )
    return outcomeOf(model, out)
  }
  it('that is stopped at any row, again and again, ends as if it never was', async () => {
    const expected = await uninterrupted()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 30 }),
        async (stops, every) => {
          const store = memoryStore()
          const out = new Map<number, unknown>()
          for (const stop of [...stops, Infinity]) {
            const { model, pipe } = create()
            const resumed = await resume(store, model)
            const from = Number(resumed?.cursor ?? -1) + 1
            let id = from
            await lastValueFrom(
              inTurns(rows.slice(from)).pipe(
                pipe,
                tap(({ predictions, ...rest }) => out.set(id++, [predictions, (rest as { score?: unknown }).score])),
                checkpoint(store, { every }),
                // A process that ends takes what it holds with it.
                take(stop),
              ),
              { defaultValue: undefined },
            )
            if (stop === Infinity) expect(outcomeOf(model, new Map([...out].sort(([a], [b]) => a - b)))).toBe(expected)
          }
        },
      ),
      { numRuns: runs(20) },
    )
  })
})

/** A store whose writing ends when the test says so. */
const slowStore = () => {
  const inner = memoryStore()
  const open: (() => void)[] = []
  const steps: number[] = []
  const store: CheckpointStore = {
    save: (bytes) =>
      new Promise((resolve, reject) => {
        steps.push((decodeModel(bytes).snapshot as Snapshot).step)
        open.push(() => void inner.save(bytes).then(resolve, reject))
      }),
    load: (problemOf) => inner.load(problemOf),
  }
  return { store, open, steps }
}
const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const linear = { features: { x: numeric() }, target, layers: [dense(1)], cursor: 'id' }
const simple = () => createModel(linear)
/** A detector that finds a change now and then, so that members of a bag begin anew. */
const everySome: DriftDetector = {
  ...{ name: 'some', reads: 'number', init: () => ({ count: 0 }) },
  update: (state) => (++(state as { count: number }).count % 40 === 0 ? 'drift' : 'none'),
}

describe('checkpoint', () => {
  it('writes one at a time, and what is due meanwhile follows as of then; it completes when the last is safe', async () => {
    const { store, open, steps } = slowStore()
    const model = simple()
    const row$ = new Subject<ReturnType<typeof rowOf>>()
    const saved: unknown[] = []
    let completed = false
    row$
      .pipe(learn(model), checkpoint(store, { every: 2, onSaved: ({ cursor }) => saved.push(cursor) }))
      .subscribe({ complete: () => (completed = true) })
    const push = (from: number, to: number) => {
      for (const row of rows.slice(from, to)) row$.next(row)
    }
    push(0, 9)
    expect(steps).toEqual([2])
    open[0]!()
    await later()
    expect(steps).toEqual([2, 9])
    expect(saved).toEqual([1])
    push(9, 10)
    row$.complete()
    await later()
    expect([steps, completed]).toEqual([[2, 9], false])
    open[1]!()
    await later()
    expect([steps, completed]).toEqual([[2, 9, 10], false])
    open[2]!()
    await later()
    expect([steps, completed, saved]).toEqual([[2, 9, 10], true, [1, 8, 9]])
  })

  it('does not write again what is safe', async () => {
    const { store, open, steps } = slowStore()
    const done = lastValueFrom(from(rows.slice(0, 4)).pipe(learn(simple()), checkpoint(store, { every: 4 })))
    await later()
    open[0]!()
    await done
    expect(steps).toEqual([4])
  })

  it('writes within everyMs of a record, also when no other comes, and leaves no timer', async () => {
    const store = memoryStore()
    const row$ = new Subject<object>()
    const saved: unknown[] = []
    let isGone = false
    const subscription = row$
      .pipe(
        finalize(() => (isGone = true)),
        learn(simple() as Model),
        checkpoint(store, { everyMs: 5, onSaved: ({ cursor }) => saved.push(cursor) }),
      )
      .subscribe()
    for (const row of rows.slice(0, 3)) row$.next(row)
    while (saved.length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
    expect(saved).toEqual([2])
    row$.next(rows[3]!)
    subscription.unsubscribe()
    expect(isGone).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 15))
    expect(saved).toEqual([2])
  })

  const full = (): CheckpointStore & { fails: boolean } => {
    const store = {
      ...memoryStore(),
      fails: true,
      async save() {
        if (store.fails) throw new Error('ENOSPC: the disk is full')
      },
    }
    return store
  }
  it('ends with the error of a store that fails, or tells of it and goes on', async () => {
    const row$ = inTurns(rows.slice(0, 50))
    const model = simple()
    await expect(lastValueFrom(row$.pipe(learn(model as Model), checkpoint(full(), { every: 10 })))).rejects.toThrow(
      'ENOSPC',
    )
    expect(model.step).toBeLessThan(50)
    const store = full()
    const told: string[] = []
    const saved: unknown[] = []
    await lastValueFrom(
      row$.pipe(
        learn(simple() as Model),
        tap(({ step }) => (store.fails = step < 25)),
        checkpoint(store, {
          every: 10,
          onError: (error) => told.push(error.message),
          onSaved: ({ cursor }) => saved.push(cursor),
        }),
      ),
    )
    expect(told.length).toBeGreaterThan(0)
    expect(saved.at(-1)).toBe(49)
    // At completion there is nobody else to tell.
    await expect(
      lastValueFrom(row$.pipe(learn(simple() as Model), checkpoint(full(), { onError: () => {} }))),
    ).rejects.toThrow('ENOSPC')
  })

  it('tries again after everyMs, also if no record came while it failed', async () => {
    const store = full()
    const row$ = new Subject<object>()
    const told: string[] = []
    const saved: unknown[] = []
    const subscription = row$
      .pipe(
        learn(simple() as Model),
        checkpoint(store, { everyMs: 3, onError: ({ message }) => told.push(message), onSaved: () => saved.push(1) }),
      )
      .subscribe()
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    row$.next(rows[0]!)
    await until(() => told.length > 0)
    store.fails = false
    await until(() => saved.length === 1)
    row$.next(rows[1]!)
    await until(() => saved.length === 2)
    subscription.unsubscribe()
  })

  it('ends with what onSaved throws, which is no failure of the store', async () => {
    const told: string[] = []
    const stream = from(rows.slice(0, 10)).pipe(
      learn(simple() as Model),
      checkpoint(memoryStore(), {
        every: 5,
        onError: ({ message }) => told.push(message),
        onSaved: () => {
          throw new Error('of the user')
        },
      }),
    )
    await expect(lastValueFrom(stream)).rejects.toThrow('of the user')
    expect(told).toEqual([])
  })

  it('ends with what onError throws, and stops there', async () => {
    const row$ = new Subject<object>()
    const errors: string[] = []
    let tries = 0
    const store = { ...memoryStore(), save: () => Promise.reject(new Error(`try ${++tries}`)) }
    const onError = ({ message }: Error): void => {
      throw new Error(`of the user: ${message}`)
    }
    const checkpointed = row$.pipe(learn(simple() as Model), checkpoint(store, { every: 2, everyMs: 1, onError }))
    checkpointed.subscribe({ error: ({ message }) => errors.push(message) })
    for (const row of rows.slice(0, 5)) row$.next(row)
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect([errors, tries, row$.observed]).toEqual([['of the user: try 1'], 1, false])
  })

  it('writes nothing more after unsubscription, also if what was being written fails', async () => {
    const row$ = new Subject<object>()
    let tries = 0
    const told: string[] = []
    const store: CheckpointStore = {
      ...memoryStore(),
      save: () => new Promise((_, reject) => setTimeout(() => reject(new Error(`try ${++tries}`)), 2)),
    }
    const subscription = row$
      .pipe(
        learn(simple() as Model),
        checkpoint(store, { every: 1, everyMs: 3, onError: ({ message }) => told.push(message) }),
      )
      .subscribe()
    for (const row of rows.slice(0, 3)) row$.next(row)
    subscription.unsubscribe()
    await new Promise((resolve) => setTimeout(resolve, 25))
    expect([told, tries]).toEqual([['try 1'], 1])
  })

  it('never writes again what is safe, whichever of every and everyMs comes first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (pauses, every) => {
          const steps: number[] = []
          const store: CheckpointStore = {
            ...memoryStore(),
            save: async (bytes) => void steps.push((decodeModel(bytes).snapshot as Snapshot).step),
          }
          const row$ = new Subject<object>()
          const done = lastValueFrom(row$.pipe(learn(simple() as Model), checkpoint(store, { every, everyMs: 2 })))
          for (const [i, pause] of pauses.entries()) {
            row$.next(rows[i]!)
            if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause))
          }
          row$.complete()
          await done
          await new Promise((resolve) => setTimeout(resolve, 4))
          expect(steps).toEqual([...new Set(steps)])
          expect(steps.at(-1)).toBe(pauses.length)
        },
      ),
      { numRuns: runs(12) },
    )
  })

  it('drops from a journal what the oldest checkpoint that is kept does not need, and only once it is safe', async () => {
    for (const [keep, expected] of [
      [1, [4, 9, 14, 19]],
      [2, [4, 9, 14]],
      [3, [4, 9]],
      [undefined, [4, 9, 14]],
    ] as const) {
      const dropped: unknown[] = []
      let saved: number | undefined
      const inner = memoryStore()
      const store: CheckpointStore = {
        ...inner,
        ...{ keep },
        async save(bytes) {
          await inner.save(bytes)
          saved = (decodeModel(bytes).snapshot as Snapshot).cursor as number
        },
      } as CheckpointStore
      const journal = {
        async drop(cursor: unknown) {
          expect(saved).toBe((cursor as number) + 5 * ((keep ?? 2) - 1))
          dropped.push(cursor)
        },
      }
      const row$ = from(rows.slice(0, 20)).pipe(concatMap((row) => later().then(() => row)))
      await lastValueFrom(row$.pipe(learn(simple() as Model), checkpoint(store, { every: 5, journal })))
      expect(dropped).toEqual(expected)
    }
    expect(() => checkpoint(memoryStore(), { journal: {} as never })).toThrow(
      "checkpoint: journal is an object; expected what await openJournal('journal') returns.",
    )
  })

  it('saves the models of all keys', async () => {
    const create = () =>
      learnByKey(
        () => simple(),
        (row: ReturnType<typeof rowOf>) => row.device,
      )
    const byDevice = create()
    const store = memoryStore()
    await lastValueFrom(from(rows).pipe(byDevice, checkpoint(store, { of: byDevice })))
    const again = create()
    expect((await resume(store, again))?.cursor).toBe(259)
    expect(again.get('d1')!.predict({ x: 3 }).value).toBe(byDevice.get('d1')!.predict({ x: 3 }).value)
  })

  it('saves all models of an operator that has several, and refuses one of them for the whole', async () => {
    const bagOf = () => bag((seed) => createModel({ ...linear, seed }) as Model, { members: 3, detector: everySome })
    const keysOf = () => learnByKey(simple, ({ device }: ReturnType<typeof rowOf>) => device)
    const competing = () => compete({ one: simple(), two: simple() })
    for (const create of [bagOf, keysOf, competing] as readonly (() => Restorable & Pipe)[]) {
      const whole = create()
      const store = memoryStore()
      await expect(lastValueFrom(from(rows).pipe(whole, checkpoint(store)))).rejects.toThrow(
        /^checkpoint: the model of a record is one of several that (bag|learnByKey|compete) has; expected all of them, as in /,
      )
      const again = create()
      const cursors: unknown[] = []
      await lastValueFrom(
        from(rows).pipe(
          again,
          tap(() => cursors.push(again.cursor)),
          checkpoint(store, { of: again }),
        ),
      )
      expect(cursors).toEqual(rows.map(({ id }) => id))
      const other = create()
      expect((await resume(store, other))?.cursor).toBe(rows.at(-1)!.id)
      expect(other.snapshot()).toEqual(again.snapshot())
    }
    const [one, two] = [simple(), simple()]
    await lastValueFrom(from(rows).pipe(compete({ one, two })))
    // Once it is a model by itself again, it is saved as one.
    await lastValueFrom(from(rows).pipe(learn(one), checkpoint(memoryStore())))
  })

  it('says what a record lacks', () => {
    const errors: string[] = []
    of({ step: 1 } as { model?: Model })
      .pipe(checkpoint(memoryStore()))
      .subscribe({ error: ({ message }) => errors.push(message) })
    expect(errors).toEqual(['checkpoint: the model of a record is undefined; expected what createModel returns.'])
  })
})
