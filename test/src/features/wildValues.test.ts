import { describe, expect, it } from 'vitest'
import { createModel, dense, type Model, type ModelEvent, numeric, type Row } from '../../../src/index.js'
import { createRandom } from '../../../src/random.js'
import { bytesOf } from '../model/kinds.js'

// A wild value must not blind a feature or a target, and a true change must be followed.

const random = createRandom(3, 'wild values')
/** y = 2a − b + noise, in rows that a disturbance may change. */
type Disturb = (row: { a: number; b: number; y: number }, i: number) => object
const rowsOf = (count: number, disturb: Disturb): Row[] =>
  Array.from({ length: count }, (_, i) => {
    const [a, b, noise] = [random.normal(3 * i), random.normal(3 * i + 1), random.normal(3 * i + 2)]
    const row = { a, b, y: 2 * a - b + 0.3 * noise }
    return { ...row, ...disturb(row, i) } as Row
  })
const executors = ['wasm', 'interpreter'] as const
const precisions = ['f32', 'f64'] as const
const forms = {
  'rows one by one': (model: Model<Row>, rows: readonly Row[]) =>
    rows.map((row) => model.learn(row).predictions!.value as number),
  'an array': (model: Model<Row>, rows: readonly Row[]) => [...model.learn(rows).predictions!.values],
} as const

const make = (executor: 'wasm' | 'interpreter', precision: 'f32' | 'f64', hidden: boolean): Model<Row> =>
  createModel({
    features: { a: numeric(), b: numeric() },
    target: { y: numeric() },
    layers: hidden ? [dense(8, 'tanh'), dense(1)] : [dense(1)],
    ...{ executor, precision },
  }) as unknown as Model<Row>

/** The mean absolute error over some rows, in units of the noise's own. */
const errorOver = (predicted: readonly number[], truth: readonly number[], from: number, to: number): number => {
  let sum = 0
  for (let i = from; i < to; i++) sum += Math.abs(predicted[i]! - truth[i]!)
  return sum / (to - from) / (0.3 * 0.798)
}

const COUNT = 1600
const AT = 1000
const disturbances: Readonly<Record<string, Disturb>> = {
  'one feature of 65535': ({ a }, i) => ({ a: i === AT ? 65535 : a }),
  'ten features of 1e6 in a row': ({ a }, i) => ({ a: i >= AT && i < AT + 10 ? 1e6 : a }),
  'a wild feature in a hundred, for ever': ({ a }, i) => ({ a: i % 100 === 50 ? -1e4 : a }),
  'one target of 1e5': ({ y }, i) => ({ y: i === AT ? 1e5 : y }),
  'ten targets of −1e5 in a row': ({ y }, i) => ({ y: i >= AT && i < AT + 10 ? -1e5 : y }),
  'a wild target in a hundred, for ever': ({ y }, i) => ({ y: i % 100 === 50 ? 1e4 : y }),
}

describe.each(executors.flatMap((executor) => precisions.map((precision) => [executor, precision] as const)))(
  '%s, %s',
  (executor, precision) => {
    for (const [name, disturb] of Object.entries(disturbances))
      for (const [form, learn] of Object.entries(forms))
        it(`${name}: is as good as before within 200 rows, learned as ${form}`, () => {
          const [clean, disturbed] = [rowsOf(COUNT, () => ({})), rowsOf(COUNT, disturb)]
          const truth = clean.map((row) => row.y as number)
          const model = make(executor, precision, false)
          const events: ModelEvent[] = []
          model.listen((event) => events.push(event))
          const usual = errorOver(learn(make(executor, precision, false), clean), truth, AT + 200, COUNT)
          const predicted = learn(model, disturbed)
          // A row whose own feature is wild cannot be predicted.
          for (let i = 0; i < COUNT; i++) if (disturbed[i]!.a !== clean[i]!.a) predicted[i] = truth[i]!
          expect(errorOver(predicted, truth, AT + 200, COUNT)).toBeLessThan(1.15 * usual)
          const wild = disturbed.filter((row, i) => row.a !== clean[i]!.a || row.y !== clean[i]!.y).length
          // A few of the first numbers may lie far from the fewer before them.
          expect(model.counters.clipped).toBeGreaterThanOrEqual(wild)
          expect(model.counters.clipped).toBeLessThanOrEqual(wild + 5)
          const told = events.flatMap((event) => (event.kind === 'clipping' ? event.count : []))
          expect(told.reduce((sum, count) => sum + count, 0)).toBe(model.counters.clipped)
          expect(model.counters.rejected + model.counters.refused + model.counters.rollbacks).toBe(0)
        })

    it.each([
      ['units × 1,000', ({ a, b }) => ({ a: 1000 * a, b: 1000 * b })],
      ['a level of 1,000', ({ a, b }) => ({ a: a + 1000, b: b - 1000 })],
      ['a level of 1,000 of the target', ({ y }) => ({ y: y + 1000 })],
    ] as const satisfies readonly [string, Disturb][])(
      '%s: a true change is followed within 500 rows, none of them refused',
      (_, change) => {
        const rows = rowsOf(4000, (row, i) => (i >= 2000 ? change(row) : {}))
        const model = make(executor, precision, false)
        const predicted = forms['an array'](model, rows)
        const truth = rows.map((row) => row.y as number)
        expect(errorOver(predicted, truth, 2500, 4000)).toBeLessThan(2 * errorOver(predicted, truth, 1000, 2000))
        expect(model.counters.refused + model.counters.rejected).toBe(0)
      },
    )
  },
)

it('the count of clipped values goes with a snapshot, and is taken back by a rollback', () => {
  const rows = rowsOf(300, ({ a }, i) => ({ a: i % 40 === 39 ? 1e5 : a }))
  const [one, other] = [make('wasm', 'f32', true), make('wasm', 'f32', true)]
  one.learn(rows.slice(0, 150))
  other.restore(one.snapshot())
  for (const model of [one, other]) model.learn(rows.slice(150))
  expect(other.counters.clipped).toBe(one.counters.clipped)
  expect(one.counters.clipped).toBeGreaterThanOrEqual(7)
  expect(bytesOf(other.snapshot())).toEqual(bytesOf(one.snapshot()))
})
