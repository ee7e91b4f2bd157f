import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  circuit,
  createModel,
  createPredictor,
  dense,
  experts,
  type LossFunction,
  type Model,
  numeric,
  type Prediction,
  quantile,
  quantiles,
  type Row,
  sgd,
} from '../../../src/index.js'
import { bringKeep } from '../../../src/model/keep.js'
import { bringLate } from '../../../src/model/late/createLate.js'
import { createForecaster } from '../../../src/model/late/forecaster.js'
import { createRandom } from '../../../src/random.js'
import { checkGradient } from '../../../src/testing/index.js'
import { runs } from '../../runs.js'

bringKeep()
bringLate()
const plain = numeric({ scale: 'none' })
const config = { features: { a: numeric(), b: numeric() }, target: { y: numeric() } }
const modelOf = (loss: LossFunction & { levels: readonly number[] }, more: object = {}): Model<Row> =>
  createModel({ ...config, layers: [dense(loss.levels.length)], loss, ...more } as never) as Model<Row>
const listOf = ({ quantiles: by }: Prediction): number[] => Object.values(by as Readonly<Record<number, number>>)

/** Levels in rising order, some of them close together or near the ends. */
const levels = fc
  .uniqueArray(
    fc.oneof(
      fc.integer({ min: 1, max: 99 }).map((i) => i / 100),
      fc.constantFrom(1e-6, 0.5, 0.999999),
    ),
    {
      minLength: 1,
      maxLength: 7,
    },
  )
  .map((list) => list.sort((a, b) => a - b))
const executor = fc.constantFrom('wasm', 'interpreter')
const precision = fc.constantFrom('f32', 'f64')
const row = fc.record({ a: fc.double({ min: -50, max: 50, noNaN: true }), b: fc.integer({ min: -9, max: 9 }) })

