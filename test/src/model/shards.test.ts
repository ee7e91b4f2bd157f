import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine.js'
import { runsOf } from '../../../src/model/step/runs.js'
import type { Model } from '../../../src/model.js'
import { sgd } from '../../../src/optimizers/index.js'
import { bitsOf, goodReadings, powerModel, type Reading } from '../../operators/models.js'
import { runs } from '../../runs.js'

describe('a window is cut into contiguous runs', () => {
  it('whose lengths differ by at most one, the longer ones first, and of which none is empty', () => {
    expect(runsOf(8, 2)).toEqual([
      [0, 4],
      [4, 4],
    ])
    expect(runsOf(11, 4)).toEqual([
      [0, 3],
      [3, 3],
      [6, 3],
      [9, 2],
    ])
    expect(runsOf(2, 3)).toEqual([
      [0, 1],
      [1, 1],
    ])
    expect(runsOf(5, 1)).toEqual([[0, 5]])
    expect(runsOf(0, 3)).toEqual([])
  })
})

describe('shards', () => {
  const rows = goodReadings(12)
  /** A model that has learned a little row by row, so that its state does not depend on its shards. */
  const learned = (shards: number): Model<Reading> => {
    const model = powerModel({ shards, optimizer: sgd({ learningRate: 0.1 }) })
    for (const row of goodReadings(50)) model.learn(row)
    return model
  }
  const gradientOf = (model: Model<Reading>, window: readonly Reading[]): Float32Array => {
    const { encode, batch, forward, loss, backward } = model.stages
    return backward(loss(forward(batch(window.map((row) => encode(row)))))).values as Float32Array
  }

  it('are each summed from zero, added in their order, and then scaled', () => {
    // The scaling is by powers of two, so it does not round.
    const whole = learned(1)
    const parts = [0, 4, 8].map((first) => gradientOf(whole, rows.slice(first, first + 4)))
    const [a, b, c] = parts as [Float32Array, Float32Array, Float32Array]
    expect(gradientOf(learned(2), rows.slice(0, 8))).toEqual(a.map((x, i) => Math.fround(x + b[i]!) / 2))
    const third = (g: Float32Array): Float32Array => g.map((x) => 4 * x)
    const sums = third(a).map((x, i) => Math.fround(Math.fround(x + 4 * b[i]!) + 4 * c[i]!))
    expect(gradientOf(learned(3), rows)).toEqual(sums.map((x) => Math.fround(x * Math.fround(1 / 12))))
  })

  it('make a difference to the bits of these rows', () => {
    const bits = [1, 2, 3].map((shards) => String(gradientOf(learned(shards), rows)))
    expect(new Set(bits).size).toBe(3)
  })

  it('are part of the configuration', () => {
    const snapshot = powerModel({ shards: 2 }).snapshot()
    expect(() => powerModel({ shards: 3 }).restore(snapshot)).toThrow('configuration')
    const again = powerModel({ shards: 2 })
    again.restore(snapshot)
    expect(bitsOf(again)).toBe(bitsOf(powerModel({ shards: 2 })))
  })

  it.each([0, 1.5, -1, Number.NaN, '2'])('are refused when they are %s', (shards) => {
    expect(() => powerModel({ shards: shards as number })).toThrow(
      /createModel: shards is .*; expected a whole number of at least 1/,
    )
  })

  it('are added in their order, in whatever order an engine has them computed', () => {
    const inOrder = (order: readonly number[]): Engine => ({
      kind: 'in order',
      open: () => ({
        compute({ runs, here }) {
          for (const shard of order) if (shard < runs.length) here(shard)
        },
        release() {},
      }),
    })
    const bitsAfter = (engine?: Engine): string => {
      const model = learned(5)
      const writer = model.stages.take('engine', 8, engine)
      for (const row of goodReadings(50)) writer.learn(row)
      writer.flush()
      writer.release()
      return bitsOf(model)
    }
    const expected = bitsAfter()
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (order) => {
        expect(bitsAfter(inOrder(order))).toBe(expected)
      }),
      { numRuns: runs(50) },
    )
  })
})
