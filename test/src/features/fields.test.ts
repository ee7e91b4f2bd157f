import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { category } from '../../../src/features/category.js'
import { cyclic } from '../../../src/features/cyclic.js'
import type { Field } from '../../../src/features/field.js'
import { numeric } from '../../../src/features/numeric.js'
import type { ModelEvent } from '../../../src/records.js'
import { runs } from '../../runs.js'
import { columnsOf } from './columns.js'

const plain = numeric({ scale: 'none' })
const same = (n: number) => new Array<number>(n).fill(0)

describe('a value is read according to its field and policy', () => {
  /** A field, a value, and the numbers as which it is read, or the reason why its row is rejected. */
  const table: readonly (readonly [string, Field, unknown, readonly number[] | RegExp])[] = [
    ['a number', plain, 2.5, [2.5]],
    ['true', plain, true, [1]],
    ['false', plain, false, [0]],
    ['a missing number', plain, undefined, [0]],
    ['null', plain, null, [0]],
    ['NaN', plain, Number.NaN, /^f is NaN; expected a number within ±1e150$/],
    ['Infinity', plain, Infinity, /^f is Infinity; expected a number within ±1e150$/],
    ['-Infinity', plain, -Infinity, /^f is -Infinity; expected a number within ±1e150$/],
    ['1e200', plain, 1e200, /^f is 1e\+200; expected a number within ±1e150$/],
    ['text for a number', plain, '21', /^f is '21'; expected a number within ±1e150$/],
    ['a list', plain, [1], /^f is an array; expected a number within ±1e150$/],
    ['an object', plain, Object.create(null), /^f is an object; expected a number within ±1e150$/],
    ['a function', plain, () => 1, /^f is a function; expected a number within ±1e150$/],
    ['a bigint', plain, 1n, /^f is 1n; expected a number within ±1e150$/],
    ['a symbol', plain, Symbol('x'), /^f is Symbol\(x\); expected a number within ±1e150$/],
    ['missing, rejected', numeric({ missing: 'reject' }), undefined, /^f is missing, and its policy is to reject$/],
    ['1e200 of a scaled number', numeric(), 1e200, /^f is 1e\+200; expected a number within ±1e150$/],
    ['missing of a scaled number', numeric(), null, [0]],
    ['a number, flagged if missing', numeric({ scale: 'none', missing: 'flag' }), 2.5, [2.5, 0]],
    ['missing, flagged', numeric({ scale: 'none', missing: 'flag' }), undefined, [0, 1]],
    ['null of a scaled number, flagged', numeric({ missing: 'flag' }), null, [0, 1]],
    ['the mean of a scaled number, flagged if missing', numeric({ missing: 'flag', scale: 'standard' }), 2, [0, 0]],
    ['-1e150, flagged if missing', numeric({ scale: 'none', missing: 'flag' }), -1e150, [-1e150, 0]],
    ['NaN, flagged if missing', numeric({ missing: 'flag' }), Number.NaN, /^f is NaN; expected a number within/],
    ['a known name', category({ values: ['a', 'b'] }), 'b', [0, 1]],
    ['a number as a name', category({ values: ['1', '2'] }), 2, [0, 1]],
    ['a boolean as a name', category({ values: [true, false] }), 'false', [0, 1]],
    ['an unseen name', category({ values: ['a'], capacity: 2 }), 'z', [0, 0]],
    ['a missing name', category({ values: ['a', 'b'] }), undefined, [0, 0]],
    [
      'missing, rejected',
      category({ values: ['a'], missing: 'reject' }),
      null,
      /is missing, and its policy is to reject/,
    ],
    [
      'NaN as a name',
      category({ values: ['a'] }),
      Number.NaN,
      /^f is NaN; expected a name, which is text of at most 1000 characters, a finite number, true or false$/,
    ],
    [
      'an object as a name',
      category({ values: ['a'] }),
      {},
      /^f is an object; expected a name, which is text of at most 1000 characters, /,
    ],
    ['a name of 1,000 characters', category({ values: ['a'], capacity: 2 }), 'x'.repeat(1000), [0, 0]],
    ['a longer name', category({ values: ['a'], capacity: 2 }), 'x'.repeat(1001), /^f is 'x{60}…'; expected a name, /],
    [
      'a new name when all columns are taken',
      category({ values: ['a'], onFull: 'reject' }),
      'z',
      /^f is 'z', a new name, and all 1 columns are taken$/,
    ],
    ['a quarter turn', cyclic(24), 6, [1, Math.cos(Math.PI / 2)]],
    ['a missing angle', cyclic(24), undefined, [0, 0]],
    ['missing, rejected', cyclic(24, { missing: 'reject' }), undefined, /missing/],
    ['a text for an angle', cyclic(24), 'noon', /^f is 'noon'; expected a number within ±1e150$/],
  ]
  it.each(table)('%s', (_, f, value, meaning) => {
    const count = f.columns?.() ?? 1
    const { model, read, commit } = columnsOf({ f, beside: plain }, count + 1)
    const events: ModelEvent[] = []
    model.listen((event) => events.push(event))
    const [known] = f.names?.().values ?? []
    commit({ f: known ?? 1, beside: 1 }, { f: known ?? 3, beside: 2 })
    const before = model.snapshot()
    const row = { f: value, beside: 7 }
    if (meaning instanceof RegExp) {
      expect(() => read(row)).toThrow(/^predict: f is .*\.$/)
      expect(model.learn(row).predictions).toBeUndefined()
      const [event] = events as [Extract<ModelEvent, { kind: 'rejection' }>]
      expect(event).toMatchObject({ kind: 'rejection', field: 'f', row })
      expect(event.reason).toMatch(meaning)
      expect(model.counters).toMatchObject({ learned: 2, rejected: 1 })
      // Nothing else has changed.
      expect({ ...model.snapshot(), counters: before.counters }).toEqual(before)
    } else {
      const expected = [...meaning, 7]
      for (const [i, x] of read(row).entries()) expect(x).toBeCloseTo(expected[i]!, 12)
      expect(model.snapshot()).toEqual(before)
      commit(row)
      expect(events).toEqual([])
    }
  })
  it.each([null, undefined, 7, 'row', new TextEncoder().encode('{}')])('%s is not a row', (row) => {
    const { model, read } = columnsOf({ f: plain }, 1)
    expect(() => read(row as never)).toThrow(/the row is .*; expected an object/)
    expect(model.learn(row as never).predictions).toBeUndefined()
    expect(model.counters.rejected).toBe(1)
  })
  it('a list of rows is no row that could be predicted', () => {
    const { read } = columnsOf({ f: plain }, 1)
    expect(() => read([{ f: 1 }] as never)).toThrow('the row is an array; expected an object')
  })
})

