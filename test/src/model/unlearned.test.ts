import { describe, expect, it } from 'vitest'
import { createModel, dense, numeric } from '../../../src/index.js'
import type { Learned, LearnedRows, Writer } from '../../../src/model.js'

const config = { features: { x: numeric() }, target: { y: numeric(), z: numeric() }, layers: [dense(2)] }
/** Rows of every sort, with what is wrong with each. */
const cases: readonly (readonly [row: object, wrong: readonly [kind: string, reason: string] | undefined])[] = [
  [{ x: 1, y: 2, z: 1 }, undefined],
  [{ x: 'one', y: 2, z: 1 }, ['rejected', "x is 'one'; expected a number within ±1e150"]],
  [{ x: 3, z: 1 }, ['unlabelled', 'y is missing']],
  [{ x: 3, y: 1, z: null }, ['unlabelled', 'z is missing']],
  [{ x: 4, y: 2, z: 3 }, undefined],
  [{ x: Infinity, y: 2, z: 1 }, ['rejected', 'x is Infinity; expected a number within ±1e150']],
  [{ x: 5, y: 2, z: 4 }, undefined],
  [{ x: 6 }, ['unlabelled', 'y is missing']],
]
const rows = cases.map(([row]) => row as never)
const expected = (from: number, to: number) =>
  cases.slice(from, to).flatMap(([, wrong], index) => {
    if (!wrong) return []
    const [kind, reason] = wrong
    return [{ kind, index, field: reason.slice(0, 1), reason }]
  })
const told = (learned: Learned<never> | LearnedRows<never>) => learned.unlearned ?? []
const countsOf = (to: number) => {
  const kinds = expected(0, to).map(({ kind }) => kind)
  return {
    rejected: kinds.filter((kind) => kind === 'rejected').length,
    unlabelled: kinds.filter((kind) => kind === 'unlabelled').length,
  }
}

describe.each([1, 2, 5])('rows that are not learned, in windows of %i', (batch) => {
  const start = () => {
    const model = createModel(config)
    return { model, writer: model.stages.take('test', batch) as Writer<never> }
  }

  it('are told with the reason, and counted when they come', () => {
    const { model, writer } = start()
    for (const [i, row] of rows.entries()) {
      expect(told(writer.learn(row))).toEqual(expected(i, i + 1))
      expect(model.counters).toMatchObject(countsOf(i + 1))
    }
  })

  it('are told by their index in an array', () => {
    for (const size of [2, 3, rows.length]) {
      const { model, writer } = start()
      for (let i = 0; i < rows.length; i += size) {
        expect(told(writer.learn(rows.slice(i, i + size)))).toEqual(expected(i, i + size))
        expect(model.counters).toMatchObject(countsOf(i + size))
      }
    }
  })

  it('are told by their index in a chunk', () => {
    const { model, writer } = start()
    const x = Float64Array.from(rows, ({ x }: { x: number | string }) => (typeof x === 'number' ? x : -Infinity))
    const y = Float64Array.from(
      rows.flatMap(({ y, z }: { y?: number; z?: number | null }) => [y ?? Number.NaN, z ?? Number.NaN]),
    )
    const unlearned = told(writer.learn({ kind: 'chunk', size: rows.length, x, y }))
    const shown = JSON.parse(JSON.stringify(expected(0, rows.length)).replace("'one'", '-Infinity'))
    expect(unlearned).toEqual(shown)
    expect(model.counters).toMatchObject(countsOf(rows.length))
  })

  it('are counted by a snapshot with their window, and taken out with a window that is discarded', () => {
    const { model, writer } = start()
    for (const row of rows) writer.learn(row)
    const committed = model.snapshot().counters
    const again = createModel(config)
    again.restore(model.snapshot())
    expect(again.counters).toEqual(committed)
    writer.release()
    expect(model.counters).toEqual({ ...committed, discarded: model.counters.discarded })
    const whole = start()
    for (const row of rows) whole.writer.learn(row)
    whole.writer.flush()
    whole.writer.release()
    expect(whole.model.snapshot().counters).toMatchObject(countsOf(rows.length))
  })
})

it('a row that is learned says nothing of it', () => {
  const learned = createModel(config).learn({ x: 1, y: 2, z: 3 })
  expect('unlearned' in learned).toBe(false)
})
