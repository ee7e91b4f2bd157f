import fc from 'fast-check'
import { type MonoTypeOperatorFunction, NEVER, type Observable, type OperatorFunction, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  baselines,
  category,
  compete,
  createModel,
  dedupe,
  dense,
  detectDrift,
  detectors,
  evaluate,
  forecast,
  intervals,
  joinLabels,
  learn,
  type Model,
  metrics,
  numeric,
  orderByTime,
  type Row,
  type Snapshot,
} from '../../operators/index.js'
import { runs } from '../runs.js'

const features = { x: numeric() }
const ofNumber = (): Model<Row> =>
  createModel({ features, target: { y: numeric() }, layers: [dense(1)] }) as unknown as Model<Row>
const ofClass = (): Model<Row> =>
  createModel({
    features,
    target: { y: category({ values: [false, true] }) },
    layers: [dense(1)],
  }) as unknown as Model<Row>

interface Keeper {
  readonly model: () => Model<Row>
  readonly row: (i: number) => Row
  readonly of: (model: Model<Row>) => OperatorFunction<Row, unknown>
}
const numbered = (i: number): Row => ({ key: i, x: (i * 7) % 5, y: (i * 5) % 7 })
const behind = (model: Model<Row>, then: unknown): OperatorFunction<Row, unknown> => {
  const first = learn<Row>(model) as unknown as OperatorFunction<Row, never>
  return (row$) => row$.pipe(first, then as MonoTypeOperatorFunction<never>) as Observable<unknown>
}
const keepers: Readonly<Record<string, Keeper>> = {
  compete: { model: ofNumber, row: numbered, of: (model) => compete({ model, other: ofNumber() }) as never },
  dedupe: {
    model: ofNumber,
    row: (i) => ({ ...numbered(i), key: i % 13 }),
    of: (model) => dedupe(model, { key: 'key', capacity: 9, withinMs: 20, time: 'key' }) as never,
  },
  orderByTime: {
    model: ofNumber,
    row: (i) => ({ ...numbered(i), key: i - (i % 4) * 2 }),
    of: (model) => orderByTime(model, { time: 'key', latenessMs: 5, capacity: 4 }) as never,
  },
  evaluate: { model: ofNumber, row: numbered, of: (model) => behind(model, evaluate(model, { rolling: 9 })) },
  'evaluate with bands and a season': {
    model: ofNumber,
    row: numbered,
    of: (model) =>
      behind(
        model,
        evaluate(model, {
          confidence: 0.9,
          rolling: 60,
          baselines: [
            baselines.seasonalNoChange(5),
            baselines.holtWinters({ season: 5 }),
            baselines.linear({ lags: 2 }),
          ],
        }),
      ),
  },
  'evaluate of classes': {
    model: ofClass,
    row: (i) => ({ x: i % 3, y: (i * i) % 7 < 3 }),
    of: (model) => behind(model, evaluate(model, { metrics: [metrics.logLoss(), metrics.f1(), metrics.rocAuc()] })),
  },
  'evaluate of a forecast': {
    model: ofNumber,
    row: numbered,
    of: (model) => (row$) =>
      row$.pipe(forecast(model, { horizon: 3, name: 'other' } as never), evaluate(model, { rolling: 9 }) as never),
  },
  forecast: { model: ofNumber, row: numbered, of: (model) => forecast(model, { horizon: 3, by: 'x' }) as never },
  intervals: { model: ofNumber, row: numbered, of: (model) => behind(model, intervals(model, { window: 9 })) },
  joinLabels: {
    model: ofNumber,
    row: (i) => ({ ...numbered(i), y: undefined }),
    of: (model) => joinLabels(model, NEVER, { key: 'key', capacity: 9 }) as never,
  },
  ...Object.fromEntries(
    Object.entries(detectors).map(([name, make]): [string, Keeper] => [
      `detectDrift by ${name}`,
      {
        model: ofClass,
        row: (i) => ({ x: i % 3, y: (i * i) % 7 < 3 }),
        of: (model) => behind(model, detectDrift(model, (make as () => detectors.DriftDetector)())),
      },
    ]),
  ),
}

const HOSTILE: readonly unknown[] = [null, undefined, Number.NaN, Infinity, -1, 0.5, 2 ** 60, '', 'x', true, [], {}]
/** Returns a copy in which one part, found by numbers, is another value, is gone, or is there twice. */
const torn = (state: unknown, path: readonly number[], wrong: unknown): unknown => {
  if (typeof state !== 'object' || state === null || path.length === 0) return wrong
  const names = Object.keys(state)
  if (names.length === 0) return wrong
  const [first, ...rest] = path as [number, ...number[]]
  const name = names[first % names.length] as string
  const copy = (Array.isArray(state) ? [...state] : { ...state }) as Record<string, unknown>
  if (rest.length > 0) copy[name] = torn(copy[name], rest, wrong)
  else if (Array.isArray(copy) && first % 2 === 0) copy.push(copy[0])
  else if (wrong === undefined) delete copy[name]
  else copy[name] = wrong
  return copy
}

describe.each(Object.entries(keepers))('the state that %s keeps', (_, { model: make, row, of }) => {
  const [name, whole] = (() => {
    const model = make()
    const row$ = new Subject<Row>()
    const held = row$.pipe(of(model)).subscribe()
    for (let i = 0; i < 40; i++) row$.next(row(i))
    held.unsubscribe()
    const snapshot = model.snapshot()
    return [Object.keys(snapshot.kept)[0] as string, snapshot]
  })()
  const withState = (state: unknown): Snapshot => ({ ...whole, kept: { [name]: state } })

  it('is taken or refused whole, while it is subscribed and when it is subscribed, whatever is wrong with it', () => {
    let refused = 0
    fc.assert(
      fc.property(fc.array(fc.nat(40), { minLength: 0, maxLength: 6 }), fc.constantFrom(...HOSTILE), (path, wrong) => {
        const state = torn(whole.kept[name], path, wrong)
        const model = make()
        const row$ = new Subject<Row>()
        const errors: unknown[] = []
        const error = (reason: unknown): void => void errors.push(reason)
        const held = row$.pipe(of(model)).subscribe({ error })
        row$.next(row(1))
        const before = model.snapshot()
        let isRefused = false
        try {
          model.restore(withState(state))
        } catch (reason) {
          isRefused = true
          refused++
          expect(`${reason}`).toMatch(/restore: the snapshot's kept\..* /)
          expect(model.snapshot()).toEqual(before)
        }
        for (let i = 0; i < 40; i++) row$.next(row(i + 50))
        expect(errors).toEqual([])
        held.unsubscribe()
        const other = make()
        try {
          other.restore(withState(state))
        } catch {
          // It is no plain data.
          return
        }
        row$.pipe(of(other)).subscribe({ error })
        for (let i = 0; i < 40; i++) row$.next(row(i + 50))
        expect(errors.length).toBe(isRefused ? 1 : 0)
        if (isRefused) expect(`${errors[0]}`).toMatch(/^TypeError: keep: what the model keeps as '.*' .*/)
      }),
      { numRuns: runs(60) },
    )
    expect(refused).toBeGreaterThan(0)
  })
})
