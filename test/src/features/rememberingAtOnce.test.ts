import fc from 'fast-check'
import { type OperatorFunction, pipe, Subject, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  type Batch,
  backward,
  batch,
  type Chunk,
  createModel,
  encode,
  forward,
  gradient,
  lag,
  learn,
  loss,
  type Model,
  numeric,
  type Row,
  rolling,
  sgd,
  update,
} from '../../../operators/index.js'
import { circuit } from '../../../src/circuit.js'
import { MOST_TRACES } from '../../../src/features/memory.js'
import { workers } from '../../../src/node/index.js'
import { runs } from '../../runs.js'

const plain = { scale: 'none' } as const
/** The sum of the last three numbers, of the labels before the last, and of what the last row of the device was. */
const make = (): Model<Row> =>
  createModel({
    features: {
      x: numeric(plain),
      before: lag('x', 1, plain),
      own: lag('x', 1, { by: 'device', capacity: 3, ...plain }),
      label: lag('y', 2, plain),
      lately: rolling('y', 3, 'max', plain),
    },
    target: { y: numeric(plain) },
    circuit: circuit(({ input, weight, mul, sum }) => ({
      f: sum(mul(input('x', [5]), weight('w', { shape: [5], initial: 0.5 }))),
    })),
    optimizer: sgd({ learningRate: 0.001 }),
    shards: 2,
  }) as unknown as Model<Row>

/** Most rows have no label, and some are rejected. */
const row: fc.Arbitrary<Row> = fc.record(
  {
    x: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -9, max: 9 }) }, { weight: 1, arbitrary: fc.constant('no') }),
    device: fc.constantFrom('p', 'q', 'r', 's', 't'),
    y: fc.integer({ min: -9, max: 9 }),
  },
  { requiredKeys: ['x', 'device'] },
)
const rows = fc.array(row, { minLength: 1, maxLength: 40 })
const probe = { x: 3, device: 'q' }

type Form = (model: Model<Row>, b: number) => OperatorFunction<Row, unknown>
const batched =
  (rest: (model: Model<Row>) => OperatorFunction<Batch<Row>, unknown>): Form =>
  (model, b) =>
    pipe(encode<Row>(model), batch<Row>(b), rest(model))
const forms: Readonly<Record<string, Form>> = {
  learn: (model, b) => learn<Row>(model, { batch: b }),
  'learn, by an engine': (model, b) => learn<Row>(model, { batch: b, engine: workers(1) }),
  'the long form': batched((model) => pipe(forward(model), loss(), backward(), update(model)) as never),
  'the gradient in one': batched((model) => pipe(gradient(model), update(model)) as never),
  'the gradient by an engine': batched((model) => pipe(gradient(model, workers(1)), update(model)) as never),
}
/** What a model has learned, and what it predicts by. */
const stateOf = (model: Model<Row>): unknown => [model.publish(), model.predict(probe).value]

/** Pushes rows through a form, and returns the state after each. */
const statesOf = (form: Form, b: number, given: readonly Row[], end = false): unknown[] => {
  const model = make()
  const row$ = new Subject<Row>()
  row$.pipe(form(model, b)).subscribe()
  const states = given.map((each) => {
    row$.next(each)
    return stateOf(model)
  })
  row$.complete()
  return end ? [stateOf(model), model.counters] : states
}

describe('what fields remember of a row without a label is committed', () => {
  it('at once in steps of one row, in every form, and with the bits of model.learn', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const model = make()
        const expected = given.map((each) => {
          model.learn(each)
          return stateOf(model)
        })
        for (const [name, form] of Object.entries(forms)) expect(statesOf(form, 1, given), name).toEqual(expected)
      }),
      { numRuns: runs(15) },
    )
  })

  it('by the end of an array or a chunk of any size, with the same bits and at the same step', () => {
    const columnsOf = (given: readonly Row[]): Chunk => ({
      kind: 'chunk',
      size: given.length,
      x: Float64Array.from(given.map(({ x }) => (typeof x === 'number' ? x : Infinity))),
      y: Float64Array.from(given.map(({ y }) => (y as number) ?? Number.NaN)),
    })
    const alone = (): Model<Row> =>
      createModel({
        features: { x: numeric(plain), before: lag('x', 1, plain), label: lag('y', 2, plain) },
        target: { y: numeric(plain) },
        circuit: circuit(({ input, weight, mul, sum }) => ({
          f: sum(mul(input('x', [3]), weight('w', { shape: [3], initial: 0.5 }))),
        })),
        optimizer: sgd({ learningRate: 0.001 }),
      }) as unknown as Model<Row>
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 9 }), (given, size) => {
        const [one, arrays, chunks] = [alone(), alone(), alone()]
        const row$ = new Subject<readonly Row[] | Chunk>()
        row$.pipe(learn<Row, readonly Row[] | Chunk>(chunks)).subscribe()
        for (let i = 0; i < given.length; i += size) {
          const some = given.slice(i, i + size)
          for (const each of some) one.learn(each)
          arrays.learn(some)
          row$.next(columnsOf(some))
          expect(stateOf(arrays)).toEqual(stateOf(one))
          expect(stateOf(chunks)).toEqual(stateOf(one))
        }
      }),
      { numRuns: runs(30) },
    )
  })

  it('with its window otherwise, in every form at the same row', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 2, max: 5 }), (given, b) => {
        const { learn: fused, ...others } = forms
        const states = statesOf(fused as Form, b, given)
        const ends = statesOf(fused as Form, b, given, true)
        for (const [name, form] of Object.entries(others)) {
          expect(statesOf(form, b, given), name).toEqual(states)
          expect(statesOf(form, b, given, true), name).toEqual(ends)
        }
      }),
      { numRuns: runs(8) },
    )
  })
})

it.each([1, 3])('an endless stream without labels is remembered in bounded memory, with equal bits: b = %i', (b) => {
  const [fused, long, each] = [make(), make(), make()]
  const row$ = new Subject<Row>()
  row$.pipe(learn<Row>(fused, { batch: b })).subscribe()
  let most = 0
  const watched = tap<Batch<Row>>(({ traces = [] }) => {
    most = Math.max(most, traces.length)
  })
  row$
    .pipe(encode<Row>(long), batch<Row>(b), watched as never, gradient(long as Model<object>), update(long as never))
    .subscribe()
  const given = Array.from({ length: 3 * MOST_TRACES + 100 }, (_, i) => ({
    x: (i * 7) % 11,
    device: `${i % 5}`,
    ...((i < 2 || i > 3 * MOST_TRACES) && { y: i % 4 }),
  }))
  for (const one of given) row$.next(one)
  row$.complete()
  expect(most).toBeLessThanOrEqual(b === 1 ? 1 : MOST_TRACES + 2)
  expect(long.publish()).toEqual(fused.publish())
  for (const one of given) each.learn(one)
  // The memory does not depend on the windows.
  expect(fused.publish().memories).toEqual(each.publish().memories)
})
