import { createHash } from 'node:crypto'
import { from, lastValueFrom } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  adam,
  checkpoint,
  createModel,
  dense,
  fromRows,
  learn,
  type Model,
  memoryStore,
  numeric,
  resume,
} from '../../../../operators/index.js'
import { diff, type Journal, record, replay } from '../../../../src/node/index.js'
import { openJournalOn } from '../../../../src/node/journal/openJournal.js'
import { simulatedDisk } from '../store/simulatedDisk.js'

interface Reading {
  readonly x: number
  readonly y: number
}
const rowOf = (i: number): Reading => ({ x: i % 7, y: 3 * (i % 7) + (i % 5) })
const rows = Array.from({ length: 60 }, (_, i) => rowOf(i))
const created = (seed = 1): Model<Reading> =>
  createModel({
    features: { x: numeric() },
    target: { y: numeric() },
    layers: [dense(3, 'tanh'), dense(1)],
    optimizer: adam(),
    cursor: 'cursor',
    seed,
  }) as unknown as Model<Reading>
const journalOf = async (given: readonly Reading[]): Promise<Journal<Reading>> => {
  const journal = await openJournalOn<Reading>(simulatedDisk().files, 'folder', { segmentBytes: 500 })
  if (given.length > 0) await journal.append(given.slice(0, 1))
  for (let i = 1; i < given.length; i += 7) await journal.append(given.slice(i, i + 7))
  return journal
}
const sha256 = ({ parameters }: Model<Reading>): string =>
  createHash('sha256')
    .update(Buffer.from(parameters.buffer, parameters.byteOffset, parameters.byteLength))
    .digest('hex')

describe('replay', () => {
  it('rebuilds θ at any step, from the start and from a checkpoint, and says its hash', async () => {
    const journal = await journalOf(rows)
    const live = created()
    const hashes = rows.map((row) => {
      live.learn(row)
      return sha256(live)
    })
    for (const to of [1, 7, 41, 60]) {
      const model = created()
      expect(await replay(journal, model, { to })).toEqual({ step: to, cursor: to - 1, sha256: hashes[to - 1] })
      expect(await replay(journal, model)).toEqual({ step: 60, cursor: 59, sha256: hashes[59] })
      expect(await replay(journal, model, { to: 60 })).toMatchObject({ step: 60, sha256: hashes[59] })
    }
  })

  it('learns in windows as the run did', async () => {
    const journal = await journalOf(rows)
    const live = created()
    await lastValueFrom(from(rows).pipe(learn(live, { batch: 8 })))
    expect(await replay(journal, created(), { batch: 8 })).toMatchObject({ step: 8, sha256: sha256(live) })
    expect((await replay(journal, created(), { batch: 8, to: 3 })).cursor).toBe(23)
  })

  it('says what is out of reach', async () => {
    const journal = await journalOf(rows)
    await expect(replay(journal, created(), { to: 61 })).rejects.toThrow(
      'replay: the journal in folder ends with row 59, at step 60, and step 61 is asked for',
    )
    const later = created()
    await replay(journal, later, { to: 20 })
    await expect(replay(journal, later, { to: 19 })).rejects.toThrow('replay: the model is at step 20, and step 19')
    await journal.drop(30)
    await expect(replay(journal, created())).rejects.toThrow('row 0 is asked for, which was dropped')
    await expect(replay(journal, created(), { to: 0.5 })).rejects.toThrow('replay: to is 0.5; expected a whole number')
    await expect(replay({} as never, created())).rejects.toThrow('replay: the journal is an object; expected what')
  })
})

describe('diff', () => {
  const run = async (given: readonly Reading[], seed = 1) => ({ journal: await journalOf(given), model: created(seed) })
  it('finds the first step and tensor where two runs part, or none', async () => {
    expect(await diff(await run(rows), await run(rows))).toBeUndefined()
    const other = rows.map((row, i) => (i === 23 ? { ...row, y: row.y + 1 } : row))
    const parted = await diff(await run(rows), await run(other))
    const models = [rows, other].map((given) => {
      const model = created()
      for (const row of given.slice(0, 24)) model.learn(row)
      return model
    }) as [Model<Reading>, Model<Reading>]
    const [one, two] = models
    const at = [...one.parameters].findIndex((value, i) => value !== two.parameters[i])
    const tensor = one.layout.find(({ offset, size }) => at >= offset && at < offset + size)!
    expect(parted).toEqual({
      step: 24,
      tensor: tensor.name,
      index: at - tensor.offset,
      one: one.parameters[at],
      other: two.parameters[at],
    })
    expect(await diff(await run(rows), await run(rows, 2))).toMatchObject({ step: 0, tensor: one.layout[0]!.name })
    expect(await diff(await run(rows), await run(rows.slice(0, 10)))).toMatchObject({ step: 11, tensor: undefined })
    expect(await diff(await run(rows.slice(0, 10)), await run(rows))).toMatchObject({ step: 11, tensor: undefined })
    const wide = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] })
    await expect(
      diff(await run(rows), { journal: await journalOf(rows), model: wide as unknown as Model<Reading> }),
    ).rejects.toThrow('diff: the tensors of the models are')
  })
})

