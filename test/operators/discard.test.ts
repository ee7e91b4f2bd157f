import { concat, from, lastValueFrom, retry, Subject, take, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { learn, type ModelEvent } from '../../operators/index.js'
import { goodReadings, powerModel, type Reading } from './models.js'

const heard = (model: ReturnType<typeof powerModel>): ModelEvent[] => {
  const events: ModelEvent[] = []
  model.listen((event) => events.push(event))
  return events
}

// No row of a stream is lost without a word: each is learned, rejected, without a label, or discarded, and counted so.
describe.each([1, 4, 7])('windows of %i', (batch) => {
  it.each([0, 1, 3, 4, 10])('an error after %i rows discards what is open, also under retry', async (count) => {
    const model = powerModel({})
    const events = heard(model)
    let attempts = 0
    const source$ = concat(
      from(goodReadings(count)),
      throwError(() => new Error(`attempt ${++attempts}`)),
    )
    await lastValueFrom(source$.pipe(learn(model, { batch }), retry(2)), { defaultValue: undefined }).catch(() => {})
    const open = count % batch
    expect(attempts).toBe(3)
    expect(model.counters).toMatchObject({ learned: 3 * (count - open), discarded: 3 * open })
    expect(events).toEqual(
      Array.from({ length: open > 0 ? 3 : 0 }, (_, i) => ({
        ...{ kind: 'discard', by: 'learn', rows: open },
        step: ((i + 1) * (count - open)) / batch,
      })),
    )
  })

  it('an unsubscribe in the middle of a window discards it, and completion does not', () => {
    const [cut, whole] = [powerModel({}), powerModel({})]
    const [events, others] = [heard(cut), heard(whole)]
    from(goodReadings(9)).pipe(take(5), learn(whole, { batch })).subscribe()
    const row$ = new Subject<Reading>()
    const subscription = row$.pipe(learn(cut, { batch })).subscribe()
    for (const row of goodReadings(5)) row$.next(row)
    subscription.unsubscribe()
    expect(cut.counters).toMatchObject({ learned: 5 - (5 % batch), discarded: 5 % batch })
    expect(events).toHaveLength(5 % batch > 0 ? 1 : 0)
    expect([whole.counters.learned, whole.counters.discarded, others]).toEqual([5, 0, []])
  })
})