describe('category', () => {
  const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', '', '__proto__', 'constructor', 1, '1', true), {
    maxLength: 30,
  })
  it('a name is read as all zeros until its row is learned, and then keeps the next column forever', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 4 }), (values, b) => {
        const { model, read, commit } = columnsOf({ f: category({ capacity: 16 }) }, 16)
        const seen: string[] = []
        for (let i = 0; i < values.length; i += b) {
          const window = values.slice(i, i + b)
          for (const value of window) {
            const column = seen.indexOf(`${value}`)
            expect(read({ f: value })).toEqual(same(16).map((_, k) => (k === column ? 1 : 0)))
          }
          commit(...window.map((f) => ({ f })))
          for (const value of window) if (!seen.includes(`${value}`)) seen.push(`${value}`)
        }
        expect(model.publish().vocabularies[0]!.map(String)).toEqual(seen)
      }),
      { numRuns: runs(300) },
    )
  })
  it("when all columns are taken, 'hash' shares a column that depends on the name alone", () => {
    const filled = (...order: readonly string[]) => {
      const one = columnsOf({ f: category({ capacity: 3 }) }, 3)
      for (const f of order) one.commit({ f })
      return one
    }
    const [one, other] = [filled('a', 'b', 'c'), filled('c', 'a', 'b')]
    const columns = new Set<number>()
    for (let i = 0; i < 40; i++) {
      const read = one.read({ f: `n${i}` })
      expect(read.reduce((sum, x) => sum + x, 0)).toBe(1)
      expect(other.read({ f: `n${i}` })).toEqual(read)
      columns.add(read.indexOf(1))
      one.commit({ f: `n${i}` })
      expect(one.read({ f: `n${i}` })).toEqual(read)
    }
    expect(columns.size).toBe(3)
    expect(one.model.publish().vocabularies).toEqual([['a', 'b', 'c']])
  })
  it("when all columns are taken, 'evictOldest' reassigns the column that was assigned longest ago", () => {
    const { model, read, commit } = columnsOf({ f: category({ capacity: 2, onFull: 'evictOldest' }) }, 2)
    for (const f of ['a', 'b', 'a', 'c']) commit({ f })
    expect(['a', 'b', 'c'].map((f) => read({ f }))).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ])
    commit({ f: 'd' })
    commit({ f: 'a' })
    expect(model.publish().vocabularies).toEqual([['a', 'd']])
    expect(model.snapshot().evictions).toEqual([3])
  })
  it("when all columns are taken, 'reject' rejects only new names", () => {
    const { model, commit } = columnsOf({ f: category({ capacity: 2, onFull: 'reject' }) }, 2)
    for (const f of ['a', 'b', 'c', 'a']) commit({ f })
    expect(model.counters).toMatchObject({ learned: 3, rejected: 1 })
  })
  it.each([
    [{ capacity: 0 }, 'category: capacity is 0; expected a whole number of at least 1.'],
    [{ capacity: 1.5 }, 'capacity is 1.5'],
    [{ capacity: 1, values: ['a', 'b'] }, 'expected a whole number of at least 2'],
    [{ values: ['a', 'x'.repeat(1001)] }, 'expected a name, which is text of at most 1000 characters'],
    [{ values: ['1', 1] }, "category: values has '1' twice; expected each name once."],
  ])('%j is refused', (config, message) => {
    expect(() => category(config)).toThrow(message)
  })
  it('keeps its names when the list it was given changes', () => {
    const values = ['a', 'b']
    const field = category({ values })
    values.push('c')
    expect(field.values).toEqual(['a', 'b'])
  })
})

describe('cyclic', () => {
  it('is a point on the circle, and the same point one period later', () => {
    fc.assert(
      fc.property(fc.double({ min: -100, max: 100, noNaN: true }), fc.constantFrom(1, 7, 24, 360), (x, period) => {
        const { read } = columnsOf({ f: cyclic(period) }, 2)
        const [sine, cosine] = read({ f: x }) as [number, number]
        expect(sine).toBeCloseTo(Math.sin((2 * Math.PI * x) / period), 11)
        expect(cosine).toBeCloseTo(Math.cos((2 * Math.PI * x) / period), 11)
        const [s, c] = read({ f: x + 3 * period }) as [number, number]
        expect(Math.hypot(s - sine, c - cosine)).toBeLessThan(1e-11)
      }),
      { numRuns: runs(1000) },
    )
  })
  it.each([0, -1, Infinity, Number.NaN])('period %d is refused', (period) => {
    expect(() => cyclic(period)).toThrow(`cyclic: period is ${period}`)
  })
})
