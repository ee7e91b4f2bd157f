import { expect, it } from 'vitest'
import {
  category,
  createModel,
  dense,
  type Field,
  type Model,
  numeric,
  type Row,
  rolling,
  sgd,
  windowed,
} from '../../../operators/index.js'
import { circuit } from '../../../src/circuit.js'

/** Returns the column that a feature becomes, row by row. */
const columnOf = (field: Field, rows: readonly Row[]): readonly unknown[] => {
  const model = createModel({
    features: { x: field },
    target: { y: numeric({ scale: 'none' }) },
    circuit: circuit(({ input, weight, add }) => ({ f: add(input('x'), weight('w')) })),
    optimizer: sgd({ learningRate: 0 }),
  }) as unknown as Model<Row>
  return rows.map((row) => model.learn({ ...row, y: 0 }).predictions?.value)
}
const xs = (...values: readonly (number | undefined)[]): readonly Row[] => values.map((x) => ({ x }))

it('scales by the numbers of the window up to the own one, as in scikit-learn', () => {
  // RobustScaler, MinMaxScaler and StandardScaler of [1, 2, 4, 8, 16], for the last of them.
  const rows = xs(1, 2, 4, 8, 16)
  expect(columnOf(windowed('robust', 5), rows).at(-1)).toBe(2)
  expect(columnOf(windowed('minmax', 9), rows)).toEqual([0.5, 1, 1, 1, 1])
  expect(columnOf(windowed('standard', 5), rows).at(-1)).toBeCloseTo(9.8 / Math.sqrt(29.76), 14)
})

it('clips to ±5 by itself, leaves out what is missing, and has no spread where all are equal', () => {
  expect(columnOf(windowed('robust', 5), xs(1, 2, 3, 4, 65535)).at(-1)).toBe(5)
  expect(columnOf(windowed('robust', 5, { clip: Infinity }), xs(1, 2, 3, 4, 65535)).at(-1)).toBe(32766)
  expect(columnOf(windowed('minmax', 3), xs(0, undefined, 4, undefined, 1))).toEqual([0.5, 0.5, 1, 0.5, 0.25])
  // Where all are equal, each is in the middle, as a missing one is.
  for (const scaler of ['standard', 'minmax', 'robust'] as const) {
    const column = columnOf(windowed(scaler, 3), xs(0.1, 0.1, undefined, 0.1, 0.1))
    expect(column).toEqual(Array(5).fill(column[2]))
    expect(column[2]).toBe(scaler === 'minmax' ? 0.5 : 0)
  }
})

it('follows a change of units as soon as the window has passed', () => {
  const rows = xs(1, 2, 3, 4, 5000, 6000, 7000)
  expect(columnOf(windowed('minmax', 3), rows).slice(4)).toEqual([1, 1, 1])
  expect(columnOf(windowed('minmax', 3), [...rows, { x: 6000 }]).at(-1)).toBe(0)
})

it('refuses a window of one number, and to be a target', () => {
  expect(() => windowed('robust', 1)).toThrow(
    'windowed: rows is 1; expected at least 2, because one number has no spread.',
  )
  expect(() => windowed('median' as never, 5)).toThrow(
    "windowed: scaler is 'median'; expected one of standard, minmax, robust",
  )
  expect(() =>
    createModel({ features: { x: numeric() }, target: { y: windowed('minmax', 9) }, layers: [dense(1)] }),
  ).toThrow("createModel: target 'y' is scaled by a window, which is for features")
})

it('a category of numbers is remembered as the numbers that its names are', () => {
  const model = createModel({
    features: { state: category({ values: [10, 40] }), mean: rolling('state', 3, 'mean', { scale: 'none' }) },
    target: { y: numeric({ scale: 'none' }) },
    circuit: circuit(({ input, weight, slice, add }) => ({ f: add(slice(input('x', [3]), 2, 3), weight('w')) })),
    optimizer: sgd({ learningRate: 0 }),
  })
  expect([10, 40, 10].map((state) => model.learn({ state, y: 0 }).predictions?.value)).toEqual([0, 10, 25])
})
