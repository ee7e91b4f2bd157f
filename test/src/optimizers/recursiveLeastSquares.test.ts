import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  auto,
  chain,
  createModel,
  dense,
  huber,
  l1,
  l2,
  type Model,
  numeric,
  type Optimizer,
  recursiveLeastSquares,
  squared,
} from '../../../src/index.js'
import { createRandom } from '../../../src/random.js'
import { runs } from '../../runs.js'

const plain = numeric({ scale: 'none' })
interface Weighted {
  readonly x: readonly number[]
  readonly y: number
  readonly weight: number
}
const build = (columns: number, optimizer: Optimizer, rest: object = {}): Model =>
  createModel({
    features: Object.fromEntries(Array.from({ length: columns }, (_, i) => [`x${i}`, plain])),
    target: { y: plain },
    layers: [dense(1)],
    loss: squared(),
    precision: 'f64',
    weight: 'weight',
    optimizer,
    ...rest,
  } as never) as Model
const asRow = ({ x, y, weight }: Weighted) => ({ ...Object.fromEntries(x.map((xi, i) => [`x${i}`, xi])), y, weight })

/** Solves a system by elimination with pivots. */
const solve = (A: number[][], b: number[]): number[] => {
  const rows = A.map((row, i) => [...row, b[i]!])
  for (const i of rows.keys()) {
    const pivot = rows.slice(i).reduce((best, row) => (Math.abs(row[i]!) > Math.abs(best[i]!) ? row : best))
    rows.splice(rows.indexOf(pivot), 1)
    rows.splice(i, 0, pivot)
    for (const [k, row] of rows.entries()) {
      if (k === i) continue
      const factor = row[i]! / pivot[i]!
      for (let j = i; j <= rows.length; j++) row[j]! -= factor * pivot[j]!
    }
  }
  return rows.map((row, i) => row.at(-1)! / row[i]!)
}
/** Returns θ of ridge regression over all rows, with the bias last. */
const ridgeRegression = (rows: readonly Weighted[], ridge: number): number[] => {
  const all = rows.map(({ x, ...rest }) => ({ ...rest, x: [...x, 1] }))
  const places = [...all[0]!.x.keys()]
  const sum = (of: (row: Weighted) => number): number => all.reduce((total, row) => total + row.weight * of(row), 0)
  return solve(
    places.map((i) => places.map((j) => sum(({ x }) => x[i]! * x[j]!) + (i === j ? ridge : 0))),
    places.map((i) => sum(({ x, y }) => x[i]! * y)),
  )
}

