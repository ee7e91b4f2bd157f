import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { circuit } from '../../../src/circuit/build.js'
import { category } from '../../../src/features/category.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import * as losses from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import { sgd } from '../../../src/optimizers/index.js'
import { checkGradient } from '../../../src/testing/index.js'
import type { Precision, Value } from '../../../src/values.js'
import { quantileLoss } from '../../own/quantileLoss.js'
import { runs } from '../../runs.js'

const { absolute, crossEntropy, epsilonInsensitive, focal, hinge, huber, logCosh, poisson, quantile, squared } = losses
const { binaryCrossEntropy, squaredHinge } = losses
type Loss = losses.LossFunction

const weights = { no: 0.5, yes: 5 }
/** The names whose classes the weights of this test are for. */
const fields = { t0: category({ values: ['no', 'yes'] }) }

/** Builds the circuit of l(o, t). */
const lossCircuit = (loss: Loss, m: number) =>
  circuit((ops) => ({
    l: loss.build({
      ...{ ops, output: ops.input('o', [m]), target: ops.input('t', [m]) },
      ...(loss.task === 'category' && { fields }),
    }),
  }))

/** A model whose m outputs are its m inputs plus a θ of zeros, so that its deltas and its gradient are ∂l/∂o. */
const modelOf = (loss: Loss, m: number, values?: readonly Value[], precision: Precision = 'f64'): Model => {
  const names = Array.from({ length: m }, (_, i) => `o${i}`)
  const numbers = Object.fromEntries(names.map((name) => [name, numeric({ scale: 'none' })]))
  const targets = Object.fromEntries(names.map((_, i) => [`t${i}`, numeric({ scale: 'none' })]))
  return createModel({
    features: numbers,
    target: loss.task === 'category' ? { t0: category(values ? { values } : {}) } : targets,
    circuit: circuit(({ input, weight, add }) => ({ f: add(input('x', [m]), weight('bias', { shape: [m] })) })),
    ...{ loss, precision, optimizer: sgd({ learningRate: 0 }) },
  }) as Model
}
const score = (model: Model, o: readonly number[], t: readonly unknown[]) => {
  const { stages } = model
  const named = (letter: string, list: readonly unknown[]) => list.map((value, i) => [`${letter}${i}`, value])
  const example = stages.encode(Object.fromEntries([...named('o', o), ...named('t', t)]))
  if (example.kind === 'rejection') throw new Error(example.reason)
  const loss = stages.loss(stages.forward(stages.batch([example])))
  const gradient = stages.backward(loss)
  expect(Array.from(gradient.values, (g) => g + 0)).toEqual(Array.from(loss.deltas, (r) => r + 0))
  return { loss: loss.values[0]! + 0, deltas: Array.from(loss.deltas, (r) => r + 0) }
}

const members: Readonly<Record<Exclude<keyof typeof losses, 'quantiles'>, readonly Loss[]>> = {
  squared: [squared()],
  absolute: [absolute()],
  huber: [huber(), huber({ delta: 0.25 }), huber({ delta: 3 })],
  quantile: [quantile(), quantile({ alpha: 0.1 }), quantile({ alpha: 0.95 })],
  epsilonInsensitive: [epsilonInsensitive(), epsilonInsensitive({ epsilon: 0 }), epsilonInsensitive({ epsilon: 2 })],
  logCosh: [logCosh()],
  poisson: [poisson()],
  binaryCrossEntropy: [binaryCrossEntropy()],
  crossEntropy: [crossEntropy(), crossEntropy({ weights })],
  focal: [focal(), focal({ gamma: 0 }), focal({ gamma: 0.5, weights })],
  hinge: [hinge(), hinge({ weights })],
  squaredHinge: [squaredHinge(), squaredHinge({ weights })],
}
const own = { 'quantile of test/own': [quantileLoss({ quantile: 0.5 }), quantileLoss({ quantile: 0.1 })] }
const named = Object.entries({ ...members, ...own }).flatMap(([name, list]) =>
  list.map((loss, i) => [`${name} ${i}`, loss] as const),
)
/** Numbers that are exact in f32, too. */
const number = fc.integer({ min: -256, max: 256 }).map((i) => i / 64)

it('there is a case for every exported loss', () => {
  // The laws of several quantiles, which belong to one target, are in quantiles.test.ts.
  expect([...Object.keys(members), 'quantiles'].sort()).toEqual(Object.keys(losses).sort())
})

