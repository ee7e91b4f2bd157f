import { describe, expect, it } from 'vitest'
import type { Engine } from '../../src/engine.js'
import { goodReadings, powerModel, type Reading, visitModel, visits } from './models.js'

// Every record says its kind, and holds no key whose value is undefined, unless its type says that it always has the key.

const rows = goodReadings(6)
const MAY_BE_UNDEFINED = ['predictions', 'y', 'value', 'cursor of a batch']

/** All records that one model makes of these rows, by name. */
const recordsOf = (cursor: string | undefined): Readonly<Record<string, object | undefined>> => {
  const model = powerModel(cursor === undefined ? {} : { cursor })
  const { encode, batch, forward, loss, backward, update, take } = model.stages
  const examples = rows.map((row) => encode(row))
  const window = batch(examples)
  const outputs = forward(window)
  const losses = loss(outputs)
  const gradient = backward(losses)
  const writer = take('records', 2)
  const record = update(gradient, writer)
  const [one, two] = rows.slice(0, 2).map((row) => writer.learn(row))
  const many = writer.learn(rows.slice(2))
  writer.release()
  return {
    ...{ example: examples[0], batch: window, forward: outputs, loss: losses, gradient, update: record },
    ...{ 'learned, open': one, 'learned, closed': two, 'update of learned': two?.update },
    ...{
      'learned, rows': many,
      'predictions of rows': many.predictions,
      prediction: model.predict(rows[0] as Reading),
    },
  }
}
const KINDS: Readonly<Record<string, string>> = {
  ...{ example: 'example', batch: 'batch', forward: 'forward', loss: 'loss', gradient: 'gradient', update: 'update' },
  ...{ 'learned, open': 'learned', 'learned, closed': 'learned', 'update of learned': 'update' },
  ...{ 'learned, rows': 'learned', 'predictions of rows': 'predictions', prediction: 'prediction' },
}

describe.each([undefined, 'timeMs'])('records of a model with cursor %s', (cursor) => {
  it.each(Object.entries(KINDS))('%s is of its kind, and has no undefined value', (name, kind) => {
    const record = recordsOf(cursor)[name] as Record<string, unknown>
    expect(record.kind).toBe(kind)
    const empty = Object.keys(record).filter((key) => record[key] === undefined && !MAY_BE_UNDEFINED.includes(key))
    expect(empty).toEqual([])
  })
})

it('an event has no undefined value, whether its row has a cursor or not', () => {
  for (const cursor of [undefined, 'timeMs']) {
    const model = powerModel(cursor === undefined ? {} : { cursor })
    const events: Record<string, unknown>[] = []
    model.listen((event) => events.push({ ...event }))
    const row = { ...rows[0], temperature: 'warm' } as unknown as Reading
    model.learn(row)
    model.learn([row, rows[1] as Reading])
    expect(events).toHaveLength(2)
    for (const event of events) expect(Object.keys(event).filter((key) => event[key] === undefined)).toEqual([])
  }
})

it('the predictions of a gradient are those of its forward, whichever engine computed it', () => {
  const here: Engine = {
    kind: 'here',
    open: () => ({
      compute: ({ runs, here }) => {
        runs.forEach((_, shard) => {
          here(shard)
        })
      },
      release() {},
    }),
  }
  const numbers = powerModel({ shards: 3 })
  const names = visitModel(4, { shards: 3 })
  for (const row of goodReadings(20)) numbers.learn(row)
  for (const row of visits(20)) names.learn(row)
  const check = <R>(model: typeof numbers | typeof names, some: readonly R[]): void => {
    const { encode, batch, forward, gradient, task } = model.stages
    const window = batch(some.map((row) => encode(row as never)) as never)
    const { loss } = gradient(window as never, here.open(task))
    expect(loss?.forward.predictions).toEqual(forward(window as never).predictions)
  }
  check(numbers, rows)
  check(names, visits(9))
})
