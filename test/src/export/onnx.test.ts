import fc from 'fast-check'
import {
  type Activation,
  absolute,
  binaryCrossEntropy,
  category,
  createModel,
  cross,
  crossEntropy,
  cyclic,
  dense,
  difference,
  embedding,
  epsilonInsensitive,
  experts,
  type Field,
  factorized,
  filled,
  focal,
  gelu,
  hashed,
  hinge,
  huber,
  type Layer,
  type LossFunction,
  lag,
  layerNorm,
  leakyRelu,
  logCosh,
  type Model,
  numeric,
  poisson,
  quantile,
  quantiles,
  rolling,
  silu,
  squared,
  squaredHinge,
  text,
  time,
  toOnnx,
  windowed,
} from 'rxgrad'
import { circuit } from 'rxgrad/circuit'
import { describe, expect, it } from 'vitest'
import { onnxFields, recalledFields } from '../../../src/export/onnxFields.js'
import type { OnnxConfig } from '../../../src/export/toOnnx.js'
import { fieldKinds } from '../../../src/features/kinds.js'
import { activationNames } from '../../../src/layers/activations.js'
import { layerKinds } from '../../../src/layers/layerKinds.js'
import * as losses from '../../../src/losses/index.js'
import { createRandom } from '../../../src/random.js'
import type { Row } from '../../../src/values.js'
import { gated } from '../../own/gatedLayer.js'
import { logarithm } from '../../own/logarithm.js'
import { runs } from '../../runs.js'
import { hasRuntime, load } from './runtime.js'

const STRINGS = ['room', 'sky', 'sky 1 ago', 'kind']
const skies = ['sun', 'rain', 'snow']

/** A row with names, missing values and, now and then, one that is far from all others or has a new name. */
const rowOf = (i: number, seed = 1): Row => {
  const random = createRandom(seed, `row ${i}`)
  const [u, v, w] = [random.uniform(0), random.normal(0), random.uniform(1)]
  return {
    t: i % 29 === 28 ? 1e9 * v : 20 + 5 * v,
    s: i % 7 === 3 ? undefined : 1e6 + random.normal(1),
    u: i % 3 === 0,
    room: [`room ${i % 5}`, i % 2, undefined][i % 3],
    kind: ['a', 'b', 'c', 'd', 'e', 'f'][Math.floor(6 * u)],
    hour: i % 11 === 4 ? undefined : 48 * u - 12,
    at: i % 13 === 5 ? undefined : 3.4e12 * (w - 0.5),
    x: random.normal(2),
    power: 300 + 20 * v + 5 * random.normal(3),
    heat: -3 + v * v,
    sold: Math.floor(4 * w),
    sky: skies[Math.floor(3 * w)],
    open: v > 0 ? 'yes' : 'no',
  }
}
const rowsOf = (n: number, seed?: number) => Array.from({ length: n }, (_, i) => rowOf(i, seed))
/** Rows that no model has learned, with names that it does not know. */
const fresh = Array.from({ length: 40 }, (_, i) => ({
  ...rowOf(i, 99),
  ...(i % 10 === 7 && { room: 'new', kind: 'z' }),
}))

const plain = { t: numeric(), s: numeric({ scale: 'standard' }), u: numeric({ scale: 'none' }) }
const fields = { ...plain, room: category({ capacity: 9 }), hour: cyclic(24) }
const power = { power: numeric() }

const trained = (config: object, n = 120, seed?: number): Model => {
  const model = createModel({ features: fields, target: power, layers: [dense(1)], ...config } as never) as Model
  for (const row of rowsOf(n, seed)) model.learn(row)
  return model
}

/** The numbers that a prediction consists of, in the order in which the file has them. */
const numbersOf = (model: Model, row: Row): readonly number[] => {
  const { value, probabilities, values, quantiles: all } = model.predict(row as never)
  if (probabilities) return Object.values(probabilities as Record<string, number>)
  return all ? Object.values(all) : values ? Object.values(values) : [value as number]
}

