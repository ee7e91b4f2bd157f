import { map, type Observable } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { batch, encode, gradient, learn, type Model, update } from '../../operators/index.js'
import { goodReadings, powerModel, type Reading } from './models.js'

const rows = Object.fromEntries([...'abcdefgh'].map((name, i) => [name, goodReadings(8)[i] as Reading])) as Readonly<
  Record<string, Reading>
>
const broken: Reading = { ...(rows.a as Reading), temperature: 'warm' as unknown as number }
const unlabelled: Reading = { ...(rows.a as Reading), power: null }
const nameOf = ({ line }: Reading): string => Object.keys(rows).find((name) => rows[name]?.line === line) ?? '?'

const inMarbles = (marbles: string, form: (row$: Observable<Reading>) => Observable<string>, expected: string) =>
  new TestScheduler((actual, wanted) => expect(actual).toEqual(wanted)).run(({ cold, expectObservable }) => {
    const out$ = form(cold(marbles, { ...rows, X: broken, U: unlabelled }))
    expectObservable(out$).toBe(expected, Object.fromEntries([...'123456789'].map((n) => [n, windows[Number(n)]])))
  })
/** The row that each digit stands for in the marble diagrams below. */
const windows = ['', 'a', 'ab', 'abc', 'b', 'c', 'cd', '', 'bc', 'd']

const batches = (config: Parameters<typeof batch>[0]) => (row$: Observable<Reading>) =>
  row$.pipe(
    encode(powerModel()),
    batch<Reading>(config),
    map(({ examples }) => examples.map(({ row }) => nameOf(row)).join('')),
  )

describe('batch', () => {
  it('closes a window by count, and the last one at completion', () => {
    inMarbles('a-b-c-d|', batches(2), '--2---6|')
    inMarbles('a-b-c|', batches(2), '--2--(5|)')
    inMarbles('|', batches(2), '|')
  })

  it('passes an error on at once, without the rows of the open window', () => {
    inMarbles('a-b-c-#', batches(2), '--2---#')
  })

  it('closes a window by count or by the time since its first row, whichever comes first', () => {
    const byBoth = batches({ size: 3, withinMs: 5 })
    inMarbles('a-b--------c-|', byBoth, '-----2-------(5|)')
    inMarbles('abc-------d---|', byBoth, '--3-----------(9|)')
    // The clock starts with the next row, not when a window is full.
    inMarbles('abc-a------|', byBoth, '--3------1-|')
    // The clock starts again with each window.
    inMarbles('a-----b-----c|', byBoth, '-----1-----4-(5|)')
    inMarbles('----------|', byBoth, '----------|')
  })

  it('gives no place to rows that cannot be learned, but counts them in the window in which they arrived', () => {
    const counts = (row$: Observable<Reading>) =>
      row$.pipe(
        encode(powerModel()),
        batch({ size: 2, withinMs: 5 }),
        map(({ size, rejected, unlabelled }) => `${size} ${rejected} ${unlabelled}`),
      )
    new TestScheduler((actual, wanted) => expect(actual).toEqual(wanted)).run(({ cold, expectObservable }) => {
      const row$ = cold('aXUb--X--------U|', { ...rows, X: broken, U: unlabelled })
      expectObservable(counts(row$)).toBe('---1-------2----(3|)', { 1: '2 1 1', 2: '0 1 0', 3: '0 0 1' })
    })
  })

  it('refuses what is no size and no time', () => {
    expect(() => batch(0)).toThrow('batch: batch is 0; expected a whole number of at least 1.')
    expect(() => batch(1.5)).toThrow(RangeError)
    expect(() => batch({ size: 2, withinMs: 0 })).toThrow('batch: withinMs is 0; expected')
  })
})

