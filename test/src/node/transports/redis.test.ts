import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Line, type RedisSourceOptions, redisSource, type Source } from '../../../../src/node/index.js'
import type { Row } from '../../../../src/values.js'
import { type SourceCase, sourceLaws, taken, until } from '../sources/sourceLaws.js'
import { noRedis, startRedis } from './redisServer.js'
import { resumed } from './resumed.js'
import type { TestServer } from './testServer.js'

let server: TestServer
let client: Redis
let names = 0
beforeAll(async () => {
  if (noRedis !== undefined) return
  server = await startRedis('--appendonly', 'no')
  client = new Redis(server.url)
})
afterAll(async () => {
  client?.disconnect()
  await server?.remove()
})

// A test that needs a server is skipped where none is, and says how to get one.
beforeEach(({ skip }) => {
  if (noRedis !== undefined) skip(noRedis)
})

const stream = async () => {
  const name = `rows${names++}`
  return {
    name,
    open: (options?: Partial<RedisSourceOptions>) =>
      redisSource(server.url, { stream: name, field: 'row', capacity: 10, firstMs: 5, ...options }),
    async send(texts: readonly string[]) {
      await Promise.all(texts.map((text) => client.xadd(name, '*', 'row', text)))
    },
    stop: () => client.del(name),
  }
}
const row = (i: number): string => `{"i":${i}}`
/** Adds the entries 1-0 to n-0, whose rows are 1 to n. */
const numbered = async (n: number) => {
  const bench = await stream()
  for (let i = 1; i <= n; i++) await client.xadd(bench.name, `${i}-0`, 'row', row(i))
  return bench
}
const problemOf = (source: Source<Row>) =>
  taken(source, 1).then(
    (rows) => rows,
    (error: Error) => error.message,
  )
const quick = { reconnect: false }
const redis: SourceCase = {
  prepare: stream,
  named: /^redisSource redis:\/\/127\.0\.0\.1:\d+/,
  nowhere: () => redisSource('redis://user:secret@127.0.0.1:1', { stream: 'a', ...quick }),
  advice: /^redisSource redis:\/\/127\.0\.0\.1:1: no connection: .*ECONNREFUSED.*; check that the server runs/,
  ...{ bound: 10, hasCursors: true, times: 10 },
}

