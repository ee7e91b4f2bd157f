import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createModel, dense, type Model, numeric, sgd } from '../../../src/index.js'
import { runs } from '../../runs.js'
import { columnsOf } from './columns.js'

// Numbers that differ only by rounding count as equal, and every executor reads them as 0. Numbers that differ by more
// are spread over the scale, however small their differences are beside their mean.

const scales = ['exponential', 'standard'] as const
const executors = ['wasm', 'interpreter'] as const
const precisions = ['f32', 'f64'] as const
const sizes = fc.oneof(fc.constantFrom(1, 0.1, 1e-30, 3e7, 1e100), fc.double({ min: 1e-100, max: 1e100, noNaN: true }))
const signs = fc.array(fc.boolean(), { minLength: 2, maxLength: 30 })

describe.each(scales.flatMap((scale) => executors.map((executor) => [scale, executor] as const)))(
  '%s, %s',
  (scale, executor) => {
    it.each([1, 2, 3])('%d columns: a difference by rounding is read as 0, and a true difference is not', (count) => {
      fc.assert(
        fc.property(
          sizes,
          signs,
          fc.constantFrom(1e-16, 1e-15, 1e-12, 1e-8, 1e-5),
          fc.nat(3),
          (size, list, share, b) => {
            const names = Array.from({ length: count }, (_, i) => `x${i}`)
            const features = Object.fromEntries(names.map((name) => [name, numeric({ scale, clip: Infinity })]))
            const { read, commit } = columnsOf(features, count, { executor })
            const rowOf = (up: boolean) =>
              Object.fromEntries(names.map((name) => [name, size * (1 + (up ? share : -share))]))
            // They are learned in windows and one by one.
            for (let i = 0; i < list.length; i += b + 1) {
              const values = commit(...list.slice(i, i + b + 1).map(rowOf)).learned.predictions!.values
              if (share < 1e-13) expect([...values].every((z) => z === 0)).toBe(true)
            }
            const read0 = list.slice(0, 2).flatMap((up) => read(rowOf(up)))
            if (share < 1e-13) expect(read0.every((z) => z === 0)).toBe(true)
            else if (new Set(list).size === 2) expect(read0.some((z) => z !== 0)).toBe(true)
          },
        ),
        { numRuns: runs(300) },
      )
    })

    it.each(precisions)('%s: rows that are learned in one call are read in this way, too', (precision) => {
      fc.assert(
        fc.property(sizes, signs, fc.integer({ min: 1, max: 4 }), fc.boolean(), (size, list, width, targetScaled) => {
          // A weight whose input is always zero never moves.
          const model = createModel({
            features: Object.fromEntries(Array.from({ length: width }, (_, i) => [`x${i}`, numeric({ scale })])),
            target: { y: numeric({ scale: targetScaled ? scale : 'none' }) },
            layers: [dense(1)],
            optimizer: sgd({ learningRate: 0.1 }),
            ...{ precision, executor },
          }) as Model
          const x = Float64Array.from({ length: list.length * width }, (_, i) =>
            list[Math.floor(i / width)] ? size : size * (1 - 1e-15),
          )
          const y = Float64Array.from(list, (up) => (up ? 1 : 3))
          model.learn({ kind: 'chunk', size: list.length, x, y })
          const { offset } = model.layout.find(({ group }) => group === 'weight')!
          expect([...model.parameters.subarray(offset, offset + width)]).toEqual(Array.from({ length: width }, () => 0))
          // Nor does a bias, where the numbers of the target differ only by rounding.
          if (!targetScaled) return
          const still = createModel({
            features: { a: numeric({ scale: 'none' }) },
            target: { y: numeric({ scale }) },
            layers: [dense(1)],
            optimizer: sgd({ learningRate: 0.1 }),
            ...{ precision, executor },
          }) as Model
          const same = Float64Array.from(list, (up) => (up ? size : size * (1 - 1e-15)))
          still.learn({ kind: 'chunk', size: list.length, x: new Float64Array(list.length).fill(1), y: same })
          expect([...still.parameters]).toEqual([0, 0])
        }),
        { numRuns: runs(200) },
      )
    })
  },
)
