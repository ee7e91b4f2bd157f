import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  adam,
  auto,
  category,
  createModel,
  dense,
  embedding,
  encodeModel,
  experts,
  hashed,
  type LeftOut,
  lag,
  layerNorm,
  type Model,
  numeric,
  restoreModel,
  sgd,
  squared,
} from '../../../src/index.js'
import { runs } from '../../runs.js'

// What a model of another configuration predicts right after a warm start follows from that what it was given fits.

const target = { y: numeric() }
const x = numeric()
const device = category({ capacity: 4 })
const before = lag('y', 1)
const words = hashed({ capacity: 32, active: 4 })
const rowOf = (i: number) => {
  const [a, b] = [(i * 7) % 11, (i * 5) % 13]
  return { x: a, z: b, device: `d${i % 3}`, words: [`w${i % 4}`], y: 2 * a - b + 3 * (i % 3) + (i % 4) }
}
const rows = Array.from({ length: 300 }, (_, i) => rowOf(i))
const create = (config: object): Model => createModel({ target, precision: 'f64', ...config } as never) as Model
const trained = (config: object): Model => {
  const model = create(config)
  for (const row of rows) model.learn(row)
  return model
}
const started = (from: Model, config: object): { model: Model; leftOut: readonly LeftOut[] } => {
  const model = create(config)
  const { leftOut } = restoreModel(encodeModel(from), model, { warmStart: true })
  return { model, leftOut }
}
const valuesOf = (model: Model, without: object = {}): number[] =>
  rows.slice(0, 40).map((row) => model.predict({ ...row, ...without }).value as number)
const expectSame = (ours: readonly number[], theirs: readonly number[], digits = 9): void => {
  for (const [i, value] of ours.entries()) expect(value).toBeCloseTo(theirs[i]!, digits)
}
const layers = [dense(6, 'tanh'), dense(1)]
const all = { x, device, before, words, z: numeric() }

