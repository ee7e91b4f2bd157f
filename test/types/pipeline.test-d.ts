// tsc checks this file as part of the type check; the test is that it compiles.

import { type Observable, of } from 'rxjs'
import {
  backward,
  batch,
  broadcast,
  type Chunk,
  category,
  createModel,
  dense,
  type Evaluation,
  type Expression,
  encode,
  evaluate,
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
  numeric,
  type Prediction,
  predict,
  type Update,
  update,
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
type Row = typeof model extends { predict(row: infer R): unknown } ? R : never
const row = { temperature: 21, room: 'A', power: 310 }
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
  is<Update<Row>>()(typeOf(long$))
  is<Update<Row>>()(typeOf(row$.pipe(encode(model), batch({ size: 8, withinMs: 10 }), gradient(model), update(model))))

  // The type of the output follows from the type of the input.
  is<Learned<Row>>()(typeOf(row$.pipe(learn(model))))
  is<LearnedRows<Row>>()(typeOf(of([row]).pipe(learn(model, { batch: 8 }))))
  is<LearnedRows<Row>>()(typeOf(of(chunk).pipe(learn(model))))
  is<Learned<Row> | LearnedRows<Row>>()(typeOf(of(row, chunk).pipe(learn(model))))
  is<Evaluation<Row>>()(typeOf(row$.pipe(learn(model), evaluate(model), broadcast(server))))
  is<Evaluation<Row>>()(typeOf(of([row]).pipe(learn(model), evaluate(model))))
  is<Learned<Row>>()(typeOf(row$.pipe(learn(model), broadcast(server))))
  is<Prediction<Row>>()(typeOf(of({ temperature: 21, room: 'A' }).pipe(predict(model))))

  // These are the types of sources.
  is<{ temperature: number; room: string; power: number }>()(typeOf(fromRows([row])))
  is<readonly { temperature: number; room: string; power: number }[]>()(typeOf(fromRows([row], { chunk: 2 })))
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

export const doesNotCompile = (): void => {
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
