import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Source } from '../../../../src/node/sources/source.js'
import { runs } from '../../../runs.js'

/** A source that is open, and somebody who sends rows to it. */
export interface Opened<T> {
  readonly source: Source<T>
  /** Sends rows together, and says what became of them. */
  send(rows: readonly T[]): Promise<'taken' | 'full' | 'closed'>
  /** Releases the transport. */
  stop(): Promise<void>
}

/** The laws of every source that rows are pushed to. `row(i)` is the row of a number, and `open` opens with a capacity. */
export const pushLaws = <T>(row: (i: number) => T, open: (capacity: number) => Promise<Opened<T>>): void => {
  const using = async (capacity: number, run: (opened: Opened<T>) => Promise<void>): Promise<void> => {
    const opened = await open(capacity)
    try {
      await run(opened)
    } finally {
      opened.source.close()
      await opened.stop()
    }
  }
  /** Waits until the source has as many rows waiting. */
  const until = async (is: () => boolean): Promise<void> => {
    while (!is()) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const adds = ({ counters: { received, given, waiting, dropped } }: Source<T>): void =>
    expect(received).toBe(given + waiting + dropped)

  it('gives every row once and in order, whatever the sizes of the batches', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 8 }), (sizes) =>
        using(5, async ({ source, send }) => {
          const total = sizes.reduce((sum, size) => sum + size, 0)
          const found: T[] = []
          const reading = (async () => {
            for await (const one of source) found.push(one)
          })()
          let i = 0
          for (const size of sizes) expect(await send(Array.from({ length: size }, () => row(i++)))).toBe('taken')
          source.close()
          await reading
          expect(found).toEqual(Array.from({ length: total }, (_, k) => row(k)))
          expect(source.counters).toMatchObject({ received: total, given: total, waiting: 0, dropped: 0 })
        }),
      ),
      { numRuns: runs(100) },
    ))

  it('tells a sender only when the reader has finished with the last row', () =>
    using(4, async ({ source, send }) => {
      let fate: string | undefined
      const sent = send([row(0), row(1)]).then((told) => {
        fate = told
      })
      const reader = source[Symbol.asyncIterator]()
      await reader.next()
      await reader.next()
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(fate).toBeUndefined()
      const next = reader.next()
      await sent
      expect(fate).toBe('taken')
      source.close()
      expect(await next).toEqual({ done: true, value: undefined })
    }))

  it('holds at most its capacity, refuses the rest whole, and has exact counters', () =>
    using(3, async ({ source, send }) => {
      const first = send([row(0), row(1)])
      await until(() => source.counters.waiting === 2)
      expect(await send([row(2), row(3)])).toBe('full')
      const second = send([row(4)])
      await until(() => source.counters.waiting === 3)
      expect(await send([row(5)])).toBe('full')
      adds(source)
      const reader = source[Symbol.asyncIterator]()
      for (const i of [0, 1, 4]) expect(await reader.next()).toEqual({ done: false, value: row(i) })
      adds(source)
      const more = reader.next()
      expect(await Promise.all([first, second])).toEqual(['taken', 'taken'])
      expect(await send([])).toBe('taken')
      source.close()
      expect((await more).done).toBe(true)
      expect(source.counters).toMatchObject({ received: 3, given: 3, waiting: 0, dropped: 0 })
    }))

  it('tells the senders of rows that wait when it closes, and refuses later ones', () =>
    using(4, async ({ source, send }) => {
      const sent = send([row(0), row(1)])
      await until(() => source.counters.waiting === 2)
      source.close()
      source.close()
      expect(await sent).toBe('closed')
      expect(await send([row(2)])).toBe('closed')
      expect(source.counters).toMatchObject({ received: 2, given: 0, waiting: 0, dropped: 2 })
    }))

  it('closes when its reader stops, and the row that was being read is not called taken', () =>
    using(4, async ({ source, send }) => {
      const sent = send([row(0)])
      for await (const _ of source) break
      expect(await sent).toBe('closed')
      adds(source)
      expect(await send([row(1)])).toBe('closed')
    }))

  it('calls a row taken if its source closes while it is read and the reader then asks on', () =>
    using(4, async ({ source, send }) => {
      const sent = send([row(0)])
      for await (const _ of source) source.close()
      expect(await sent).toBe('taken')
    }))

  it('keeps its bound and its counters over any order of sending and reading', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant('read' as const)), { maxLength: 15 }),
        (capacity, acts) =>
          using(capacity, async ({ source, send }) => {
            const reader = source[Symbol.asyncIterator]()
            const waiting: number[] = []
            let next = 0
            for (const act of acts) {
              const { received } = source.counters
              if (act === 'read') {
                const i = waiting.shift()
                if (i !== undefined) expect(await reader.next()).toEqual({ done: false, value: row(i) })
              } else if (act <= capacity) {
                const rows = Array.from({ length: act }, (_, k) => next + k)
                next += act
                const told = send(rows.map(row))
                if (waiting.length + act > capacity) expect(await told).toBe('full')
                else {
                  await until(() => source.counters.received === received + act)
                  waiting.push(...rows)
                }
              }
              expect(source.counters.waiting).toBe(waiting.length)
              adds(source)
            }
            // A sender waits for a reader that is busy with its row.
            await reader.return?.()
            adds(source)
          }),
      ),
      { numRuns: runs(100) },
    ))

  it('keeps the order in a long run in which some row always waits', () =>
    using(3, async ({ source, send }) => {
      const reader = source[Symbol.asyncIterator]()
      for (let i = 0; i < 30; i++) {
        void send([row(i)])
        await until(() => source.counters.received === i + 1)
        if (i > 1) expect(await reader.next()).toEqual({ done: false, value: row(i - 2) })
      }
      expect(source.counters).toMatchObject({ received: 30, given: 28, waiting: 2 })
      await reader.return?.()
    }))

  it('has one reader, and says so with its name', () =>
    using(1, async ({ source }) => {
      source[Symbol.asyncIterator]()
      expect(() => source[Symbol.asyncIterator]()).toThrow(`${source.name} is read already; expected one reader`)
    }))
}
