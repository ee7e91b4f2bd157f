import fc from 'fast-check'
import { from } from 'rxjs'
import { expect, it } from 'vitest'
import {
  backward,
  batch,
  type Chunk,
  createModel,
  createPredictor,
  dense,
  encode,
  experts,
  type Fields,
  forward,
  gradient,
  learn,
  loss,
  type Model,
  numeric,
  type Row,
  update,
} from '../../../operators/index.js'
import { workers } from '../../../src/node/index.js'
import { decodePublication, decodeSnapshot, encodePublication, encodeSnapshot } from '../../../src/wire/index.js'
import { runs } from '../../runs.js'
import { chunkOf, kinds, type Reading, reading } from './remembering.js'

const names = Object.keys(kinds)
const fieldOf = (name: string) => kinds[name]!.field
/** The fields as they are usually scaled; a window scales by itself. */
const isScaled = (name: string): boolean => 'scale' in fieldOf(name)
const remembering: Fields = Object.fromEntries(
  names.map((name) => [name, isScaled(name) ? { ...fieldOf(name), scale: 'exponential', clip: 5 } : fieldOf(name)]),
)
const written: Fields = Object.fromEntries(
  names.map((name) => [name, isScaled(name) ? numeric() : numeric({ scale: 'none' })]),
)
const common = {
  target: { power: numeric() },
  experts: {
    same: experts.noChange(),
    linear: experts.net([dense(1)], { rates: [0.5, 2] }),
    net: experts.net([dense(3, 'tanh'), dense(1)]),
  },
  seed: 4,
} as const
const make = (features: Fields, more: object = {}): Model<Row> =>
  createModel({ features: { a: numeric(), ...features }, ...common, ...more }) as unknown as Model<Row>

const rowsOf = (readings: readonly Reading[]): readonly Row[] =>
  readings.map((row) => ({
    ...row,
    ...Object.fromEntries(names.flatMap((name) => (kinds[name]!.holds ? [[name, row.q]] : []))),
  }))
/** The same rows as a person would write them, with a column for each field; the laws of the fields check its numbers. */
const writtenOf = (rows: readonly Row[]): readonly Row[] => {
  const numbers: Float64Array[] = []
  from(rows)
    .pipe(encode(make(remembering)))
    .subscribe((example) => example.kind === 'example' && numbers.push(example.x))
  let i = 0
  return rows.map(({ a, power }): Row => {
    if (typeof a !== 'number') return { a, power }
    const [, ...own] = numbers[i++]!
    const columns = own.map((x, k): [string, number | undefined] => [names[k]!, Number.isNaN(x) ? undefined : x])
    return { a, power, ...Object.fromEntries(columns) }
  })
}
/** What a model has learned, but for what its fields remember. Only a memory counts rows without a label as steps. */
const learned = (model: Model<Row>) => {
  const { parameters, statistics } = model.publish()
  return { parameters, statistics }
}
const taught = (model: Model<Row>, rows: readonly (Row | Chunk)[], b: number): Model<Row> => {
  from(rows)
    .pipe(learn<Row, Row | Chunk>(model, { batch: b }))
    .subscribe()
  return model
}
const readings = fc.array(reading, { minLength: 1, maxLength: 30 })
const windows = fc.constantFrom(1, 7, 128)

it('experts learn from what fields remember as from columns of the same numbers, in every form', () => {
  fc.assert(
    fc.property(readings, windows, (given, b) => {
      const rows = rowsOf(given)
      const expected = learned(taught(make(written), writtenOf(rows), b))
      expect(learned(taught(make(remembering), rows, b))).toEqual(expected)
      expect(learned(taught(make(remembering, { executor: 'interpreter' }), rows, b))).toEqual(expected)
      const chunks = [chunkOf(rows.slice(0, 9), ['power']), chunkOf(rows.slice(9), ['power'])]
      expect(learned(taught(make(remembering), chunks, b))).toEqual(expected)
      const [long, whole] = [make(remembering), make(remembering)]
      from(rows).pipe(encode(long), batch(b), forward(long), loss(), backward(), update(long)).subscribe()
      from(rows).pipe(encode(whole), batch(b), gradient(whole), update(whole)).subscribe()
      expect(learned(long)).toEqual(expected)
      expect(learned(whole)).toEqual(expected)
    }),
    { numRuns: runs(20) },
  )
})

it('and go on so after a restore at any row, and in a replica', () => {
  fc.assert(
    fc.property(readings, fc.nat(30), windows, (given, cut, b) => {
      const rows = rowsOf(given)
      const other = writtenOf(rows)
      const before = taught(make(remembering), rows.slice(0, cut), b)
      const resumed = make(remembering)
      resumed.restore(decodeSnapshot(encodeSnapshot(before.snapshot())))
      const person = taught(make(written), other.slice(0, cut), b)
      const replica = createPredictor<Row>(JSON.parse(JSON.stringify(before.description)))
      replica.apply(decodePublication(encodePublication(before.publish(), { epoch: 1, layout: 2 })).publication)
      const next = rows[cut]
      if (next && typeof next.a === 'number') {
        const { value } = person.predict(other[cut]!)
        for (const model of [before, resumed, replica]) expect(model.predict(next).value).toBe(value)
      }
      expect(learned(taught(resumed, rows.slice(cut), b))).toEqual(learned(taught(person, other.slice(cut), b)))
    }),
    { numRuns: runs(20) },
  )
})

it('and have the same bits in shards, whichever engine computes them', async () => {
  const rows = rowsOf(fc.sample(reading, { numRuns: 90, seed: 5 }))
  const expected = learned(taught(make(written, { shards: 3 }), writtenOf(rows), 12))
  const shared = make(remembering, { shards: 3 })
  await new Promise<void>((resolve, reject) => {
    from(rows)
      .pipe(learn(shared, { batch: 12, engine: workers(2) }))
      .subscribe({ error: reject, complete: resolve })
  })
  expect(learned(shared)).toEqual(expected)
})
