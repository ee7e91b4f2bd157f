import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { circuit } from '../../../src/circuit.js'
import {
  category,
  createModel,
  cyclic,
  dense,
  type Explained,
  embedding,
  experts,
  explain,
  factorized,
  hashed,
  type Model,
  numeric,
  quantiles,
  type Row,
  sgd,
  text,
} from '../../../src/index.js'
import { createRandom } from '../../../src/random.js'
import { runs } from '../../runs.js'
import { kinds, make, members, remembering, row, rows } from '../model/kinds.js'

const plain = numeric({ scale: 'none' })
const together = ({ baseline, contributions }: Explained): number =>
  Object.values(contributions).reduce((sum, by) => sum + by, baseline)
const sizeOf = ({ value, baseline, contributions }: Explained): number =>
  Object.values(contributions).reduce((sum, by) => sum + Math.abs(by), Math.abs(value) + Math.abs(baseline))

const names = { room: category({ capacity: 4 }) }
/** A model that has learned some rows of three numbers, a name, words and a text. */
const learnedOf = (more: object, label: (a: number, b: number) => unknown = (a, b) => a * b + a): Model<Row> => {
  const model = createModel({
    ...{ features: { a: plain, b: plain, c: plain, ...names }, target: { y: plain } },
    ...{ precision: 'f64', optimizer: sgd({ learningRate: 0.05 }) },
    ...more,
  } as never) as Model<Row>
  const { normal } = createRandom(5, 'rows')
  for (let i = 0; i < 150; i++) {
    const [a, b, c] = [normal(3 * i), normal(3 * i + 1), normal(3 * i + 2)]
    const words = ['p', i % 2 ? 'q' : 'r']
    model.learn({ a, b, c, room: ['A', 'B', 'C'][i % 3]!, words, body: `The ${words[1]} sat`, y: label(a, b) })
  }
  return model
}
const probe = { a: 0.8, b: -1.1, c: 0.4, room: 'B', words: ['p', 'q', 'p'], body: 'the q and the r' }

describe.each([...Object.keys(kinds), 'fields that remember'])('%s', (name) => {
  it('contributions and baseline are the value that is predicted, and the model stays as it is', () => {
    fc.assert(
      fc.property(rows(12), row, (list, next) => {
        const model = name in kinds ? make(name) : (createModel(remembering) as Model<Row>)
        model.learn(list)
        const before = model.snapshot()
        let prediction: ReturnType<Model<Row>['predict']>
        try {
          prediction = model.predict(next)
        } catch (error) {
          expect(() => explain(model, next, members)).toThrow((error as Error).message)
          return
        }
        if (prediction.value === undefined) return
        const told = explain(model, next, members)
        expect(model.snapshot()).toEqual(before)
        const { value, probabilities, values = {} } = prediction
        const number = probabilities ? (probabilities as Record<string, number>)[`${value}`] : Object.values(values)[0]
        expect(told.value).toBe(number ?? value)
        expect(Object.keys(told.contributions)).toEqual(Object.keys(model.features))
        if (Number.isFinite(sizeOf(told)))
          expect(Math.abs(together(told) - told.value)).toBeLessThanOrEqual(1e-12 * sizeOf(told))
      }),
      { numRuns: runs(4) },
    )
  })
})

/** The same model to `explain`, but as one of a configuration that it has never explained. */
const unknown = ({ description, publish, predict, experts: weights }: Model<Row>): Model<Row> =>
  ({ description: { ...description }, publish, predict, experts: weights }) as Model<Row>

it.each([...Object.keys(kinds), 'fields that remember'])(
  'explanations of models of a configuration, in any order, are what each is alone: %s',
  (name) => {
    const create = (): Model<Row> => (name in kinds ? make(name) : (createModel(remembering) as Model<Row>))
    const outcomeOf = (model: Model<Row>, next: Row): unknown => {
      try {
        return explain(model, next)
      } catch (error) {
        return `${error}`
      }
    }
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1), row), { minLength: 2, maxLength: 12 }), (list) => {
        const pair = [create(), create()]
        for (const [i, next] of list) {
          const model = pair[i]!
          expect(outcomeOf(model, next)).toEqual(outcomeOf(unknown(model), next))
          model.learn(next)
        }
      }),
      { numRuns: runs(4) },
    )
  },
)

it('a row of which a getter explains another model of the configuration is explained as itself', () => {
  const [one, other] = [learnedOf({ layers: [dense(1)] }), learnedOf({ layers: [dense(1)] }, (a) => 9 - a)]
  const expected = explain(one, probe)
  const nested = {
    ...probe,
    get b() {
      explain(other, { ...probe, a: 5 })
      return probe.b
    },
  }
  expect(explain(one, nested)).toEqual(expected)
})

