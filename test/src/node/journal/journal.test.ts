import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Journal } from '../../../../src/node/index.js'
import { openJournalOn } from '../../../../src/node/journal/openJournal.js'
import { runs } from '../../../runs.js'
import { PowerLoss, type SimulatedDisk, simulatedDisk } from '../store/simulatedDisk.js'

interface Reading {
  readonly id: number
  readonly x?: unknown
}
const SMALL = { segmentBytes: 300 }
const opened = (disk: SimulatedDisk, config: object = SMALL): Promise<Journal<Reading>> =>
  openJournalOn<Reading>(disk.files, 'folder', config)
const rowOf = (id: number): Reading => ({ id, x: id % 3 === 0 ? Number.NaN : [`row ${id}`, -0] })
const all = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const row of rows) found.push(row)
  return found
}
const idsOf = async (journal: Journal<Reading>): Promise<number[]> =>
  (await all(journal.rows({ after: journal.first - 1 }))).map(({ id }) => id)
/** Calls `act` before the n-th call. */
const atCall = (disk: SimulatedDisk, n: number, act: (call: string) => void): void => {
  let count = 0
  disk.before = (call) => {
    if (count++ === n) act(call)
  }
}

/** Appends rows of the numbers 0, 1, … in groups of 1 to 3, two at a time; returns those that were acknowledged. */
const appendAll = async (journal: Journal<Reading>, count: number, from = 0): Promise<number[]> => {
  const acknowledged: number[] = []
  const send = async (ids: number[]): Promise<void> => {
    const rows = await journal.append(ids.map(rowOf), { key: `key ${ids[0]}`, digest: `digest ${ids[0]}` })
    acknowledged.push(...rows.map(({ id }) => id))
  }
  for (let id = from; id < from + count; ) {
    const sizes = [1 + (id % 3), 1 + (id % 2)]
    const sent = sizes.map((size) => {
      const ids = Array.from({ length: size }, (_, i) => id + i)
      id += size
      return send(ids)
    })
    for (const { status, reason } of (await Promise.allSettled(sent)) as PromiseRejectedResult[])
      if (status === 'rejected' && reason instanceof PowerLoss) return acknowledged
  }
  return acknowledged
}
const callsOf = async (): Promise<string[]> => {
  const disk = simulatedDisk()
  const calls: string[] = []
  disk.before = (call) => calls.push(call)
  await appendAll(await opened(disk), 18)
  return calls
}
const isAscending = (ids: readonly number[]): boolean => ids.every((id, i) => i === 0 || id > ids[i - 1]!)

