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
})
