import { describe, expect, it, vi } from 'vitest'
import { circuit } from '../../../src/circuit/build.js'
import { LayoutMismatchError, ModelInUseError, ReentrantStepError, StaleForwardError } from '../../../src/errors.js'
import { category } from '../../../src/features/category.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { squared } from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import { auto, sgd } from '../../../src/optimizers/index.js'
import type { Example, ModelEvent } from '../../../src/records.js'
import type { Row } from '../../../src/values.js'
import { bytesOf } from './kinds.js'

const plain = numeric({ scale: 'none' })
const make = (optimizer = sgd()): Model =>
  createModel({ features: { a: plain }, target: { y: plain }, layers: [dense(1)], optimizer }) as Model
const row = { a: 1, y: 2 }

describe('one writer', () => {
  it('a writer that has given the model back can no longer write, even while another holds it', () => {
    const model = make()
    const first = model.stages.take('first')
    first.release()
    const second = model.stages.take('second')
    expect(() => first.learn(row)).toThrow(ModelInUseError)
    expect(() => first.flush()).toThrow('first: this writer has given the model back; take it again.')
    second.learn(row)
    expect(model.step).toBe(1)
    second.release()
  })
  it('a row whose getter throws adds no name to the vocabulary', () => {
    const model = createModel({
      features: { x: numeric(), k: category() },
      target: { y: numeric() },
      layers: [dense(1)],
    })
    const writer = model.stages.take('mine', 2)
    const wild = {
      x: 2,
      k: 'ghost',
      get y(): number {
        throw new Error('no')
      },
    }
    writer.learn({ x: 1, k: 'a', y: 1 })
    expect(() => writer.learn(wild)).toThrow('no')
    writer.learn({ x: 3, k: 'b', y: 2 })
    expect(model.publish().vocabularies).toEqual([['a', 'b']])
    writer.release()
  })
  it('restore is refused in the middle of a window', () => {
    const model = make()
    const snapshot = model.snapshot()
    const writer = model.stages.take('mine', 2)
    writer.learn(row)
    expect(() => model.restore(snapshot)).toThrow('restore: mine is in the middle of a window')
    writer.learn(row)
    model.restore(snapshot)
    writer.release()
  })
  it('a second writer is told what to do, and the first goes on', () => {
    const model = make()
    const writer = model.stages.take('learn(model)')
    for (const [by, again] of [
      ['update(model)', () => model.stages.take('update(model)')],
      ['model.learn', () => model.learn(row)],
    ] as const) {
      expect(again).toThrow(ModelInUseError)
      expect(again).toThrow(
        `${by}: learn(model) is writing the model already; put share() after it, or give each its own model.`,
      )
    }
    writer.learn(row)
    expect(model.step).toBe(1)
    expect(model.predict(row).step).toBe(1)
    writer.release()
    writer.release()
    expect(model.learn(row).step).toBe(2)
    model.stages.take('again').release()
  })
  it('a writer that gave the model back can no longer update it', () => {
    const model = make()
    const { encode, batch, forward, loss, backward, update, take } = model.stages
    const writer = take('one')
    const gradient = backward(loss(forward(batch([encode(row) as Example]))))
    writer.release()
    expect(() => update(gradient, writer)).toThrow(/this writer has given the model back; take it again/)
    const other = take('other')
    expect(update(gradient, other).step).toBe(1)
    other.release()
  })
  it('the rows of an unfinished window are dropped when the writer is released', () => {
    const [model, straight] = [make(), make()]
    const writer = model.stages.take('one', 3)
    writer.learn([row, row])
    writer.release()
    for (const each of [model, straight]) {
      const next = each.stages.take('next', 3)
      next.learn([row, { a: 2, y: 1 }, row])
      next.release()
    }
    // The two rows are counted as discarded, and nothing else of them is left.
    const { discarded } = straight.snapshot().counters
    expect(model.counters.discarded).toBe(discarded + 2)
    const { counters, ...left } = model.snapshot()
    expect(bytesOf({ ...left, counters: { ...counters, discarded } })).toEqual(bytesOf(straight.snapshot()))
  })
  it.each([0, -1, 1.5, Number.NaN])('a window of %d rows is refused, and the model can still be taken', (size) => {
    const model = make()
    expect(() => model.stages.take('learn(model)', size)).toThrow(`batch is ${size}; expected a whole number`)
    model.learn(row)
  })
})

