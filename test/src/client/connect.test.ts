import { afterEach, expect, test } from 'vitest'
import { backOff } from '../../../src/client/backOff.js'
import {
  type Connection,
  ConnectionError,
  type ConnectOptions,
  connect,
  type Incoming,
} from '../../../src/client/index.js'
import { encodePublication, layoutCheckOf, type Welcome } from '../../../src/wire/index.js'
import { describe as describeModel, standIn } from '../node/server/standIn.js'
import { type FakeEnd, fakeNet } from './fakeSocket.js'

const description = describeModel()
const layout = layoutCheckOf(description.hash)
const welcome = (part: Partial<Welcome> = {}): Welcome => ({
  type: 'welcome',
  protocol: 1,
  model: 'power',
  models: ['power'],
  epoch: 1,
  step: 0,
  description,
  ...part,
})
const frame = (epoch = 1, of = layout, model = standIn(description)): Uint8Array<ArrayBuffer> =>
  encodePublication(model.publish(), { epoch, layout: of })

const open: Connection[] = []
afterEach(() => {
  for (const connection of open.splice(0)) connection.close()
})
const net = (options: ConnectOptions = {}): { connection: Connection; next(): Promise<FakeEnd> } => {
  const { WebSocket, next } = fakeNet()
  const connection = connect('http://box:1/', { WebSocket, firstMs: 1, mostMs: 4, ...options })
  open.push(connection)
  return { connection, next }
}
const first = async <T extends Incoming['type']>(
  connection: Connection,
  type: T,
): Promise<Extract<Incoming, { type: T }>> => {
  for await (const message of connection.messages) if (message.type === type) return message as never
  throw new Error(`no ${type}`)
}

test('a connection says hello with what it wants, and returns the welcome and the frame', async () => {
  const { connection, next } = net({ model: 'power', want: ['frame'] })
  const end = await next()
  expect(end.url).toBe('ws://box:1/')
  end.accept()
  expect(end.said).toEqual([{ type: 'hello', protocol: 1, model: 'power', want: ['frame', 'status'] }])
  end.send(welcome())
  end.send(frame())
  expect(await connection.welcome).toEqual(welcome())
  const types: string[] = []
  for await (const { type } of connection.messages) {
    types.push(type)
    if (type === 'frame') break
  }
  expect(types).toEqual(['line', 'welcome', 'frame'])
})

const wrong: readonly (readonly [string, (end: FakeEnd) => void, string])[] = [
  ['of another epoch', (end) => end.send(frame(2)), "its epoch is 2; the welcome's is 1"],
  ['of another hash', (end) => end.send(frame(1, layout + 1)), "its model's hash is not the welcome's"],
  [
    'of another size',
    (end) => end.send(frame(1, layout, standIn(describeModel(4)))),
    "it has 4 parameters; the welcome's model has 3",
  ],
  [
    'of another precision',
    (end) => end.send(frame(1, layout, standIn(describeModel(3, 'f32')))),
    "the welcome's model has 3 of f64",
  ],
  ['that was changed', (end) => end.send(frame().fill(1, 60, 61)), 'checksum'],
  ['that is text', (end) => end.send('{}'), 'it is text'],
  ['that is noise', (end) => end.send(Uint8Array.of(0x85)), 'not MessagePack'],
  ['that is a hello', (end) => end.send({ type: 'hello', protocol: 1 }), 'it sent a hello'],
  ['after which the server closes', (end) => end.hangUp(1006), 'it closed with 1006'],
  ['that is an error', (end) => end.send({ type: 'error', code: 'flood', text: 'too much' }), 'too much'],
]
test.each(wrong)('after something %s, which is not accepted, it connects again', async (_, act, says) => {
  const { connection, next } = net()
  const end = await next()
  end.accept()
  end.send(welcome())
  await connection.welcome
  end.send({ type: 'sample', step: 0, x: [] })
  act(end)
  const lost = await first(connection, 'line')
  expect(lost).toEqual({ type: 'line', state: 'lost', reason: expect.stringContaining(says) })
  expect(end.closed).toBe(true)
  const second = await next()
  // Later messages of the first connection are ignored.
  end.send(welcome({ epoch: 9 }))
  second.accept()
  second.send(welcome({ epoch: 3 }))
  second.send(frame(3))
  expect((await first(connection, 'frame')).epoch).toBe(3)
  expect((await first(connection, 'welcome')).epoch).toBe(3)
  // Its earlier messages are gone as well.
  const types: string[] = []
  for await (const { type } of connection.messages) if (types.push(type) === 3) break
  expect(types).toEqual(['line', 'welcome', 'frame'])
})

