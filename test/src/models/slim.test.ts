import { expect, it } from 'vitest'
import * as own from '../../../src/models/slim.js'
import { runSnippet } from '../../runSnippet.js'

// It runs in a process of its own, because `init` is for all models of a process.
const program = `
import { deepEqual, equal } from 'node:assert/strict'
import * as rxgrad from 'rxgrad'
import * as slim from 'rxgrad/slim'

slim.init(slim.interpreter)
const { category, numeric } = rxgrad
const features = { a: numeric(), room: category({ capacity: 4 }) }
const target = { side: category({ values: ['L', 'R'] }) }
const given = {
  linearRegression: { features, target: { y: numeric() } },
  logisticRegression: { features, target },
  softmaxRegression: { features, target },
  mlp: { features, target: { y: numeric() }, hidden: [4] },
  autoencoder: { features: { a: numeric(), y: numeric(), room: category() } },
  factorizationMachine: { features, target, factors: 3 },
  forecaster: { features, target: 'y', season: 4 },
}
const rows = Array.from({ length: 30 }, (_, i) => ({ a: (i * 7) % 5, room: 'r' + (i % 3), y: i % 4, side: 'LR'[i % 2] }))
for (const [name, config] of Object.entries(given)) {
  equal(slim[name] === rxgrad[name], false)
  const [small, whole] = [slim, rxgrad].map((entry) => entry[name](config))
  for (const model of [small, whole]) model.learn(rows)
  deepEqual(small.snapshot(), whole.snapshot())
}
console.log(Object.keys(given).sort().join())
`

it('the models by name of rxgrad/slim are those of rxgrad, on what its page gives', async () => {
  const { stdout, stderr } = await runSnippet(program)
  expect(stderr).toBe('')
  expect(stdout.trim()).toBe(Object.keys(own).sort().join())
})
