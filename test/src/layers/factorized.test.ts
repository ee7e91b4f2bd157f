import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { circuit } from '../../../src/circuit/build.js'
import { inspect } from '../../../src/explain/inspect.js'
import { category } from '../../../src/features/category.js'
import { cross } from '../../../src/features/cross.js'
import { hashed } from '../../../src/features/hashed.js'
import { numeric } from '../../../src/features/numeric.js'
import * as initializers from '../../../src/initializers/index.js'
import { dense } from '../../../src/layers/dense.js'
import { factorized } from '../../../src/layers/factorized.js'
import { squared } from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import { sgd } from '../../../src/optimizers/index.js'
import { createRandom } from '../../../src/random.js'
import { runs } from '../../runs.js'
import { bytesOf, learnAll } from '../model/kinds.js'

type Matrix = readonly (readonly number[])[]
interface Machine {
  readonly start: Matrix
  readonly outputs: Matrix
  readonly b: readonly number[]
  readonly W: Matrix
  readonly V: Matrix
}
/** 60 steps of NumPy, which sums pair by pair, as factorized.py recorded them. */
const golden = JSON.parse(readFileSync(new URL('../../golden/factorized.json', import.meta.url), 'utf8')) as {
  readonly numpy: string
  readonly rate: number
  readonly factors: number
  readonly rooms: number
  readonly indices: number
  readonly active: number
  readonly rows: readonly { x: number[]; room: number | null; hashed: object; t: number[] }[]
  readonly machines: Readonly<Record<string, Machine>>
}
const plain = numeric({ scale: 'none' })

/** Returns the rows of a tensor of one matrix in NumPy, of which the numbers come first, then rooms, then indices. */
const parts = (prefix: string, all: Matrix): Readonly<Record<string, readonly number[]>> => ({
  [prefix]: all.slice(0, 3).flat(),
  [`${prefix}.room`]: all.slice(3, 3 + golden.rooms).flat(),
  [`${prefix}.words`]: all.slice(3 + golden.rooms).flat(),
})

describe.each(Object.keys(golden.machines))(`%s units, against pair by pair in NumPy ${golden.numpy}`, (count) => {
  const { start, outputs, b, W, V } = golden.machines[count]!
  const units = Number(count)
  const make = (executor: 'wasm' | 'interpreter'): Model => {
    const model = createModel({
      features: {
        a: plain,
        room: category({ values: [0, 1, 2, 3] }),
        c: plain,
        words: hashed({ capacity: golden.indices, active: golden.active }),
        d: plain,
      },
      target: Object.fromEntries([...b.keys()].map((k) => [`t${k}`, plain])),
      layers: [factorized(units, { factors: golden.factors })],
      loss: squared(),
      optimizer: sgd({ learningRate: golden.rate }),
      precision: 'f64',
      executor,
    }) as unknown as Model
    const { layout, parameters } = model
    const values = parts('factorized1.V', start)
    for (const { name, offset } of layout) parameters.set(values[name] ?? [], offset)
    model.restore({ ...model.snapshot(), parameters })
    return model
  }
  const rowOf = (step: number): never => {
    const { x, room, hashed: words, t } = golden.rows[step % golden.rows.length]!
    const [a, c, d] = x
    return { a, c, d, room, words, t0: t[0], t1: t[1] } as never
  }
  it.each(['wasm', 'interpreter'] as const)('predicts and learns alike: %s', (executor) => {
    const model = make(executor)
    outputs.forEach((expected, step) => {
      const { value, values } = model.learn(rowOf(step)).predictions!
      expected.forEach((o, k) => {
        expect(values?.[`t${k}`] ?? value).toBeCloseTo(o, 12)
      })
    })
    const ends = { 'factorized1.b': b, ...parts('factorized1.W', W), ...parts('factorized1.V', V) }
    expect(model.layout.map(({ name }) => name).sort()).toEqual(Object.keys(ends).sort())
    for (const { name, offset, size } of model.layout)
      [...model.parameters.subarray(offset, offset + size)].forEach((value, i) => {
        expect(value).toBeCloseTo(ends[name as keyof typeof ends]![i]!, 12)
      })
  })
})

