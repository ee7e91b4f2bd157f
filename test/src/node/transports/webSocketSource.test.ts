import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Line, type Source, type WebSocketSourceOptions, webSocketSource } from '../../../../src/node/index.js'
import type { Row } from '../../../../src/values.js'
import { type SourceCase, sourceLaws, taken, until } from '../sources/sourceLaws.js'

/** A server that sends what it is given to its newest client, once there is one. */
const served = async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/feed`
  const heard: string[] = []
  const waiting: string[] = []
  const sources: Source<Row>[] = []
  let client: WebSocket | undefined
  const flush = (): void => {
    if (client?.readyState === 1) for (const text of waiting.splice(0)) client.send(text)
  }
  server.on('connection', (socket) => {
    client = socket
    socket.on('message', (data) => heard.push(`${data}`))
    flush()
  })
  return {
    ...{ url, heard, server },
    client: () => client as WebSocket,
    open: (options?: WebSocketSourceOptions) => {
      const source = webSocketSource(url, { capacity: 16, firstMs: 5, ...options })
      sources.push(source)
      return source
    },
    send: (texts: readonly string[]): void => {
      waiting.push(...texts)
      flush()
    },
    async stop() {
      for (const source of sources) source.close()
      for (const socket of server.clients) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
const using = async (run: (bench: Awaited<ReturnType<typeof served>>) => Promise<void>): Promise<void> => {
  const bench = await served()
  try {
    await run(bench)
  } finally {
    await bench.stop()
  }
}
const quick = { firstMs: 1, timeoutMs: 40 }

const webSocket: SourceCase = {
  prepare: served,
  named: /^webSocketSource ws:\/\/127\.0\.0\.1:\d+\/feed/,
  nowhere: () => webSocketSource('ws://127.0.0.1:1/feed?token=secret', quick),
  advice: /^webSocketSource ws:\/\/127\.0\.0\.1:1\/feed: no connection: .*ECONNREFUSED.*; check that the server runs/,
  bound: 3000,
  hasCursors: false,
  times: 10,
}

describe('a WebSocket', () => {
  sourceLaws(webSocket)

  it('is connected again when it was lost, and asks for what it missed', () =>
    using(async (bench) => {
      const lines: Line[] = []
      const source = bench.open({
        cursor: 'i',
        from: 6,
        hello: (cursor) => `after ${cursor}`,
        onLine: (line) => lines.push(line),
      })
      const reading = taken(source, 3)
      bench.send(['{"i":7}'])
      await until(() => source.counters.given === 1)
      bench.client().close(1012, 'restarting')
      await until(() => bench.heard.length === 2)
      bench.send(['[{"i":8},{"i":9}]'])
      expect(await reading).toEqual([{ i: 7 }, { i: 8 }, { i: 9 }])
      expect(bench.heard).toEqual(['after 6', 'after 7'])
      expect(source.cursor).toBe(9)
      expect(lines).toEqual([
        { type: 'line', state: 'open', reason: '' },
        { type: 'line', state: 'lost', reason: 'it closed with 1012, restarting' },
        { type: 'line', state: 'open', reason: '' },
      ])
    }))

  it('makes rows of messages by parse, and rejects a message for which it throws', () =>
    using(async (bench) => {
      const reasons: string[] = []
      const source = bench.open({
        parse: ({ text, bytes }) => {
          if (text === 'x') throw new Error('it is x')
          return { value: Number(text), size: bytes.length }
        },
        onRejected: ({ reason }) => reasons.push(reason),
      })
      const reading = taken(source, 2)
      bench.send(['12', 'x', '3.5'])
      expect(await reading).toEqual([
        { value: 12, size: 2 },
        { value: 3.5, size: 3 },
      ])
      expect(reasons).toEqual(['parse fails: it is x'])
    }))

  it('counts as lost when nothing comes, not even a pong, but not while its reader is slow', () =>
    using(async (bench) => {
      const lines: Line[] = []
      const source = bench.open({ silenceMs: 200, capacity: 2, onLine: (line) => lines.push(line) })
      const reader = source[Symbol.asyncIterator]()
      bench.send(['{"i":0}', '{"i":1}', '{"i":2}', '{"i":3}'])
      await reader.next()
      await new Promise((resolve) => setTimeout(resolve, 450))
      expect(lines).toHaveLength(1)
      for (let i = 1; i < 4; i++) await reader.next()
      const next = reader.next()
      // A socket that does not read answers no ping.
      bench.client().pause()
      await until(() => lines.length > 2)
      expect(lines[1]).toMatchObject({ state: 'lost', reason: 'nothing came for 200 ms' })
      bench.send(['{"i":4}'])
      expect((await next).value).toEqual({ i: 4 })
      source.close()
    }))

  it('ends without an error when it was closed well and is not to be connected again, and with one otherwise', () =>
    using(async (bench) => {
      for (const [code, problem] of [
        [1000, undefined],
        [1011, /feed: the connection is lost: it closed with 1011; check that/],
      ] as const) {
        const source = bench.open({ reconnect: false })
        const reading = taken(source, 2).catch((error: Error) => error.message)
        bench.send(['{"i":0}'])
        await until(() => source.counters.given === 1)
        bench.client().close(code)
        if (problem === undefined) expect(await reading).toEqual([{ i: 0 }])
        else expect(await reading).toMatch(problem)
      }
    }))

  it('lets go of its socket even if the server does not answer that it closes', () =>
    using(async (bench) => {
      const sockets = () => process.getActiveResourcesInfo().filter((one) => one === 'TCPSocketWrap').length
      const source = bench.open()
      const reading = taken(source, 2)
      bench.send(['{"i":0}'])
      await until(() => source.counters.given === 1)
      // The server's own end, which does not read, is no longer counted.
      bench.client().pause()
      const open = sockets()
      source.close()
      await reading
      await until(() => sockets() < open)
    }))

  it('gives up at once where it is refused, or where a message is too large', async () => {
    const server = createServer().on('upgrade', (_, socket) => socket.end('HTTP/1.1 401 No\r\n\r\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await expect(taken(webSocketSource(url), 1)).rejects.toThrow(
      /^webSocketSource http:\S+: it answers 401 .*; check the path, and the headers/,
    )
    await new Promise((resolve) => server.close(resolve))
    await using(async (bench) => {
      const reading = taken(bench.open({ maxBytes: 10 }), 1)
      bench.send(['{"text":"much too long"}'])
      await expect(reading).rejects.toThrow('a message is longer than 10 bytes; give a larger maxBytes.')
    })
  })
})
