import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { from, isObservable, lastValueFrom, of } from 'rxjs'
import { afterAll, describe, expect, it } from 'vitest'
import * as rxgrad from '../operators/index.js'
import * as circuits from '../src/circuit.js'
import * as client from '../src/client/index.js'
import type { Operand, Ops } from '../src/graph/expression.js'
import * as node from '../src/node/index.js'
import * as testing from '../src/testing/index.js'
import { exportedFunctions } from './exported.js'

const { baselines, category, createModel, dense, initializers, metrics, numeric, schedules, sgd } = rxgrad

/** A call of an exported function whose arguments are right, and what its users do with the result. */
interface Call {
  readonly call: (...given: never[]) => unknown
  /** The arguments, with every option that the function has. */
  readonly given: readonly unknown[]
  /** Uses what it returns, as far as it is used at all. */
  readonly use?: (result: never) => unknown
}

const rows = Array.from({ length: 4 }, (_, i) => ({ x: i, z: ['a', 'b'][i % 2], t: `${i}`, h: [`${i}`], y: i }))
const features = { x: numeric() }
const target = { y: numeric() }
const layers = [dense(2, 'tanh'), dense(1)]
const base = { features, target, layers }
const model = createModel(base as never)
const { squared } = rxgrad
const scratch = mkdtempSync(join(tmpdir(), 'rxgrad-hostile-'))
writeFileSync(join(scratch, 'there.rxg'), rxgrad.encodeModel(model))
const journal = await node.openJournal(join(scratch, 'journal'))
await journal.append(rows as never)
await journal.close()
afterAll(() => rmSync(scratch, { recursive: true }))
const bounded = createModel(base as never)
from(rows)
  .pipe(rxgrad.learn(bounded as never), rxgrad.intervals(bounded as never) as never)
  .subscribe()
/** Learns and predicts with a configuration in which one part is the result of a call. */
const learns = (config: object): void => {
  const own = createModel({ ...base, ...config } as never)
  own.learn(rows as never)
  own.predict(rows[0] as never)
}
const asFeature = (column: string) => (field: unknown) => learns({ features: { [column]: field } })
const asTarget = (field: unknown) => learns({ target: { y: field } })
const asExpert = (own: unknown) => learns({ layers: undefined, experts: { own } })
const asClassLoss = (loss: unknown) => learns({ target: { z: category({ values: ['a', 'b'] }) }, loss })
const asOptimizer = (optimizer: unknown) => learns({ optimizer })
const asLinearRule = (optimizer: unknown) =>
  learns({ features: { x: numeric({ scale: 'none' }) }, layers: [dense(1)], loss: rxgrad.squared(), optimizer })
const asSchedule = (learningRate: unknown) => learns({ optimizer: sgd({ learningRate } as never) })
const asInitial = (initial: unknown) => learns({ layers: [dense(2, 'tanh', { initial } as never), dense(1)] })
const asMetric = (metric: never) => {
  const board = metrics.scoreboard({ task: 'regression', metrics: [metric] })
  const state = board.init()
  board.update(state, { actual: 1, predicted: 2, weight: 1 })
  board.report(state)
}
const f = circuits.circuit(({ input, mul, weight }) => ({ f: mul(input('x'), weight('w')) }))
const values = { x: 1, w: 2 }
const rates = { learningRate: 0.1, groups: { bias: 0.2 } }
const scale = { scale: 'standard', clip: 3 }
const observed = { actual: 1, predicted: 2, weight: 1 }
const running = (each: { init(): never; update(state: never, o: never): void; value(s: never): unknown }) => {
  const state = each.init()
  each.update(state, observed as never)
  each.value(state)
}
const runs = (stream: unknown): unknown => isObservable(stream) && lastValueFrom(stream, { defaultValue: undefined })
const piped = (operator: never) => runs(from(rows).pipe(operator))
const taken = (items: Iterable<unknown>) => {
  let count = 0
  for (const _ of items) if (++count === 5) break
}
const watched = (detector: { init(): never; update(state: never, x: number): unknown }) => {
  const state = detector.init()
  for (let i = 0; i < 40; i++) detector.update(state, i % 2)
}
const closes = async (it: { close(): unknown; welcome?: Promise<unknown> }) => {
  it.welcome?.catch(() => {})
  await it.close()
}
const lines = (read: (piece: string, last: boolean) => unknown) => read('a,b\n1,2', true)
const drained = async (items: AsyncIterable<unknown>) => {
  for await (const _ of items) break
}
const clientOptions = {
  ...{ model: 'a', token: 'b', fieldKinds: [], reconnect: false, firstMs: 1, mostMs: 1, silenceMs: 100, timeoutMs: 20 },
}
const message = {
  ...{ cursor: 'at', from: '7', check: () => undefined, onRejected() {}, signal: AbortSignal.abort() },
  parse: () => ({ x: 1 }),
}
/** Reads a source at whose address nothing is. */
const unanswered = (source: AsyncIterable<unknown>) =>
  drained(source).catch((error) => {
    if (!(error instanceof node.ConnectionError)) throw error
  })