describe('a warm start', () => {
  it('of the same configuration is a restore, and leaves nothing out', () => {
    const first = trained({ features: all, layers })
    const { model, leftOut } = started(first, { features: all, layers })
    expect(leftOut).toEqual([])
    expect(encodeModel(model)).toEqual(encodeModel(first))
  })

  it('takes over columns that stand in another order, and learns on as before', () => {
    const first = trained({ features: all, layers })
    const { words, z, before, x, device } = all
    const { model, leftOut } = started(first, { features: { z, words, device, x, before }, layers })
    expect(leftOut).toEqual([])
    expectSame(valuesOf(model), valuesOf(first))
    for (const row of rows) for (const each of [first, model]) each.learn(row)
    expectSame(valuesOf(model), valuesOf(first), 6)
    expect(model.step).toBe(first.step)
    expect(model.counters).toEqual(first.counters)
  })

  it('predicts as before where a new column has its mean, and says that it is new', () => {
    const { z, ...fewer } = all
    const first = trained({ features: fewer, layers })
    const { model, leftOut } = started(first, { features: { z, ...fewer }, layers })
    expect(leftOut).toEqual([{ what: "feature 'z'", reason: 'it is new' }])
    expectSame(valuesOf(model, { z: null }), valuesOf(first))
  })

  it('predicts without a column as the model did where that was missing', () => {
    const first = trained({ features: all, layers })
    const { z, ...fewer } = all
    const { model, leftOut } = started(first, { features: fewer, layers })
    expect(leftOut).toEqual([{ what: "feature 'z'", reason: 'the model does not have it' }])
    expectSame(valuesOf(model), valuesOf(first, { z: null }))
  })

  it('keeps the names of a category that gets more room, and not those of one that gets too little', () => {
    const first = trained({ features: { x, device }, layers })
    const wider = started(first, { features: { x, device: category({ capacity: 9 }) }, layers })
    expect(wider.leftOut).toEqual([])
    expectSame(valuesOf(wider.model), valuesOf(first))
    const narrower = started(first, { features: { x, device: category({ capacity: 2 }) }, layers })
    expect(narrower.leftOut).toEqual([
      { what: "feature 'device'", reason: 'there were 3 names, and there is room for 2' },
    ])
  })

  it('leaves out a field of other settings, and says what they were and are', () => {
    const first = trained({ features: { x, z: numeric() }, layers })
    const { leftOut } = started(first, { features: { x, z: numeric({ scale: 'none' }) }, layers })
    expect(leftOut).toHaveLength(1)
    expect(leftOut[0]!.what).toBe("feature 'z'")
    expect(leftOut[0]!.reason).toMatch(/^it was numeric\(scale:exponential.*, and is numeric\(scale:none/)
  })

  it('keeps the layers whose shape is the same', () => {
    const first = trained({ features: { x }, layers: [dense(4, 'tanh'), dense(3, 'tanh'), dense(1)] })
    const { model, leftOut } = started(first, {
      features: { x },
      layers: [dense(4, 'tanh'), dense(5, 'tanh'), dense(1)],
    })
    expect(leftOut.map(({ what }) => what)).toEqual(['dense2.W', 'dense2.b', 'dense3.W'])
    expect(leftOut[0]!.reason).toBe('its shape was 4 × 3, and is 4 × 5')
    for (const name of ['dense1.W', 'dense1.b', 'dense3.b']) {
      const part = (of: Model): ArrayLike<number> => {
        const { offset, size } = of.layout.find((tensor) => tensor.name === name)!
        return of.parameters.slice(offset, offset + size)
      }
      expect(part(model), name).toEqual(part(first))
    }
  })

  it('keeps the weights under another optimizer, which begins anew', () => {
    for (const optimizer of [adam(), sgd({ learningRate: 0.01 })]) {
      const first = trained({ features: { x }, layers, optimizer: auto() })
      const { model, leftOut } = started(first, { features: { x }, layers, optimizer })
      expect(leftOut).toEqual([{ what: "the optimizer's state", reason: 'the optimizer is another' }])
      expectSame(valuesOf(model), valuesOf(first))
    }
  })

  it('keeps the experts and their scores, and says where those are others', () => {
    const { nearest: _, ...without } = experts.auto()
    const first = trained({ features: { x }, experts: without })
    const { model, leftOut } = started(first, { features: { x, z: numeric() }, experts: without })
    expect(leftOut).toEqual([
      { what: "feature 'z'", reason: 'it is new' },
      { what: 'the rows that experts remember', reason: 'the fields are others' },
    ])
    expect(model.experts).toEqual(first.experts)
    const fewer = started(first, { features: { x }, experts: { linear: experts.net([dense(1)]) } })
    expect(fewer.leftOut.map(({ what }) => what)).toContain('the scores of the experts')
  })

  it('keeps the rows that experts remember where only the loss or the optimizer is another', () => {
    const first = trained({ features: { x }, experts: experts.auto() })
    const { model, leftOut } = started(first, { features: { x }, experts: experts.auto(), loss: squared() })
    expect(leftOut).toEqual([])
    expectSame(valuesOf(model), valuesOf(first), 6)
  })

  it('takes over another element type, and the parts of a model with another target', () => {
    const first = trained({ features: { x }, layers, precision: 'f32' })
    const { model } = started(first, { features: { x }, layers, precision: 'f64' })
    expectSame(valuesOf(model), valuesOf(first), 4)
    const other = started(first, { features: { x }, layers, target: { u: numeric() } })
    expect(other.leftOut).toEqual([
      { what: "target 'y'", reason: 'the model does not have it' },
      { what: "target 'u'", reason: 'it is new' },
      { what: 'dense2.W', reason: 'the targets are others' },
      { what: 'dense2.b', reason: 'the targets are others' },
    ])
  })

  /** Any choice of some names, in any order, among which are always certain ones. */
  const choices = (names: readonly string[], always: readonly string[]) =>
    fc.shuffledSubarray(names as string[]).map((some) => [...some, ...always.filter((name) => !some.includes(name))])
  const fieldsOf = (names: readonly string[], of: Readonly<Record<string, unknown>>): object =>
    Object.fromEntries(names.map((name) => [name, of[name]]))
  const numbers = { x, z: numeric(), v: numeric(), device, other: category({ capacity: 4 }) }
  const layersOf = {
    linear: (outputs: number) => [dense(outputs)],
    net: (outputs: number) => [dense(3, 'tanh'), dense(outputs)],
    embedding: (outputs: number) => [embedding(2), dense(3, 'tanh'), dense(outputs)],
    normed: (outputs: number) => [layerNorm(), dense(outputs)],
  }
  const answers = { y: numeric(), u: numeric(), w: numeric() }
  const own = rows
    .slice(0, 120)
    .map((row, i) => ({ ...row, v: -row.x, other: `o${i % 3}`, u: 1000 - row.y, w: row.x * row.z }))

  it('never reads a column, or answers for a target, by the weights of another one', () => {
    fc.assert(
      fc.property(
        ...[choices(Object.keys(numbers), ['x', 'device']), choices(Object.keys(numbers), ['x', 'device'])],
        ...[choices(Object.keys(answers), ['y']), choices(Object.keys(answers), ['y'])],
        fc.constantFrom(...(Object.keys(layersOf) as (keyof typeof layersOf)[])),
        (features, featuresNow, target, targetNow, kind) => {
          const config = (columns: readonly string[], targets: readonly string[]) => ({
            ...{ features: fieldsOf(columns, numbers), target: fieldsOf(targets, answers) },
            layers: layersOf[kind](targets.length),
          })
          const now = { ...config(featuresNow, targetNow), seed: 7 }
          const first = create(config(features, target))
          for (const row of own) first.learn(row as never)
          const { model, leftOut } = started(first, now)
          const answerOf = (of: Model, row: object, name: string): number => {
            const { value, values } = of.predict(row as never) as { value: number; values?: Record<string, number> }
            return values?.[name] ?? value
          }
          // If nothing but the order is another, every answer is the same; otherwise what differs begins anew.
          if (leftOut.length === 0 && `${[...features].sort()}` === `${[...featuresNow].sort()}`)
            for (const row of own.slice(0, 20))
              for (const name of targetNow)
                expect(answerOf(model, row, name)).toBeCloseTo(answerOf(first, row, name), 6)
          // A target that was not there has a bias that no model has learned: that of a fresh one.
          const fresh = create(now)
          const last = (of: Model) => of.layout.filter(({ name }) => name.endsWith('.b')).at(-1)!
          targetNow.forEach((name, i) => {
            const at = last(model).offset + i
            const before = target.indexOf(name)
            const expected = before < 0 ? fresh.parameters[at] : first.parameters[last(first).offset + before]
            expect(model.parameters[at]).toBe(expected)
          })
        },
      ),
      { numRuns: runs(60) },
    )
  })

  it('begins a layer anew that reads the columns of other features by their place', () => {
    const others: readonly (readonly [object, object])[] = [
      [
        { x, device },
        { z: numeric(), device },
      ],
      [
        { x, z: numeric(), device },
        { z: numeric(), x, device },
      ],
    ]
    for (const [features, now] of others)
      for (const [layers, name] of [
        [layersOf.embedding(1), 'dense2.W'],
        [layersOf.normed(1), 'layerNorm1.gamma'],
      ] as const) {
        const first = create({ features, layers })
        for (const row of own) first.learn(row as never)
        expect(first.layout.map((tensor) => tensor.name)).toContain(name)
        expect(started(first, { features: now, layers }).leftOut).toContainEqual({
          ...{ what: name, reason: 'the columns that it reads are others' },
        })
      }
  })

  it('keeps the rows that experts remember only where each of their columns is in its place', () => {
    const nearest = { nearest: experts.nearest({ neighbors: 1 }) }
    const sized = (a: number, b: number) => ({ device: category({ capacity: a }), other: category({ capacity: b }) })
    const first = create({ features: sized(4, 8), experts: nearest })
    for (const row of own) first.learn(row as never)
    const { leftOut } = started(first, { features: sized(8, 4), experts: nearest })
    expect(leftOut).toEqual([{ what: 'the rows that experts remember', reason: 'the fields are others' }])
  })

  it('keeps what an expert of classes has learned of earlier ones', () => {
    const config = { target: { device }, experts: { noChange: experts.noChange(), net: experts.net([dense(4)]) } }
    const first = trained({ features: { x }, ...config })
    const { leftOut } = started(first, { features: { x, z: numeric() }, ...config })
    expect(leftOut.filter(({ what }) => what.startsWith('noChange'))).toEqual([])
  })

  it('leaves the state of operators to the model that was saved', () => {
    const first = trained({ features: { x }, layers })
    first.stages.keep('evaluate', () => ({ rows: 5 })).release()
    const { model, leftOut } = started(first, { features: { x, z: numeric() }, layers })
    expect(leftOut[1]).toEqual({ what: 'the state of evaluate', reason: 'it belongs to the model that was saved' })
    expect(model.snapshot().kept).toEqual({})
  })
})
