import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as rxgrad from '../../../operators/index.js'
import { runs } from '../../runs.js'
import { bytesOf } from '../model/kinds.js'

const {
  auto,
  category,
  createModel,
  createPredictor,
  cyclic,
  dense,
  experts,
  factorized,
  filled,
  hashed,
  lag,
  numeric,
} = rxgrad
const { adam, decodeSnapshot, encodeSnapshot, huber, sgd, silu, squared, time } = rxgrad
type Model = rxgrad.Model
const byName = { ...rxgrad }

/** A model by name: its options, and what its docstring says that it is. */
interface Member {
  readonly make: (config: never) => unknown
  readonly given: object
  readonly same: object
}
const features = { a: numeric(), room: category({ capacity: 4 }), hour: cyclic(24) }
const words = hashed({ capacity: 50, active: 3 })
const number = { y: numeric() }
const numbers = { y: numeric(), z: numeric({ scale: 'none' }) }
const two = { side: category({ values: ['L', 'R'] }) }
const three = { place: category({ values: ['p', 'q', 'r'] }) }
const lags = (by?: string) => (by === undefined ? {} : { by })
const seasonal = { ...experts.auto(), seasonal: experts.seasonal(4, { horizon: 3 }) }

const members: Readonly<Record<string, Member>> = {
  linearRegression: {
    make: rxgrad.linearRegression,
    given: { features, target: number },
    same: { features, target: number, loss: squared(), layers: [dense(1)] },
  },
  'linearRegression, several targets': {
    make: rxgrad.linearRegression,
    given: { features: { ...features, words }, target: numbers },
    same: { features: { ...features, words }, target: numbers, loss: squared(), layers: [dense(2)] },
  },
  'linearRegression, another loss': {
    make: rxgrad.linearRegression,
    given: { features, target: number, loss: huber() },
    same: { features, target: number, loss: huber(), layers: [dense(1)] },
  },
  logisticRegression: {
    make: rxgrad.logisticRegression,
    given: { features: { ...features, words }, target: two },
    same: { features: { ...features, words }, target: two, layers: [dense(1)] },
  },
  'logisticRegression, names that are not declared': {
    make: rxgrad.logisticRegression,
    given: { features, target: { side: category() } },
    same: { features, target: { side: category() }, layers: [dense(1)] },
  },
  softmaxRegression: {
    make: rxgrad.softmaxRegression,
    given: { features, target: three },
    same: { features, target: three, layers: [dense(3)] },
  },
  'softmaxRegression, two classes': {
    make: rxgrad.softmaxRegression,
    given: { features, target: two },
    same: { features, target: two, layers: [dense(2)] },
  },
  'softmaxRegression, names that are not declared': {
    make: rxgrad.softmaxRegression,
    given: { features, target: { place: category() } },
    same: { features, target: { place: category() }, layers: [dense(64)] },
  },
  mlp: {
    make: rxgrad.mlp,
    given: { features, target: number },
    same: { features, target: number, layers: [dense(32, 'relu'), dense(1)] },
  },
  'mlp, several targets': {
    make: rxgrad.mlp,
    given: { features, target: numbers, hidden: [5, 3], activation: 'tanh' },
    same: { features, target: numbers, layers: [dense(5, 'tanh'), dense(3, 'tanh'), dense(2)] },
  },
  'mlp, two classes': {
    make: rxgrad.mlp,
    given: { features, target: two, hidden: [4], activation: silu },
    same: { features, target: two, layers: [dense(4, silu), dense(1)] },
  },
  'mlp, room for more classes': {
    make: rxgrad.mlp,
    given: { features, target: { place: category({ values: ['p', 'q'], capacity: 6 }) }, hidden: [4] },
    same: {
      features,
      target: { place: category({ values: ['p', 'q'], capacity: 6 }) },
      layers: [dense(4, 'relu'), dense(6)],
    },
  },
  autoencoder: {
    make: rxgrad.autoencoder,
    given: { features },
    same: { features, target: { a: numeric() }, reconstruct: true, layers: [dense(1, 'relu'), dense(1)] },
  },
  'autoencoder, numbers of every scale': {
    make: rxgrad.autoencoder,
    given: {
      features: {
        ...{ a: numeric({ missing: 'flag' }), hour: numeric({ scale: 'standard', clip: 3 }), room: category() },
        ...{ z: numeric({ scale: 'none' }), before: lag('a', 1), y: filled() },
      },
      ...{ hidden: [4, 2], activation: 'tanh' },
    },
    same: {
      features: {
        ...{ a: numeric({ missing: 'flag' }), hour: numeric({ scale: 'standard', clip: 3 }), room: category() },
        ...{ z: numeric({ scale: 'none' }), before: lag('a', 1), y: filled() },
      },
      target: { a: numeric(), hour: numeric({ scale: 'standard' }), z: numeric({ scale: 'none' }) },
      reconstruct: true,
      layers: [dense(4, 'tanh'), dense(2, 'tanh'), dense(3)],
    },
  },
  'autoencoder, given targets': {
    make: rxgrad.autoencoder,
    given: { features: { ...features, z: numeric() }, target: { z: numeric({ scale: 'standard' }) }, loss: squared() },
    same: {
      features: { ...features, z: numeric() },
      target: { z: numeric({ scale: 'standard' }) },
      ...{ loss: squared(), reconstruct: true, layers: [dense(1, 'relu'), dense(1)] },
    },
  },
  factorizationMachine: {
    make: rxgrad.factorizationMachine,
    given: { features: { ...features, words }, target: number },
    same: { features: { ...features, words }, target: number, layers: [factorized(1, { factors: 8 })] },
  },
  'factorizationMachine, several classes': {
    make: rxgrad.factorizationMachine,
    given: { features, target: three, factors: 2 },
    same: { features, target: three, layers: [factorized(3, { factors: 2 })] },
  },
  forecaster: {
    make: rxgrad.forecaster,
    given: { target: 'y' },
    same: { features: { y_lag_1: lag('y', 1) }, target: number, experts: experts.auto() },
  },
  'forecaster, a season': {
    make: rxgrad.forecaster,
    given: { target: 'y', features: { a: numeric() }, time: 'at', lags: [2, 4], season: 4, horizon: 3 },
    same: {
      features: { a: numeric(), at: time(), y_lag_2: lag('y', 2), y_lag_4: lag('y', 4) },
      target: number,
      experts: seasonal,
    },
  },
  'forecaster, several targets of several series': {
    make: rxgrad.forecaster,
    given: { target: numbers, by: 'room' },
    same: {
      features: { y_lag_1: lag('y', 1, lags('room')), z_lag_1: lag('z', 1, lags('room')) },
      target: numbers,
      experts: experts.auto({ outputs: 2 }),
    },
  },
}

