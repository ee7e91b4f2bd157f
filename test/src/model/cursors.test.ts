import { describe, expect, it } from 'vitest'
import { createModel, dense, numeric, type Row } from '../../../src/index.js'
import type { Model } from '../../../src/model.js'

const executors = ['interpreter', 'wasm'] as const
const created = (executor: (typeof executors)[number]): Model<Row> =>
  createModel({
    features: { x: numeric({ missing: 'reject' }) },
    target: { y: numeric() },
    layers: [dense(1)],
    cursor: 'line',
    executor,
  } as Parameters<typeof createModel>[0]) as unknown as Model<Row>
const row = (line: number, more: Row = {}): Row => ({ line, x: line % 5, y: 2 * (line % 5), ...more })

describe.each(executors)('the cursor: %s', (executor) => {
  it('of an update is that of the last row that it stands for, however the rows are given', () => {
    const model = created(executor)
    expect(model.learn(row(1)).update?.cursor).toBe(1)
    expect(model.learn([row(2), row(3), row(4)]).update?.cursor).toBe(4)
    expect(model.learn([row(5)]).update?.cursor).toBe(5)
    // Rows that are not learned are passed all the same.
    expect(model.learn([row(6, { x: 'warm' }), row(7)]).update?.cursor).toBe(7)
    expect(model.learn(row(8, { y: null })).update).toBeUndefined()
    expect(model.cursor).toBe(8)
    expect(model.learn(row(9)).update?.cursor).toBe(9)
    // A row that names no place stays at the place before it.
    expect(model.learn({ x: 1, y: 2 }).update?.cursor).toBeUndefined()
    expect(model.cursor).toBe(9)
  })

  it.each([
    ['alone', (each: Row) => each],
    ['among others', (each: Row) => [row(2), each, row(4)]],
  ])('passes a row that throws while it is read, %s', (_, given) => {
    const model = created(executor)
    const writer = model.stages.take('own')
    writer.learn(row(1))
    const torn = {
      line: 3,
      get x(): number {
        throw new Error('the sensor is gone')
      },
    }
    expect(() => writer.learn(given(torn) as Row)).toThrow('the sensor is gone')
    // It stands with the next step, as that of a row which is rejected.
    expect(writer.learn({ x: 1, y: 2 }).update?.cursor).toBe(3)
    expect(model.cursor).toBe(3)
    expect(writer.learn(row(5)).update?.cursor).toBe(5)
  })
})
