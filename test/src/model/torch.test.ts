import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { category } from '../../../src/features/category.js'
import type { Fields } from '../../../src/features/field.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { crossEntropy, squared } from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import { adam, sgd } from '../../../src/optimizers/index.js'
import type { Chunk } from '../../../src/records.js'
import type { Floats, Precision } from '../../../src/values.js'

interface Kept {
  readonly every: number
  readonly values: readonly number[]
  readonly sum: number
  readonly squares: number
}
interface Run {
  readonly sizes: readonly [number, number, number]
  readonly limits: readonly number[]
  readonly batch: number
  readonly rate: number
  readonly seed: number
  readonly f64: readonly Kept[]
  readonly f32: readonly Kept[]
}

/** 1,000 steps of PyTorch, in f64 and in f32, as training.py recorded them. */
const golden = JSON.parse(readFileSync(new URL('../../golden/training.json', import.meta.url), 'utf8')) as {
  readonly torch: string
  readonly steps: number
  readonly runs: Readonly<Record<string, Run>>
}

/** Returns a function that gives 32 random bits on each call, the same as in training.py. */
const mulberry = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
}
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))

/** Returns the rows and the initial θ of a run, drawn in the same order as in training.py. */
const dataOf = ({ sizes, limits, batch, seed }: Run): { start: Float64Array; rows: Chunk } => {
  const draw = mulberry(seed)
  const [inputs, , outputs] = sizes
  const start = limits.flatMap((limit, i) => [
    ...times(sizes[i]! * sizes[i + 1]!, () => ((draw() >>> 8) / 2 ** 23 - 1) * limit),
    ...times(sizes[i + 1]!, () => 0),
  ])
  const size = golden.steps * batch
  const [x, y] = [new Float64Array(size * inputs), new Float64Array(size)]
  const lit = outputs > 1 ? times(outputs, () => times(inputs, () => draw() >>> 30 === 0)) : []
  for (let i = 0; i < size; i++) {
    const row = x.subarray(i * inputs, (i + 1) * inputs)
    if (outputs === 1) {
      for (let j = 0; j < inputs; j++) row[j] = (draw() >>> 24) / 128 - 1
      y[i] = row[0]! * row[1]! - row[2]! / 2 + ((draw() >>> 24) / 128 - 1) / 8
    } else {
      const c = draw() % outputs
      for (let j = 0; j < inputs; j++) {
        const u = draw()
        row[j] = lit[c]![j] || (u & 31) === 0 ? (u >>> 24) / 256 : 0
      }
      y[i] = c
    }
  }
  return { start: Float64Array.from(start), rows: { kind: 'chunk', size, x, y } }
}

const create = (name: string, { sizes, rate }: Run, precision: Precision): Model => {
  const [inputs, hidden, outputs] = sizes
  const one = outputs === 1
  const names: Fields = Object.fromEntries(times(inputs, (i) => [`x${i}`, numeric({ scale: 'none' })]))
  return createModel({
    features: names,
    target: { t: one ? numeric({ scale: 'none' }) : category({ values: times(outputs, (i) => i) }) } as Fields,
    layers: [dense(hidden, one ? 'tanh' : 'relu'), dense(outputs)],
    loss: one ? squared() : crossEntropy(),
    optimizer: name === 'adam' ? adam({ learningRate: rate }) : sgd({ learningRate: rate }),
    precision,
  }) as Model
}

/** Returns the tensors of θ after this number of steps. */
const train = (name: string, precision: Precision, steps: number): readonly Floats[] => {
  const run = golden.runs[name]!
  const { start, rows } = dataOf(run)
  const model = create(name, run, precision)
  const parameters = precision === 'f64' ? start : Float32Array.from(start)
  model.restore({ ...model.snapshot(), parameters })
  const writer = model.stages.take('test', run.batch)
  writer.learn({ ...rows, size: steps * run.batch })
  writer.release()
  expect(model.step).toBe(steps + 1) // A restore that changes θ counts as a step.
  const after = model.parameters
  return model.layout.map(({ offset, size }) => after.subarray(offset, offset + size))
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Returns the largest distance among the weights that were kept, and the means of each tensor and of its squares. */
const distance = (ours: readonly Floats[], theirs: readonly Kept[]): number =>
  Math.max(
    ...theirs.flatMap((kept, i) => {
      const tensor = ours[i]!
      return [
        ...kept.values.map((value, k) => Math.abs(value - tensor[k * kept.every]!)),
        Math.abs(sum([...tensor]) - kept.sum) / tensor.length,
        Math.abs(sum([...tensor].map((value) => value * value)) - kept.squares) / tensor.length,
      ]
    }),
  )

/**
 * The largest allowed distance of a weight. The farthest weight was measured at these; the means of tensors are nearer:
 *
 *           ours f64     ours f32     ours f32     PyTorch f32   one step fewer
 *           to its f64   to its f32   to its f64   to its f64
 *     W2    4.2e-16      1.2e-7       8.0e-7       8.6e-7        1.4e-2
 *     W3    8.3e-17      7.5e-8       2.7e-7       2.4e-7        1.4e-4
 *     adam  1.8e-15      1.4e-6       1.1e-5       9.7e-6        5.2e-3
 *
 * In f32 the order of a sum decides the last bit, and Adam divides by small roots: hence its wider bounds. All are far
 * below one step.
 */
const tolerances: Readonly<Record<string, { readonly f64: number; readonly f32: number; readonly across: number }>> = {
  W2: { f64: 1e-12, f32: 2e-6, across: 5e-6 },
  W3: { f64: 1e-12, f32: 2e-6, across: 5e-6 },
  adam: { f64: 1e-12, f32: 2e-5, across: 1e-4 },
}

describe(`θ after ${golden.steps} steps is that of PyTorch ${golden.torch}`, () => {
  it('for every run of the golden file', () => {
    expect(Object.keys(tolerances)).toEqual(Object.keys(golden.runs))
  })
  it.each(Object.keys(tolerances))('%s', (name) => {
    const { f64, f32 } = golden.runs[name]!
    const tolerance = tolerances[name]!
    expect(distance(train(name, 'f64', 0), f64)).toBeGreaterThan(0.05)
    expect(distance(train(name, 'f64', golden.steps), f64)).toBeLessThan(tolerance.f64)
    const single = train(name, 'f32', golden.steps)
    expect(distance(single, f32)).toBeLessThan(tolerance.f32)
    expect(distance(single, f64)).toBeLessThan(tolerance.across)
    // After one step fewer, θ is outside the tolerances, so they do tell the two apart.
    expect(distance(train(name, 'f32', golden.steps - 1), f64)).toBeGreaterThan(10 * tolerance.across)
  })
})