describe('record', () => {
  it('keeps rows and arrays before it hands them on, and begins behind the cursor with what is there', async () => {
    const journal = await journalOf(rows.slice(0, 10))
    const given = [rows[10]!, rows.slice(11, 13), [], rows[13]!]
    const found: object[] = []
    for await (const row of record(journal, given, { from: 6 })) {
      found.push(row)
      expect(journal.last).toBeGreaterThanOrEqual((row as { cursor?: number }).cursor!)
    }
    expect(found).toEqual(rows.slice(7, 14).map((row, i) => ({ ...row, cursor: 7 + i })))
    expect(journal.last).toBe(13)
  })

  it('passes over a row that comes again, also after a restart, and lets its source go on', async () => {
    const { files } = simulatedDisk()
    let journal = await openJournalOn<Reading>(files, 'folder')
    const key = ({ x }: Reading): number => x
    const distinct = [1, 2, 3, 4, 5].map((x) => ({ ...rows[x]!, x }))
    const [a, b, c, d, e] = distinct as [Reading, Reading, Reading, Reading, Reading]
    const taken = async (given: readonly (Reading | readonly Reading[])[], from?: number): Promise<number[]> => {
      const found: number[] = []
      for await (const row of record<Reading>(journal, given, { from, key })) found.push(row.x)
      return found
    }
    expect(await taken([a, [b, a, b], a, [b], c])).toEqual([1, 2, 3])
    await journal.close()
    journal = await openJournalOn(files, 'folder')
    expect(await taken([c, [c, d], b, e], 1)).toEqual([3, 4, 5])
    expect(journal.last).toBe(4)
    const wrong = record<Reading>(journal, [a], { from: 4, key: () => undefined as never })
    await expect(wrong.next()).rejects.toThrow('record: the key of a row is undefined; expected a text or a number')
  })

  it('asks its source for the next row only when the one before was finished with, and closes it', async () => {
    const journal = await journalOf([])
    let asked = 0
    let isClosed = false
    async function* source() {
      try {
        for (;;) {
          asked++
          yield rowOf(asked)
        }
      } finally {
        isClosed = true
      }
    }
    const reader = record(journal, source())
    await reader.next()
    await reader.next()
    expect(asked).toBe(2)
    await reader.return?.()
    expect([isClosed, (await reader.next()).done]).toEqual([true, true])
    expect(() => record(journal, 5 as never)).toThrow('record: rows is 5; expected an iterable')
  })

  it('with checkpoints, goes on after a stop as if there had been none, and drops what they do not need', async () => {
    const disk = simulatedDisk()
    const store = memoryStore()
    const open = () => openJournalOn<Reading>(disk.files, 'folder', { segmentBytes: 300 })
    let source = rows[Symbol.iterator]()
    for (const stop of [13, 22, Infinity]) {
      const journal = await open()
      const model = created()
      const resumed = await resume(store, model)
      const recorded = record(journal, { [Symbol.iterator]: () => source }, { from: resumed?.cursor })
      await new Promise<void>((resolve, reject) => {
        let count = 0
        const running = fromRows(recorded)
          .pipe(learn(model), checkpoint(store, { every: 5, journal }))
          .subscribe({
            next: () => {
              if (++count !== stop) return
              running.unsubscribe()
              resolve()
            },
            complete: resolve,
            error: reject,
          })
      })
      // The source goes on where it was: it cannot be read again.
      source = rows.slice((await open()).last + 1)[Symbol.iterator]()
      if (stop !== Infinity) continue
      const live = created()
      for (const row of rows) live.learn(row)
      expect(sha256(model)).toBe(sha256(live))
      expect(journal.first).toBeGreaterThan(30)
    }
  })
})
