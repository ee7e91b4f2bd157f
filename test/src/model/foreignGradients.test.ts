import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  adagrad,
  adam,
  auto,
  category,
  chain,
  clipByGlobalNorm,
  createModel,
  dense,
  hashed,
  l2,
  type Model,
  momentum,
  type Optimizer,
  type Row,
  sgd,
} from '../../../src/index.js'
import * as optimizers from '../../../src/optimizers/index.js'
import { runs } from '../../runs.js'
import { linearOnly } from '../optimizers/linearOnly.js'
import { bytesOf } from './kinds.js'

// A gradient from elsewhere moves every weight for which it is not 0, even where the rule visits only those few rows of a
// large matrix that the model's own window touched.

const members: Readonly<Record<Exclude<keyof typeof optimizers, keyof typeof linearOnly>, () => Optimizer>> = {
  sgd: () => sgd({ learningRate: 0.1 }),
  momentum: () => momentum({ learningRate: 0.1 }),
  adagrad: () => adagrad(),
  adam: () => adam(),
  rmsprop: () => optimizers.rmsprop(),
  adamw: () => optimizers.adamw(),
  ftrl: () => optimizers.ftrl(),
  cocob: () => optimizers.cocob(),
  dog: () => optimizers.dog({ initial: 0.01 }),
  auto: () => auto(),
  chain: () => chain(clipByGlobalNorm(1), l2(1e-4), adam()),
  clipByGlobalNorm: () => chain(clipByGlobalNorm(1), sgd({ learningRate: 0.1 })),
  l1: () => chain(optimizers.l1(1e-4), adagrad()),
  l2: () => chain(l2(1e-4), adagrad()),
}
it('there is a case for every exported optimizer', () => {
  expect([...Object.keys(members), ...Object.keys(linearOnly)].sort()).toEqual(Object.keys(optimizers).sort())
})

const CAPACITY = 1500
const make = (optimizer: Optimizer, precision: 'f32' | 'f64', executor: 'wasm' | 'interpreter'): Model =>
  createModel({
    features: { words: hashed({ capacity: CAPACITY, active: 4 }) },
    target: { y: category({ values: ['no', 'yes', 'perhaps'] }) },
    layers: [dense(3, 'tanh'), dense(3)],
    ...{ optimizer, precision, executor },
  }) as unknown as Model

/** A gradient for every weight, or for some, so that it is 0 for the others. */
const send = (model: Model, value: (i: number) => number): void => {
  const writer = model.stages.take('elsewhere')
  const values = model.parameters.map((_, i) => value(i))
  model.stages.update({ kind: 'gradient', step: model.step, hash: model.hash, size: 4, values }, writer)
  writer.release()
}
const rowAt = (i: number): Row => ({ words: [`p${i % 7}`, `q${i % 3}`], y: ['no', 'yes', 'perhaps'][i % 3] })
const slope = (i: number): number => ((i % 13) - 6.5) / 8

describe.each(Object.entries(members))('%s', (_, rule) => {
  describe.each(['f32', 'f64'] as const)('%s', (precision) => {
    it.each(['wasm', 'interpreter'] as const)('%s: it moves each weight for which it is not 0, and no other', (by) => {
      const model = make(rule(), precision, by)
      for (let i = 0; i < 5; i++) model.learn(rowAt(i))
      const before = model.parameters
      send(model, slope)
      const after = model.parameters
      expect([...after.keys()].filter((i) => after[i] === before[i])).toEqual([])
    })

    it('between rows of the model itself, it gives the same bits in the interpreter', () => {
      const actions = fc.array(fc.oneof(fc.nat(50), fc.constantFrom('all', 'some')), { minLength: 1, maxLength: 12 })
      fc.assert(
        fc.property(actions, (list) => {
          const models = (['wasm', 'interpreter'] as const).map((executor) => make(rule(), precision, executor))
          for (const action of list)
            for (const model of models)
              if (typeof action === 'number') model.learn(rowAt(action))
              else send(model, action === 'all' ? slope : (i) => (i % 97 === 0 ? slope(i) : 0))
          expect(bytesOf(models[0]!.snapshot())).toEqual(bytesOf(models[1]!.snapshot()))
        }),
        { numRuns: runs(40) },
      )
    })
  })
})
