import { describe, expect, it } from 'vitest'
import {
  adam,
  createModel,
  dense,
  type Expression,
  gelu,
  huber,
  LayoutMismatchError,
  type Model,
  numeric,
  type Ops,
  type Row,
  type Snapshot,
  schedules,
  sgd,
} from '../../../src/index.js'
import { deep as allRuns } from '../../runs.js'
import { bytesOf, kinds, make, remembering } from './kinds.js'

// `restore` is all or nothing: whatever a part of a snapshot is, the model takes the snapshot whole or stays as it was.

type Parts = Record<string, unknown>
const rowAt = (i: number): Row => ({
  ...{ a: (i % 7) / 2 - 1, b: (i % 5) / 2 - 1, hour: i % 24, power: i % 4, speed: i % 3, at: i },
  ...{ room: 'pqrs'[i % 4], side: i % 2 === 0 ? 'L' : 'R', words: [`w${i % 9}`, 'v'], more: ['m'] },
})
const learn = (model: Model, from: number, count: number): Model => {
  for (let i = from; i < from + count; i++) model.learn(rowAt(i))
  return model
}

const creators: Readonly<Record<string, () => Model>> = {
  ...Object.fromEntries(Object.keys(kinds).map((name) => [name, () => make(name)])),
  'fields that remember': () => createModel(remembering) as Model,
}

const cyclic: Parts = {}
cyclic.self = cyclic
let deep: unknown = 0
for (let i = 0; i < 20_000; i++) deep = [deep]

/** Values that no part of a snapshot may have. */
const WRONG: Readonly<Record<string, unknown>> = {
  ...{ null: null, NaN: Number.NaN, '-5': -5, Infinity, '0.5': 0.5, true: true, 'a bigint': 1n },
  ...{
    'a symbol': Symbol('s'),
    'a function': () => 0,
    'a map': new Map(),
    'an empty list': [],
    'a hole': new Array(3),
  },
  ...{ 'an empty object': {}, 'no prototype': Object.create(null), text: 'text', 'a list of null': [null] },
  ...{ bytes: new Uint8Array(3), 'other numbers': new Int16Array(4), 'a view': new DataView(new ArrayBuffer(8)) },
}
/** Those of them that a part may well have; what is written here stays with each part, so that the table is complete. */
const RIGHT: Readonly<Record<string, readonly string[]>> = {
  cursor: ['-5', '0.5', 'text'],
  kept: ['an empty object', 'no prototype'],
  // It names what differs and is not applied; a wrong one is no reason to lose a model.
  settings: Object.keys(WRONG),
}

