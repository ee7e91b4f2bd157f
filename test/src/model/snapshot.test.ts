import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { circuit } from '../../../src/circuit/build.js'
import { LayoutMismatchError } from '../../../src/errors.js'
import { category } from '../../../src/features/category.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import { adam, auto, sgd } from '../../../src/optimizers/index.js'
import type { Snapshot } from '../../../src/records.js'
import type { Row } from '../../../src/values.js'
import { runs } from '../../runs.js'
import { bytesOf, kinds, learnAll, make, rows } from './kinds.js'

/** Stops after `cut` rows, goes on in another model from the last closed window, and returns that model. */
const stopped = (
  create: () => Model,
  list: readonly Row[],
  b: number,
  cut: number,
  carry: (snapshot: Snapshot) => Snapshot,
): Model => {
  const first = create()
  const writer = first.stages.take('test', b)
  let next = 0
  list.slice(0, cut).forEach((row, i) => {
    if (writer.learn(row).update) next = i + 1
  })
  const snapshot = carry(first.snapshot())
  // What the first model learns from here on must not matter.
  for (const row of list) writer.learn(row)
  const second = create()
  second.restore(snapshot)
  return learnAll(second, list.slice(next), b)
}

const carriers: Readonly<Record<string, (snapshot: Snapshot) => Snapshot>> = {
  'the snapshot itself': (snapshot) => snapshot,
  structuredClone: (snapshot) => structuredClone(snapshot),
}

describe.each(Object.keys(kinds))('%s', (name) => {
  it.each(Object.entries(carriers))('a run resumed from %s after any row equals one that never stopped', (_, carry) => {
    fc.assert(
      fc.property(rows(30), fc.constantFrom(1, 2, 5), fc.nat(30), (list, b, cut) => {
        const straight = learnAll(make(name), list, b)
        const resumed = stopped(() => make(name), list, b, cut, carry)
        expect(bytesOf(resumed.snapshot())).toEqual(bytesOf(straight.snapshot()))
      }),
      { numRuns: runs(30) },
    )
  })
  it('restoring is complete: whatever a model has learned before, it becomes the other model', () => {
    fc.assert(
      fc.property(rows(12), rows(12), (past, list) => {
        const one = learnAll(make(name), list, 1)
        const other = learnAll(make(name), past, 2)
        const before = other.publish()
        other.restore(one.snapshot())
        expect(bytesOf({ ...other.snapshot(), step: one.step })).toEqual(bytesOf(one.snapshot()))
        // One step number never stands for two states: it is the other model's, or one that this model never had.
        const changed = !isDeepStrictEqual({ ...before, step: 0 }, { ...one.publish(), step: 0 })
        if (one.step > before.step || (one.step === before.step && !changed)) expect(other.step).toBe(one.step)
        else expect(other.step).toBe(before.step + 1)
        for (const row of past.slice(0, 3)) {
          const [a, b] = [other.learn(row), one.learn(row)]
          expect(a.predictions && { ...a.predictions, step: 0 }).toEqual(b.predictions && { ...b.predictions, step: 0 })
          expect(a.losses).toBe(b.losses)
        }
      }),
      { numRuns: runs(15) },
    )
  })
  it('a snapshot and a publication are copies', () => {
    const model = make(name)
    const [snapshot, publication] = [model.snapshot(), model.publish()]
    const before = structuredClone({ snapshot, publication })
    learnAll(model, fc.sample(rows(20), { numRuns: 1, seed: 4 })[0]!, 1)
    expect({ snapshot, publication }).toEqual(before)
    model.restore(snapshot)
    snapshot.parameters.fill(7)
    snapshot.statistics.fill(7)
    snapshot.slots.fill(7)
    snapshot.scalars.fill(7)
    expect(bytesOf({ ...model.snapshot(), step: 0 })).toEqual(bytesOf({ ...before.snapshot, step: 0 }))
  })
  it('equal rows and seeds give equal bytes, and another seed gives others', () => {
    const list = fc.sample(rows(40), { numRuns: 1, seed: 8 })[0]!
    const other = createModel({ ...kinds[name]!, seed: 99 }) as Model
    expect(bytesOf(learnAll(make(name), list, 2).snapshot())).toEqual(bytesOf(learnAll(make(name), list, 2).snapshot()))
    const { circuit, layers } = kinds[name]!
    const drawn = circuit ? name.startsWith('a vector') : layers?.length !== 1
    expect(String(other.parameters) !== String(make(name).parameters)).toBe(drawn)
  })
  it('an incomplete snapshot changes nothing', () => {
    const list = fc.sample(rows(12), { numRuns: 1, seed: 5 })[0]!
    const model = learnAll(make(name), list, 1)
    const before = bytesOf(model.snapshot())
    const whole = learnAll(make(name), list.slice(0, 6), 1).snapshot()
    const broken = [
      { ...whole, slots: undefined },
      { ...whole, scalars: whole.scalars.slice(1) },
      { ...whole, statistics: new Float64Array(whole.statistics.length + 1) },
      { ...whole, healthy: { step: 0, bytes: new Uint8Array(1) } },
      { ...whole, kept: undefined },
      JSON.parse(JSON.stringify(whole)),
    ] as unknown as Snapshot[]
    for (const snapshot of broken) expect(() => model.restore(snapshot)).toThrow(LayoutMismatchError)
    expect(bytesOf(model.snapshot())).toEqual(before)
  })
  it('a model of another configuration refuses it', () => {
    const snapshot = make(name).snapshot()
    for (const other of Object.keys(kinds)) {
      const into = make(other)
      const before = bytesOf(into.snapshot())
      if (other === name) into.restore(snapshot)
      else {
        expect(() => into.restore(snapshot), other).toThrow(
          'restore: the snapshot is of another configuration. What differs: ',
        )
        // Without its settings there is nothing to compare but the hash.
        const { settings: _, ...bare } = snapshot
        expect(() => into.restore(bare as Snapshot), other).toThrow(
          `restore: the snapshot has configuration ${snapshot.hash}; expected ${into.snapshot().hash}, from the same features, circuit, loss and optimizer.`,
        )
        expect(bytesOf(into.snapshot())).toEqual(before)
      }
    }
    const changed = createModel({ ...kinds[name]!, optimizer: adam({ learningRate: 0.07 }) }) as Model
    expect(() => changed.restore(snapshot)).toThrow(/configuration/)
  })
})