describe('stages', () => {
  it('a forward pass whose θ has changed since is stale', () => {
    const model = make()
    const { encode, batch, forward, loss, backward } = model.stages
    const late = loss(forward(batch([encode(row) as Example])))
    model.learn(row)
    expect(() => backward(late)).toThrow(StaleForwardError)
    expect(() => backward(late)).toThrow(
      /taken at step 0, but the model is at step 1; put asynchrony before forward\(\)/,
    )
  })
  it('a gradient of another layout is refused', () => {
    const model = make()
    const writer = model.stages.take('one')
    const gradient = { kind: 'gradient', step: 0, hash: 'other', size: 1, values: new Float32Array(2) } as const
    expect(() => model.stages.update(gradient, writer)).toThrow(LayoutMismatchError)
    expect(model.step).toBe(0)
  })
  it('a gradient from elsewhere moves θ, but neither the statistics nor the state of the drift rule', () => {
    const features = { a: numeric() }
    const create = () =>
      createModel({ features, target: { y: numeric() }, layers: [dense(1)], optimizer: auto() }) as Model
    const learn = (model: Model): void => {
      for (let i = 0; i < 300; i++) model.learn({ a: i % 7, y: i % 5 })
    }
    const send = (model: Model, values: Float32Array): void => {
      const writer = model.stages.take('one')
      for (let i = 0; i < 300; i++)
        model.stages.update({ kind: 'gradient', step: model.step, hash: model.hash, size: 4, values }, writer)
      writer.release()
    }
    const [model, straight] = [create(), create()]
    for (const each of [model, straight]) learn(each)
    // A gradient of zeros leaves θ as it is, so that nothing but the count of steps may change.
    send(model, new Float32Array(2))
    expect(model.step).toBe(600)
    expect(model.snapshot().statistics).toEqual(straight.snapshot().statistics)
    for (const each of [model, straight]) learn(each)
    expect(model.parameters).toEqual(straight.parameters)
    expect(model.counters.drifts).toBe(straight.counters.drifts)
    const before = model.snapshot()
    send(model, Float32Array.of(0.5, -0.25))
    expect(model.parameters).not.toEqual(before.parameters)
    expect(model.snapshot().statistics).toEqual(before.statistics)
  })
})

describe('re-entrancy', () => {
  /** Rows are objects of the user, so a getter runs the user's code in the middle of a step. */
  const trap = (inside: () => unknown): Row => ({
    get a() {
      inside()
      return 1
    },
    y: 2,
  })
  it.each([
    ['learn', (model: Model) => model.learn(row)],
    ['predict', (model: Model) => model.predict(row)],
    ['restore', (model: Model) => model.restore(model.snapshot())],
    ['setLearningRate', (model: Model) => model.setLearningRate(1)],
  ] as const)('%s inside a step throws, and leaves nothing half done', (_, call) => {
    for (const outer of ['learn', 'predict'] as const) {
      const model = make()
      const before = bytesOf(model.snapshot())
      expect(() => model[outer](trap(() => call(model)))).toThrow(ReentrantStepError)
      expect(() => model[outer](trap(() => call(model)))).toThrow(/call it after that/)
      expect(bytesOf(model.snapshot())).toEqual(before)
      expect(model.learn(row).step).toBe(1)
    }
  })
})