/** Checks that a file predicts rows as the model does, relative to the size or the spread of what is predicted. */
const predictsAlike = async (model: Model, within = 1e-5, config?: OnnxConfig, rows: readonly Row[] = fresh) => {
  // Nets are optimized as ONNX Runtime does by default; without that, files load faster.
  const isNet = model.description.layout.length > 2
  const file = await load(toOnnx(model, config), STRINGS, isNet ? 'all' : 'basic')
  const outputs = await file.run(rows)
  const targets = Object.keys(model.description.target)
  const [target] = targets as [string]
  const classes = outputs[`${target} probabilities`]
  const columns = classes
    ? [classes]
    : outputs[`${target} quantiles`]
      ? [outputs[`${target} quantiles`]!]
      : targets.map((name) => outputs[name]!)
  const all = rows.map((row) => numbersOf(model, row))
  const spread = Math.max(
    ...[0].map((i) => Math.sqrt(all.reduce((sum, own) => sum + (own[i]! - all[0]![i]!) ** 2, 0) / rows.length)),
  )
  rows.forEach((row, i) => {
    const expected = all[i]!
    const width = expected.length / columns.length
    const found = columns.flatMap((column) => column.slice(i * width, (i + 1) * width)) as number[]
    expected.forEach((number, j) => {
      const off = Math.abs(found[j]! - number) / Math.max(Math.abs(number), spread, 1e-3)
      expect(off, `row ${i}, number ${j}: ${found[j]} for ${number}`).toBeLessThanOrEqual(within)
    })
    if (classes) {
      const [first, second] = [...expected].sort((a, b) => b - a)
      if (first! - (second ?? 0) > 1e-4) expect(outputs[target]![i]).toBe(`${model.predict(row as never).value}`)
    } else expect(outputs[target]![i]).toBe(found[outputs[`${target} quantiles`] ? found.length >> 1 : 0])
  })
  return { file, outputs }
}
const F64 = 1e-9

