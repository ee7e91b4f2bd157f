import { createServer as createHttp } from 'node:http'
import type { AddressInfo } from 'node:net'
import { lastValueFrom } from 'rxjs'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  broadcast,
  category,
  createModel,
  dense,
  encodeSnapshot,
  evaluate,
  fromRows,
  learn,
  type Model,
  numeric,
} from '../../../../operators/index.js'
import { createServer, type Server, type ServerOptions } from '../../../../src/node/index.js'
import type { Row } from '../../../../src/values.js'
import { rawClient } from '../server/rawClient.js'
import { standIn } from '../server/standIn.js'

const TOKEN = 'a-token-of-more-than-16-characters'
const rowOf = (i: number) => ({ x: i % 7, room: i % 2 ? 'hall' : 'kitchen', y: 3 * (i % 7) })
const created = () =>
  createModel({ features: { x: numeric(), room: category() }, target: { y: numeric() }, layers: [dense(1)] })
const learned = () => {
  const model = created()
  for (let i = 0; i < 50; i++) model.learn(rowOf(i))
  return model
}

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
const serve = async (options: Partial<ServerOptions> & { models: ServerOptions['models'] }): Promise<Server> => {
  const server = await createServer(options)
  closing.push(() => server.close())
  return server
}

interface Answered {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: an answer is data of any form
  readonly body: any
  readonly headers: Headers
}
const ask = async (
  server: Pick<Server, 'url'>,
  path: string,
  { body, token, ...init }: Omit<RequestInit, 'body'> & { body?: unknown; token?: string } = {},
): Promise<Answered> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(init.headers as Record<string, string>),
  }
  const method = body === undefined ? 'GET' : 'POST'
  const answer = await fetch(`${server.url}/${path}`, {
    method,
    ...init,
    headers,
    ...(body !== undefined && { body: text }),
  })
  const given = await answer.text()
  const isJson = answer.headers.get('content-type') === 'application/json'
  return { status: answer.status, body: isJson ? JSON.parse(given) : given, headers: answer.headers }
}

test('a row, or an array of rows, is predicted as the model predicts it, and the model stays as it is', async () => {
  const model = learned()
  const server = await serve({ models: { power: model } })
  const before = encodeSnapshot(model.snapshot())
  const one = await ask(server, 'predict', { body: { x: 3, room: 'hall' } })
  expect([one.status, one.body]).toEqual([
    200,
    { model: 'power', step: 50, value: model.predict({ x: 3, room: 'hall' }).value },
  ])
  const rows = Array.from({ length: 20 }, (_, x) => ({ x, room: 'a new one' }))
  const several = await ask(server, 'predict/power', { body: rows })
  expect(several.body.predictions).toEqual(rows.map((row) => ({ value: model.predict(row).value })))
  expect(encodeSnapshot(model.snapshot())).toEqual(before)
})

test('a row that cannot be read answers 422 with the reason; among others it has an error in its place', async () => {
  const server = await serve({ models: { power: learned() } })
  const wrong = { x: 'warm', room: 'hall' }
  const one = await ask(server, 'predict', { body: wrong })
  expect([one.status, one.body]).toEqual([422, { error: "x is 'warm'; expected a number within ±1e150." }])
  const several = await ask(server, 'predict', { body: [{ x: 1, room: 'hall' }, wrong, 5, null, []] })
  expect(several.status).toBe(200)
  expect(several.body.predictions.map(Object.keys)).toEqual([['value'], ['error'], ['error'], ['error'], ['error']])
})

test('an answer names the features that a row lacks, and the one that is probably misspelt', async () => {
  const server = await serve({ models: { power: learned() } })
  const told = async (body: object) => {
    const { missing, hint } = (await ask(server, 'predict', { body })).body
    return { missing, hint }
  }
  expect(await told({ x: 1, room: null, y: 5, rom: 'hall' })).toEqual({})
  expect(await told({ x: 1, other: 5 })).toEqual({ missing: ['room'] })
  const hint = '"rooms" is no feature. Did you mean "room"?'
  expect(await told({ x: 1, rooms: 'hall' })).toEqual({ missing: ['room'], hint })
  const { predictions } = (await ask(server, 'predict', { body: [{ x: 1, room: 'hall' }, {}] })).body
  expect(predictions.map(({ missing }: { missing?: string[] }) => missing)).toEqual([undefined, ['x', 'room']])
})

