import fc from 'fast-check'
import { from, lastValueFrom, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  backward,
  batch,
  type Chunk,
  category,
  createModel,
  createPredictor,
  dense,
  encode,
  type Fields,
  forward,
  gradient,
  hashed,
  lag,
  learn,
  loss,
  type Model,
  numeric,
  type Row,
  type Snapshot,
  update,
} from '../../../operators/index.js'
import { workers } from '../../../src/node/index.js'
import { decodePublication, encodePublication } from '../../../src/wire/index.js'
import { runs } from '../../runs.js'

/** A row of one of a few devices; some are rejected, some have no label, no device, or an extreme but valid value. */
type Reading = { readonly a: number | string; readonly device?: string; readonly power?: number }
const reading: fc.Arbitrary<Reading> = fc.record(
  {
    a: fc.oneof({ weight: 12, arbitrary: fc.integer({ min: -9, max: 9 }) }, { weight: 1, arbitrary: fc.constant('x') }),
    device: fc.constantFrom('p', 'q', 'r', 's'),
    power: fc.integer({ min: -50, max: 50 }),
  },
  { requiredKeys: ['a'] },
)
const readings = (most: number): fc.Arbitrary<Reading[]> => fc.array(reading, { minLength: 1, maxLength: most })
const windows = fc.constantFrom(1, 2, 3, 7)

const CAPACITY = 2
const common = { target: { power: numeric() }, layers: [dense(3, 'tanh'), dense(1)], seed: 4 } as const
type Config = Parameters<typeof createModel>[0]
const withLags = (more: Partial<Config> = {}): Model<Row> =>
  createModel({
    features: {
      a: numeric(),
      before: lag('power', 1),
      own: lag('power', 2, { by: 'device', capacity: CAPACITY }),
      aBefore: lag('a', 3, { scale: 'none' }),
    },
    ...common,
    ...(more as object),
  }) as unknown as Model<Row>
/** The same net for rows that contain the values which the other model remembers. */
const withColumns = (more: Partial<Config> = {}): Model<Row> =>
  createModel({
    features: { a: numeric(), before: numeric(), own: numeric(), aBefore: numeric({ scale: 'none' }) },
    ...common,
    ...(more as object),
  }) as unknown as Model<Row>

/** Returns the power of a device's last row but one, looked up row by row; a device that was forgotten begins anew. */
const secondLast = (above: readonly Reading[], device: string | undefined): number | undefined => {
  const others = new Set<string>()
  let found = 0
  for (const row of [...above].reverse()) {
    if (row.device === undefined) continue
    if (row.device !== device) others.add(row.device)
    else if (++found === 2) return row.power
    else others.clear()
    if (others.size === CAPACITY) return undefined
  }
  return undefined
}

/** Adds the three columns that a person would write into a table, by looking at the rows above. */
const remembered = (rows: readonly Reading[]): Row[] => {
  const taken: Reading[] = []
  return rows.map((row) => {
    const full = {
      ...row,
      before: taken.at(-1)?.power,
      own: row.device === undefined ? undefined : secondLast(taken, row.device),
      aBefore: taken.at(-3)?.a,
    }
    if (typeof row.a === 'number') taken.push(row)
    return full
  })
}

const bits = (model: Model<Row>): string => {
  const { parameters, statistics } = model.publish()
  return [parameters, statistics]
    .map((numbers) => Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('hex'))
    .join()
}
const learned = (model: Model<Row>, rows: readonly Row[], b: number): string => {
  from(rows)
    .pipe(learn(model, { batch: b }))
    .subscribe()
  return bits(model)
}
const chunkOf = (rows: readonly Reading[]): Chunk => {
  const devices = ['p', 'q', 'r', 's']
  const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN)
  return {
    kind: 'chunk',
    size: rows.length,
    // The columns are a, and the device, which is not a feature; the power that is remembered is the target.
    x: Float64Array.from(
      rows.flatMap(({ a, device }) => [
        typeof a === 'number' ? a : Infinity,
        device === undefined ? Number.NaN : devices.indexOf(device),
      ]),
    ),
    y: Float64Array.from(rows, ({ power }) => number(power)),
  }
}

