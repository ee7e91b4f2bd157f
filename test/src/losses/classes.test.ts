import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createInspector } from '../../../src/explain/createInspector.js'
import {
  type ClassWeights,
  category,
  createModel,
  createPredictor,
  crossEntropy,
  dense,
  focal,
  hinge,
  type LossFunction,
  numeric,
  type Row,
  squaredHinge,
} from '../../../src/index.js'
import type { Model } from '../../../src/model.js'
import type { Example } from '../../../src/records.js'
import { decodeMessage, encodeMessage, type Message, PROTOCOL } from '../../../src/wire/index.js'
import { runs } from '../../runs.js'

const names = ['a', 'b', 'c', 'd']
const weights = { b: 4, d: 0.25 }
const of = (name: string): number => (weights as Record<string, number>)[name] ?? 1

/** A model whose outputs are its inputs, because it is a layer of zeros beside them. */
const score = (loss: LossFunction, z: readonly number[], label: string, known = names) => {
  const model = createModel({
    features: Object.fromEntries(z.map((_, i) => [`z${i}`, numeric({ scale: 'none' })])),
    target: { y: category({ values: known, capacity: z.length }) },
    layers: [dense(z.length, 'identity', { bias: false })],
    ...{ loss, precision: 'f64' },
  } as never) as Model<Row>
  const identity = z.flatMap((_, i) => z.map((_, j) => Number(i === j)))
  model.restore({ ...model.snapshot(), parameters: Float64Array.from(identity) })
  const { stages } = model
  const row = { ...Object.fromEntries(z.map((x, i) => [`z${i}`, x])), y: label }
  const scored = stages.loss(stages.forward(stages.batch([stages.encode(row) as never])))
  return { loss: scored.values[0]!, deltas: [...scored.deltas], predicted: model.predict(row) }
}

/** Each loss of K outputs from the plain formula: its value and its gradient. */
type Formula = (z: readonly number[], y: number) => { readonly l: number; readonly g: readonly number[] }
const softmax = (z: readonly number[]): number[] => {
  const all = z.map((x) => Math.exp(x - Math.max(...z)))
  const total = all.reduce((a, b) => a + b, 0)
  return all.map((e) => e / total)
}
const faded =
  (gamma: number): Formula =>
  (z, y) => {
    const p = softmax(z)
    const own = p[y]!
    // dl/dp of −(1 − p)^γ log p, and dp/dzₖ = p([k = y] − pₖ)
    const slope = gamma === 0 ? -1 / own : gamma * (1 - own) ** (gamma - 1) * Math.log(own) - (1 - own) ** gamma / own
    return { l: -((1 - own) ** gamma) * Math.log(own), g: p.map((q, k) => slope * own * (Number(k === y) - q)) }
  }
const margins =
  (power: 1 | 2): Formula =>
  (z, y) => {
    const sign = z.map((_, k) => (k === y ? 1 : -1))
    const within = z.map((x, k) => Math.max(0, 1 - sign[k]! * x))
    return {
      l: within.reduce((sum, m) => sum + m ** power, 0),
      g: within.map((m, k) => (m > 0 ? -sign[k]! * (power === 1 ? 1 : 2 * m) : 0)),
    }
  }
const members: readonly [string, (given?: ClassWeights) => LossFunction, Formula][] = [
  ['crossEntropy', (given) => crossEntropy(given && { weights: given }), faded(0)],
  ['focal', (given) => focal({ gamma: 2, ...(given && { weights: given }) }), faded(2)],
  ['hinge', (given) => hinge(given && { weights: given }), margins(1)],
  ['squaredHinge', (given) => squaredHinge(given && { weights: given }), margins(2)],
]
const logits = fc.array(fc.integer({ min: -640, max: 640 }), { minLength: 4, maxLength: 4 })