describe('a stream of Redis', () => {
  sourceLaws(redis)

  it('makes columns of fields, and numbers of texts that are numbers', async () => {
    const bench = await stream()
    await client.xadd(bench.name, '7-1', 'hour', '13', 'power', '-2.5e3', 'room', '0x1f', 'note', '', 'hour', '14')
    const read = (options: object) => taken(bench.open({ field: undefined, cursor: 'at', ...options }), 1)
    expect(await read({})).toEqual([{ hour: 14, power: -2500, room: '0x1f', note: '', at: '7-1' }])
    const parse = ({ topic, text }: { topic: string; text: string }) => ({ topic, ...JSON.parse(text) })
    expect(await read({ parse })).toMatchObject([{ topic: bench.name, hour: '14', power: '-2.5e3' }])
    await bench.stop()
  })

  it('gives parse the bytes of a field, and says which field is missing', async () => {
    const bench = await stream()
    const reasons: string[] = []
    await client.xadd(bench.name, '*', 'sow', '1')
    await client.xadd(bench.name, '*', 'row', Buffer.from([0xff, 0x00, 0x80]))
    const parse = ({ bytes }: { bytes: Uint8Array }) => ({ all: [...bytes] })
    const source = bench.open({ parse, onRejected: ({ reason }) => reasons.push(reason) })
    expect(await taken(source, 1)).toEqual([{ all: [0xff, 0x00, 0x80] }])
    expect(reasons).toEqual(['the entry has no field row, but sow'])
    await bench.stop()
  })

  it('refuses a stream that ends before the cursor, that is none, or that was trimmed after the cursor', async () => {
    const bench = await numbered(5)
    const from = (id: string) => problemOf(bench.open({ from: id }))
    expect(await from('1-0')).toEqual([{ i: 2 }])
    expect(await from('9-0')).toMatch(/ends at 5-0, before the cursor 9-0, .*leave from out/)
    expect(await from('18446744073709551615-0')).toMatch(/before the cursor/)
    expect(await from('18446744073709551616-0')).toMatch(/the cursor is no id of an entry; leave from out/)
    expect(() => bench.open({ from: 7 })).toThrow('redisSource: from is 7; expected the id of an entry')
    await client.xtrim(bench.name, 'MINID', '4-0')
    expect(await from('2-0')).toMatch(/begins at 4-0, so that rows after the cursor 2-0 may be gone; leave from out/)
    expect(await from('4-0')).toEqual([{ i: 5 }])
    await client.xtrim(bench.name, 'MAXLEN', 0)
    expect(await from('4-0')).toMatch(/is empty, so that rows after the cursor 4-0 may be gone/)
    let opened = 0
    const reading = taken(bench.open({ from: '5-0', onLine: () => opened++ }), 1)
    await until(() => opened > 0)
    await client.xadd(bench.name, '6-0', 'row', row(6))
    expect(await reading).toEqual([{ i: 6 }])
    expect(await problemOf(redisSource(server.url, { stream: 'none', from: '1-0' }))).toMatch(/ends at 0-0/)
    await client.set('text', 'a')
    expect(await problemOf(redisSource(server.url, { stream: 'text' }))).toMatch(/no stream; name another one/)
    await bench.stop()
  })

  it('tells what was trimmed while a slow reader had not read it, once', async () => {
    for (const gaps of ['refuse', 'skip'] as const) {
      const bench = await numbered(4)
      const reasons: string[] = []
      const source = bench.open({ capacity: 2, gaps, onRejected: ({ reason }) => reasons.push(reason) })
      const reader = source[Symbol.asyncIterator]()
      expect((await reader.next()).value).toEqual({ i: 1 })
      await client.xtrim(bench.name, 'MAXLEN', 0)
      expect((await reader.next()).value).toEqual({ i: 2 })
      const next = reader.next().then(
        ({ value }) => value,
        (error: Error) => error.message,
      )
      const told = /is empty, so that rows after the cursor 2-0 may be gone/
      if (gaps === 'refuse') expect(await next).toMatch(told)
      else {
        await until(() => reasons.length > 0)
        await client.xadd(bench.name, '5-0', 'row', row(5))
        expect(await next).toEqual({ i: 5 })
        expect(reasons).toEqual([expect.stringMatching(told)])
      }
      await reader.return?.()
      await bench.stop()
    }
  })

  it('reads on in a stream that keeps its newest entry alone, as far as nothing was lost', async () => {
    const bench = await numbered(1)
    const source = bench.open({ capacity: 2 })
    const reader = source[Symbol.asyncIterator]()
    for (let i = 1; i < 9; i++) {
      expect((await reader.next()).value).toEqual({ i })
      await client.xadd(bench.name, 'MAXLEN', '=', 1, `${i + 1}-0`, 'row', row(i + 1))
    }
    await client.xadd(bench.name, 'MAXLEN', '=', 1, '10-0', 'row', row(10))
    await expect(reader.next()).rejects.toThrow(/begins at 10-0, so that rows after the cursor 8-0 may be gone/)
    await bench.stop()
  })

  it('shares the entries in a group, acknowledges what was finished with, and gets the rest again', async () => {
    const bench = await numbered(4)
    const open = (consumer: string) => bench.open({ group: 'g', consumer, capacity: 2 })
    const reader = open('a')[Symbol.asyncIterator]()
    expect((await reader.next()).value).toEqual({ i: 1 })
    expect((await reader.next()).value).toEqual({ i: 2 })
    const pending = async () => ((await client.xpending(bench.name, 'g')) as [number])[0]
    const end = performance.now() + 5000
    while ((await pending()) !== 1 && performance.now() < end);
    expect(await pending()).toBe(1)
    expect(await taken(open('b'), 1)).toEqual([{ i: 3 }])
    await reader.return?.()
    expect(await taken(open('a'), 1)).toEqual([{ i: 2 }])
    await client.xdel(bench.name, '2-0')
    const reasons: string[] = []
    const again = bench.open({ group: 'g', consumer: 'a', onRejected: ({ reason }) => reasons.push(reason) })
    const waiting = taken(again, 1)
    await until(() => reasons.length > 0)
    await client.xadd(bench.name, '5-0', 'row', row(5))
    expect(await waiting).toEqual([{ i: 5 }])
    expect(reasons).toEqual(['the entry 2-0 was deleted before it was finished with'])
    // An entry of which not all rows were read is not acknowledged, although the server could still be told.
    await client.xadd(bench.name, '6-0', 'row', `[${row(6)},${row(7)}]`)
    for (const most of [1, 1, 2]) expect((await taken(open('c'), most))[0]).toEqual({ i: 6 })
    await bench.stop()
  })

  it('goes on after the last row when the server was killed and started again', async () => {
    const own = await startRedis()
    const lines: Line[] = []
    const source = redisSource(own.url, {
      stream: 'a',
      ...{ firstMs: 10, mostMs: 50 },
      onLine: (one) => lines.push(one),
    })
    const add = async (rows: readonly number[]) => {
      const writer = new Redis(own.url)
      for (const i of rows) await writer.xadd('a', '*', 'i', i)
      writer.disconnect()
    }
    try {
      const reading = taken(source, 4)
      await add([0, 1])
      await until(() => source.counters.given === 2)
      await own.stop()
      await own.start()
      await until(() => lines.length === 3)
      await add([2, 3])
      expect(await reading).toEqual([0, 1, 2, 3].map((i) => ({ i })))
      expect(lines.map(({ state }) => state)).toEqual(['open', 'lost', 'open'])
    } finally {
      source.close()
      await own.remove()
    }
  })

  it('learns each row once, wherever the process ends between two checkpoints', async () => {
    const bench = await stream()
    await resumed({
      write: (rows) => bench.send(rows.map((one) => JSON.stringify(one))),
      open: (options) => bench.open(options),
    })
    await bench.stop()
  })

  it('gives up at once where the password is wrong, and connects again to a server that is silent', async () => {
    const own = await startRedis('--requirepass', 'secret')
    const address = (password: string) => own.url.replace('//', `//:${password}@`)
    try {
      for (const url of [own.url, address('wrong')])
        expect(await problemOf(redisSource(url, { stream: 'a' }))).toMatch(/the user or the password is wrong; give/)
      const root = new Redis(address('secret'))
      await root.acl('SETUSER', 'poor', 'on', '>poor', '~*', '+@all', '-xread', '-xinfo')
      root.disconnect()
      expect(await problemOf(redisSource(own.url.replace('//', '//poor:poor@'), { stream: 'a' }))).toMatch(
        /this user may not read the stream; give one who may/,
      )
      const lines: Line[] = []
      const silent = redisSource(address('secret'), {
        stream: 'a',
        silenceMs: 200,
        firstMs: 1,
        onLine: (one) => lines.push(one),
      })
      const reading: Promise<Row[]> = taken(silent, 1)
      await until(() => lines.length === 1)
      // A stream in which nothing happens is no silence.
      await new Promise((resolve) => setTimeout(resolve, 450))
      expect(lines.filter(({ state }) => state === 'lost').length).toBeLessThan(2)
      lines.length = 0
      const writer = new Redis(address('secret'))
      await writer.client('PAUSE', 600)
      await until(() => lines.length > 0)
      expect(lines[0]).toMatchObject({ state: 'lost', reason: 'nothing came for 200 ms' })
      await until(() => lines.at(-1)?.state === 'open')
      await writer.xadd('a', '*', 'i', 1)
      expect(await reading).toEqual([{ i: 1 }])
      writer.disconnect()
    } finally {
      await own.remove()
    }
  })
})