/** Nobody answers there, and without options it would wait for long. */
const soon = (options: object): object => (Object.keys(Object(options)).length === 0 ? deadLine : options)
const deadLine = { reconnect: false, firstMs: 1, mostMs: 1, timeoutMs: 20, onLine() {} }
/** The options of a sink that does not wait long for anybody. */
const sinkLine = { ...deadLine, inFlight: 2, answerMs: 20, signal: new AbortController().signal }
const natsOut = { ...sinkLine, text: () => 'a', subject: 'a', client: {} }
const unwritten = (sink: { write(rows: readonly object[]): Promise<void>; close(): Promise<void> }) =>
  sink
    .write([{ a: 1 }])
    .catch((error) => {
      if (!(error instanceof node.ConnectionError)) throw error
    })
    .finally(sink.close)
class DeadSocket {
  binaryType = ''
  bufferedAmount = 0
  onopen = null
  onmessage = null
  onclose: ((event: object) => void) | null = null
  onerror = null
  constructor() {
    queueMicrotask(() => this.onclose?.({ code: 1006 }))
  }
  send() {}
  close() {}
}
const dead = { ...clientOptions, WebSocket: DeadSocket }
const gradientOptions = { outputs: ['f'], seed: 1, exact: 1e-9, epsilon: 1e-6, absolute: 1e-3, relative: 1e-3 }
const url = 'http://127.0.0.1:1'

const twoClasses = { z: category({ values: ['a', 'b'] }) }
/** A model by name with every option that `createModel` has but for the circuit, and with its own. */
const named = (call: (config: never) => unknown, own: object): Call => ({
  call,
  given: [
    {
      features,
      target,
      optimizer: sgd(),
      precision: 'f32',
      seed: 1,
      statistics: 'beforePrediction',
      freeze: ['bias'],
      guard: { every: 8 },
      shards: 1,
      weight: 'w',
      cursor: 'c',
      executor: 'wasm',
      ...own,
    },
  ],
  use: (own: typeof model) => own.learn(rows as never),
})
const none = (call: (...given: never[]) => unknown, use?: Call['use']): Call => ({
  call,
  given: [],
  ...(use && { use }),
})

