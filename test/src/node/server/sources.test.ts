import { describe, expect, test } from 'vitest'
import { numeric } from '../../../../src/features/numeric.js'
import { dense } from '../../../../src/layers/dense.js'
import { createModel } from '../../../../src/model/createModel.js'
import { createServer, httpIngest } from '../../../../src/node/index.js'

const created = () => createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] })

describe('a server with sources', () => {
  test('lets them answer requests, and has the counters of sources and buffers among its metrics', async () => {
    const ingest = httpIngest({ path: '/rows' })
    const buffer = { counters: { received: 9, passed: 4, dropped: 2, queued: 3, mostQueued: 5 } }
    const server = await createServer({ models: {}, sources: { rows: ingest, buffer } })
    try {
      const headers = { 'Content-Type': 'application/json' }
      const sent = fetch(`${server.url}/rows`, { method: 'POST', headers, body: '[{"x":1},{"x":2}]' })
      const reader = ingest[Symbol.asyncIterator]()
      expect((await reader.next()).value).toEqual({ x: 1 })
      const text = await (await fetch(`${server.url}/metrics`)).text()
      const found = Object.fromEntries(
        [...text.matchAll(/^rxgrad_source_(\w+)\{source="(\w+)"\} (\d+)$/gm)].map(([, name, of, value]) => [
          `${of} ${name}`,
          Number(value),
        ]),
      )
      expect(found).toEqual({
        ...{ 'rows received_total': 2, 'rows given_total': 1, 'rows waiting': 1, 'rows dropped_total': 0 },
        ...{ 'rows refused_total': 0, 'rows invalid_total': 0 },
        ...{ 'buffer received_total': 9, 'buffer passed_total': 4, 'buffer dropped_total': 2, 'buffer queued': 3 },
        'buffer most_queued': 5,
      })
      expect((await reader.next()).value).toEqual({ x: 2 })
      void reader.next()
      expect(await (await sent).json()).toEqual({ taken: 2 })
      expect((await fetch(`${server.url}/rowsx`)).status).toBe(404)
    } finally {
      ingest.close()
      await server.close()
    }
  })

  test('refuses what is no source, and needs models or sources', async () => {
    await expect(createServer({ models: {} })).rejects.toThrow('models is empty')
    await expect(createServer({ models: {}, sources: { a: 3 as never } })).rejects.toThrow(
      'sources.a is 3; expected a source',
    )
    await expect(createServer({ models: {}, sources: { a: null as never } })).rejects.toThrow('sources.a is null')
  })
})

describe('a model that is added', () => {
  test('is served as those that were there, and refused if it is none or there is one', async () => {
    const first = created()
    const server = await createServer({ models: { first } })
    try {
      const later = created()
      server.add('later', later)
      later.learn({ x: 1, y: 2 })
      expect(server.publish(later)).toBe(true)
      const { models } = (await (await fetch(`${server.url}/health`)).json()) as { models: Record<string, object> }
      expect(models).toMatchObject({ first: { step: 0 }, later: { step: 1 } })
      expect(() => server.add('later', created())).toThrow("add: there is a model 'later' already")
      expect(() => server.add('again', later)).toThrow("add: the model is served already, as 'later'")
      expect(() => server.add('', created())).toThrow("add: the name is ''")
      expect(() => server.add('none', {} as never)).toThrow('add: none is not a model')
      expect(() => server.publish(created())).toThrow('it has first, later.')
    } finally {
      await server.close()
    }
    expect(() => server.add('late', created())).toThrow('add: the server is closed')
  })
})
