import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { numeric } from '../../../../src/features/numeric.js'
import { inferSchema, openTable, readSchema } from '../../../../src/node/sources/index.js'
import { eventReader, topicReader, wrappingOf } from '../../../../src/node/sources/prefixed.js'
import { runs } from '../../../runs.js'

const row = fc.record({ a: fc.double({ noNaN: true, min: -1e6, max: 1e6 }), b: fc.string() })

test('objects are read whatever they are wrapped in, however the text is cut', () => {
  const name = fc.stringMatching(/^[a-z0-9/_-]{1,12}$/)
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, row), { minLength: 1 }),
      fc.nat(),
      fc.constantFrom('\n', '\r\n'),
      (sent, cut, end) => {
        const topics = sent.map(([topic, each]) => `${topic} ${JSON.stringify(each)}${end}`).join('')
        const events = sent
          .map(([topic, each], i) => {
            const data = JSON.stringify(each, null, i % 3 === 0 ? 1 : 0)
              .split('\n')
              .map((line) => `data: ${line}${end}`)
            return `${i % 2 === 0 ? `: ping${end}event: ${topic}${end}` : ''}id: ${i}${end}${data.join('')}${end}`
          })
          .join('')
        const read = (reader: ReturnType<typeof topicReader>, text: string) => {
          const at = cut % text.length
          return [...reader(text.slice(0, at), false), ...reader(text.slice(at), true)].map((each) => each.row)
        }
        expect(read(topicReader(), topics)).toEqual(
          sent.map(([topic, each]) => ({ topic, ...JSON.parse(JSON.stringify(each)) })),
        )
        expect(read(eventReader(), events)).toEqual(sent.map(([, each]) => JSON.parse(JSON.stringify(each))))
        expect(wrappingOf(topics.split('\n', 1)[0]!)).toBe('topics')
        expect(wrappingOf(events.split('\n', 1)[0]!)).toBe('events')
      },
    ),
    { numRuns: runs(200) },
  )
})

describe('a table', () => {
  const open = (text: string) => openTable(Readable.from([text]))
  test('has the topic as a column, and names the line of what is no object', async () => {
    const table = await open('home/1 {"x":1,"y":2}\nhome/2 {"x":3,"y":4}\nhome/2 offline\n')
    expect([table.format, table.columns]).toEqual(['ndjson', ['topic', 'x', 'y']])
    const found = []
    for await (const readings of table.rows(inferSchema(table.contents, { target: { name: 'y' } })))
      found.push(...readings)
    expect(found).toMatchObject([
      { line: 1, row: { topic: 'home/1', x: 1, y: 2 } },
      { line: 2 },
      { kind: 'rejection', cursor: 3, reason: 'the line is not JSON: "home/2 offline"' },
    ])
  })

  test('has the data of server-sent events', async () => {
    const table = await open(
      ':ok\n\nevent: reading\ndata: {"x":1,\ndata: "y":2}\n\ndata: {"x":3,"y":4}\ndata: {"x":5,"y":6}\n',
    )
    expect(table.sample).toEqual([
      { x: 1, y: 2 },
      { x: 3, y: 4 },
      { x: 5, y: 6 },
    ])
  })

  test.each(['a b {c}\n1 2 3\n', 'id:x,y\n1,2\n', 'data\n1\n', 'time value\n1 2\n', ':a,b\n1,2\n'])(
    'of CSV stays one: %j',
    async (text) => {
      expect((await open(text)).format).toBe('csv')
    },
  )
})

test('a window of times in seconds comes with a note on its unit', () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({ at: 1_700_000_000 + 60 * i, y: i % 3 }))
  const { features } = readSchema('mean:rolling(y, 50, mean, , at, 3600)')
  const config = { target: { name: 'y', field: numeric() }, features: [{ name: 'mean', field: features.mean! }] }
  const note = 'mean has a window of 3600 seconds, because at is in seconds since 1970, not in milliseconds'
  expect(inferSchema(rows, config).notices).toContain(note)
  const inMs = rows.map(({ at, y }) => ({ at: 1000 * at, y }))
  expect(inferSchema(inMs, config).notices.join()).not.toContain('has a window of')
})
