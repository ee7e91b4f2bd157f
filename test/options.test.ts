import { NEVER } from 'rxjs'
import { describe, expect, it } from 'vitest'
import * as rxgrad from '../operators/index.js'
import * as circuits from '../src/circuit.js'
import * as client from '../src/client/index.js'
import * as node from '../src/node/index.js'
import * as testing from '../src/testing/index.js'
import { exportedFunctions } from './exported.js'

const {
  adagrad,
  adam,
  auto,
  baselines,
  batch,
  category,
  createModel,
  createPredictor,
  cyclic,
  dense,
  embedding,
  evaluate,
} = rxgrad
const { fromLines, fromRows, hashed, huber, initializers, l2, lag, layerNorm, learn, metrics, momentum, numeric } =
  rxgrad
const { adamw, cocob, dog, ftrl, l1, passiveAggressive, recursiveLeastSquares, rmsprop, vw } = rxgrad
const {
  crossEntropy,
  detectDrift,
  intervals,
  detectors,
  epsilonInsensitive,
  focal,
  generators,
  hinge,
  quantile,
  quantiles,
  schedules,
  sgd,
  squaredHinge,
  text,
  time,
} = rxgrad

const config = { features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] }
const model = createModel(config)
const f = circuits.circuit(({ input, mul, weight }) => ({ f: mul(input('x'), weight('w')) }))
const values = { x: 1, w: 2 }
const url = 'http://127.0.0.1:1'
const journal = await node.openJournal('there-is-no-such-journal', { readOnly: true })
/** Adds the options that have to be given. */
const withThe = <T extends object>(needed: T, options: unknown): T =>
  typeof options === 'object' ? { ...needed, ...options } : (options as T)