/** Changes to single numbers and names, and parts that belong to another state. */
const tornOf = (whole: Snapshot): Readonly<Record<string, Parts>> => {
  const torn: Record<string, Parts> = {}
  for (const name of ['parameters', 'statistics', 'slots', 'scalars'] as const) {
    const numbers = whole[name]
    torn[`${name}: as a list`] = { [name]: [...numbers] }
    torn[`${name}: one more`] = { [name]: new (numbers.constructor as Float64ArrayConstructor)(numbers.length + 1) }
    torn[`${name}: bytes`] = { [name]: new Uint8Array(numbers.length) }
    torn[`${name}: of the other type`] = {
      [name]: numbers.BYTES_PER_ELEMENT === 4 ? Float64Array.from(numbers) : Float32Array.from(numbers),
    }
    if (numbers.length === 0) continue
    torn[`${name}: one less`] = { [name]: numbers.slice(1) }
    for (const [what, x] of Object.entries({ NaN: Number.NaN, Infinity, '-Infinity': -Infinity }))
      for (const i of [0, numbers.length - 1])
        torn[`${name}: ${what} at ${i}`] = { [name]: numbers.slice().fill(x, i, i + 1) }
  }
  torn['scalars: step −5'] = { scalars: whole.scalars.slice().fill(-5, 0, 1) }
  torn['format 2'] = { format: 2 }
  for (const name of Object.keys(whole.counters))
    for (const [what, value] of Object.entries({ ...WRONG, nothing: undefined }))
      if (name !== 'clipped' || value !== undefined)
        torn[`counters.${name}: ${what}`] = { counters: { ...whole.counters, [name]: value } }
  whole.vocabularies.forEach((names, i) => {
    const others = (list: unknown): Parts => ({
      vocabularies: whole.vocabularies.map((own, j) => (i === j ? list : own)),
    })
    for (const [what, value] of Object.entries(WRONG))
      if (names.length > 0 || what !== 'an empty list') torn[`vocabulary ${i}: ${what}`] = others(value)
    torn[`vocabulary ${i}: one more name`] = others([...names, 'another'])
    torn[`vocabulary ${i}: very many names`] = others(Array.from({ length: 5000 }, (_, j) => `name ${j}`))
    if (names.length > 0) torn[`vocabulary ${i}: one less`] = others(names.slice(1))
    if (names.length > 1) torn[`vocabulary ${i}: a name twice`] = others(names.map(() => names[0]))
    const noNames = Object.entries(WRONG).filter(([what]) => !['-5', '0.5', 'true', 'text'].includes(what))
    for (const [what, value] of names.length > 0 ? noNames : [])
      torn[`vocabulary ${i}: ${what} as a name`] = others([...names.slice(1), value])
    for (const [what, value] of Object.entries(WRONG))
      torn[`evictions ${i}: ${what}`] = { evictions: whole.evictions.map((own, j) => (i === j ? value : own)) }
  })
  torn['one vocabulary more'] = { vocabularies: [...whole.vocabularies, []] }
  torn['one count of evictions more'] = { evictions: [...whole.evictions, 0] }
  const { healthy, memories } = whole
  if (healthy) {
    for (const [what, value] of Object.entries({ ...WRONG, nothing: undefined })) {
      torn[`healthy.step: ${what}`] = { healthy: { ...healthy, step: value } }
      torn[`healthy.bytes: ${what}`] = { healthy: { ...healthy, bytes: value } }
    }
    torn['healthy: of NaN'] = { healthy: { ...healthy, bytes: new Uint8Array(healthy.bytes.length).fill(255) } }
    torn['healthy: one byte less'] = { healthy: { ...healthy, bytes: healthy.bytes.slice(1) } }
  }
  memories?.forEach((memory, i) => {
    const others = (own: unknown): Parts => ({ memories: memories.map((each, j) => (i === j ? own : each)) })
    for (const [what, value] of Object.entries({ ...WRONG, nothing: undefined })) {
      torn[`memory ${i}: ${what}`] = others(value)
      for (const part of ['keys', 'values', 'evictions'])
        torn[`memory ${i}.${part}: ${what}`] = others({ ...memory, [part]: value })
      if (typeof value !== 'string')
        torn[`memory ${i}: ${what} as a key`] = others({ ...memory, keys: [...memory.keys.slice(1), value] })
    }
    torn[`memory ${i}: a key twice`] = others({
      ...memory,
      ...{ keys: ['k', 'k'], values: new Float64Array((2 * memory.values.length) / memory.keys.length) },
    })
    torn[`memory ${i}: infinite`] = others({ ...memory, values: memory.values.slice().fill(Infinity) })
  })
  torn['memories of other fields'] = {
    memories: [...(memories ?? []), { keys: [], values: new Float64Array(), evictions: 0 }],
  }
  const kept = {
    function: () => 0,
    map: new Map(),
    set: new Set(),
    date: new Date(0),
    bigint: 1n,
    symbol: Symbol('s'),
    cyclic,
    deep,
  }
  for (const [what, value] of Object.entries({ ...kept, numbers: new Float64Array(3), 'a class': Promise.resolve() }))
    torn[`kept: ${what}`] = { kept: { ...whole.kept, scores: { list: [1, value] } } }
  return torn
}

describe.each(Object.entries(creators).map(([name, create], k) => [name, create, k] as const))('%s', (_, create, k) => {
  it('refuses every wrong part in a sentence, stays as it was, and goes on as its twin does', () => {
    const [origin, model, twin] = [learn(create(), 0, 9), learn(create(), 3, 6), learn(create(), 3, 6)]
    origin.stages.keep('scores', () => ({ list: [1, null, 'text', true, Number.NaN] })).release()
    const whole = origin.snapshot()
    const before = JSON.stringify(bytesOf(model.snapshot()))
    const wrong: Record<string, unknown> = {}
    for (const part of Object.keys(whole)) {
      for (const [what, value] of Object.entries(WRONG))
        if (!RIGHT[part]?.includes(what)) wrong[`${part}: ${what}`] = { ...whole, [part]: value }
      const { [part as 'step']: own, ...lacking } = whole
      if (!['cursor', 'healthy', 'settings', 'learnedSince'].includes(part)) wrong[`${part}: nothing`] = lacking
    }
    // A model may have no names, so an empty list is right.
    if (whole.vocabularies.length === 0)
      for (const part of ['vocabularies', 'evictions']) delete wrong[`${part}: an empty list`]
    for (const [what, parts] of Object.entries(tornOf(whole))) wrong[what] = { ...whole, ...parts }
    for (const [what, value] of Object.entries({ ...WRONG, nothing: undefined }))
      wrong[`a snapshot that is ${what}`] = value

    expect(Object.keys(wrong).length).toBeGreaterThan(300)
    // Short runs try a third of the wrong parts on each kind of model, and so all of them on some kind.
    const tried = Object.entries(wrong).filter((_, i) => allRuns || i % 3 === k % 3)
    for (const [what, snapshot] of tried) {
      let error: unknown
      try {
        model.restore(snapshot as Snapshot)
      } catch (thrown) {
        error = thrown
      }
      expect(error instanceof LayoutMismatchError || error instanceof TypeError, `${what}: ${error}`).toBe(true)
      expect((error as Error).message, what).toMatch(/^restore: .{10,}; expected \S.*\.$/s)
      expect(JSON.stringify(bytesOf(model.snapshot())), what).toBe(before)
    }
    for (const each of [model, twin]) learn(each, 9, 5)
    expect(bytesOf(model.snapshot())).toEqual(bytesOf(twin.snapshot()))
    model.restore(whole)
    expect(bytesOf({ ...model.snapshot(), step: whole.step })).toEqual(bytesOf(whole))
  })

  it('takes a snapshot without settings and without a count of clipped values, as older ones are', () => {
    const [origin, model] = [learn(create(), 0, 9), create()]
    const { settings, ...whole } = origin.snapshot()
    const { clipped, ...counters } = whole.counters
    model.restore({ ...whole, counters: { ...counters, unknown: 5 } } as unknown as Snapshot)
    expect(bytesOf({ ...model.snapshot(), counters: {} as never })).toEqual(
      bytesOf({ ...whole, settings: settings!, counters: {} as never }),
    )
    expect(model.counters).toEqual({ ...counters, clipped: 0 })
  })
})

