import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  category,
  createModel,
  cyclic,
  dense,
  difference,
  experts,
  filled,
  hashed,
  lag,
  type Model,
  numeric,
  type Row,
  rolling,
  type Snapshot,
  sgd,
} from '../../../operators/index.js'
import type { Held } from '../../../src/late.js'
import { bringLate } from '../../../src/model/late/createLate.js'
import { runs } from '../../runs.js'

bringLate()

/** Rows with missing numbers, new names, weights, and a label that changes its level. */
const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    x: i % 7 === 3 ? null : ((i * 5) % 11) - 4,
    hour: i % 24,
    room: `room ${(i * i) % (3 + (i >> 4))}`,
    words: [`w${i % 5}`, `w${(i * 3) % 7}`],
    weight: 0.5 + (i % 3) / 2,
    id: i,
    power: 20 + ((i * 7) % 13) + (i > 30 ? 9 : 0),
    state: ['off', 'on', 'idle'][Math.min(((i * 5) % 9) >> 1, i >> 3)] ?? 'off',
  }))

const features = { x: numeric(), hour: cyclic(24), room: category({ capacity: 5 }) }
const remembering = { ...features, before: lag('power', 1), third: lag('power', 3, { by: 'room' }), own: lag('x', 2) }
const power = { power: numeric() }
const state = { state: category({ capacity: 4 }) }
const net = [dense(4, 'tanh'), dense(1)]
const both = { ...experts.auto({ units: 4 }), seasonal: experts.seasonal(4) }

/** Models of every sort that treats a label in its own way. */
const models: Readonly<Record<string, () => Model<Row>>> = {
  numbers: () => createModel({ features, target: power, layers: net, weight: 'weight' }) as never,
  'a label that is not scaled': () =>
    createModel({ features, target: { power: numeric({ scale: 'none' }) }, layers: net, precision: 'f64' }) as never,
  'two targets': () =>
    createModel({ features: { hour: cyclic(24) }, target: { ...power, x: numeric() }, layers: [dense(2)] }) as never,
  'statistics after prediction': () =>
    createModel({ features, target: power, layers: net, statistics: 'afterPrediction' }) as never,
  'fields that remember': () => createModel({ features: remembering, target: power, layers: net }) as never,
  'statistics of the rows before': () =>
    createModel({
      features: {
        mean: rolling('power', 3, 'mean', { by: 'room' }),
        change: difference('power', 1),
        most: rolling('x', 4, 'max'),
        x: filled(),
      },
      target: power,
      layers: net,
    }) as never,
  'hashed names': () =>
    createModel({ features: { words: hashed({ capacity: 16, active: 4 }) }, target: power, layers: net }) as never,
  'experts of numbers': () => createModel({ features: remembering, target: power, experts: both }) as never,
  'experts of classes': () =>
    createModel({
      features,
      target: state,
      experts: { ...experts.auto({ outputs: 4, units: 4 }), seasonal: experts.seasonal(4) },
    }) as never,
  'two classes': () =>
    createModel({ features, target: { state: category({ values: ['off', 'on'] }) }, layers: net }) as never,
  'classes that become known': () =>
    createModel({ features, target: state, layers: [dense(3, 'relu'), dense(4)] }) as never,
}

const withoutLabel = (model: Model<Row>, row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !(name in model.target)))
/** What a model has learned, but for the numbers of steps, which also count what is remembered. */
const learnedBy = (model: Model<Row>): object => {
  const { step: _, counters, healthy: __, learnedSince: ___, ...snapshot }: Snapshot = model.snapshot()
  const { rejected, learned } = counters
  return { ...snapshot, rejected, learned }
}
const rowsFor = (name: string, count: number): readonly Row[] =>
  rowsOf(count).map((row) => (name === 'two classes' && row.state === 'idle' ? { ...row, state: 'on' } : row))

