import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { circuit } from '../../../src/circuit/build.js'
import {
  absolute,
  category,
  chain,
  clipByGlobalNorm,
  createModel,
  crossEntropy,
  dense,
  epsilonInsensitive,
  hashed,
  hinge,
  huber,
  type LossFunction,
  l1,
  l2,
  type Model,
  numeric,
  type Optimizer,
  passiveAggressive,
  type Row,
  squared,
  vw,
} from '../../../src/index.js'
import { runs } from '../../runs.js'
import type { LinearLoss, LinearRow } from './linearPapers.js'
import * as papers from './linearPapers.js'

// The rules for linear models are compared with their formulas on random rows, whose columns differ widely in scale.

const losses: Readonly<Record<LinearLoss, () => LossFunction>> = {
  ...{ squared, absolute, hinge, logistic: crossEntropy },
  tube: () => epsilonInsensitive({ epsilon: 0.75 }),
}
interface Given {
  readonly loss: LinearLoss
  readonly executor: 'wasm' | 'interpreter'
  readonly input: 'columns' | 'names' | 'many names'
  readonly weighted: boolean
  readonly bias: number
  /** θ at the start, and the number of rows of a window. */
  readonly start: readonly number[]
  readonly b: number
  readonly rows: readonly LinearRow[]
}
const isClass = (loss: LinearLoss): boolean => loss === 'logistic' || loss === 'hinge'
const SCALES = [1e-3, 0.5, 1, 2e3]
const rowsOf = (loss: LinearLoss): fc.Arbitrary<LinearRow> =>
  fc.record({
    x: fc
      .tuple(
        ...SCALES.map((scale) =>
          fc.oneof(
            fc.constant(0),
            fc.integer({ min: -50, max: 50 }).map((i) => (i * scale) / 7),
          ),
        ),
      )
      .map((x) => [...x, 1]),
    y:
      loss === 'squared' || loss === 'absolute' || loss === 'tube'
        ? fc.integer({ min: -40, max: 80 }).map((i) => i / 8)
        : fc.constantFrom(-1, 1),
    weight: fc.constantFrom(1, 1, 0.25, 3, 40, 0),
  })