test('a request that is wrong is refused by what is wrong with it', async () => {
  const server = await serve({ models: { power: learned(), 'heat/1': learned() } })
  const text = { headers: { 'content-type': 'text/plain' } }
  const cases: [string, Parameters<typeof ask>[2], number, string][] = [
    ['predict', { body: {} }, 404, 'no model is named; expected one of power, heat/1'],
    ['predict/cold', { body: {} }, 404, 'there is no model "cold"; expected one of power, heat/1'],
    ['predict/%E0', { body: {} }, 404, 'there is no model "%E0"'],
    ['predict/power', { body: '{"x": 1' }, 400, 'the body is not JSON'],
    ['predict/power', { body: '{}', ...text }, 415, 'the Content-Type is "text/plain"; expected application/json'],
    ['predict/power', {}, 405, 'expected POST'],
    ['health', { body: {} }, 405, 'expected GET'],
    ['predict/power', { body: Array(5001).fill({}) }, 413, '5001 rows are given; expected at most 5000'],
    ['predict/power', { body: `"${'x'.repeat(1_000_001)}"` }, 413, 'the body is longer than 1000000 bytes'],
    ['predict/power', { body: 5 }, 422, 'a row is 5; expected an object'],
    ['predict/power', { body: {}, headers: { origin: 'https://other.example' } }, 403, 'Pages of this origin may not'],
    ['control/power', { body: { paused: true } }, 403, 'this server has no token'],
  ]
  for (const [path, init, status, error] of cases) {
    const answer = await ask(server, path, init)
    expect([answer.status, answer.body.error], `${path} ${JSON.stringify(init).slice(0, 50)}`).toEqual([
      status,
      expect.stringContaining(error),
    ])
  }
  expect((await ask(server, 'predict/heat%2F1', { body: { x: 1 } })).status).toBe(200)
})

test('with a token, only the health is open, and that without figures', async () => {
  const server = await serve({ models: { power: learned() }, token: TOKEN })
  for (const path of ['metrics', 'predict', 'control']) {
    const body = path === 'metrics' ? undefined : {}
    expect((await ask(server, path, { body })).status, path).toBe(401)
    expect((await ask(server, path, { body, token: `${TOKEN}s` })).status, path).toBe(401)
  }
  expect((await ask(server, 'health')).body).toEqual({ status: 'ok' })
  expect((await ask(server, 'health', { token: TOKEN })).body).toEqual({
    ...{ status: 'ok', clients: 0 },
    models: { power: { step: 50, learned: 50, rejected: 0, rowsPerSecond: 0, paused: false } },
  })
  expect(server.counters.refused).toBe(6)
})

test('who holds the token sets the learning rate, which is told as an event', async () => {
  const model = learned()
  const server = await serve({ models: { power: model }, token: TOKEN })
  const told: unknown[] = []
  model.listen((event) => told.push(event))
  const set = await ask(server, 'control', { body: { learningRate: 0.25 }, token: TOKEN })
  expect(set.body).toEqual({ model: 'power', step: 50, learningRate: 0.25, paused: false })
  expect(model.learningRate).toBe(0.25)
  expect(told).toEqual([{ kind: 'control', step: 50, name: 'learningRate', value: 0.25 }])
  const wrong: [unknown, string][] = [
    [{ learningRate: -1 }, 'the learning rate is -1; expected a number of at least 0.'],
    [{ learningRate: 'fast' }, "learningRate is 'fast'; expected a number of at least 0."],
    [{ learningRate: 1, paused: 'no' }, "paused is 'no'; expected true or false."],
    [{ pause: true }, '\'pause\' is given; expected { "learningRate": 0.5 }, { "paused": true }, or both.'],
    [{}, 'nothing to change is given; expected { "learningRate": 0.5 }, { "paused": true }, or both.'],
    [[], 'the body is an array; expected { "learningRate": 0.5 }, { "paused": true }, or both.'],
  ]
  for (const [body, error] of wrong) {
    const answer = await ask(server, 'control', { body, token: TOKEN })
    expect([answer.status, answer.body]).toEqual([422, { error }])
  }
  expect(model.learningRate).toBe(0.25)
})

test('what is changed is told once, and what stays as it is not at all', async () => {
  const server = await serve({ models: { power: learned() }, token: TOKEN })
  const client = await rawClient(`${server.url}/?token=${TOKEN}`)
  closing.push(async () => client.socket.terminate())
  client.hello()
  await client.message('welcome')
  const control = (paused: boolean) => ask(server, 'control', { body: { paused }, token: TOKEN })
  await control(false)
  await control(true)
  await client.message('event', ({ text }) => text === 'paused = true')
  await control(true)
  await control(false)
  await control(false)
  await client.message('event', ({ text }) => text === 'paused = false')
  const events = client.messages.flatMap((message) => (message.type === 'event' ? [message] : []))
  expect(events.map(({ kind, text, count }) => [kind, text, count])).toEqual([
    ['control', 'paused = true', 1],
    ['control', 'paused = false', 2],
  ])
})

