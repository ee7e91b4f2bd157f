import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { CountingSink } from '../../../../src/results/sink.js'
import type { Row } from '../../../../src/values.js'
import { runs } from '../../../runs.js'
import { held, left, until } from '../sources/sourceLaws.js'

/** A transport whose other side tells what it has received. */
export interface Bench {
  /** Opens a sink of the transport. */
  open(): CountingSink
  /** The rows that the other side has, in order. */
  received(): Promise<Row[]> | Row[]
  /** Cuts all connections; they can be made again. */
  cut?(): void
  /** Releases the transport. */
  stop(): unknown
}

export interface SinkCase {
  prepare(): Promise<Bench>
  /** The names of the sink and of its address, as errors give them. */
  readonly named: RegExp
  /** Opens a sink at an address where nothing is, which is not tried for long. */
  nowhere(): CountingSink
  /** What the error says then: the address, and what to do. */
  readonly advice: RegExp
  /** How often each random law runs. */
  readonly times?: number
}

const row = (i: number): Row => ({ i, text: `row ${i}` })
const rowsOf = (from: number, to: number): Row[] => Array.from({ length: to - from }, (_, k) => row(from + k))
const adds = ({ counters: { received, written, waiting, failed } }: CountingSink): void =>
  expect(received).toBe(written + waiting + failed)
/** The laws of every sink. */
export const sinkLaws = ({ prepare, named, nowhere, advice, times = 10 }: SinkCase): void => {
  const using = async (run: (bench: Bench) => Promise<void>): Promise<void> => {
    const bench = await prepare()
    try {
      await run(bench)
    } finally {
      await bench.stop()
    }
  }

  it('writes every row once and in order, and has it there when write resolves', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 5 }), (sizes) =>
        using(async (bench) => {
          const sink = bench.open()
          let end = 0
          for (const size of [...sizes, 1]) {
            await sink.write(rowsOf(end, end + size))
            end += size
            expect(sink.counters).toEqual({ received: end, written: end, waiting: 0, failed: 0 })
            expect(await bench.received()).toEqual(rowsOf(0, end))
          }
          await sink.close()
        }),
      ),
      { numRuns: runs(times) },
    ))

  it('keeps the order of writes that nobody waits for, and counts them', () =>
    using(async (bench) => {
      const sink = bench.open()
      const writes = [0, 1, 2].map((k) => sink.write(rowsOf(4 * k, 4 * k + 4)))
      expect(sink.counters).toEqual({ received: 12, written: 0, waiting: 12, failed: 0 })
      await writes[0]
      adds(sink)
      await sink.close()
      await Promise.all(writes)
      expect(sink.counters).toEqual({ received: 12, written: 12, waiting: 0, failed: 0 })
      expect(await bench.received()).toEqual(rowsOf(0, 12))
    }))

  it('holds nothing open after close, may be closed twice, and is opened again by a write', () =>
    using(async (bench) => {
      const warm = bench.open()
      await warm.write([row(0)])
      await warm.close()
      await new Promise((resolve) => setTimeout(resolve, 30))
      const before = held()
      const sink = bench.open()
      await sink.close()
      await sink.write([row(1)])
      await sink.close()
      await sink.close()
      await sink.write([row(2)])
      await sink.close()
      expect(await bench.received()).toEqual(rowsOf(0, 3))
      await until(() => left(before).length === 0).catch(() => expect(left(before)).toEqual([]))
    }))

  it('refuses what is no row, and names a value that cannot be written; later rows are', () =>
    using(async (bench) => {
      const sink = bench.open()
      expect(sink.name).toMatch(named)
      await expect(sink.write(row(0) as never)).rejects.toThrow(/: the rows are an object; expected an array of rows\./)
      await expect(sink.write([7 as never])).rejects.toThrow(/: a row is 7; expected an object\./)
      const looped: Record<string, unknown> = {}
      looped.self = [looped]
      const wrong = sink.write([{ i: 0, odd: [looped] }])
      await expect(wrong).rejects.toThrow(TypeError)
      await expect(wrong).rejects.toThrow(named)
      await expect(wrong).rejects.toThrow(/: the column odd is an array; expected what JSON can hold/)
      expect(sink.counters).toMatchObject({ received: 1, written: 0, failed: 1 })
      await sink.write([row(0)])
      expect(await bench.received()).toEqual([row(0)])
      adds(sink)
      await sink.close()
    }))

  it('says what to do where it cannot write', async () => {
    const sink = nowhere()
    await expect(sink.write(rowsOf(0, 3))).rejects.toThrow(advice)
    expect(sink.counters).toEqual({ received: 3, written: 0, waiting: 0, failed: 3 })
    await sink.close()
  })

  it('loses no row with its connection, and keeps their order', () =>
    using(async (bench) => {
      if (bench.cut === undefined) return
      const sink = bench.open()
      let sent = 0
      for (let k = 0; k < 6; k++) {
        const writing = sink.write(rowsOf(sent, sent + 20))
        if (k % 2 === 0) bench.cut()
        else await writing.then(bench.cut)
        await writing
        sent += 20
        adds(sink)
      }
      const found = (await bench.received()).map(({ i }) => i as number)
      // Some may have come twice, but each first came after those before it.
      expect([...new Set(found)]).toEqual(Array.from({ length: sent }, (_, i) => i))
      expect(sink.counters.written).toBe(sent)
      await sink.close()
    }))
}
