// tsc checks this file as part of the type check; the test is that it compiles.

import { map, type Observable, of } from 'rxjs'
import {
  backward,
  batch,
  broadcast,
  type Chunk,
  category,
  createModel,
  dense,
  detectDrift,
  detectors,
  difference,
  type Evaluation,
  type Expression,
  encode,
  evaluate,
  filled,
  forward,
  fromLines,
  fromRows,
  gelu,
  gradient,
  type Layer,
  type Learned,
  type LearnedRows,
  lag,
  layerNorm,
  learn,
  loss,
  type Model,
  numeric,
  type Prediction,
  predict,
  rolling,
  type Update,
  update,
  type Value,
} from '../../operators/index.js'
import type { createServer } from '../../src/node/index.js'

declare const server: Awaited<ReturnType<typeof createServer>>
declare const chunk: Chunk
declare const without$: Observable<{ readonly temperature: number }>
declare function layers(...layers: Layer[]): void
declare function lines(): AsyncIterable<string>

const model = createModel({
  features: { temperature: numeric(), room: category() },
  target: { power: numeric() },
  layers: [dense(1)],
})
type Row = typeof model extends Model<infer R, number> ? R : never
interface Reading {
  temperature: number
  room: string
  power: number
}
type Warmth = Pick<Reading, 'temperature' | 'room'>
const row: Reading = { temperature: 21, room: 'A', power: 310 }
const churn = createModel({
  features: { calls: numeric() },
  target: { leaves: category({ values: ['no', 'yes'] }) },
  layers: [dense(1)],
})
const species = createModel({ features: { length: numeric() }, target: { name: category() }, layers: [dense(3)] })
const roomy = createModel({
  features: { length: numeric() },
  target: { name: category({ values: ['a'], capacity: 3 }) },
  layers: [dense(3)],
})
const strict = createModel({
  features: { x: numeric({ missing: 'reject' }), room: category({ missing: 'reject' }) },
  target: { y: numeric() },
  layers: [dense(1)],
})
const row$ = of(row)

/** Compiles only where the two types are equal. */
const is =
  <Expected>() =>
  <Actual>(_: Actual & (Same<Actual, Expected> extends true ? unknown : never)): void => {}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const typeOf = <T>(_: { subscribe(next: (value: T) => void): unknown }): T => undefined as never