const given = (...kinds: LinearLoss[]): fc.Arbitrary<Given> =>
  fc.constantFrom(...kinds).chain((loss) =>
    fc
      .record({
        loss: fc.constant(loss),
        executor: fc.constantFrom('wasm', 'interpreter'),
        input: fc.constantFrom('columns', 'names', 'many names'),
        weighted: fc.boolean(),
        bias: fc.constantFrom(0.5, 0.1, 0),
        start: fc.constantFrom([0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [30, -0.5, 2, 1e-3, 4]),
        b: fc.constantFrom(1, 1, 1, 2, 3),
        rows: fc.array(rowsOf(loss), { minLength: 1, maxLength: 30 }),
      })
      .map(({ rows, ...rest }) => ({
        ...rest,
        rows: rest.weighted ? rows : rows.map((row) => ({ ...row, weight: 1 })),
      })),
  )

const build = ({ loss, executor, input }: Given, optimizer: Optimizer, precision: 'f64' | 'f32' = 'f64'): Model =>
  createModel({
    features:
      input === 'columns'
        ? Object.fromEntries(SCALES.map((_, i) => [`x${i}`, numeric({ scale: 'none' })]))
        : { names: hashed({ capacity: input === 'names' ? 50 : 5000, active: 8 }) },
    target: { y: isClass(loss) ? category({ values: [-1, 1] }) : numeric({ scale: 'none' }) },
    layers: [dense(1)],
    loss: losses[loss](),
    weight: 'weight',
    ...{ optimizer, executor, precision },
  } as never) as Model
/** The weights of names stand apart from each other, in the places of these indices. */
const placeOf = ({ input }: Given, i: number): number => (input === 'columns' ? i : 7 * i + 3)
const NONE = [0, 0, 0, 0, 0]
const asRow = (given: Given, { x, y, weight }: LinearRow): Row => {
  const present = SCALES.flatMap((_, i) => (x[i] === 0 ? [] : i))
  const names = { indices: present.map((i) => placeOf(given, i)), values: present.map((i) => x[i]!) }
  const columns = Object.fromEntries(SCALES.map((_, i) => [`x${i}`, x[i]!]))
  return { ...(given.input === 'columns' ? columns : { names }), y, weight }
}
/** Windows of at most b rows; before every fourth row one is closed, so that there are some of one row. */
const windowsOf = ({ rows, b }: Given): LinearRow[][] =>
  rows.reduce<LinearRow[][]>((windows, row, i) => {
    const last = windows.at(-1)
    if (last && last.length < b && i % 4 !== 1) last.push(row)
    else windows.push([row])
    return windows
  }, [])
/** Returns θ after the rows, in the order of x. */
const learned = (given: Given, optimizer: Optimizer): number[] => {
  const model = build(given, optimizer)
  const places = [...SCALES.map((_, i) => placeOf(given, i)), model.parameters.length - 1]
  const parameters = Float64Array.from(model.parameters)
  for (const [i, place] of places.entries()) parameters[place] = given.start[i]!
  model.restore({ ...model.snapshot(), parameters })
  const writer = model.stages.take('test', given.b)
  for (const window of windowsOf(given)) {
    writer.learn(window.map((row) => asRow(given, row)))
    writer.flush()
  }
  writer.release()
  expect(model.counters).toMatchObject({ refused: 0, rejected: 0, rollbacks: 0 })
  return places.map((place) => model.parameters[place]!)
}
/** Tells how far the outputs of all rows are apart, as a share of the largest term of any. */
const apart = (rows: readonly LinearRow[], ours: readonly number[], theirs: readonly number[]): number => {
  const largest = Math.max(1e-9, ...rows.flatMap(({ x }) => x.map((xi, i) => Math.abs(xi * theirs[i]!))))
  return Math.max(...rows.flatMap(({ x }) => x.map((xi, i) => Math.abs(xi * (ours[i]! - theirs[i]!))))) / largest
}

describe('passiveAggressive', () => {
  it('takes the steps of its paper', () => {
    fc.assert(
      fc.property(given('hinge', 'absolute', 'tube'), fc.constantFrom(1, 0.01, 100), (each, C) => {
        const expected = papers.passiveAggressive(each.rows, C, each.loss, 0.75)
        expect(
          apart(each.rows, learned({ ...each, b: 1, start: NONE }, passiveAggressive({ C })), expected),
        ).toBeLessThan(1e-9)
      }),
      { numRuns: runs(150) },
    )
  })
  it('has C = 1 by default, and does not move where there is no loss', () => {
    expect(JSON.stringify(passiveAggressive())).toBe(JSON.stringify(passiveAggressive({ C: 1 })))
    const each: Given = {
      ...{ loss: 'absolute', executor: 'wasm', input: 'columns', weighted: false, bias: 0.5, start: NONE, b: 1 },
      rows: [{ x: [1, 2, 3, 4, 1], y: 0, weight: 1 }],
    }
    expect(learned(each, passiveAggressive())).toEqual([0, 0, 0, 0, 0])
  })
})

describe('vw', () => {
  it('takes the steps of its formulas, for every loss, weight, window and rate of the bias', () => {
    fc.assert(
      fc.property(given('squared', 'logistic', 'hinge'), fc.constantFrom(0.5, 3), (each, rate) => {
        const optimizer = vw({ learningRate: rate, groups: { bias: each.bias } })
        const rateOf = (i: number): number => (i < SCALES.length ? rate : each.bias)
        // A logistic step that is very small is taken whole.
        let tolerance = each.loss === 'logistic' ? 1e-4 : 1e-8
        const onRounding = (error: number): void => {
          tolerance += error
        }
        const w = papers.vw(windowsOf(each), { loss: each.loss, rateOf, start: each.start, onRounding })
        fc.pre(tolerance < Infinity)
        expect(apart(each.rows, learned(each, optimizer), w)).toBeLessThan(tolerance)
      }),
      { numRuns: runs(300) },
    )
  })

  it('does not depend on the scale of a column, bit for bit', () => {
    const exponents = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(given('squared', 'logistic', 'hinge'), exponents, (each, powers) => {
        const scaled = each.rows.map((row) => ({ ...row, x: row.x.map((xi, i) => xi * 2 ** (powers[i] ?? 0)) }))
        const start = each.start.map((w, i) => w / 2 ** (powers[i] ?? 0))
        const plain = learned(each, vw())
        const rescaled = learned({ ...each, start, rows: scaled }, vw())
        expect(rescaled.map((w, i) => w * 2 ** (powers[i] ?? 0))).toEqual(plain)
      }),
      { numRuns: runs(100) },
    )
  })

  it('never carries the output of a row beyond its label, however important the row is', () => {
    let whole = 0
    const weights = fc.constantFrom(1, 100, 1e6)
    fc.assert(
      fc.property(given('squared', 'hinge'), weights, fc.constantFrom(0.5, 10), (each, weight, learningRate) => {
        const model = build(each, vw({ learningRate }))
        const { encode, batch, forward } = model.stages
        const outputOf = (row: Row): number => forward(batch([encode(row) as never])).outputs[0] as number
        for (const row of each.rows) {
          const again = asRow(each, { ...row, weight })
          // Only the first time can the row's numbers be the largest so far, which rescales θ.
          model.learn(again)
          const before = outputOf(again)
          model.learn(again)
          const after = outputOf(again)
          const goal = each.loss === 'hinge' && row.y * before >= 1 ? before : row.y
          const slack = 1e-9 * Math.max(1, Math.abs(before))
          expect(after).toBeGreaterThanOrEqual(Math.min(before, goal) - slack)
          expect(after).toBeLessThanOrEqual(Math.max(before, goal) + slack)
          if (Math.abs(before - goal) > 0.1) whole++
        }
        expect(model.counters.refused).toBe(0)
      }),
      { numRuns: runs(100) },
    )
    expect(whole).toBeGreaterThan(runs(20))
  })

  it('leaves weights whose rate is 0 where they are, however large a later number is', () => {
    fc.assert(
      fc.property(given('squared', 'logistic', 'hinge'), (each) => {
        const { start } = { ...each, start: [30, -0.5, 2, 1e-3, 4] }
        const after = learned({ ...each, start }, vw({ groups: { weight: 0 } }))
        expect(after.slice(0, -1)).toEqual(start.slice(0, -1))
      }),
      { numRuns: runs(100) },
    )
  })
})

