import fc from 'fast-check'
import { from, lastValueFrom, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  backward,
  batch,
  type Chunk,
  createModel,
  createPredictor,
  encode,
  forward,
  gradient,
  learn,
  loss,
  type Model,
  numeric,
  type Row,
  rolling,
  type Snapshot,
  sgd,
  time,
  update,
} from '../../../operators/index.js'
import { circuit } from '../../../src/circuit.js'
import { fieldKinds } from '../../../src/features/kinds.js'
import { STATISTICS } from '../../../src/features/statistic.js'
import { WINDOW_SCALERS } from '../../../src/features/windowScalers.js'
import { workers } from '../../../src/node/index.js'
import { decodePublication, decodeSnapshot, encodePublication, encodeSnapshot } from '../../../src/wire/index.js'
import { runs } from '../../runs.js'
import { chunkOf, kinds, numberOf, type Reading, reading } from './remembering.js'

const readings = (most: number): fc.Arbitrary<Reading[]> => fc.array(reading, { minLength: 1, maxLength: most })
const windows = fc.constantFrom(1, 2, 7, 128)

const names = Object.keys(kinds)
/** The names of the targets: the one that is remembered, and one for each of the other columns. */
const targets = ['power', ...names.map((name) => `of ${name}`)]
const plain = numeric({ scale: 'none' })

/** A model that predicts its own columns, and goes on to do so: `a`, and one for each kind. */
const make = (executor: 'wasm' | 'interpreter' = 'wasm', shards = 1): Model<Row> =>
  createModel({
    features: { a: plain, ...Object.fromEntries(names.map((name) => [name, kinds[name]!.field])) },
    target: Object.fromEntries(targets.map((name) => [name, plain])),
    circuit: circuit(({ input, weight, add }) => ({
      f: add(input('x', [targets.length]), weight('w', { shape: [targets.length] })),
    })),
    optimizer: sgd({ learningRate: 0 }),
    executor,
    shards,
  } as Parameters<typeof createModel>[0]) as unknown as Model<Row>

const isRejected = ({ a }: Reading): boolean => typeof a !== 'number'
/** A row as the model is given it: the fields that a row holds have their own names there. */
const rowOf = (row: Reading): Row => ({
  ...row,
  ...Object.fromEntries(names.flatMap((name) => (kinds[name]!.holds ? [[name, row.q]] : []))),
  ...Object.fromEntries(row.power === undefined ? [] : targets.slice(1).map((name) => [name, 0])),
})
const rowsOf = (rows: readonly Reading[]): readonly Row[] => rows.map(rowOf)

/** The numbers of each row that is not rejected, from the whole history. */
const expectedOf = (rows: readonly Reading[]): readonly (readonly number[])[] => {
  const above: Reading[] = []
  return rows.flatMap((row) => {
    if (isRejected(row)) return []
    const numbers = names.map((name) => numberOf(kinds[name]!, row, above))
    above.push(row)
    return [[row.a as number, ...numbers]]
  })
}
const asColumns = (numbers: readonly number[]): readonly number[] => numbers.map((x) => (Number.isNaN(x) ? 0 : x))
const expectClose = (given: readonly number[] | Float64Array, expected: readonly number[]): void => {
  expected.forEach((right, i) => {
    const message = `${['a', ...names][i]}: ${given[i]} is not ${right}`
    if (Number.isNaN(right)) expect(given[i], message).toBeNaN()
    else expect(Math.abs((given[i] as number) - right), message).toBeLessThanOrEqual(1e-9 * Math.abs(right))
  })
}

/** Learns the elements, and returns the predictions of the rows that were not rejected. */
const seen = (model: Model<Row>, elements: readonly (Row | readonly Row[] | Chunk)[], b: number) => {
  const all: (readonly number[])[] = []
  from(elements)
    .pipe(learn<Row, Row | readonly Row[] | Chunk>(model, { batch: b }))
    .subscribe(({ predictions }) => {
      if (predictions?.kind === 'prediction') all.push(targets.map((name) => predictions.values?.[name] as number))
      if (predictions?.kind !== 'predictions') return
      const { size, values } = predictions
      for (let i = 0; i < size; i++) all.push([...values.slice(i * targets.length, (i + 1) * targets.length)])
    })
  return all.filter((numbers) => !Number.isNaN(numbers[0]))
}