describe.skipIf(!hasRuntime)('an ONNX file predicts as the model does', () => {
  const layersOf: Readonly<Record<string, readonly Layer[]>> = {
    dense: [dense(6, 'relu'), dense(1)],
    embedding: [embedding(3), dense(5, 'tanh'), dense(1)],
    factorized: [factorized(1, { factors: 3 })],
    layerNorm: [dense(6, 'tanh'), layerNorm(), dense(1)],
    'a layer of your own': [dense(6, 'tanh'), gated(3), dense(1)],
  }
  it('has every kind of layer of the library among these', () => {
    expect(Object.keys(layersOf)).toEqual(expect.arrayContaining(Object.keys(layerKinds)))
  })
  it.each(Object.entries(layersOf))('with layers: %s', async (_, layers) => {
    const config = { layers, features: { ...fields, kind: category({ capacity: 7 }) } }
    await predictsAlike(trained(config))
    await predictsAlike(trained({ ...config, precision: 'f64' }), F64)
  })
  it('with every activation', async () => {
    const activations: readonly Activation[] = [...activationNames, gelu, silu, leakyRelu]
    const layers = [...activations.map((activation) => dense(5, activation)), dense(1)]
    await predictsAlike(trained({ layers, precision: 'f64' }), F64)
    await predictsAlike(trained({ layers }))
  })

  const lossesOf: Readonly<Record<string, [LossFunction, object, readonly Layer[]]>> = {
    absolute: [absolute(), power, [dense(1)]],
    epsilonInsensitive: [epsilonInsensitive(), power, [dense(1)]],
    huber: [huber(), { ...power, heat: numeric({ scale: 'standard' }) }, [dense(4, 'tanh'), dense(2)]],
    logCosh: [logCosh(), power, [dense(1)]],
    binaryCrossEntropy: [
      binaryCrossEntropy(),
      { wet: numeric({ scale: 'none' }), dark: numeric({ scale: 'none' }) },
      [dense(2)],
    ],
    poisson: [poisson(), { sold: numeric({ scale: 'none' }) }, [dense(1)]],
    quantile: [quantile({ alpha: 0.9 }), power, [dense(1)]],
    quantiles: [quantiles([0.1, 0.5, 0.9]), power, [dense(3)]],
    squared: [squared(), { heat: numeric({ scale: 'none' }) }, [dense(1)]],
    crossEntropy: [crossEntropy(), { sky: category() }, [dense(5)]],
    focal: [focal(), { open: category() }, [dense(1)]],
    hinge: [hinge(), { open: category() }, [dense(1)]],
    squaredHinge: [squaredHinge(), { open: category() }, [dense(1)]],
  }
  it('has every loss of the library among these', () => {
    expect(Object.keys(lossesOf).sort()).toEqual(Object.keys(losses).sort())
  })
  it.each(Object.entries(lossesOf))('with the loss %s', async (_, [loss, target, layers]) => {
    const few = { t: numeric(), room: category({ capacity: 9 }) }
    await predictsAlike(trained({ features: few, loss, target, layers }))
    await predictsAlike(
      trained({ features: few, loss, target, layers, precision: 'f64', statistics: 'afterPrediction' }),
      F64,
    )
  })

  const idle: Layer = { kind: 'idle', build: ({ weight }) => weight('w', { shape: [1], initial: 0.5 }) }
  const net = { a: experts.net([dense(1)], { rates: [0.3, 3] }), b: experts.net([dense(4, 'relu'), dense(1)]) }
  const own = circuit(({ add, input, mul, tanh, weight }) => ({
    f: add(mul(input('t'), weight('w', { initial: 0.5 })), tanh(mul(input('s'), weight('v', { initial: 2 })))),
  }))
  it.each<[string, object, OnnxConfig?]>([
    ['a flag for missing numbers', { features: { s: numeric({ missing: 'flag' }), t: numeric({ clip: 2 }) } }],
    ['times', { features: { at: time(), t: numeric({ scale: 'none' }) } }],
    ['no feature that is read', { layers: [idle] }],
    ['a circuit of scalars', { features: { t: numeric(), s: numeric() }, layers: undefined, circuit: own }],
    ['experts', { layers: undefined, experts: net }],
  ])('with %s', async (_, config, options) => {
    await predictsAlike(trained({ ...config, precision: 'f64' }), F64, options)
    await predictsAlike(trained(config), 1e-5, options)
  })
  const nearest = experts.nearest({ neighbors: 4, rows: 50 })
  const island = { room: category({ capacity: 9 }), u: numeric({ scale: 'none' }) }
  it.each<[string, object]>([
    ['a number', { experts: { ...net, nearest } }],
    ['several numbers', { experts: { nearest }, target: { ...power, sold: numeric({ scale: 'none' }) } }],
    // Few places, so that many rows are at the same distance.
    ['rows that are equally near', { experts: { nearest }, features: island }],
    ['classes', { experts: { n: experts.net([dense(4)]), nearest }, target: { sky: category() } }],
    ['two classes', { experts: { n: experts.net([dense(1)]), nearest }, target: { open: category() } }],
    ['no column', { experts: { nearest }, features: { room: category({ capacity: 2000 }) } }],
  ])('with an expert of the nearest rows: %s', async (_, config) => {
    const own = { layers: undefined, ...config }
    for (const n of [1, 3, 30, 120]) await predictsAlike(trained({ ...own, precision: 'f64' }, n), F64)
    await predictsAlike(trained(own))
    await predictsAlike(trained({ ...own, statistics: 'afterPrediction' }))
  })
  it('with the experts that need no tuning', async () => {
    const given = fresh.map((row) => ({ ...row, 'power 1 ago': rowsOf(120).at(-1)!.power }))
    const config = { layers: undefined, experts: experts.auto(), precision: 'f64' }
    await predictsAlike(trained(config), F64, { recalled: 'inputs' }, given)
  })
  it.each([0, 1, 2, 3, 5])('after %i rows, and with one class, or none', async (n) => {
    await predictsAlike(trained({ precision: 'f64' }, n), F64)
    const target = { open: category() }
    if (n > 0) await predictsAlike(trained({ target, precision: 'f64' }, n), F64)
    if (n > 0)
      await predictsAlike(trained({ target: { sky: category() }, layers: [dense(4)], precision: 'f64' }, n), F64)
  })
})