const calls: Readonly<Record<string, Call>> = {
  numeric: { call: numeric, given: [{ ...scale, missing: 'reject' }], use: asFeature('x') },
  'numeric, as a target': { call: numeric, given: [{ ...scale, missing: 'mean' }], use: asTarget },
  category: {
    call: category,
    given: [{ capacity: 4, values: ['a', 'b'], onFull: 'hash', missing: 'unseen' }],
    use: asFeature('z'),
  },
  cross: {
    call: rxgrad.cross,
    given: ['x', 'other', { capacity: 16, missing: 'empty' }],
    use: asFeature('h'),
  },
  text: {
    call: rxgrad.text,
    given: [{ capacity: 16, active: 4, of: 'words', ngrams: 2, weighting: 'log', norm: 'l2', missing: 'empty' }],
    use: asFeature('x'),
  },
  time: { call: rxgrad.time, given: [{ of: ['hour'], unit: 'seconds', timeZone: 60 }], use: asFeature('x') },
  cyclic: { call: rxgrad.cyclic, given: [24, { missing: 'zero' }], use: asFeature('x') },
  hashed: { call: rxgrad.hashed, given: [{ capacity: 16, active: 4, missing: 'empty' }], use: asFeature('h') },
  lag: { call: rxgrad.lag, given: ['y', 1, { by: 'z', capacity: 4, ...scale }], use: asFeature('before') },
  difference: {
    call: rxgrad.difference,
    given: ['y', 1, { by: 'z', capacity: 4, ...scale }],
    use: asFeature('change'),
  },
  rolling: { call: rxgrad.rolling, given: ['y', 3, 'max', { by: 'z', capacity: 4, ...scale }], use: asFeature('most') },
  'rolling, over time': {
    call: rxgrad.rolling,
    given: ['y', { withinMs: 9, time: 'x', rows: 4 }, 'sum', { by: 'z' }],
    use: asFeature('lately'),
  },
  windowed: {
    call: rxgrad.windowed,
    given: ['robust', 4, { by: 'z', capacity: 4, clip: 3 }],
    use: asFeature('x'),
  },
  filled: { call: rxgrad.filled, given: [{ by: 'z', capacity: 4, ...scale }], use: asFeature('x') },
  dense: {
    call: dense,
    given: [1, 'identity', { bias: true, initial: initializers.zeros() }],
    use: (layer) => learns({ layers: [layer] }),
  },
  embedding: {
    call: rxgrad.embedding,
    given: [2, { of: ['z'], initial: initializers.zeros() }],
    use: (layer) => learns({ features: { z: category() }, layers: [layer, dense(1)] }),
  },
  layerNorm: {
    call: rxgrad.layerNorm,
    given: [{ epsilon: 1e-5 }],
    use: (layer) => learns({ layers: [dense(2), layer, dense(1)] }),
  },
  crossEntropy: { call: rxgrad.crossEntropy, given: [{ weights: { a: 2 } }], use: asClassLoss as never },
  huber: { call: rxgrad.huber, given: [{ delta: 1 }], use: (loss) => learns({ loss }) },
  quantiles: {
    call: rxgrad.quantiles,
    given: [[0.1, 0.5, 0.9]],
    use: (loss) => learns({ layers: [dense(3)], loss }),
  },
  'experts.auto': {
    call: rxgrad.experts.auto,
    given: [{ outputs: 1, units: 4 }],
    use: (experts) => learns({ layers: undefined, experts }),
  },
  'experts.net': { call: rxgrad.experts.net, given: [[dense(1)], { rates: [0.5, 2] }], use: asExpert },
  'experts.nearest': { call: rxgrad.experts.nearest, given: [{ neighbors: 2, rows: 5 }], use: asExpert },
  'experts.noChange': none(rxgrad.experts.noChange, asExpert),
  'experts.seasonal': { call: rxgrad.experts.seasonal, given: [2, { horizon: 3 }], use: asExpert },
  auto: { call: rxgrad.auto, given: [rates], use: asOptimizer },
  sgd: { call: sgd, given: [rates], use: asOptimizer },
  adagrad: { call: rxgrad.adagrad, given: [{ ...rates, epsilon: 1e-8 }], use: asOptimizer },
  momentum: { call: rxgrad.momentum, given: [{ ...rates, momentum: 0.9, nesterov: true }], use: asOptimizer },
  adam: { call: rxgrad.adam, given: [{ ...rates, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }], use: asOptimizer },
  chain: { call: rxgrad.chain, given: [rxgrad.l2(0.1), sgd()], use: asOptimizer },
  clipByGlobalNorm: {
    call: rxgrad.clipByGlobalNorm,
    given: [1],
    use: (part) => asOptimizer(rxgrad.chain(part, sgd())),
  },
  l2: {
    call: rxgrad.l2,
    given: [0.1, { exclude: ['bias'] }],
    use: (part) => asOptimizer(rxgrad.chain(part, sgd())),
  },
  l1: { call: rxgrad.l1, given: [0.1, { exclude: ['bias'] }], use: (part) => asOptimizer(rxgrad.chain(part, sgd())) },
  adamw: {
    call: rxgrad.adamw,
    given: [{ ...rates, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, exclude: ['bias'] }],
    use: asOptimizer,
  },
  cocob: { call: rxgrad.cocob, given: [{ alpha: 100 }], use: asOptimizer },
  dog: { call: rxgrad.dog, given: [{ ...rates, initial: 1e-4, epsilon: 1e-8 }], use: asOptimizer },
  ftrl: { call: rxgrad.ftrl, given: [{ alpha: 0.1, beta: 1, l1: 0.1, l2: 0.1, exclude: ['bias'] }], use: asOptimizer },
  passiveAggressive: {
    call: rxgrad.passiveAggressive,
    given: [{ C: 1 }],
    use: (optimizer) => learns({ layers: [dense(1)], loss: rxgrad.absolute(), optimizer }),
  },
  rmsprop: { call: rxgrad.rmsprop, given: [{ ...rates, decay: 0.9, epsilon: 1e-8 }], use: asOptimizer },
  recursiveLeastSquares: {
    call: rxgrad.recursiveLeastSquares,
    given: [{ ridge: 0.1, forgetting: 1e-3 }],
    use: (optimizer) => learns({ layers: [dense(1)], precision: 'f64', optimizer }),
  },
  vw: { call: rxgrad.vw, given: [{ learningRate: 0.5 }], use: asLinearRule },
  'schedules.cosine': { call: schedules.cosine, given: [{ initial: 0.1, steps: 10, final: 0.01 }], use: asSchedule },
  'schedules.optimal': { call: schedules.optimal, given: [{ alpha: 0.1 }], use: asSchedule },
  'schedules.step': { call: schedules.step, given: [{ initial: 0.1, every: 10, factor: 0.5 }], use: asSchedule },
  'schedules.warmUp': { call: schedules.warmUp, given: [10, 0.1], use: asSchedule },
  'schedules.constant': { call: schedules.constant, given: [0.1], use: asSchedule },
  'schedules.exponential': { call: schedules.exponential, given: [{ initial: 0.1, decay: 0.9 }], use: asSchedule },
  'schedules.inverseScaling': { call: schedules.inverseScaling, given: [{ initial: 0.1, power: 1 }], use: asSchedule },
  'schedules.inverseSqrt': { call: schedules.inverseSqrt, given: [{ initial: 0.1 }], use: asSchedule },
  'initializers.constant': { call: initializers.constant, given: [0.1], use: asInitial },
  'initializers.uniform': { call: initializers.uniform, given: [{ limit: 0.1 }], use: asInitial },
  'initializers.glorot': none(initializers.glorot, asInitial),
  'initializers.he': none(initializers.he, asInitial),
  'initializers.zeros': none(initializers.zeros, asInitial),
  'metrics.mae': none(metrics.mae, asMetric),
  'metrics.pinball': { call: metrics.pinball, given: [[0.1, 0.9]], use: asMetric },
  'metrics.hammingLoss': none(metrics.hammingLoss, asMetric),
  'metrics.subsetAccuracy': none(metrics.subsetAccuracy, asMetric),
  'metrics.labelF1': { call: metrics.labelF1, given: [{ average: 'macro', labels: 4 }], use: asMetric },
  'metrics.rmse': none(metrics.rmse, asMetric),
  'metrics.r2': none(metrics.r2, asMetric),
  'metrics.accuracy': none(metrics.accuracy),
  'metrics.logLoss': none(metrics.logLoss),
  'metrics.rocAuc': { call: metrics.rocAuc, given: [{ bins: 8 }] },
  'metrics.cumulative': { call: metrics.cumulative, given: [metrics.mae()], use: running as never },
  'metrics.fading': { call: metrics.fading, given: [metrics.mae(), 0.9], use: running as never },
  'metrics.rolling': { call: metrics.rolling, given: [metrics.mae(), 10], use: running as never },
  'metrics.weightedMean': {
    call: metrics.weightedMean,
    given: [{ name: 'a', better: 'lower', task: 'regression', of: () => 1, value: (mean: number) => mean }],
    use: asMetric,
  },
  'metrics.scoreboard': {
    call: metrics.scoreboard,
    given: [
      {
        ...{ task: 'regression', metrics: [metrics.mae()], baselines: [baselines.mean()], rolling: 10, fading: 0.9 },
      },
    ],
    use: (board: ReturnType<typeof metrics.scoreboard>) => {
      const state = board.init()
      board.update(state, observed)
      board.report(state)
    },
  },
  'metrics.timeRolling': {
    call: metrics.timeRolling,
    given: [metrics.mae(), { withinMs: 10, capacity: 4 }],
    use: (each: ReturnType<typeof metrics.timeRolling>) => {
      const state = each.init()
      each.update(state, { ...observed, timeMs: 1 })
      each.value(state)
    },
  },
  'generators.abrupt': { call: rxgrad.generators.abrupt, given: [[1], [2], { at: 1 }], use: taken },
  'generators.gradual': {
    call: rxgrad.generators.gradual,
    given: [[1], [2], { at: 1, width: 2, seed: 1 }],
    use: taken,
  },
  'generators.recurrent': { call: rxgrad.generators.recurrent, given: [[[1], [2]], { every: 1 }], use: taken },
  binaryCrossEntropy: none(rxgrad.binaryCrossEntropy, (loss) =>
    learns({ target: { y: numeric({ scale: 'none' }) }, loss }),
  ),
  poisson: none(rxgrad.poisson, (loss) => learns({ target: { y: numeric({ scale: 'none' }) }, loss })),
  'baselines.seasonalNoChange': { call: baselines.seasonalNoChange, given: [2] },
  'baselines.mean': none(baselines.mean),
  'baselines.noChange': none(baselines.noChange),
  'baselines.majorityClass': none(baselines.majorityClass),
  createModel: {
    call: createModel,
    given: [
      {
        ...{ features, target, layers, loss: squared(), optimizer: sgd(), precision: 'f32', seed: 1 },
        ...{ statistics: 'beforePrediction', freeze: ['bias'], guard: { every: 8 }, shards: 1 },
        ...{ weight: 'w', cursor: 'c', executor: 'wasm', reconstruct: true },
      },
    ],
    use: (own: typeof model) => own.learn(rows as never),
  },
  'createModel, of a circuit': {
    call: createModel,
    given: [{ circuit: f, target }],
    use: (own: typeof model) => own.learn(rows as never),
  },
  'createModel, of experts': {
    call: createModel,
    given: [{ features, target, experts: { own: rxgrad.experts.noChange(), net: rxgrad.experts.net([dense(1)]) } }],
    use: (own: typeof model) => own.learn(rows as never),
  },
  factorized: {
    call: rxgrad.factorized,
    given: [1, { factors: 2, initial: initializers.uniform({ limit: 0.1 }) }],
    use: (layer) => learns({ layers: [layer] }),
  },
  linearRegression: named(rxgrad.linearRegression, {}),
  logisticRegression: named(rxgrad.logisticRegression, { target: twoClasses }),
  softmaxRegression: named(rxgrad.softmaxRegression, { target: twoClasses }),
  mlp: named(rxgrad.mlp, { hidden: [2], activation: 'tanh' }),
  autoencoder: named(rxgrad.autoencoder, {
    ...{ features: { x: numeric(), y: numeric() }, target: { x: numeric() } },
    ...{ hidden: [2], activation: 'tanh', reconstruct: true },
  }),
  factorizationMachine: named(rxgrad.factorizationMachine, { factors: 2 }),
  forecaster: named(rxgrad.forecaster, { horizon: 2, season: 3, lags: [1, 2], time: 't', features: { x: numeric() } }),
  'forecaster, of several series': named(rxgrad.forecaster, { target: 'y', by: 'z' }),
  createPredictor: { call: rxgrad.createPredictor, given: [model.description, { fieldKinds: [], losses: {} }] },
  init: {
    // A module that is right would become the kernels of all models in this process.
    call: (module: object | undefined) => module && rxgrad.init(module),
    given: [undefined],
  },
  encodeSnapshot: { call: rxgrad.encodeSnapshot, given: [model.snapshot()] },
  encodeModel: { call: rxgrad.encodeModel, given: [model] },
  decodeModel: { call: rxgrad.decodeModel, given: [rxgrad.encodeModel(model)] },
  predictorOf: { call: rxgrad.predictorOf, given: [rxgrad.encodeModel(model), { fieldKinds: [], losses: {} }] },
  restoreModel: {
    call: rxgrad.restoreModel,
    given: [rxgrad.encodeModel(model), createModel(base as never), { warmStart: true, fieldKinds: [], losses: {} }],
  },
  memoryStore: { call: rxgrad.memoryStore, given: [] },
  resume: {
    call: rxgrad.resume,
    given: [rxgrad.memoryStore(), createModel(base as never), { warmStart: true, fieldKinds: [], losses: {} }],
  },
  writeTo: {
    call: rxgrad.writeTo,
    given: [
      { name: 'a', write: async () => {}, close: async () => {} },
      { keep: ['x'], rows: () => ({}), capacity: 4 },
    ],
    use: piped,
  },
  resultsOf: { call: rxgrad.resultsOf, given: [model.predict({ x: 1 } as never), { keep: ['x'] }] },
  checkpoint: {
    call: rxgrad.checkpoint,
    given: [
      rxgrad.memoryStore(),
      { every: 2, everyMs: 1000, of: model, journal: { drop: async () => {} }, onSaved: () => {}, onError: () => {} },
    ],
    use: (operator: never) => runs(of({ model }).pipe(operator)),
  },
  saveModel: {
    // A path that is right for the function is one in a folder of this test.
    call: (from: never, path: unknown) =>
      node.saveModel(from, typeof path === 'string' && path !== '' ? join(scratch, 'saved') : (path as never)),
    given: [model, 'power.rxg'],
  },
  loadModel: {
    call: node.loadModel,
    given: [join(scratch, 'there.rxg'), createModel(base as never), { warmStart: true, fieldKinds: [], losses: {} }],
  },
  fileStore: {
    call: node.fileStore,
    given: [scratch, { keep: 2 }],
    use: (store: rxgrad.CheckpointStore) => store.load(() => undefined),
  },
  indexedDbStore: { call: client.indexedDbStore, given: ['clicks', { keep: 2 }] },
  openJournal: {
    // A path that is right for the function is one in a folder of this test.
    call: (folder: unknown, options: object) =>
      node.openJournal(
        typeof folder === 'string' && folder !== '' ? join(scratch, 'rows') : (folder as never),
        options,
      ),
    given: ['journal', { cursor: 'at', segmentBytes: 1000, keys: 2, readOnly: false }],
    use: (opened: node.Journal) => opened.append([{ x: 1 }]).finally(() => opened.close()),
  },
  record: { call: node.record, given: [journal, [], { from: 1 }], use: drained },
  replay: { call: node.replay, given: [journal, createModel(base as never), { to: 2, batch: 1 }] },
  diff: {
    call: node.diff,
    given: [
      { journal, model: createModel(base as never), batch: 2 },
      { journal, model: createModel(base as never), batch: 2 },
    ],
  },
  decodeSnapshot: { call: rxgrad.decodeSnapshot, given: [rxgrad.encodeSnapshot(model.snapshot())] },
  circuit: { call: rxgrad.circuit, given: [({ input, weight, mul }: Ops) => ({ f: mul(input('x'), weight('w')) })] },
  'circuit, its input': {
    call: (name: string, shape: number[]) => circuits.circuit(({ input }) => ({ f: input(name, shape) })),
    given: ['x', [2]],
  },
  'circuit, its weight': {
    call: (config: object) => circuits.circuit(({ weight }) => ({ f: weight('w', config) })),
    given: [{ shape: [2], initial: [1, 2], group: 'weight', fanIn: 1 }],
  },
  'circuit, its operands': {
    call: (a: Operand, b: Operand) => circuits.circuit(({ add }) => ({ f: add(a, b) })),
    given: [1, 2],
  },
  power: {
    call: (a: number, b: number) =>
      asOptimizer(
        rxgrad.chain(
          { kind: 'own', emit: (step) => step.scale(step.gradient, step.gradient, rxgrad.power(step, a, b)) },
          sgd(),
        ),
      ),
    given: [0.9, 2],
  },
  gelu: { call: () => learns({ layers: [dense(2, rxgrad.gelu), dense(1)] }), given: [] },
  silu: { call: () => learns({ layers: [dense(2, rxgrad.silu), dense(1)] }), given: [] },
  leakyRelu: { call: () => learns({ layers: [dense(2, rxgrad.leakyRelu), dense(1)] }), given: [] },
  inspect: { call: circuits.inspect, given: [f, values, { output: 'f', precision: 'f64', limit: 10 }] },
  checkGradient: { call: testing.checkGradient, given: [f, values, gradientOptions] },
  compareGradients: { call: testing.compareGradients, given: [f, values, gradientOptions] },
  tangentError: { call: testing.tangentError, given: [f, values, values, { output: 'f', steps: [0.1, 0.01] }] },
  fromRows: { call: rxgrad.fromRows, given: [rows, { chunk: 2, yieldMs: 8 }], use: runs },
  fromLines: { call: rxgrad.fromLines, given: [['a'], () => rows[0], { yieldMs: 8 }], use: runs },
  fromModel: { call: rxgrad.fromModel, given: [model] },
  fromBroadcast: { call: rxgrad.fromBroadcast, given: [{ messages: [] }] },
  encode: { call: rxgrad.encode, given: [model], use: piped },
  batch: { call: rxgrad.batch, given: [{ size: 2, withinMs: 10 }] },
  forward: { call: rxgrad.forward, given: [model] },
  loss: { call: rxgrad.loss, given: [] },
  backward: { call: rxgrad.backward, given: [] },
  gradient: { call: rxgrad.gradient, given: [model, node.workers(1)] },
  update: { call: rxgrad.update, given: [model] },
  learn: {
    call: rxgrad.learn,
    given: [createModel(base as never), { batch: 2, withinMs: 10, engine: node.workers(1) }],
    use: piped,
  },
  compete: {
    call: rxgrad.compete,
    given: [
      { a: createModel(base as never), b: createModel(base as never) },
      {
        ...{ metric: Object.freeze(metrics.mae()), target: 'y', champion: 'a', name: 'own' },
        ...{ runLength: 100, advantage: 0.1, wait: 3, fading: 0.9 },
      },
    ],
    use: piped,
  },
  bag: {
    call: rxgrad.bag,
    given: [
      () => createModel(base as never),
      {
        ...{ members: 2, lambda: 6, detector: Object.freeze(rxgrad.detectors.adwin()), wait: 3, fading: 0.9, seed: 1 },
        name: 'own',
      },
    ],
    use: piped,
  },
  'bag, its models': {
    call: (own: never) => rxgrad.bag(() => own, { members: 1 }),
    given: [createModel(base as never)],
  },
  'bag, its snapshot': {
    call: (snapshot: never) => rxgrad.bag(() => createModel(base as never), { members: 1 }).restore(snapshot),
    given: [rxgrad.bag(() => createModel(base as never), { members: 1 }).snapshot()],
  },
  learnByKey: {
    call: rxgrad.learnByKey,
    given: [() => createModel(base as never), (row: { z: string }) => row.z, { capacity: 1, onEvict: () => {} }],
    use: piped,
  },
  'learnByKey, its key': {
    call: (key: never) =>
      rxgrad.learnByKey(
        () => createModel(base as never),
        () => key,
      ),
    given: ['a'],
    use: piped,
  },
  'learnByKey, its models': {
    call: (own: never) =>
      rxgrad.learnByKey(
        () => own,
        ({ z }: (typeof rows)[number]) => z as string,
      ),
    given: [createModel(base as never)],
    use: (operator: never) => runs(from(rows.slice(0, 1)).pipe(operator)),
  },
  'learnByKey, its snapshot': {
    call: (snapshot: never) =>
      rxgrad
        .learnByKey(
          () => createModel(base as never),
          () => 'a',
        )
        .restore(snapshot),
    given: [{ kind: 'byKey', format: 1, keys: [], snapshots: [], counters: { evicted: 0, rejected: 0 }, cursor: 1 }],
  },
  predict: { call: rxgrad.predict, given: [model], use: piped },
  evaluate: {
    call: rxgrad.evaluate,
    given: [model, { name: 'own', metrics: [metrics.mae()], baselines: [baselines.mean()], rolling: 10, fading: 0.9 }],
    use: (operator) => runs(from([]).pipe(operator)),
  },
  intervalOf: { call: rxgrad.intervalOf, given: [bounded, bounded.predict(rows[0] as never), 'intervals'] },
  explain: {
    call: rxgrad.explain,
    given: [bounded, rows[0], { of: 'y', scale: 'probability', losses: {}, fieldKinds: [] }],
  },
  toOnnx: { call: rxgrad.toOnnx, given: [bounded, { recalled: 'refuse', losses: {}, fieldKinds: [] }] },
  toJson: {
    call: rxgrad.toJson,
    given: [bounded, { losses: {}, fieldKinds: [] }],
    use: (data) => JSON.stringify(data),
  },
  intervals: {
    call: rxgrad.intervals,
    given: [model, { coverage: 0.8, levels: [0.2, 0.8], window: 5, rate: 0.01, target: 'y', name: 'bounds' }],
    use: (operator) => runs(from([]).pipe(operator)),
  },
  'detectDrift, with a reaction': {
    call: rxgrad.detectDrift,
    given: [
      model,
      Object.freeze(rxgrad.detectors.adwin()),
      { of: 'loss', react: Object.freeze(rxgrad.reactions.shadow()), name: 'shadowed' },
    ],
    use: (operator) => runs(from([]).pipe(operator)),
  },
  detectDrift: {
    call: rxgrad.detectDrift,
    given: [model, Object.freeze(rxgrad.detectors.adwin()), { of: 'loss', react: 'none', name: 'watch' }],
    use: (operator) => runs(from([]).pipe(operator)),
  },
  learnWith: {
    call: rxgrad.learnWith,
    given: [
      createModel(base as never),
      {
        quarantine: { beyond: 3, window: 50 },
        balance: false,
        replay: { capacity: 4, perRow: 1, seed: 1 },
        name: 'own',
      },
    ],
    use: piped,
  },
  boundedBuffer: {
    call: rxgrad.boundedBuffer,
    given: [{ capacity: 4, overflow: 'dropOldest', yieldMs: 1 }],
    use: piped,
  },
  orderByTime: {
    call: rxgrad.orderByTime,
    given: [createModel(base as never), { time: 'x', latenessMs: 2, capacity: 2, late: 'pass', name: 'own' }],
    use: piped,
  },
  dedupe: {
    call: rxgrad.dedupe,
    given: [createModel(base as never), { key: 'x', capacity: 2, withinMs: 100, time: 'x', name: 'own' }],
    use: piped,
  },
  joinLabels: {
    call: rxgrad.joinLabels,
    given: [
      createModel(base as never),
      from([{ x: 1, y: 2 }]),
      { key: 'x', withinMs: 100, capacity: 2, time: 't', name: 'own' },
    ],
    use: piped,
  },
  forecast: {
    call: rxgrad.forecast,
    given: [createModel(base as never), { horizon: 2, by: 'z', capacity: 2, name: 'own' }],
    use: piped,
  },
  detectAnomalies: {
    call: rxgrad.detectAnomalies,
    given: [
      [createModel(base as never)],
      { falseAlarms: 0.01, window: 20, warmUp: 10, delay: 3, patience: 9, name: 'own' },
    ],
    use: piped,
  },
  broadcast: { call: rxgrad.broadcast, given: [{ publish: () => true, show: () => {} }] },
  connect: { call: node.connect, given: [url, { ...dead, want: ['frame'] }], use: closes },
  replica: {
    // Nobody answers there, and without options it would wait for long.
    call: (from: string, options: object) =>
      node.replica(from, Object.keys(Object(options)).length === 0 ? dead : options).catch((error) => {
        if (!(error instanceof node.ConnectionError)) throw error
      }),
    given: [url, dead],
  },
  createServer: {
    call: node.createServer,
    given: [
      {
        ...{ models: { a: model }, host: '127.0.0.1', port: 0, path: '/', token: undefined, public: false },
        ...{ allowHosts: [], allowOrigins: ['https://a.example'], maxHz: 20, page: '.', maxClients: 10 },
        ...{ slowMs: 100, helloMs: 100, epoch: 1, server: undefined, sources: {} },
      },
    ],
    use: closes,
  },
  csvReader: { call: node.csvReader, given: [{ delimiter: ',', longest: 100, firstLine: 1 }], use: lines as never },
  ndjsonReader: { call: node.ndjsonReader, given: [{ longest: 100 }], use: lines as never },
  hostReadings: { call: node.hostReadings, given: [{ everyMs: 1 }], use: drained },
  fileSource: {
    call: node.fileSource,
    given: [
      'rows.ndjson',
      {
        ...{ cursor: 'at', from: '0@00000000', check: () => undefined, onRejected() {}, signal: AbortSignal.abort() },
        ...{ format: 'csv', delimiter: ',', follow: true, everyMs: 1, longest: 10 },
      },
    ],
    use: drained,
  },
  jetStreamSource: {
    call: node.jetStreamSource,
    given: [
      'nats://127.0.0.1:1',
      { ...message, from: 7, ...deadLine, stream: 'A', subject: 'a', durable: undefined, capacity: 4, client: {} },
    ],
    use: unanswered,
  },
  mqttSource: {
    call: node.mqttSource,
    given: [
      'mqtt://127.0.0.1:1',
      {
        ...{ ...message, from: undefined, ...deadLine, topics: ['a'], qos: 1, group: 'a', clientId: 'b' },
        ...{ keepaliveSeconds: 1, client: {} },
      },
    ],
    use: unanswered,
  },
  natsSource: {
    call: node.natsSource,
    given: [
      'nats://127.0.0.1:1',
      { ...message, from: undefined, ...deadLine, subject: 'a', group: 'b', capacity: 4, client: {} },
    ],
    use: unanswered,
  },
  redisSource: {
    call: node.redisSource,
    given: [
      'redis://127.0.0.1:1',
      {
        ...{ ...message, from: '7-0', ...deadLine, stream: 'a', field: 'row', group: undefined, consumer: 'b' },
        ...{ gaps: 'skip', capacity: 4, silenceMs: 100, client: {} },
      },
    ],
    use: unanswered,
  },
  sseSource: {
    call: (from: string, options: object) => node.sseSource(from, soon(options)),
    given: [url, { ...message, ...deadLine, headers: {}, longest: 10 }],
    use: unanswered,
  },
  fileSink: {
    call: node.fileSink,
    given: ['rows.csv', { format: 'csv', columns: ['a'], delimiter: ';', append: true }],
  },
  httpSink: {
    call: (to: string, options: object) => node.httpSink(to, soon(options)),
    given: [url, { ...sinkLine, token: 'a', headers: {} }],
    use: unwritten,
  },
  jetStreamSink: { call: node.jetStreamSink, given: ['nats://127.0.0.1:1', natsOut], use: unwritten },
  mqttSink: {
    call: node.mqttSink,
    given: ['mqtt://127.0.0.1:1', { ...sinkLine, text: () => 'a', topic: 'a', qos: 1, retain: false, client: {} }],
    use: unwritten,
  },
  natsSink: { call: node.natsSink, given: ['nats://127.0.0.1:1', natsOut], use: unwritten },
  webSocketSink: {
    call: (to: string, options: object) => node.webSocketSink(to, soon(options)),
    given: ['ws://127.0.0.1:1', { ...sinkLine, text: () => 'a', headers: {}, protocols: [] }],
    use: unwritten,
  },
  webSocketSource: {
    call: (from: string, options: object) => node.webSocketSource(from, soon(options)),
    given: [
      url,
      {
        ...{ ...message, ...deadLine, hello: '', headers: {}, protocols: [] },
        ...{ capacity: 4, maxBytes: 100, silenceMs: 100 },
      },
    ],
    use: unanswered,
  },
  httpIngest: {
    call: node.httpIngest,
    given: [
      {
        ...{ path: '/rows', capacity: 4, token: undefined, check: () => undefined, maxBytes: 100, keys: 2 },
        ...{ allowHosts: [], allowOrigins: ['https://a.example'], journal, from: 1 },
      },
    ],
    use: (ingest) => (ingest as { close(): void }).close(),
  },
  inferSchema: {
    call: node.inferSchema,
    given: [rows, { target: { name: 'y' }, features: [{ name: 'x' }], without: ['z'], json: false }],
  },
  openTable: { call: node.openTable, given: [['a,b\n1,2\n'], { missing: ['-'], decimal: 'point', lookAhead: 1 }] },
  readLines: { call: node.readLines, given: [['a\n'], { longest: 10 }], use: drained },
  readSchema: { call: node.readSchema, given: ['a:numeric -> y:numeric', ['a']] },
  schemaText: { call: node.schemaText, given: [{ features, target }] },
  workers: { call: node.workers, given: [1] },
}

