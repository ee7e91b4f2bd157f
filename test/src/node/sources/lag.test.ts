import { describe, expect, test } from 'vitest'
import type { Fields } from '../../../../src/features/field.js'
import { lag } from '../../../../src/features/lag.js'
import { numeric } from '../../../../src/features/numeric.js'
import { dense } from '../../../../src/layers/dense.js'
import { createModel } from '../../../../src/model/createModel.js'
import type { Model } from '../../../../src/model.js'
import { inferSchema, openTable, readColumns } from '../../../../src/node/sources/index.js'
import type { Row } from '../../../../src/values.js'

const rows = Array.from({ length: 40 }, (_, i) => ({ device: 'pq'[i % 2] as string, power: (i * i) % 17, a: i % 5 }))
const csv = ['device,power,a', ...rows.map(({ device, power, a }) => `${device},${power},${a}`)].join('\n')
const ndjson = rows.map((row) => JSON.stringify(row)).join('\n')
const asked = readColumns('a before:lag(power, 1, device) "far back":lag(a, 3)', '--features')

async function* once(text: string): AsyncGenerator<string> {
  yield text
}

describe.each([
  ['CSV', csv],
  ['NDJSON', ndjson],
])('a lag of a table: %s', (_, text) => {
  test('learns as a lag that is written in a program', async () => {
    const table = await openTable(once(text))
    const schema = inferSchema(table.sample, { target: { name: 'power' }, features: asked })
    const make = (features: Fields): Model<Row> =>
      createModel({ features, target: { power: numeric() }, layers: [dense(1)] }) as unknown as Model<Row>
    const model = make(schema.features)
    for await (const readings of table.rows(schema))
      for (const reading of readings) if (reading.kind === 'row') model.learn(reading.row)
    const written = make({
      a: numeric(),
      before: lag('power', 1, { by: 'device' }),
      'far back': lag('a', 3),
    })
    for (const row of rows) written.learn(row)
    expect(model.snapshot()).toEqual(written.snapshot())
    expect(model.counters.learned).toBe(rows.length)
  })

  test('is refused with the name of the column that is missing', async () => {
    const table = await openTable(once(text))
    const features = readColumns('before:lag(pover, 1)', '--features')
    const infer = () => inferSchema(table.sample, { target: { name: 'power' }, features })
    expect(infer).toThrow('there is no column "pover". Did you mean "power"?')
  })

  test('of a column of names, or of what no row holds, is refused', async () => {
    const table = await openTable(once(text))
    const infer = (features: string) => () =>
      inferSchema(table.contents, {
        target: { name: 'power' },
        features: readColumns(features, '--features'),
        json: text === ndjson,
      })
    for (const kind of ['lag(device, 1)', 'rolling(device, 3, mean)', 'difference(device)'])
      expect(infer(`b:${kind}`)).toThrow(
        `b:${kind.split('(')[0]} reads "device", which has 2 names, such as "p"; expected a column of numbers.`,
      )
    for (const features of ['b:lag(power, 1) c:lag(b, 1)', 'c:lag(b, 1) b:lag(power, 1)'])
      expect(infer(features)).toThrow(
        'c:lag reads "b", which is a lag and in no row; expected a column of the input, such as the one that "b" reads.',
      )
  })
})

describe.each(['csv', 'ndjson'])('a window of time in %s', (format) => {
  const times = Array.from({ length: 30 }, (_, i) => 1.7e12 + 1000 * i * i)
  test('reads times in texts without a field of their own, at their offset', async () => {
    const iso = times.map((at) => new Date(at).toISOString())
    const zoned = times.map((at) => new Date(at + 5400000).toISOString().replace('Z', '+01:30'))
    for (const texts of [iso, zoned, iso.map((at) => at.replace('T', ' ').replace('Z', ''))]) {
      const lines = texts.map((at, i) => (format === 'csv' ? `"${at}",${i}` : JSON.stringify({ at, power: i })))
      const table = await openTable(once([...(format === 'csv' ? ['at,power'] : []), ...lines].join('\n')))
      const features = readColumns('m:rolling(power, 99, count, , at, 60000) gap:difference(at)', '--features')
      const schema = inferSchema(table.contents, { target: { name: 'power' }, features })
      const found: unknown[] = []
      for await (const readings of table.rows(schema))
        for (const reading of readings) found.push(reading.kind === 'row' && reading.row.at)
      expect(found).toEqual(times)
    }
  })
})
