import { firstValueFrom, lastValueFrom, map, repeat, Subject, take, takeUntil, tap, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { fromBroadcast, fromLines, fromModel, fromRows, type ModelEvent } from '../../operators/index.js'
import { powerModel, readings } from './models.js'

const turn = (): Promise<void> => new Promise((done) => setImmediate(done))

/** An iterable that records how it was used. */
const observed = (length: number, asynchronous: boolean) => {
  const use = { opened: 0, pulled: 0, closed: 0 }
  const iterator = () => {
    use.opened++
    let at = 0
    return {
      next: () => {
        use.pulled++
        const result = at < length ? { done: false, value: at++ } : { done: true, value: undefined }
        return (asynchronous ? Promise.resolve(result) : result) as never
      },
      return: () => {
        use.closed++
        return (asynchronous ? Promise.reject(new Error('while closing')) : { done: true }) as never
      },
    }
  }
  const iterable = (asynchronous ? { [Symbol.asyncIterator]: iterator } : { [Symbol.iterator]: iterator }) as
    | Iterable<number>
    | AsyncIterable<number>
  return { iterable, use }
}

describe.each([
  ['an iterable', false],
  ['an async iterable', true],
])('fromRows, of %s', (_, asynchronous) => {
  it('emits its elements and completes', async () => {
    const { iterable, use } = observed(5, asynchronous)
    expect(await lastValueFrom(fromRows(iterable).pipe(toArray()))).toEqual([0, 1, 2, 3, 4])
    expect(use).toEqual({ opened: 1, pulled: 6, closed: 0 })
  })

  it('opens the iterable anew for each subscription', async () => {
    const { iterable, use } = observed(3, asynchronous)
    const row$ = fromRows(iterable)
    expect(use.opened).toBe(0)
    expect(await lastValueFrom(row$.pipe(repeat(2), toArray()))).toEqual([0, 1, 2, 0, 1, 2])
    expect(use.opened).toBe(2)
  })

  it('stops at once, and closes the iterable, when it is unsubscribed', async () => {
    const { iterable, use } = observed(1e9, asynchronous)
    expect(await lastValueFrom(fromRows(iterable).pipe(take(3), toArray()))).toEqual([0, 1, 2])
    expect(use).toEqual({ opened: 1, pulled: 3, closed: 1 })
    await turn()
    expect(use.pulled).toBe(3)
  })

  it('does nothing when it is unsubscribed before it has begun', async () => {
    const { iterable, use } = observed(3, asynchronous)
    fromRows(iterable).subscribe().unsubscribe()
    await turn()
    expect(use).toEqual({ opened: 1, pulled: 0, closed: 1 })
  })

  it('emits arrays of the given size, of which the last may be shorter', async () => {
    const { iterable } = observed(7, asynchronous)
    const chunk$ = fromRows(iterable, { chunk: 3 }).pipe(toArray())
    expect(await lastValueFrom(chunk$)).toEqual([[0, 1, 2], [3, 4, 5], [6]])
  })

  it('lets the event loop turn while it works', async () => {
    const { iterable } = observed(1e9, asynchronous)
    const stop$ = new Subject<void>()
    let rows = 0
    setTimeout(() => stop$.next(), 30)
    await lastValueFrom(
      fromRows(iterable).pipe(
        takeUntil(stop$),
        tap(() => rows++),
        toArray(),
      ),
      { defaultValue: [] },
    )
    expect(rows).toBeGreaterThan(0)
  })

  it('lets it turn after each element with yieldMs: 0', async () => {
    const { iterable } = observed(4, asynchronous)
    const order: unknown[] = []
    const note = (): void => {
      order.push('turn')
      if (order.length < 20) setImmediate(note)
    }
    setImmediate(note)
    await lastValueFrom(fromRows(iterable, { yieldMs: 0 }).pipe(tap((row) => order.push(row))))
    for (const row of [0, 1, 2]) {
      const between = order.slice(order.indexOf(row) + 1, order.indexOf(row + 1))
      expect(between).toContain('turn')
    }
  })
})

describe('fromRows', () => {
  it('passes on the very error that the iterable throws', async () => {
    const failure = new Error('of the source')
    function* rows() {
      yield 1
      throw failure
    }
    async function* laterRows() {
      yield 1
      throw failure
    }
    for (const source of [rows(), laterRows()]) {
      const seen: unknown[] = []
      await new Promise<void>((done) => {
        fromRows(source).subscribe({
          next: (row) => seen.push(row),
          error: (error) => {
            seen.push(error)
            done()
          },
        })
      })
      expect(seen).toEqual([1, failure])
    }
  })

  it('passes on the error of an iterable that does not open', async () => {
    const failure = new Error('closed')
    const rows = {
      [Symbol.iterator]: () => {
        throw failure
      },
    }
    await expect(lastValueFrom(fromRows(rows))).rejects.toBe(failure)
  })

  it('runs the finally block of a generator', async () => {
    let closed = false
    async function* rows() {
      try {
        for (let i = 0; ; i++) yield i
      } finally {
        closed = true
      }
    }
    await firstValueFrom(fromRows(rows()))
    await turn()
    expect(closed).toBe(true)
  })

  it('does not wait for a row that may never arrive', async () => {
    let closed = false
    const silent = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: () => {
          closed = true
          return Promise.resolve({ done: true, value: undefined } as const)
        },
      }),
    }
    const subscription = fromRows(silent).subscribe()
    await turn()
    subscription.unsubscribe()
    expect(closed).toBe(true)
  })

  it('makes an error of a result that is none', async () => {
    for (const given of [undefined, null, 1, Promise.resolve(undefined), Promise.resolve(7)]) {
      const rows = { [Symbol.iterator]: () => ({ next: () => given }) } as unknown as Iterable<number>
      await expect(lastValueFrom(fromRows(rows))).rejects.toThrow(
        /^The iterator's next\(\) gave (undefined|null|1|7); expected \{ done, value \}\.$/,
      )
    }
    const broken = {
      get done(): boolean {
        throw new Error('of the getter')
      },
    }
    for (const given of [broken, Promise.resolve(broken)]) {
      const rows = { [Symbol.iterator]: () => ({ next: () => given }) } as unknown as Iterable<number>
      await expect(lastValueFrom(fromRows(rows))).rejects.toThrow('of the getter')
    }
  })

  it('unsubscribes quietly when the iterator throws at its end', async () => {
    const rows = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: 1 }),
        return: () => {
          throw new Error('while closing')
        },
      }),
    }
    expect(await firstValueFrom(fromRows(rows))).toBe(1)
    expect(() => fromRows(rows).subscribe().unsubscribe()).not.toThrow()
  })

  it('throws an error that says what was given in place of rows', () => {
    for (const [given, named] of [
      [undefined, 'undefined'],
      [null, 'null'],
      [3, '3'],
      ['a,b', "'a,b'"],
      [{ a: 1 }, 'an object'],
    ])
      expect(() => fromRows(given as unknown as Iterable<number>)).toThrow(
        new TypeError(`fromRows: rows is ${named}; expected an iterable or async iterable of rows.`),
      )
  })

  it('refuses a chunk and a yieldMs out of range', () => {
    expect(() => fromRows([], { chunk: 0 })).toThrow('fromRows: chunk is 0; expected a whole number of at least 1.')
    expect(() => fromRows([], { yieldMs: Number.NaN })).toThrow('fromRows: yieldMs is NaN')
  })
})

