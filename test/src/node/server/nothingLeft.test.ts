import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { connect, createServer } from '../../../../src/node/index.js'
import type { Served } from '../../../../src/node/server/served.js'
import { standIn } from './standIn.js'

// A closed server or client leaves nothing behind: no timer, and no listener of a model.

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test.each([0, 1, 3])('a server with %d clients leaves nothing behind when it is closed', async (clients) => {
  const [first, second] = [standIn(), standIn()]
  let looks = 0
  const model: Served = new Proxy(first, {
    get: (of, name) => {
      if (name === 'counters') looks++
      return of[name as never]
    },
  })
  const server = await createServer({ models: { first: model, second } })
  expect(vi.getTimerCount()).toBe(1)
  const connections = Array.from({ length: clients }, () => connect(server.url, { model: 'first' }))
  await Promise.all(connections.map(({ welcome }) => welcome))
  vi.advanceTimersByTime(3000)
  expect(looks).toBeGreaterThanOrEqual(3)

  for (const connection of connections) connection.close()
  await server.close()
  expect(vi.getTimerCount()).toBe(0)
  expect([first.listeners.size, second.listeners.size]).toEqual([0, 0])
  const before = looks
  vi.advanceTimersByTime(10_000)
  expect(looks).toBe(before)
})

test('a server that could not be created leaves nothing behind either', async () => {
  const server = await createServer({ models: { power: standIn() } })
  const model = standIn()
  await expect(createServer({ models: { power: model }, port: server.port })).rejects.toThrow()
  expect(model.listeners.size).toBe(0)
  expect(vi.getTimerCount()).toBe(1)
  await server.close()
  expect(vi.getTimerCount()).toBe(0)
})
