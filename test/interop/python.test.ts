import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import {
  binaryCrossEntropy,
  category,
  createModel,
  cross,
  cyclic,
  dense,
  difference,
  embedding,
  experts,
  filled,
  hashed,
  lag,
  layerNorm,
  type Model,
  numeric,
  poisson,
  quantiles,
  rolling,
  text,
  time,
  windowed,
} from 'rxgrad'
import { circuit } from 'rxgrad/circuit'
import { createServer, type Server } from 'rxgrad/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRandom } from '../../src/random.js'

// A client in another language, which follows the page of the wire, predicts the server's bits in f64.

const client = fileURLToPath(new URL('client.py', import.meta.url))
const hasPython = spawnSync('python3', ['-c', 'import json, socket, zlib']).status === 0

const random = createRandom(11, 'rows')
const words = ['the', 'quick', 'fox', 'söß', '狐', '🦊']
/** A row with names, missing values and, now and then, a value that is far from all others. */
const rowOf = (i: number) => ({
  t: i % 37 === 36 ? 1e9 : 20 + 5 * random.normal(6 * i),
  s: i % 5 === 0 ? null : random.normal(6 * i + 1),
  u: i % 2 === 0,
  room: [`room ${i % 7}`, i % 3, true][i % 3],
  hour: 24 * random.uniform(6 * i + 2) - 5,
  words: words.slice(i % 3, 2 + (i % 5)),
  body: [null, 'Die Größe: 3 猫 & 🦊', `${words.slice(i % 4).join(', ')} THE fox the`, i, 'Donaudampfschiff'][i % 5],
  at: [1.7e12 + 1e9 * i + 0.25, new Date(-1e12 + 3e10 * i).toISOString().replace('.000', ''), '2024-02-29'][i % 3],
  power: 3 * random.normal(6 * i + 3) + (i % 24),
  rooms: i % 6,
  wet: i % 4 < 2,
  dark: i % 3 === 0,
  sold: i % 4 === 0 ? 'yes' : 'no',
  sky: ['sun', 'rain', 'snow'][i % 3],
})
const rows = Array.from({ length: 120 }, (_, i) => rowOf(i))
const fresh = Array.from({ length: 80 }, (_, i) => ({
  ...rowOf(i + 1000),
  ...(i % 11 === 0 && { room: 'new', t: null }),
}))

