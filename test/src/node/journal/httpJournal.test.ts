import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { httpIngest, type Journal } from '../../../../src/node/index.js'
import { openJournalOn } from '../../../../src/node/journal/openJournal.js'
import { type SimulatedDisk, simulatedDisk } from '../store/simulatedDisk.js'

interface Reading {
  readonly x: number
  readonly cursor?: number
}

/** A source with a journal on a disk, a server in front of it, and what its reader has got. */
const started = async (disk: SimulatedDisk, options: object = {}) => {
  const journal: Journal<Reading> = await openJournalOn<Reading>(disk.files, 'folder')
  const source = httpIngest<Reading>({ journal, ...options })
  const server = createServer((request, response) => source.handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rows`
  const post = async (rows: unknown, key?: string) => {
    const headers = { 'Content-Type': 'application/json', ...(key && { 'Idempotency-Key': key }) }
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(rows) })
    return { status: response.status, body: (await response.json()) as { error?: string; taken?: number } }
  }
  const found: Reading[] = []
  let reading: Promise<void> | undefined
  const read = () => {
    reading = (async () => {
      for await (const row of source) found.push(row)
    })()
  }
  const stop = async () => {
    source.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await reading
  }
  return { journal, source, post, found, read, stop }
}
const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 1))
}

describe('httpIngest with a journal', () => {
  it('acknowledges rows once they are on the disk, whether they are read or not, and not before', async () => {
    const disk = simulatedDisk()
    const { post, found, read, stop, journal } = await started(disk)
    let release: (() => void) | undefined
    const { extend, create } = disk.files
    Object.assign(disk.files, {
      async create(path: string) {
        const file = await create(path)
        const sync = () =>
          new Promise<void>((resolve, reject) => (release = () => void file.sync().then(resolve, reject)))
        return { ...file, sync }
      },
      extend,
    })
    let status = 0
    const sent = post([{ x: 1 }, { x: 2 }]).then((answer) => {
      status = answer.status
    })
    read()
    for (let i = 0; i < 2; i++) {
      await until(() => release !== undefined)
      expect([status, found, journal.last]).toEqual([0, [], -1])
      const go = release!
      release = undefined
      go()
    }
    await sent
    expect(status).toBe(200)
    await until(() => found.length === 2)
    expect(found).toEqual([
      { x: 1, cursor: 0 },
      { x: 2, cursor: 1 },
    ])
    await stop()
  })

  it('gives a later process what it had acknowledged, behind a cursor, and knows its keys', async () => {
    const disk = simulatedDisk()
    const first = await started(disk)
    for (let x = 0; x < 6; x += 2) expect((await first.post([{ x }, { x: x + 1 }], `k${x}`)).body).toEqual({ taken: 2 })
    // Nobody has read them; the process ends.
    await first.stop()
    expect(first.source.counters).toMatchObject({ received: 6, given: 0, dropped: 6 })

    const second = await started(disk, { from: 1 })
    expect(await second.post([{ x: 2 }, { x: 3 }], 'k2')).toEqual({ status: 200, body: { taken: 2 } })
    expect((await second.post([{ x: 9 }], 'k2')).status).toBe(422)
    expect((await second.post([{ x: 6 }], 'k6')).status).toBe(200)
    second.read()
    await until(() => second.found.length === 5)
    expect((await second.post([{ x: 7 }])).status).toBe(200)
    await until(() => second.found.length === 6)
    expect(second.found).toEqual([2, 3, 4, 5, 6, 7].map((x) => ({ x, cursor: x })))
    expect(second.source.counters).toMatchObject({ received: 6, given: 6, waiting: 0, dropped: 0 })
    await second.stop()
    expect(second.journal.last).toBe(7)
  })

  it('refuses what does not fit before it is written, counting what is being written', async () => {
    const disk = simulatedDisk()
    const { post, source, journal, stop, read, found } = await started(disk, { capacity: 3 })
    // The first request is being written until the second one is answered.
    let go = (): void => {}
    const written = new Promise<void>((resolve) => (go = resolve))
    const { makeFolder } = disk.files
    let isWriting = false
    disk.files.makeFolder = async (path) => {
      isWriting = true
      await written
      return makeFolder(path)
    }
    const first = post([{ x: 0 }, { x: 1 }])
    await until(() => isWriting)
    expect((await post([{ x: 2 }, { x: 3 }])).status).toBe(429)
    go()
    expect((await first).status).toBe(200)
    expect((await post([{ x: 4 }])).status).toBe(200)
    expect((await post([{ x: 5 }])).status).toBe(429)
    expect(journal.last).toBe(2)
    expect(source.counters).toMatchObject({ received: 3, waiting: 3, refused: 3 })
    read()
    await until(() => found.length === 3)
    expect((await post([{ x: 5 }])).status).toBe(200)
    await stop()
  })

  it('answers 503 while rows cannot be written, takes them later under the same key, and gives them once', async () => {
    const disk = simulatedDisk()
    const { post, found, read, stop } = await started(disk)
    read()
    disk.before = (call) => {
      if (call === 'sync') throw new Error('ENOSPC: no space left on device')
    }
    const refused = await post([{ x: 0 }], 'k')
    expect(refused).toMatchObject({
      status: 503,
      body: { error: 'the rows could not be kept: ENOSPC: no space left on device' },
    })
    disk.before = () => {}
    expect((await post([{ x: 0 }], 'k')).status).toBe(200)
    expect((await post([{ x: 1 }])).status).toBe(200)
    await until(() => found.length === 2)
    expect(found).toEqual([
      { x: 0, cursor: 0 },
      { x: 1, cursor: 1 },
    ])
    await stop()
  })

  it('stops at once when its reader stops while it waits', async () => {
    const { source, post, stop } = await started(simulatedDisk())
    const reader = source[Symbol.asyncIterator]()
    const waiting = reader.next()
    await new Promise((resolve) => setTimeout(resolve, 5))
    await reader.return?.()
    expect((await waiting).done).toBe(true)
    expect((await post([{ x: 1 }])).status).toBe(503)
    await stop()
  })

  it('says what is wrong with a row, with the journal and with the cursor', async () => {
    const disk = simulatedDisk()
    const { post, journal, stop } = await started(disk)
    const { status, body } = await post([{ x: 1, cursor: 5 }])
    expect([status, JSON.stringify(body)]).toEqual([
      422,
      expect.stringContaining("has a field 'cursor'; expected none"),
    ])
    let deep: unknown = 1
    for (let i = 0; i < 200; i++) deep = [deep]
    expect((await post([{ x: deep }])).status).toBe(422)
    expect(() => httpIngest({ journal: journal as never, from: 3 })).toThrow(
      'journal: folder: it ends with row -1, and row 4 is asked for',
    )
    expect(() => httpIngest({ from: 3 })).toThrow('httpIngest: from is given without a journal')
    expect(() => httpIngest({ journal: 'x' as never })).toThrow(
      "httpIngest: journal is 'x'; expected what await openJournal('journal') returns.",
    )
    await stop()
  })
})