describe.each(members)('%s of several classes', (_, make, formula) => {
  it.each([
    ['without weights', undefined],
    ['with weights', weights],
  ] as const)('has the value and the gradient of its formula, %s', (_, given) => {
    fc.assert(
      fc.property(logits, fc.nat(3), (units, y) => {
        const z = units.map((u) => u / 64)
        const { l, g } = formula(z, y)
        const weight = given ? of(names[y]!) : 1
        const ours = score(make(given), z, names[y]!)
        expect(Math.abs(ours.loss - weight * l)).toBeLessThan(1e-9 * Math.max(1, l))
        for (const [k, slope] of g.entries()) expect(Math.abs(ours.deltas[k]! - weight * slope)).toBeLessThan(1e-9)
      }),
      { numRuns: runs(150) },
    )
  })
  it('predicts the class of the greatest output, and probabilities that sum to 1', () => {
    const { predicted } = score(make(), [0.5, 3, -2, 1], 'a')
    expect(predicted.value).toBe('b')
    expect(Object.values(predicted.probabilities!).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
  })
  it('gives classes without a name neither loss nor gradient', () => {
    const whole = score(make(), [0.5, 0.75], 'a', ['a', 'b'])
    const { loss, deltas } = score(make(), [0.5, 0.75, 40, -40], 'a', ['a', 'b'])
    expect([loss, ...deltas]).toEqual([whole.loss, ...whole.deltas, 0, 0])
  })
  it('scores a class that is new by the reserved probability, without a gradient', () => {
    const { loss, deltas } = score(make(), [3, 1, 4, 1], 'new', ['a', 'b'])
    expect([loss, ...deltas]).toEqual([Math.log(3), 0, 0, 0, 0])
  })
  it('is finite however large its outputs are', () => {
    for (const label of names) {
      const { loss, deltas } = score(make(weights), [1e4, -1e4, 0, 1e4], label)
      expect([loss, ...deltas].every(Number.isFinite)).toBe(true)
    }
  })
})

describe('class weights', () => {
  const build = (loss: LossFunction, target = category({ values: ['no', 'yes'] })): Model<Row> =>
    createModel({ features: { x: numeric() }, target: { y: target }, layers: [dense(1)], loss } as never) as Model<Row>
  const rows = Array.from({ length: 400 }, (_, i) => ({ x: (i * 7) % 13, y: i % 10 === 0 ? 'yes' : 'no' }))
  it('of 1 change nothing', () => {
    const [plain, ones] = [build(focal()), build(focal({ weights: { yes: 1, no: 1 } }))]
    for (const model of [plain, ones]) model.learn(rows)
    expect(ones.parameters).toEqual(plain.parameters)
  })
  it('move the probabilities towards the heavier class', () => {
    const [plain, heavy] = [build(crossEntropy()), build(crossEntropy({ weights: { yes: 9 } }))]
    for (const model of [plain, heavy]) model.learn(rows)
    const yes = (model: Model<Row>): number => model.predict({ x: 3 }).probabilities!.yes!
    expect(yes(plain)).toBeLessThan(0.2)
    expect(yes(heavy)).toBeGreaterThan(0.35)
  })
  it.each(members)('travel with the description: %s', (_, make) => {
    const model = build(make({ yes: 3 }))
    model.learn(rows.slice(0, 50))
    const { description } = model
    expect(description.loss).toMatchObject({ weights: { yes: 3 } })
    const welcome: Message = {
      type: 'welcome',
      protocol: PROTOCOL,
      model: 'm',
      models: ['m'],
      epoch: 1,
      step: 0,
      description,
    }
    expect(decodeMessage(encodeMessage(welcome))).toEqual(welcome)
    const replica = createPredictor<Row>(JSON.parse(JSON.stringify(description)) as typeof description)
    replica.apply(model.publish())
    expect(replica.predict({ x: 3 })).toEqual(model.predict({ x: 3 }))
    const { encode, batch, forward, loss } = model.stages
    const example = encode({ x: 3, y: 'yes' }) as Example
    const scored = loss(forward(batch([example]))).values[0]!
    expect(createInspector(description)(model.publish(), example as never).value('loss')).toBeCloseTo(scored, 5)
  })
  it('are refused for classes that are not declared, and where they are no positive numbers', () => {
    expect(() => build(hinge({ weights: { maybe: 2 } }))).toThrow(
      "hinge: weights has 'maybe', which the target does not declare; expected one of no,yes.",
    )
    expect(() => build(crossEntropy({ weights: { yes: 2 } }), category() as never)).toThrow(
      "'yes', which the target does not declare",
    )
    for (const weight of [0, -1, Number.NaN, Infinity, 'two'])
      expect(() => focal({ weights: { yes: weight as number } })).toThrow("the weight of 'yes' is ")
    expect(() => squaredHinge({ weights: [1] as never })).toThrow('squaredHinge: weights is an array')
  })
})
