import { defer, EMPTY, from, map, type OperatorFunction, pipe, Subject, tap } from 'rxjs'
import {
  backward,
  bag,
  batch,
  boundedBuffer,
  broadcast,
  checkpoint,
  compete,
  dedupe,
  dense,
  detectAnomalies,
  detectDrift,
  detectors,
  type Evaluation,
  encode,
  evaluate,
  forecast,
  forward,
  gradient,
  intervals,
  joinLabels,
  type Learned,
  learn,
  learnByKey,
  learnWith,
  loss,
  type Model,
  memoryStore,
  orderByTime,
  predict,
  reactions,
  update,
  writeTo,
} from '../../operators/index.js'
import type { OperatorCase } from '../../operators/testing/index.js'
import { workers } from '../../src/node/index.js'
import { goodReadings, powerModel, type Reading, readings, visitModel, visits } from './models.js'

const caseOf = <A, B>(given: OperatorCase<A, B>): OperatorCase => given as unknown as OperatorCase

const rows = goodReadings(7)
const examplesOf = (model: Model<Reading>) => readings(24).map((row) => model.stages.encode(row))
const batchesOf = (model: Model<Reading>) =>
  [rows.slice(0, 3), rows.slice(3, 4), rows.slice(4)].map((window) =>
    model.stages.batch(window.map((row) => model.stages.encode(row))),
  )
const forwardsOf = (model: Model<Reading>) => batchesOf(model).map((window) => model.stages.forward(window))
const lossesOf = (model: Model<Reading>) => forwardsOf(model).map((from) => model.stages.loss(from))
const gradientsOf = (model: Model<Reading>) => lossesOf(model).map((from) => model.stages.backward(from))
const staleLoss = (model: Model<Reading>) => {
  const [from] = lossesOf(model)
  model.learn(rows[0] as Reading)
  return from as ReturnType<typeof lossesOf>[number]
}
const learnedOf = (model: Model<Reading>): Learned<Reading>[] => {
  const writer = model.stages.take('these tests', 2)
  const learned = readings(24).map((row) => writer.learn(row))
  writer.release()
  return learned
}

const unlabelled = readings(24).map(({ power, ...row }) => row)
/** Joins rows with their labels, each of which comes just before the third row after it. */
const delayed =
  (model: Model<Reading>): OperatorFunction<Reading, Learned<Reading>> =>
  (source) =>
    defer(() => {
      const label$ = new Subject<Reading>()
      const tell = ({ line }: Reading): void => {
        if (line > 3) label$.next(readings(1, line - 4)[0] as Reading)
      }
      return source.pipe(
        tap({ next: tell, complete: () => label$.complete() }),
        joinLabels(model, label$, { key: 'line', withinMs: 1e6 }),
      )
    })

/** Makes the case of an operator whose model persists from subscription to subscription. */
const twice = <R, A, B>(model: Model<R>, make: (model: Model<R>) => OperatorFunction<A, B>) => ({
  operator: make(model),
  again: () => make(model),
})
/** Emits each evaluation with the scores that it held when it arrived. */
const reported = <A, R>(operator: OperatorFunction<A, Evaluation<R>>) =>
  pipe(
    operator,
    map((evaluation) => ({ evaluation, scores: evaluation.report() })),
  )

