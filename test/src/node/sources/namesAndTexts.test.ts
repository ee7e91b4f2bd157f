import { describe, expect, test } from 'vitest'
import { dense } from '../../../../src/layers/dense.js'
import { createModel } from '../../../../src/model/createModel.js'
import type { Model } from '../../../../src/model.js'
import { inferSchema, openTable, readColumns, schemaText } from '../../../../src/node/sources/index.js'
import type { Row } from '../../../../src/values.js'

const rows = Array.from({ length: 60 }, (_, i) => ({
  site: ['0047', '1.10', 'Oslo', ''][i % 4]!,
  device: `${i % 3}`,
  body: i === 7 ? '12' : `the ${['red', 'green'][i % 2]} one, no. ${i}`,
  y: i,
}))
const csv = ['site,device,body,y', ...rows.map((row) => `${row.site},${row.device},"${row.body}",${row.y}`)].join('\n')
const json = rows.map(({ site, ...rest }) => JSON.stringify(site === '' ? rest : { site, ...rest })).join('\n')

const read = async (text: string, features: string): Promise<{ schema: string; notices: string; found: Row[] }> => {
  async function* once() {
    yield text
  }
  const table = await openTable(once())
  const schema = inferSchema(table.contents, {
    target: { name: 'y' },
    features: readColumns(features, '--features'),
    json: text === json,
  })
  const found: Row[] = []
  for await (const readings of table.rows(schema))
    for (const reading of readings) {
      if (reading.kind !== 'row') throw new Error('a row was rejected')
      found.push(reading.row)
    }
  const model = createModel({ features: schema.features, target: schema.target, layers: [dense(1)] }) as Model
  model.learn(found)
  expect(model.counters).toMatchObject({ learned: 60, rejected: 0 })
  return { schema: schemaText(schema), notices: schema.notices.join('\n'), found }
}

describe.each([
  ['CSV', csv],
  ['JSON', json],
])('%s', (_, text) => {
  test('the columns of a cross are read as names, with all their digits, and its own is not', async () => {
    const { schema, notices, found } = await read(text, 'both:cross(site device)')
    expect(schema).toBe('both:cross(site device) -> y:numeric')
    expect(notices).toBe('')
    for (const [i, row] of found.entries()) {
      expect(row).not.toHaveProperty('both')
      expect([`${row.site ?? ''}`, `${row.device}`]).toEqual([rows[i]!.site, rows[i]!.device])
    }
  })
  test('a column that is also a feature of its own is read by its own kind', async () => {
    const { found } = await read(text, 'device:numeric both:cross(device site)')
    for (const [i, { device }] of found.entries()) expect(device).toBe(i % 3)
  })
  test('a text is read as it is, and a kind that is given comes without notes', async () => {
    const { schema, notices, found } = await read(text, 'body:text(2)')
    expect(schema).toBe('body:text(2) -> y:numeric')
    expect(notices).toBe('')
    for (const [i, { body }] of found.entries()) expect(`${body}`).toBe(rows[i]!.body)
  })
  test('a cross of a column that is not there is refused', async () => {
    if (text === csv)
      await expect(read(text, 'both:cross(site devise)')).rejects.toThrow(
        'there is no column "devise". Did you mean "device"?',
      )
    else
      await expect(read(text, 'both:cross(site devise)')).resolves.toMatchObject({
        notices: 'devise is in none of the first rows; it counts as missing until a row has it',
      })
  })
})