describe('factorized', () => {
  // Halves, because most random doubles are so small that their products say nothing.
  const half = fc.integer({ min: -6, max: 6 }).map((twice) => twice / 2)
  const numbers = (n: number) => fc.array(half, { minLength: n, maxLength: n })

  it('equals the sum over all pairs, for every size', () => {
    const sizes = fc.record({ n: fc.integer({ min: 1, max: 6 }), units: fc.integer({ min: 1, max: 3 }) })
    const drawn = sizes.chain(({ n, units }) =>
      fc.integer({ min: 1, max: 5 }).chain((factors) =>
        fc.record({
          units: fc.constant(units),
          factors: fc.constant(factors),
          x: numbers(n),
          b: numbers(units),
          W: numbers(n * units),
          V: numbers(n * units * factors),
        }),
      ),
    )
    fc.assert(
      fc.property(drawn, ({ units, factors, x, b, W, V }) => {
        const layer = factorized(units, { factors })
        const built = circuit((ops) => {
          const site = { index: 1, name: 'fm', prefix: '', last: true, fanIn: x.length, sparse: [] }
          const y = layer.build(ops, ops.input('x', [x.length]), site)
          return Object.fromEntries(b.map((_, u) => [`y${u}`, ops.slice(y, u, u + 1)]))
        })
        const values = { x, 'fm.b': b, 'fm.W': W, 'fm.V': V }
        b.forEach((bias, u) => {
          const v = (i: number, f: number): number => V[(i * units + u) * factors + f]!
          let expected = bias + x.reduce((sum, each, i) => sum + each * W[i * units + u]!, 0)
          for (let j = 0; j < x.length; j++)
            for (let i = 0; i < j; i++) for (let f = 0; f < factors; f++) expected += v(i, f) * v(j, f) * x[i]! * x[j]!
          const [found] = inspect(built, values, { output: `y${u}`, precision: 'f64' }).value(`y${u}`) as number[]
          expect(Math.abs(found! - expected)).toBeLessThan(1e-9)
        })
      }),
      { numRuns: runs(200) },
    )
  })

  it('equals it for sparse rows of every length, too', () => {
    const drawn = fc.integer({ min: 1, max: 6 }).chain((active) =>
      fc.record({
        active: fc.constant(active),
        entries: fc.uniqueArray(fc.record({ index: fc.nat(9), value: half }), {
          selector: ({ index }) => index,
          maxLength: active,
        }),
        x: numbers(2),
        V: numbers(12 * 2),
      }),
    )
    fc.assert(
      fc.property(drawn, ({ active, entries, x, V }) => {
        const h = [entries.length, ...entries.flatMap(({ index, value }) => [index, value])]
        while (h.length < 1 + 2 * active) h.push(0)
        const built = circuit((ops) => {
          const words = { name: 'words', width: h.length, rows: 10, h: ops.constant(h, [h.length]) }
          const site = { index: 1, name: 'fm', prefix: '', last: true, fanIn: 3, sparse: [words] }
          return { y: factorized(1, { factors: 2 }).build(ops, ops.input('x', [2]), site) }
        })
        const own = {
          'fm.W': [0, 0],
          'fm.W.words': Array(10).fill(0),
          'fm.V': V.slice(20),
          'fm.V.words': V.slice(0, 20),
        }
        const [found] = inspect(built, { x, 'fm.b': [0], ...own }, { output: 'y', precision: 'f64' }).value(
          'y',
        ) as number[]
        const all = [...entries, { index: 10, value: x[0]! }, { index: 11, value: x[1]! }]
        let expected = 0
        for (const [j, b] of all.entries())
          for (const a of all.slice(0, j))
            for (const f of [0, 1]) expected += V[2 * a.index + f]! * V[2 * b.index + f]! * a.value * b.value
        expect(Math.abs(found! - expected)).toBeLessThan(1e-9)
      }),
      { numRuns: runs(200) },
    )
  })

  it('starts from zeros, and from small factors or the given ones; its rates are those of all its inputs', () => {
    const made = (config: object) =>
      createModel({
        features: { a: plain, words: hashed({ capacity: 20, active: 3 }), room: category({ capacity: 5 }) },
        target: { y: plain },
        layers: [factorized(1, { factors: 2, ...config })],
      })
    const usual = made({})
    const given = made({ initial: initializers.constant(0.25) })
    for (const { name, offset, size } of usual.layout) {
      const [own, others] = [usual, given].map(({ parameters }) => [...parameters.subarray(offset, offset + size)])
      if (name.includes('.V')) {
        expect(Math.max(...own!.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.1))
        expect(new Set(own).size).toBe(size)
        expect(others).toEqual(own!.map(() => 0.25))
      } else expect([...own!, ...others!].every((w) => w === 0)).toBe(true)
    }
    const weights = usual.description.circuit.nodes.filter(({ op }) => op === 'weight')
    expect(weights.map(({ attributes }) => attributes?.fanIn)).toEqual(weights.map(() => 5))
  })

  it('learns a product that a linear model cannot', () => {
    const random = createRandom(3, 'product')
    const rows = Array.from({ length: 2000 }, (_, i) => {
      const [a, b] = [random.normal(2 * i), random.normal(2 * i + 1)]
      return { a, b, y: a * b }
    })
    const errorOf = (layer: ReturnType<typeof dense> | ReturnType<typeof factorized>): number => {
      const model = createModel({ features: { a: numeric(), b: numeric() }, target: { y: numeric() }, layers: [layer] })
      const errors = rows.map((row) => Math.abs(model.learn(row).predictions!.value - row.y))
      return errors.slice(-500).reduce((sum, each) => sum + each, 0) / 500
    }
    expect(errorOf(dense(1))).toBeGreaterThan(0.5)
    expect(errorOf(factorized(1))).toBeLessThan(0.03)
  })

  it('knows pairs of names that it has never seen together', () => {
    const random = createRandom(5, 'pairs')
    const [tastes, kinds] = [0, 1].map((side) => Array.from({ length: 12 }, (_, i) => (i + side) % 3))
    const pairs = Array.from({ length: 144 }, (_, i) => ({ user: i % 12, film: Math.floor(i / 12) }))
    const isNew = ({ user, film }: { user: number; film: number }): boolean => (user + 5 * film) % 6 === 0
    const labelled = pairs.map((pair) => ({ ...pair, likes: tastes![pair.user] === kinds![pair.film] ? 1 : -1 }))
    const known = labelled.filter((pair) => !isNew(pair))
    const model = createModel({
      features: { user: category(), film: category() },
      target: { likes: numeric() },
      layers: [factorized(1, { factors: 4 })],
    })
    for (let i = 0; i < 3000; i++) model.learn(known[Math.floor(random.uniform(i) * known.length)]!)
    const unknown = labelled.filter(isNew)
    const right = unknown.filter((pair) => model.predict(pair).value > 0 === pair.likes > 0)
    expect(unknown.length).toBe(24)
    expect(right.length).toBeGreaterThanOrEqual(22)
  })

  it('changes the weights of the names of a row alone, with equal bits whether a step visits these or all', () => {
    const build = (lazy: boolean, executor: 'wasm' | 'interpreter'): Model => {
      const { transforms, ...rest } = sgd()
      const nothing = { kind: 'nothing', emit: () => undefined }
      return createModel({
        features: {
          room: category({ capacity: 700 }),
          words: hashed({ capacity: 600, active: 4 }),
          both: cross('room', 'other', { capacity: 600 }),
        },
        target: { y: plain },
        layers: [factorized(1, { factors: 7 })],
        optimizer: { ...rest, transforms: lazy ? transforms : [...transforms, nothing] },
        executor,
      }) as unknown as Model
    }
    const rows = Array.from({ length: 60 }, (_, i) => ({
      room: i % 11 === 0 ? undefined : `r${(i * 37) % 20}`,
      other: `o${i % 3}`,
      words: [`w${i % 13}`, `v${i % 7}`].slice(i % 3),
      y: (i % 4) / 4,
    }))
    for (const b of [1, 7]) {
      const states = [build(true, 'wasm'), build(false, 'wasm'), build(true, 'interpreter')].map((model) => {
        const { hash, settings, ...state } = bytesOf(learnAll(model, rows, b).snapshot()) as Record<string, unknown>
        return state
      })
      expect(states[1]).toEqual(states[0])
      expect(states[2]).toEqual(states[0])
    }
    const model = build(true, 'wasm')
    model.learn(rows[1] as never)
    const start = model.parameters
    model.learn(rows[2] as never)
    for (const { name, offset, size } of model.layout) {
      const moved = [...model.parameters.subarray(offset, offset + size)].filter((w, i) => w !== start[offset + i])
      expect(moved.length).toBeLessThanOrEqual((name.includes('.V') ? 7 : 1) * (name.endsWith('words') ? 2 : 1))
    }
  })

  it('refuses a feature of too many names a row, and settings that are not whole numbers', () => {
    const build = (active: number) => () =>
      createModel({
        features: { words: hashed({ capacity: 100, active }) },
        target: { y: numeric() },
        layers: [factorized(1)],
      })
    expect(build(64)).not.toThrow()
    expect(build(65)).toThrow(
      "layers: factorized1 reads 'words', of which a row has up to 65 names; expected at most 64, as with active: 64.",
    )
    expect(() => factorized(0)).toThrow('factorized: units is 0; expected a whole number of at least 1')
    expect(() => factorized(1, { factors: 1.5 })).toThrow('factorized: factors is 1.5; expected a whole number')
  })
})