/** Every exported function that takes options, with everything else that it needs. */
const factories: Readonly<Record<string, (options: never) => unknown>> = {
  ...{ adamw, cocob, dog, ftrl, passiveAggressive, recursiveLeastSquares, rmsprop, vw },
  ...{ adagrad, adam, auto, category, createModel, hashed, huber, layerNorm, momentum, numeric, sgd },
  ...{ crossEntropy, epsilonInsensitive, focal, hinge, quantile, quantiles, squaredHinge, text, time },
  ...Object.fromEntries(
    Object.entries({ ...generators, abrupt: {}, gradual: {}, recurrent: {} }).flatMap(([name, generator]) =>
      typeof generator === 'function' ? [[`generators.${name}`, generator as (options: never) => unknown]] : [],
    ),
  ),
  'generators.abrupt': (options) => generators.abrupt([1], [2], options),
  'generators.gradual': (options) => generators.gradual([1], [2], options),
  'generators.recurrent': (options) => generators.recurrent([[1]], options),
  linearRegression: rxgrad.linearRegression as never,
  logisticRegression: rxgrad.logisticRegression as never,
  softmaxRegression: rxgrad.softmaxRegression as never,
  mlp: rxgrad.mlp as never,
  autoencoder: rxgrad.autoencoder as never,
  factorizationMachine: rxgrad.factorizationMachine as never,
  forecaster: rxgrad.forecaster as never,
  factorized: (options) => rxgrad.factorized(1, options),
  createPredictor: (members) => createPredictor(model.description, members),
  writeTo: (options) => rxgrad.writeTo({ name: 'a', write: async () => {}, close: async () => {} }, options),
  resultsOf: (options) => rxgrad.resultsOf(model.predict({ x: 1 }), options),
  checkpoint: (options) => rxgrad.checkpoint(rxgrad.memoryStore(), options),
  predictorOf: (members) => rxgrad.predictorOf(rxgrad.encodeModel(model), members),
  restoreModel: (options) => rxgrad.restoreModel(rxgrad.encodeModel(model), createModel(config), options),
  resume: async (options) => {
    const store = rxgrad.memoryStore()
    await store.save(rxgrad.encodeModel(model))
    return rxgrad.resume(store, createModel(config), options)
  },
  fileSink: (options) => node.fileSink('a.csv', options),
  httpSink: (options) => node.httpSink(url, options),
  jetStreamSink: (options) => node.jetStreamSink('nats://a', withThe({ subject: 'a' }, options)),
  mqttSink: (options) => node.mqttSink('mqtt://a', withThe({ topic: 'a' }, options)),
  natsSink: (options) => node.natsSink('nats://a', withThe({ subject: 'a' }, options)),
  webSocketSink: (options) => node.webSocketSink('ws://a', options),
  fileStore: (options) => node.fileStore('checkpoints', options),
  indexedDbStore: (options) => client.indexedDbStore('clicks', options),
  openJournal: (options) => node.openJournal('journal', options),
  record: (options) => node.record(journal, [], options),
  replay: (options) => node.replay(journal, createModel(config) as never, options),
  diff: (run) => node.diff({ journal, model: createModel(config) as never }, run),
  cyclic: (options) => cyclic(24, options),
  dense: (options) => dense(2, 'tanh', options),
  embedding: (options) => embedding(2, options),
  'experts.auto': rxgrad.experts.auto,
  'experts.net': (options) => rxgrad.experts.net([dense(1)], options),
  'experts.nearest': rxgrad.experts.nearest,
  l1: (options) => l1(1, options),
  l2: (options) => l2(1, options),
  lag: (options) => lag('y', 1, options),
  rolling: (options) => rxgrad.rolling('y', 1, 'mean', options),
  difference: (options) => rxgrad.difference('y', 1, options),
  filled: rxgrad.filled,
  windowed: (options) => rxgrad.windowed('minmax', 4, options),
  batch,
  boundedBuffer: (options) => rxgrad.boundedBuffer(options),
  evaluate: (options) => evaluate(model, options),
  detectAnomalies: (options) => rxgrad.detectAnomalies(model, options),
  forecast: (options) => rxgrad.forecast(model, options),
  orderByTime: (options) => rxgrad.orderByTime(model, options),
  dedupe: (options) => rxgrad.dedupe(model, options),
  joinLabels: (options) => rxgrad.joinLabels(model, NEVER, options),
  'experts.seasonal': (options) => rxgrad.experts.seasonal(12, options),
  explain: (options) => rxgrad.explain(model, { x: 1 }, options),
  toJson: (options) => rxgrad.toJson(model, options),
  toOnnx: (options) => rxgrad.toOnnx(model, options),
  intervals: (options) => intervals(model, options),
  detectDrift: (options) => detectDrift(model, detectors.adwin(), options),
  'reactions.boost': rxgrad.reactions.boost,
  'reactions.shadow': rxgrad.reactions.shadow,
  ...Object.fromEntries(Object.entries(detectors).map(([name, detector]) => [`detectors.${name}`, detector])),
  fromLines: (options) => fromLines([], undefined, options),
  fromRows: (options) => fromRows([], options),
  learn: (options) => learn(model, options),
  learnWith: (options) => rxgrad.learnWith(model, options),
  compete: (options) => rxgrad.compete({ model, other: createModel(config) }, options),
  bag: (options) => rxgrad.bag(() => createModel(config), options),
  learnByKey: (options) =>
    rxgrad.learnByKey(
      () => model,
      () => 1,
      options,
    ),
  ...{ 'initializers.uniform': initializers.uniform, 'metrics.rocAuc': metrics.rocAuc },
  ...{ 'metrics.prAuc': metrics.prAuc, 'metrics.f1': metrics.f1, 'metrics.mcc': metrics.mcc },
  'metrics.labelF1': metrics.labelF1,
  ...{ 'metrics.kappa': metrics.kappa, 'metrics.balancedAccuracy': metrics.balancedAccuracy },
  ...{ 'metrics.calibrationError': metrics.calibrationError, 'metrics.confusionMatrix': metrics.confusionMatrix },
  ...{ 'baselines.holtWinters': baselines.holtWinters, 'baselines.linear': baselines.linear },
  cross: (options) => rxgrad.cross('a', 'b', options),
  'metrics.timeRolling': (options) => metrics.timeRolling(metrics.mae(), options),
  ...{ 'metrics.scoreboard': metrics.scoreboard, 'metrics.weightedMean': metrics.weightedMean },
  ...{ 'schedules.exponential': schedules.exponential, 'schedules.inverseSqrt': schedules.inverseSqrt },
  ...{ 'schedules.inverseScaling': schedules.inverseScaling, 'schedules.optimal': schedules.optimal },
  ...{ 'schedules.cosine': schedules.cosine, 'schedules.step': schedules.step },
  'circuit.weight': (options) => circuits.circuit(({ weight }) => ({ w: weight('w', options) })),
  inspect: (options) => circuits.inspect(f, values, options),
  checkGradient: (options) => testing.checkGradient(f, values, options),
  compareGradients: (options) => testing.compareGradients(f, values, options),
  tangentError: (options) => testing.tangentError(f, values, values, options),
  connect: (options) => client.connect(url, options),
  replica: (options) => client.replica(url, options),
  ...{ createServer: node.createServer, csvReader: node.csvReader, ndjsonReader: node.ndjsonReader },
  hostReadings: (options) => node.hostReadings(options).next(),
  fileSource: (options) => node.fileSource('rows.ndjson', options),
  jetStreamSource: (options) => node.jetStreamSource('nats://127.0.0.1:1', withThe({ stream: 'A' }, options)),
  mqttSource: (options) => node.mqttSource('mqtt://127.0.0.1:1', withThe({ topics: 'a' }, options)),
  natsSource: (options) => node.natsSource('nats://127.0.0.1:1', withThe({ subject: 'a' }, options)),
  redisSource: (options) => node.redisSource('redis://127.0.0.1:1', withThe({ stream: 'a' }, options)),
  sseSource: (options) => node.sseSource(url, options),
  webSocketSource: (options) => node.webSocketSource(url, options),
  httpIngest: (options) => node.httpIngest(options as never),
  inferSchema: (options) => node.inferSchema([], options),
  openTable: (options) => node.openTable('-', options),
  readLines: (options) => node.readLines('-', options),
}