describe('a snapshot of another configuration', () => {
  const usual = { features: { a: numeric() }, target: { power: numeric() }, layers: [dense(16), dense(1)] }
  const differences: readonly (readonly [object, object, string])[] = [
    [
      { layers: [dense(1)] },
      { layers: [dense(1, 'identity', { bias: false })] },
      'layers: dense(1) here, dense(1, no bias) in the snapshot',
    ],
    [{}, { layers: [dense(8), dense(1)] }, 'layers: dense(16), dense(1) here, dense(8), dense(1) in the snapshot'],
    [
      {},
      { layers: [dense(16, gelu), dense(1)] },
      'layers: dense(16), dense(1) here, dense(16, gelu), dense(1) in the snapshot',
    ],
    [{ features: { a: numeric(), b: numeric() } }, {}, "feature 'b' is new"],
    [{}, { features: { a: numeric(), b: numeric() } }, "feature 'b' is in the snapshot only"],
    [
      {},
      { features: { a: numeric({ clip: 4 }) } },
      "feature 'a': numeric(exponential, 5, mean) here, numeric(exponential, 4, mean) in the snapshot",
    ],
    [
      { target: { power: numeric({ scale: 'none' }) } },
      {},
      "target 'power': numeric(none, mean) here, numeric(exponential, mean) in the snapshot; loss: squared() here, huber(1) in the snapshot",
    ],
    [{ loss: huber({ delta: 2 }) }, {}, 'loss: huber(2) here, huber(1) in the snapshot'],
    [
      { optimizer: adam() },
      { optimizer: sgd() },
      'optimizer: adam(0.9, 0.999, 1e-8) here, sgd() in the snapshot; learningRate: 0.003 here, 0.01 in the snapshot',
    ],
    [
      { optimizer: sgd({ learningRate: schedules.inverseSqrt({ initial: 0.1 }) }) },
      { optimizer: sgd() },
      'learningRate: inverseSqrt(0.1) here, 0.01 in the snapshot',
    ],
    [{ optimizer: sgd({ groups: { bias: 0.5 } }) }, { optimizer: sgd() }, "learning rate of 'bias' is new"],
    [{ freeze: ['bias'] }, {}, 'freeze: bias here, none in the snapshot'],
    [{ precision: 'f64' }, {}, 'precision: f64 here, f32 in the snapshot'],
    [{ shards: 2 }, {}, 'shards: 2 here, 1 in the snapshot'],
    [{ guard: { every: 9 } }, {}, 'guardEvery: 9 here, 1024 in the snapshot'],
    [{ statistics: 'afterPrediction' }, {}, 'statistics: afterPrediction here, beforePrediction in the snapshot'],
  ]
  const of = (changes: object): Model => createModel({ ...usual, ...changes } as typeof usual) as unknown as Model

  it.each(differences)('is refused by naming what differs: %o, %o', (here, there, named) => {
    expect(() => of(here).restore(of(there).snapshot())).toThrow(` What differs: ${named}.`)
  })

  it('is refused by the hash alone if the snapshot names no settings, or if no text differs', () => {
    const { settings, ...older } = of({}).snapshot()
    const other = of({ layers: [dense(8), dense(1)] })
    const end = /the same features, circuit, loss and optimizer\.$/
    expect(() => other.restore(older)).toThrow(end)
    const [one, two] = [(x: Expression) => x, (x: Expression, { neg }: Ops) => neg(x)].map((f) =>
      of({ layers: [dense(3, (x, ops) => f(x, ops)), dense(1)] }),
    )
    expect(() => two!.restore(one!.snapshot())).toThrow(end)
  })

  it('names at most nine differences', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`x${i}`, numeric()]))
    expect(() => of({ features: many }).restore(of({}).snapshot())).toThrow(/feature 'x8' is new; …\.$/)
  })
})
