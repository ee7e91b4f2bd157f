import fc from 'fast-check'
import { expect, test } from 'vitest'
import { category } from '../../../../src/features/category.js'
import type { Field } from '../../../../src/features/field.js'
import { numeric } from '../../../../src/features/numeric.js'
import { columnsOfLines } from '../../../../src/node/sources/blocks.js'
import { cellsOf, csvLines } from '../../../../src/node/sources/csv.js'
import { rowsOfRecords } from '../../../../src/node/sources/csvRows.js'
import { runs } from '../../../runs.js'

const rules = { missing: [], decimal: 'point', contents: new Map(), orders: new Map() } as const
const header = ['a', 'left', 'y', 'b']
const targets: readonly Field[] = [numeric(), category({ values: [0, 1, 'A', 'é', '02'] })]

const cell = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('0', '1', '-12.5', '0.056443', '7.', '.5', '-0', '999999999999999') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', 'A', 'é', '02', ' 7', '1e3', '1.2.3', '-', '.', '1234567890123456', '"1"', '"'),
  },
)
const line = fc.array(cell, { minLength: 4, maxLength: 4 }).map((cells) => cells.join(';'))
const text = fc
  .array(fc.oneof({ weight: 9, arbitrary: line }, { weight: 1, arbitrary: fc.constantFrom('', '1;2', '1;2;3;4;5') }))
  .map((lines) => lines.join('\n'))

test('columns hold the values of the rows, and other readings are emitted singly in their place', () => {
  fc.assert(
    fc.property(text, text, fc.constantFrom(...targets), (first, second, target) => {
      const schema = { features: { b: numeric(), a: numeric() }, target: { y: target } }
      const rowOf = rowsOfRecords(header, { ...schema.features, ...schema.target }, rules)
      const reader = csvLines({ delimiter: ';' })
      const items = [...reader(`${first}\n`, false), ...reader(second, true)]
      const readings = items.map((item) =>
        item.kind === 'line' ? rowOf(cellsOf(item, ';')) : item.kind === 'record' ? rowOf(item) : item,
      )
      let i = 0
      const other = (item: (typeof items)[number]) => readings[items.indexOf(item)]!
      for (const block of columnsOfLines(header, schema, ';', other)!(items)) {
        if (!('kind' in block)) {
          for (const reading of block) expect(reading).toBe(readings[i++])
          continue
        }
        const { chunk, lines } = block
        for (let k = 0; k < chunk.size; k++) {
          const y = chunk.y[k]!
          const row = { b: chunk.x[2 * k], a: chunk.x[2 * k + 1], y: target.names ? target.names().values[y] : y }
          expect(readings[i++]).toEqual({ kind: 'row', line: lines[k], row })
        }
      }
      expect(i).toBe(readings.length)
    }),
    { numRuns: runs(10_000) },
  )
})