describe('lag', () => {
  it('equals the column that a person would write into the table, at every b and in every form', async () => {
    await fc.assert(
      fc.asyncProperty(readings(40), windows, async (rows, b) => {
        const expected = learned(withColumns(), remembered(rows), b)
        expect(learned(withLags(), rows, b)).toBe(expected)
        const arrays = withLags()
        from<readonly (readonly Row[])[]>([rows.slice(0, 5), rows.slice(5, 6), rows.slice(6)])
          .pipe(learn<Row, readonly Row[]>(arrays, { batch: b }))
          .subscribe()
        expect(bits(arrays)).toBe(expected)
        const chunks = withLags()
        from([chunkOf(rows.slice(0, 9)), chunkOf(rows.slice(9))])
          .pipe(learn<Row, Chunk>(chunks, { batch: b }))
          .subscribe()
        expect(bits(chunks)).toBe(expected)
        const long = withLags()
        from(rows as readonly Row[])
          .pipe(encode(long), batch(b), forward(long), loss(), backward(), update(long))
          .subscribe()
        expect(bits(long)).toBe(expected)
        const fused = withLags()
        from(rows as readonly Row[])
          .pipe(encode(fused), batch(b), gradient(fused), update(fused))
          .subscribe()
        expect(bits(fused)).toBe(expected)
        const interpreted = withLags({ executor: 'interpreter' })
        expect(learned(interpreted, rows, b)).toBe(expected)
      }),
      { numRuns: runs(150) },
    )
  })

  it('predicts as these columns do, from the rows of all steps so far, and predict changes nothing', () => {
    fc.assert(
      fc.property(readings(25), (rows) => {
        const [model, columns] = [withLags(), withColumns()]
        remembered(rows).forEach((full, i) => {
          const row = rows[i] as Row
          if (typeof rows[i]?.a === 'number') {
            expect(model.predict(row).value).toBe(columns.predict(full).value)
            expect(model.predict(row).value).toBe(columns.predict(full).value)
          }
          const { predictions } = model.learn(row)
          expect(predictions?.value).toBe(columns.learn(full).predictions?.value)
        })
      }),
      { numRuns: runs(100) },
    )
  })

  it('goes on from a snapshot, and a replica predicts the same through the wire format', () => {
    fc.assert(
      fc.property(readings(20), readings(20), windows, (first, second, b) => {
        const expected = withLags()
        learned(expected, first, b)
        const resumed = withLags()
        resumed.restore(structuredClone(expected.snapshot()) as Snapshot)
        const replica = createPredictor<Row>(JSON.parse(JSON.stringify(expected.description)))
        const stamp = { epoch: 1, layout: 2 }
        for (const row of second) {
          replica.apply(decodePublication(encodePublication(expected.publish(), stamp)).publication)
          if (typeof row.a === 'number') expect(replica.predict(row as Row)).toEqual(expected.predict(row as Row))
          expect(resumed.learn(row as Row).predictions).toEqual(expected.learn(row as Row).predictions)
        }
        expect(resumed.snapshot()).toEqual(expected.snapshot())
      }),
      { numRuns: runs(60) },
    )
  })

  it('the step number rises for rows without a label, because predict reads something else after them', () => {
    const model = withLags()
    for (let i = 0; i < 5; i++) model.learn({ a: i, power: i })
    const { step } = model
    const before = model.predict({ a: 1 }).value
    model.learn({ a: 7 })
    expect(model.step).toBe(step + 1)
    expect(model.predict({ a: 1 }).value).not.toBe(before)
  })

  it('values that an open window has read ahead are dropped with it', () => {
    const [model, fresh] = [withLags(), withLags()]
    const rows = Array.from({ length: 10 }, (_, i) => ({ a: i % 4, power: i * i }))
    learned(model, rows.slice(0, 4), 4)
    learned(fresh, rows.slice(0, 4), 4)
    const writer = model.stages.take('a test', 4)
    writer.learn({ a: 3, power: 99 })
    writer.release()
    expect(learned(model, rows.slice(4), 2)).toBe(learned(fresh, rows.slice(4), 2))
  })

  it('a prediction in the middle of a window, or between stages, uses the memory of the last step', () => {
    const rows = Array.from({ length: 9 }, (_, i) => ({ a: i % 4, power: i * i }))
    const model = withLags()
    learned(model, rows, 3)
    const said = model.predict({ a: 2, device: 'p' }).value
    const writer = model.stages.take('a test', 3)
    writer.learn({ a: 3, power: 99 })
    expect(model.predict({ a: 2, device: 'p' }).value).toBe(said)
    writer.release()
    from<readonly Row[]>([{ a: 3, power: 99 }])
      .pipe(encode(model), batch(5), forward(model))
      .subscribe()
    model.stages.encode({ a: 3, power: 99 })
    expect(model.predict({ a: 2, device: 'p' }).value).toBe(said)
  })

  it('has the same bits in shards, whichever engine computes them', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({ a: i % 7, device: 'pqrs'[i % 4], power: (i * i) % 23 }))
    const alone = withLags({ shards: 2 })
    learned(alone, rows, 12)
    const shared = withLags({ shards: 2 })
    await lastValueFrom(from(rows as readonly Row[]).pipe(learn(shared, { batch: 12, engine: workers(2) }), toArray()))
    expect(bits(shared)).toBe(bits(alone))
  })

  it('a category that is a key has the same keys by name in a row and by column in a chunk', () => {
    const make = (): Model<Row> =>
      createModel({
        features: { device: category({ values: ['p', 'q'] }), own: lag('power', 1, { by: 'device' }) },
        target: { power: numeric() },
        layers: [dense(1)],
      }) as unknown as Model<Row>
    const rows = Array.from({ length: 20 }, (_, i) => ({ device: 'pq'[i % 3 === 0 ? 0 : 1] as string, power: i % 5 }))
    const chunk: Chunk = {
      kind: 'chunk',
      size: rows.length,
      x: Float64Array.from(rows, ({ device }) => 'pq'.indexOf(device)),
      y: Float64Array.from(rows, ({ power }) => power),
    }
    const chunked = make()
    chunked.learn(chunk)
    expect(bits(chunked)).toBe(learned(make(), rows, 1))
  })

  it('rejects a value that is not a number to remember, and names its column', () => {
    const model = createModel({
      features: { before: lag('temperature', 1) },
      target: { power: numeric() },
      layers: [dense(1)],
    }) as unknown as Model<Row>
    const reasons: string[] = []
    model.listen((event) => event.kind === 'rejection' && reasons.push(event.reason))
    model.learn({ temperature: 'warm', power: 1 })
    model.learn({ temperature: Infinity, power: 1 })
    expect(reasons).toEqual([
      "temperature is 'warm'; expected a number to remember",
      'temperature is Infinity; expected a number to remember',
    ])
    expect(() => lag('', 1)).toThrow(/^lag: the column is ''; expected a name/)
    expect(() => lag('x', 0)).toThrow(/^lag: rows is 0; expected a whole number of at least 1/)
    expect(() => lag('x', 1e9)).toThrow(/^lag: rows is 1000000000; expected at most 1000000/)
  })

  it('refuses a column that can never hold a number, when the model is created', () => {
    const modelWith = (of: Fields[string], target = numeric() as Fields[string]) =>
      createModel({ features: { of, before: lag('of', 1) }, target: { y: target }, layers: [dense(1)] } as never)
    expect(() => modelWith(hashed({ capacity: 8, active: 2 }))).toThrow(/remembers 'of', which is a hashed field;/)
    expect(() => modelWith(category({ values: ['p', 'q'] }))).toThrow(
      /'of', which is a category field of the names p, q/,
    )
    expect(() => modelWith(category({ values: [0, 1] }))).not.toThrow()
    expect(() => modelWith(category())).not.toThrow()
  })
})
