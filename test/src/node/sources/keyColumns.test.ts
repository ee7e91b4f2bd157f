import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inferSchema } from '../../../../src/node/sources/index.js'
import { runs } from '../../../runs.js'

// Columns of numbers that say which row it is, rather than something about it.

const rowsOf = (column: string, values: readonly number[]) =>
  values.map((value, i) => ({ [column]: value, x: (i * 7) % 5, y: (i * 3) % 4 }))
const inferred = (column: string, values: readonly number[], options: object = {}) => {
  const { features, notices } = inferSchema(rowsOf(column, values), { target: { name: 'y' }, ...options })
  return { isFeature: column in features, notices: notices.filter((notice) => notice.startsWith(`${column} `)) }
}
const counted = (from: number, count = 40) => Array.from({ length: count }, (_, i) => from + i)
/** Whole numbers, each once, of which some fall. */
const keys = counted(0).map((i) => (i * 37) % 101)

describe('a column whose whole numbers are all different', () => {
  const keyNames = ['id', 'ID', 'Id', 'user_id', 'user id', 'user-id', 'order.id', 'userId', 'userID', 'row_ID']
  test.each(keyNames)('is left out under the name %s, with what to do to learn from it', (name) => {
    for (const values of [keys, counted(1), counted(-7)])
      expect(inferred(name, values)).toEqual({
        isFeature: false,
        notices: [expect.stringMatching(/ is left out: it is a key, .* name it in --features to learn from it$/)],
      })
    expect(inferred(name, keys, { features: [{ name }] })).toEqual({ isFeature: true, notices: [] })
  })

  test.each(['idle', 'paid', 'humid', 'width', 'identity', 'grid'])('is a feature under the name %s', (name) => {
    expect(inferred(name, keys)).toEqual({ isFeature: true, notices: [] })
  })

  test('is a feature if some value comes twice, is no whole number, or is one of few', () => {
    expect(inferred('id', [...keys.slice(1), keys[1]!])).toEqual({ isFeature: true, notices: [] })
    expect(inferred('id', [...keys.slice(1), 0.5])).toEqual({ isFeature: true, notices: [] })
    expect(inferred('id', keys.slice(0, 19)).isFeature).toBe(true)
  })
})

test('a column that counts the rows is a feature with a note, and no other column has one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1000, max: 1_000_000 }),
      fc.integer({ min: 20, max: 60 }),
      fc.option(fc.record({ at: fc.nat(1000), by: fc.constantFrom(-1, 0.5, 1, 7) }), { nil: undefined }),
      (from, count, change) => {
        const values = counted(from, count)
        if (change) values[change.at % count]! += change.by
        const isCount = values.every((x, i) => Number.isInteger(x) && (i === 0 || x === values[i - 1]! + 1))
        const { isFeature, notices } = inferred('line', values)
        expect(isFeature).toBe(true)
        expect(notices).toEqual(
          isCount
            ? [
                `line rises by 1 with each row (${from}, ${from + 1}, …), as a row number does, and is read as a number; --without line leaves it out`,
              ]
            : [],
        )
      },
    ),
    { numRuns: runs(200) },
  )
  expect(inferred('line', counted(1), { features: [{ name: 'line' }] }).notices).toEqual([])
  const [first, second, ...rest] = counted(1)
  expect(inferred('line', [second!, first!, ...rest]).notices).toEqual([])
  expect(inferred('line', counted(1, 19)).notices).toEqual([])
})

test('a target with one value says so, of whatever kind it is', () => {
  const noticesOf = (values: readonly unknown[], field?: object) =>
    inferSchema(
      values.map((y, i) => ({ x: i % 5, y })),
      { target: { name: 'y', ...field } },
    ).notices.filter((notice) => notice.includes('in all of'))
  for (const value of ['yes', true, 0, 1, 7.5])
    expect(noticesOf(Array(30).fill(value))).toEqual([
      `y is ${JSON.stringify(value)} in all of the first 30 rows; nothing can be told apart until it changes`,
    ])
  expect(noticesOf(['yes', null, 'yes'])).toHaveLength(1)
  for (const values of [['yes', 'no'], [0, 1], [1, 2], [7]]) expect(noticesOf(values)).toEqual([])
})
