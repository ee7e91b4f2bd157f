import { EventEmitter } from 'node:events'
import fc from 'fast-check'
import { concatMap, from, fromEvent, lastValueFrom, map, type Observable, Subject, take, tap, toArray } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type BoundedBuffer,
  BufferOverflowError,
  boundedBuffer,
  createModel,
  dense,
  fromLines,
  fromRows,
  learn,
  numeric,
  type Overflow,
} from '../../operators/index.js'
import { runs } from '../runs.js'

const policies: readonly Overflow[] = ['block', 'dropOldest', 'dropNewest', 'sample', 'error']
const dropping: readonly Overflow[] = ['dropOldest', 'dropNewest', 'sample']

/** Collects what comes, as text: numbers, 'complete', or the name of an error. */
const collect = (row$: Observable<number>): { readonly seen: (number | string)[]; stop(): void } => {
  const seen: (number | string)[] = []
  const subscription = row$.subscribe({
    next: (x) => seen.push(x),
    complete: () => seen.push('complete'),
    error: (reason: Error) => seen.push(reason.name),
  })
  return { seen, stop: () => subscription.unsubscribe() }
}
const balance = ({ counters }: BoundedBuffer): void => {
  const { received, passed, dropped, queued } = counters
  expect(passed + dropped + queued).toBe(received)
}