describe.each(named)('%s', (_, loss) => {
  const { delta = 0, epsilon = 0 } = loss as { readonly delta?: number; readonly epsilon?: number }
  const isMargin = /hinge$/i.test(loss.kind)
  /** Numbers away from the corners of a loss, where a difference does not approach a derivative. */
  const smooth = (o: readonly number[], t: readonly number[]): boolean =>
    o.every((x, i) => {
      if (isMargin) return Math.abs((2 * t[i]! - 1) * x - 1) > 1e-3
      const size = Math.abs(x - t[i]!)
      return size > 1e-3 && Math.abs(size - delta) > 1e-3 && Math.abs(size - epsilon) > 1e-3
    })
  /** Counts are not negative, and a gradient of a tiny one is beyond what differences can tell. */
  const truth =
    loss.kind === 'poisson'
      ? fc.integer({ min: 1, max: 256 }).map((i) => i / 16)
      : loss.kind === 'binaryCrossEntropy'
        ? fc.integer({ min: 1, max: 63 }).map((i) => i / 64)
        : number
  const pairs = (m: number) => {
    const size = { minLength: m, maxLength: m }
    const numbers = fc.tuple(fc.array(number, size), fc.array(truth, size))
    if (loss.task === 'numeric') return numbers.filter(([o, t]) => smooth(o, t))
    const share = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), size)
    return fc.tuple(fc.array(number, size), share).filter(([o, t]) => !isMargin || smooth(o, t))
  }
  it.each([1, 2, 3, 5])('value and gradient agree on %i outputs', (m) => {
    const l = lossCircuit(loss, m)
    fc.assert(
      fc.property(pairs(m), ([o, t]) => {
        checkGradient(l, { o, t })
      }),
      { numRuns: runs(100) },
    )
  })
})

/** The loss l and the residual r of one output, by hand. */
const hand: Readonly<Record<string, (o: number, t: number) => readonly [number, number]>> = {
  'squared 0': (o, t) => [(o - t) ** 2 / 2, o - t],
  'absolute 0': (o, t) => [Math.abs(o - t), Math.sign(o - t)],
  ...Object.fromEntries(
    [1, 0.25, 3].map((delta, i) => [
      `huber ${i}`,
      (o: number, t: number) => {
        const r = o - t
        return Math.abs(r) <= delta ? [(r * r) / 2, r] : [delta * (Math.abs(r) - delta / 2), delta * Math.sign(r)]
      },
    ]),
  ),
  ...Object.fromEntries(
    [0.5, 0.1].map((q, i) => [`quantile of test/own ${i}`, (o: number, t: number) => pinball(q, o, t)]),
  ),
  ...Object.fromEntries([0.5, 0.1, 0.95].map((q, i) => [`quantile ${i}`, (o: number, t: number) => pinball(q, o, t)])),
  ...Object.fromEntries(
    [0.1, 0, 2].map((epsilon, i) => [
      `epsilonInsensitive ${i}`,
      (o: number, t: number) =>
        Math.abs(o - t) <= epsilon ? ([0, 0] as const) : ([Math.abs(o - t) - epsilon, Math.sign(o - t)] as const),
    ]),
  ),
  'logCosh 0': (o, t) => [Math.log(Math.cosh(o - t)), Math.tanh(o - t)],
  'poisson 0': (o, t) => [Math.exp(o) - t * o + (t > 0 ? t * Math.log(t) - t : 0), Math.exp(o) - t],
  'binaryCrossEntropy 0': (o, t) => {
    const p = 1 / (1 + Math.exp(-o))
    return [-(t > 0 ? t * Math.log(p) : 0) - (t < 1 ? (1 - t) * Math.log(1 - p) : 0), p - t]
  },
  ...classwise('crossEntropy', [undefined, weights], (p) => [-Math.log(p), p - 1]),
  ...classwise('focal', [undefined], (p) => [-((1 - p) ** 2) * Math.log(p), focalSlope(2, p)]),
  ...classwise('focal', [undefined], (p) => [-Math.log(p), p - 1], 1),
  ...classwise('focal', [weights], (p) => [-Math.sqrt(1 - p) * Math.log(p), focalSlope(0.5, p)], 2),
  ...classwise('hinge', [undefined, weights], (_, m) => (m < 1 ? [1 - m, -1] : [0, 0])),
  ...classwise('squaredHinge', [undefined, weights], (_, m) => (m < 1 ? [(1 - m) ** 2, -2 * (1 - m)] : [0, 0])),
}

