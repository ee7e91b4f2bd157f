import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Line, type SseSourceOptions, sseSource } from '../../../../src/node/index.js'
import { eventStream } from '../../../../src/node/transports/eventStream.js'
import { runs } from '../../../runs.js'
import { type SourceCase, sourceLaws, taken, until } from '../sources/sourceLaws.js'

const answering = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A server with a log of events, which a client gets from the start or after its Last-Event-ID. */
const served = async () => {
  const log: string[] = []
  const clients = new Set<ServerResponse>()
  const asked: (string | undefined)[] = []
  const event = (text: string, i: number): string => `id: ${i}\ndata: ${text}\n\n`
  const { url, stop } = await answering((request, response) => {
    const after = request.headers['last-event-id'] as string | undefined
    asked.push(after)
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': welcome\n\n')
    for (let i = after === undefined ? 0 : Number(after) + 1; i < log.length; i++) response.write(event(log[i]!, i))
    clients.add(response)
    response.on('close', () => clients.delete(response))
  })
  return {
    ...{ url, stop, asked, clients },
    open: (options?: SseSourceOptions) => sseSource(url, { firstMs: 5, ...options }),
    send: (texts: readonly string[]): void => {
      for (const text of texts) {
        log.push(text)
        for (const client of clients) client.write(event(text, log.length - 1))
      }
    },
  }
}

const sse: SourceCase = {
  prepare: served,
  named: /^sseSource http:\/\/127\.0\.0\.1:\d+\/events/,
  nowhere: () => sseSource('http://127.0.0.1:1/events', { firstMs: 1, timeoutMs: 40 }),
  advice: /^sseSource http:\/\/127\.0\.0\.1:1\/events: no connection: .*; check that the server runs/,
  bound: 3000,
  hasCursors: true,
  times: 10,
}

describe('server-sent events', () => {
  sourceLaws(sse)

  it('goes on after the last identifier when the connection was lost', async () => {
    const bench = await served()
    const lines: Line[] = []
    const source = bench.open({ onLine: (line) => lines.push(line) })
    const reading = taken(source, 5)
    bench.send(['{"i":0}', '{"i":1}'])
    await until(() => source.counters.given === 2)
    for (const client of bench.clients) client.destroy()
    bench.send(['[{"i":2},{"i":3}]', '{"i":4}'])
    expect((await reading).map(({ i }) => i)).toEqual([0, 1, 2, 3, 4])
    expect(bench.asked).toEqual([undefined, '1'])
    expect(lines.map(({ state }) => state)).toEqual(['open', 'lost', 'open'])
    await bench.stop()
  })

  it('repeats a message of which not all rows were read', async () => {
    const bench = await served()
    bench.send(['{"i":0}', '[{"i":1},{"i":2}]', '{"i":3}'])
    const first = await taken(bench.open({ cursor: 'at' }), 2)
    expect(first).toEqual([{ i: 0, at: '0' }, { i: 1 }])
    const second = await taken(bench.open({ cursor: 'at', from: '0' }), 3)
    expect(second).toEqual([{ i: 1 }, { i: 2, at: '1' }, { i: 3, at: '2' }])
    await bench.stop()
  })

  it.each([
    [404, {}, /events: it answers 404; check the path/],
    [200, { 'Content-Type': 'text/html' }, /events: it sends text\/html; expected text\/event-stream/],
    [500, {}, /events: no connection: it answers 500; check/],
  ])('says what is wrong with an answer of %i', async (status, headers, problem) => {
    const { url, stop } = await answering((_, response) => response.writeHead(status, headers).end('x'))
    await expect(taken(sseSource(url, { reconnect: false }), 1)).rejects.toThrow(problem)
    await stop()
  })

  it('asks for events as they are now, with the headers that are given', async () => {
    const asked: IncomingMessage['headers'][] = []
    const { url, stop } = await answering(({ headers }, response) => {
      asked.push(headers)
      response.writeHead(204).end()
    })
    await taken(sseSource(url, { headers: { authorization: 'Bearer me' } }), 1)
    expect(asked[0]).toMatchObject({
      accept: 'text/event-stream',
      'cache-control': 'no-store',
      authorization: 'Bearer me',
    })
    await stop()
  })

  it('ends at 204, and waits as long as the server asks for', async () => {
    let calls = 0
    const { url, stop } = await answering((_, response) => {
      calls++
      if (calls < 3) response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end('retry: 1\ndata: {"i":1}\n\n')
      else response.writeHead(204).end()
    })
    // Without the server's wish it would wait for longer than this test may take.
    expect(await taken(sseSource(url, { firstMs: 60_000, mostMs: 60_000 }), 99)).toEqual([{ i: 1 }, { i: 1 }])
    await stop()
  })

  it('rejects an event that is too long at once', async () => {
    const bench = await served()
    bench.send(['x'.repeat(100)])
    await expect(taken(bench.open({ longest: 50 }), 1)).rejects.toThrow('an event is longer than 50 characters')
    await bench.stop()
  })
})

describe('the parser of event streams', () => {
  const parsed = (pieces: readonly string[]) => {
    const stream = eventStream('', 1000)
    return { events: pieces.flatMap((piece) => stream.read(piece)), lastId: stream.lastId, retryMs: stream.retryMs }
  }

  // The examples of the standard, 9.2.6.
  it('reads the examples of the standard', () => {
    const data = (text: string) => parsed([text]).events.map((event) => event.data)
    expect(data('data: YHOO\ndata: +2\ndata: 10\n\n')).toEqual(['YHOO\n+2\n10'])
    const four = ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n'
    expect(parsed([four]).events).toEqual([
      { type: 'message', data: 'first event', id: '1' },
      { type: 'message', data: 'second event', id: '' },
      { type: 'message', data: ' third event', id: undefined },
    ])
    expect(parsed([four]).lastId).toBe('')
    expect(data('data\n\ndata\ndata\n\ndata:')).toEqual(['', '\n'])
    expect(data('data:test\n\ndata: test\n\n')).toEqual(['test', 'test'])
  })

  it('reads types, identifiers without data, the wait, and skips what it does not know', () => {
    const text = '\ufeffevent: add\ndata: 1\n\nid: 7\n\nretry: 250\nretry: x\nid: a\0b\nother: 1\ndata: 2\n\ndata: cut'
    expect(parsed([text])).toEqual({
      events: [
        { type: 'add', data: '1', id: undefined },
        { type: 'message', data: '2', id: undefined },
      ],
      ...{ lastId: '7', retryMs: 250 },
    })
  })

  it('finds the same events however the text is cut and whatever ends its lines', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('data: a', 'data:b', 'id: 1', 'id', 'event: e', ': c', '', ''), { maxLength: 12 }),
        fc.array(fc.constantFrom('\n', '\r', '\r\n'), { minLength: 14, maxLength: 14 }),
        fc.array(fc.nat({ max: 90 }), { maxLength: 6 }),
        (lines, ends, cuts) => {
          const expected = parsed([[...lines, '', ''].join('\n')])
          const text = [...lines, ''].map((line, i) => line + (ends[i] as string)).join('')
          const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length]
          // A CR at the end of one line, and an LF for a blank one, are one line end.
          fc.pre(!/\r\n/.test(text) || text.replace(/\r\n|\r|\n/g, '\n') === `${[...lines, ''].join('\n')}\n`)
          expect(parsed(places.slice(1).map((to, i) => text.slice(places[i], to)))).toEqual(expected)
        },
      ),
      { numRuns: runs(500) },
    ))
})