describe('boundedBuffer, turn by turn', () => {
  // With yieldMs 0 the event loop turns after each element, and the loop is this test.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setImmediate', 'clearImmediate'] }))
  afterEach(() => void vi.useRealTimers())
  const turn = (): void => void vi.advanceTimersToNextTimer()

  /** What should come out of pushes (true) and turns (false), by a list that is written down plainly. */
  const expected = (steps: readonly boolean[], capacity: number, overflow: Overflow): (number | string)[] => {
    const out: (number | string)[] = []
    let [list, resting, n]: [number[], boolean, number] = [[], false, 0]
    const step = (): void => {
      resting = list.length > 0
      if (resting) out.push(list.shift() as number)
    }
    for (const isPush of steps) {
      if (!isPush) {
        step()
        continue
      }
      list.push(n++)
      if (!resting) step()
      else if (list.length > capacity) {
        if (overflow === 'block' || overflow === 'error') return [...out, 'BufferOverflowError']
        list = overflow === 'dropOldest' ? list.slice(1) : list.slice(0, -1)
      }
    }
    return [...out, ...list, 'complete']
  }

  it.each(policies.filter((each) => each !== 'sample'))('%s hands on what a plain list would', (overflow) => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 80 }), fc.integer({ min: 1, max: 6 }), (steps, capacity) => {
        const buffer = boundedBuffer({ capacity, overflow, yieldMs: 0 })
        const row$ = new Subject<number>()
        const { seen } = collect(row$.pipe(buffer))
        let n = 0
        for (const isPush of steps) {
          if (isPush) row$.next(n++)
          else turn()
          balance(buffer)
          expect(buffer.counters.queued).toBeLessThanOrEqual(capacity)
          expect(buffer.counters.queued).toBeLessThanOrEqual(buffer.counters.mostQueued)
        }
        row$.complete()
        while (vi.getTimerCount() > 0) turn()
        balance(buffer)
        expect(seen).toEqual(expected(steps, capacity, overflow))
        expect(buffer.counters.passed).toBe(seen.length - 1)
      }),
      { numRuns: runs(400) },
    )
  })

  it('sample keeps every 2nd, 4th or 8th element of a burst, and each again once nothing waits', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), fc.integer({ min: 1, max: 9 }), (steps, capacity) => {
        const buffer = boundedBuffer({ capacity, overflow: 'sample', yieldMs: 0 })
        const row$ = new Subject<number>()
        const { seen } = collect(row$.pipe(buffer))
        let n = 0
        for (const isPush of steps) {
          const { queued, dropped } = buffer.counters
          if (isPush) row$.next(n++)
          else turn()
          balance(buffer)
          expect(buffer.counters.queued).toBeLessThanOrEqual(capacity)
          // Where nothing waits, nothing is dropped.
          if (queued === 0) expect(buffer.counters.dropped).toBe(dropped)
        }
        row$.complete()
        while (vi.getTimerCount() > 0) turn()
        const passed = seen.slice(0, -1) as number[]
        expect(seen.at(-1)).toBe('complete')
        expect([...passed].sort((a, b) => a - b)).toEqual(passed)
        expect(passed.length + buffer.counters.dropped).toBe(n)
      }),
      { numRuns: runs(300) },
    )
    for (const capacity of [2, 3, 4, 5, 8, 9]) {
      const row$ = new Subject<number>()
      const { seen } = collect(row$.pipe(boundedBuffer({ capacity, overflow: 'sample', yieldMs: 0 })))
      for (let i = 0; i < 200; i++) row$.next(i)
      row$.complete()
      while (vi.getTimerCount() > 0) turn()
      // The first one passes; those that waited are evenly spread up to the end.
      const kept = seen.slice(1, -1) as number[]
      const gaps = new Set(kept.slice(1).map((x, i) => x - (kept[i] as number)))
      expect(gaps.size).toBeLessThanOrEqual(1)
      const [gap = 0] = gaps
      expect(Math.log2(gap || 1) % 1).toBe(0)
      expect(199 - (kept.at(-1) as number)).toBeLessThan(gap || 200)
      expect(kept.length).toBeGreaterThanOrEqual(Math.floor(capacity / 2))
    }
  })

  it('hands on what waits before it completes, and one element a turn', () => {
    const row$ = new Subject<number>()
    const { seen } = collect(row$.pipe(boundedBuffer({ capacity: 9, overflow: 'error', yieldMs: 0 })))
    for (const x of [1, 2, 3]) row$.next(x)
    row$.complete()
    expect(seen).toEqual([1])
    turn()
    expect(seen).toEqual([1, 2])
    turn()
    expect(seen).toEqual([1, 2, 3, 'complete'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each(['unsubscribe', 'error', 'take'])('leaves no timer and nothing waiting after %s', (end) => {
    const buffer = boundedBuffer({ capacity: 9, overflow: 'dropNewest', yieldMs: 0 })
    const row$ = new Subject<number>()
    const { seen, stop } = collect(row$.pipe(buffer, take(end === 'take' ? 2 : 9)))
    for (const x of [1, 2, 3, 4]) row$.next(x)
    if (end === 'unsubscribe') stop()
    else if (end === 'error') row$.error(new Error('of the source'))
    else turn()
    expect(vi.getTimerCount()).toBe(0)
    expect(row$.observed).toBe(false)
    expect(seen).toEqual({ unsubscribe: [1], error: [1, 'Error'], take: [1, 2, 'complete'] }[end])
    expect(buffer.counters).toEqual({
      ...{ received: 4, passed: end === 'take' ? 2 : 1, dropped: end === 'take' ? 2 : 3, queued: 0, mostQueued: 3 },
    })
  })

  it('tells its counters at subscription and once a turn', () => {
    const buffer = boundedBuffer({ capacity: 2, overflow: 'dropOldest', yieldMs: 0 })
    const told: unknown[] = []
    const row$ = new Subject<number>()
    const counting = buffer.counters$.subscribe(({ passed, dropped, queued }) => told.push([passed, dropped, queued]))
    const { stop } = collect(row$.pipe(buffer))
    for (let i = 0; i < 5; i++) row$.next(i)
    expect(told).toEqual([[0, 0, 0]])
    turn()
    turn()
    expect(told).toEqual([
      [0, 0, 0],
      [2, 2, 1],
      [3, 2, 0],
    ])
    counting.unsubscribe()
    stop()
    expect(told).toHaveLength(3)
  })

  it('counts all its subscriptions together, each of which has a room of its own', () => {
    const buffer = boundedBuffer({ capacity: 2, overflow: 'dropNewest', yieldMs: 0 })
    const row$ = new Subject<number>()
    const [one, two] = [collect(row$.pipe(buffer)), collect(row$.pipe(buffer))]
    for (let i = 0; i < 4; i++) row$.next(i)
    row$.complete()
    while (vi.getTimerCount() > 0) turn()
    expect([one.seen, two.seen]).toEqual([
      [0, 1, 2, 'complete'],
      [0, 1, 2, 'complete'],
    ])
    expect(buffer.counters).toMatchObject({ received: 8, passed: 6, dropped: 2, queued: 0, mostQueued: 4 })
  })

  it('tells a producer that awaits when there is room', async () => {
    const buffer = boundedBuffer({ capacity: 2, overflow: 'block', yieldMs: 0 })
    const row$ = new Subject<number>()
    collect(row$.pipe(buffer))
    let isReady = false
    await buffer.ready
    for (let i = 0; i < 3; i++) row$.next(i)
    const ready = buffer.ready.then(() => (isReady = true))
    await Promise.resolve()
    expect(isReady).toBe(false)
    turn()
    await ready
    expect(isReady).toBe(true)
    row$.next(3)
    expect(buffer.counters).toMatchObject({ queued: 2, dropped: 0 })
  })

  it('says what to do where a source that cannot wait overruns it', () => {
    for (const [overflow, means] of [
      ['block', "awaits the buffer's ready"],
      ['error', 'a larger capacity'],
    ] as const) {
      const row$ = new Subject<number>()
      const errors: Error[] = []
      row$.pipe(boundedBuffer({ capacity: 1, overflow, yieldMs: 0 })).subscribe({ error: (e) => errors.push(e) })
      for (let i = 0; i < 5; i++) row$.next(i)
      expect(errors).toHaveLength(1)
      expect(errors[0]).toBeInstanceOf(BufferOverflowError)
      expect(errors[0]?.message).toContain('boundedBuffer: 1 elements wait and another one came')
      expect(errors[0]?.message).toContain(means)
      expect(errors[0]?.message.includes('from a source that does not wait')).toBe(overflow === 'block')
      expect(row$.observed).toBe(false)
    }
  })
})

describe('boundedBuffer, in an event loop', () => {
  /** Counts the turns of the event loop while something runs. */
  const turns = async (work: () => Promise<unknown>): Promise<number> => {
    let [count, over] = [0, false]
    const turn = (): void => {
      count++
      if (!over) setImmediate(turn)
    }
    setImmediate(turn)
    await work()
    over = true
    return count
  }
  const numbers = Array.from({ length: 300 }, (_, i) => i)
  async function* later() {
    yield* numbers
  }

  it.each([
    ['rows', () => fromRows(numbers)],
    ['rows that come later', () => fromRows(later())],
    [
      'rows in arrays',
      () =>
        fromRows(numbers, { chunk: 7 }).pipe(
          concatMap((rows) => from(rows)),
          take(70),
        ),
    ],
    ['lines', () => fromLines<number>(numbers.map(String))],
  ] as const)("lets a source of %s wait by itself under 'block'", async (name, make) => {
    const capacity = name === 'rows in arrays' ? 14 : 3
    const buffer = boundedBuffer({ capacity, overflow: 'block', yieldMs: 0 })
    let pulled = 0
    let most = 0
    const source$ = make().pipe(tap(() => (most = Math.max(most, ++pulled - buffer.counters.passed))))
    const seen = await lastValueFrom(source$.pipe(buffer, toArray()))
    expect(seen).toEqual(numbers.slice(0, seen.length))
    expect(seen.length).toBe(name === 'rows in arrays' ? 70 : 300)
    expect(most).toBeLessThanOrEqual(capacity + 7)
    expect(buffer.counters).toMatchObject({ received: seen.length, dropped: 0, queued: 0 })
    expect(buffer.counters.mostQueued).toBeLessThanOrEqual(capacity)
  })

  it('a wait that nobody looked for is none of the next source', async () => {
    const row$ = new Subject<number>()
    const stuck = row$.pipe(boundedBuffer({ capacity: 2, overflow: 'block', yieldMs: 0 })).subscribe()
    for (let i = 0; i < 3; i++) row$.next(i)
    stuck.unsubscribe()
    expect(await lastValueFrom(fromRows([1, 2, 3]).pipe(toArray()))).toEqual([1, 2, 3])
  })

  it('stops a source that waits when it is unsubscribed', async () => {
    let closed = 0
    async function* rows() {
      try {
        for (let i = 0; ; i++) yield i
      } finally {
        closed++
      }
    }
    const buffer = boundedBuffer({ capacity: 2, overflow: 'block', yieldMs: 0 })
    await lastValueFrom(fromRows(rows()).pipe(buffer, take(5)))
    await turns(() => new Promise((done) => setTimeout(done, 5)))
    expect(closed).toBe(1)
    expect(buffer.counters.received).toBeLessThanOrEqual(5 + 3)
  })

  const pushers: Readonly<Record<string, () => [Observable<unknown>, (x: number) => void, () => void]>> = {
    'an EventEmitter': () => {
      const emitter = new EventEmitter()
      return [fromEvent(emitter, 'row'), (x) => emitter.emit('row', x), () => {}]
    },
    'a MessagePort': () => {
      const { port1, port2 } = new MessageChannel()
      const message$ = fromEvent<{ readonly data: number }>(port1 as never, 'message').pipe(map(({ data }) => data))
      port1.start()
      return [message$, (x) => port2.postMessage(x), () => port2.close()]
    },
    // A WebSocket is an EventTarget, as is this one.
    'an EventTarget': () => {
      const target = new EventTarget()
      const message$ = fromEvent<Event & { data?: number }>(target, 'message').pipe(map(({ data }) => data))
      return [message$, (data) => target.dispatchEvent(Object.assign(new Event('message'), { data })), () => {}]
    },
  }
  it.each(Object.keys(pushers))('takes a burst from %s, and the event loop turns between', async (name) => {
    for (const overflow of dropping) {
      const [message$, push, close] = pushers[name]!()
      const buffer = boundedBuffer({ capacity: 8, overflow, yieldMs: 0 })
      const seen: unknown[] = []
      const running = message$.pipe(buffer).subscribe((x) => seen.push(x))
      for (const x of numbers) push(x)
      const count = await turns(async () => {
        while (buffer.counters.received < numbers.length || buffer.counters.queued > 0)
          await new Promise((later) => setTimeout(later, 1))
      })
      running.unsubscribe()
      close()
      balance(buffer)
      expect(buffer.counters).toMatchObject({ received: 300, queued: 0, passed: seen.length })
      expect(seen.length).toBeGreaterThanOrEqual(4)
      // One element leaves in a turn, but for the first, which passes at once.
      expect(count).toBeGreaterThanOrEqual(seen.length - 1)
    }
  })

  it('learns what it did not drop, to the row', async () => {
    const model = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] })
    const buffer = boundedBuffer({ capacity: 50, overflow: 'sample' })
    const row$ = new Subject<{ x: number; y: number }>()
    const done = lastValueFrom(row$.pipe(buffer, learn(model)))
    for (let i = 0; i < 20_000; i++) row$.next({ x: i % 7, y: i % 5 })
    row$.complete()
    await done
    expect(model.counters.learned + buffer.counters.dropped).toBe(20_000)
    expect(buffer.counters.passed).toBe(model.counters.learned)
  })
})

describe('boundedBuffer', () => {
  it('refuses what it cannot work with', () => {
    const make = (config: object) => () => boundedBuffer(config as never)
    expect(make({ overflow: 'block' })).toThrow('boundedBuffer: capacity is undefined; expected a whole number')
    expect(make({ capacity: 1 })).toThrow('boundedBuffer: overflow is undefined; expected one of block, dropOldest')
    expect(make({ capacity: 1, overflow: 'dropOld' })).toThrow("Did you mean 'dropOldest'?")
    expect(make({ capacity: 1, overflow: 'block', yieldMs: -1 })).toThrow('boundedBuffer: yieldMs is -1')
  })
})
