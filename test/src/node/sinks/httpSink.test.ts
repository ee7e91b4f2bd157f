import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { lastValueFrom, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { writeTo } from '../../../../operators/index.js'
import { type HttpIngest, type HttpIngestOptions, httpIngest, httpSink, type Line } from '../../../../src/node/index.js'
import type { Row } from '../../../../src/values.js'
import { until } from '../sources/sourceLaws.js'

const rowsOf = (count: number): Row[] => Array.from({ length: count }, (_, i) => ({ i }))
const quick = { firstMs: 1, mostMs: 5, timeoutMs: 2000 }

/** Serves requests, and runs with the address. */
const serving = async (
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  run: (url: string) => Promise<void>,
): Promise<void> => {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}/rows`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
const ingesting = async (
  options: HttpIngestOptions<Row>,
  run: (url: string, rows: Row[], go: () => void, ingest: HttpIngest<Row>) => Promise<void>,
  spoil: (response: ServerResponse) => void = () => {},
): Promise<void> => {
  const ingest = httpIngest<Row>(options)
  const rows: Row[] = []
  let reading: Promise<void> | undefined
  const go = (): void => {
    reading = (async () => {
      for await (const row of ingest) rows.push(row)
    })()
  }
  await serving(
    (request, response) => {
      spoil(response)
      ingest.handle(request, response)
    },
    async (url) => {
      await run(url, rows, go, ingest)
      ingest.close()
      await reading
    },
  )
}

describe('httpSink', () => {
  it('has its rows taken once where an answer was lost', () => {
    let requests = 0
    return ingesting(
      {},
      async (url, rows, go) => {
        go()
        const lines: Line[] = []
        const sink = httpSink(url, { ...quick, inFlight: 10, onLine: (line) => lines.push(line) })
        await sink.write(rowsOf(40))
        expect(rows).toEqual(rowsOf(40))
        expect(requests).toBeGreaterThan(4)
        expect(lines.map(({ state }) => state)).toEqual(['open', 'lost', 'open', 'lost', 'open'])
        await sink.close()
      },
      (response) => {
        // The rows of the 2nd and the 4th request are taken, but nobody learns that.
        if (++requests % 2 === 0 && requests < 6)
          response.writeHead = () => {
            response.destroy()
            return response
          }
      },
    )
  })

  it('waits where the queue is full', () =>
    ingesting({ capacity: 3 }, async (url, rows, go, ingest) => {
      const full = httpSink(url, { ...quick, inFlight: 3 })
      const first = full.write(rowsOf(3))
      const other = httpSink(url, quick)
      await until(() => ingest.counters.waiting === 3)
      const second = other.write([{ i: 3 }])
      await until(() => ingest.counters.refused > 0)
      expect(other.counters).toEqual({ received: 1, written: 0, waiting: 1, failed: 0 })
      go()
      await Promise.all([first, second])
      expect(rows).toEqual(rowsOf(4))
      await full.close()
      await other.close()
    }))

  it('gives up at once where the rows or the token are refused, and says why', async () => {
    await ingesting({ check: ({ i }) => (i === 1 ? 'i is 1; expected any other number' : undefined) }, async (url) => {
      const sink = httpSink(url, quick)
      await expect(sink.write(rowsOf(2))).rejects.toThrow(
        /^httpSink http:.*\/rows: it answers 422: 1 of 2 rows are invalid\. Row 1: i is 1; expected any other number; choose what/,
      )
      expect(sink.counters).toEqual({ received: 2, written: 0, waiting: 0, failed: 2 })
    })
    await ingesting({ token: 'a-secret-of-some-length' }, async (url, rows, go) => {
      go()
      await expect(httpSink(url, { ...quick, token: 'another' }).write(rowsOf(1))).rejects.toThrow(
        /401.*; give the token/,
      )
      await httpSink(url, { ...quick, token: 'a-secret-of-some-length' }).write(rowsOf(1))
      expect(rows).toEqual(rowsOf(1))
    })
    await ingesting({ capacity: 2 }, (url) =>
      expect(httpSink(url, quick).write(rowsOf(3))).rejects.toThrow(/413.*; give a smaller inFlight\.$/),
    )
  })

  it('does not wait for ever for an answer, for the end, or once it is aborted', () =>
    serving(
      () => {},
      async (url) => {
        const slow = httpSink(url, { ...quick, answerMs: 10, timeoutMs: 40 })
        await expect(slow.write(rowsOf(1))).rejects.toThrow(/no connection: no answer came within 10 ms; check that/)
        const abort = new AbortController()
        const sink = httpSink(url, { ...quick, signal: abort.signal })
        const writing = sink.write(rowsOf(1))
        setTimeout(() => abort.abort(), 10)
        await expect(writing).rejects.toThrow(/: it was aborted by its signal before all rows were written\.$/)
        await expect(sink.write(rowsOf(1))).rejects.toThrow(/it was aborted/)
        await sink.close()
      },
    ))

  it('gives up after timeoutMs where it is closed while there is no connection any more', async () => {
    let isUp = true
    await serving(
      (_, response) => (isUp ? response.writeHead(202).end() : response.destroy()),
      async (url) => {
        const sink = httpSink(url, { ...quick, timeoutMs: 400 })
        await sink.write(rowsOf(1))
        isUp = false
        const writing = sink.write(rowsOf(2))
        const failed = expect(writing).rejects.toThrow(/: the connection is lost: .*; check that the server runs/)
        await new Promise((resolve) => setTimeout(resolve, 500))
        // Without a call of close it would go on.
        expect(sink.counters.waiting).toBe(2)
        await sink.close()
        await failed
        expect(sink.counters).toEqual({ received: 3, written: 1, waiting: 0, failed: 2 })
      },
    )
  })

  it.each([
    ['gone', (response: ServerResponse) => response.destroy(), /: the connection is lost: .*; check that/],
    [
      'busy',
      (response: ServerResponse) => response.writeHead(429, { 'Retry-After': '9' }).end(),
      /had no room within 100 ms/,
    ],
  ] as const)('lets a stream end whose other side is %s by then', async (_, refuse, problem) => {
    let isUp = true
    await serving(
      (request, response) => {
        request.resume().on('end', () => (isUp ? response.writeHead(202).end() : refuse(response)))
      },
      async (url) => {
        const row$ = new Subject<Row>()
        const sink = httpSink(url, { ...quick, timeoutMs: 100 })
        const ended = lastValueFrom(row$.pipe(writeTo(sink)))
        row$.next({ i: 0 })
        await until(() => sink.counters.written === 1)
        isUp = false
        row$.next({ i: 1 })
        row$.complete()
        await expect(ended).rejects.toThrow(problem)
      },
    )
  })
})
