import { describe, expect, it } from 'vitest'
import { compiledModel } from '../../../src/compile/compiled.js'
import { partsOf } from '../../../src/compile/rowParts.js'
import {
  absolute,
  adagrad,
  adam,
  auto,
  category,
  chain,
  cocob,
  type createModel,
  dense,
  dog,
  ftrl,
  hashed,
  initializers,
  l1,
  momentum,
  numeric,
  type Optimizer,
  passiveAggressive,
  rmsprop,
  sgd,
  vw,
} from '../../../src/index.js'

// A model's plan decides which special way of the kernels learns its rows. Every way has the same bits, so no other law
// notices a plan that is no longer recognized; it would only be slow.

type Config = Parameters<typeof createModel>[0]
const numbers = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, numeric()]))
const net: Config = {
  features: numbers(3),
  target: { y: numeric() },
  layers: [dense(4, 'relu'), dense(5, 'tanh'), dense(1)],
}
const of = (config: Config) => {
  const { plan, program } = compiledModel(config)
  return { parts: partsOf(plan), layers: program.code[program.rows!]!, lists: program.places.lists.length }
}

describe('a chain of dense layers in f32', () => {
  const depths = [1, 2, 3].map((depth) => [...Array.from({ length: depth - 1 }, () => dense(4, 'tanh')), dense(1)])
  const rules: readonly Optimizer[] = [sgd(), momentum(), adagrad(), adam(), auto()]
  it('is learned layer by layer, whatever the rule and the depth', () => {
    for (const layers of depths)
      for (const optimizer of rules) {
        const way = of({ ...net, layers, optimizer })
        expect(way.parts.chain).toHaveLength(layers.length)
        expect(way.layers).toBe(layers.length)
      }
  })
  it.each<readonly [string, Partial<Config>]>([
    ['in f64', { precision: 'f64' }],
    ['with something frozen', { freeze: ['dense1.W'] }],
    ['with an activation that the kernels do not know', { layers: [dense(4, 'softplus'), dense(1)] }],
  ])('%s is learned by its instructions', (_, other) => {
    const way = of({ ...net, ...other } as Config)
    expect(way.parts.chain).toBeUndefined()
    expect(way.layers).toBe(0)
  })
})

describe('rows that name few of many features', () => {
  const words = (capacity: number) => ({ words: hashed({ capacity, active: 4 }) })
  const target = { y: category({ values: ['no', 'yes'] }) }
  it('are learned by their names alone where there is one layer of one output, with sgd and AdaGrad', () => {
    for (const optimizer of [sgd(), adagrad()])
      expect(of({ features: words(50), target, layers: [dense(1)], optimizer }).parts.sparse).toBeDefined()
    for (const optimizer of [momentum(), adam(), auto()])
      expect(of({ features: words(50), target, layers: [dense(1)], optimizer }).parts.sparse).toBeUndefined()
    const deep = [dense(2, 'tanh', { initial: initializers.glorot() }), dense(1)]
    expect(of({ features: words(50), target, layers: deep }).parts.sparse).toBeUndefined()
    expect(of({ features: { ...words(50), ...numbers(1) }, target, layers: [dense(1)] }).parts.sparse).toBeUndefined()
  })
  it('step over a list of touched rows where the matrix is large and the rule leaves the others unchanged', () => {
    const layers = [dense(4, 'relu'), dense(1)]
    for (const optimizer of [sgd(), adagrad(), auto(), ftrl(), cocob(), chain(l1(0.1), sgd())]) {
      expect(of({ features: words(1024), target, layers, optimizer }).lists).toBe(1)
      expect(of({ features: words(1023), target, layers, optimizer }).lists).toBe(0)
      expect(of({ features: words(1024), target, layers, optimizer, shards: 2 }).lists).toBe(0)
    }
    for (const optimizer of [momentum(), adam(), dog(), rmsprop(), chain(l1(0.1), adam())])
      expect(of({ features: words(1024), target, layers, optimizer }).lists).toBe(0)
    expect(of({ features: words(4096), target, layers: [dense(1)], optimizer: vw() }).lists).toBe(1)
    const absolutes = { loss: absolute(), target: { y: numeric() } }
    const optimizer = passiveAggressive()
    expect(of({ features: words(4096), layers: [dense(1)], ...absolutes, optimizer }).lists).toBe(1)
  })
})
