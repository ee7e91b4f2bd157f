import { describe, expect, it } from 'vitest'
import { category } from '../../../src/features/category.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import { sgd } from '../../../src/optimizers/index.js'
import { createRandom } from '../../../src/random.js'
import type { Chunk, ModelEvent } from '../../../src/records.js'
import type { Precision, Row } from '../../../src/values.js'
import { bytesOf } from './kinds.js'

const make = (): Model =>
  createModel({
    features: { a: numeric({ missing: 'reject' }), b: numeric(), room: category({ values: ['p', 'q'], capacity: 3 }) },
    target: { kind: category({ values: ['no', 'yes'] }) },
    layers: [dense(3)],
    cursor: 'at',
  }) as Model
const chunk = (rows: readonly (readonly number[])[], rest: Partial<Chunk> = {}): Chunk => ({
  kind: 'chunk',
  size: rows.length,
  x: Float64Array.from(rows.flatMap((row) => row.slice(0, 3))),
  y: Float64Array.from(rows.map((row) => row[3]!)),
  ...rest,
})

describe('a row of a chunk', () => {
  it.each([
    ['missing, where missing is rejected', [Number.NaN, 1, 0, 1], 'a is missing, and its policy is to reject'],
    ['infinite', [1, Infinity, 0, 1], 'b is Infinity; expected a number within ±1e150'],
    ['too large', [1e200, 1, 0, 1], 'a is 1e+200; expected a number within ±1e150'],
    [
      'a column without a name',
      [1, 1, 2, 1],
      'room is column 2; expected a whole number from -1, which is no column, to 1',
    ],
    [
      'a column that is not a whole number',
      [1, 1, 0.5, 1],
      'room is column 0.5; expected a whole number from -1, which is no column, to 1',
    ],
    [
      'a class without a name',
      [1, 1, 0, 7],
      'kind is column 7; expected a whole number from -1, which is no column, to 1',
    ],
  ])('%s, is rejected alone', (_, wrong, reason) => {
    const [model, without] = [make(), make()]
    const events: ModelEvent[] = []
    model.listen((event) => events.push(event))
    const good = [1, 2, 0, 1]
    const learned = model.learn(chunk([good, wrong, good], { cursor: 3 }))
    without.learn(chunk([good, good], { cursor: 3 }))
    expect(events).toEqual([
      { kind: 'rejection', field: reason.split(' ')[0], reason, row: Float64Array.from(wrong.slice(0, 3)), cursor: 3 },
    ])
    expect([...learned.losses].map(Number.isNaN)).toEqual([false, true, false])
    expect(model.counters).toMatchObject({ learned: 2, rejected: 1 })
    expect(bytesOf({ ...model.snapshot(), counters: without.counters })).toEqual(bytesOf(without.snapshot()))
  })
  it.each([Number.NaN, -1, Infinity])('of weight %d is rejected', (weight) => {
    const model = make()
    model.learn(chunk([[1, 2, 0, 1]], { weights: Float64Array.of(weight) }))
    expect(model.counters).toMatchObject({ learned: 0, rejected: 1 })
  })
  it('may lack a number, a name or its label', () => {
    const model = make()
    const { actual } = model.learn(
      chunk([
        [1, Number.NaN, 0, 0],
        [1, 1, Number.NaN, 1],
        [1, 1, -1, 1],
        [1, 1, 1, Number.NaN],
      ]),
    )
    expect([...actual]).toEqual([0, 1, 1, Number.NaN])
    expect(model.counters).toMatchObject({ learned: 3, rejected: 0, unlabelled: 1 })
  })
  it('may have a class without a known name: it is scored, and gives no gradient', () => {
    const model = make()
    const before = model.parameters
    const { losses, actual } = model.learn(chunk([[1, 2, 0, -1]]))
    expect([...actual]).toEqual([-1])
    expect(losses[0]).toBeCloseTo(Math.log(3), 12)
    expect(model.parameters).toEqual(before)
  })
  it('is the same row in f32 as in f64', () => {
    const [one, other] = [make(), make()]
    const rows = [
      [1, 0.5, 0, 1],
      [-2, 4, 1, 0],
    ]
    one.learn(chunk(rows))
    const { x, y } = chunk(rows)
    other.learn({ kind: 'chunk', size: 2, x: Float32Array.from(x), y: Float32Array.from(y!) })
    expect(bytesOf(other.snapshot())).toEqual(bytesOf(one.snapshot()))
  })
})

