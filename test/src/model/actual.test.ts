import fc from 'fast-check'
import { expect, it } from 'vitest'
import { category, createModel, dense, type Model, numeric } from '../../../src/index.js'
import { runs } from '../../runs.js'

interface Visit {
  readonly room: string
  readonly hour: number
  readonly who: string
}
const name = fc.constantFrom('A', 'B', 'C', 'D')
const visits: fc.Arbitrary<Visit[]> = fc.array(fc.record({ room: name, hour: fc.nat(23), who: name }), {
  minLength: 1,
  maxLength: 20,
})
const make = (executor: 'wasm' | 'interpreter'): Model<Visit> =>
  createModel({
    features: { room: category(), hour: numeric() },
    target: { who: category() },
    layers: [dense(4)],
    executor,
  }) as Model<Visit>

it.each(['wasm', 'interpreter'] as const)(
  'the truth of a class is the column that it has, or gets when its window closes, also beside new names of features, %s',
  (executor) => {
    fc.assert(
      fc.property(visits, fc.integer({ min: 1, max: 6 }), fc.boolean(), (rows, batch, inArrays) => {
        const model = make(executor)
        const writer = model.stages.take('law', batch)
        const actual = inArrays ? [...writer.learn(rows).actual] : rows.flatMap((row) => [...writer.learn(row).actual])
        writer.flush()
        writer.release()
        expect(actual.map((column) => model.labels[column])).toEqual(rows.map(({ who }) => who))
      }),
      { numRuns: runs(200) },
    )
  },
)