function pinball(q: number, o: number, t: number): readonly [number, number] {
  return o < t ? [q * (t - o), -q] : [(1 - q) * (o - t), o === t ? 0 : 1 - q]
}

/** dl/dm of focal loss for a row whose class has the probability p = σ(m): the derivative of the paper's appendix. */
function focalSlope(gamma: number, p: number): number {
  return (1 - p) ** gamma * (gamma * p * Math.log(p) + p - 1)
}

/** Losses of a margin m = ±z that multiply by the weight of the row's class; p = σ(m). */
function classwise(
  name: string,
  each: readonly (typeof weights | undefined)[],
  of: (p: number, m: number) => readonly [number, number],
  from = 0,
): Record<string, (z: number, t: number) => readonly [number, number]> {
  return Object.fromEntries(
    each.map((given, i) => [
      `${name} ${from + i}`,
      (z: number, t: number) => {
        const sign = t === 1 ? 1 : -1
        const [l, slope] = of(1 / (1 + Math.exp(-sign * z)), sign * z)
        const weight = given ? [given.no, given.yes][t]! : 1
        return [weight * l, weight * sign * slope] as const
      },
    ]),
  )
}

describe.each(named)('%s by hand', (name, loss) => {
  const binary = loss.task === 'category'
  const counts = loss.kind === 'poisson'
  const labels = loss.kind === 'binaryCrossEntropy'
  const target = binary || labels ? fc.constantFrom(0, 1) : counts ? fc.nat(40) : number
  it.each([
    ['f64', 1e-13],
    ['f32', 1e-6],
  ] as const)('one output, %s', (precision, tolerance) => {
    const model = modelOf(loss, 1, ['no', 'yes'], precision)
    fc.assert(
      fc.property(number, target, (o, t) => {
        const [l, r] = hand[name]!(o, t)
        const ours = score(model, [o], [binary ? ['no', 'yes'][t] : t])
        // A Poisson loss is a difference of numbers of this size.
        const size = counts ? Math.exp(o) + t * (Math.abs(o) + 6) : 0
        expect(Math.abs(ours.loss - l)).toBeLessThan(tolerance * Math.max(1, l, size) * 8)
        expect(Math.abs(ours.deltas[0]! - r)).toBeLessThan(tolerance * Math.max(1, Math.abs(r)) * 8)
      }),
      { numRuns: runs(500) },
    )
  })
  if (binary) return
  it('the loss of several outputs is the sum over them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(number, target), { minLength: 2, maxLength: 6 }), (pairs) => {
        const parts = pairs.map(([o, t]) => hand[name]!(o, t))
        const model = modelOf(loss, pairs.length)
        const ours = score(
          model,
          pairs.map(([o]) => o),
          pairs.map(([, t]) => t),
        )
        expect(ours.loss).toBeCloseTo(
          parts.reduce((sum, [l]) => sum + l, 0),
          11,
        )
        for (const [i, [, r]] of parts.entries()) expect(ours.deltas[i]).toBeCloseTo(r, 11)
      }),
      { numRuns: runs(250) },
    )
  })
})

describe('corners', () => {
  it('r = 0 has the loss 0 and the gradient 0', () => {
    for (const [name, loss] of named)
      if (loss.task === 'numeric' && !['poisson', 'binaryCrossEntropy'].includes(loss.kind))
        expect([name, score(modelOf(loss, 1), [1.5], [1.5])]).toEqual([name, { loss: 0, deltas: [0] }])
  })
  it.each([1, 0.25, 3])('both branches of Huber meet at |r| = δ = %d', (delta) => {
    const model = modelOf(huber({ delta }), 1)
    for (const sign of [1, -1])
      expect(score(model, [sign * delta], [0])).toEqual({ loss: (delta * delta) / 2, deltas: [sign * delta] })
    expect(score(model, [delta + 1], [0])).toEqual({ loss: delta * (1 + delta / 2), deltas: [delta] })
  })
  it.each(['f32', 'f64'] as const)('cross-entropy of logits of ±1e4 is exact, %s', (precision) => {
    const one = modelOf(crossEntropy(), 1, ['no', 'yes'], precision)
    expect(score(one, [1e4], ['yes'])).toEqual({ loss: 0, deltas: [0] })
    expect(score(one, [1e4], ['no'])).toEqual({ loss: 1e4, deltas: [1] })
    expect(score(one, [-1e4], ['no'])).toEqual({ loss: 0, deltas: [0] })
    expect(score(one, [-1e4], ['yes'])).toEqual({ loss: 1e4, deltas: [-1] })
    const three = modelOf(crossEntropy(), 3, ['a', 'b', 'c'], precision)
    expect(score(three, [1e4, -1e4, 0], ['a'])).toEqual({ loss: 0, deltas: [0, 0, 0] })
    expect(score(three, [1e4, -1e4, 0], ['b'])).toEqual({ loss: 2e4, deltas: [1, -1, 0] })
    expect(score(three, [-1e4, -1e4, -1e4], ['c']).loss).toBeCloseTo(Math.log(3), 3)
  })
  it('the predicted probabilities are 0 and 1 for them, and never NaN', () => {
    for (const [z, p] of [
      [1e4, 1],
      [-1e4, 0],
    ] as const) {
      const row = { o0: z }
      expect(modelOf(crossEntropy(), 1, ['no', 'yes']).predict(row).probabilities).toEqual({ no: 1 - p, yes: p })
    }
  })
})

