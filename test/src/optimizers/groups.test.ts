import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createModel, dense, initializers, type Model, numeric, type Optimizer, type Row } from '../../../src/index.js'
import {
  adagrad,
  adam,
  adamw,
  auto,
  dog,
  momentum,
  type RateConfig,
  rmsprop,
  sgd,
} from '../../../src/optimizers/index.js'
import { runs } from '../../runs.js'

// A tensor's rate is the one that was given for its own name, otherwise the one for its group, otherwise the rule's.

const rules: Readonly<Record<string, (rates: RateConfig) => Optimizer>> = {
  ...{ sgd, momentum, adagrad, adam, auto, adamw, dog, rmsprop },
}
const make = (optimizer: Optimizer, executor: 'wasm' | 'interpreter'): Model =>
  createModel({
    features: { a: numeric({ scale: 'none' }), b: numeric({ scale: 'none' }) },
    target: { y: numeric() },
    layers: [dense(4, 'tanh'), dense(3, 'softplus'), dense(1, 'identity', { initial: initializers.constant(0.3) })],
    ...{ optimizer, executor },
  }) as Model
const tensors = make(sgd(), 'interpreter').layout
const names = [...new Set(tensors.flatMap(({ name, group }) => [name, group]))]

const rows: readonly Row[] = [
  { a: 1, b: -2, y: 3 },
  { a: -0.5, b: 1, y: -1 },
]
/** Returns how far each tensor moved in the first window, whose gradient does not depend on any rate. */
const moves = (optimizer: Optimizer, executor: 'wasm' | 'interpreter', batch: 1 | 2): ReadonlyMap<string, number[]> => {
  const model = make(optimizer, executor)
  const writer = model.stages.take('test', batch)
  writer.learn(rows.slice(0, batch))
  writer.release()
  const { parameters } = model
  return new Map(tensors.map(({ name, offset, size }) => [name, [...parameters.subarray(offset, offset + size)]]))
}

describe.each(Object.entries(rules))('%s', (_, rule) => {
  it('moves each tensor as if its own rate were the rate of all', () => {
    const rate = fc.constantFrom(0, 0.001, 0.02, 0.3)
    fc.assert(
      fc.property(
        rate,
        fc.dictionary(fc.constantFrom(...names), rate, { noNullPrototype: true }),
        fc.constantFrom('wasm' as const, 'interpreter' as const),
        fc.constantFrom(1 as const, 2 as const),
        (learningRate, groups, executor, batch) => {
          const mixed = moves(rule({ learningRate, groups }), executor, batch)
          for (const { name, group } of tensors) {
            const own = groups[name] ?? groups[group] ?? learningRate
            expect(mixed.get(name), name).toEqual(moves(rule({ learningRate: own }), executor, batch).get(name))
          }
        },
      ),
      { numRuns: runs(75) },
    )
  })
})
