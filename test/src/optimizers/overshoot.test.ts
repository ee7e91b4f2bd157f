import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  absolute,
  binaryCrossEntropy,
  category,
  createModel,
  crossEntropy,
  dense,
  epsilonInsensitive,
  focal,
  hinge,
  huber,
  type LossFunction,
  logCosh,
  type Model,
  numeric,
  poisson,
  quantile,
  type Row,
  squared,
  squaredHinge,
} from '../../../src/index.js'
import * as losses from '../../../src/losses/index.js'
import { runs } from '../../runs.js'

// What the bound of `auto` promises: of a model of one layer, a row's own output never passes its goal in one step.

const WIDTHS = [1, 2, 7, 50, 784]
/** A loss of one's own that is steeper than squared error far from its goal, and near it: |r|³ + |r|. */
const steep: LossFunction = {
  kind: 'steep',
  task: 'numeric',
  build({ ops: { abs, add, mul, sub, sum }, output, target }) {
    const r = abs(sub(output, target))
    return sum(add(mul(r, mul(r, r)), r))
  },
}
const plain = numeric({ scale: 'none' })
const names = category({ values: [0, 1] })
const weights = { 0: 0.2, 1: 20 }
/** The output at which the loss is least; a margin has ±1, and a probability of 1 or 0 is infinitely far. */
const itself = (label: number): number => label
const margin = (label: number): number => (label === 1 ? 1 : -1)
const endless = (label: number): number => (label === 1 ? Infinity : -Infinity)
const targets: Readonly<
  Record<string, { loss: LossFunction; target: typeof plain | typeof names; goal(label: number, o: number): number }>
> = {
  squared: { loss: squared(), target: plain, goal: itself },
  huber: { loss: huber(), target: plain, goal: itself },
  absolute: { loss: absolute(), target: plain, goal: itself },
  logCosh: { loss: logCosh(), target: plain, goal: itself },
  quantile: { loss: quantile({ alpha: 0.95 }), target: plain, goal: itself },
  epsilonInsensitive: {
    loss: epsilonInsensitive({ epsilon: 0.25 }),
    target: plain,
    goal: (label, o) => Math.min(Math.max(o, label - 0.25), label + 0.25),
  },
  poisson: { loss: poisson(), target: plain, goal: Math.log },
  binaryCrossEntropy: { loss: binaryCrossEntropy(), target: plain, goal: endless },
  steep: { loss: steep, target: plain, goal: itself },
  namesake: { loss: { ...steep, kind: 'huber' }, target: plain, goal: itself },
  logistic: { loss: crossEntropy(), target: names, goal: endless },
  weighted: { loss: crossEntropy({ weights }), target: names, goal: endless },
  focal: { loss: focal({ weights }), target: names, goal: endless },
  hinge: { loss: hinge(), target: names, goal: margin },
  weightedHinge: { loss: hinge({ weights }), target: names, goal: margin },
  squaredHinge: { loss: squaredHinge(), target: names, goal: margin },
}

interface Given {
  readonly kind: string
  readonly width: number
  readonly executor: 'wasm' | 'interpreter'
  readonly precision: 'f32' | 'f64'
  /** The power of 10 of a row's numbers. */
  readonly scale: number
  readonly rows: readonly { readonly seed: number; readonly label: number; readonly weight: number }[]
}
const given: fc.Arbitrary<Given> = fc.record({
  kind: fc.constantFrom(...Object.keys(targets)),
  width: fc.constantFrom(...WIDTHS),
  executor: fc.constantFrom('wasm', 'interpreter'),
  precision: fc.constantFrom('f32', 'f64'),
  scale: fc.double({ min: -3, max: 4, noNaN: true }),
  rows: fc.array(fc.record({ seed: fc.nat(999), label: fc.nat(1), weight: fc.constantFrom(1, 1, 1, 0.1, 30) }), {
    minLength: 1,
    maxLength: 12,
  }),
})

