import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { connect, createServer, type ReplicaOptions, replica, type Server } from '../../../src/node/index.js'
import type { Description } from '../../../src/records.js'
import { describe as describeModel, type StandIn, standIn } from '../node/server/standIn.js'

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const it of opened.splice(0).reverse()) await it.close()
})
const keep = <T extends { close(): unknown }>(it: T): T => {
  opened.push(it)
  return it
}
const serve = async (model: StandIn, port = 0): Promise<Server> =>
  keep(await createServer({ models: { power: model }, port, maxHz: 1000 }))
const options: ReplicaOptions = { createPredictor: standIn, firstMs: 5, mostMs: 20 }
const reach = async (steps: AsyncIterable<number>, step: number): Promise<void> => {
  for await (const at of steps) if (at === step) return
}

test.each(['f32', 'f64'] as const)(
  "a replica predicts the server's bytes at equal steps, with categories added since the welcome (%s)",
  async (precision) => {
    const model = standIn(describeModel(17, precision))
    const server = await serve(model)
    const power = keep(await replica(server.url, options))
    expect(power.description).toEqual(model.description)
    expect(power.step).toBe(0)
    for (let round = 1; round <= 20; round += 1) {
      for (let i = 0; i < 50; i += 1) {
        model.advance()
        server.publish(model)
        if (i % 10 === 0) await turn()
      }
      await reach(power.steps, model.step)
      for (let row = 0; row < 10; row += 1) {
        const reading = { temperature: row / 7, room: `room ${100 * row + 1}` }
        expect(power.predict(reading)).toEqual(model.predict(reading))
      }
    }
    expect(model.publish().vocabularies[0].length).toBe(10)
  },
)

test('a server that comes back with fewer steps and another circuit is followed again', async () => {
  const first = standIn(describeModel(3))
  const server = await serve(first)
  first.advance(9)
  const power = keep(await replica(server.url, options))
  expect(power.step).toBe(9)
  const { port } = server
  await server.close()
  expect(power.predict({ temperature: 1 }).step).toBe(9)

  const second = standIn(describeModel(5))
  second.advance(2)
  await serve(second, port)
  await reach(power.steps, 2)
  expect(power.description.hash).toBe('f64-5')
  expect(power.predict({ temperature: 1 })).toEqual(second.predict({ temperature: 1 }))
})

test('after a frame that does not fit, a new snapshot is requested', async () => {
  const model = standIn()
  const server = await serve(model)
  let refusals = 0
  const createPredictor = (description: Description): StandIn => {
    const made = standIn(description)
    const apply = made.apply
    made.apply = (publication) => {
      if (publication.step === 1 && refusals++ === 0) throw new Error('not today')
      apply(publication)
    }
    return made
  }
  const power = keep(await replica(server.url, { ...options, createPredictor }))
  model.advance()
  server.publish(model)
  await reach(power.steps, 1)
  expect(refusals).toBe(2)
  expect(power.predict({ temperature: 2 })).toEqual(model.predict({ temperature: 2 }))
})

test('a circuit that cannot be built is an error, and leaves no connection open', async () => {
  const server = await serve(standIn())
  const createPredictor = (): never => {
    throw new Error('unknown op')
  }
  await expect(replica(server.url, { createPredictor })).rejects.toThrow('unknown op')
  while (server.counters.clients > 0) await turn()
})

test('it can share a connection with a reader of messages, and leaves it open', async () => {
  const model = standIn()
  const server = await serve(model)
  server.show(model, { type: 'sample', step: 0, x: [1] })
  const connection = keep(connect(server.url))
  const power = await replica(connection, options)
  power.close()
  await reach(power.steps, -1)
  for await (const message of connection.messages) if (message.type === 'sample') break
  expect(power.predict({ temperature: 1 }).step).toBe(0)
})

test('it asks for frames, and refuses to be asked for anything else', async () => {
  const server = await serve(standIn())
  // @ts-expect-error: a replica has no want
  const wanting: ReplicaOptions = { ...options, want: ['status'] }
  await expect(replica(server.url, wanting)).rejects.toThrow("replica: 'want' is given; expected {")
})

test('it rejects for an unknown model, or when it is closed before the snapshot', async () => {
  const server = await serve(standIn())
  await expect(replica(server.url, { ...options, model: 'heat' })).rejects.toThrow('There is no model "heat"')
  const connection = connect(server.url)
  const waiting = replica(connection, options)
  connection.close()
  await expect(waiting).rejects.toThrow('closed before a snapshot came')
})