describe('recursive least squares', () => {
  const rowsOf = (columns: number): fc.Arbitrary<Weighted[]> =>
    fc.array(
      fc.record({
        x: fc.tuple(...Array.from({ length: columns }, () => fc.integer({ min: -30, max: 30 }).map((i) => i / 7))),
        // No row is predicted without an error, as that row would take no step.
        y: fc.integer({ min: -40, max: 80 }).map((i) => i / 8 + 1 / 3),
        weight: fc.constantFrom(1, 1, 0.25, 3, 40, 0),
      }),
      { minLength: 1, maxLength: 30 },
    )
  it('is ridge regression over all rows so far, whatever their weights, in both executors', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }).chain(rowsOf),
        fc.constantFrom(0.01, 1, 10),
        fc.constantFrom('wasm', 'interpreter'),
        (rows, ridge, executor) => {
          const model = build(rows[0]!.x.length, recursiveLeastSquares({ ridge, forgetting: 0 }), { executor })
          for (const row of rows) model.learn(asRow(row))
          const expected = ridgeRegression(rows, ridge)
          const size = Math.max(1, ...expected.map(Math.abs))
          model.parameters.forEach((θ, i) => {
            expect(Math.abs(θ - expected[i]!) / size).toBeLessThan(1e-8)
          })
        },
      ),
      { numRuns: runs(150) },
    )
  })
  it('is the Kalman filter of weights that wander where it forgets', () => {
    fc.assert(
      fc.property(rowsOf(2), fc.constantFrom(0.1, 1), fc.constantFrom(0.5, 0.01, 1e-6), (rows, ridge, forgetting) => {
        const model = build(2, recursiveLeastSquares({ ridge, forgetting }))
        let θ = [0, 0, 0]
        let P = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 1 / ridge : 0)))
        for (const row of rows) {
          model.learn(asRow(row))
          // By matrices: the weights return to what they were, with a covariance that returns to its first value.
          P = P.map((line, i) => line.map((p, j) => (1 - forgetting) * p + (i === j ? forgetting / ridge : 0)))
          if (row.weight === 0) continue
          const x = [...row.x, 1]
          const inverse = P.map((_, i) =>
            solve(
              P,
              [0, 1, 2].map((j) => (i === j ? 1 : 0)),
            ),
          )
          P = P.map((_, i) =>
            solve(
              inverse.map((line, k) => line.map((p, j) => p + row.weight * x[k]! * x[j]!)),
              [0, 1, 2].map((j) => (i === j ? 1 : 0)),
            ),
          )
          const error = row.y - θ.reduce((sum, each, i) => sum + each * x[i]!, 0)
          θ = θ.map((each, i) => each + row.weight * error * P[i]!.reduce((sum, p, j) => sum + p * x[j]!, 0))
        }
        const size = Math.max(1, ...θ.map(Math.abs))
        model.parameters.forEach((each, i) => {
          expect(Math.abs(each - θ[i]!) / size).toBeLessThan(1e-7)
        })
      }),
      { numRuns: runs(80) },
    )
  })
  it('has a ridge of 1 and remembers some 1,000 rows by default', () => {
    const same = recursiveLeastSquares({ ridge: 1, forgetting: 1e-6 })
    expect(JSON.stringify(recursiveLeastSquares())).toBe(JSON.stringify(same))
  })

  /** The mean error over rows, where y is the difference of two columns that are nearly equal, and noise. */
  const errorOf = (model: Model, from: number, to: number, sign = 1): number => {
    const random = createRandom(5, 'rows')
    let sum = 0
    for (let i = from; i < to; i++) {
      const [level, apart, noise] = [0, 1, 2].map((k) => 2 * random.uniform(3 * i + k) - 1) as [number, number, number]
      const y = sign * 20 * apart + 0.1 * noise
      sum += Math.abs(
        (model.learn({ x0: level + 0.02 * apart, x1: level, y, weight: 1 }).predictions!.value as number) - y,
      )
    }
    return sum / (to - from)
  }
  it('finds what columns that are nearly equal differ in, where other rules take long', () => {
    const optimizer = recursiveLeastSquares({ ridge: 1e-6 })
    const [ours, other] = [build(2, optimizer), build(2, auto())]
    for (const model of [ours, other]) errorOf(model, 0, 100)
    expect(errorOf(ours, 100, 300)).toBeLessThan(0.1)
    expect(errorOf(other, 100, 300)).toBeGreaterThan(1)
  })
  it('learns anew after a change of the stream', () => {
    const model = build(2, recursiveLeastSquares({ ridge: 1e-6 }))
    errorOf(model, 0, 3000)
    errorOf(model, 3000, 3100, -1)
    // All rows together would say that there is no connection, for 3,000 rows more.
    expect(errorOf(model, 3100, 3300, -1)).toBeLessThan(1)
  })
  it('cuts the error of a row as its loss does', () => {
    const [cut, whole] = [huber(), squared()].map((loss) => {
      const model = build(1, recursiveLeastSquares(), { loss })
      for (let i = 0; i < 100; i++) model.learn({ x0: i % 7, y: (i % 7) / 2, weight: 1 })
      model.learn({ x0: 3, y: 1000, weight: 1 })
      return Math.abs((model.predict({ x0: 3 }).value as number) - 1.5)
    }) as [number, number]
    expect(cut).toBeLessThan(whole / 50)
  })

  it('is refused where it does not fit', () => {
    const rule = recursiveLeastSquares()
    expect(() => build(1, rule, { precision: 'f32' })).toThrow(
      "recursiveLeastSquares: the precision is 'f32'; expected 'f64', in which P keeps its digits.",
    )
    expect(() => build(511, rule)).not.toThrow()
    expect(() => build(512, rule)).toThrow(
      'recursiveLeastSquares: the model has 513 weights; expected at most 512, since a row costs their square.',
    )
    expect(() => build(1, rule, { layers: [dense(2), dense(1)] })).toThrow(/not linear/)
    expect(() => build(1, chain(l2(0.1), rule))).toThrow(/'l2' changes the gradient/)
    expect(() => build(1, chain(l1(0.1), rule))).not.toThrow()
    expect(() => recursiveLeastSquares({ forgetting: 1 })).toThrow('forgetting is 1; expected')
    expect(() => recursiveLeastSquares({ ridge: 0 })).toThrow(
      'recursiveLeastSquares: ridge is 0; expected a number above 0.',
    )
  })
})