const modelOf = ({ kind, width, executor, precision }: Given): Model<Row> =>
  createModel({
    features: Object.fromEntries(Array.from({ length: width }, (_, i) => [`x${i}`, numeric({ scale: 'none' })])),
    target: { y: targets[kind]!.target },
    layers: [dense(1)],
    loss: targets[kind]!.loss,
    weight: 'weight',
    ...{ executor, precision },
  } as never) as Model<Row>

/** A row's output: the logit of its label 1, or its number. */
const outputOf = (model: Model<Row>, row: Row): number => {
  const { encode, batch, forward } = model.stages
  return forward(batch([encode(row) as never])).outputs[0]!
}

/** The z with z + e^z = q + e^q + c, by halving. */
const landing = (q: number, c: number): number => {
  let [low, high] = [q, q + c]
  for (let i = 0; i < 3000; i++) {
    const middle = low + (high - low) / 2
    if (middle <= low || middle >= high) break
    if (middle - q + (Math.exp(middle) - Math.exp(q)) < c) low = middle
    else high = middle
  }
  return high
}

describe('a step of auto', () => {
  it('never carries its own row beyond its goal, for any loss, width and scale', () => {
    let large = 0
    fc.assert(
      fc.property(given, (each) => {
        const model = modelOf(each)
        const squares = new Float64Array(each.width + 1)
        for (const { seed, label, weight } of each.rows) {
          const x = (i: number): number => 10 ** each.scale * (1 + ((seed * 31 + i * 17) % 97) / 97)
          const row: Row = {
            ...Object.fromEntries(Array.from({ length: each.width }, (_, i) => [`x${i}`, x(i)])),
            ...{ y: label, weight },
          }
          const before = outputOf(model, row)
          /** Where an infinitely fine descent along the row's gradient takes its logit. */
          const goalOf = (o: number): number => {
            const sign = label === 1 ? 1 : -1
            const r = (-sign / (1 + Math.exp(sign * o))) * weight
            let c = 0
            for (let i = 0; i <= each.width; i++) {
              const g = r * (i < each.width ? x(i) : 1)
              squares[i]! += g * g
              c += (weight * g * g) / ((Math.sqrt(squares[i]!) + 1e-8) * Math.sqrt(each.width + 1) * r * r)
            }
            return sign * landing(sign * o, c)
          }
          const { refused } = model.learn(row).update!
          expect(refused).toBe(false)
          const after = outputOf(model, row)
          const goal = each.kind === 'logistic' ? goalOf(before) : targets[each.kind]!.goal(label, before)
          // r = p − 1 is known to the last bit of p, not of r, so a large logit of label 1 is known within e^o as much.
          const rounding = each.precision === 'f32' ? 2 ** -23 : 2 ** -52
          // A sum is known within the rounding of its largest terms, which may cancel.
          const terms = Array.from(model.parameters).reduce(
            (sum, w, i) => sum + Math.abs(w * (i < each.width ? x(i) : 1)),
            0,
          )
          const slack =
            (each.precision === 'f32' ? 3e-4 : 1e-9) * Math.max(1, Math.abs(before)) +
            (label === 1 ? rounding * Math.exp(Math.min(before, 37)) : 0) +
            4 * rounding * terms
          const towards = goal >= before ? 1 : -1
          expect(towards * (after - before)).toBeGreaterThanOrEqual(-slack)
          expect(towards * (after - goal)).toBeLessThanOrEqual(slack)
          if (each.kind === 'logistic')
            expect(towards * (goal - after)).toBeLessThanOrEqual(2 * slack + 1e-4 * Math.abs(goal - before))
          if (Math.abs(after - before) > 1) large++
        }
        expect(model.counters.rollbacks).toBe(0)
      }),
      { numRuns: runs(700) },
    )
    expect(large).toBeGreaterThan(runs(30))
  })
  it('is checked for every loss', () => {
    const kinds = Object.values(targets).map(({ loss }) => loss.kind)
    // Several quantiles have no goal that an output could pass; quantiles.test.ts looks at their row's loss.
    expect(Object.keys(losses).filter((name) => !kinds.includes(name))).toEqual(['quantiles'])
  })
})