const rows = Array.from({ length: 60 }, (_, i) => {
  const a = ((i * 29) % 13) / 5
  return {
    ...{ a, room: i % 9 === 4 ? null : `r${i % 3}`, hour: i % 24, at: new Date(36e5 * i), words: [`w${i % 5}`, 'v'] },
    ...{ y: i % 11 === 5 ? null : 3 * a - (i % 3), z: a - (i % 2), side: a > 1.2 ? 'L' : 'R', place: 'pqr'[i % 3] },
    ...{ importance: 1 + (i % 2), line: i },
  }
}) as never[]
const learned = (model: Model, list = rows): Model => {
  for (const row of list) model.learn(row)
  return model
}
const named = ({ make, given }: Member, own: object = {}): Model => make({ ...given, ...own } as never) as Model
const plain = ({ same }: Member, own: object = {}): Model => createModel({ ...same, ...own } as never) as Model

it('every model by name is a member here, and a function of the name of its file', () => {
  const files = readdirSync(new URL('../../../src/models', import.meta.url)).map((file) => file.replace('.ts', ''))
  const names = files.filter((file) => !['horizons', 'index', 'named', 'slim', 'targets'].includes(file))
  expect(names.length).toBeGreaterThan(5)
  expect([...new Set(Object.keys(members).map((name) => name.split(',')[0]!))].sort()).toEqual(names.sort())
  for (const name of names) expect(byName[name as 'mlp']).toBeTypeOf('function')
})

describe.each(Object.keys(members))('%s', (name) => {
  const member = members[name]!
  const reference = bytesOf(learned(plain(member)).snapshot())

  it('is what its docstring says, bit for bit', () => {
    expect(named(member).hash).toBe(plain(member).hash)
    expect(bytesOf(learned(named(member)).snapshot())).toEqual(reference)
  })

  it('passes all other options on to createModel', () => {
    const options = {
      optimizer: fc.constantFrom(sgd({ learningRate: 0.02 }), adam(), auto({ learningRate: 0.5 })),
      precision: fc.constantFrom('f64', 'f32'),
      seed: fc.nat(99),
      freeze: fc.constant(['bias']),
      statistics: fc.constantFrom('beforePrediction', 'afterPrediction'),
      guard: fc.constant({ every: 7 }),
      shards: fc.constantFrom(1, 2),
      weight: fc.constant('importance'),
      cursor: fc.constant('line'),
      executor: fc.constantFrom('wasm', 'interpreter'),
    }
    fc.assert(
      fc.property(fc.record(options, { requiredKeys: [] }), (own) => {
        const [first, second] = [named(member, own), plain(member, own)]
        expect(first.hash).toBe(second.hash)
        const [some, others] = [first, second].map((model) => learned(model, rows.slice(0, 12)))
        expect(bytesOf(some!.snapshot())).toEqual(bytesOf(others!.snapshot()))
        expect(some!.cursor).toBe('cursor' in own ? 11 : undefined)
      }),
      { numRuns: runs(20) },
    )
  })

  it('ends as if it had never stopped, when it is resumed from its snapshot as bytes', () => {
    const [first, second] = [named(member), named(member)]
    learned(first, rows.slice(0, 25))
    second.restore(decodeSnapshot(encodeSnapshot(first.snapshot())))
    expect(bytesOf(learned(second, rows.slice(25)).snapshot())).toEqual(reference)
  })

  it('has replicas that predict the same', () => {
    const model = named(member)
    const replica = createPredictor(JSON.parse(JSON.stringify(model.description)))
    for (const row of rows.slice(0, 20)) {
      model.learn(row)
      replica.apply(structuredClone(model.publish()))
      expect(replica.predict(row)).toEqual(model.predict(row))
    }
  })

  it('refuses layers, a circuit and experts, which its name stands for', () => {
    for (const other of [{ layers: [dense(1)] }, { experts: experts.auto() }, { circuit: {} }])
      expect(() => named(member, other)).toThrow(
        new RegExp(`^${name.split(',')[0]}: '(layers|experts|circuit)' is given; expected \\{ features, target, `),
      )
  })
})