describe.skipIf(!hasRuntime)('the inputs of an ONNX file', () => {
  it('are wild and missing in each state of the scalers', async () => {
    const wild = fc.array(fc.oneof(fc.integer({ min: -500, max: 500 }), fc.constantFrom(1e9, -1e12, 0, 7, 7)), {
      minLength: 0,
      maxLength: 70,
    })
    const scale = fc.constantFrom('exponential' as const, 'standard' as const)
    const statistics = fc.constantFrom('beforePrediction' as const, 'afterPrediction' as const)
    const property = fc.asyncProperty(wild, scale, statistics, fc.nat(60), async (values, own, when, again) => {
      const features = { t: numeric({ scale: own }) }
      const model = trained({ features, statistics: when, precision: 'f64', layers: [dense(1)] }, 0)
      // A long run of wild numbers makes a scaler begin anew.
      for (const t of [...values, ...new Array<number>(again).fill(1e11)]) model.learn({ t, power: 300 + t / 1e12 })
      const rows = [0, 1, -3, 7, 40, -300, 1e9, 1e11, -1e12, undefined, ...values].map((t) => ({ t }))
      await predictsAlike(model, 1e-7, undefined, rows)
    })
    await fc.assert(property, {
      numRuns: runs(150),
      examples: [[[1, 2, 1, 2, 3], 'exponential', 'beforePrediction', 49]],
    })
  })
  it('are scaled by statistics that forget, after a thousand rows', async () => {
    await predictsAlike(trained({ features: { t: numeric() }, precision: 'f64' }, 1500), F64)
  })
  it('have the names of the columns that the model reads', async () => {
    expect((await load(toOnnx(trained({})))).inputs).toEqual(Object.keys(fields))
    const one = circuit(({ input, mul, weight }) => ({ f: mul(input('t'), weight('w')) }))
    const model = trained({ features: { t: numeric(), s: numeric() }, layers: undefined, circuit: one })
    expect((await load(toOnnx(model))).inputs).toEqual(['t'])
  })
  it('may be called as anything', async () => {
    const names = ['Cast 1', 'constant 1', 'layer1', 'dense1.W', 'power probabilities', '__proto__ ', 'ä 🦊', 'x']
    const features = Object.fromEntries(names.map((name) => [name, numeric()]))
    const model = createModel({ features, target: power, layers: [dense(3, 'tanh'), dense(1)] } as never) as Model
    const rows = rowsOf(20).map((row, i) => ({
      ...Object.fromEntries(names.map((name, j) => [name, (i * j) % 7])),
      power: row.power,
    }))
    model.learn(rows as never)
    await predictsAlike(model, 1e-5, undefined, rows)
  })
  it('are rows of any number, of which each has the prediction that it has alone', async () => {
    const { file, outputs } = await predictsAlike(
      trained({ layers: [embedding(2), dense(7, 'tanh'), layerNorm(), dense(1)] }),
    )
    for (const [i, row] of fresh.entries()) {
      const [alone] = (await file.run([row])).power as number[]
      expect(Math.abs(alone! - (outputs.power as number[])[i]!)).toBeLessThanOrEqual(1e-4)
    }
  })
})

