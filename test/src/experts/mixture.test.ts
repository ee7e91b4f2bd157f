import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  category,
  createModel,
  createPredictor,
  dense,
  experts,
  type Model,
  numeric,
  type Snapshot,
} from '../../../src/index.js'
import { createRandom } from '../../../src/random.js'
import { runs } from '../../runs.js'

interface Reading {
  a: number
  b: number
  power: number
  side: string
}
/** A stream whose target depends on the features, on the last target, and on chance. */
const stream = (seed: number, n: number, drifting = false): Reading[] => {
  const random = createRandom(seed, 'mixture')
  let last = 0
  return Array.from({ length: n }, (_, i) => {
    const [a, b] = [random.normal(3 * i), random.normal(3 * i + 1)]
    const slope = drifting && i > n / 2 ? -2 : 2
    last = 0.8 * last + slope * a + (b > 0 ? 1 : -1) + 0.2 * random.normal(3 * i + 2)
    return { a, b, power: last, side: last > 0 ? 'up' : 'down' }
  })
}
const features = { a: numeric(), b: numeric() }
const all = {
  noChange: experts.noChange(),
  linear: experts.net([dense(1)], { rates: [0.3, 2] }),
  net: experts.net([dense(6, 'relu'), dense(1)]),
  nearest: experts.nearest({ rows: 20 }),
}
/** The experts by themselves, under the names that they have in the mixture. */
const alone: Readonly<Record<string, Readonly<Record<string, experts.Expert>>>> = {
  noChange: { noChange: experts.noChange() },
  'linear@0.3': { 'linear@0.3': experts.net([dense(1)], { rates: [0.3] }) },
  'linear@2': { 'linear@2': experts.net([dense(1)], { rates: [2] }) },
  net: { net: all.net },
  nearest: { nearest: all.nearest },
}
const targets = { number: { power: numeric() }, class: { side: category() } } as const
type Target = keyof typeof targets
const build = (target: Target, given: experts.Experts, precision: 'f32' | 'f64' = 'f64'): Model<Reading> =>
  createModel({ features, target: targets[target], experts: given, precision, seed: 2 } as never) as Model<Reading>

const tensors = ({ description, parameters }: Model<Reading>): Record<string, number[]> =>
  Object.fromEntries(
    description.layout.map(({ name, offset, size }) => [name, [...parameters.subarray(offset, offset + size)]]),
  )

it('a fall that no expert expected leaves the best one the best, although another was less wrong', () => {
  const trend: experts.Expert = { kind: 'trend', build: ({ ops, last }) => ops.sub(ops.mul(2, last(1)), last(2)) }
  const model = build('number', { noChange: experts.noChange(), trend })
  const random = createRandom(8, 'mixture')
  let power = 100
  for (let i = 0; i < 300; i++) {
    power += 0.1 * random.normal(i) - (i === 250 ? 12 : i === 251 ? 36 : 0)
    model.learn({ a: 0, b: 0, power, side: '' })
    if (i > 100) expect(model.experts!.noChange, `row ${i}`).toBeGreaterThan(0.9)
  }
})

describe.each(['number', 'class'] as const)('a mixture of experts on a %s', (target) => {
  it('trains each expert as it would train by itself, bit for bit', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.constantFrom('f32', 'f64'), fc.constantFrom(1, 4), (seed, precision, b) => {
        const rows = stream(seed, 60)
        const learned = (given: experts.Experts): Record<string, number[]> => {
          const model = build(target, given, precision)
          const writer = model.stages.take('test', b)
          writer.learn(rows)
          writer.release()
          return tensors(model)
        }
        const together = learned(all)
        for (const own of Object.values(alone)) {
          const parts = learned(own)
          for (const [name, values] of Object.entries(parts)) expect(together[name]).toEqual(values)
        }
      }),
      { numRuns: runs(10) },
    )
  })

  it('predicts Σ w_k o_k, with the weights of dynamic model averaging over the experts’ own losses', () => {
    const rows = stream(7, 120)
    const model = build(target, all)
    const parts = Object.values(alone).map((own) => build(target, own))
    let losses = parts.map(() => 0)
    let count = 0
    for (const row of rows) {
      const best = Math.min(...losses)
      const factor = target === 'class' ? 1 : count / (2 * best)
      const likely = losses.map((loss) => (loss > best ? Math.exp(-factor * (loss - best)) : 1))
      const sum = likely.reduce((x, y) => x + y)
      // The predictions are mixed on the scale of the outputs, which is that of the logits for classes.
      const outputs = parts.map((part) => {
        const { value, probabilities } = part.predict(row) as { value: number; probabilities?: Record<string, number> }
        if (target === 'number') return value
        // Before the second class is known, all that is certain is the first.
        const p = probabilities?.up
        const q = probabilities?.down
        return p === undefined || q === undefined ? Number.NaN : Math.log(p / q)
      })
      const mixed = outputs.reduce((total, o, k) => total + (likely[k]! / sum) * o, 0)
      const { value, probabilities } = model.predict(row) as { value: number; probabilities?: Record<string, number> }
      if (target === 'number') expect(value).toBeCloseTo(mixed, 9)
      else if (!Number.isNaN(mixed)) expect(Math.log(probabilities!.up! / probabilities!.down!)).toBeCloseTo(mixed, 8)
      const own = parts.map((part) => part.learn(row).losses as number)
      model.learn(row)
      // The first label of a class has no column, so nothing is known of the experts' losses.
      const scored = own.every((loss) => loss !== Math.LN2) || count > 0 ? own : own.map(() => 0)
      const least = Math.min(...scored)
      // A row counts with the weight that it has for errors of Student's distribution with 4 degrees of freedom.
      const usual = best / count
      const weight = target === 'number' && usual > 0 ? Math.min(1, 5 / (4 + Math.min(least, 8) / usual)) : 1
      losses = losses.map((loss, k) => 0.99 * loss + weight * (Math.min(scored[k]! - least, 8) + Math.min(least, 8)))
      count = 0.99 * count + 1
    }
  })

  it('has a loss that is never more than 2 % above that of its best expert beyond row 1,000', () => {
    for (const seed of [3, 4]) {
      const rows = stream(seed, 4000, true)
      const lossOf = (given: experts.Experts): number => {
        const losses = build(target, given, 'f32').learn(rows).losses as Float64Array
        return losses.subarray(1000).reduce((sum, loss) => sum + loss)
      }
      expect(lossOf(all)).toBeLessThan(1.02 * Math.min(...Object.values(alone).map(lossOf)))
    }
  })

  it('goes on after a restore as if it had never stopped, and a replica predicts the same', () => {
    const rows = stream(5, 40)
    const [straight, stopped] = [build(target, all), build(target, all)]
    straight.learn(rows)
    stopped.learn(rows.slice(0, 17))
    const resumed = build(target, all)
    resumed.restore(stopped.snapshot() as Snapshot)
    resumed.learn(rows.slice(17))
    expect(resumed.publish()).toEqual(straight.publish())
    const replica = createPredictor<Reading>(straight.description)
    replica.apply(straight.publish())
    for (const row of rows) expect(replica.predict(row)).toEqual(straight.predict(row))
  })
})

