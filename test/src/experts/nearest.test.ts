import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { category, createModel, dense, experts, type Model, numeric } from '../../../src/index.js'
import { runs } from '../../runs.js'

const plain = numeric({ scale: 'none' })
interface Point {
  a: number
  b: number
  y: number
}
/** Few places, so that rows lie at equal distances, and at none. */
const points = fc.array(
  fc.record({
    a: fc.integer({ min: -2, max: 2 }),
    b: fc.integer({ min: -3, max: 3 }),
    y: fc.integer({ min: -50, max: 50 }),
  }),
  { minLength: 1, maxLength: 40 },
)
const sizes = fc.integer({ min: 1, max: 5 }).chain((k) => fc.tuple(fc.constant(k), fc.integer({ min: k, max: 12 })))

/** The weights of the k rows nearest to a place, the newer first among equals: a sort of all of them. */
const weighed = (known: readonly Point[], at: Omit<Point, 'y'>, k: number, m: number) => {
  const near = known
    .slice(-m)
    .map((point, age) => ({ point, age, squared: (point.a - at.a) ** 2 + (point.b - at.b) ** 2 }))
    .sort((p, q) => p.squared - q.squared || q.age - p.age)
    .slice(0, k)
    .map(({ point, squared }) => ({ y: point.y, weight: 1 / (squared / 2 + 0.001) }))
  const total = near.reduce((sum, { weight }) => sum + weight, 0)
  return near.map(({ y, weight }) => ({ y, share: weight / total }))
}
/** Learns rows b at a time, and calls `each` before each of them with the rows that are learned by then. */
const learned = (model: Model<never>, rows: readonly object[], b: number, each: (i: number, known: number) => void) => {
  const writer = model.stages.take('test', b)
  rows.forEach((row, i) => {
    each(i, i - (i % b))
    writer.learn(row as never)
  })
  writer.release()
}

