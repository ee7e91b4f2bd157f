import fc from 'fast-check'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { backward, batch, encode, forward, loss, update } from '../../../operators/index.js'
import { category } from '../../../src/features/category.js'
import { createDistinct } from '../../../src/features/distinct.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import { hashText } from '../../../src/random.js'
import type { ModelEvent } from '../../../src/records.js'
import type { Row } from '../../../src/values.js'
import { runs } from '../../runs.js'
import { learnAll } from '../model/kinds.js'

const make = (
  config: Parameters<typeof category>[0],
): { model: Model; told: (readonly [number, number])[]; reasons: string[] } => {
  const model = createModel({
    features: { room: category(config), a: numeric() },
    target: { y: numeric() },
    layers: [dense(1)],
  }) as Model
  const told: (readonly [number, number])[] = []
  const reasons: string[] = []
  model.listen((event: ModelEvent) => {
    if (event.kind !== 'capacity') return
    expect(event.field).toBe('room')
    told.push([event.step, event.count])
    reasons.push(event.reason)
  })
  return { model, told, reasons }
}
const row = (room: unknown, i = 0): Row => ({ room, a: i % 5, y: i % 3 })

describe('a category whose columns are all taken', () => {
  it('tells of the names that share a column, at the first and at powers of two, and what to do', () => {
    const { model, told, reasons } = make({ capacity: 4 })
    for (let i = 0; i < 4; i++) model.learn(row(`r${i}`, i))
    expect(told).toEqual([])
    for (let i = 4; i < 13; i++) {
      // A name is counted once, and a prediction counts none.
      model.predict(row(`other ${i}`, i))
      for (let k = 0; k < 3; k++) model.learn(row(`r${i}`, i))
    }
    expect(told).toEqual([
      [5, 1],
      [8, 2],
      [14, 4],
      [26, 8],
    ])
    expect(reasons[0]).toBe(
      'room had a name beyond its 4, which shared a column with another; category({ capacity: 16 }) would have room for each, and hashed() for any number',
    )
    expect(reasons[2]).toMatch(/^room had about 4 names beyond its 4, which .* category\(\{ capacity: 16 \}\)/)
    expect(model.counters.crowded).toBe(9)
  })
  it('tells of the names that took the column of another', () => {
    const { model, told, reasons } = make({ capacity: 2, onFull: 'evictOldest' })
    for (const [i, room] of ['p', 'q', 'p', 'r', 's', 'p'].entries()) model.learn(row(room, i))
    expect(told).toEqual([
      [4, 1],
      [5, 2],
    ])
    expect(reasons[1]).toMatch(/^room had 2 names beyond its 2, which took the column of another's, with its weights;/)
    expect(model.counters.crowded).toBe(3)
  })
  it('rejects rows with the reason alone if it was asked to', () => {
    const { model, told } = make({ capacity: 2, onFull: 'reject' })
    for (const room of ['p', 'q', 'r']) model.learn(row(room))
    expect(told).toEqual([])
    expect(model.counters).toMatchObject({ rejected: 1, crowded: 0 })
  })
  it('counts the same names in rows, in arrays and in windows, whether or not they are texts', () => {
    const name = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom('x', 'y', 'z', true, null))
    fc.assert(
      fc.property(fc.array(name, { maxLength: 40 }), fc.constantFrom('hash', 'evictOldest'), (names, onFull) => {
        const rows = names.map(row)
        const missing = names.map((each, i) => (i % 4 === 3 ? { ...row(each, i), y: undefined } : row(each, i)))
        const build = () => make({ capacity: 3, onFull: onFull as 'hash' }).model
        const [alone, array, windows] = [build(), build(), build()]
        for (const each of rows) alone.learn(each)
        array.learn(rows)
        learnAll(windows, rows, 1, (writer, all) => writer.learn(all))
        // Names of rows without a label are not counted, and to encode rows counts none.
        const [fused, long, encoded] = [build(), build(), build()]
        for (const of of [fused, long]) of.learn(['p', 'q', 'r'].map(row))
        for (const each of missing) fused.learn(each)
        from(missing)
          .pipe(encode(long), batch<Row>(1), forward(long), loss<Row>(), backward<Row>(), update(long))
          .subscribe()
        expect(long.counters).toEqual(fused.counters)
        const learned = missing.flatMap(({ y, room }) => (y === undefined || room === null ? [] : [`${room}`]))
        if (onFull === 'hash') expect(fused.counters.crowded).toBe(new Set(learned).size)
        encoded.learn(['p', 'q', 'r'].map(row))
        const before = encoded.counters
        from(rows).pipe(encode(encoded)).subscribe()
        for (const each of rows) encoded.stages.encode(each)
        expect(encoded.counters).toEqual(before)
        const beyond = new Set(names.filter((each) => each !== null).map(String)).size - 3
        if (onFull === 'hash') expect(alone.counters.crowded).toBe(Math.max(0, beyond))
        expect(array.counters).toEqual(alone.counters)
        expect(windows.counters).toEqual(alone.counters)
      }),
      { numRuns: runs(200) },
    )
  })
  it('counts anew from a snapshot', () => {
    const { model } = make({ capacity: 1 })
    for (const room of ['p', 'q', 'r']) model.learn(row(room))
    expect([model.counters.crowded, model.snapshot().counters.crowded]).toEqual([2, 0])
    const { model: again, told } = make({ capacity: 1 })
    again.restore(model.snapshot())
    again.learn(row('q'))
    expect(told).toEqual([[4, 1]])
  })
})

describe('the count of different values', () => {
  it('is nearly exact for a few, and within a few percent for many, however often each comes', () => {
    for (const count of [0, 1, 2, 5, 20, 64, 65, 100, 1000, 10_000, 200_000]) {
      const distinct = createDistinct()
      for (let i = 0; i < count; i++) for (let k = 0; k < 1 + (i % 2); k++) distinct.add(hashText(`name ${i}`))
      expect(Math.abs(distinct.count() - count)).toBeLessThanOrEqual(count <= 64 ? 0 : 0.2 * count)
    }
  })
})
