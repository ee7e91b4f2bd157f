import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Chunk, createModel, dense, hashed, type Model, type ModelEvent, numeric } from '../../../src/index.js'
import { runs } from '../../runs.js'
import { bytesOf } from './kinds.js'

// A chunk's sparse rows may list their indices in any order, each once, as rows of { indices, values } do.

const [CAPACITY, ACTIVE] = [12, 5]
const shapes = ['alone', 'before a number', 'behind a number'] as const
type Shape = (typeof shapes)[number]
const make = (executor: 'wasm' | 'interpreter', shape: Shape): Model =>
  createModel({
    features: {
      ...(shape === 'behind a number' && { a: numeric({ scale: 'none' }) }),
      words: hashed({ capacity: CAPACITY, active: ACTIVE }),
      ...(shape === 'before a number' && { a: numeric({ scale: 'none' }) }),
    },
    target: { y: numeric({ scale: 'none' }) },
    layers: [dense(1)],
    executor,
  }) as unknown as Model

const row = fc.record({
  indices: fc.array(fc.nat(CAPACITY - 1), { maxLength: ACTIVE }),
  a: fc.integer({ min: -4, max: 4 }),
  y: fc.integer({ min: -4, max: 4 }),
})
const valueAt = (k: number): number => (k + 1) / 4

const cases = (['wasm', 'interpreter'] as const).flatMap((executor) =>
  shapes.map((shape) => [executor, shape] as const),
)
describe.each(cases)('%s: sparse rows of a chunk, %s', (executor, shape) => {
  it('equal the same rows as objects of indices, and one that has an index twice is rejected', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.boolean(), (list, single) => {
        const width = (shape === 'alone' ? 1 : 2) + 2 * ACTIVE
        const own = shape === 'behind a number' ? 1 : 0
        const x = new (single ? Float32Array : Float64Array)(list.length * width)
        list.forEach(({ indices, a }, i) => {
          x[i * width + own] = indices.length
          indices.forEach((index, k) => {
            x.set([index, valueAt(k)], i * width + own + 1 + 2 * k)
          })
          if (shape !== 'alone') x[i * width + (own === 1 ? 0 : width - 1)] = a
        })
        const chunk = { kind: 'chunk', size: list.length, x, y: Float64Array.from(list, ({ y }) => y) } as const

        const [model, straight] = [make(executor, shape), make(executor, shape)]
        const events: ModelEvent[] = []
        model.listen((event) => events.push(event))
        const { losses } = model.learn(chunk as Chunk)
        const isTwice = list.map(({ indices }) => new Set(indices).size < indices.length)
        expect(Array.from(losses, Number.isNaN)).toEqual(isTwice)
        expect(events.map(({ kind }) => kind)).toEqual(isTwice.filter((twice) => twice).map(() => 'rejection'))
        for (const event of events) expect(event).toMatchObject({ reason: expect.stringContaining('twice') })

        const good = list.filter((_, i) => !isTwice[i])
        for (const { indices, a, y } of good)
          straight.learn({ words: { indices, values: indices.map((_, k) => valueAt(k)) }, a, y })
        const { counters: _, ...ours } = bytesOf(model.snapshot()) as Record<string, unknown>
        const { counters: __, ...theirs } = bytesOf(straight.snapshot()) as Record<string, unknown>
        expect(ours).toEqual(theirs)
      }),
      { numRuns: runs(200) },
    )
  })
})
