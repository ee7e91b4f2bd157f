import { describe, expect, it } from 'vitest'
import { category, createModel, dense, numeric, sgd } from '../../../src/index.js'
import type { LearnedRows, Model } from '../../../src/model.js'
import type { Chunk } from '../../../src/records.js'
import { bytesOf } from './kinds.js'

const plain = numeric({ scale: 'none' })
const executors = ['interpreter', 'wasm'] as const

const line = (executor: (typeof executors)[number], settings: object = {}): Model =>
  createModel({
    features: { x: plain },
    target: { y: plain },
    layers: [dense(1)],
    optimizer: sgd({ learningRate: 0.1 }),
    ...{ executor, ...settings },
  }) as Model
const both = (learn: (executor: (typeof executors)[number]) => unknown): void => {
  const [one, many] = executors.map(learn)
  expect(many).toEqual(one)
}

describe('rows that are learned in one call, and those that the fallback learns', () => {
  it.each([1, 2, 3, 4])('a layer of %i units with a wide input takes every step', (units) => {
    both((executor) => {
      const model = createModel({
        features: { id: category({ capacity: 16_400, values: [0, 1, 2] }) },
        target: { y: plain },
        layers: [...(units === 1 ? [] : [dense(units, 'tanh')]), dense(1)],
        optimizer: sgd({ learningRate: 0.1 }),
        executor,
      })
      model.learn(Array.from({ length: 30 }, (_, i) => ({ id: i % 3, y: i % 3 })))
      return [0, 1, 2].map((id) => model.predict({ id }).value)
    })
  })

  it.each([0, 1])('a new model that knows %i of two names learns arrays and chunks', (known) => {
    const learned = (of: (model: Model) => unknown): void =>
      both((executor) => {
        const model = createModel({
          features: { x: plain },
          target: { y: category({ values: ['a', 'b'].slice(0, known) }) },
          layers: [dense(1)],
          optimizer: sgd({ learningRate: 0.1 }),
          executor,
        }) as unknown as Model
        return [of(model), bytesOf(model.snapshot())]
      })
    const columns = ({ actual, losses, predictions }: LearnedRows) => [actual, losses, predictions?.values]
    learned((model) => columns(model.learn([1, 2, 3, 4].map((x) => ({ x, y: x % 2 ? 'a' : 'b' })))))
    const chunk: Chunk = { kind: 'chunk', size: 3, x: Float32Array.of(1, 2, 3), y: Float32Array.of(0, -1, 0) }
    learned((model) => columns(model.learn(chunk)))
  })

  it('a getter that makes another model learn changes nothing', () => {
    both((executor) => {
      const [model, other] = [line(executor), line(executor)]
      const row = (i: number) => ({
        get x() {
          other.learn(Array(4).fill({ x: -1, y: 9 }))
          return i === 1 ? 1e60 : 1
        },
        y: 1,
      })
      model.learn([0, 1, 2, 3].map(row))
      return [...model.parameters]
    })
  })

  it('a row is learned even if its getter makes the memory move while the row is read', () => {
    both((executor) => {
      const model = createModel({
        features: { a: plain, b: plain },
        target: { y: plain },
        layers: [dense(1)],
        optimizer: sgd({ learningRate: 0.1 }),
        executor,
      })
      const learned = [0, 1, 2, 3].map((i) =>
        model.learn({
          a: 1,
          get b() {
            if (i === 2) line(executor, { layers: [dense(2 ** 20), dense(1)] })
            return i
          },
          y: i,
        }),
      )
      return [...learned.map(({ losses, actual }) => [losses, actual]), [...model.parameters]]
    })
  })

  it('single rows are learned between chunks of this model and of another', () => {
    both((executor) => {
      const [model, other] = [line(executor), line(executor)]
      const chunk: Chunk = { kind: 'chunk', size: 3, x: Float32Array.of(1, 2, 3), y: Float32Array.of(3, 2, 1) }
      other.learn({ x: 1, y: 2 })
      const losses = [model, other, model, other].flatMap((each) => [
        ...each.learn(chunk).losses,
        each.learn({ x: 0.5, y: 4 }).losses,
        each.learn({ x: -1, y: 1 }).losses,
      ])
      return [losses, [...model.parameters], [...other.parameters]]
    })
  })

  it('a cursor advances with the update of its own row', () => {
    both((executor) => {
      const model = line(executor, { cursor: 'at' })
      const seen = [
        model.learn([
          { x: 1, y: 1, at: 5 },
          { x: 'bad', y: 1, at: 6 },
          { x: 1, y: 2 },
        ]).update?.cursor,
        model.cursor,
        model.learn([
          { x: 1, y: 1, at: 7 },
          { x: 1, y: 2 },
        ]).update?.cursor,
        model.cursor,
      ]
      const writer = model.stages.take('test', 1)
      writer.learn({ x: 'bad', y: 1, at: 8 })
      const chunk: Chunk = { kind: 'chunk', size: 1, x: Float32Array.of(1), y: Float32Array.of(1) }
      const counted = [model.counters.rejected, model.cursor]
      return [...seen, ...counted, writer.learn(chunk).update?.cursor, model.counters.rejected]
    })
  })

  it('a chunk of no rows changes nothing, and one whose arrays are too short is refused as a whole', () => {
    for (const executor of executors) {
      const model = line(executor)
      model.learn({ kind: 'chunk', size: 0, x: new Float32Array(0), y: new Float32Array(0) })
      expect(model.snapshot().healthy).toBeUndefined()
      const before = bytesOf(model.snapshot())
      const [x, y] = [new Float32Array(64), new Float32Array(64)]
      for (const wrong of [
        { size: 64, x: x.subarray(32), y },
        { size: 64, x, y: y.subarray(32) },
        { size: 64, x, y, weights: x.subarray(1) },
        { size: 2.5, x, y },
      ])
        expect(() => model.learn({ kind: 'chunk', ...wrong })).toThrow(/^learn: a chunk's (x|y|weights|size) /)
      expect(bytesOf(model.snapshot())).toEqual(before)
    }
  })
})
