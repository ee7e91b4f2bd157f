import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import {
  createServer,
  ListenError,
  type Server,
  type ServerOptions,
  UnknownModelError,
} from '../../../../src/node/index.js'
import { closeCodes, encodeMessage, layoutCheckOf, MessageError, type Shown } from '../../../../src/wire/index.js'
import { type RawClient, rawClient } from './rawClient.js'
import { describe as describeModel, type StandIn, standIn } from './standIn.js'

const opened: { close?(): unknown; socket?: { terminate(): void } }[] = []
afterEach(async () => {
  for (const it of opened.splice(0).reverse()) {
    it.socket?.terminate()
    await it.close?.()
  }
})
const serve = async (model: StandIn, options: Partial<ServerOptions> = {}): Promise<Server> => {
  const server = await createServer({ models: { power: model }, ...options })
  opened.push(server)
  return server
}
const join = async (server: Server, hello = true): Promise<RawClient> => {
  const client = await rawClient(server.url)
  opened.push({ socket: client.socket })
  if (hello) client.hello()
  return client
}
const until = async (done: () => boolean, each: () => void = () => {}): Promise<void> => {
  while (!done()) {
    each()
    await turn()
  }
}

test('a client that connects late gets the welcome and the whole model at once', async () => {
  const model = standIn()
  const server = await serve(model, { epoch: 7 })
  model.advance(250)
  const client = await join(server)
  const welcome = await client.message('welcome')
  expect(welcome).toEqual({
    type: 'welcome',
    protocol: 1,
    model: 'power',
    models: ['power'],
    epoch: 7,
    step: 250,
    description: model.description,
  })
  const { epoch, layout, publication } = await client.frame()
  expect([epoch, layout]).toEqual([7, layoutCheckOf(model.description.hash)])
  expect(publication).toEqual(model.publish())
  expect(publication.vocabularies[0]).toEqual(['room 1', 'room 101', 'room 201'])
})

test('frames are sent while a synchronous source never yields', async () => {
  const model = standIn()
  const server = await serve(model, { maxHz: 1000 })
  const client = await join(server)
  await client.frame()
  let left = 0
  // The source is bounded, so that a server that waits for the event loop fails here and does not hang.
  for (let i = 0; left < 5 && i < 20_000_000; i += 1) {
    if (i % 1000 === 0) model.advance()
    if (server.publish(model)) left += 1
  }
  expect(server.counters.framesSent).toBe(6)
  expect(server.counters.framesSkipped).toBe(0)
})

test('a million steps cost few copies, step numbers only rise, and the last state is sent by itself', async () => {
  const model = standIn()
  const server = await serve(model)
  for (let i = 0; i < 1000; i += 1) {
    model.advance()
    server.publish(model)
  }
  expect(model.copies).toBe(1)
  const client = await join(server)
  await client.frame()
  for (let i = 0; i < 1_000_000; i += 1) {
    model.advance()
    server.publish(model)
    if (i % 100_000 === 0) await turn()
  }
  await client.frame(({ publication }) => publication.step === model.step)
  const steps = client.frames.map(({ publication }) => publication.step)
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b))
  expect(model.copies).toBeLessThan(1000)
})

test('one copy serves every client, and a step that was sent is not sent again', async () => {
  const model = standIn()
  const server = await serve(model)
  const clients = await Promise.all([join(server), join(server), join(server)])
  await Promise.all(clients.map((client) => client.frame()))
  model.advance()
  const before = model.copies
  server.publish(model)
  await Promise.all(clients.map((client) => client.frame(({ publication }) => publication.step === 1)))
  expect(model.copies).toBe(before + 1)
  for (let i = 0; i < 10; i += 1) server.publish(model)
  await clients[0].message('status')
  expect(clients.map(({ frames }) => frames.length)).toEqual([2, 2, 2])
  expect(model.copies).toBe(before + 1)
})

test('a client that stops reading is skipped, in bounded memory, and later gets the newest state', async () => {
  const model = standIn(describeModel(100_000))
  const server = await serve(model, { maxHz: 1000 })
  const [slow, quick] = await Promise.all([join(server), join(server)])
  await Promise.all([slow.frame(), quick.frame()])
  slow.socket.pause()
  await until(
    () => server.counters.framesSkipped >= 5,
    () => {
      model.advance()
      server.publish(model)
    },
  )
  const last = ({ publication }: { publication: { step: number } }): boolean => publication.step === model.step
  await quick.frame(last)
  const before = slow.frames.length
  slow.socket.resume()
  const { publication } = await slow.frame(last)
  expect(publication).toEqual(model.publish())
  // The data sent before it stalled was in the system's buffers, and one frame of 2 MB in the server's.
  expect(slow.frames.length - before).toBeLessThan(20)
  expect(slow.frames.length).toBeLessThan(quick.frames.length)
})