describe('a rule for linear models refuses', () => {
  const features = { a: numeric({ scale: 'none' }), b: numeric({ scale: 'none' }) }
  const target = { y: numeric({ scale: 'none' }) }
  const refusal = (config: object): (() => unknown) => {
    return () => createModel({ features, target, layers: [dense(1)], ...config } as never)
  }
  it.each([
    ['vw', (): Optimizer => vw(), squared()],
    ['passiveAggressive', (): Optimizer => passiveAggressive(), absolute()],
  ] as const)('what is not linear: %s', (name, rule, loss) => {
    const optimizer = rule()
    expect(refusal({ loss, optimizer })).not.toThrow()
    expect(refusal({ loss, optimizer, layers: [dense(3), dense(1)] })).toThrow(
      `${name}: the model has an output that is not linear in θ; expected a linear model of one output, such as layers: [dense(1)].`,
    )
    for (const layers of [[dense(1, 'tanh')], [dense(2, 'relu'), dense(1)]])
      expect(refusal({ loss, optimizer, layers })).toThrow(/not linear/)
    const two = { target: { y: target.y, z: target.y }, layers: [dense(2)] }
    expect(refusal({ loss, optimizer, ...two })).toThrow(`${name}: the model has 2 outputs; expected`)
    for (const before of [l2(0.1), clipByGlobalNorm(1)])
      expect(refusal({ loss, optimizer: chain(before, optimizer) })).toThrow(
        `${name}: '${before.kind}' changes the gradient that this rule reads x from; expected only l1() or decoupled l2() in its chain.`,
      )
    for (const other of [l1(0.1), l2(0.1, { decoupled: true })])
      expect(refusal({ loss, optimizer: chain(other, optimizer) })).not.toThrow()
  })
  it('another loss, and weights of classes', () => {
    const classes = { target: { y: category({ values: [0, 1] }) }, optimizer: vw() }
    expect(refusal({ ...classes, loss: crossEntropy({ weights: { 1: 2 } }) })).toThrow(
      "vw: crossEntropy() has weights of classes; expected none: give each row its weight, as in weight: 'weight'.",
    )
    expect(refusal({ ...classes, loss: crossEntropy() })).not.toThrow()
    expect(refusal({ loss: huber(), optimizer: vw() })).toThrow(
      "vw: the loss is 'huber'; expected one of squared(), crossEntropy(), hinge().",
    )
    expect(refusal({ loss: squared(), optimizer: passiveAggressive() })).toThrow(
      "passiveAggressive: the loss is 'squared'; expected one of hinge(), epsilonInsensitive(), absolute().",
    )
  })
  it('a circuit that is not linear in θ, and no other', () => {
    const of = (build: Parameters<typeof circuit>[0]) => ({
      ...{ features: undefined, layers: undefined, loss: squared(), optimizer: vw(), circuit: circuit(build) },
    })
    expect(
      refusal(
        of(({ input, weight, mul, add, sub }) => ({
          f: sub(add(mul(weight('w'), input('x')), weight('b')), mul(3, mul(input('z'), weight('v')))),
        })),
      ),
    ).not.toThrow()
    expect(refusal(of(({ input, weight, mul, tanh }) => ({ f: mul(weight('w'), tanh(input('x'))) })))).not.toThrow()
    expect(refusal(of(({ input, weight, mul }) => ({ f: mul(mul(weight('w'), weight('v')), input('x')) })))).toThrow(
      /not linear/,
    )
    expect(refusal(of(({ input, weight, mul, exp }) => ({ f: mul(exp(weight('w')), input('x')) })))).toThrow(
      /not linear/,
    )
    const columns = {
      ...of(({ input, weight, dense: product, mul }) => {
        const bias = mul(weight('u', { shape: [1] }), weight('v', { shape: [1] }))
        return { f: product(input('x', [2]), weight('W', { shape: [2, 1] }), bias) }
      }),
      features,
    }
    expect(refusal(columns)).toThrow(/not linear/)
  })
})