it('every option of createModel is one of every model by name, but for the circuit', () => {
  const optionsOf = (make: Member['make']): readonly string[] => {
    try {
      make({ nothingLikeIt: 1 } as never)
    } catch (error) {
      return /\{ (.*) \}/.exec((error as Error).message)![1]!.split(', ')
    }
    return []
  }
  const shared = optionsOf(createModel).filter((name) => !['layers', 'circuit', 'experts'].includes(name))
  expect(shared.length).toBeGreaterThan(10)
  for (const { make } of Object.values(members)) expect(optionsOf(make)).toEqual(expect.arrayContaining([...shared]))
})

describe('a target that the name does not fit is refused with what would', () => {
  const instead =
    'a class; expected numeric(), or a model of classes, such as logisticRegression for two of them and softmaxRegression for more.'
  const number =
    "a number; expected a category, such as { spam: category({ values: ['no', 'yes'] }) }, or linearRegression, which predicts numbers."
  it.each([
    ['linearRegression', two, `linearRegression: target 'side' is category(), ${instead}`],
    ['linearRegression', { ...numbers, ...two }, `linearRegression: target 'side' is category(), ${instead}`],
    ['forecaster', two, `forecaster: target 'side' is category(), ${instead}`],
    ['logisticRegression', numbers, `logisticRegression: target 'y' is numeric(), ${number}`],
    ['softmaxRegression', numbers, `softmaxRegression: target 'y' is numeric(), ${number}`],
    ['mlp', { ...two, ...numbers }, `mlp: target 'y' is numeric(), ${number}`],
    [
      'softmaxRegression',
      { ...two, ...three },
      "softmaxRegression: there are 2 targets, 'side' and 'place'; expected one category, or a model for each.",
    ],
    [
      'logisticRegression',
      three,
      "logisticRegression: target 'place' has 3 classes; expected two, or softmaxRegression, which tells more apart.",
    ],
    [
      'logisticRegression',
      { side: category({ values: ['L'], capacity: 8 }) },
      "logisticRegression: target 'side' has 8 classes; expected two, or softmaxRegression, which tells more apart.",
    ],
    ['autoencoder', two, `autoencoder: target 'side' is category(), ${instead}`],
    [
      'autoencoder',
      { y: numeric() },
      "autoencoder: target 'y' is no feature; expected names of features, or no target.",
    ],
    ['autoencoder', {}, 'autoencoder: no number is reconstructed; expected a feature that is one, such as numeric().'],
    ['mlp', undefined, 'mlp: target is undefined; expected fields by name, such as { power: numeric() }.'],
    ['softmaxRegression', 'place', "softmaxRegression: target is 'place'; expected fields by name, such as { spam: "],
    ['linearRegression', {}, 'createModel: there is no target; give one, such as { power: numeric() }.'],
  ])('%s', (name, target, sentence) => {
    expect(() => byName[name as 'mlp']({ features: { a: numeric() }, target } as never)).toThrow(sentence)
  })

  it('and so are hidden layers that are none', () => {
    const build = (hidden: unknown) => () => rxgrad.mlp({ features, target: numbers, hidden } as never)
    expect(build([])).toThrow('mlp: hidden is an empty list; expected the units of each hidden layer, such as [32, 16]')
    expect(build([4, 0])).toThrow('mlp: hidden has 0; expected a whole number of at least 1')
    expect(build([2.5])).toThrow('mlp: hidden has 2.5')
    expect(build(32)).toThrow('mlp: hidden is 32; expected a list.')
    const encode = (given: object) => () => rxgrad.autoencoder({ features, ...given } as never)
    expect(encode({ hidden: [] })).toThrow(
      'autoencoder: hidden is an empty list; expected the units of each hidden layer, such as [3].',
    )
    expect(encode({ hidden: [0] })).toThrow('autoencoder: hidden has 0; expected a whole number of at least 1')
    expect(encode({ hidden: 3 })).toThrow('autoencoder: hidden is 3; expected a list')
    expect(encode({ reconstruct: false })).toThrow('autoencoder: reconstruct is false; expected')
  })
})