describe('events', () => {
  const bad = { a: Number.NaN, y: 1 }
  it('are delivered after the step, so that a listener sees it complete and may learn', () => {
    const model = make()
    const seen: unknown[] = []
    model.listen((event) => {
      seen.push([event.kind, model.step, model.counters.rejected])
      if (model.step < 3) model.learn(row)
      model.predict(row)
    })
    model.learn([row, bad, row])
    expect(seen).toEqual([['rejection', 2, 1]])
    expect(model.step).toBe(3)
  })
  it('reach every listener in the order in which they were raised', () => {
    const model = make()
    const seen: string[] = []
    let left = 3
    model.listen((event) => {
      seen.push(`one ${(event as { reason: string }).reason}`)
      if (left-- > 0) model.learn({ a: `${left}` as never, y: 1 })
    })
    model.listen((event) => seen.push(`two ${(event as { reason: string }).reason}`))
    model.learn({ a: 'first', y: 1 })
    const reasons = ["'first'", "'2'", "'1'", "'0'"].map((text) => `a is ${text}; expected a number within ±1e150`)
    expect(seen).toEqual(reasons.flatMap((reason) => [`one ${reason}`, `two ${reason}`]))
    expect(model.counters.rejected).toBe(4)
  })
  it('no longer reach a listener that has been removed', () => {
    const model = make()
    const seen: ModelEvent[] = []
    const stop = model.listen((event) => seen.push(event))
    model.learn(bad)
    stop()
    stop()
    model.learn(bad)
    expect(seen).toHaveLength(1)
  })
  it('are not lost when a listener throws, nor is a step stopped', () => {
    const model = make()
    const seen: ModelEvent[] = []
    const stop = model.listen(() => {
      throw new Error('mine')
    })
    model.listen((event) => seen.push(event))
    const later: (() => void)[] = []
    vi.stubGlobal('queueMicrotask', (task: () => void) => later.push(task))
    model.learn([bad, row])
    vi.unstubAllGlobals()
    expect(model.step).toBe(1)
    expect(seen.map(({ kind }) => kind)).toEqual(['rejection'])
    // The listener's own error is thrown later, outside of any step.
    expect(later).toHaveLength(1)
    expect(later[0]).toThrow('mine')
    stop()
    model.learn(bad)
    expect(model.counters.rejected).toBe(2)
    expect(seen).toHaveLength(2)
  })
})

describe('targets', () => {
  it('several numbers are learned together, each under its name', () => {
    const model = createModel({
      target: { u: plain, v: plain },
      circuit: circuit(({ input, weight, mul }) => {
        const x = input('x')
        return { u: mul(weight('p'), x), v: mul(weight('q'), x) }
      }),
      ...{ loss: squared(), optimizer: sgd({ learningRate: 0.1 }) },
    }) as Model
    expect(model.learn({ x: 1, u: 3, v: -4 }).losses).toBe(12.5)
    expect([...model.parameters]).toEqual([0.1 * 3, 0.1 * -4].map((x) => expect.closeTo(x, 14)))
    for (let i = 0; i < 300; i++) model.learn({ x: 1, u: 3, v: -4 })
    const { value, values } = model.predict({ x: 2 })
    expect(values).toEqual({ u: expect.closeTo(6, 6), v: expect.closeTo(-8, 6) })
    expect(value).toBe(values!.u)
    // A row that lacks one of its targets is predicted but not learned.
    expect(model.learn({ x: 1, u: 3 })).toMatchObject({ losses: Number.NaN, step: 301 })
  })
  it.each(['hash', 'reject'] as const)(
    'classes get columns in the order in which they are learned; when all are taken: %s',
    (onFull) => {
      const model = createModel({
        features: { a: plain },
        target: { kind: category({ onFull }) },
        layers: [dense(3)],
      }) as Model
      expect(model.predict({ a: 1 })).toMatchObject({ value: undefined, probabilities: {} })
      const writer = model.stages.take('test', 2)
      const actual = ['a', 'b', 'c', 'd', 'a', 'e'].map((kind) => {
        const learned = writer.learn({ a: 1, kind })
        const [known] = model.publish().vocabularies
        return [learned.actual[0], known!.length] as const
      })
      writer.release()
      // A new class is reported as the column that it is about to get.
      expect(actual.slice(0, 3)).toEqual([
        [0, 0],
        [1, 2],
        [2, 2],
      ])
      expect(actual[4]).toEqual([0, 3])
      // No column is left for d and e: they share one, or get none (the window had room when d came; e's row is rejected).
      const beyond = [actual[3]![0], actual[5]![0]]
      if (onFull === 'reject') expect(beyond).toEqual([-1, Number.NaN])
      else for (const column of beyond) expect([0, 1, 2]).toContain(column)
      expect(model.labels).toEqual(['a', 'b', 'c'])
      const { probabilities } = model.predict({ a: 1 })
      expect(Object.keys(probabilities!)).toEqual(['a', 'b', 'c'])
      expect(Object.values(probabilities!).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6)
    },
  )
})