describe('fields that remember', () => {
  it('are what a look at all rows before gives, at every b and in every form', () => {
    fc.assert(
      fc.property(readings(50), windows, (rows, b) => {
        const given = rowsOf(rows)
        const numbers: Float64Array[] = []
        from(given)
          .pipe(encode(make()))
          .subscribe((example) => example.kind === 'example' && numbers.push(example.x))
        const expected = expectedOf(rows)
        expect(numbers.length).toBe(expected.length)
        for (const [i, row] of expected.entries()) expectClose(numbers[i]!, row)

        const all = numbers.map((row) => asColumns([...row]))
        expect(seen(make(), given, b)).toEqual(all)
        expect(seen(make('interpreter'), given, b)).toEqual(all)
        expect(seen(make(), [given.slice(0, 5), given.slice(5, 6), given.slice(6)], b)).toEqual(all)
        expect(seen(make(), [chunkOf(given.slice(0, 9), targets), chunkOf(given.slice(9), targets)], b)).toEqual(all)
      }),
      { numRuns: runs(60) },
    )
  })

  it('remember the same in the long form', () => {
    fc.assert(
      fc.property(readings(30), windows, (rows, b) => {
        const [fused, long, whole] = [make(), make(), make()]
        const given = rowsOf(rows)
        from(given)
          .pipe(learn(fused, { batch: b }))
          .subscribe()
        from(given).pipe(encode(long), batch(b), forward(long), loss(), backward(), update(long)).subscribe()
        from(given).pipe(encode(whole), batch(b), gradient(whole), update(whole)).subscribe()
        expect(long.publish()).toEqual(fused.publish())
        expect(whole.publish()).toEqual(fused.publish())
      }),
      { numRuns: runs(30) },
    )
  })

  it('are predicted from the rows of all steps so far, also by a replica and after a restore at any row', () => {
    fc.assert(
      fc.property(readings(25), readings(15), windows, (first, second, b) => {
        const model = make()
        seen(model, rowsOf(first), b)
        const resumed = make()
        resumed.restore(decodeSnapshot(encodeSnapshot(model.snapshot())) as Snapshot)
        const replica = createPredictor<Row>(JSON.parse(JSON.stringify(model.description)))
        const expected = expectedOf([...first, ...second])
        let i = expectedOf(first).length
        for (const reading of second) {
          const row = rowOf(reading)
          replica.apply(decodePublication(encodePublication(model.publish(), { epoch: 1, layout: 2 })).publication)
          if (!isRejected(reading)) {
            const { values } = model.predict(row)
            expectClose(Object.values(values!), asColumns(expected[i++]!))
            for (const predictor of [model, replica, resumed]) expect(predictor.predict(row).values).toEqual(values)
          }
          model.learn(row)
          resumed.learn(row)
        }
        expect(resumed.snapshot()).toEqual(model.snapshot())
      }),
      { numRuns: runs(40) },
    )
  })

  it('have the same bits in shards, whichever engine computes them', async () => {
    const rows = fc.sample(reading, { numRuns: 90, seed: 5 })
    const [alone, shared] = [make('wasm', 3), make('wasm', 3)]
    const expected = seen(alone, rowsOf(rows), 12)
    const learned$ = from(rowsOf(rows)).pipe(learn(shared, { batch: 12, engine: workers(2) }), toArray())
    const given = await lastValueFrom(learned$)
    expect(given.flatMap(({ predictions }) => (predictions ? [Object.values(predictions.values!)] : []))).toEqual(
      expected,
    )
    expect(shared.publish()).toEqual(alone.publish())
  })
})

it('a column that is a time as well is remembered in each form of a time', () => {
  const start = Date.UTC(2024, 0, 31, 12)
  const forms: Readonly<Record<string, (minute: number) => unknown>> = {
    text: (minute) => new Date(start + 60_000 * minute).toISOString(),
    Date: (minute) => new Date(start + 60_000 * minute),
    number: (minute) => start + 60_000 * minute,
  }
  const [text, ...others] = Object.values(forms).map((timeOf) => {
    const model = createModel({
      features: { at: time(), lately: rolling('power', { withinMs: 150_000, time: 'at' }, 'sum', { scale: 'none' }) },
      target: { power: plain },
      circuit: circuit(({ input, weight, slice, add }) => ({ f: add(slice(input('x', [7]), 6, 7), weight('w')) })),
      optimizer: sgd({ learningRate: 0 }),
    }) as unknown as Model<Row>
    return [0, 1, 3, 4, 9].map((minute) => model.learn({ at: timeOf(minute), power: 2 ** minute }).predictions?.value)
  })
  expect(text).toEqual([0, 1, 2, 8, 0])
  for (const other of others) expect(other).toEqual(text)
})

it('every kind that remembers is under these laws', () => {
  const enrolled = new Set(Object.values(kinds).map(({ field }) => field.kind))
  const others = ['numeric', 'category', 'cyclic', 'hashed', 'time', 'text', 'cross']
  expect([...enrolled, ...others].sort()).toEqual(Object.keys(fieldKinds).sort())
  const settings = Object.values(kinds).map(({ field }) => field as { statistic?: string; scaler?: string })
  expect(settings.map(({ statistic }) => statistic)).toEqual(expect.arrayContaining([...STATISTICS]))
  expect(settings.map(({ scaler }) => scaler)).toEqual(expect.arrayContaining([...WINDOW_SCALERS]))
})