it('the cursor of a chunk is kept, even where its last row is rejected or has no label', () => {
  for (const last of [
    [1, 1, 0, 1],
    [Infinity, 1, 0, 1],
    [1, 1, 0, Number.NaN],
  ]) {
    const model = make()
    model.learn(chunk([[1, 1, 0, 1], last], { cursor: 'line 2' }))
    expect(model.cursor).toBe('line 2')
  }
})

it('a row with a field named kind is a row', () => {
  const model = make()
  const learned = model.learn({ a: 1, b: 2, room: 'p', kind: 'chunk' })
  expect(learned).toMatchObject({ step: 1, predictions: { kind: 'prediction' } })
  expect(model.labels).toEqual(['no', 'yes', 'chunk'])
})

describe('wide rows of plain numbers, which are copied unchecked, are learned as the same rows as objects', () => {
  const WIDTH = 30
  const wide = (precision: Precision, batch: number) => {
    const model = createModel({
      features: Object.fromEntries(Array.from({ length: WIDTH }, (_, i) => [`x${i}`, numeric({ scale: 'none' })])),
      target: { kind: category({ values: ['no', 'yes'] }) },
      layers: [dense(5, 'relu'), dense(2)],
      optimizer: sgd({ learningRate: 0.01 }),
      precision,
    }) as Model
    const events: unknown[] = []
    model.listen((event) => events.push(event.kind === 'rejection' ? event.reason : event))
    return { model, events, writer: model.stages.take('test', batch) }
  }
  // NaN, an infinite number, one that is too large, one beyond f32, −0, and the largest number of f32
  const AWKWARD = [Number.NaN, Infinity, -1e200, 1e39, -0, 3.4028234663852886e38]
  it.each([
    ['f32', Float32Array],
    ['f32', Float64Array],
    ['f64', Float32Array],
    ['f64', Float64Array],
  ] as const)('%s from a %o', (precision, Numbers) => {
    const random = createRandom(7, 'wide')
    for (let awkward = -1; awkward < AWKWARD.length; awkward++) {
      const x = new Numbers(23 * WIDTH).map((_: number, i: number) => random.normal(i))
      if (awkward >= 0) x[(3 + awkward) * WIDTH + (awkward % WIDTH)] = AWKWARD[awkward] as number
      const y = Float64Array.from({ length: 23 }, (_, i) => (i === 9 ? Number.NaN : i % 2))
      const rows = Array.from({ length: 23 }, (_, i): Row => {
        const numbers = Array.from({ length: WIDTH }, (_, j): [string, number | undefined] => {
          const number = x[i * WIDTH + j] as number
          return [`x${j}`, Number.isNaN(number) ? undefined : number]
        })
        return Object.fromEntries([...numbers, ['kind', i === 9 ? undefined : i % 2 ? 'yes' : 'no']])
      })
      for (const batch of [1, 4]) {
        const [one, other] = [wide(precision, batch), wide(precision, batch)]
        // A window that a chunk began goes on with objects, and the other way round.
        const learned = [
          one.writer.learn({ kind: 'chunk', size: 10, x, y }),
          one.writer.learn(rows.slice(10, 13)),
          one.writer.learn({ kind: 'chunk', size: 10, x: x.subarray(13 * WIDTH), y: y.subarray(13) }),
        ]
        const losses = learned.flatMap(({ losses }) => [...(losses as Float64Array)])
        expect(losses).toEqual([...(other.writer.learn(rows).losses as Float64Array)])
        expect(one.events).toEqual(other.events)
        expect(bytesOf(one.model.snapshot())).toEqual(bytesOf(other.model.snapshot()))
      }
    }
  })
})