describe('the contributions', () => {
  it('are w·(x − μ)/σ in units of the target for a linear model', () => {
    for (const precision of ['f32', 'f64'] as const) {
      const standard = numeric({ scale: 'standard' })
      const model = createModel({
        ...{ features: { a: standard, b: standard, room: names.room }, target: { y: standard } },
        ...{ layers: [dense(1)], precision, optimizer: sgd({ learningRate: 0.05 }) },
      })
      const { normal } = createRandom(2, 'linear')
      const list = Array.from({ length: 60 }, (_, i) => {
        const [a, b] = [10 + 3 * normal(2 * i), 100 * normal(2 * i + 1)]
        return { a, b, room: i % 2 ? 'A' : 'B', y: 5 * a + b }
      })
      model.learn(list)
      const next = { a: 14, b: -30, room: 'B' }
      const moments = (numbers: readonly number[]): readonly [number, number] => {
        const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length
        return [mean, Math.sqrt(numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length)]
      }
      const [a, b] = [moments([...list.map((r) => r.a), next.a]), moments([...list.map((r) => r.b), next.b])]
      const [mean, spread] = moments(list.map((r) => r.y))
      // Of the four names that have room, B came first.
      const [wa, wb, wB, , , , bias] = model.parameters
      const told = explain(model, next)
      const digits = precision === 'f32' ? 3 : 9
      expect(told.contributions.a).toBeCloseTo((spread * wa! * (14 - a[0])) / a[1], digits)
      expect(told.contributions.b).toBeCloseTo((spread * wb! * (-30 - b[0])) / b[1], digits)
      expect(told.contributions.room).toBeCloseTo(spread * wB!, digits)
      expect(told.baseline).toBeCloseTo(mean + spread * bias!, digits)
    }
  })

  it.each<[string, object]>([
    ['relu', { layers: [dense(12, 'relu'), dense(1)] }],
    ['two layers', { layers: [dense(6, 'relu'), dense(5, 'tanh'), dense(1)] }],
    ['embedding', { layers: [embedding(2), dense(4, 'sigmoid'), dense(1)] }],
    ['experts', { experts: { net: experts.net([dense(5, 'tanh'), dense(1)]), line: experts.net([dense(1)]) } }],
  ])('are the integral of the slopes of what the model itself predicts: %s', (_, more) => {
    const model = learnedOf(more)
    const told = explain(model, probe)
    const at = (t: number, by: object = {}): number => {
      const { a, b, c } = probe
      const full = { a: t * a, b: t * b, c: t * c }
      return model.predict({ ...probe, ...full, ...by }).value as number
    }
    // The name cannot be taken in part, so the numbers are looked at where there is none.
    const numbers = explain(model, { ...probe, room: 'new' })
    const steps = 4000
    for (const name of ['a', 'b', 'c'] as const) {
      let sum = 0
      for (let i = 0; i < steps; i++) {
        const t = (i + 0.5) / steps
        const [x, h] = [t * probe[name], 1e-6]
        const room = 'new'
        sum += ((at(t, { [name]: x + h, room }) - at(t, { [name]: x - h, room })) / (2 * h)) * (probe[name] / steps)
      }
      expect(numbers.contributions[name]).toBeCloseTo(sum, 3)
    }
    expect(numbers.contributions.room).toBe(0)
    expect(numbers.baseline).toBeCloseTo(at(0, { room: 'new' }), 12)
    expect(told.contributions.room).not.toBe(0)
  })

  it('of a product are halves of it, and those of a feature that is not used are 0', () => {
    const features = { a: plain, b: plain, c: plain }
    const model = createModel({
      ...{ features, target: { y: plain } },
      circuit: circuit(({ input, mul, add, weight, relu, sub }) => {
        const a = input('a')
        return { f: add(mul(a, input('b')), mul(0, input('c')), weight('w', { initial: 3 }), relu(sub(a, 1))) }
      }),
    })
    const { baseline, contributions, value } = explain(model, { a: 4, b: 5, c: 9 })
    expect([baseline, value, contributions.c]).toEqual([3, 26, 0])
    expect(contributions.a).toBeCloseTo(10 + 3, 5)
    expect(contributions.b).toBeCloseTo(10, 5)
  })

  it('are found where the model bends, and where what two features add cancels out', () => {
    const features = { a: plain, b: plain }
    const bent = createModel({
      ...{ features, target: { y: plain } },
      circuit: circuit(({ input, add, mul, relu, sub }) => {
        const [a, b] = [input('a'), input('b')]
        return { f: add(relu(sub(add(a, b), 1)), mul(3, relu(add(sub(a, b), 0.2)))) }
      }),
    })
    // relu(3t − 1) rises from t = ⅓ on, and relu(0.2 − t) falls up to t = 0.2.
    const { contributions } = explain(bent, { a: 1, b: 2 })
    expect(contributions.a).toBeCloseTo(2 / 3 + 3 * 0.2, 6)
    expect(contributions.b).toBeCloseTo(4 / 3 - 6 * 0.2, 6)
    const steep = createModel({
      ...{ features, target: { y: plain } },
      circuit: circuit(({ input, add, mul, tanh }) => ({
        f: add(tanh(mul(20, input('a'))), tanh(mul(20, input('b')))),
      })),
    })
    const against = explain(steep, { a: 1, b: -1 })
    expect([against.baseline, against.value]).toEqual([0, 0])
    expect(against.contributions.a).toBeCloseTo(1, 3)
    expect(against.contributions.b).toBeCloseTo(-1, 3)
  })

  it('of a feature that has never changed, or whose weights are 0, are 0', () => {
    for (const precision of ['f32', 'f64'] as const) {
      const features = { a: numeric(), still: numeric(), hour: cyclic(24), ...names }
      const config = { features, target: { y: numeric() }, precision, layers: [dense(6, 'relu'), dense(1)] } as const
      const model = createModel(config)
      for (let i = 0; i < 50; i++) model.learn({ a: i % 7, still: 4, hour: i % 24, room: 'A', y: i % 7 })
      expect(explain(model, { a: 3, still: 4, hour: 2, room: 'new' }).contributions).toMatchObject({
        still: 0,
        room: 0,
      })
      const snapshot = model.snapshot()
      const parameters = snapshot.parameters.slice()
      // The weights of both columns of the hour.
      parameters.fill(0, 2 * 6, 4 * 6)
      model.restore({ ...snapshot, parameters })
      expect(explain(model, { a: 3, still: 4, hour: 2, room: 'A' }).contributions).toMatchObject({ hour: 0 })
    }
  })

  it('of experts are those of each by its weight', () => {
    const model = learnedOf({
      experts: { slow: experts.net([dense(1)], { rates: [0.1, 1] }), noChange: experts.noChange() },
    })
    const { contributions, experts: weights, baseline } = explain(model, probe)
    expect(weights).toEqual(model.experts)
    expect(Object.values(weights!).reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12)
    /** The weight of a column in the mixture: Σ of those of each expert. */
    const mixed = (column: number): number =>
      Object.entries(weights!).reduce((sum, [name, weight]) => {
        const tensor = model.layout.find((each) => each.name === `${name}.dense1.W`)
        return sum + (tensor ? weight * model.parameters[tensor.offset + column]! : 0)
      }, 0)
    for (const [i, name] of (['a', 'b', 'c'] as const).entries())
      expect(contributions[name]).toBeCloseTo(mixed(i) * probe[name], 9)
    expect(contributions.room).toBeCloseTo(mixed(4), 9)
    // The last label is no feature.
    expect(baseline).not.toBe(0)
  })

  it('of the nearest rows are the Shapley values of what is predicted without some of the features', () => {
    const features = { a: plain, b: plain, c: plain }
    const given = ['a', 'b', 'c'] as const
    const orders = given.flatMap((x) =>
      given.filter((y) => y !== x).map((y) => [x, y, given.find((z) => z !== x && z !== y)!] as const),
    )
    const number = fc.integer({ min: -20, max: 20 }).map((i) => i / 8)
    for (const [rows, target] of [
      [40, plain],
      [40, category({ values: ['no', 'yes'] })],
    ] as const)
      fc.assert(
        fc.property(fc.array(fc.tuple(number, number, number), { minLength: rows, maxLength: rows }), (list) => {
          const model = createModel({
            ...{
              features,
              target: { y: target },
              experts: { nearest: experts.nearest({ neighbors: 2 }) },
              precision: 'f64',
            },
          } as never) as Model<Row>
          const y = (a: number, b: number): unknown => (target === plain ? a * b + a : a * b > 0 ? 'yes' : 'no')
          for (const [a, b, c] of list.slice(1)) model.learn({ a, b, c, y: y(a, b) } as Row)
          const [a, b, c] = list[0]!
          const next = { a, b, c }
          const { baseline, contributions, of } = explain(model, next)
          const predictedOf = (own: Partial<typeof next>): number => {
            const { value, probabilities } = model.predict({ a: 0, b: 0, c: 0, ...own })
            return target === plain ? (value as number) : (probabilities as Record<string, number>)[`${of}`]!
          }
          expect(baseline).toBeCloseTo(predictedOf({}), 9)
          for (const name of given) {
            const changes = orders.map((order) => {
              const before = Object.fromEntries(
                order.slice(0, order.indexOf(name)).map((other) => [other, next[other]]),
              )
              return predictedOf({ ...before, [name]: next[name] }) - predictedOf(before)
            })
            expect(contributions[name]).toBeCloseTo(changes.reduce((sum, by) => sum + by, 0) / 6, 9)
          }
        }),
        { numRuns: runs(10) },
      )
  })

  it('of experts of both kinds are from what is predicted of a row of zeros, whatever the number of features', () => {
    for (const count of [1, 3, 7, 8, 12]) {
      const given = Array.from({ length: count }, (_, i) => `x${i}`)
      const model = createModel({
        features: Object.fromEntries(given.map((name) => [name, plain])),
        target: { y: plain },
        experts: { nearest: experts.nearest(), net: experts.net([dense(4, 'tanh'), dense(1)]) },
        precision: 'f64',
      }) as unknown as Model<Row>
      const { normal } = createRandom(count, 'nearest')
      const rowAt = (i: number): Row => Object.fromEntries(given.map((name, j) => [name, normal(i * count + j)]))
      for (let i = 0; i < 60; i++) {
        const next = rowAt(i)
        model.learn({ ...next, y: 9 * (next.x0 as number) } as Row)
      }
      const next: Row = { ...rowAt(99), [`x${count - 1}`]: count > 1 ? 0 : 1 }
      const told = explain(model, next)
      const zeros = model.predict(Object.fromEntries(given.map((name) => [name, 0])))
      expect(told.baseline).toBeCloseTo(zeros.value as number, 9)
      expect(Math.abs(together(told) - told.value)).toBeLessThanOrEqual(1e-12 * sizeOf(told))
      // A column that is as it would be without its feature does nothing.
      if (count > 1) expect(told.contributions[`x${count - 1}`]).toBe(0)
      expect(explain(model, next)).toEqual(told)
    }
  })

  it.each([2, 3])('to the probabilities of all %i classes cancel out', (classes) => {
    const list = ['no', 'yes', 'perhaps'].slice(0, classes)
    const model = learnedOf(
      { target: { y: category({ values: list }) }, layers: [dense(5, 'relu'), dense(classes === 2 ? 1 : 3)] },
      (a, b) => list[a > 0 ? 0 : b > 0 && classes > 2 ? 2 : 1],
    )
    const each = list.map((of) => explain(model, probe, { of }))
    expect(each.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(1, 12)
    for (const name of ['a', 'b', 'c', 'room'])
      expect(each.reduce((sum, { contributions }) => sum + contributions[name]!, 0)).toBeCloseTo(0, 3)
    const { value, probabilities } = model.predict(probe)
    const told = explain(model, probe)
    expect([told.of, told.value, told.scale]).toEqual([
      value,
      Math.max(...Object.values(probabilities!)),
      'probability',
    ])
    for (const [i, of] of list.entries()) {
      const logit = explain(model, probe, { of, scale: 'logit' })
      const p = (probabilities as Record<string, number>)[of]!
      expect(logit.value).toBeCloseTo(Math.log(p / (1 - p)), 9)
      expect(together(logit)).toBeCloseTo(logit.value, 9)
      const { baseline } = each[i]!
      expect(logit.baseline).toBeCloseTo(Math.log(baseline / (1 - baseline)), 9)
    }
  })

  it('to the log-odds of a logistic regression are w·x', () => {
    const model = learnedOf({ target: { y: category({ values: ['no', 'yes'] }) }, layers: [dense(1)] }, (a) =>
      a > 0 ? 'yes' : 'no',
    )
    for (const [of, sign] of [
      ['yes', 1],
      ['no', -1],
    ] as const) {
      const { contributions } = explain(model, probe, { of, scale: 'logit' })
      for (const [i, name] of (['a', 'b', 'c'] as const).entries())
        expect(contributions[name]).toBeCloseTo(sign * model.parameters[i]! * probe[name], 12)
    }
  })

  it('of words and names are those of their features', () => {
    const model = learnedOf({
      features: { words: hashed({ capacity: 997 }), a: plain, body: text({ capacity: 997 }), b: plain },
      layers: [dense(1)],
    })
    const { contributions, words } = explain(model, probe)
    expect(Object.keys(words!.words!)).toEqual(['p', 'q'])
    expect(Object.keys(words!.body!).sort()).toEqual(['and', 'q', 'r', 'the'])
    for (const name of ['words', 'body'])
      expect(Object.values(words![name]!).reduce((sum, by) => sum + by, 0)).toBeCloseTo(contributions[name]!, 12)
    // p came twice; a word that was never learned has no weight.
    const [p, q] = ['p', 'q'].map((word) => model.predict({ ...probe, words: [word] }).value as number)
    const none = model.predict({ ...probe, words: [] }).value as number
    expect(words!.words!.p).toBeCloseTo(2 * (p! - none), 9)
    expect(words!.words!.q).toBeCloseTo(q! - none, 9)
    expect(words!.body!.and).toBe(0)
    for (const name of ['a', 'b'] as const) {
      const without = model.predict({ ...probe, [name]: 0 }).value as number
      expect(contributions[name]).toBeCloseTo((model.predict(probe).value as number) - without, 9)
    }
  })

  it('of words that interact in pairs are those of each word, whatever their number', () => {
    for (const other of [{ words: hashed({ capacity: 64, active: 4 }) }, { body: text({ capacity: 64, active: 6 }) }]) {
      const model = learnedOf({ layers: [factorized(1, { factors: 2 })], features: { a: plain, ...names, ...other } })
      for (const words of [[], ['p'], ['p', 'q'], ['p', 'q', 'r', 's']]) {
        const next = { ...probe, words, body: words.join(' ') }
        const told = explain(model, next)
        expect(told.value).toBe(model.predict(next).value)
        expect(Math.abs(together(told) - told.value)).toBeLessThanOrEqual(1e-12 * sizeOf(told))
      }
    }
  })
  it('are given of each quantile and of each of several targets', () => {
    const levels = [0.1, 0.5, 0.9]
    const model = learnedOf({ layers: [dense(4, 'tanh'), dense(3)], loss: quantiles(levels) })
    const { quantiles: told, value } = model.predict(probe)
    for (const of of levels) {
      const each = explain(model, probe, { of })
      expect([each.of, each.value]).toEqual([of, told![of]])
      expect(together(each)).toBeCloseTo(told![of]!, 9)
    }
    expect(explain(model, probe).value).toBe(value)
    const two = createModel({
      ...{ features: { a: plain }, target: { y: numeric(), z: numeric() }, layers: [dense(2)] },
    })
    for (let i = 0; i < 30; i++) two.learn({ a: i % 5, y: i % 5, z: -100 * (i % 5) })
    expect(explain(two, { a: 3 }).value).toBe(two.predict({ a: 3 }).values!.y)
    expect(explain(two, { a: 3 }, { of: 'z' }).value).toBe(two.predict({ a: 3 }).values!.z)
    expect(explain(two, { a: 3 }, { of: 'z' }).contributions.a).toBeLessThan(-10)
  })
})

it('is told in plain sentences', () => {
  const model = createModel({
    ...{ features: { hour: plain, room: plain, wind: plain }, target: { power: plain } },
    circuit: circuit(({ input, add, mul }) => ({
      f: add(250, mul(2, input('hour')), mul(-1, input('room')), mul(0, input('wind'))),
    })),
  })
  const base = 'Without the features it would be 250:'
  expect(explain(model, { hour: 35, room: 8, wind: 1 }).text).toBe(
    `power is predicted at 312. ${base} hour adds 70 and room takes away 8.`,
  )
  expect(explain(model, { hour: 35, room: 0, wind: 1 }).text).toBe(`power is predicted at 320. ${base} hour adds 70.`)
  expect(explain(model, { hour: 0, room: 0, wind: 1 }).text).toBe('power is predicted at 250. No feature changes that.')
})

it.each<[string, () => unknown]>([
  ['explain: the model is 1; expected a model, as createModel returns it.', () => explain(1 as never, {})],
  ["explain: of is 'z'; expected one of 'y'.", () => explain(learnedOf({ layers: [dense(1)] }), probe, { of: 'z' })],
  [
    'explain: of is 0.7; expected one of 0.1, 0.5, 0.9.',
    () => explain(learnedOf({ layers: [dense(3)], loss: quantiles() }), probe, { of: 0.7 }),
  ],
  [
    'explain: the model knows no class yet; expected one that has learned a row.',
    () => explain(createModel({ features: { a: plain }, target: { y: category() }, layers: [dense(1)] }), { a: 1 }),
  ],
  [
    "explain: scale is 'logit', but 'A' is the only class so far, whose odds have no bound",
    () =>
      explain(
        learnedOf({ target: { y: category() }, layers: [dense(1)] }, () => 'A'),
        probe,
        { scale: 'logit' },
      ),
  ],
])('%s', (message, call) => {
  expect(call).toThrow(message)
})