test('rows wait in their source while the model is paused, and none is lost', async () => {
  const model = created()
  const server = await serve({ models: { power: model }, token: TOKEN })
  const control = (body: object) => ask(server, 'control', { body, token: TOKEN })
  let pausing: Promise<unknown> = Promise.resolve()
  let given = 0
  async function* source() {
    for (; given < 300; given++) {
      if (given === 100) {
        await control({ paused: true })
        // The row that is given now is taken, and waits.
        pausing = (async () => {
          for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
          expect([given, model.counters.learned]).toEqual([100, 100])
          expect((await ask(server, 'health', { token: TOKEN })).body.models.power.paused).toBe(true)
          await control({ paused: false })
        })()
      }
      yield rowOf(given)
    }
  }
  const done = lastValueFrom(fromRows(server.pausable(model, source())).pipe(learn(model)))
  await done
  await pausing
  expect(model.counters.learned).toBe(300)
  const alone = created()
  for (let i = 0; i < 300; i++) alone.learn(rowOf(i))
  expect(model.parameters).toEqual(alone.parameters)
})

test('a paused source goes on when the server closes, and is closed when its reader leaves', async () => {
  const model = created()
  const server = await createServer({ models: { power: model }, token: TOKEN })
  await ask(server, 'control', { body: { paused: true }, token: TOKEN })
  const done = lastValueFrom(fromRows(server.pausable(model, [rowOf(0), rowOf(1)])).pipe(learn(model)))
  await server.close()
  await done
  expect(model.counters.learned).toBe(2)
  let isClosed = false
  async function* source() {
    try {
      for (let i = 0; ; i++) yield rowOf(i)
    } finally {
      isClosed = true
    }
  }
  for await (const row of server.pausable(model, source())) if (row.x === 3) break
  expect(isClosed).toBe(true)
})

test('a source is closed at once when its reader leaves, while it is paused and while it is silent', async () => {
  const model = created()
  const server = await serve({ models: { power: model }, token: TOKEN })
  for (const paused of [true, false]) {
    let isClosed = false
    const silent: AsyncIterable<ReturnType<typeof rowOf>> = {
      [Symbol.asyncIterator]: () => ({
        next: () => (paused ? Promise.resolve({ done: false, value: rowOf(0) }) : new Promise<never>(() => {})),
        return: () => {
          isClosed = true
          return Promise.resolve({ done: true, value: undefined })
        },
      }),
    }
    await ask(server, 'control', { body: { paused }, token: TOKEN })
    const subscription = fromRows(server.pausable(model, silent)).pipe(learn(model)).subscribe()
    await new Promise((resolve) => setTimeout(resolve, 5))
    subscription.unsubscribe()
    expect(isClosed).toBe(true)
    expect(model.counters.learned).toBe(0)
  }
  await ask(server, 'control', { body: { paused: true }, token: TOKEN })
  const reader = server.pausable(model, [rowOf(0)])[Symbol.asyncIterator]()
  const next = reader.next()
  await reader.return?.()
  expect(await next).toEqual({ done: true, value: undefined })
  for (const rows of [5, null, 'rows', {}])
    expect(() => server.pausable(model, rows as never)).toThrow('expected an iterable or async iterable of rows')
})

test('predictions by a later step, where the model learns meanwhile, tell it', async () => {
  const slow = Object.assign(standIn(), {
    predict({ x }: Row) {
      // Longer than a stretch of work may last.
      for (const began = performance.now(); performance.now() - began < 9; );
      setImmediate(() => slow.advance())
      return { kind: 'prediction', step: slow.step, value: x }
    },
  })
  slow.advance(7)
  const server = await serve({ models: { slow } })
  const { body } = await ask(server, 'predict', { body: Array.from({ length: 4 }, (_, x) => ({ x })) })
  const steps = body.predictions.map((one: { step?: number }) => one.step ?? body.step)
  expect([body.step, steps]).toEqual([7, [...steps].sort((a, b) => a - b)])
  expect(steps.at(-1)).toBeGreaterThan(7)
  expect(body.predictions.map(({ value }: { value: number }) => value)).toEqual([0, 1, 2, 3])
})