const mixed = { linear: experts.net([dense(1)]), noChange: experts.noChange() }
const recalling: Readonly<Record<string, Field>> = {
  lag: lag('power', 2),
  rolling: rolling('power', 3, 'mean'),
  difference: difference('t', 1),
  windowed: windowed('robust', 5),
  filled: filled(),
}
describe('what a model recalls from earlier rows', () => {
  it('is refused by name, with what to do', () => {
    for (const [kind, field] of Object.entries(recalling))
      expect(() => toOnnx(trained({ features: { hour: cyclic(24), t: field } }))).toThrow(
        `toOnnx: feature 't' is of kind '${kind}', which needs earlier rows, and ONNX sees one row at a time; compute its number yourself and give it as an input, by toOnnx(model, { recalled: 'inputs' }).`,
      )
    expect(() => toOnnx(trained({ layers: undefined, experts: mixed }))).toThrow(
      "toOnnx: expert 'noChange' reads the labels of earlier rows, and ONNX sees one row at a time; leave it out",
    )
  })
  it.skipIf(!hasRuntime)('may be given as inputs', async () => {
    const features = { t: numeric(), before: lag('power', 1), two: lag('power', 2, { scale: 'none' }) }
    const model = trained({ features, precision: 'f64' })
    const [one, two] = rowsOf(120)
      .slice(-2)
      .map((row) => row.power)
      .reverse()
    const given = fresh.map((row) => ({ ...row, before: one, two }))
    await predictsAlike(model, F64, { recalled: 'inputs' }, given)
    await predictsAlike(trained({ features: { t: filled() }, precision: 'f64' }), F64, { recalled: 'inputs' }, fresh)
  })
  it.skipIf(!hasRuntime)('includes the labels that experts read, of numbers and of classes', async () => {
    const last = rowsOf(120).at(-1)!
    const model = trained({ layers: undefined, experts: mixed, precision: 'f64' })
    const rows = fresh.map((row) => ({ ...row, 'power 1 ago': last.power, 'sky 1 ago': last.sky }))
    // A label is taken as it is, however far it is from all others.
    const alone = trained({ layers: undefined, experts: { noChange: experts.noChange() }, precision: 'f64' })
    alone.learn({ ...last, power: 1e5 } as never)
    const afterIt = fresh.map((row) => ({ ...row, 'power 1 ago': 1e5 }))
    await predictsAlike(alone, F64, { recalled: 'inputs' }, afterIt)
    const { file } = await predictsAlike(model, F64, { recalled: 'inputs' }, rows)
    expect(file.inputs).toContain('power 1 ago')
    const own = { linear: experts.net([dense(3)]), noChange: experts.noChange() }
    const classes = trained({ layers: undefined, experts: own, target: { sky: category() }, precision: 'f64' })
    await predictsAlike(classes, F64, { recalled: 'inputs' }, rows)
  })
})

describe('a field or an op that ONNX cannot compute', () => {
  const refused: Readonly<Record<string, Field>> = { hashed: hashed(), text: text(), cross: cross('room', 'kind') }
  it('is each kind of the library that is not exported', () => {
    const known = [...Object.keys(onnxFields), ...Object.keys(recalledFields), ...Object.keys(refused)]
    expect(known.sort()).toEqual(Object.keys(fieldKinds).sort())
    expect(Object.keys(recalling).sort()).toEqual(Object.keys(recalledFields).sort())
  })
  it('is refused by its name and its kind', () => {
    for (const [kind, field] of Object.entries(refused))
      expect(() => toOnnx(trained({ features: { hour: cyclic(24), kind: field } }))).toThrow(
        new RegExp(
          `^toOnnx: feature 'kind' is of kind '${kind}', which hashes .*, and ONNX has no such hash; expected `,
        ),
      )
  })
  it('is one of a kind of your own', () => {
    const model = createModel({ features: { t: logarithm() }, target: power, layers: [dense(1)] } as never) as Model
    const kind = { kind: 'logarithm', read: () => logarithm(), labels: () => [] } as never
    expect(() => toOnnx(model, { fieldKinds: [kind] })).toThrow(
      "toOnnx: feature 't' is of kind 'logarithm', which has no counterpart in ONNX; expected",
    )
  })
  it('is a category of which all columns are taken, where new names share one by a hash', () => {
    const of = (onFull: 'hash' | 'evictOldest') => trained({ features: { kind: category({ capacity: 6, onFull }) } })
    expect(() => toOnnx(of('hash'))).toThrow(
      /^toOnnx: feature 'kind' has names in all of its 6 columns, .*; expected onFull/,
    )
    expect(toOnnx(of('evictOldest')).length).toBeGreaterThan(0)
  })
  it('is a class of which no row was learned, or what is no model', () => {
    expect(() => toOnnx(trained({ target: { sky: category() }, layers: [dense(3)] }, 0))).toThrow(
      "toOnnx: the model knows no class of 'sky' yet; expected one that has learned a row.",
    )
    const nameless = createModel({ features: { '': numeric() }, target: power, layers: [dense(1)] } as never)
    expect(() => toOnnx(nameless as never)).toThrow("toOnnx: a column is called '', which is no name in ONNX; expected")
    expect(() => toOnnx({} as never)).toThrow('toOnnx: the model is an object; expected a model')
  })
})
