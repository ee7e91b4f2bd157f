import fc from 'fast-check'
import { from, lastValueFrom, type OperatorFunction, Subject, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  bag,
  category,
  compete,
  createModel,
  dense,
  evaluate,
  forecast,
  forecaster,
  intervals,
  joinLabels,
  learn,
  learnByKey,
  type Model,
  numeric,
  predict,
  type Result,
  resultsOf,
  type WithPredictions,
} from '../../../operators/index.js'
import { runs } from '../../runs.js'

interface Meter {
  readonly id: number
  readonly x: number
  readonly y?: number
}
const rows: readonly Meter[] = Array.from({ length: 40 }, (_, i) => ({ id: i, x: i % 7, y: 3 * (i % 7) + 1 }))
const power = () => createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] })
const visits = rows.map(({ id, x }) => ({
  id,
  x,
  y: ['no', 'yes', 'late'][Math.min(2, Math.floor(id / 10) * (x % 2))]!,
}))
const visit = () => createModel({ features: { x: numeric() }, target: { y: category() }, layers: [dense(3)] })

const all = async (
  given: readonly unknown[],
  through: OperatorFunction<never, unknown>,
): Promise<readonly Result[]> => {
  const records = await lastValueFrom(from(given as readonly never[]).pipe(through, toArray()))
  return records.flatMap((record) => resultsOf(record as WithPredictions, { keep: ['id'] }))
}
const anyOf = (operator: unknown): OperatorFunction<never, never> => operator as OperatorFunction<never, never>

describe('the results of a stream', () => {
  it('are those of the model that stepped alone, for rows, arrays and windows, of numbers and of names', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom('numbers', 'names'),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        async (kind, sizes, b) => {
          const [given, make] = kind === 'numbers' ? [rows, power as () => Model] : [visits, visit as () => Model]
          const total = sizes.reduce((sum, size) => sum + size, 0) % 41
          const own = make()
          const writer = own.stages.take('the test', b)
          const expected: Result[] = []
          for (const row of given.slice(0, total)) {
            const { step, value, probabilities } = own.predict(row as never)
            const right = kind === 'numbers' ? (row.y as number) - (value as number) : Number(value !== row.y)
            expected.push({
              ...{ id: row.id, step, prediction: value, actual: row.y },
              error: value === undefined ? undefined : right,
              ...(kind === 'numbers' ? {} : { probabilities: probabilities as Record<string, number> }),
            })
            writer.learn(row as never)
          }
          let at = 0
          const arrays = sizes.flatMap((size) => {
            const rows = given.slice(at, Math.min(total, at + size))
            at += size
            return rows.length === 0 ? [] : [rows]
          })
          expect(await all(given.slice(0, total), anyOf(learn(make(), { batch: b })))).toEqual(expected)
          expect(await all(arrays, anyOf(learn(make(), { batch: b })))).toEqual(expected)
        },
      ),
      { numRuns: runs(30) },
    ))

  it('are in every record that has a prediction, and the key comes first', async () => {
    const plain = await all(rows, anyOf(learn(power())))
    const withScores = power()
    expect(await all(rows, (source) => source.pipe(anyOf(learn(withScores)), anyOf(evaluate(withScores))))).toEqual(
      plain,
    )
    expect(await all(rows, anyOf(bag(power, { members: 2, seed: 1 })))).toHaveLength(40)
    expect(await all(rows, anyOf(compete({ a: power(), b: power() })))).toEqual(plain)
    const byKey = await all(rows, anyOf(learnByKey(power, ({ id }: Meter) => id % 2)))
    expect(Object.entries(byKey[1]!).slice(0, 3)).toEqual(Object.entries({ key: 1, id: 1, step: 0 }))
    expect(byKey).toHaveLength(40)
    const model = power()
    model.learn(rows)
    expect(await all(rows.slice(0, 1), anyOf(predict(model)))).toEqual([
      { id: 0, step: 40, prediction: model.predict(rows[0]!).value },
    ])
  })

  it('have the interval of their prediction, and its quantiles', async () => {
    const both = async (given: readonly unknown[]) => {
      const model = power()
      return all(given, (source) => source.pipe(anyOf(learn(model)), anyOf(intervals(model, { levels: [0.1, 0.9] }))))
    }
    const results = await both(rows)
    expect(results[39]!.lower).toBeLessThanOrEqual(results[39]!.upper!)
    expect(Object.keys(results[39]!.quantiles!)).toEqual(['0.1', '0.9'])
    expect(await both([rows.slice(0, 7), rows.slice(7)])).toEqual(results)
  })

  it('come twice where a label comes later: when the row is predicted, and when the label is known', async () => {
    const label$ = new Subject<object>()
    const model = power()
    const results: Result[] = []
    const row$ = new Subject<Meter>()
    row$.pipe(anyOf(joinLabels(model as never, label$, { key: 'id' })) as never).subscribe((record) => {
      results.push(...resultsOf(record as WithPredictions, { keep: ['id'] }))
    })
    row$.next({ id: 5, x: 1 })
    row$.next({ id: 6, x: 2 })
    label$.next({ id: 5, y: 4 })
    expect(results).toEqual([
      { id: 5, step: 0, prediction: 0, actual: undefined, error: undefined },
      { id: 6, step: 0, prediction: 0, actual: undefined, error: undefined },
      { id: 5, step: 0, prediction: 0, actual: 4, error: 4 },
    ])
    const ahead = forecaster({ target: { y: numeric() }, horizon: 2 } as never) as unknown as Model
    const forecasts = await all(rows.slice(0, 12) as never, anyOf(forecast(ahead as never)))
    const known = forecasts.filter(({ actual }) => actual !== undefined)
    expect(forecasts.filter((result) => !('actual' in result))).toHaveLength(12)
    expect(known.map(({ id }) => id)).toEqual(Array.from({ length: known.length }, (_, i) => i))
    expect(known.length).toBeGreaterThan(8)
  })

  it('leave out rows that were rejected, and have each of several targets', () => {
    const model = createModel({
      ...{ features: { x: numeric() }, target: { y: numeric(), z: numeric() }, layers: [dense(2)] },
    })
    const learned = model.learn([{ x: 1, y: 2, z: 4 }, { x: 'a' as never, y: 1, z: 1 }, { x: 2, y: 3 } as never])
    expect(resultsOf(learned)).toEqual([
      { step: 0, prediction: { y: 0, z: 0 }, actual: { y: 2, z: 4 }, error: { y: 2, z: 4 } },
      expect.objectContaining({ step: 1, prediction: { y: expect.any(Number), z: expect.any(Number) } }),
    ])
    const single = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] })
    const chunk = { kind: 'chunk', size: 2, x: Float64Array.of(1, 2), y: Float64Array.of(5, Number.NaN) } as const
    expect(resultsOf(single.learn(chunk), { keep: ['x'] })).toEqual([
      { x: undefined, step: 0, prediction: 0, actual: 5, error: 5 },
      { x: undefined, step: 1, prediction: expect.any(Number), actual: undefined, error: undefined },
    ])
    expect(resultsOf(single.learn({ x: 'a' as never, y: 1 }))).toEqual([])
    expect(() => resultsOf({ kind: 'prediction' } as never)).toThrow(
      /expected one of predict\(model\) or learn\(model\)/,
    )
  })
})