/** Reads the text format of Prometheus: the value of each series, by its name and labels. */
const seriesOf = (text: string): Record<string, number> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [, name = '', value = ''] = /^(\S+) (\S+)$/.exec(line) ?? []
        return [name, Number(value)]
      }),
  )

test('metrics are every counter of the models and of the server, in the format of Prometheus', async () => {
  const model = created()
  const net = learned()
  net.learn({ x: 'warm', room: 'hall', y: 1 } as never)
  const server = await serve({ models: { power: model, net } })
  await lastValueFrom(
    fromRows(Array.from({ length: 200 }, (_, i) => rowOf(i))).pipe(learn(model), evaluate(model), broadcast(server)),
  )
  const { headers, body } = await ask(server, 'metrics')
  expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  const series = seriesOf(body)
  for (const [name, one] of Object.entries({ power: model, net } as Record<string, Model>)) {
    expect(series[`rxgrad_steps_total{model="${name}"}`]).toBe(one.step)
    expect(series[`rxgrad_learning_rate{model="${name}"}`]).toBe(one.learningRate)
    for (const [counter, value] of Object.entries(one.counters))
      expect(series[`rxgrad_${counter}_total{model="${name}"}`], counter).toBe(value)
  }
  expect(series['rxgrad_rejected_total{model="net"}']).toBe(1)
  expect(series['rxgrad_score{model="power",metric="MAE",predictor="model"}']).toBeGreaterThan(0)
  expect(series.rxgrad_clients).toBe(0)
  for (const counter of ['frames_sent', 'frames_skipped', 'bytes_sent', 'slow', 'refused'])
    expect(series).toHaveProperty(`rxgrad_server_${counter}_total`)
})

test('a server of your own hands requests on, and answers the others itself', async () => {
  const own = createHttp((request, response) => {
    if (!live.handle(request, response)) response.end('my own')
  })
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve))
  const live = await serve({ models: { power: learned() }, server: own, path: '/live/', public: true })
  closing.push(() => new Promise((resolve) => own.close(resolve)))
  const base = { url: `http://127.0.0.1:${(own.address() as AddressInfo).port}` }
  expect((await ask(base, 'somewhere')).body).toBe('my own')
  expect((await ask(base, 'liver')).body).toBe('my own')
  // The page reads its files beside itself, so that its address needs the slash at its end.
  const bare = await fetch(`${base.url}/live?token=t`, { redirect: 'manual' })
  expect([bare.status, bare.headers.get('location')]).toEqual([308, 'live/?token=t'])
  const followed = await fetch(`${base.url}/live`)
  expect([followed.url, followed.headers.get('content-type')]).toEqual([
    `${base.url}/live/`,
    'text/html; charset=utf-8',
  ])
  expect((await ask(base, 'live/health')).body.status).toBe('ok')
  expect((await ask(base, 'live/predict', { body: { x: 1 } })).body.model).toBe('power')
  expect((await ask(base, 'live/nothing')).status).toBe(404)
})

test('a logger is told of clients, of what is refused, and of events, each kind at most once a second', async () => {
  const lines: [string, object, string][] = []
  const logger = {
    info: (fields: object, text: string) => lines.push(['info', fields, text]),
    warn: (fields: object, text: string) => lines.push(['warn', fields, text]),
  }
  const model = learned()
  const server = await serve({ models: { power: model }, token: TOKEN, logger })
  for (let i = 0; i < 50; i++) model.learn({ x: 'warm', room: 'hall', y: 1 } as never)
  model.setLearningRate(2)
  await ask(server, 'predict', { body: {} })
  const client = new WebSocket(`${server.url.replace('http', 'ws')}/?token=${TOKEN}`)
  await new Promise((resolve) => client.addEventListener('open', resolve))
  client.close()
  await new Promise((resolve) => client.addEventListener('close', resolve))
  await server.close()
  model.setLearningRate(1)
  expect(lines).toEqual([
    ['warn', { model: 'power', step: 50, kind: 'rejection', count: 1 }, expect.stringContaining("x is 'warm'")],
    ['info', { model: 'power', step: 50, kind: 'control', count: 1 }, 'learningRate = 2'],
    ['warn', { refused: 1 }, expect.stringContaining('The token is missing or wrong')],
    ['info', { clients: 1 }, 'a client has connected'],
    ['info', { clients: 0, code: expect.any(Number) }, 'a client has left'],
  ])
})