const numbers = { squared, absolute: rxgrad.absolute, logCosh: rxgrad.logCosh }
const asLoss = (loss: unknown) => learns({ loss })
/** Members of one kind, each with the names of its options, which it tells when it is given an unknown one. */
const alike = (prefix: string, members: object, use?: (member: never) => unknown): Record<string, Call> =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, member]): [string, Call][] => {
      if (typeof member !== 'function' || Object.hasOwn(calls, `${prefix}${name}`)) return []
      return [[`${prefix}${name}`, { call: member as Call['call'], given: [optionsIn(member)], ...(use && { use }) }]]
    }),
  )
const optionsIn = (member: (options: object) => unknown): object => {
  try {
    member({ nothingLikeIt: 1 })
  } catch (error) {
    const [, names = ''] = /\{ (.*) \}/.exec((error as Error).message) ?? []
    return Object.fromEntries(names.split(', ').map((name) => [name, undefined]))
  }
  return {}
}
const others: Readonly<Record<string, Call>> = {
  ...alike('', numbers, asLoss),
  ...alike('', { quantile: rxgrad.quantile, epsilonInsensitive: rxgrad.epsilonInsensitive }, asLoss),
  ...alike('', { focal: rxgrad.focal, hinge: rxgrad.hinge, squaredHinge: rxgrad.squaredHinge }, asClassLoss),
  ...alike('generators.', rxgrad.generators, taken),
  ...alike('detectors.', rxgrad.detectors, watched),
  ...alike('reactions.', rxgrad.reactions),
  ...alike('metrics.', metrics),
  ...alike('baselines.', baselines),
}