test('a client that stays behind is closed with 4008, and the others go on', async () => {
  const model = standIn(describeModel(250_000))
  const server = await serve(model, { maxHz: 100, slowMs: 1 })
  const [slow, quick] = await Promise.all([join(server), join(server)])
  await Promise.all([slow.frame(), quick.frame()])
  slow.socket.pause()
  await until(
    () => server.counters.slow > 0,
    () => {
      model.advance()
      server.publish(model)
    },
  )
  expect(server.counters.slow).toBe(1)
  slow.socket.resume()
  expect(await slow.closed).toBe(closeCodes.slow)
  await quick.frame(({ publication }) => publication.step === model.step)
})

const score = { cumulative: 1, rolling: 1, fading: 1 }
const metrics = [{ name: 'MAE', better: 'lower', model: score, baselines: { 'no-change': score } }] as const

test('messages are sent beside the frames, the newest of each kind, even to clients that connect late', async () => {
  const model = standIn()
  const server = await serve(model)
  const client = await join(server)
  await client.frame()
  for (let step = 1; step <= 1000; step += 1) {
    server.show(model, { type: 'sample', step, x: [step], loss: 0.5 })
    server.show(model, { type: 'evaluation', step, rows: step, unscored: 0, metrics })
  }
  const last = ({ step }: { step: number }): boolean => step === 1000
  const [sample, evaluation] = await Promise.all([client.message('sample', last), client.message('evaluation', last)])
  expect(sample).toEqual({ type: 'sample', step: 1000, x: [1000], loss: 0.5 })
  expect(evaluation.metrics).toEqual(metrics)
  expect(client.messages.filter(({ type }) => type === 'sample').length).toBeLessThan(1000)
  const late = await join(server)
  expect(await late.message('sample')).toEqual(sample)
  expect(await late.message('evaluation')).toEqual(evaluation)
})

test("the model's events are sent and counted for each kind, and rows stay private", async () => {
  const model = standIn()
  const server = await serve(model)
  const client = await join(server)
  for (let i = 0; i < 5; i += 1)
    model.happen({ kind: 'rejection', reason: 'temperature: missing', field: 'temperature', row: { secret: 1 } })
  model.happen({ kind: 'rollback', step: 9, to: 4, reason: 'overshoot' })
  expect(await client.message('event', ({ count }) => count === 5)).toEqual({
    type: 'event',
    kind: 'rejection',
    step: 0,
    text: 'temperature: missing',
    count: 5,
  })
  const rollback = await client.message('event', ({ kind }) => kind === 'rollback')
  expect(rollback.text).toBe('overshoot; back to step 4')
})

test("an event's line is cut, so that the content of a row is not sent to everyone in full", async () => {
  const model = standIn()
  const server = await serve(model)
  const client = await join(server)
  const long = 'x'.repeat(3_500_000)
  model.happen({ kind: 'rejection', reason: `room: '${long}'`, field: 'room', row: { room: long } })
  model.happen({ kind: 'control', step: 0, name: 'note', value: `${'x'.repeat(192)}😀${long}` })
  const { text } = await client.message('event', ({ kind }) => kind === 'rejection')
  expect(text).toBe(`room: '${'x'.repeat(193)}…`)
  const control = await client.message('event', ({ kind }) => kind === 'control')
  expect(control.text).toBe(`note = ${'x'.repeat(192)}…`)
  expect(server.counters.bytesSent).toBeLessThan(10_000)
})

test('the status is sent by itself, with step, rows, rate and clients', async () => {
  const model = standIn()
  const server = await serve(model)
  const client = await join(server)
  model.advance(50)
  const status = await client.message('status', ({ rows }) => rows === 50)
  expect(status).toMatchObject({ step: 50, clients: 1 })
  expect(status.rowsPerSecond).toBeGreaterThan(0)
})

test('a client gets only what it asks for, and may say hello again', async () => {
  const model = standIn()
  const server = await serve(model)
  server.show(model, { type: 'sample', step: 0, x: [] })
  const client = await join(server, false)
  client.hello({ want: ['status'] })
  await client.message('status')
  expect(client.frames).toEqual([])
  client.hello({ want: ['frame', 'sample'] })
  await client.frame()
  await client.message('sample')
  expect(client.messages.filter(({ type }) => type === 'welcome').length).toBe(2)
})

test('the model is found by name, which is required if there are several', async () => {
  const [power, heat] = [standIn(), standIn(describeModel(5))]
  const server = await createServer({ models: { power, heat } })
  opened.push(server)
  const client = await join(server, false)
  client.hello({ model: 'heat' })
  expect((await client.message('welcome')).description.hash).toBe('f64-5')
  const lost = await join(server)
  expect((await lost.message('error')).text).toBe(
    'No model is named, as in { model: "power" }; expected one of "power", "heat".',
  )
  expect(await lost.closed).toBe(closeCodes.model)
})

