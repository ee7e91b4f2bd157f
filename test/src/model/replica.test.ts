import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LayoutMismatchError } from '../../../src/errors.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { huber } from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import { createPredictor } from '../../../src/model/createPredictor.js'
import type { Model } from '../../../src/model.js'
import type { Description, Predictor } from '../../../src/records.js'
import type { Row } from '../../../src/values.js'
import { runs } from '../../runs.js'
import { kinds, make, members, rows } from './kinds.js'

const throughJson = (description: Description): Description => JSON.parse(JSON.stringify(description)) as Description

/** Returns the prediction of a row, or the message of the error that refuses it. */
const outcomeOf = (predictor: Predictor, row: Row): unknown => {
  try {
    return predictor.predict(row)
  } catch (error) {
    return (error as Error).message
  }
}

describe.each(Object.keys(kinds))('%s', (name) => {
  it('a description is JSON, and stays the same at every step', () => {
    const model = make(name)
    const before = structuredClone(model.description)
    expect(throughJson(before)).toEqual(before)
    for (const row of fc.sample(rows(20), { numRuns: 1, seed: 6 })[0]!) model.learn(row)
    expect(model.description).toEqual(before)
    expect(model.hash).toBe(before.hash)
  })

  it('a replica that was made before anything was learned predicts the same bytes at equal steps', () => {
    const weighted = 'weight' in kinds[name]!
    fc.assert(
      fc.property(rows(15), rows(6), fc.constantFrom(1, 3), (list, probes, b) => {
        const model = make(name)
        const replica = createPredictor(throughJson(model.description), members)
        const writer = model.stages.take('test', b)
        for (const row of list) {
          writer.learn(row)
          // This publication holds θ, the statistics and the names of one step, as they would travel.
          replica.apply(structuredClone(model.publish()))
          expect(replica.step).toBe(model.step)
          for (const probe of probes) {
            // A prediction does not read the weight, so a wrong one does not matter here.
            if (weighted && probe.weight === -1) continue
            expect(outcomeOf(replica, probe)).toEqual(outcomeOf(model, probe))
          }
        }
        writer.release()
      }),
      { numRuns: runs(20) },
    )
  })

  it('a replica takes nothing from a publication of a model of another kind', () => {
    for (const other of Object.keys(kinds)) {
      if (other === name) continue
      const replica = createPredictor(make(name).description, members)
      const before = outcomeOf(replica, { a: 1, b: 2, hour: 3, room: 'p' })
      expect(() => replica.apply(make(other).publish()), other).toThrow(LayoutMismatchError)
      expect(outcomeOf(replica, { a: 1, b: 2, hour: 3, room: 'p' })).toEqual(before)
    }
  })

  it('an older publication takes a replica back to that step', () => {
    const model = make(name)
    const list = fc.sample(rows(30), { numRuns: 1, seed: 2 })[0]!
    const replica = createPredictor(model.description, members)
    const probe = { a: 2.5, b: -1, hour: 7, room: 'q' }
    const past = list.map((row) => {
      model.learn(row)
      return { publication: model.publish(), expected: model.predict(probe) }
    })
    for (const { publication, expected } of [...past].reverse()) {
      replica.apply(publication)
      expect(replica.predict(probe)).toEqual(expected)
    }
  })
})

it('a column that is scaled without a clip is not clipped after JSON either', () => {
  const model = createModel({
    features: { a: numeric({ scale: 'standard' }) },
    target: { y: numeric({ scale: 'none' }) },
    layers: [dense(1)],
    loss: huber({ delta: 3 }),
  }) as Model
  for (let i = 0; i < 500; i++) model.learn({ a: i % 2, y: i % 2 })
  const replica = createPredictor(throughJson(model.description))
  replica.apply(model.publish())
  const far = replica.predict({ a: 1e3 }).value as number
  expect(far).toBe(model.predict({ a: 1e3 }).value)
  expect(far).toBeGreaterThan(5)
})

it('models with equal configurations have equal hashes, and a model that predicts differently has another', () => {
  const base = { features: { a: numeric() }, target: { y: numeric() }, layers: [dense(1)] }
  const hashOf = (change: object): string => createModel({ ...base, ...change } as typeof base).hash
  expect(hashOf({ seed: 5 })).toBe(hashOf({}))
  const different = [
    {},
    { precision: 'f64' },
    { statistics: 'afterPrediction' },
    { features: { b: numeric() } },
    { features: { a: numeric({ clip: 3 }) } },
    { target: { z: numeric() } },
    { layers: [dense(2, 'tanh'), dense(1)] },
    { layers: [dense(2, 'relu'), dense(1)] },
    { layers: [dense(1, 'identity', { bias: false })] },
  ]
  expect(new Set(different.map(hashOf)).size).toBe(different.length)
})
