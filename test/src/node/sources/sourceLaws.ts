import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Source, SourceOptions } from '../../../../src/node/sources/source.js'
import type { Rejection } from '../../../../src/records.js'
import type { Row } from '../../../../src/values.js'
import { runs } from '../../../runs.js'

/** A transport with one producer, whose sources are under test. */
export interface Bench {
  /** Opens a source of the transport. */
  open(options?: SourceOptions): Source<Row>
  /** Sends texts, each of which is a row or is broken; they may arrive later. */
  send(texts: readonly string[]): unknown
  /** Releases the transport. */
  stop(): unknown
}

export interface SourceCase {
  /** Prepares a transport; what is sent before a source reads must not be lost. */
  prepare(): Promise<Bench>
  /** The names of the source and of its address, as errors give them. */
  readonly named: RegExp
  /** Opens a source at an address where nothing is, which is not tried for long. */
  nowhere(): Source<Row>
  /** What the error says then: the address, and what to do. */
  readonly advice: RegExp
  /** The most rows that a source holds for a reader who does not read. */
  readonly bound: number
  /** Whether it refuses and counts what comes while its reader is slower, because nobody can be made to wait. */
  readonly drops?: boolean
  /** Whether rows have cursors. */
  readonly hasCursors: boolean
  /** How often each random law runs. */
  readonly times?: number
}

const row = (i: number): Row => ({ i, text: `row ${i}` })
const text = (i: number): string => JSON.stringify(row(i))
const count = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, k) => from + k)

