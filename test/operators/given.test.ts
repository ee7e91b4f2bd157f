import { NEVER, type OperatorFunction, of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import * as rxgrad from '../../operators/index.js'
import * as core from '../../src/index.js'

const { backward, bag, batch, broadcast, checkpoint, compete, createModel, dense } = rxgrad
const { dedupe, detectAnomalies, detectDrift, detectors, orderByTime } = rxgrad
const {
  encode,
  evaluate,
  forecast,
  forward,
  fromBroadcast,
  fromLines,
  fromModel,
  fromRows,
  gradient,
  intervals,
  joinLabels,
} = rxgrad
const { learn, learnByKey, learnWith, loss, numeric, predict, update, writeTo } = rxgrad

/** Every operator that is given a model, or something else of the same importance. */
const needing: Readonly<Record<string, (given: never) => unknown>> = {
  ...{
    broadcast,
    checkpoint,
    compete,
    encode,
    evaluate,
    forward,
    fromBroadcast,
    fromLines,
    fromModel,
    fromRows,
    gradient,
    intervals,
    learn,
    learnWith: (given) => learnWith(given, { replay: true }),
    predict,
    writeTo,
  },
  ...{ update, detectDrift: (given) => detectDrift(given, detectors.adwin()) },
  ...{
    orderByTime: (given) => orderByTime(given, { time: 'at', latenessMs: 1 }),
    dedupe: (given) => dedupe(given, { key: 'id' }),
  },
  ...{ detectAnomalies, forecast, joinLabels: (given) => joinLabels(given, NEVER, { key: 'id' }) },
  // Any function may make models, so what is given beside one is wrong too.
  bag: (given) => bag(given === learn ? (undefined as never) : given),
  learnByKey: (given) => learnByKey(given, given === learn ? (undefined as never) : (row: { x: string }) => row.x),
}

const model = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] })
const row = { x: 1, y: 2 }
const { stages } = model
const records: Readonly<Record<string, unknown>> = {
  // This step comes first, because a backward needs the θ of its forward.
  learned: model.learn(row),
  example: stages.encode(row),
  batch: stages.batch([stages.encode(row)]),
  forward: stages.forward(stages.batch([stages.encode(row)])),
  loss: stages.loss(stages.forward(stages.batch([stages.encode(row)]))),
  gradient: stages.backward(stages.loss(stages.forward(stages.batch([stages.encode(row)])))),
}
/** Every operator that is given records, with the kind that it expects. */
const stagesByKind: Readonly<Record<string, readonly [kind: string, operator: () => unknown]>> = {
  batch: ['example', () => batch(2)],
  forward: ['batch', () => forward(model)],
  loss: ['forward', () => loss()],
  backward: ['loss', () => backward()],
  gradient: ['batch', () => gradient(model)],
  update: ['gradient', () => update(model)],
  evaluate: ['learned', () => evaluate(model)],
  intervals: ['learned', () => intervals(model)],
  detectDrift: ['learned', () => detectDrift(model, detectors.adwin())],
}

const errorOf = (operator: unknown, record: unknown): unknown => {
  let error: unknown
  of(record)
    .pipe(operator as OperatorFunction<unknown, unknown>)
    .subscribe({
      error: (reason: unknown) => {
        error = reason
      },
    })
  return error
}

/** These are given neither a model nor records of a stage. */
const ofAnything = ['boundedBuffer']

describe('every operator', () => {
  it('is enrolled here', () => {
    const exported = Object.keys(rxgrad).filter((name) => !(name in core))
    expect([...new Set([...Object.keys(needing), ...Object.keys(stagesByKind), ...ofAnything])].sort()).toEqual(
      exported.sort(),
    )
  })

  for (const [name, operator] of Object.entries(needing))
    it(`says what was given in place of a model: ${name}`, () => {
      for (const wrong of [undefined, null, { batch: 32 }, learn])
        expect(() => operator(wrong as never)).toThrow(
          expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(`^${name}: `) }),
        )
      expect(() => operator(undefined as never)).toThrow(/: (the )?\w+ (is|are) undefined; expected /)
    })

  for (const [name, [expected, operator]] of Object.entries(stagesByKind))
    it(`says which record of another stage was given: ${name}`, () => {
      for (const [kind, record] of Object.entries(records))
        if (kind !== expected)
          expect((errorOf(operator(), record) as TypeError).message).toMatch(
            `${name}: the record is of kind '${kind}'; expected one of kind '${expected}', as `,
          )
      expect((errorOf(operator(), row) as TypeError).message).toMatch(`${name}: the record is an object; expected`)
      expect((errorOf(operator(), undefined) as TypeError).message).toMatch(`${name}: the record is undefined;`)
      expect(errorOf(operator(), records[expected])).toBeUndefined()
    })

  it('says that a broadcast record has no model', () => {
    const server = { publish: () => false, show: () => {} }
    expect((errorOf(broadcast(server), row) as TypeError).message).toBe(
      'broadcast: the model of a record is undefined; expected what createModel returns.',
    )
  })
})