export const compiles = (): void => {
  const long$ = row$.pipe(
    encode(model),
    batch(32),
    forward(model),
    loss(),
    backward(),
    update(model),
    broadcast(server),
  )
  is<Update<Reading>>()(typeOf(long$))
  is<Update<Reading>>()(
    typeOf(row$.pipe(encode(model), batch({ size: 8, withinMs: 10 }), gradient(model), update(model))),
  )

  // The type of the output follows from the type of the input.
  is<Learned<Reading, number>>()(typeOf(row$.pipe(learn(model))))
  is<LearnedRows<Reading, number>>()(typeOf(of([row]).pipe(learn(model, { batch: 8 }))))
  is<LearnedRows<Row, number>>()(typeOf(of(chunk).pipe(learn(model))))
  is<Learned<Reading, number> | LearnedRows<Row, number>>()(typeOf(of(row, chunk).pipe(learn(model))))
  is<Evaluation<Reading, number>>()(typeOf(row$.pipe(learn(model), evaluate(model), broadcast(server))))
  is<Evaluation<Reading, number>>()(typeOf(of([row]).pipe(learn(model), evaluate(model))))
  const watched$ = row$.pipe(learn(model), detectDrift(model, detectors.adwin()))
  is<Learned<Reading, number>>()(typeOf(watched$))
  is<Evaluation<Reading, number>>()(typeOf(watched$.pipe(evaluate(model))))
  is<Learned<Reading, number>>()(typeOf(row$.pipe(learn(model), broadcast(server))))
  is<Prediction<Warmth, number>>()(typeOf(of<Warmth>({ temperature: 21, room: 'A' }).pipe(predict(model))))

  // What a row has beside the model's columns stays on it.
  const named$ = of({ ...row, id: 'r7' })
  is<string>()(
    typeOf(
      named$.pipe(
        learn(model),
        map(({ rows: [{ id }] }) => id),
      ),
    ),
  )
  is<string | undefined>()(
    typeOf(
      named$.pipe(
        learn(model),
        map(({ predictions }) => predictions?.row.id),
      ),
    ),
  )
  is<string>()(
    typeOf(
      named$.pipe(
        predict(model),
        map((prediction) => prediction.row.id),
      ),
    ),
  )
  is<string[]>()(
    typeOf(
      named$.pipe(
        encode(model),
        batch(8),
        map(({ examples }) => examples.map((example) => example.row.id)),
      ),
    ),
  )

  // A prediction's value is a number, one of the names that are declared, or any name, which may be unknown yet.
  is<number | undefined>()(
    typeOf(
      row$.pipe(
        learn(model),
        map(({ predictions }) => predictions?.value),
      ),
    ),
  )
  is<number>()(model.predict(row).value)
  is<'no' | 'yes'>()(churn.predict({ calls: 3 }).value)
  is<Readonly<Record<'no' | 'yes', number>> | undefined>()(churn.predict({ calls: 3 }).probabilities)
  is<readonly ('no' | 'yes')[]>()(churn.labels)
  is<Value | undefined>()(species.predict({ length: 3 }).value)
  is<Value | undefined>()(roomy.predict({ length: 3 }).value)

  // A column that may be missing may be optional, for operators and for calls.
  const gappy$ = of<{ temperature?: number; room?: string | undefined; power?: number }>({ temperature: 21 })
  is<number | undefined>()(
    typeOf(
      gappy$.pipe(
        learn(model),
        map(({ rows: [{ temperature }] }) => temperature),
      ),
    ),
  )
  gappy$.pipe(encode(model), batch(8), gradient(model), update(model))
  gappy$.pipe(map((gappy) => [model.learn(gappy), model.predict(gappy), model.learn([gappy])]))

  // Operators compose in functions of any row.
  const pipeline = <R>(given: Model<R>, given$: Observable<R>) => [
    given$.pipe(learn(given), detectDrift(given, detectors.ddm()), evaluate(given)),
    given$.pipe(encode(given), batch(8), forward(given), loss(), backward(), update(given)),
    given$.pipe(predict(given)),
  ]
  pipeline<Row>(model, row$)
  // An operator that is made in advance has the rows of its model.
  const [learnPower, encodePower, batch8, stepPower] = [learn(model), encode(model), batch<Row>(8), gradient(model)]
  row$.pipe(learnPower)
  row$.pipe(encodePower, batch8, stepPower, update(model))

  // These are the types of sources.
  is<Reading>()(typeOf(fromRows([row])))
  is<readonly Reading[]>()(typeOf(fromRows([row], { chunk: 2 })))
  fromRows([row], { chunk: 2 }).pipe(learn(model))
  fromLines(lines(), (line): typeof row => JSON.parse(line)).pipe(learn(model))

  // A layer is any object of its form.
  const doubled: Layer = { kind: 'doubled', build: ({ mul }, x) => mul(2, x as Expression) }
  layers(
    dense(8, gelu),
    dense(8, (x, { mul, tanh }) => mul(x, tanh(x))),
    doubled,
    layerNorm(),
    dense(1),
  )

  // A missing value may be null, and a label may be left out.
  of({ temperature: null, room: undefined }).pipe(learn(model))
}

export const compilesToo = (): void => {
  // A row may hold its weight and its cursor where the configuration names them.
  const resumed = createModel({
    features: { x: numeric() },
    target: { y: numeric() },
    layers: [dense(1)],
    ...{ weight: 'w', cursor: 'id' },
  })
  const named = createModel({
    features: { x: numeric() },
    target: { y: numeric() },
    layers: [dense(1)],
    weight: 'w',
    cursor: 'id',
  })
  named.learn({ x: 1, y: 2, w: 3, id: 'r7' })
  named.learn({ x: 1, y: 2 })
  is<number>()(named.predict({ x: 1 }).value)
  of({ x: 1, y: 2, id: 7 }).pipe(learn(named))
  of({ x: 1, y: 2 }).pipe(learn(resumed))
  // @ts-expect-error a cursor is text or a number
  named.learn({ x: 1, y: 2, id: true })
}