describe('the nearest rows', () => {
  it('have labels whose weighed mean is the number that is expected, at any b and in both types', () => {
    fc.assert(
      fc.property(points, sizes, fc.constantFrom(1, 3), fc.constantFrom('f32', 'f64'), (rows, [k, m], b, precision) => {
        const nearest = experts.nearest({ neighbors: k, rows: m })
        const config = { features: { a: plain, b: plain }, target: { y: plain }, experts: { nearest }, precision }
        const model = createModel(config as never) as Model<never>
        learned(model, rows, b, (i, known) => {
          const near = weighed(rows.slice(0, known), rows[i]!, k, m)
          const expected = near.reduce((sum, { y, share }) => sum + share * y, 0)
          const { value } = model.predict(rows[i] as never) as { value: number }
          expect(value).toBeCloseTo(expected, precision === 'f32' ? 4 : 9)
        })
      }),
      { numRuns: runs(100) },
    )
  })

  it('have labels whose shares, k of them beside one of chance, are the probabilities of classes', () => {
    const names = ['p', 'q', 'r']
    fc.assert(
      fc.property(points, sizes, fc.constantFrom(1, 3), fc.constantFrom(2, 3), (given, [k, m], b, count) => {
        const rows = given.map((row) => ({ ...row, y: Math.abs(row.y) % count }))
        const model = createModel({
          features: { a: plain, b: plain },
          target: { side: category({ values: names.slice(0, count) }) },
          // The net says how many outputs there are.
          experts: {
            nearest: { ...experts.nearest({ neighbors: k, rows: m }), outputs: count === 2 ? 1 : count },
          },
          precision: 'f64',
        }) as never as Model<never>
        const labelled = rows.map(({ a, b, y }) => ({ a, b, side: names[y] }))
        learned(model, labelled, b, (i, known) => {
          const near = weighed(rows.slice(0, known), rows[i]!, k, m)
          const { probabilities } = model.predict(labelled[i] as never) as { probabilities: Record<string, number> }
          for (let j = 0; j < count; j++) {
            const share = near.reduce((sum, each) => sum + (each.y === j ? each.share : 0), 0)
            const all = near.length > 0 ? k : 0
            expect(probabilities[names[j]!]).toBeCloseTo((k * share + 1 / count) / (all + 1), 9)
          }
        })
      }),
      { numRuns: runs(60) },
    )
  })

  it('are compared by the columns that they had when they were learned, alone or in a window', () => {
    // Columns are scaled by statistics that each row advances; in a window each one by those before it alone.
    const rows = Array.from({ length: 30 }, (_, i) => ({ a: (i * 7) % 11, b: 0, y: i % 4 }))
    const config = { features: { a: numeric(), b: numeric() }, target: { y: plain }, experts: { n: experts.nearest() } }
    const one = createModel({ ...config, precision: 'f64' })
    const chunks = createModel({ ...config, precision: 'f64' })
    const inWindow = createModel({ ...config, precision: 'f64' })
    for (const row of rows) one.learn(row)
    chunks.learn(rows)
    const writer = inWindow.stages.take('test', 5)
    writer.learn(rows)
    writer.release()
    expect(chunks.publish()).toEqual(one.publish())
    for (const row of rows) expect(inWindow.predict(row).value).toBe(one.predict(row).value)
  })

  it('are averaged for each of several numbers, in the units that it has', () => {
    const model = createModel({
      features: { a: plain, b: plain },
      target: { y: numeric(), z: numeric() },
      experts: { nearest: experts.nearest({ rows: 6 }) },
      precision: 'f64',
    })
    const rows = Array.from({ length: 40 }, (_, i) => ({ a: (i * 5) % 7, b: (i * 3) % 4, y: 1000 + (i % 9), z: -i }))
    rows.forEach((row, i) => {
      const { values } = model.predict(row) as unknown as { values: Record<'y' | 'z', number> }
      for (const name of ['y', 'z'] as const) {
        const near = weighed(
          rows.slice(0, i).map((each) => ({ ...each, y: each[name] })),
          row,
          3,
          6,
        )
        if (i > 1)
          expect(values[name]).toBeCloseTo(
            near.reduce((sum, { y, share }) => sum + share * y, 0),
            9,
          )
      }
      model.learn(row)
    })
  })

  it('say nothing by the first row of a class, which had no column yet', () => {
    const model = createModel({
      features: { a: plain },
      target: { side: category() },
      experts: { nearest: experts.nearest({ neighbors: 1 }) },
    })
    model.learn({ a: 0, side: 'x' })
    model.learn({ a: 1, side: 'y' })
    const sides = (a: number) => model.predict({ a }).probabilities as unknown as Record<string, number>
    expect(sides(0).x).toBeCloseTo(0.5, 6)
    expect(sides(1).x).toBeCloseTo(0.5, 6)
    model.learn({ a: 1, side: 'y' })
    expect(sides(0).x).toBeCloseTo(0.5, 6)
    expect(sides(1).y).toBeCloseTo(0.75, 6)
    model.learn({ a: 0, side: 'x' })
    expect(sides(0).x).toBeCloseTo(0.75, 6)
  })

  it('are fewer where there are many columns', () => {
    const names = Array.from({ length: 200 }, (_, i) => `x${i}`)
    const row = (x: number, y: number): Record<string, number> => ({
      ...Object.fromEntries(names.map((name) => [name, x])),
      y,
    })
    const model = createModel({
      features: Object.fromEntries(names.map((name) => [name, plain])),
      target: { y: plain },
      experts: { nearest: experts.nearest({ neighbors: 1 }) },
    }) as Model<Record<string, number>>
    model.learn(row(1, 5))
    // 81 rows of 200 columns are at most 16,384 numbers.
    for (let i = 0; i < 80; i++) model.learn(row(10, 7))
    expect(model.predict(row(1, 0)).value).toBe(5)
    model.learn(row(10, 7))
    expect(model.predict(row(1, 0)).value).toBe(7)
  })

  it('are those of all columns but hashed ones, and the last ones where there are none', () => {
    const model = createModel({
      features: { name: category({ capacity: 3, missing: 'reject' }) },
      target: { y: plain },
      experts: { nearest: experts.nearest({ neighbors: 1 }) },
    })
    for (const [i, name] of ['a', 'b', 'c', 'a', 'b'].entries()) model.learn({ name, y: i })
    expect(model.predict({ name: 'a' }).value).toBe(3)
    expect(model.predict({ name: 'c' }).value).toBe(2)
  })

  it('tell islands of a class that a net of the default size does not find in 300 rows', () => {
    const rows = Array.from({ length: 900 }, (_, i) => {
      const [a, b] = [(i * 0.618034) % 1, (i * 0.414214 + (i % 3) * 0.21) % 1]
      return { a, b, side: (Math.floor(4 * a) + Math.floor(4 * b)) % 2 === 0 ? 'even' : 'odd' }
    })
    const wrong = (own: experts.Experts): number => {
      const model = createModel({
        features: { a: numeric(), b: numeric() },
        target: { side: category() },
        experts: own,
      })
      const right = rows.map((row) => model.learn(row).predictions?.value === row.side)
      return right.filter((hit, i) => i >= 300 && !hit).length / 600
    }
    const { nearest, ...others } = experts.auto()
    expect(wrong(experts.auto())).toBeLessThan(0.8 * wrong(others))
  })

  const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['no neighbors', () => experts.nearest({ neighbors: 0 }), /experts\.nearest: neighbors is 0/],
    ['too many neighbors', () => experts.nearest({ neighbors: 33 }), /neighbors is 33; expected .* from 1 to 32/],
    ['fewer rows than neighbors', () => experts.nearest({ neighbors: 5, rows: 4 }), /rows is 4; expected .* from 5/],
    ['too many rows', () => experts.nearest({ rows: 10_001 }), /rows is 10001; expected .* to 10000/],
  ]
  it.each(refused)('are refused: %s', (_, make, message) => {
    expect(make).toThrow(message)
  })

  it('stand beside layers of any kind', () => {
    const model = createModel({
      features: { a: numeric() },
      target: { y: numeric() },
      experts: { net: experts.net([dense(1)]), nearest: experts.nearest() },
    })
    for (let i = 0; i < 50; i++) model.learn({ a: i % 5, y: i % 5 })
    expect(Object.keys(model.experts ?? {})).toEqual(['net', 'nearest'])
  })
})
