import {
  createModel,
  createPredictor,
  dense,
  fromModel,
  type ModelEvent,
  numeric,
  predict,
  RejectedRowError,
} from 'rxgrad'
import { of, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'

const build = () => createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)], seed: 1 })
const unreadable = { x: 'much' } as unknown as { x: number }

describe('predict', () => {
  it('skips a row that is rejected, and raises an event of the model', () => {
    const model = build()
    const events: ModelEvent[] = []
    fromModel(model).subscribe((event) => events.push(event))
    const seen: unknown[] = []
    of({ x: 1 }, unreadable, { x: 2 })
      .pipe(predict(model), toArray())
      .subscribe((predictions) => seen.push(...predictions.map(({ row }) => row)))
    expect(seen).toEqual([{ x: 1 }, { x: 2 }])
    expect(events).toMatchObject([{ kind: 'rejection', field: 'x', row: unreadable }])
    expect(model.counters.rejected).toBe(0)
  })

  it('ends with an error where the predictor has no events', () => {
    const elsewhere = createPredictor<{ x: number }>(build().description)
    const errors: unknown[] = []
    of({ x: 1 }, unreadable)
      .pipe(predict(elsewhere))
      .subscribe({ error: (error) => errors.push(error) })
    expect(errors).toHaveLength(1)
    expect(errors[0]).toBeInstanceOf(RejectedRowError)
    expect((errors[0] as Error).message).toBe("predict: x is 'much'; expected a number within ±1e150.")
  })
})
