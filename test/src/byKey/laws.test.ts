import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createModelsByKey, type LearningByKey } from '../../../src/byKey/modelsByKey.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Learned, Model } from '../../../src/model.js'
import type { ModelEvent } from '../../../src/records.js'
import type { Row } from '../../../src/values.js'
import { decodeSnapshot, encodeSnapshot } from '../../../src/wire/snapshot.js'
import { runs } from '../../runs.js'
import { bytesOf, kinds, remembering, row } from '../model/kinds.js'

const KEYS = ['a', 'b', 'c', 'd', 'e']
const all: typeof kinds = { ...kinds, 'fields that remember': remembering }
const plain = Object.keys(all)
/** The seeds of the keys' models differ, but for the first two. */
const modelOf = (name: string, key: string): Model =>
  createModel({ ...all[name]!, seed: Math.max(1, KEYS.indexOf(key)) }) as Model

type ByKey = LearningByKey<Row, string, never, Row>
const byKeyOf = (name: string, more: object = {}): ByKey =>
  createModelsByKey<Row, string, never, Row>({
    createModel: (key) => modelOf(name, key) as Model<Row, never>,
    keyOf: ({ key }) => key as string,
    capacity: 100,
    onEvict: undefined,
    // Nearly every row has to swap a model in.
    active: 2,
    ...more,
  })

/** What a record says, apart from its model and key. */
const contentOf = ({ step, rows, actual, predictions, losses, update, unlearned }: Learned): unknown => ({
  ...{ step, rows, actual, predictions, losses, unlearned },
  update: update && { ...update, model: undefined },
})
const stream = (maxLength: number) =>
  fc
    .array(fc.tuple(fc.constantFrom(...KEYS), row), { minLength: 1, maxLength })
    .map((list) => list.map(([key, fields], at): Row => ({ ...fields, key, at })))
const told = (events: ModelEvent[]): ((event: ModelEvent) => void) => {
  // Names in rows, and those for which there is no room, are watched for all models of a configuration together.
  return (event) => event.kind !== 'naming' && event.kind !== 'capacity' && events.push(event)
}

describe.each(plain)('models by key: %s', (name) => {
  it('each is what it would be alone: θ, records and events, bit for bit', () => {
    const use = fc.constantFrom(...['learn', 'learn', 'learn', 'learn', 'predict', 'rate', 'again', 'stages'])
    fc.assert(
      fc.property(stream(40), fc.array(use, { minLength: 40, maxLength: 40 }), (rows, uses) => {
        const { models, learn } = byKeyOf(name)
        const alone = new Map<string, Model>()
        const [own, events]: [ModelEvent[], ModelEvent[]] = [[], []]
        models.listen(({ key, ...event }) => {
          expect(KEYS).toContain(key)
          told(events)(event as ModelEvent)
        })
        rows.forEach((each, i) => {
          const key = each.key as string
          const other = alone.get(key) ?? modelOf(name, key)
          if (!alone.has(key)) other.listen(told(own))
          alone.set(key, other)
          const model = models.get(key) as Model | undefined
          // All that may be done with a model between two rows.
          if (uses[i] === 'predict' && model) {
            const [a, b] = [model, other].map((of) => {
              try {
                return of.predict(each)
              } catch (error) {
                return `${error}`
              }
            })
            expect(a).toEqual(b)
          }
          if (uses[i] === 'rate' && model) for (const of of [model, other]) of.setLearningRate(0.01 * (i + 1))
          if (uses[i] === 'again' && model) for (const of of [model, other]) of.restore(of.snapshot())
          if (uses[i] === 'stages' && model && i % 3 === 0)
            for (const of of [model, other]) of.stages.keep(`own ${i}`, () => ({ rows: i }))
          const learned = learn(each) as unknown as Learned & { key: string }
          expect(contentOf(learned)).toEqual(contentOf(other.learn(each) as Learned))
          expect(learned.key).toBe(key)
          expect(learned.model).toBe(models.get(key))
          expect(learned.update?.model ?? learned.model).toBe(learned.model)
        })
        expect(events).toEqual(own)
        expect(models.size).toBe(alone.size)
        for (const [key, other] of alone) {
          const model = models.get(key) as Model
          expect(bytesOf(model.snapshot())).toEqual(bytesOf(other.snapshot()))
          // It decides from which row on predictions are scored.
          expect(model.stages.learnedSince()).toBe(other.stages.learnedSince())
        }
      }),
      { numRuns: runs(15) },
    )
  })

  it('a snapshot at any row continues as the uninterrupted stream, with evictions', () => {
    fc.assert(
      fc.property(stream(30), stream(20), (before, after) => {
        const [one, other] = [byKeyOf(name, { capacity: 3 }), byKeyOf(name, { capacity: 3, active: 1 })]
        for (const each of before) one.learn(each)
        for (const each of after) other.learn(each)
        const saved = one.models.snapshot()
        other.models.restore({
          ...saved,
          snapshots: saved.snapshots.map((each) => decodeSnapshot(encodeSnapshot(each))),
        })
        for (const each of after) {
          const [a, b] = [one, other].map(({ learn }) => learn(each) as unknown as Learned)
          expect(contentOf(b as Learned)).toEqual(contentOf(a as Learned))
        }
        const [a, b] = [one, other].map(({ models }) => models.snapshot())
        expect({ ...b, snapshots: b?.snapshots.map(bytesOf) }).toEqual({ ...a, snapshots: a?.snapshots.map(bytesOf) })
      }),
      { numRuns: runs(15) },
    )
  })
})