const wrong: readonly (readonly [string, (client: RawClient) => void, number, string])[] = [
  [
    'another protocol',
    (c) => c.hello({ protocol: 99 }),
    closeCodes.protocol,
    'The client uses protocol 99 and this server 1; update',
  ],
  [
    'an unknown model',
    (c) => c.hello({ model: 'x' }),
    closeCodes.model,
    'There is no model "x"; expected one of "power".',
  ],
  ['text', (c) => c.socket.send('hello'), closeCodes.message, 'The client sent a text message; every message'],
  ['noise', (c) => c.socket.send(Buffer.from([0xc1, 1, 2])), closeCodes.message, 'these bytes are not MessagePack'],
  ['a malformed hello', (c) => c.hello({ protocol: 'a' as never }), closeCodes.message, 'hello.protocol is "a"'],
  [
    'a message of servers alone',
    (c) => c.socket.send(encodeMessage({ type: 'error', code: 'flood', text: '' })),
    4400,
    'The client sent error; expected hello.',
  ],
  [
    'a flood',
    (c) => Array.from({ length: 50 }, () => c.hello()),
    closeCodes.flood,
    'The client sent more than 20 messages',
  ],
]
test.each(wrong)('%s is answered with an error, and the connection is closed', async (_, act, code, says) => {
  const server = await serve(standIn())
  const client = await join(server, false)
  act(client)
  expect((await client.message('error')).text).toContain(says)
  expect(await client.closed).toBe(code)
  await until(() => server.counters.clients === 0)
})

test('a message beyond 64 KiB ends the connection with 1009, and silence ends it with 4001', async () => {
  const server = await serve(standIn(), { helloMs: 1 })
  const [large, silent] = await Promise.all([join(server, false), join(server, false)])
  large.socket.send(Buffer.alloc(70_000))
  expect(await large.closed).toBe(1009)
  expect(await silent.closed).toBe(closeCodes.noHello)
})

test('a model that the server does not have, and an invalid message, throw at the call', async () => {
  const [model, other] = [standIn(), standIn()]
  const server = await serve(model)
  expect(() => server.publish(other)).toThrow(UnknownModelError)
  expect(() => server.publish(other)).toThrow(
    'publish: this server was not given that model; it has power. Give every model when the server is created, as in ' +
      'createServer({ models: { power: model } }).',
  )
  expect(() => server.show(other, { type: 'sample', step: 0, x: [] })).toThrow(UnknownModelError)
  expect(() => server.show(model, { type: 'sample', step: 0, x: ['1'] } as unknown as Shown)).toThrow(MessageError)
})

test('invalid options are refused, and a port in use is named with what to do', async () => {
  const model = standIn()
  const server = await serve(model)
  await expect(createServer({ models: {} })).rejects.toThrow('models is empty')
  const models = [
    [standIn(), 'models is a model itself'],
    [[standIn()], 'models is an array'],
    [null, 'models is null'],
    ['power', "models is 'power'"],
  ]
  for (const [given, what] of models)
    await expect(createServer({ models: given as never })).rejects.toThrow(
      `createServer: ${what}; expected models by name, as in { models: { power: model } }.`,
    )
  await expect(createServer({ models: { a: model, b: model } })).rejects.toThrow('under two names')
  await expect(createServer({ models: { model }, maxHz: 0 })).rejects.toThrow('maxHz is 0')
  await expect(createServer({ models: { model }, epoch: -1 })).rejects.toThrow('epoch is -1')
  const taken = createServer({ models: { model: standIn() }, port: server.port })
  await expect(taken).rejects.toThrow(ListenError)
  await expect(taken).rejects.toThrow(`port ${server.port} on 127.0.0.1 is in use; give another port`)
})

test('a value that is not a model is named before a port is opened or a model is listened to', async () => {
  const blocker = await serve(standIn())
  const free = await createServer({ models: { power: standIn() } })
  const { port } = free
  await free.close()
  const model = standIn()
  for (const entry of [{}, undefined, null, 'power', { ...model, publish: undefined }]) {
    const models = { power: model, heat: entry } as unknown as Record<string, StandIn>
    await expect(createServer({ models, port })).rejects.toThrow(
      new TypeError('createServer: models.heat is not a model; expected what createModel returns.'),
    )
  }
  const failing = standIn()
  failing.publish = () => {
    throw new Error('not today')
  }
  await expect(createServer({ models: { power: model, failing }, port })).rejects.toThrow('not today')
  await expect(createServer({ models: { power: model }, port: blocker.port })).rejects.toThrow(ListenError)
  expect(model.listeners.size).toBe(0)
  // The port is still free.
  expect((await serve(model, { port })).port).toBe(port)
})

test('close sends what is pending and says goodbye, and a stream that still runs is not disturbed', async () => {
  const model = standIn()
  const server = await serve(model, { maxHz: 0.001 })
  const client = await join(server)
  await client.frame()
  model.advance()
  server.publish(model)
  model.advance()
  server.publish(model)
  const closing = server.close()
  expect(server.close()).toBe(closing)
  await closing
  expect(await client.closed).toBe(closeCodes.goingAway)
  expect(client.frames.at(-1)?.publication.step).toBe(2)
  expect(model.listeners.size).toBe(0)
  expect(server.publish(model)).toBe(false)
  server.show(model, { type: 'sample', step: 0, x: [] })
})