export const doesNotCompile = (): void => {
  // @ts-expect-error texts in columns of numbers
  of<Record<string, string>>({}).pipe(learn(strict))

  // @ts-expect-error an activation is one of a few names, or a function
  dense(8, 'rely')
  // @ts-expect-error a function of an expression gives an expression
  dense(8, () => 1)
  // @ts-expect-error a layer has a build
  layers(dense(8), { kind: 'mine' })
  // @ts-expect-error a feature is not there
  without$.pipe(encode(model))
  // @ts-expect-error a feature is not there
  without$.pipe(learn(model))
  // @ts-expect-error nor in an array
  of([{ temperature: 21 }]).pipe(learn(model))
  // @ts-expect-error nor for a prediction
  without$.pipe(predict(model))
  // @ts-expect-error a number where a name stands is one, but text is no number
  of({ temperature: 'warm', room: 1 }).pipe(learn(model))
  // @ts-expect-error a misspelt column in a row that is written out
  model.learn({ temperature: 21, rom: 'A', power: 3 })
  // @ts-expect-error a misspelt target in a row that is written out
  model.learn({ temperature: 21, room: 'A', pwoer: 3 })
  // @ts-expect-error a column whose absence rejects the row cannot be optional
  of<{ x?: number; room: string }>({ room: 'A' }).pipe(learn(strict))
  // @ts-expect-error nor null
  of({ x: 3, room: null }).pipe(predict(strict))
  // @ts-expect-error nor left out
  strict.learn({ x: 3 })
  // @ts-expect-error a name that is not declared
  if (churn.predict({ calls: 1 }).value === 'maybe') return
  // @ts-expect-error batch before encode
  row$.pipe(batch(32), encode(model))
  // @ts-expect-error no batch
  row$.pipe(encode(model), forward(model))
  // @ts-expect-error no encode
  row$.pipe(forward(model))
  // @ts-expect-error no loss
  row$.pipe(encode(model), batch(1), forward(model), backward())
  // @ts-expect-error update before backward
  row$.pipe(encode(model), batch(1), forward(model), loss(), update(model))
  // @ts-expect-error loss before forward
  row$.pipe(encode(model), batch(1), loss())
  // @ts-expect-error forward twice
  row$.pipe(encode(model), batch(1), forward(model), forward(model))
  // @ts-expect-error gradient of gradients
  row$.pipe(encode(model), batch(1), gradient(model), backward())
  // @ts-expect-error learn takes rows, not examples
  row$.pipe(encode(model), learn(model))
  // @ts-expect-error predict takes rows
  row$.pipe(learn(model), predict(model))
  // @ts-expect-error evaluate needs what was predicted when the row came
  row$.pipe(predict(model), evaluate(model))
  // @ts-expect-error detectDrift needs what was predicted when the row came
  row$.pipe(predict(model), detectDrift(model, detectors.adwin()))
  // @ts-expect-error a gradient carries no model
  row$.pipe(encode(model), batch(1), gradient(model), broadcast(server))
  // @ts-expect-error a window by time alone
  batch({ withinMs: 10 })
  // @ts-expect-error a connection is not rows
  fromRows(server)
}

// A row holds the columns that a lag reads, and no column with the lag's own name.
{
  const features = { before: lag('power', 1, { by: 'device' }), warmth: lag('temperature', 2) }
  const model = createModel({
    features,
    target: { power: numeric() },
    layers: [dense(1)],
  })
  model.learn({ device: 'fridge', temperature: 20, power: 80 })
  model.predict({ device: 'fridge' })
  // @ts-expect-error: before is recalled, and not read
  model.predict({ before: 3 })
}

// So it is with each kind that remembers, but for a number that is filled, which a row may hold.
{
  const model = createModel({
    features: {
      mean: rolling('power', 24),
      most: rolling('wind', { withinMs: 1000, time: 'at' }, 'max', { by: 'device' }),
      warming: difference('temperature', 1, { by: 'room' }),
      pressure: filled({ by: 'site' }),
      gust: numeric({ missing: 'flag' }),
    },
    target: { power: numeric() },
    layers: [dense(1)],
  })
  model.learn({
    wind: 3,
    at: new Date(),
    device: 'fridge',
    temperature: 20,
    room: 'A',
    pressure: 1013,
    site: 1,
    power: 80,
  })
  model.predict({ pressure: null, at: 5, gust: 4 })
  // @ts-expect-error: a pressure is a number
  model.predict({ pressure: 'high' })
  // @ts-expect-error: mean is recalled, and not read
  model.predict({ mean: 3 })
  // @ts-expect-error: no field reads it
  model.predict({ humidity: 3 })
  // @ts-expect-error: there is no such statistic
  rolling('power', 24, 'median')
}