test('a frame before the welcome is refused', async () => {
  const { next } = net()
  const end = await next()
  end.accept()
  end.send(frame())
  expect(end.closed).toBe(true)
  await next()
})

const fatal: readonly (readonly [string, (end: FakeEnd) => void, string])[] = [
  [
    'an unknown model',
    (end) => end.send({ type: 'error', code: 'model', text: 'none such' }),
    'ws://box:1/ refuses: none such',
  ],
  ['another protocol', (end) => end.send(welcome({ protocol: 2 })), 'it speaks protocol 2, this client 1'],
  ['a final close', (end) => end.hangUp(4404, 'model'), 'it closed with 4404, model'],
]
test.each(fatal)('%s is final', async (_, act, says) => {
  const { connection, next } = net()
  const end = await next()
  end.accept()
  act(end)
  await expect(connection.welcome).rejects.toThrow(ConnectionError)
  await expect(connection.welcome).rejects.toThrow(says)
  await expect(first(connection, 'frame')).rejects.toThrow(says)
})

test('without reconnect, a lost connection is final', async () => {
  const { connection, next } = net({ reconnect: false })
  const end = await next()
  end.hangUp(1006)
  await expect(connection.welcome).rejects.toThrow('is lost: it closed with 1006')
})

test('a connection without a welcome, or a silent one, is lost after its time', async () => {
  const never = net({ timeoutMs: 5 })
  ;(await never.next()).hangUp(1006)
  await expect(never.connection.welcome).rejects.toThrow(
    'no welcome came from ws://box:1/: it closed with 1006 before it was open, and this WebSocket does not tell why; check that the server runs, that the token is right',
  )
  const silent = net({ silenceMs: 2 })
  ;(await silent.next()).accept()
  await silent.next()
})

test('close ends every reader, and makes no new connection', async () => {
  const { connection, next } = net()
  const end = await next()
  const reading = first(connection, 'frame')
  connection.close()
  expect(end.closed).toBe(true)
  await expect(reading).rejects.toThrow('no frame')
  await expect(connection.welcome).rejects.toThrow('was closed before a welcome')
  connection.resync('nothing')
})

test('a slow reader gets the newest frame', async () => {
  const { connection, next } = net()
  const end = await next()
  const reader = connection.messages[Symbol.asyncIterator]()
  end.accept()
  end.send(welcome())
  const model = standIn(description)
  for (let i = 0; i < 100; i += 1) {
    model.advance()
    end.send(frame(1, layout, model))
  }
  const got = [await reader.next(), await reader.next(), await reader.next()].map(({ value }) => value)
  expect(got.map(({ type }) => type)).toEqual(['line', 'welcome', 'frame'])
  expect(got[2].step).toBe(100)
})

test('an invalid URL throws at once', () => {
  const { WebSocket } = fakeNet()
  expect(() => connect('nonsense', { WebSocket })).toThrow("the URL is 'nonsense'; expected one such as")
  expect(() => connect('file:///x', { WebSocket })).toThrow('begins with file:')
})

test('the waits double up to a limit, and vary at random', () => {
  for (let n = 0; n < 12; n += 1) {
    const whole = Math.min(250 * 2 ** n, 10_000)
    const waits = Array.from({ length: 50 }, () => backOff(n, 250, 10_000))
    for (const wait of waits) {
      expect(wait).toBeGreaterThan(whole / 2)
      expect(wait).toBeLessThanOrEqual(whole)
    }
    expect(new Set(waits).size).toBeGreaterThan(40)
  }
})
