import { describe, expect, test } from 'vitest'
import { inferSchema, openTable } from '../../../../src/node/sources/index.js'

describe.each(['csv', 'ndjson'])('the order of day and month in %s', (format) => {
  const line = (at: string, y: number): string => (format === 'csv' ? `${at},${y}\n` : `${JSON.stringify({ at, y })}\n`)
  const read = async (texts: readonly string[], lookAhead: number) => {
    async function* once() {
      yield `${format === 'csv' ? 'at,y\n' : ''}${texts.map(line).join('')}`
    }
    const table = await openTable(once(), { lookAhead })
    const schema = inferSchema(table.contents, { target: { name: 'y' }, time: 'at' })
    const found: unknown[] = []
    for await (const readings of table.rows(schema))
      for (const reading of readings)
        if (reading.kind === 'row') found.push(reading.unread === undefined ? reading.row.at : 'unread')
    return found
  }
  const [january, february] = [(day: number) => Date.UTC(2024, 0, day), (day: number) => Date.UTC(2024, 1, day)]
  test('is decided by a later date if the first rows left it open, and only once', async () => {
    const texts = ['1/2/2024', '2/2/2024', '13/2/2024', '3/2/2024', '14/2/2024', '2/14/2024', '4/2/2024']
    expect(await read(texts, 2)).toEqual([
      ...[january(2), february(2), 'unread', february(3), february(14), 'unread', february(4)],
    ])
    const german = ['1.2.2024', '2.2.2024', '2.13.2024', '2.3.2024']
    expect(await read(german, 2)).toEqual([february(1), february(2), 'unread', february(3)])
  })
  test('stays as it is if the first rows decided it', async () => {
    expect(await read(['1/13/2024', '1/2/2024', '13/1/2024', '1/3/2024'], 2)).toEqual([
      ...[january(13), january(2), 'unread', january(3)],
    ])
  })
})