it('a snapshot of auto() includes the state of its drift rule, before, at and after a firing', () => {
  const list = Array.from({ length: 700 }, (_, i) => {
    const a = Math.sin(12.9 * i)
    return { a, b: Math.cos(7.3 * i), y: a > 0 === i < 350 ? 'up' : 'down' }
  })
  const create = (): Model =>
    createModel({
      features: { a: numeric(), b: numeric() },
      target: { y: category() },
      layers: [dense(4, 'tanh'), dense(1)],
      optimizer: auto(),
    }) as Model
  const straight = create()
  const fired: number[] = []
  straight.listen((event) => {
    if (event.kind === 'drift') fired.push(event.step)
  })
  learnAll(straight, list, 1)
  expect(fired.length).toBeGreaterThan(0)
  expect(straight.counters.drifts).toBe(fired.length)
  for (const cut of [1, 49, 50, 200, 350, fired[0]! - 1, fired[0]!, fired[0]! + 1, 699]) {
    const resumed = stopped(create, list, 1, cut, structuredClone)
    expect(bytesOf(resumed.snapshot()), `cut at ${cut}`).toEqual(bytesOf(straight.snapshot()))
  }
})

it('a rollback gives the same state, whether the run was stopped before or after it', () => {
  const create = (): Model =>
    createModel({
      features: { a: numeric({ scale: 'none' }) },
      target: { y: numeric({ scale: 'none' }) },
      circuit: circuit(({ input, weight, mul }) => ({ f: mul(weight('w', { initial: 1 }), input('a')) })),
      precision: 'f32',
      optimizer: sgd({ learningRate: 3 }),
      guard: { every: 4 },
    }) as Model
  const list = Array.from({ length: 60 }, (_, i) => ({ a: 3 + (i % 5), y: i % 3 }))
  const straight = learnAll(create(), list, 1)
  expect(straight.counters.rollbacks).toBeGreaterThan(2)
  for (let cut = 0; cut < 60; cut++) {
    const resumed = stopped(create, list, 1, cut, structuredClone)
    expect(bytesOf(resumed.snapshot()), `cut at ${cut}`).toEqual(bytesOf(straight.snapshot()))
  }
})

it('a snapshot includes the state that operators keep in the model', () => {
  const [one, other] = [make('linear, all defaults'), make('linear, all defaults')]
  const kept = one.stages.keep('scores', () => ({ list: [1] }))
  kept.value.list.push(2)
  const snapshot = one.snapshot()
  kept.value.list.push(3)
  other.restore(snapshot)
  expect(other.stages.keep('scores', () => ({ list: [0] })).value).toEqual({ list: [1, 2] })
  expect(() => one.stages.keep('scores', () => 0)).toThrow(/^keep: 'scores' is in use in this model/)
  kept.release()
  expect(one.stages.keep('scores', () => 0).value).toEqual({ list: [1, 2, 3] })
  // Who has released it once has nothing to release any more.
  kept.release()
  expect(() => one.stages.keep('scores', () => 0)).toThrow(/^keep: 'scores' is in use in this model/)
})