describe('a row whose label comes later', () => {
  for (const [name, create] of Object.entries(models)) {
    it(`is learned as by learn, bit for bit, if it comes at once: ${name}`, () => {
      const [one, other] = [create(), create()]
      const writer = other.stages.take('this test')
      for (const row of rowsFor(name, 50)) {
        const expected = one.learn(row)
        const { prediction, held } = other.stages.late.arrive(withoutLabel(other, row), writer)
        const learned = other.stages.late.learn(held as Held, row, writer)
        expect(prediction?.value).toEqual(expected.predictions?.value)
        expect(prediction?.probabilities).toEqual(expected.predictions?.probabilities)
        expect(learned.predictions).toEqual({ ...prediction, row: learned.rows[0] })
        expect(learned.losses).toBe(expected.losses)
        expect(learned.actual).toEqual(expected.actual)
        expect(learned.update?.loss).toBe(expected.update?.loss)
      }
      writer.release()
      expect(learnedBy(other)).toEqual(learnedBy(one))
      expect(other.experts).toEqual(one.experts)
    })

    it(`has the loss that it would have had if its label had come with it, whatever came between: ${name}`, () => {
      fc.assert(
        fc.property(fc.array(fc.nat(9), { minLength: 20, maxLength: 24 }), (delays) => {
          const [model, twin] = [create(), create()]
          const writer = model.stages.take('this test')
          const waiting: { held: Held; row: Row; then: Snapshot; due: number }[] = []
          rowsFor(name, delays.length).forEach((row, i) => {
            for (const each of waiting.filter(({ due }) => due === i)) {
              const told = model.stages.late.learn(each.held, each.row, writer)
              twin.restore(each.then)
              const expected = twin.learn(each.row)
              expect(told.losses).toBe(expected.losses)
              expect(told.predictions?.value).toEqual(expected.predictions?.value)
            }
            const then = model.snapshot()
            const { held } = model.stages.late.arrive(withoutLabel(model, row), writer)
            waiting.push({ held: structuredClone(held) as Held, row, then, due: i + 1 + delays[i] })
          })
          writer.release()
        }),
        { numRuns: runs(5) },
      )
    })

    it(`is refused where it is not one that the model could have held: ${name}`, () => {
      const model = create()
      const writer = model.stages.take('this test')
      let held: Held | undefined
      for (const row of rowsFor(name, 20)) held = model.stages.late.arrive(row, writer).held
      const { late } = model.stages
      expect(late.problemOf(held)).toBeUndefined()
      const wrongs: Record<string, unknown[]> = {
        row: [undefined, null, 3, [1]],
        step: [-1, 0.5, '1', undefined],
        value: [{}, []],
        recalled: [undefined, [...(held?.recalled ?? []), 1], (held?.recalled ?? []).map(() => 'a'), 'text'],
        labels: [undefined, [], [...(held?.labels ?? []), 0], (held?.labels ?? []).map(() => Number.NaN)],
        outputs: [undefined, [], (held?.outputs ?? []).map(() => '1'), new Float64Array(1)],
      }
      for (const [part, values] of Object.entries(wrongs))
        for (const value of values) {
          const isSame = part === 'labels' || part === 'recalled' ? JSON.stringify(value) === '[]' : false
          if (isSame && (held as unknown as Record<string, unknown[]>)[part]?.length === 0) continue
          expect(late.problemOf({ ...held, [part]: value }), `${part}: ${value}`).toMatch(/^holds/)
        }
      for (const number of [Number.NaN, Infinity, -Infinity]) {
        const outputs = held?.outputs.map(() => number)
        expect(late.problemOf({ ...held, outputs })).toBeUndefined()
      }
      for (const none of [undefined, null, 3, []]) expect(late.problemOf(none)).toMatch(/^holds/)
      writer.release()
    })
  }

  it('does not let a class that the model has no column for into the arena', () => {
    const model = (models['experts of classes'] as () => Model<Row>)()
    const writer = model.stages.take('this test')
    const { held } = model.stages.late.arrive(rowsOf(1)[0] as Row, writer)
    const labels = held?.labels ?? []
    for (const wrong of [4, -2, 0.5])
      for (const i of [0, labels.length - 1])
        expect(
          model.stages.late.problemOf({
            ...held,
            labels: labels.map((x, j) => (i === j ? wrong + (i === 0 ? 1 : 0) : x)),
          }),
        ).toMatch(/^holds/)
  })

  for (const name of ['numbers', 'two targets', 'hashed names', 'classes that become known'])
    it(`is learned by the θ of now: as learn does with the rows in the order of their labels: ${name}`, () => {
      fc.assert(
        fc.property(fc.array(fc.nat(30), { minLength: 40, maxLength: 40 }), (delays) => {
          const create = models[name] as () => Model<Row>
          const [one, other] = [create(), create()]
          const writer = other.stages.take('this test')
          const rows = rowsFor(name, delays.length)
          const held = rows.map((row) => other.stages.late.arrive(withoutLabel(other, row), writer).held as Held)
          const order = [...rows.keys()].sort((a, b) => a + delays[a] - b - delays[b])
          for (const i of order) {
            other.stages.late.learn(held[i], rows[i], writer)
            one.learn(rows[i])
          }
          expect(learnedBy(other)).toEqual(learnedBy(one))
        }),
        { numRuns: runs(5) },
      )
    })

  it('is learned with the last labels of then: an expert learns what follows the class that came before its row', () => {
    const model = createModel({
      features: { x: numeric() },
      target: state,
      experts: { net: experts.net([dense(4)]), before: experts.noChange() },
      optimizer: sgd({ learningRate: 0.1 }),
    }) as unknown as Model<Row>
    const writer = model.stages.take('this test')
    const { late } = model.stages
    const see = (label: string): void => {
      late.learn(late.arrive({ x: 1 }, writer).held as Held, { state: label }, writer)
    }
    for (const label of ['off', 'on', 'idle', 'off']) see(label)
    const { held } = late.arrive({ x: 1 }, writer)
    see('on')
    const { offset = 0, size = 0 } = model.description.layout.find(({ name }) => name === 'before.W') ?? {}
    const weights = (): number[] => [...model.parameters].slice(offset, offset + size)
    const before = weights()
    late.learn(held as Held, { state: 'idle' }, writer)
    const changed = weights().flatMap((x, i) => (x === before[i] ? [] : [i]))
    // Each class before has a row of weights, by the class that follows; 'off' has the first column.
    expect(changed.length).toBeGreaterThan(0)
    expect(changed.filter((i) => i >= 4)).toEqual([])
  })

  it('leaves its label in memory when that comes, and all else when it comes itself', () => {
    const model = createModel({
      features: { x: numeric(), before: lag('power', 1), second: lag('power', 2, { by: 'room' }), own: lag('x', 1) },
      target: power,
      layers: [dense(1)],
    }) as unknown as Model<Row>
    const writer = model.stages.take('this test')
    const { late } = model.stages
    const recalled = (row: Row) => late.arrive(row, writer).held as Held
    const a = recalled({ x: 1, room: 'A' })
    expect(a.recalled).toEqual([Number.NaN, Number.NaN, Number.NaN])
    const b = recalled({ x: 2, room: 'B' })
    expect(b.recalled).toEqual([Number.NaN, Number.NaN, 1])
    late.learn(b, { power: 20 }, writer)
    expect(recalled({ x: 3, room: 'B' }).recalled).toEqual([20, Number.NaN, 2])
    late.learn(a, { power: 10 }, writer)
    const c = recalled({ x: 4, room: 'A' })
    expect(c.recalled).toEqual([10, Number.NaN, 3])
    late.learn(c, { power: 11 }, writer)
    expect(recalled({ x: 5, room: 'A' }).recalled).toEqual([11, 10, 4])
    // What it held does not change.
    expect(a.recalled).toEqual([Number.NaN, Number.NaN, Number.NaN])
  })

  it('keeps what is plain data of its columns, and all that the model reads', () => {
    const model = createModel({
      features: { words: hashed({ capacity: 16, active: 4 }), room: category() },
      target: power,
      layers: [dense(1)],
    }) as unknown as Model<Row>
    const writer = model.stages.take('this test')
    const row = Object.assign(Object.create({ room: 'inherited' }), {
      words: { indices: new Int32Array([1, 2]), values: [1, 0.5] },
      note: 'kept',
      at: new Date(0),
      listen: () => {},
      nested: { deep: [1] },
    })
    const { held } = model.stages.late.arrive(row, writer)
    expect(held?.row).toEqual({ words: { indices: [1, 2], values: [1, 0.5] }, note: 'kept', room: 'inherited', at: 0 })
    expect(held?.dates).toEqual(['at'])
  })
})