describe('several quantiles', () => {
  it('never cross, whatever θ, row, type and executor', () => {
    let apart = 0
    fc.assert(
      fc.property(
        ...([
          levels,
          executor,
          precision,
          fc.array(row, { minLength: 1, maxLength: 5 }),
          fc.nat(),
          fc.nat(12),
        ] as const),
        (list, executor, precision, rows, seed, power) => {
          const model = modelOf(quantiles(list), {
            executor,
            precision,
            layers: [dense(3, 'relu'), dense(list.length)],
          })
          model.learn(rows.map((each, i) => ({ ...each, y: 7 * i - each.b })))
          const replica = createPredictor(model.description)
          const { normal } = createRandom(seed, 'θ')
          const published = model.publish()
          // Gaps of any size, and ones that are below the last place of the middle quantile.
          const parameters = published.parameters.map((_, i) => 10 ** (power - 4) * normal(i))
          replica.apply({ ...published, parameters })
          for (const each of rows) {
            const all = listOf(replica.predict(each))
            expect(all).toHaveLength(list.length)
            for (let i = 1; i < all.length; i++) {
              expect(all[i]).toBeGreaterThanOrEqual(all[i - 1]!)
              if (all[i]! > all[i - 1]!) apart++
            }
          }
        },
      ),
      { numRuns: runs(150) },
    )
    expect(apart).toBeGreaterThan(runs(100))
  })

  it('have a gradient that agrees with the loss', () => {
    const number = fc.integer({ min: -256, max: 256 }).map((i) => i / 64)
    fc.assert(
      fc.property(levels, fc.array(number, { minLength: 7, maxLength: 7 }), number, (list, all, t) => {
        const m = list.length
        const loss = quantiles(list)
        const o = all.slice(0, m)
        const l = circuit((ops) => ({
          l: loss.build({ ops, output: ops.input('o', [m]), target: ops.input('t', [m]) }),
        }))
        // A difference across the corner of a loss does not approach its derivative.
        const model = modelOf(loss, { ...unscaled(m), precision: 'f64' })
        const told = listOf(model.predict(Object.fromEntries(o.map((x, i) => [`o${i}`, x]))))
        fc.pre(told.every((q) => Math.abs(q - t) > 1e-3))
        checkGradient(l, { o, t: o.map((_, i) => (i === 0 ? t : 1e9)) })
      }),
      { numRuns: runs(150) },
    )
  })

  it('have the mean of the pinball losses as their loss, and the level nearest to ½ as the value', () => {
    fc.assert(
      fc.property(
        levels,
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 8, maxLength: 8 }),
        (list, all) => {
          const m = list.length
          const model = modelOf(quantiles(list), { ...unscaled(m), precision: 'f64' })
          const row = { ...Object.fromEntries(list.map((_, i) => [`o${i}`, all[i]!])), y: all[7]! }
          const { predictions, losses } = model.learn(row)
          const told = listOf(predictions!)
          const sum = list.reduce(
            (sum, a, i) => sum + Math.max(a * (row.y - told[i]!), (a - 1) * (row.y - told[i]!)),
            0,
          )
          expect(losses).toBeCloseTo(sum / m, 12)
          const distance = Math.min(...list.map((a) => Math.abs(a - 0.5)))
          // Of two that are equally near, it is the lower one.
          const middle = list.findIndex((a) => Math.abs(a - 0.5) <= distance + 1e-12)
          expect(predictions!.value).toBe(told[middle])
          expect(predictions!.value).toBe(all[middle]! + 0)
          expect(Object.keys(predictions!.quantiles!).map(Number)).toEqual(list)
        },
      ),
      { numRuns: runs(150) },
    )
  })

  it('of one level learn as the loss of one quantile does, bit for bit', () => {
    for (const precision of ['f32', 'f64'] as const)
      for (const alpha of [0.1, 0.5, 0.95]) {
        const { normal } = createRandom(3, 'rows')
        const rows = Array.from({ length: 200 }, (_, i) => ({
          a: normal(3 * i),
          b: normal(3 * i + 1),
          y: normal(3 * i + 2),
        }))
        const one = modelOf(quantiles([alpha]), { precision, layers: [dense(4, 'tanh'), dense(1)] })
        const other = createModel({
          ...config,
          precision,
          layers: [dense(4, 'tanh'), dense(1)],
          loss: quantile({ alpha }),
        })
        const [ours, theirs] = [one.learn(rows), other.learn(rows)]
        expect(ours.losses).toEqual(theirs.losses)
        expect(ours.predictions!.quantiles).toEqual(theirs.predictions!.values)
        expect(ours.predictions!.values).toEqual(theirs.predictions!.values)
        expect(one.parameters).toEqual(other.parameters)
      }
  })

  it('of a new model are those of a logistic distribution of the variance of the target', () => {
    const list = [0.05, 0.25, 0.5, 0.9, 0.975]
    const model = modelOf(quantiles(list), { optimizer: sgd({ learningRate: 0 }), precision: 'f64', ...standard })
    const numbers = [3, 9, 4, 8, 6]
    for (const y of numbers) model.learn({ a: y, b: 1, y })
    const mean = numbers.reduce((sum, y) => sum + y, 0) / 5
    const sd = Math.sqrt(numbers.reduce((sum, y) => sum + (y - mean) ** 2, 0) / 5)
    const told = listOf(model.predict({ a: 0, b: 0 }))
    // Its variance is π²s²/3, and its quantile function is μ + s log(α/(1 − α)).
    for (const [i, a] of list.entries())
      expect((told[i]! - mean) / sd).toBeCloseTo((Math.sqrt(3) / Math.PI) * Math.log(a / (1 - a)), 1.3)
  })

  it('are told alike of rows that come alone, together, as a chunk, in windows, and later than their prediction', () => {
    const list = [0.2, 0.4, 0.9]
    const rows = Array.from({ length: 40 }, (_, i) => ({ a: (i * 7) % 11, b: i % 3, y: (i * i) % 13 }))
    const make = (): Model<Row> => modelOf(quantiles(list), { layers: [dense(4, 'relu'), dense(3)] })
    const one = make()
    const alone = rows.map((each) => one.learn(each).predictions!)
    const told = alone.flatMap(listOf)
    const together = make().learn(rows).predictions!
    expect([...together.quantiles!]).toEqual(told)
    expect([...together.values]).toEqual(alone.map(({ value }) => value))
    const chunk = { kind: 'chunk', size: 40, x: rows.flatMap(({ a, b }) => [a, b]), y: rows.map(({ y }) => y) }
    const columns = make().learn({ ...chunk, x: Float64Array.from(chunk.x), y: Float64Array.from(chunk.y) } as never)
    expect(columns.predictions!.quantiles).toEqual(together.quantiles)
    // A row without its label, or one that is refused, is learned apart from the others.
    const mixed = make().learn(rows.map((each, i) => (i % 7 === 3 ? { ...each, y: undefined } : each)) as Row[])
    const other = make()
    const apart = rows.map((each, i) => other.learn((i % 7 === 3 ? { ...each, y: undefined } : each) as never))
    expect([...mixed.predictions!.quantiles!]).toEqual(apart.flatMap(({ predictions }) => listOf(predictions!)))
    expect([...mixed.predictions!.values]).toEqual(apart.map(({ predictions }) => predictions!.value))
    const window = make()
    const { encode, batch, forward } = window.stages
    const { predictions } = forward(batch(rows.map((each) => encode(each)) as never))
    expect([...predictions.quantiles!]).toEqual(rows.flatMap((each) => listOf(window.predict(each))))
    const forecasts = createForecaster<Row>(make(), { horizon: 2, by: undefined, capacity: 1, name: 'forecast' })
    const records = rows.map((each) => forecasts.row(each))
    records.slice(2).forEach(({ predictions: due }, i) => {
      expect(due!.quantiles).toEqual(records[i]!.forecast!.quantiles)
      expect(listOf(due!)).toHaveLength(3)
    })
  })

  it.each(['f32', 'f64'] as const)('hold their levels on a stream that stays the same, %s', (precision) => {
    const list = [0.1, 0.25, 0.5, 0.75, 0.9]
    const { normal } = createRandom(1, 'stream')
    const rows = Array.from({ length: 8000 }, (_, i) => {
      const [a, b] = [normal(3 * i), normal(3 * i + 1)]
      return { a, b, y: 100 + 20 * a + 4 * normal(3 * i + 2) * (b > 0 ? 3 : 1) }
    })
    const model = modelOf(quantiles(list), { precision, layers: [dense(16, 'relu'), dense(5)] })
    model.learn(rows.slice(0, 5000))
    const { quantiles: columns, levels: told } = model.learn(rows.slice(5000)).predictions!
    expect(told).toEqual(list)
    for (const [k, a] of list.entries()) {
      const below = rows.slice(5000).filter(({ y }, i) => y < columns![5 * i + k]!).length / 3000
      expect(Math.abs(below - a), `level ${a}: ${below}`).toBeLessThan(0.02)
    }
    // The spread is learned from the row: it is three times as wide where b is above 0.
    const spread = (b: number): number => {
      const all = listOf(model.predict({ a: 0, b }))
      return all[4]! - all[0]!
    }
    expect(spread(1) / spread(-1)).toBeGreaterThan(2)
  })

  it('cost a row at most twice as much after a step of auto, where a gap bends, in a model of one layer', () => {
    fc.assert(
      fc.property(
        levels,
        fc.array(fc.tuple(row, fc.integer({ min: -300, max: 300 })), { maxLength: 25 }),
        (list, rows) => {
          const model = modelOf(quantiles(list), {
            precision: 'f64',
            features: { a: plain, b: plain },
            target: { y: plain },
          })
          for (const [each, y] of rows) {
            const cost = (): number => {
              const told = listOf(model.predict(each))
              return list.reduce((sum, a, i) => sum + Math.max(a * (y - told[i]!), (a - 1) * (y - told[i]!)), 0)
            }
            const before = cost()
            expect(model.learn({ ...each, y }).update!.refused).toBe(false)
            expect(cost()).toBeLessThanOrEqual(2 * before + 1e-9)
          }
        },
      ),
      { numRuns: runs(150) },
    )
  })
})

