import { expect, it } from 'vitest'
import * as rxgrad from '../../../operators/index.js'
import * as slim from '../../../operators/slim.js'
import * as own from '../../../src/models/slim.js'
import { bytesOf } from '../model/kinds.js'

const { category, numeric } = rxgrad
const features = { a: numeric(), room: category({ capacity: 4 }) }
const side = { side: category({ values: ['L', 'R'] }) }
/** The options of each model by name. */
const given: Readonly<Record<string, object>> = {
  linearRegression: { features, target: { y: numeric() } },
  logisticRegression: { features, target: side },
  softmaxRegression: { features, target: side },
  mlp: { features, target: { y: numeric() }, hidden: [4] },
  factorizationMachine: { features, target: side, factors: 3 },
  forecaster: { features, target: 'y', season: 4 },
}
const rows = Array.from({ length: 30 }, (_, i) => ({
  a: (i * 7) % 5,
  room: `r${i % 3}`,
  y: i % 4,
  side: i % 2 ? 'L' : 'R',
}))

it('the models by name of rxgrad/slim are those of rxgrad, on what its page gives', () => {
  slim.init(slim.interpreter)
  expect(Object.keys(given).sort()).toEqual(Object.keys(own).sort())
  for (const [name, config] of Object.entries(given)) {
    const [small, whole] = [slim, rxgrad].map((entry) => ({ ...entry })[name as 'mlp'](config as never))
    for (const model of [small!, whole!]) model.learn(rows as never)
    expect(bytesOf(small!.snapshot())).toEqual(bytesOf(whole!.snapshot()))
    expect({ ...slim }[name as 'mlp']).toBe({ ...own }[name as 'mlp'])
  }
})
