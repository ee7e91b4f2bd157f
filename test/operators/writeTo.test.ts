import { concat, EMPTY, from, lastValueFrom, mergeMap, NEVER, of, Subject, take, tap, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  boundedBuffer,
  createModel,
  dense,
  fromRows,
  learn,
  numeric,
  type Sink,
  writeTo,
} from '../../operators/index.js'
import type { Row } from '../../src/values.js'
import { until } from '../src/node/sources/sourceLaws.js'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const count = (n: number): Row[] => Array.from({ length: n }, (_, i) => ({ i }))

/** A sink in memory, that takes a while for each call, and knows the most rows that were on their way. */
const slowSink = (ms = 1, failsAt = Infinity) => {
  const rows: Row[] = []
  const calls: number[] = []
  let closes = 0
  const sink: Sink = {
    name: 'slowSink',
    async write(given) {
      if (calls.length + 1 >= failsAt) throw new Error('slowSink cannot write: it is full.')
      calls.push(given.length)
      await sleep(ms)
      rows.push(...given)
    },
    async close() {
      closes++
    },
  }
  return { sink, rows, calls, closes: () => closes }
}

describe('writeTo', () => {
  it('passes elements at once, and completes when the sink has everything and is closed', async () => {
    const { sink, rows, calls, closes } = slowSink(5)
    const seen: unknown[] = []
    let isComplete = false
    from(count(5))
      .pipe(writeTo(sink))
      .subscribe({ next: (row) => seen.push(row), complete: () => (isComplete = true) })
    expect(seen).toEqual(count(5))
    expect([isComplete, rows, closes()]).toEqual([false, [], 0])
    await until(() => isComplete)
    expect([isComplete, rows, closes()]).toEqual([true, count(5), 1])
    // Rows that came while the first was on its way left together.
    expect(calls).toEqual([1, 4])
    await lastValueFrom(EMPTY.pipe(writeTo(sink)), { defaultValue: 0 })
    expect(closes()).toBe(1)
  })

  it('lets the source wait, so that memory is bounded, in whatever stands between', async () => {
    for (const between of [tap(), mergeMap((row: Row) => of(row)), boundedBuffer({ capacity: 4, overflow: 'block' })]) {
      const { sink, rows } = slowSink()
      let [given, most] = [0, 0]
      function* produced() {
        for (const row of count(300)) {
          given++
          most = Math.max(most, given - rows.length)
          yield row
        }
      }
      await lastValueFrom(fromRows(produced()).pipe(between as never, writeTo(sink, { capacity: 20 })))
      expect(rows).toEqual(count(300))
      // Half of the capacity, the row that is asked for, and those that the buffer holds.
      expect(most).toBeLessThanOrEqual(10 + 2 + 6)
      expect(most).toBeGreaterThan(5)
    }
  })

  it('waits for the slower of two sinks', async () => {
    const [slow, fast] = [slowSink(2), slowSink(0)]
    for (const [first, second] of [
      [slow, fast],
      [fast, slow],
    ] as const) {
      slow.rows.length = 0
      let [given, most] = [0, 0]
      function* produced() {
        for (const row of count(120)) {
          given++
          most = Math.max(most, given - slow.rows.length)
          yield row
        }
      }
      await lastValueFrom(
        fromRows(produced()).pipe(writeTo(first.sink, { capacity: 10 }), writeTo(second.sink, { capacity: 10 })),
      )
      expect(slow.rows).toEqual(count(120))
      expect(most).toBeLessThanOrEqual(8)
    }
  })

  it('is an error where the source does not wait, and names the buffer that would drop', async () => {
    const { sink, rows, closes } = slowSink(5)
    const errors: Error[] = []
    const row$ = new Subject<Row>()
    row$.pipe(writeTo(sink, { capacity: 4 })).subscribe({ error: (error) => errors.push(error) })
    for (const row of count(9)) row$.next(row)
    expect(errors[0]!.name).toBe('BufferOverflowError')
    expect(errors[0]!.message).toMatch(/^writeTo: 4 rows wait for 'slowSink' and another one came.*boundedBuffer\(/)
    await until(() => closes() === 1)
    expect([rows, closes()]).toEqual([count(4), 1])
    const dropping = slowSink(1)
    const buffer = boundedBuffer({ capacity: 3, overflow: 'dropOldest' })
    const done = lastValueFrom(row$.pipe(buffer, writeTo(dropping.sink, { capacity: 4 })), { defaultValue: 0 })
    for (const row of count(50)) row$.next(row)
    row$.complete()
    await done
    expect(buffer.counters.dropped).toBeGreaterThan(0)
    expect(buffer.counters.dropped + dropping.rows.length).toBe(50)
  })

  it('writes what came whichever way it ends, and tells an error of the source at once', async () => {
    const failing = slowSink(2)
    const reasons: unknown[] = []
    concat(
      from(count(3)),
      throwError(() => 'the reason'),
    )
      .pipe(writeTo(failing.sink))
      .subscribe({ error: (reason) => reasons.push(reason) })
    expect(reasons).toEqual(['the reason'])
    const left = slowSink(2)
    concat(from(count(3)), NEVER)
      .pipe(writeTo(left.sink), take(3))
      .subscribe()
    await until(() => failing.closes() + left.closes() === 2)
    for (const { rows, closes } of [failing, left]) expect([rows, closes()]).toEqual([count(3), 1])
  })

  it('fails when the sink fails, and stops its source', async () => {
    const { sink, closes } = slowSink(1, 2)
    const row$ = new Subject<Row>()
    const done = lastValueFrom(row$.pipe(writeTo(sink)))
    for (const row of count(3)) row$.next(row)
    await expect(done).rejects.toThrow('slowSink cannot write: it is full.')
    expect(row$.observed).toBe(false)
    await until(() => closes() === 1)
    const unclosed: Sink = { ...slowSink().sink, close: () => Promise.reject(new Error('it cannot be closed.')) }
    await expect(lastValueFrom(from(count(1)).pipe(writeTo(unclosed)))).rejects.toThrow('it cannot be closed.')
  })

  it('writes the results of records, objects as they are, and what rows makes of an element', async () => {
    const model = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] })
    const results = slowSink()
    await lastValueFrom(
      from([{ at: 7, x: 1, y: 2 }, [{ at: 8, x: 1, y: 2 }]]).pipe(
        learn(model) as never,
        writeTo(results.sink, { keep: ['at'] }),
      ),
    )
    expect(results.rows).toMatchObject([
      { at: 7, step: 0, prediction: 0, actual: 2, error: 2 },
      { at: 8, step: 1, actual: 2 },
    ])
    const plain = slowSink()
    await lastValueFrom(from([{ kind: 'prediction' }, [{ a: 1 }, { a: 2 }], []]).pipe(writeTo(plain.sink)))
    expect(plain.rows).toEqual([{ kind: 'prediction' }, { a: 1 }, { a: 2 }])
    const made = slowSink()
    const rows = (i: number) => (i === 1 ? undefined : i === 2 ? [{ i }, { i }] : { i })
    await lastValueFrom(from([0, 1, 2]).pipe(writeTo(made.sink, { rows })))
    expect(made.rows).toEqual([{ i: 0 }, { i: 2 }, { i: 2 }])
    await expect(lastValueFrom(of(7).pipe(writeTo(made.sink)))).rejects.toThrow(
      'writeTo: the element is 7; expected a record of predict(model) or learn(model), or an object.',
    )
    await expect(lastValueFrom(of(7).pipe(writeTo(made.sink, { rows: () => 'a' as never })))).rejects.toThrow(
      "writeTo: what rows returned is 'a'; expected an object.",
    )
  })
})