describe('learn', () => {
  const steps =
    (model: Model<Reading>, withinMs?: number) =>
    (row$: Observable<Reading>): Observable<string> =>
      row$.pipe(
        learn(model, { batch: 3, ...(withinMs !== undefined && { withinMs }) }),
        map(({ rows: [row], predictions, update: taken }) => {
          expect(predictions === undefined).toBe(row === undefined)
          return `${row ? nameOf(row) : ''}${taken ? ` ${taken.step}:${taken.size}` : ''}`
        }),
      )

  const told = { a: 'a', b: 'b', c: 'c', d: 'd', C: 'c 1:3', 1: ' 1:2', 2: ' 2:1', 3: ' 1:1' }
  const run = (marbles: string, expected: string, withinMs?: number) => {
    const model = powerModel()
    new TestScheduler((actual, wanted) => expect(actual).toEqual(wanted)).run(({ cold, expectObservable }) => {
      expectObservable(steps(model, withinMs)(cold(marbles, { ...rows, X: broken, U: unlabelled }))).toBe(
        expected,
        told,
      )
    })
    return model
  }

  it('emits a prediction at once, and closes an open window at completion', () => {
    run('a-b-c-d|', 'a-b-C-d(2|)')
    run('a-b|', 'a-b(1|)')
    run('a-b-#', 'a-b-#')
  })

  it('closes a window by time after its first row', () => {
    run('a-b--------c-|', 'a-b--1-----c-(2|)', 5)
    run('abc-----d----|', 'abC-----d----(2|)', 5)
    run('a-----|', 'a----3|', 5)
  })

  it('counts the rows that it cannot learn when they come, and only once', () => {
    const model = powerModel()
    const counted: number[] = []
    new TestScheduler(() => {}).run(({ cold, expectObservable, flush }) => {
      expectObservable(cold('X-U-------|', { X: broken, U: unlabelled }).pipe(learn(model, { batch: 3, withinMs: 5 })))
      expectObservable(
        cold('----a--b', {}).pipe(map(() => counted.push(model.counters.rejected + model.counters.unlabelled))),
      )
      flush()
    })
    expect(counted).toEqual([2, 2])
    expect(model.step).toBe(0)
  })

  it('gives the same model as the stages with windows by time', () => {
    const marbles = 'a-bXc-d---U---e-fg---h|'
    const [fused, staged] = [powerModel(), powerModel()]
    new TestScheduler(() => {}).run(({ cold, flush }) => {
      const row$ = cold(marbles, { ...rows, X: broken, U: unlabelled })
      row$.pipe(learn(fused, { batch: 3, withinMs: 4 })).subscribe()
      row$.pipe(encode(staged), batch({ size: 3, withinMs: 4 }), gradient(staged), update(staged)).subscribe()
      flush()
    })
    expect(staged.snapshot()).toEqual(fused.snapshot())
    expect(fused.step).toBeGreaterThan(3)
  })

  it('starts the clock again when one array closes a window and opens the next', () => {
    const model = powerModel()
    const [a, b] = [goodReadings(2), goodReadings(6).slice(2)]
    new TestScheduler((actual, wanted) => expect(actual).toEqual(wanted)).run(({ cold, expectObservable }) => {
      const out$ = cold('a---b-------|', { a, b }).pipe(
        learn(model, { batch: 3, withinMs: 5 }),
        map(({ rows: given, update: taken }) => `${given.length} ${taken?.step ?? '-'}`),
      )
      expectObservable(out$).toBe('a---b-------|', { a: '2 -', b: '4 2' })
    })
    const next = powerModel()
    new TestScheduler((actual, wanted) => expect(actual).toEqual(wanted)).run(({ cold, expectObservable }) => {
      const out$ = cold('a---b-------|', { a, b: b.slice(0, 2) }).pipe(
        learn(next, { batch: 3, withinMs: 5 }),
        map(({ rows: given, update: taken }) => `${given.length} ${taken?.step ?? '-'}`),
      )
      expectObservable(out$).toBe('a---b----c--|', { a: '2 -', b: '2 1', c: '0 2' })
    })
  })
})