const hostile: readonly unknown[] = [
  ...['a', '0.1', '', [], [1], ['a'], [null], { a: 1 }, null, Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY],
  ...[true, false, 1n, Symbol('s'), () => 1, new Uint8Array(3), new Date(0)],
]

/** The arguments with one of them, or one part of one of them, replaced by each hostile value. */
function* spoilt(given: readonly unknown[]): Generator<readonly [where: string, given: readonly unknown[]]> {
  const isPlain = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' &&
    value !== null &&
    // A member, such as a layer, is frozen, and its own factory has checked it.
    !Object.isFrozen(value) &&
    [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value))
  for (const [i, argument] of given.entries())
    for (const value of hostile) {
      yield [`${i}`, given.with(i, value)]
      if (!isPlain(argument)) continue
      for (const name of Object.keys(argument)) {
        const copy = Array.isArray(argument) ? argument.with(Number(name), value) : { ...argument, [name]: value }
        yield [`${i}.${name}`, given.with(i, copy)]
      }
    }
}

/** Tells what is wrong with an error of the library: it is to be one sentence about what was given. */
const faultOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return `it threw ${String(error)}`
  const { name, message } = error
  const foreign =
    /is not a function|Cannot |is not iterable|is not a constructor|[iI]nvalid (array|typed|BigInt)|undefined \(|circular|BigInt value|Symbol value|The "|is not defined|Maximum call|primitive|Reduce of/
  if (foreign.test(message)) return `${name}: ${message}`
  // These two are for readers of a command and of a report, and begin with what they are about.
  const isLoose = ['InputError', 'GradientError'].includes(name)
  if (!isLoose && !/^(\w|--)[\w., '"-]*: .*[.?)]$/s.test(message)) return `it has another form: ${name}: ${message}`
  return undefined
}

describe('whatever an exported function is given, it works or says in a sentence what was expected', () => {
  it('is a law of all of them', () => {
    // The functions of an executor, and that which gathers what fields remember, are called by models alone.
    const called = exportedFunctions.filter((name) => !name.startsWith('interpreter.') && name !== 'gatherMemories')
    expect([...new Set(Object.keys({ ...calls, ...others }).map((name) => name.split(',')[0]))].sort()).toEqual(called)
  })
  for (const [name, { call, given, use }] of Object.entries({ ...calls, ...others }))
    it(name, async () => {
      const result = await (call as (...given: readonly unknown[]) => unknown)(...given)
      await (use as ((result: unknown) => unknown) | undefined)?.(result)
      const faults = new Set<string>()
      for (const [where, wrong] of spoilt(given)) {
        try {
          const made = await (call as (...given: readonly unknown[]) => unknown)(...wrong)
          await (use as ((result: unknown) => unknown) | undefined)?.(made)
        } catch (error) {
          const fault = faultOf(error)
          if (fault !== undefined) faults.add(`${where}: ${fault}`)
        }
      }
      expect([...faults]).toEqual([])
    })
})