export const until = async (is: () => boolean): Promise<void> => {
  const end = performance.now() + 10_000
  while (!is()) {
    if (performance.now() > end) throw new Error('This did not become true.')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
/** Reads so many rows, and closes. */
export const taken = async (source: Source<Row>, most: number): Promise<Row[]> => {
  const found: Row[] = []
  if (most === 0) {
    source.close()
    return found
  }
  for await (const one of source) {
    found.push(one)
    if (found.length === most) break
  }
  return found
}
const adds = ({ counters: { received, given, waiting, dropped } }: Source<Row>): void =>
  expect(received).toBe(given + waiting + dropped)
/** What this process holds open: sockets, files and timers, but not what runs for a moment. */
export const held = (): string[] => process.getActiveResourcesInfo().filter((one) => !/^(Immediate|FSReq)/.test(one))
/** What it holds open beyond what it held before. */
export const left = (before: readonly string[]): string[] => {
  const known = [...before]
  return held().filter((one) => {
    const place = known.indexOf(one)
    if (place >= 0) known.splice(place, 1)
    return place < 0
  })
}

/** The laws of every source that pulls from a transport. */
export const sourceLaws = ({
  prepare,
  named,
  nowhere,
  advice,
  bound,
  drops,
  hasCursors,
  times = 20,
}: SourceCase): void => {
  const using = async (run: (bench: Bench) => Promise<void>): Promise<void> => {
    const bench = await prepare()
    try {
      await run(bench)
    } finally {
      await bench.stop()
    }
  }

  it('gives every row once and in order, and rejects broken ones with their reason', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.boolean(), { maxLength: 6 }), { maxLength: 5 }), (pieces) =>
        using(async (bench) => {
          const rejections: Rejection[] = []
          const rows: Row[] = []
          const source = bench.open({ onRejected: (rejection) => rejections.push(rejection) })
          // The first row says that the source reads, and the last one that it has read all.
          const all = [[true], ...pieces, [true]]
          let i = 0
          const texts = all.map((piece) =>
            piece.map((right) => {
              if (right) rows.push(row(i))
              return right ? text(i++) : '{"i": '
            }),
          )
          const reading = taken(source, rows.length)
          for (const piece of texts) await bench.send(piece)
          expect(await reading).toEqual(rows)
          const broken = texts.flat().length - rows.length
          expect(rejections).toHaveLength(broken)
          for (const { kind, reason } of rejections) {
            expect(kind).toBe('rejection')
            expect(reason).toMatch(/is not JSON/)
          }
          expect(source.counters).toMatchObject({ given: rows.length, invalid: broken, waiting: 0 })
          adds(source)
        }),
      ),
      { numRuns: runs(times) },
    ))

  it('refuses rows by check, and what is no object', () =>
    using(async (bench) => {
      const reasons: string[] = []
      const source = bench.open({
        check: ({ i }) => (i === 1 ? 'i is 1; expected any other number.' : undefined),
        onRejected: ({ reason }) => reasons.push(reason),
      })
      const reading = taken(source, 2)
      await bench.send([text(0), text(1), 'null', text(2)])
      expect(await reading).toEqual([row(0), row(2)])
      expect(reasons[0]).toBe('i is 1; expected any other number.')
      expect(reasons[1]).toMatch(/null; expected an object/)
      expect(source.counters.invalid).toBe(2)
    }))

  it('ends a reader that waits, whether it is closed, aborted or stopped, and holds nothing open', async () => {
    const bench = await prepare()
    // What the transport itself and its first use hold.
    const warm = bench.open()
    const warmer = warm[Symbol.asyncIterator]()
    const first = warmer.next()
    await bench.send([text(0)])
    await first
    // A reader has finished with a row when it asks for the next.
    const second = warmer.next()
    await new Promise((resolve) => setTimeout(resolve, 30))
    warm.close()
    await second
    await new Promise((resolve) => setTimeout(resolve, 30))
    const before = held()
    for (const way of ['close', 'abort', 'return'] as const) {
      const abort = new AbortController()
      const source = bench.open(hasCursors ? { signal: abort.signal, from: warm.cursor } : { signal: abort.signal })
      const reader = source[Symbol.asyncIterator]()
      const waiting = reader.next()
      await new Promise((resolve) => setTimeout(resolve, 25))
      if (way === 'close') source.close()
      else if (way === 'abort') abort.abort()
      else await reader.return?.()
      expect(await waiting).toEqual({ done: true, value: undefined })
      expect(await reader.next()).toEqual({ done: true, value: undefined })
      source.close()
      adds(source)
      await until(() => left(before).length === 0).catch(() => expect(left(before)).toEqual([]))
    }
    await bench.stop()
  })

  it('ends at once if it was closed or aborted before it was read', () =>
    using(async (bench) => {
      const closed = bench.open()
      closed.close()
      const aborted = bench.open({ signal: AbortSignal.abort() })
      for (const source of [closed, aborted]) expect(await taken(source, 1)).toEqual([])
    }))

  it('holds a bounded number of rows for a reader who does not read, and loses none', () =>
    using(async (bench) => {
      const source = bench.open()
      const reader = source[Symbol.asyncIterator]()
      const first = reader.next()
      const total = 3 * bound
      // Where nobody reads, some transports make their sender wait.
      const sending = Promise.all([bench.send(count(0, total).map(text))])
      expect(await first).toEqual({ done: false, value: row(0) })
      await new Promise((resolve) => setTimeout(resolve, 60))
      expect(source.counters.waiting).toBeLessThanOrEqual(bound)
      adds(source)
      if (drops) {
        await sending
        await until(() => source.counters.received + source.counters.refused === total)
        expect(source.counters.refused).toBeGreaterThan(0)
        await reader.return?.()
        return
      }
      const rows: unknown[] = []
      for (const _ of count(1, total)) rows.push((await reader.next()).value)
      expect(rows).toEqual(count(1, total).map(row))
      await reader.return?.()
      await sending
    }))

  it('has one reader, and says so with its name', () =>
    using(async (bench) => {
      const source = bench.open()
      const reader = source[Symbol.asyncIterator]()
      expect(() => source[Symbol.asyncIterator]()).toThrow(`${source.name} is read already; expected one reader`)
      expect(source.name).toMatch(named)
      await reader.return?.()
    }))

  it('says where nothing is, and what to do', async () => {
    const source = nowhere()
    const error = await taken(source, 1).catch((thrown: Error) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect((error as Error).message).toMatch(advice)
  })

  if (!hasCursors) return

  it('resumes after any cursor with exactly the rows after it', () =>
    fc.assert(
      fc.asyncProperty(fc.nat({ max: 9 }), fc.nat({ max: 9 }), fc.boolean(), (a, b, broken) =>
        using(async (bench) => {
          const [cut, total] = [Math.min(a, b) + 1, Math.max(a, b) + 2]
          const onRejected = (): void => {}
          const first = bench.open({ cursor: 'at', onRejected })
          const reading = taken(first, cut)
          await bench.send(count(0, total).flatMap((i) => (broken && i === cut ? ['{', text(i)] : [text(i)])))
          const before = await reading
          expect(before.map(({ i }) => i)).toEqual(count(0, cut))
          const cursor = before.at(-1)!.at as string | number
          expect(first.cursor).toBe(cursor)
          const second = bench.open({ cursor: 'at', from: cursor, onRejected })
          expect(second.cursor).toBe(cursor)
          const after = taken(second, total - cut + 1)
          await bench.send([text(total)])
          expect((await after).map(({ i }) => i)).toEqual(count(cut, total + 1))
        }),
      ),
      { numRuns: runs(times) },
    ))

  it('does not write a cursor over a column of the row', () =>
    using(async (bench) => {
      const reasons: string[] = []
      const source = bench.open({ cursor: 'i', onRejected: ({ reason }) => reasons.push(reason) })
      const reading = taken(source, 1)
      await bench.send([text(0), '{"j":1}'])
      expect(await reading).toMatchObject([{ j: 1 }])
      expect(reasons).toEqual(['the row has a column i already; expected another name for its cursor'])
    }))
}
