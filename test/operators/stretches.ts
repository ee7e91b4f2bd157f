// This program measures, for each source, its longest stretch of work between two macrotasks, in CPU time.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lastValueFrom, type Observable, Subject } from 'rxjs'
import {
  boundedBuffer,
  createModel,
  dense,
  fromBroadcast,
  fromLines,
  fromModel,
  fromRows,
  learn,
  numeric,
  orderByTime,
} from '../../operators/index.js'
import { createServer, httpIngest } from '../../src/node/index.js'
import { hostReadings } from '../../src/node/sources/hostReadings.js'
import { inferSchema, openTable, paced, readLines, readText } from '../../src/node/sources/index.js'

const ROWS = 40_000
const rowOf = (i: number) => ({ x: i % 97, y: (i % 97) * 3 + (i % 5) })
const all = Array.from({ length: ROWS }, (_, i) => rowOf(i))
/** Rows that all wait until the last of them comes. */
const timed = all.map((row, i) => ({ ...row, at: i < ROWS - 1 ? i : 1e9 }))
const lines = all.map((row) => JSON.stringify(row))
function* iterable() {
  yield* all
}
async function* asyncIterable() {
  yield* all
}
async function* inOne<T>(whole: T) {
  yield whole
}

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-stretches-'))
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const ndjson = file('rows.ndjson', lines.join('\n'))
const csv = file('rows.csv', ['x,y', ...all.map(({ x, y }) => `${x},${y}`)].join('\n'))

const newModel = () => createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] })
/** Learns rows that arrive one by one or in arrays, as an app would. */
const learned = (row$: Observable<unknown>): Promise<unknown> =>
  lastValueFrom(row$.pipe(learn(newModel()) as (row$: Observable<unknown>) => Observable<unknown>))
/** Does some work for each element, where the elements are not rows. */
const read = async (source: AsyncIterable<unknown>): Promise<void> => {
  const model = newModel()
  for await (const part of source)
    for (const _ of Array.isArray(part) ? part : [part]) model.learn(all[model.step % ROWS] as ReturnType<typeof rowOf>)
}
const table = async (path: string, form: 'rows' | 'blocks'): Promise<void> => {
  const opened = await openTable(path)
  await read(opened[form](inferSchema(opened.sample, { target: { name: 'y' } })))
}

/** Sends a body to an ingest, from which a model learns. */
const ingested = async (type: string, body: string): Promise<void> => {
  const ingest = httpIngest({ capacity: ROWS, maxBytes: 1e7 })
  const http = createHttp((request, response) => ingest.handle(request, response))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const done = learned(fromRows(ingest))
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/rows`
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })
  if (answer.status !== 200) throw new Error(await answer.text())
  ingest.close()
  await done
  http.closeAllConnections()
  http.close()
}

const sources: Readonly<Record<string, () => Promise<unknown>>> = {
  'fromRows, an array': () => learned(fromRows(all)),
  'fromRows, an iterable': () => learned(fromRows(iterable())),
  'fromRows, an async iterable': () => learned(fromRows(asyncIterable())),
  'fromRows, chunks of an iterable': () => learned(fromRows(iterable(), { chunk: 128 })),
  'fromRows, chunks of an async iterable': () => learned(fromRows(asyncIterable(), { chunk: 128 })),
  'fromLines, an array of lines': () => learned(fromLines(lines)),
  'fromLines, one long array': () => learned(fromLines(inOne(lines))),
  'fromLines, readLines': () => learned(fromLines(readLines(ndjson))),
  'fromModel, rejected rows': async () => {
    const model = newModel()
    const events = fromModel(model).subscribe()
    await lastValueFrom(fromRows(all.map(() => ({ x: 'none' as unknown as number, y: 0 }))).pipe(learn(model)))
    events.unsubscribe()
  },
  'fromBroadcast, messages': () => lastValueFrom(fromBroadcast({ messages: asyncIterable() })),
  'fromBroadcast, steps': () => lastValueFrom(fromBroadcast({ steps: asyncIterable() as AsyncIterable<never> })),
  readText: () => read(readText(csv)),
  'readLines, a file': () => read(readLines(ndjson)),
  'readLines, a stream': () => read(readLines(inOne(lines.slice(0, 5000).join('\n')))),
  'openTable, rows of NDJSON': () => table(ndjson, 'rows'),
  'openTable, blocks of NDJSON': () => table(ndjson, 'blocks'),
  'openTable, rows of CSV': () => table(csv, 'rows'),
  'openTable, blocks of CSV': () => table(csv, 'blocks'),
  'paced, one long array': () => read(paced(inOne(all))),
  hostReadings: async () => {
    let readings = 0
    for await (const _ of hostReadings({ everyMs: 20 })) if (++readings === 5) return
  },
  'fromRows, twenty at once': () =>
    Promise.all(Array.from({ length: 20 }, () => learned(fromRows(all.slice(0, 10_000))))),
  'boundedBuffer, a flood': () => {
    const row$ = new Subject<unknown>()
    const done = learned(row$.pipe(boundedBuffer({ capacity: ROWS, overflow: 'error' })))
    // Its own loop takes time, too.
    for (const row of all.slice(0, 20_000)) row$.next(row)
    row$.complete()
    return done
  },
  'orderByTime, a row for which all others leave': () => {
    const model = newModel()
    const ordered = orderByTime(model, { time: 'at', latenessMs: 1e6, capacity: ROWS })
    return lastValueFrom(fromRows(timed).pipe(ordered, learn(model)))
  },
  'httpIngest, a long array': () => ingested('application/json', `[${lines.join()}]`),
  'httpIngest, many lines': () => ingested('application/x-ndjson', lines.join('\n')),
  'createServer, predictions': async () => {
    const model = newModel()
    const server = await createServer({ models: { model } })
    const body = `[${lines.slice(0, 5000).join()}]`
    const headers = { 'content-type': 'application/json' }
    const ask = async () => (await fetch(`${server.url}/predict`, { method: 'POST', headers, body })).arrayBuffer()
    await Promise.all(Array.from({ length: 10 }, ask))
    await server.close()
  },
  // This one is wrong on purpose: promises that are already resolved do not let the event loop turn.
  'PLANTED, an async iterable by itself': () => read(inOne([all, all, all, all].flat())),
}

const longestOf = async (work: () => Promise<unknown>): Promise<number> => {
  let longest = 0
  let over = false
  let since = process.cpuUsage()
  let start = performance.now()
  const turn = (): void => {
    const { user, system } = process.cpuUsage(since)
    // A stretch takes at most the CPU time of the process, and at most the time by the clock.
    longest = Math.max(longest, Math.min((user + system) / 1000, performance.now() - start))
    since = process.cpuUsage()
    start = performance.now()
    if (!over) setImmediate(turn)
  }
  setImmediate(turn)
  await new Promise((later) => setImmediate(later))
  await work()
  await new Promise((later) => setImmediate(later))
  over = true
  return longest
}

// The kernels are compiled once in a process, which is not the work of any source.
newModel().learn(all.slice(0, 100))

/** A stretch that is shorter than this is not measured again. */
const CALM_MS = 25
const longestMs: Record<string, number> = {}
for (const [name, work] of Object.entries(sources)) {
  const first = await longestOf(work)
  // During the first run its code is compiled, by threads whose time is counted as part of it.
  longestMs[name] = first < CALM_MS ? first : Math.min(first, await longestOf(work))
}
rmSync(folder, { recursive: true })
console.log(JSON.stringify(longestMs))
