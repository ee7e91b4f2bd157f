import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Example, Row } from '../../../src/index.js'
import { runs } from '../../runs.js'
import { bytesOf, kinds, make, rows } from './kinds.js'

// The records of the long form hold all that their next stage needs: other forwards may pass between any two of them.

it('other forwards between the stages of a window change nothing of its step', () => {
  const names = Object.keys(kinds)
  fc.assert(
    fc.property(fc.constantFrom(...names), rows(12), fc.integer({ min: 1, max: 4 }), (name, list, b) => {
      const [alone, disturbed] = [make(name), make(name)]
      for (const model of [alone, disturbed]) {
        const { encode, batch, forward, loss, backward, update, take } = model.stages
        const writer = take('test')
        const windowOf = (some: readonly Row[]) => {
          const memories = model.stages.memories()
          return batch(some.map((row) => encode(row, memories) as Example))
        }
        const disturb = (at: number): void => {
          const others = windowOf([...list.slice(at + 1), ...list.slice(0, at)].slice(0, 5))
          if (model === disturbed && others.size > 0) backward(loss(forward(others)))
        }
        for (let i = 0; i < list.length; i += b) {
          const window = windowOf(list.slice(i, i + b))
          const predicted = forward(window)
          disturb(i)
          const losses = loss(predicted)
          disturb(i)
          const gradient = backward(losses)
          disturb(i)
          update(gradient, writer)
        }
        writer.release()
      }
      expect(bytesOf(disturbed.snapshot())).toEqual(bytesOf(alone.snapshot()))
    }),
    { numRuns: runs(400) },
  )
})
