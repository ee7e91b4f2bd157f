import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createModel, dense, type Model, numeric, type Row } from '../../../src/index.js'
import { runs } from '../../runs.js'
import { bytesOf } from './kinds.js'

// A chunk that is learned in windows gives what its rows give: the same state and the same updates, with a chunk's
// cursor at the window that holds its last row.

interface Given {
  readonly targets: number
  readonly b: number
  readonly sizes: readonly number[]
  readonly scaled: boolean
  readonly weighted: boolean
}
const given: fc.Arbitrary<Given> = fc.record({
  targets: fc.integer({ min: 1, max: 3 }),
  b: fc.integer({ min: 1, max: 7 }),
  sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  scaled: fc.boolean(),
  weighted: fc.boolean(),
})
const modelOf = ({ targets, scaled, weighted }: Given): Model<Row> =>
  createModel({
    features: { a: numeric(), b: numeric({ scale: 'none' }) },
    target: Object.fromEntries(
      Array.from({ length: targets }, (_, j) => [`y${j}`, numeric({ scale: scaled ? 'exponential' : 'none' })]),
    ),
    layers: [dense(3, 'tanh'), dense(targets)],
    cursor: 'at',
    ...(weighted && { weight: 'weight' }),
  }) as unknown as Model<Row>

const x = (i: number, k: number): number => Math.sin(7 * i + 3 * k) * (1 + k)
const y = (i: number, j: number): number => (i % 11 === 7 && j === 1 ? Number.NaN : Math.cos(i) * (j + 1) + 10 * j)
const weight = (i: number): number => 0.5 + (i % 3)

it('a chunk learned in windows gives what its rows give, with any number of targets', () => {
  fc.assert(
    fc.property(given, (each) => {
      const { targets, b, sizes, weighted } = each
      const [byChunks, byRows] = [modelOf(each), modelOf(each)]
      const [chunkWriter, rowWriter] = [byChunks.stages.take('chunks', b), byRows.stages.take('rows', b)]
      let at = 0
      for (const size of sizes) {
        const first = at
        at += size
        const learned = chunkWriter.learn({
          ...{ kind: 'chunk', size, cursor: at },
          x: Float64Array.from({ length: 2 * size }, (_, i) => x(first + (i >> 1), i & 1)),
          y: Float64Array.from({ length: targets * size }, (_, i) => y(first + Math.floor(i / targets), i % targets)),
          ...(weighted && { weights: Float64Array.from({ length: size }, (_, i) => weight(first + i)) }),
        })
        const updates = Array.from({ length: size }, (_, i) => {
          const row = first + i
          return rowWriter.learn({
            ...{ a: x(row, 0), b: x(row, 1), weight: weight(row) },
            ...Object.fromEntries(
              Array.from({ length: targets }, (_, j) => [`y${j}`, Number.isNaN(y(row, j)) ? undefined : y(row, j)]),
            ),
            ...(row === at - 1 && { at }),
          }).update
        }).filter((update) => update !== undefined)
        expect(learned.update?.cursor).toBe(updates.at(-1)?.cursor)
        expect(learned.update?.step).toBe(updates.at(-1)?.step)
        expect(chunkWriter.pending).toBe(rowWriter.pending)
        expect(byChunks.cursor).toBe(byRows.cursor)
      }
      expect(chunkWriter.flush()?.cursor).toBe(rowWriter.flush()?.cursor)
      chunkWriter.release()
      rowWriter.release()
      expect(bytesOf(byChunks.snapshot())).toEqual(bytesOf(byRows.snapshot()))
    }),
    { numRuns: runs(300) },
  )
})