describe('a journal', () => {
  it('gives back every row as it was, with cursors that count, from any cursor on', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 600 }),
        fc.boolean(),
        async (sizes, segmentBytes, reopens) => {
          const disk = simulatedDisk()
          let journal = await opened(disk, { segmentBytes, cursor: 'at' })
          let id = 0
          const given: object[] = []
          for (const size of sizes) {
            const rows = Array.from({ length: size }, () => rowOf(id++))
            given.push(...(await journal.append(rows)))
            if (reopens) journal = await opened(disk, { segmentBytes, cursor: 'at' })
          }
          const expected = Array.from({ length: id }, (_, at) => ({ ...rowOf(at), at }))
          expect(given).toEqual(expected)
          expect([journal.first, journal.last, journal.cut]).toEqual([0, id - 1, undefined])
          for (let after = -1; after < id; after++)
            expect(await all(journal.rows({ after }))).toEqual(expected.slice(after + 1))
          if (id > 2) expect(await all(journal.rows({ after: 0, to: id - 2 }))).toEqual(expected.slice(1, -1))
        },
      ),
      { numRuns: runs(40) },
    ))

  it('has every acknowledged row once and in order after a loss of power at any call, whatever the disk kept', async () => {
    const calls = await callsOf()
    for (const call of ['makeFolder', 'create', 'write', 'sync', 'syncFolder', 'close']) expect(calls).toContain(call)
    const outcome = fc.array(fc.nat(1000), { minLength: 20, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(fc.nat(calls.length), fc.nat(40), outcome, async (n, second, picks) => {
        let disk = simulatedDisk()
        let acknowledged: number[] = []
        // The power is lost, and lost again soon after.
        for (const [turn, at] of [n, second].entries()) {
          let isGone = false
          atCall(disk, at, () => {
            isGone = true
          })
          const { before } = disk
          disk.before = (call) => {
            before(call)
            if (isGone) throw new PowerLoss()
          }
          try {
            const journal = await opened(disk)
            acknowledged = [...acknowledged, ...(await appendAll(journal, 18, 100 * turn))]
          } catch (error) {
            expect(error).toBeInstanceOf(PowerLoss)
          }
          disk = disk.afterPowerLoss((count) => (picks.pop() ?? 0) % count)
        }
        const journal = await opened(disk)
        const there = await idsOf(journal)
        expect(isAscending(there)).toBe(true)
        expect(there.filter((id) => acknowledged.includes(id))).toEqual(acknowledged)
        expect(journal.last + 1).toBe(there.length)
        // The key of each append that is there is known, and no other.
        const known = [...journal.keys].flatMap(([key, { rows, digest }]) => {
          const first = Number(key.slice(4))
          expect(digest).toBe(`digest ${first}`)
          return Array.from({ length: rows }, (_, i) => first + i)
        })
        expect(known).toEqual(there)
        // It goes on from there.
        const [more] = await journal.append([rowOf(999)])
        expect(more).toMatchObject({ id: 999, cursor: there.length })
        expect(await idsOf(await opened(disk))).toEqual([...there, 999])
      }),
      { numRuns: runs(300) },
    )
  })

  it('has what was acknowledged, and nothing that was refused, after any call has failed', async () => {
    const calls = await callsOf()
    for (const code of ['ENOSPC', 'EIO'])
      for (let n = 0; n < calls.length; n++) {
        const at = `${code} at call ${n}, ${calls[n]}`
        const disk = simulatedDisk()
        const journal = await opened(disk)
        atCall(disk, n, (call) => {
          throw Object.assign(new Error(`${code}: ${call}`), { code })
        })
        const acknowledged = await appendAll(journal, 18)
        disk.before = () => {}
        expect(acknowledged.length, at).toBeGreaterThan(10)
        expect(await idsOf(journal), at).toEqual(acknowledged)
        await journal.append([rowOf(999)])
        expect(await idsOf(await opened(disk)), at).toEqual([...acknowledged, 999])
      }
  })

  it('keeps what a process wrote that was killed, also when the power is lost after it was read', async () => {
    const disk = simulatedDisk()
    const journal = await opened(disk)
    await journal.append([rowOf(0)])
    // The process is killed before it syncs, and the host goes on.
    atCall(disk, 1, () => {
      throw new PowerLoss()
    })
    await expect(journal.append([rowOf(1)])).rejects.toThrow(PowerLoss)
    disk.before = () => {}
    expect(await idsOf(await opened(disk))).toEqual([0, 1])
    expect(await idsOf(await opened(disk.afterPowerLoss(() => 0)))).toEqual([0, 1])
  })

  it('flushes together what comes while it flushes', async () => {
    const disk = simulatedDisk()
    const journal = await opened(disk, {})
    let syncs = 0
    disk.before = (call) => {
      if (call === 'sync') syncs++
    }
    await Promise.all(Array.from({ length: 100 }, (_, id) => journal.append([rowOf(id)])))
    expect(syncs).toBeLessThanOrEqual(3)
    expect(await idsOf(journal)).toEqual(Array.from({ length: 100 }, (_, id) => id))
  })

  it('refuses a file with a damaged row that was acknowledged, and cuts off an append that was not finished', async () => {
    const whole = simulatedDisk()
    const journal = await opened(whole, { segmentBytes: 400 })
    // The last two rows are appended together, after those before them were on the disk.
    for (let id = 0; id < 5; id++) await journal.append([rowOf(id)])
    await Promise.all([journal.append([rowOf(5)]), journal.append([rowOf(6)])])
    const names = whole.names()
    expect(names.length).toBeGreaterThan(1)
    const copyWith = async (name: string, change: (bytes: Uint8Array) => Uint8Array): Promise<SimulatedDisk> => {
      const disk = simulatedDisk()
      for (const each of names) {
        const file = await disk.files.create(`folder/${each}`)
        const bytes = Uint8Array.from(await whole.files.read(`folder/${each}`))
        await file.write(each === name ? change(bytes) : bytes)
      }
      return disk
    }
    const told = { damaged: 0, cut: 0, between: 0 }
    for (const name of names) {
      const { length } = await whole.files.read(`folder/${name}`)
      for (let at = 0; at < length; at++)
        for (const change of [
          (bytes: Uint8Array) => bytes.slice(0, at),
          (bytes: Uint8Array) => bytes.map((byte, i) => (i === at ? byte ^ (1 << (at % 8)) : byte)),
        ]) {
          const disk = await copyWith(name, change)
          const what = `${name} at ${at}`
          const again = await opened(disk).catch((error: Error) => error)
          if (again instanceof Error) {
            expect(again.message, what).toMatch(/^openJournal: folder\/journal-\d+\.rxj (is damaged:|begins with row) /)
            told.damaged++
            continue
          }
          // What is at the end may not have been acknowledged.
          expect(name, what).toBe(names.at(-1))
          const there = await idsOf(again)
          expect(there, what).toEqual(Array.from({ length: there.length }, (_, id) => id))
          expect(there.length, what).toBeLessThan(7)
          // A file that ends between two appends looks as if the later one had never come.
          if (again.cut === undefined) told.between++
          else expect(again.cut, what).toContain('did not come to its end')
          told.cut++
        }
    }
    expect(told.damaged).toBeGreaterThan(100)
    expect(told.cut).toBeGreaterThan(100)
    expect(told.between).toBeLessThan(9)
  })

  it('drops the files that no row behind a cursor is in, and goes on counting, with the keys that it knew', async () => {
    const disk = simulatedDisk()
    const journal = await opened(disk, { ...SMALL, keys: 5 })
    await appendAll(journal, 30)
    const { last } = journal
    const count = disk.names().length
    await journal.drop(-1)
    expect(disk.names()).toHaveLength(count)
    await journal.drop(12)
    expect(journal.first).toBeGreaterThan(5)
    expect(journal.first).toBeLessThanOrEqual(13)
    expect((await all(journal.rows({ after: 12 }))).map(({ id }) => id)[0]).toBe(13)
    expect(() => journal.rows()).toThrow(
      `journal: folder: it begins with row ${journal.first}, and row 0 is asked for, which was dropped`,
    )
    expect(() => journal.rows({ after: last + 1 })).toThrow(
      `journal: folder: it ends with row ${last}, and row ${last + 2} is asked for`,
    )
    await journal.drop(`${last}`)
    expect(disk.names()).toHaveLength(1)
    const again = await opened(disk, { ...SMALL, keys: 5 })
    expect([...again.keys]).toEqual([...journal.keys])
    expect(again.keys.size).toBe(5)
    expect(again.last).toBe(last)
    expect(await all(again.rows({ after: last }))).toEqual([])
    expect((await again.append([rowOf(1)]))[0]).toEqual({ ...rowOf(1), cursor: last + 1 })
  })

  it('that is dropped from is whole after a loss of power, whatever names the disk kept', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1000), { maxLength: 9 }), fc.nat(20), async (picks, cursor) => {
        const disk = simulatedDisk()
        const journal = await opened(disk)
        await appendAll(journal, 24)
        await journal.drop(cursor)
        const after = disk.afterPowerLoss((count) => (picks.pop() ?? 0) % count)
        const again = await opened(after)
        expect((await all(again.rows({ after: cursor }))).map(({ id }) => id)).toEqual(
          Array.from({ length: journal.last - cursor }, (_, i) => cursor + 1 + i),
        )
      }),
      { numRuns: runs(60) },
    ))

  it('is only read where it is to be, and says what is wrong with what it is given', async () => {
    const disk = simulatedDisk()
    const journal = await opened(disk)
    await journal.append([rowOf(0)])
    const calls: string[] = []
    disk.before = (call) => calls.push(call)
    const reading = await opened(disk, { readOnly: true })
    await journal.append([rowOf(1)])
    expect(await idsOf(reading)).toEqual([0])
    expect(await idsOf(await opened(disk, { readOnly: true }))).toEqual([0, 1])
    await expect(reading.append([rowOf(2)])).rejects.toThrow('journal: folder: it is open for reading only')
    await expect(journal.append([{ id: 1, cursor: 3 } as never])).rejects.toThrow("a row has a field 'cursor'")
    await expect(journal.append([{ id: 1, x: new Date() }])).rejects.toThrow(
      'journal: rows[0].x is [object Date]; expected plain',
    )
    await expect(journal.append([5 as never])).rejects.toThrow('a row is 5; expected an object.')
    expect(() => journal.rows({ after: 'x' })).toThrow("the cursor is 'x'; expected that of a row of the journal")
    await journal.close()
    await expect(journal.append([rowOf(2)])).rejects.toThrow('it is closed')
    expect(await idsOf(journal)).toEqual([0, 1])
    await expect(openJournalOn(disk.files, '')).rejects.toThrow("openJournal: the folder is ''; expected its path")
    await expect(opened(disk, { keys: 0 })).rejects.toThrow('openJournal: keys is 0; expected a whole number')
  })
})