const plain = { t: numeric(), s: numeric({ scale: 'standard' }), u: numeric({ scale: 'none' }) }
const fields = { ...plain, room: category({ capacity: 5 }), hour: cyclic(24) }
const power = { power: numeric() }
const layers = [dense(9, 'tanh'), dense(1)]
const f64 = { precision: 'f64' } as const
/** A circuit of scalars, whose inputs are features by name. */
const scalars = circuit(({ input, weight, neuron, sub, abs, sigmoid }) => ({
  f: sub(input('u'), neuron('n', sigmoid, [abs(input('t')), weight('w1')], [input('s'), weight('w2')])),
}))
const models: Readonly<Record<string, Model>> = {
  scalers: createModel({
    ...f64,
    features: fields,
    target: power,
    layers: [dense(6, 'relu'), dense(3, 'sigmoid'), dense(1)],
  }),
  afterPrediction: createModel({ ...f64, features: fields, target: power, layers, statistics: 'afterPrediction' }),
  norm: createModel({
    ...f64,
    features: fields,
    target: { power: numeric({ scale: 'none' }) },
    layers: [dense(5), layerNorm(), dense(1)],
  }),
  lags: createModel({
    ...f64,
    features: { ...plain, before: lag('power', 2), own: lag('power', 1, { by: 'sky' }) },
    target: power,
    layers,
  }),
  times: createModel({
    ...f64,
    features: { ...plain, at: time({ timeZone: -210 }) },
    target: power,
    layers,
  }),
  remembering: createModel({
    ...f64,
    features: {
      ...plain,
      s: filled({ by: 'sky' }),
      change: difference('t', 2),
      trend: difference('power', 3, { by: 'sky' }),
      mean: rolling('power', 5),
      least: rolling('t', 4, 'min', { by: 'sky' }),
      lately: rolling('power', { withinMs: 9, time: 'hour', rows: 20 }, 'sd'),
      sum: rolling('s', { withinMs: 12, time: 'hour' }, 'sum', { scale: 'none' }),
      count: rolling('s', 7, 'count', { scale: 'standard' }),
      most: rolling('s', 3, 'max'),
    },
    target: power,
    layers,
  }),
  windowed: createModel({
    ...f64,
    features: {
      ...plain,
      hour: windowed('standard', 5),
      t: windowed('minmax', 4, { by: 'sky' }),
      s: windowed('robust', 6, { clip: 2 }),
    },
    target: power,
    layers,
  }),
  flagged: createModel({
    ...f64,
    features: { t: numeric({ missing: 'flag' }), s: numeric({ missing: 'flag', scale: 'none' }) },
    target: power,
    layers,
  }),
  words: createModel({
    ...f64,
    features: { ...plain, words: hashed({ capacity: 64, active: 8 }) },
    target: power,
    layers: [dense(8, 'tanh'), dense(1)],
  }),
  // The words of some rows are more than a row holds.
  texts: createModel({
    ...f64,
    features: {
      ...plain,
      body: text({ capacity: 64, active: 6, ngrams: 2 }),
      words: hashed({ capacity: 64, active: 2 }),
    },
    target: power,
    layers: [dense(8, 'tanh'), dense(1)],
  }),
  textsByCharacters: createModel({
    ...f64,
    features: {
      ...plain,
      body: text({ of: 'characters', capacity: 99, active: 40, weighting: 'count', norm: 'none' }),
    },
    target: power,
    layers: [dense(8, 'tanh'), dense(1)],
  }),
  crossed: createModel({
    ...f64,
    features: {
      ...plain,
      room: category(),
      both: cross('room', 'sky', { capacity: 50 }),
      three: cross('body', 'u', 'sky'),
    },
    target: power,
    layers: [dense(4, 'tanh'), dense(1)],
  }),
  embedded: createModel({
    ...f64,
    features: fields,
    target: power,
    layers: [embedding(3), dense(8, 'softplus'), dense(1)],
  }),
  two: createModel({ ...f64, features: fields, target: { sold: category() }, layers }),
  classes: createModel({ ...f64, features: fields, target: { sky: category() }, layers: [dense(8, 'tanh'), dense(4)] }),
  circuit: createModel({ ...f64, features: plain, target: power, circuit: scalars }),
  experts: createModel({
    ...f64,
    features: fields,
    target: power,
    experts: { ...experts.auto({ units: 4 }), seasonal: experts.seasonal(5) },
  }),
  expertsOfClasses: createModel({
    ...f64,
    features: { ...plain, words: hashed({ capacity: 64, active: 8 }) },
    target: { sky: category() },
    experts: { ...experts.auto({ outputs: 4, units: 5 }), seasonal: experts.seasonal(3) },
  }),
  quantiles: createModel({
    ...f64,
    features: plain,
    target: power,
    layers: [dense(8, 'tanh'), dense(4)],
    loss: quantiles([0.05, 0.4, 0.75, 0.95]),
  }),
  counts: createModel({
    ...f64,
    features: plain,
    target: { rooms: numeric({ scale: 'none' }) },
    layers: [dense(1)],
    loss: poisson(),
  }),
  labels: createModel({
    ...f64,
    features: plain,
    target: { wet: numeric({ scale: 'none' }), dark: numeric({ scale: 'none' }) },
    layers: [dense(3, 'tanh'), dense(2)],
    loss: binaryCrossEntropy(),
  }),
  /** The scaler of t is about to begin anew at the next value that is far away. */
  restarting: createModel({ ...f64, features: fields, target: power, layers }),
}
const token = 'of-the-interop-test'

describe('a client in Python', () => {
  let server: Server
  beforeAll(async () => {
    server = await createServer({ models, token })
    for (const model of Object.values(models)) model.learn(rows as never)
    for (let i = 0; i < 49; i++) models.restarting?.learn({ ...rowOf(i), t: 1e9 } as never)
  })
  afterAll(() => server.close())

  const bitsOf = (x: number): string => {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(x)
    return bytes.toString('hex')
  }
  const predicted = (name: string): Promise<string[][]> =>
    new Promise((resolve, reject) => {
      const python = spawn('python3', ['-B', client, `${server.url}/?token=${token}`, name])
      let [out, problem] = ['', '']
      python.stdout.on('data', (text) => {
        out += text
      })
      python.stderr.on('data', (text) => {
        problem += text
      })
      python.on('close', () => (problem ? reject(new Error(problem)) : resolve(JSON.parse(out))))
      python.stdin.end(JSON.stringify(fresh))
    })

  test.for(Object.keys(models))('predicts the bits of the model "%s"', async (name, { skip }) => {
    skip(!hasPython, 'there is no python3 with its standard library.')
    const expected = fresh.map((row) => {
      const { value, values, probabilities, quantiles: byLevel } = models[name]!.predict(row as never)
      if (byLevel) return Object.values(byLevel).map(bitsOf)
      if (name === 'labels') return Object.values(values as Record<string, number>).map(bitsOf)
      return (probabilities ? Object.values(probabilities) : [value as number]).map(bitsOf)
    })
    expect(await predicted(name)).toEqual(expected)
    expect(new Set(expected.flat()).size).toBeGreaterThan(50)
  })
})