/** Every operator, by its exported name, in each of its forms. */
export const cases: Readonly<Record<string, readonly OperatorCase[]>> = {
  // Without turns of the event loop, so that all comes out at once; boundedBuffer.test.ts has the laws of turns.
  boundedBuffer: (['block', 'dropOldest', 'dropNewest', 'sample', 'error'] as const).map((overflow) =>
    caseOf({
      name: `boundedBuffer, ${overflow}`,
      queues: true,
      make: () => ({
        operator: boundedBuffer({ capacity: 24, overflow, yieldMs: Infinity }),
        inputs: readings(24),
        outputs: 24,
      }),
    }),
  ),
  orderByTime: (['drop', 'pass'] as const).map((late) =>
    caseOf({
      name: `orderByTime, late: ${late}`,
      holds: 'RangeError',
      queues: true,
      // Rows come in the order of their lines, so that all leave at once; orderByTime.test.ts has those that do not.
      make: () => ({
        ...twice(powerModel(), (model) => orderByTime<Reading, Reading>(model, { time: 'line', latenessMs: 0, late })),
        inputs: readings(24),
        outputs: 24,
      }),
    }),
  ),
  dedupe: [
    caseOf({
      name: 'dedupe',
      holds: 'RangeError',
      queues: true,
      make: () => ({
        ...twice(powerModel(), (model) => dedupe<Reading, Reading>(model, { key: 'line', capacity: 3 })),
        inputs: readings(24),
        outputs: 24,
      }),
    }),
  ],
  encode: [
    caseOf({
      name: 'encode',
      queues: true,
      make: () => ({ operator: encode(powerModel()), inputs: readings(24), outputs: 24 }),
    }),
  ],
  batch: [
    // Of the 24 readings, one is rejected and one has no label.
    caseOf({
      name: 'batch(3)',
      queues: true,
      make: () => ({ operator: batch<Reading>(3), inputs: examplesOf(powerModel()), outputs: 8 }),
    }),
    caseOf({
      name: 'batch({ size: 3, withinMs: 50 })',
      queues: true,
      make: () => ({
        operator: batch<Reading>({ size: 3, withinMs: 50 }),
        inputs: examplesOf(powerModel()),
        outputs: 8,
      }),
    }),
  ],
  forward: [
    caseOf({
      name: 'forward',
      make: () => {
        const model = powerModel()
        return { operator: forward(model), inputs: batchesOf(model), outputs: 3 }
      },
    }),
  ],
  loss: [
    caseOf({
      name: 'loss',
      make: () => ({ operator: loss<Reading>(), inputs: forwardsOf(powerModel()), outputs: 3 }),
    }),
  ],
  backward: [
    caseOf({
      name: 'backward',
      make: () => ({
        operator: backward<Reading>(),
        inputs: lossesOf(powerModel()),
        outputs: 3,
        stale: staleLoss(powerModel()),
      }),
    }),
  ],
  gradient: [
    caseOf({
      name: 'gradient',
      make: () => {
        const model = powerModel()
        return { operator: gradient(model), inputs: batchesOf(model), outputs: 3 }
      },
    }),
    caseOf({
      name: 'gradient, by an engine',
      make: () => {
        const model = powerModel({ shards: 2 })
        return { operator: gradient(model, workers(1)), inputs: batchesOf(model), outputs: 3 }
      },
    }),
  ],
  update: [
    caseOf({
      name: 'update',
      holds: 'ModelInUseError',
      make: () => {
        const model = powerModel()
        return { ...twice(model, update), inputs: gradientsOf(model), outputs: 3 }
      },
    }),
  ],
  learn: [
    caseOf({
      name: 'learn',
      holds: 'ModelInUseError',
      queues: true,
      make: () => ({ ...twice(powerModel(), (model) => learn(model)), inputs: readings(24), outputs: 24 }),
    }),
    caseOf({
      name: 'learn({ batch: 4, withinMs: 50 })',
      holds: 'ModelInUseError',
      queues: true,
      // Of the 22 rows that can be learned, two remain for the last window.
      make: () => ({
        ...twice(powerModel(), (model) => learn(model, { batch: 4, withinMs: 50 })),
        inputs: readings(24),
        outputs: 25,
      }),
    }),
    caseOf({
      name: 'learn, in arrays',
      holds: 'ModelInUseError',
      queues: true,
      make: () => ({
        ...twice(powerModel(), (model) => learn<Reading, readonly Reading[]>(model, { batch: 4 })),
        inputs: [readings(5), readings(9, 5), readings(10, 14)],
        outputs: 4,
      }),
    }),
    caseOf({
      name: 'learn, by an engine',
      holds: 'ModelInUseError',
      queues: true,
      make: () => ({
        ...twice(powerModel({ shards: 2 }), (model) => learn(model, { batch: 4, engine: workers(1) })),
        inputs: readings(24),
        outputs: 25,
      }),
    }),
  ],
  learnByKey: [
    caseOf({
      name: 'learnByKey',
      holds: 'ModelInUseError',
      queues: true,
      make: () => {
        const operator = learnByKey(
          () => powerModel(),
          ({ room }: Reading) => room,
        )
        return { operator, again: () => operator, inputs: readings(24), outputs: 24 }
      },
    }),
    caseOf({
      name: 'learnByKey, for fewer keys than there are',
      holds: 'ModelInUseError',
      queues: true,
      make: () => {
        const operator = learnByKey(
          () => powerModel(),
          ({ line }: Reading) => line % 5,
          { capacity: 2 },
        )
        return { operator, again: () => operator, inputs: readings(24), outputs: 24 }
      },
    }),
  ],
  compete: [
    caseOf({
      name: 'compete',
      holds: 'ModelInUseError',
      queues: true,
      make: () => {
        const models = { linear: powerModel({ layers: [dense(1)] }), net: powerModel() }
        const make = () => compete(models, { runLength: 2, advantage: 0.5, wait: 2 })
        return { operator: make(), again: make, inputs: readings(24), outputs: 24 }
      },
    }),
  ],
  bag: [
    caseOf({
      name: 'bag',
      holds: 'ModelInUseError',
      queues: true,
      make: () => {
        const operator = bag<Reading>((seed) => powerModel({ seed }), { members: 2 })
        return { operator, again: () => operator, inputs: readings(24), outputs: 24 }
      },
    }),
  ],
  joinLabels: [
    caseOf({
      name: 'joinLabels, with no labels',
      holds: 'ModelInUseError',
      queues: true,
      make: () => ({
        ...twice(powerModel(), (model) => joinLabels(model, EMPTY, { key: 'line' })),
        inputs: readings(24),
        outputs: 24,
      }),
    }),
    caseOf({
      name: 'joinLabels, with early labels',
      holds: 'ModelInUseError',
      queues: true,
      make: () => ({
        ...twice(powerModel(), (model) => joinLabels(model, from(readings(24)), { key: 'line' })),
        inputs: unlabelled,
        outputs: 24,
      }),
    }),
    caseOf({
      name: 'joinLabels, with late labels',
      holds: 'ModelInUseError',
      make: () => ({
        // The label of each row comes just before the third row after it, which makes 21; one row is rejected, and one
        // label is missing, so that its row waits on.
        ...twice(powerModel(), (model) => delayed(model)),
        inputs: unlabelled,
        outputs: 24 + 21 - 2,
      }),
    }),
  ],
  forecast: [
    caseOf({
      name: 'forecast({ horizon: 3 })',
      holds: 'ModelInUseError',
      queues: true,
      make: () => ({
        ...twice(powerModel(), (model) => forecast(model, { horizon: 3 })),
        inputs: readings(24),
        outputs: 24,
      }),
    }),
    caseOf({
      name: 'forecast, by series',
      holds: 'ModelInUseError',
      queues: true,
      make: () => ({
        ...twice(powerModel(), (model) => forecast(model, { horizon: 2, by: 'room', capacity: 2 })),
        inputs: readings(24),
        outputs: 24,
      }),
    }),
  ],
  detectAnomalies: [
    caseOf({
      name: 'detectAnomalies',
      holds: 'ModelInUseError',
      queues: true,
      make: () => ({
        ...twice(powerModel(), (model) => detectAnomalies(model, { warmUp: 5, delay: 2, window: 10 })),
        inputs: readings(24),
        outputs: 24,
      }),
    }),
  ],
  checkpoint: [
    caseOf({
      name: 'checkpoint({ every: 5 })',
      completesLater: true,
      make: () => {
        const model = powerModel()
        return { operator: checkpoint(memoryStore(), { every: 5 }), inputs: learnedOf(model), outputs: 24 }
      },
    }),
  ],
  writeTo: [
    caseOf({
      name: 'writeTo',
      completesLater: true,
      make: () => {
        const sink = { name: 'nowhere', write: async () => {}, close: async () => {} }
        return { operator: writeTo(sink, { keep: ['room'] }), inputs: learnedOf(powerModel()), outputs: 24 }
      },
    }),
  ],
  predict: [
    caseOf({
      name: 'predict',
      make: () => ({ operator: predict(powerModel()), inputs: goodReadings(7), outputs: 7 }),
    }),
  ],
  evaluate: [
    caseOf({
      name: 'evaluate',
      holds: 'RangeError',
      make: () => {
        const model = powerModel()
        return { ...twice(model, (of) => evaluate(of)), inputs: learnedOf(model), outputs: 24 }
      },
    }),
    caseOf({
      name: 'evaluate, with its reports',
      holds: 'RangeError',
      make: () => {
        const model = powerModel()
        return { ...twice(model, (of) => reported(evaluate(of))), inputs: learnedOf(model), outputs: 24 }
      },
    }),
    caseOf({
      name: 'evaluate, of names in columns',
      holds: 'RangeError',
      make: () => {
        const model = visitModel()
        const inputs = [0, 1, 2].map((i) => model.learn(visits(60).slice(20 * i, 20 * i + 20)))
        return { ...twice(model, (of) => evaluate(of)), inputs, outputs: 3 }
      },
    }),
  ],
  learnWith: [
    caseOf({
      name: 'learnWith',
      queues: true,
      holds: 'ModelInUseError',
      make: () => {
        const model = powerModel()
        const operator = (of: Model<Reading>) =>
          learnWith<Reading>(of, { quarantine: { beyond: 0.1 }, replay: { capacity: 5 } })
        return { ...twice(model, operator), inputs: readings(24), outputs: 24 }
      },
    }),
  ],
  detectDrift: [
    caseOf({
      name: 'detectDrift, by losses',
      holds: 'RangeError',
      make: () => {
        const model = powerModel()
        const operator = (of: Model<Reading>) => detectDrift(of, detectors.adwin({ every: 1, delta: 0.9 }))
        return { ...twice(model, operator), inputs: learnedOf(model), outputs: 24 }
      },
    }),
    caseOf({
      name: 'detectDrift, by misses, with a reaction',
      holds: 'RangeError',
      make: () => {
        const model = visitModel()
        const inputs = [0, 1, 2].map((i) => model.learn(visits(60).slice(20 * i, 20 * i + 20)))
        const detector = detectors.ddm({ wait: 3, warning: 0.1, drift: 0.1 })
        return { ...twice(model, (of) => detectDrift(of, detector, { react: reactions.boost() })), inputs, outputs: 3 }
      },
    }),
  ],
  intervals: [
    caseOf({
      name: 'intervals, of rows',
      holds: 'RangeError',
      make: () => {
        const model = powerModel()
        return { ...twice(model, (of) => intervals(of, { window: 5 })), inputs: learnedOf(model), outputs: 24 }
      },
    }),
    caseOf({
      name: 'intervals, of columns',
      holds: 'RangeError',
      make: () => {
        const model = powerModel()
        const inputs = [0, 1, 2].map((i) => model.learn(readings(60).slice(20 * i, 20 * i + 20)))
        return { ...twice(model, (of) => intervals(of) as never), inputs, outputs: 3 }
      },
    }),
  ],
  broadcast: [
    caseOf({
      name: 'broadcast',
      make: () => {
        const server = { publish: () => true, show: () => {} }
        return { operator: broadcast<Learned<Reading>>(server), inputs: learnedOf(powerModel()), outputs: 24 }
      },
    }),
  ],
}

/** Exported functions that make an Observable from something else; sources.test.ts states their laws. */
export const sources: readonly string[] = ['fromRows', 'fromLines', 'fromModel', 'fromBroadcast']
