import { describe, expect, it } from 'vitest'
import { createModel, dense, lag, type ModelEvent, numeric } from '../../../src/index.js'

const model = (config: object = {}) =>
  createModel({
    features: { temperature: numeric(), humidity: numeric() },
    target: { power: numeric() },
    layers: [dense(1)],
    ...config,
  })
const rowsOf = (count: number, row: (i: number) => object): never[] =>
  Array.from({ length: count }, (_, i) => row(i) as never)
const whole = (i: number) => ({ temperature: i % 7, humidity: i % 5, power: i % 11 })

/** What the events of the kind `naming` name, and the reason of each. */
const toldBy = (given: ReturnType<typeof model>, learn: (given: ReturnType<typeof model>) => void) => {
  const told: (readonly [name: string, nearest: string | undefined])[] = []
  const reasons: string[] = []
  given.listen((event: ModelEvent) => {
    if (event.kind !== 'naming') return
    told.push([event.name, event.nearest])
    reasons.push(event.reason)
  })
  learn(given)
  return { told, reasons }
}
const each = (rows: readonly never[]) => (given: ReturnType<typeof model>) => {
  for (const row of rows) given.learn(row)
}
const forms = {
  'row by row': (rows: readonly never[]) => each(rows),
  'in arrays': (rows: readonly never[]) => (given: ReturnType<typeof model>) => {
    for (let i = 0; i < rows.length; i += 30) given.learn(rows.slice(i, i + 30))
  },
  'in the long form': (rows: readonly never[]) => (given: ReturnType<typeof model>) => {
    const { stages } = given
    const writer = stages.take('test')
    for (const row of rows) {
      const batch = stages.batch([stages.encode(row)])
      stages.update(stages.backward(stages.loss(stages.forward(batch))), writer)
    }
    writer.release()
  },
}

describe.each(Object.entries(forms))('names, %s', (_, form) => {
  it('are told if none of the first 100 rows has them, with the nearest name that rows have', () => {
    const rows = rowsOf(300, (i) => ({ temperature: i, pwoer: i, id: i }))
    const { told, reasons } = toldBy(model(), form(rows))
    expect(told).toEqual([
      ['humidity', undefined],
      ['power', 'pwoer'],
    ])
    expect(reasons).toEqual([
      "none of the first 100 rows has 'humidity'; check the names of the model",
      "none of the first 100 rows has 'power'; is it 'pwoer'? Give both the same name",
    ])
  })

  it('are told if rows have them in place of a name that the model reads', () => {
    const rows = rowsOf(200, (i) => (i % 3 ? whole(i) : { ...whole(i), humidity: undefined, humidty: 3 }))
    for (const row of rows as { humidity?: number }[]) if (row.humidity === undefined) delete row.humidity
    expect(toldBy(model(), form(rows)).told).toEqual([['humidty', 'humidity']])
  })

  it('are told by ten events at most, however many there are', () => {
    const many = Array.from({ length: 300 }, (_, i) => `sensor_${i}`)
    const wide = model({ features: Object.fromEntries(many.map((name) => [name, numeric()])) })
    const row = { power: 1, ...Object.fromEntries(many.map((name) => [name.replace('_', '-'), 1])) }
    const { reasons } = toldBy(wide as never, each(rowsOf(120, () => row)))
    expect(reasons).toHaveLength(10)
    expect(reasons[9]).toContain('other names')
  })
  it('are told if they begin later', () => {
    const rows = rowsOf(600, (i) => (i < 250 ? whole(i) : { ...whole(i), pressure: 3 }))
    const { told, reasons } = toldBy(model(), form(rows))
    expect(told).toEqual([['pressure', undefined]])
    expect(reasons[0]).toMatch(/^from now on there is a name that the model does not read, 'pressure'; check /)
    const renamed = rowsOf(600, (i) => (i < 250 ? whole(i) : { temperature: 1, humidity: 2, pwoer: 3 }))
    expect(toldBy(model(), form(renamed)).told).toEqual([['pwoer', 'power']])
  })

  it('are not told if they are right, or columns beside those that the model reads', () => {
    expect(toldBy(model(), form(rowsOf(400, whole))).told).toEqual([])
    const more = (i: number) => ({ ...whole(i), temperature2: 1, powers: 2, id: i, at: 'now' })
    expect(toldBy(model(), form(rowsOf(400, more))).told).toEqual([])
    const nulls = (i: number) => ({ ...whole(i), humidity: null, power: null })
    expect(toldBy(model(), form(rowsOf(400, nulls))).told).toEqual([])
    const remembering = model({ features: { before: lag('power', 1, { by: 'device' }) } })
    expect(toldBy(remembering, form(rowsOf(400, (i) => ({ power: i, device: 'a' })))).told).toEqual([])
  })
})

describe('names', () => {
  it('change nothing that is learned', () => {
    const [one, other] = [model(), model()]
    const rows = rowsOf(300, (i) => ({ temperature: i % 7, humidty: i % 5, power: i % 3 }))
    other.learn(rows)
    toldBy(one, each(rows))
    expect(one.parameters).toEqual(other.parameters)
  })

  it('are no longer watched where rows have names without end', () => {
    const { told } = toldBy(model(), each(rowsOf(40_000, (i) => ({ ...whole(i), [`key ${i}`]: 1 }))))
    expect(told.length).toBeLessThan(500)
  })

  it('may be wrong in what is no row at all', () => {
    const odd = [null, 3, 'text', undefined, [], Object.create(null)] as never[]
    expect(toldBy(model(), each(odd)).told).toEqual([])
  })
})
