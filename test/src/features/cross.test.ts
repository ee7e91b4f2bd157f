import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { category } from '../../../src/features/category.js'
import { cross } from '../../../src/features/cross.js'
import { hashed } from '../../../src/features/hashed.js'
import { lag } from '../../../src/features/lag.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { squared } from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import { sgd } from '../../../src/optimizers/index.js'
import type { Chunk, Example } from '../../../src/records.js'
import type { Row } from '../../../src/values.js'
import { runs } from '../../runs.js'

const plain = numeric({ scale: 'none' })
const CAPACITY = 2 ** 14
const make = (of: readonly string[], missing: 'empty' | 'reject' = 'empty') =>
  createModel({
    features: { both: cross(...(of as [string, string]), { capacity: CAPACITY, missing }) },
    target: { y: plain },
    layers: [dense(1)],
  }) as Model
const encoded = (row: Row, model: Model): readonly number[] | string => {
  const given = model.stages.encode(row)
  return given.kind === 'example' ? [...(given as Example).x] : given.reason
}
/** The name of a combination, by the page of the wire. */
const nameOf = (names: readonly unknown[]): string =>
  names.map((name, i) => (i + 1 < names.length ? `${String(name).length} ${name}` : String(name))).join('')

describe('cross', () => {
  const value = fc.oneof(
    fc.string({ maxLength: 4 }),
    fc.constantFrom('', '1', '1 ', ' 1', '11'),
    fc.nat(30),
    fc.boolean(),
  )
  it('is the hashed name of the combination, whatever the names', () => {
    const words = createModel({
      features: { w: hashed({ capacity: CAPACITY, active: 1 }) },
      ...{ target: { y: plain }, layers: [dense(1)] },
    }) as Model
    const two = make(['p', 'q'])
    const three = make(['q', 'p', 'r'])
    fc.assert(
      fc.property(value, value, value, (p, q, r) => {
        expect(encoded({ p, q, r }, two)).toEqual(encoded({ w: [nameOf([p, q])] }, words))
        expect(encoded({ p, q, r }, three)).toEqual(encoded({ w: [nameOf([q, p, r])] }, words))
      }),
      { numRuns: runs(500) },
    )
  })
  it('has one index for equal combinations, and other ones for others, in which letters only moved as well', () => {
    const model = make(['p', 'q'])
    const names = fc.tuple(value, value)
    fc.assert(
      fc.property(names, names, ([p, q], [r, s]) => {
        const isSame = String(p) === String(r) && String(q) === String(s)
        const [one, other] = [encoded({ p, q }, model), encoded({ p: r, q: s }, model)]
        if (isSame) expect(other).toEqual(one)
        // Two names may share an index, but the names themselves differ.
        else expect(nameOf([p, q])).not.toBe(nameOf([r, s]))
      }),
      { numRuns: runs(500) },
    )
    expect(encoded({ p: 'ab', q: 'c' }, model)).not.toEqual(encoded({ p: 'a', q: 'bc' }, model))
    expect(encoded({ p: 1, q: 'c' }, model)).toEqual(encoded({ p: '1', q: 'c' }, model))
  })
  it('reads nothing of a row that lacks a name, or rejects it', () => {
    for (const row of [{}, { p: 'a' }, { q: 'a', p: null }, { both: 'a' }]) {
      expect(encoded(row, make(['p', 'q']))).toEqual([0, 0, 0])
      expect(encoded(row, make(['p', 'q'], 'reject'))).toBe('both is missing, and its policy is to reject')
    }
    // Every object inherits these.
    expect(encoded({ toString: 'a' }, make(['toString', 'constructor']))).toEqual([0, 0, 0])
    expect(encoded({ p: {}, q: 'a' }, make(['p', 'q']))).toMatch(
      /^both combines p, which is an object; expected a name/,
    )
    expect(encoded({ p: 'a'.repeat(1001), q: 'a' }, make(['p', 'q']))).toMatch(
      /^both combines p, which is .*expected a/,
    )
  })
  it('learns what each combination adds, which the names by themselves cannot', () => {
    const build = (features: object) =>
      createModel({
        features: { p: category(), q: category(), ...features },
        target: { y: plain },
        layers: [dense(1)],
        loss: squared(),
        optimizer: sgd({ learningRate: 0.2 }),
      }) as Model
    const rows = Array.from({ length: 400 }, (_, i) => {
      const [p, q] = [i % 2, (i >> 1) % 2]
      return { p: `p${p}`, q: `q${q}`, y: p === q ? 1 : -1 }
    })
    const errors = [build({}), build({ both: cross('p', 'q') })].map((model) => {
      model.learn(rows)
      return rows.reduce((sum, { y, ...row }) => sum + Math.abs((model.predict(row).value as number) - y), 0) / 400
    })
    expect(errors[0]).toBeGreaterThan(0.8)
    expect(errors[1]).toBeLessThan(0.05)
  })
  it('has three numbers of its own in a chunk, also beside fields that remember', () => {
    const build = () =>
      createModel({
        features: { before: lag('y', 1), both: cross('p', 'q', { capacity: 8 }), a: plain },
        target: { y: plain },
        layers: [dense(1)],
      }) as Model
    const [rows, chunks] = [build(), build()]
    const list = Array.from({ length: 20 }, (_, i) => ({ p: i % 3, q: `${i % 2}`, a: i, y: i % 5 }))
    const single = createModel({
      features: { both: cross('p', 'q', { capacity: 8 }) },
      ...{ target: { y: plain }, layers: [dense(1)] },
    }) as Model
    rows.learn(list)
    const x = Float64Array.from(list.flatMap((row) => [...(encoded(row, single) as readonly number[]), row.a]))
    chunks.learn({ kind: 'chunk', size: 20, x, y: Float64Array.from(list, ({ y }) => y) } satisfies Chunk)
    expect(chunks.parameters).toEqual(rows.parameters)
    expect(rows.parameters.some((w) => w !== 0)).toBe(true)
  })
  it('knows which names its columns have, and that no row holds its own', () => {
    const model = createModel({
      features: { p: category(), both: cross('p', 'q', 'r') },
      target: { y: numeric() },
      layers: [dense(1)],
    })
    expectTypeOf(model.learn).toBeCallableWith({ p: 'a', q: 1, r: true, y: 2 })
    model.learn({ p: 'a', q: 1, r: true, y: 2 })
    // @ts-expect-error: an object is no name.
    expect(() => model.predict({ p: 'a', q: {}, r: 1 })).toThrow('both combines q')
  })
  it('does not read the target', () => {
    expect(() =>
      createModel({ features: { both: cross('p', 'y') }, target: { y: numeric() }, layers: [dense(1)] }),
    ).toThrow("createModel: feature 'both' reads 'y', which is the target; expected columns that are known before it.")
  })
  it.each([
    [[], 'cross: the columns are undefined; expected two or more names'],
    [['p'], "cross: the columns are 'p'; expected two or more names, as in cross('site', 'device')."],
    [['p', ''], "cross: the columns are 'p', ''; expected two"],
    [['p', 5, 'q'], "cross: the columns are 'p', 5, 'q'; expected two"],
    [['p', 'q', 'p'], "cross: 'p' is named twice; expected each column once."],
    [['p', 'q', { capacity: 0 }], 'cross: capacity is 0'],
    [['p', 'q', { missing: 'zero' }], "cross: missing is 'zero'; expected one of empty, reject"],
    [['p', 'q', { active: 2 }], "cross: 'active' is given; expected { capacity, missing }."],
    [['p', 'q', 7], 'cross: 7 is given; expected { capacity, missing }.'],
  ])('%j is refused', (given, reason) => {
    expect(() => cross(...(given as ['p', 'q']))).toThrow(reason)
  })
})