/** The exported functions that take no options, but names, numbers, records or functions. */
const others = `
  absolute squared logCosh poisson binaryCrossEntropy initializers.constant initializers.glorot initializers.he initializers.zeros
  schedules.constant schedules.warmUp chain clipByGlobalNorm circuit gelu silu leakyRelu init power encodeSnapshot decodeSnapshot
  encodeModel decodeModel memoryStore saveModel loadModel
  metrics.brier metrics.hammingLoss metrics.mape metrics.pinball metrics.smape metrics.subsetAccuracy
  metrics.accuracy metrics.cumulative metrics.fading metrics.logLoss metrics.mae metrics.r2 metrics.rmse metrics.rolling
  interpreter.createArena interpreter.load experts.noChange
  baselines.majorityClass baselines.mean baselines.noChange baselines.seasonalNoChange
  gatherMemories intervalOf fromModel fromBroadcast encode forward loss backward gradient update predict broadcast
  readSchema schemaText workers reactions.reset`
  .trim()
  .split(/\s+/)

const refusalOf = async (factory: (options: never) => unknown, options: unknown): Promise<string> => {
  try {
    await factory(options as never)
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return (error as Error).message
  }
  throw new Error('it accepts them')
}
/** Leaves a letter out. */
const misspelt = (name: string): string => name[0] + name.slice(2)

describe('every exported function that takes options', () => {
  it('is enrolled here', () => {
    const enrolled = [...Object.keys(factories).filter((name) => name !== 'circuit.weight'), ...others]
    expect(enrolled.sort()).toEqual(exportedFunctions)
  })

  for (const [name, factory] of Object.entries(factories)) {
    it(`refuses an unknown option by name, with the nearest right one: ${name}`, async () => {
      const message = await refusalOf(factory, { nothingLikeIt: 1 })
      expect(message).toMatch(/: 'nothingLikeIt' is given; expected \{ \w+(, \w+)* \}\.$/)
      const known = /\{ (.*) \}/.exec(message)?.[1]?.split(', ') ?? []
      // A name of one or two letters is another one's misspelling, if it lacks a letter.
      for (const right of known.filter((name) => name.length > 2))
        expect(await refusalOf(factory, { [misspelt(right)]: 1 })).toMatch(
          new RegExp(`'${misspelt(right)}' is given; expected .*Did you mean '${right}'\\?$`),
        )
    })
    if (name !== 'batch')
      it(`refuses a number in place of options: ${name}`, async () => {
        expect(await refusalOf(factory, 0.01)).toMatch(/: 0\.01 is given; expected \{ \w/)
      })
  }

  it('is told of usual short names too', async () => {
    const wrong = [
      [sgd, { lr: 0.1 }, 'learningRate'],
      [adam, { learning_rate: 0.1 }, 'learningRate'],
      [(options: never) => learn(model, options), { batchSize: 2 }, 'batch'],
      [createModel, { ...config, optimiser: sgd() }, 'optimizer'],
    ] as const
    for (const [factory, options, right] of wrong)
      expect(await refusalOf(factory as never, options)).toContain(`Did you mean '${right}'?`)
    expect(await refusalOf(createModel, { ...config, learningRate: 0.1 })).toContain(
      "'learningRate' is given; expected",
    )
  })

  it('is told of the nearest value of an option that takes one of several', () => {
    const wrong = [
      [
        () => numeric({ scale: 'standart' as never }),
        "scale is 'standart'; expected one of exponential, standard",
        'standard',
      ],
      [() => category({ onFull: 'evict' as never }), "onFull is 'evict'", 'evictOldest'],
      [() => dense(1, 'sigmod' as never), "activation is 'sigmod'", 'sigmoid'],
      [() => createModel({ ...config, precision: 'f23' as never }), "precision is 'f23'", 'f32'],
      [() => createModel({ ...config, executor: 'wasn' as never }), "executor is 'wasn'", 'wasm'],
      [() => createModel({ ...config, statistics: 'before' as never }), "statistics is 'before'", 'beforePrediction'],
      [() => cyclic(24, { missing: 'rejekt' as never }), "missing is 'rejekt'", 'reject'],
      [() => metrics.scoreboard({ task: 'regresion' as never }), "task is 'regresion'", 'regression'],
    ] as const
    for (const [make, what, right] of wrong) {
      expect(make).toThrow(what)
      expect(make).toThrow(new RegExp(` Did you mean '${right}'\\?$`))
    }
    expect(() => numeric({ scale: 5 as never })).toThrow(/expected one of exponential, standard, none\.$/)
  })

  it('is told of what is to be imported where a text stands for a function', () => {
    for (const name of ['gelu', 'silu', 'leakyRelu'])
      expect(() => dense(3, name as never)).toThrow(
        `dense: activation is '${name}', whose function is imported; write dense(3, ${name}), without quotes, after import { ${name} } from 'rxgrad'.`,
      )
  })

  it('takes an option that is undefined as left out', () => {
    expect(adam({ beta1: undefined } as never).transforms).toMatchObject([{ beta1: 0.9 }])
    expect(model.hash).toBe(createModel({ ...config, nothingLikeIt: undefined } as never).hash)
  })
})