describe('no change', () => {
  it('predicts the last number itself, however wild that was', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 8, maxLength: 60 }), (ys) => {
        const model = createModel({
          features: { a: numeric() },
          target: { y: numeric() },
          experts: { last: experts.noChange() },
          precision: 'f64',
        })
        const spread = Math.max(...ys) - Math.min(...ys)
        for (const [i, y] of ys.entries()) {
          const { value } = model.predict({ a: 0 })
          // While there is no spread yet, the running mean is the last number or lies between the last two.
          if (i > 2 && spread > 1) expect(Math.abs(value - ys[i - 1]!)).toBeLessThan(1e-9 * (1 + Math.abs(y) + spread))
          model.learn({ a: 0, y })
        }
      }),
      { numRuns: runs(60) },
    )
  })

  it('learns what follows each class', () => {
    const names = ['a', 'b', 'c']
    const model = createModel({
      features: { x: numeric() },
      target: { side: category({ values: names }) },
      experts: { last: experts.noChange(), net: experts.net([dense(3)]) },
    })
    for (let i = 0; i < 300; i++) model.learn({ x: 0, side: names[i % 3]! })
    // 300 rows end with c, and a follows.
    expect(model.predict({ x: 0 }).value).toBe('a')
    expect(model.predict({ x: 0 }).probabilities?.a).toBeGreaterThan(0.9)
  })
})

describe('a seasonal expert', () => {
  it('expects the changes of earlier seasons, at any b', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 2, max: 7 }),
        fc.constantFrom(1, 3),
        (ys, s, b) => {
          const model = createModel({
            features: { a: numeric() },
            target: { y: numeric({ scale: 'none' }) },
            experts: { seasonal: experts.seasonal(s) },
            precision: 'f64',
          })
          const writer = model.stages.take('test', b)
          for (let i = 0; i < ys.length; i++) {
            // The rows of an open window are not learned yet.
            const known = ys.slice(0, i - (i % b))
            const y = (ago: number): number => (known.length === 0 ? 0 : known[Math.max(0, known.length - ago)]!)
            const c = (ago: number): number => y(ago) - y(ago + 1)
            const older = c(2 * s) === 0 ? c(s) : c(2 * s)
            const surprise = c(s + 1) === 0 ? 0 : c(1) - c(s + 1)
            const expected = y(1) + (2 / 3) * c(s) + (1 / 3) * older - 0.2 * surprise
            expect(model.predict({ a: 0 }).value).toBeCloseTo(expected, 9)
            writer.learn({ a: 0, y: ys[i]! })
          }
          writer.release()
        },
      ),
      { numRuns: runs(100) },
    )
  })

  it('learns what follows one season after each class', () => {
    const names = ['a', 'b', 'b', 'c']
    const model = createModel({
      features: { x: numeric() },
      target: { side: category({ values: ['a', 'b', 'c'] }) },
      experts: { seasonal: experts.seasonal(4), net: experts.net([dense(3)]) },
    })
    for (let i = 0; i < 402; i++) model.learn({ x: 0, side: names[i % 4]! })
    expect(model.predict({ x: 0 }).probabilities?.b).toBeGreaterThan(0.9)
  })

  it('refuses a season that is none', () => {
    for (const season of [0, 1, 2.5, -12, 1e9, Number.NaN])
      expect(() => experts.seasonal(season)).toThrow(/the season is/)
  })
})

describe('experts that do not fit are refused', () => {
  const target = { y: numeric() }
  const given: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['no experts', () => createModel({ features, target, experts: {} }), /there are no experts/],
    ['no expert', () => createModel({ features, target, experts: { a: {} as never } }), /expert 'a' is no expert/],
    [
      'unequal outputs',
      () => createModel({ features, target, experts: { a: experts.net([dense(1)]), b: experts.net([dense(2)]) } }),
      /expert 'b' has shape \[2]; expected \[1]/,
    ],
    ['no layers', () => experts.net([]), /the layers are/],
    ['a rate of 0', () => experts.net([dense(1)], { rates: [0] }), /rates is/],
    [
      'layers beside experts',
      () => createModel({ features, target, experts: experts.auto(), layers: [dense(1)] } as never),
      /either layers/,
    ],
  ]
  it.each(given)('%s', (_, make, message) => {
    expect(make).toThrow(message)
  })
})