const standard = { target: { y: numeric({ scale: 'standard' }) } }
/** A circuit whose outputs are its inputs, so that the quantiles are known. */
function unscaled(m: number): object {
  return {
    features: Object.fromEntries(Array.from({ length: m }, (_, i) => [`o${i}`, plain])),
    target: { y: plain },
    layers: undefined,
    circuit: circuit(({ input, weight, add }) => ({ f: add(input('x', [m]), weight('w', { shape: [m] })) })),
    optimizer: sgd({ learningRate: 0 }),
  }
}

it.each<[string, () => unknown]>([
  ['quantiles: levels is an empty array; expected numbers between 0 and 1 in rising order', () => quantiles([])],
  ['quantiles: levels has 1; expected', () => quantiles([1])],
  ['quantiles: levels has 0.5 after 0.5; expected', () => quantiles([0.5, 0.5])],
  ['quantiles: levels has NaN after 0.1', () => quantiles([0.1, Number.NaN])],
  [
    'createModel: the circuit has 1 outputs; expected 3, one for each level.',
    () => createModel({ ...config, layers: [dense(1)], loss: quantiles() }),
  ],
  [
    'quantiles: there are 2 targets; expected one, whose quantiles are predicted.',
    () => createModel({ ...config, target: { y: plain, z: plain }, layers: [dense(3)], loss: quantiles() }),
  ],
  [
    'createModel: quantiles() is given with experts; expected layers or a circuit, or intervals(model, { levels }) around',
    () => createModel({ ...config, experts: experts.auto({ outputs: 3 }), loss: quantiles() }),
  ],
])('%s', (message, call) => {
  expect(call).toThrow(message)
})

it('two levels that are equally near to ½ have the lower one as the value', () => {
  for (const tenths of [1, 2, 3, 4]) {
    const list = [tenths / 10, 1 - tenths / 10]
    const model = modelOf(quantiles(list), { ...unscaled(2), precision: 'f64' })
    const { value, quantiles: by } = model.predict({ o0: 1, o1: 2 } as never)
    expect(value).toBe(Object.values(by!)[0])
  }
})