describe('fromLines', () => {
  async function* of<T>(...given: T[]) {
    yield* given
  }
  const all = <T>(row$: ReturnType<typeof fromLines<T>>) => lastValueFrom(row$.pipe(toArray()))

  it('reads lines and arrays of lines as JSON', async () => {
    const lines = of<string | readonly string[]>('{"a":1}', ['{"a":2}', '', ' ', '{"a":3}'], [], '{"a":4}', '')
    expect(await all(fromLines(lines))).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }])
  })

  it('reads lines from an array or a set', async () => {
    expect(await all(fromLines(['{"a":1}', '', '{"a":2}']))).toEqual([{ a: 1 }, { a: 2 }])
    // There are more of them than a call stack could hold.
    const blank = Array.from({ length: 100_000 }, () => '')
    expect(await all(fromLines(new Set(['{"a":1}', blank, ...blank, '{"a":2}'])))).toEqual([{ a: 1 }, { a: 2 }])
    expect(await all(fromLines([...blank, '3'], Number))).toEqual([3])
  })

  it('throws an error that says what was given in place of lines', () => {
    for (const [given, named] of [
      [undefined, 'undefined'],
      ['{}\n{}', "'{}\n{}'"],
      [() => [], 'a function'],
    ])
      expect(() => fromLines(given as unknown as readonly string[])).toThrow(
        new TypeError(
          `fromLines: lines is ${named}; expected an async iterable of lines, as readLines(file) gives, or an array of them.`,
        ),
      )
  })

  it('removes a byte order mark from the first line, and from no other', async () => {
    const lines = ['\ufeff{"a":1}', '{"a":"\ufeff"}']
    expect(await all(fromLines(of(...lines)))).toEqual([{ a: 1 }, { a: '\ufeff' }])
    expect(await all(fromLines(of(lines), (line) => line.length))).toEqual([7, 9])
    expect(await all(fromLines(['\ufeff', '\ufeffa'], (line) => line))).toEqual(['\ufeffa'])
  })

  it('refuses a line that is no text, such as the bytes of a message, and closes its source', async () => {
    for (const bytes of [Buffer.from('{"a":1}'), 7, undefined]) {
      let closed = false
      async function* lines() {
        try {
          yield '{"a":1}'
          yield bytes as never
        } finally {
          closed = true
        }
      }
      await expect(all(fromLines(lines()))).rejects.toThrow(
        /^fromLines: line 2 is (a typed array|7|undefined); expected text/,
      )
      expect(closed).toBe(true)
    }
  })

  it('reports the wrong line, even if the source throws when it is closed', async () => {
    const lines = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: '{' }),
        return: () => {
          throw new Error('while closing')
        },
      }),
    }
    await expect(all(fromLines(lines))).rejects.toThrow('line 1 is not JSON')
  })

  it('makes an error of a result that is none', async () => {
    for (const given of [undefined, Promise.resolve(undefined)]) {
      const lines = { [Symbol.asyncIterator]: () => ({ next: () => given }) } as unknown as AsyncIterable<string>
      await expect(all(fromLines(lines))).rejects.toThrow("The iterator's next() gave undefined")
    }
  })

  it('parses lines by a custom function', async () => {
    const row$ = fromLines(of(['1,2', '', '3,4']), (line, number) => [number, ...line.split(',').map(Number)])
    expect(await all(row$)).toEqual([
      [1, 1, 2],
      [3, 3, 4],
    ])
  })

  it('reports which line is not JSON, and closes its source', async () => {
    let closed = 0
    async function* lines() {
      try {
        yield ['{}', '', '{"a":']
        yield '{}'
      } finally {
        closed++
      }
    }
    await expect(all(fromLines(lines()))).rejects.toThrow(
      'fromLines: line 3 is not JSON: {"a":; expected an object on each line, or a function that reads the line.',
    )
    await turn()
    expect(closed).toBe(1)
    await expect(all(fromLines(of('x'.repeat(100))))).rejects.toThrow(`is not JSON: ${'x'.repeat(60)}…; expected`)
  })

  it('turns what the function throws into an error notification', async () => {
    const failure = new Error('of the function')
    const row$ = fromLines(of('a', 'b'), () => {
      throw failure
    })
    await expect(all(row$)).rejects.toBe(failure)
  })

  it('stops in the middle of an array', async () => {
    const parsed: string[] = []
    const row$ = fromLines(of(['a', 'b', 'c', 'd']), (line) => parsed.push(line)).pipe(take(2), toArray())
    expect(await lastValueFrom(row$)).toEqual([1, 2])
    expect(parsed).toEqual(['a', 'b'])
  })

  it('passes on the error of its source', async () => {
    const failure = new Error('of the source')
    async function* lines() {
      yield '{}'
      throw failure
    }
    await expect(all(fromLines(lines()))).rejects.toBe(failure)
  })
})