describe('softmax', () => {
  const logits = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 5, maxLength: 5 })
  it('only classes that have a name are counted', () => {
    fc.assert(
      fc.property(logits, fc.integer({ min: 1, max: 5 }), fc.nat(), (z, known, pick) => {
        const labels = ['a', 'b', 'c', 'd', 'e'].slice(0, known)
        const model = modelOf(crossEntropy(), 5, labels)
        const t = pick % known
        const top = Math.max(...z.slice(0, known))
        const total = z.slice(0, known).reduce((sum, x) => sum + Math.exp(x - top), 0)
        const p = z.map((x, k) => (k < known ? Math.exp(x - top) / total : 0))
        const ours = score(model, z, [labels[t]])
        expect(ours.loss).toBeCloseTo(Math.log(total) + top - z[t]!, 10)
        ours.deltas.forEach((r, k) => {
          expect(r).toBeCloseTo(p[k]! - (k === t ? 1 : 0), 12)
          if (k >= known) expect(r).toBe(0)
        })
        const { probabilities, value } = model.predict(Object.fromEntries(z.map((x, i) => [`o${i}`, x])))
        expect(Object.keys(probabilities!)).toEqual(labels)
        for (const [k, label] of labels.entries()) expect(probabilities![label]).toBeCloseTo(p[k]!, 12)
        expect(p[labels.indexOf(value as string)]).toBeCloseTo(Math.max(...p), 12)
      }),
      { numRuns: runs(500) },
    )
  })
  it.each([1, 2, 4])('a class beyond %i known ones is scored with the probability reserved for it', (known) => {
    const model = modelOf(crossEntropy(), 5, ['a', 'b', 'c', 'd'].slice(0, known))
    const { loss, deltas } = score(model, [3, 1, 4, 1, 5], ['new'])
    expect(loss).toBeCloseTo(Math.log(Math.max(2, known + 1)), 12)
    expect(deltas).toEqual([0, 0, 0, 0, 0])
  })
})

it.each([0, -1, Number.NaN])('huber: delta %d is refused', (delta) => {
  expect(() => huber({ delta })).toThrow(`huber: delta is ${delta}; expected a number above 0.`)
})
it.each([0, 1, -0.1, Number.NaN])('quantile: alpha %d is refused', (alpha) => {
  expect(() => quantile({ alpha })).toThrow(`quantile: alpha is ${alpha}; expected a number between 0 and 1`)
})
it.each([-1, Number.NaN, Infinity])('a setting of %d is refused', (value) => {
  expect(() => epsilonInsensitive({ epsilon: value })).toThrow(`epsilon is ${value}; expected a number of at least 0.`)
  expect(() => focal({ gamma: value })).toThrow(`gamma is ${value}; expected a number of at least 0`)
})

it('a loss that does not depend on the output is refused, as there is nothing to learn from it', () => {
  const blind = {
    ...squared(),
    kind: 'blind',
    build: ({ ops, target }: Parameters<Loss['build']>[0]) => ops.sum(target),
  }
  const features = { x: numeric() }
  expect(() => createModel({ features, target: { y: numeric() }, layers: [dense(1)], loss: blind as never })).toThrow(
    'createModel: blind() does not depend on the output; expected one that does.',
  )
})