describe('fromModel', () => {
  it('emits the events of the model while it is subscribed', () => {
    const model = powerModel()
    const [early, late]: [ModelEvent[], ModelEvent[]] = [[], []]
    const subscription = fromModel(model).subscribe((event) => early.push(event))
    model.learn(readings(24))
    fromModel(model).subscribe((event) => late.push(event))
    subscription.unsubscribe()
    model.setLearningRate(0.5)
    expect(early).toEqual([
      {
        kind: 'rejection',
        reason: "temperature is 'warm'; expected a number within ±1e150",
        field: 'temperature',
        row: readings(24)[12],
        cursor: 13,
      },
    ])
    expect(late.map(({ kind }) => kind)).toEqual(['control'])
  })
})

describe('fromBroadcast', () => {
  it('emits the messages of a connection, and the steps of a replica', async () => {
    async function* of<T>(...given: T[]) {
      yield* given
    }
    const messages = of({ type: 'status' as const, step: 3 })
    expect(await lastValueFrom(fromBroadcast({ messages }).pipe(map(({ step }) => step)))).toBe(3)
    const steps = of(1, 4, 9)
    expect(await lastValueFrom(fromBroadcast({ steps }).pipe(toArray()))).toEqual([1, 4, 9])
  })

  it('stops reading when it is unsubscribed', async () => {
    const { iterable, use } = observed(1e9, true)
    await firstValueFrom(fromBroadcast({ steps: iterable as AsyncIterable<number> }))
    expect(use.closed).toBe(1)
  })
})

describe.each([true, false])('an iterator without a return, asynchronous: %s', (asynchronous) => {
  it('is left in the middle without an error', async () => {
    const next = () => {
      const result = { done: false, value: '{"x":1}' }
      return (asynchronous ? Promise.resolve(result) : result) as never
    }
    const lines = {
      [asynchronous ? Symbol.asyncIterator : Symbol.iterator]: () => ({ next }),
    } as unknown as Iterable<string>
    const rows = await firstValueFrom(fromLines(lines).pipe(take(3), toArray()))
    expect(rows).toEqual([{ x: 1 }, { x: 1 }, { x: 1 }])
    const numbers = await firstValueFrom(fromRows(lines).pipe(take(2), toArray()))
    expect(numbers).toHaveLength(2)
  })
})
