import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashed } from '../../../src/features/hashed.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { squared } from '../../../src/losses/index.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import { adagrad, auto, sgd } from '../../../src/optimizers/index.js'
import { createRandom, hashText } from '../../../src/random.js'
import type { Chunk, Example, ModelEvent } from '../../../src/records.js'
import { runs } from '../../runs.js'
import { bytesOf } from '../model/kinds.js'

const plain = numeric({ scale: 'none' })
const make = (missing: 'empty' | 'reject' = 'empty') =>
  createModel({
    features: { words: hashed({ capacity: 100, active: 3, missing }), a: plain },
    target: { y: plain },
    layers: [dense(1)],
    optimizer: sgd({ learningRate: 0.5 }),
  })
const encoded = (words: unknown, model = make()): readonly number[] | string => {
  const given = model.stages.encode({ words, a: 7 } as never)
  return given.kind === 'example' ? [...(given as Example).x] : given.reason
}
const index = (name: string): number => hashText(name) % 100

describe('hashed', () => {
  it.each([
    [{ capacity: 0 }, 'capacity is 0'],
    [{ capacity: 2 ** 25 }, 'capacity is 33554432'],
    [{ capacity: 4, active: 5 }, 'active is 5'],
    [{ active: 1.5 }, 'active is 1.5'],
    [{ active: Symbol('a') }, 'active is Symbol(a)'],
  ])('%o is refused', (config, reason) => {
    expect(() => hashed(config as { active: number })).toThrow(reason)
  })

  it('reads 256 names, or as many as it has weights, unless it is told otherwise', () => {
    expect([hashed(), hashed({ capacity: 9 }), hashed({ capacity: 300 })].map(({ active }) => active)).toEqual([
      256, 9, 256,
    ])
  })
  it('reads names, names with numbers, and indices with values', () => {
    expect(encoded(['p', 'q'])).toEqual([2, index('p'), 1, index('q'), 1, 0, 0, 7])
    expect(encoded({ p: 0.5, q: -2, r: null, s: true })).toEqual([3, index('p'), 0.5, index('q'), -2, index('s'), 1, 7])
    expect(encoded({ indices: [9, 3], values: Float32Array.of(1, 2) })).toEqual([2, 9, 1, 3, 2, 0, 0, 7])
    expect(encoded(undefined)).toEqual([0, 0, 0, 0, 0, 0, 0, 7])
  })
  it('adds the values of a name that occurs twice', () => {
    expect(encoded(['p', 'q', 'p', 'p', 'q'])).toEqual([2, index('p'), 3, index('q'), 2, 0, 0, 7])
  })
  it('reads the names with the largest numbers of a row that has too many, and of equal ones the first', () => {
    expect(encoded(['p', 'q', 'r', 's'])).toEqual([4, index('p'), 1, index('q'), 1, index('r'), 1, 7])
    expect(encoded(['p', 'q', 'r', 's', 's'])).toEqual([4, index('p'), 1, index('q'), 1, index('s'), 2, 7])
    expect(encoded({ p: 0.5, q: -2, r: 1, s: 0, t: 1, u: 3 })).toEqual([
      ...[6, index('q'), -2, index('r'), 1, index('u'), 3, 7],
    ])
  })
  it('adds up rows of any length by index, in order, and keeps the largest', () => {
    const name = fc.integer({ min: 0, max: 120 }).map((i) => `n${i}`)
    const number = fc.integer({ min: -8, max: 8 }).map((i) => i / 4)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, number), { maxLength: 200 }),
        fc.integer({ min: 1, max: 90 }),
        (pairs, active) => {
          const model = createModel({
            features: { words: hashed({ capacity: 100, active }), a: plain },
            ...{ target: { y: plain }, layers: [dense(1)] },
          })
          const sums = new Map<number, number>()
          for (const [word, value] of pairs) sums.set(index(word), (sums.get(index(word)) ?? 0) + value)
          const sorted = [...sums].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a)).slice(0, active)
          const kept = [...sums].filter((pair) => sorted.some(([i]) => i === pair[0]))
          const expected = [sums.size, ...kept.flat(), ...new Array<number>(2 * (active - kept.length)).fill(0), 7]
          const indices = pairs.map(([word]) => index(word))
          const values = pairs.map(([, value]) => value)
          expect(encoded({ indices, values }, model as never)).toEqual(expected)
        },
      ),
      { numRuns: runs(300) },
    )
  })
  it('a row whose getter reads another row is read as one whose number is there', () => {
    const inner = make()
    const words = {
      p: 1,
      get q() {
        inner.predict({ words: ['x', 'y', 'z'], a: 1 })
        return 2
      },
    }
    expect(encoded(words)).toEqual([2, index('p'), 1, index('q'), 2, 0, 0, 7])
  })
  it('tells of rows that have too many names, at the first and at powers of two, and counts them', () => {
    const model = make()
    const told: unknown[] = []
    model.listen((event) => event.kind === 'capacity' && told.push([event.step, event.count, event.reason]))
    for (let i = 0; i < 6; i++) {
      model.predict({ words: ['p', 'q', 'r', 's', 't'], a: 0 })
      model.learn({ words: ['p', 'q', 'r', 's', ...(i === 2 ? ['t'] : [])], a: i, y: 0 })
      model.learn({ words: ['p', 'q', 'r'], a: i, y: 0 })
    }
    expect(told).toEqual([
      [
        1,
        1,
        'words has a row of 4 names, of which the 3 with the largest numbers are read; hashed({ active: 4 }) reads all of them',
      ],
      [3, 2, expect.stringMatching(/^words has 2 rows so far of up to 4 names,/)],
      [7, 4, expect.stringMatching(/^words has 4 rows so far of up to 5 names,.*hashed\(\{ active: 8 \}\)/)],
    ])
    expect(model.counters).toMatchObject({ learned: 12, rejected: 0, shortened: 6 })
    const again = make()
    again.restore(model.snapshot())
    expect(again.counters.shortened).toBe(6)
  })
  it('learns many names beside numbers by auto(), as any other model does by default', () => {
    const random = createRandom(5, 'names')
    const of = (k: number): number => 10 * random.normal(k)
    const rows = Array.from({ length: 3000 }, (_, i) => {
      const k = Math.floor(300 * random.uniform(10_000 + 3 * i))
      const a = random.normal(50_000 + i)
      return { words: [`n${k}`], a, y: of(k) + 3 * a }
    })
    const build = (config: object) =>
      createModel({
        features: { words: hashed({ capacity: 4096, active: 4 }), a: numeric() },
        ...{ target: { y: numeric() }, layers: [dense(8, 'relu'), dense(1)], ...config },
      }) as Model
    const [byDefault, own, other] = [build({}), build({ optimizer: auto() }), build({ optimizer: adagrad() })].map(
      (model) => {
        model.learn(rows)
        const error = rows
          .slice(-500)
          .reduce((sum, row) => sum + Math.abs((model.predict(row).value as number) - row.y), 0)
        return { error, parameters: model.parameters }
      },
    )
    expect(byDefault).toEqual(own)
    expect(byDefault!.error).toBeLessThan(0.8 * other!.error)
  })
  it('counts as its active inputs in fan_in, and at most as 64', () => {
    expect([8, 64, 256].map((active) => hashed({ active }).fanIn?.())).toEqual([8, 64, 64])
  })
  it.each([
    [{ p: 'x' }, "words has 'x' for 'p'; expected a number within ±1e150"],
    [{ p: Infinity }, "words has Infinity for 'p'; expected a number within ±1e150"],
    [{ indices: [100], values: [1] }, 'words has the index 100; expected a whole number from 0 to 99'],
    [{ indices: [1, 2], values: [1] }, 'words has 2 indices and 1 values; expected a value for each index'],
    [[{}], 'words has an object among its names; expected text or numbers'],
    [5, 'words is 5; expected an array of names, a record of names to numbers, or { indices, values }'],
  ])('%o rejects its row', (words, reason) => {
    expect(encoded(words)).toBe(reason)
  })
  it('rejects a row without the field if its policy is to reject', () => {
    expect(encoded(null, make('reject'))).toBe('words is missing, and its policy is to reject')
  })

  it.each(['f32', 'f64'])('a chunk of %s is checked as rows are', (type) => {
    const model = make()
    const events: ModelEvent[] = []
    model.listen((event) => event.kind === 'rejection' && events.push(event))
    const rows = [
      [2, 9, 1, 3, 2, 0, 0, 7],
      [4, 9, 1, 3, 2, 0, 0, 7],
      [-1, 9, 1, 3, 2, 0, 0, 7],
      [2, 9, 1, 9, 2, 0, 0, 7],
      [1, 100, 1, 0, 0, 0, 0, 7],
      [1, 0.5, 1, 0, 0, 0, 0, 7],
      [1, 5, Number.NaN, 0, 0, 0, 0, 7],
      [0.5, 5, 1, 0, 0, 0, 0, 7],
      [Number.NaN, 5, 1, 0, 0, 0, 0, 7],
      [3, 99, 1, 0, 2, 50, 0, 7],
    ]
    const all = type === 'f32' ? Float32Array.from(rows.flat()) : Float64Array.from(rows.flat())
    const learned = model.learn({ kind: 'chunk', size: 10, x: all, y: new Float64Array(10) } satisfies Chunk)
    expect([...learned.losses].map(Number.isNaN)).toEqual([
      ...[false, false, true, true, true, true, true, true, false, false],
    ])
    expect(model.counters.shortened).toBe(1)
    expect(events.map((event) => (event as { reason: string }).reason)).toEqual([
      'words begins with -1; expected the count of its indices, a whole number',
      'words has the index 9 twice; expected each index once, with the sum of its values',
      'words has the index 100; expected a whole number from 0 to 99',
      'words has the index 0.5; expected a whole number from 0 to 99',
      'words has NaN at index 5; expected a number within ±1e150',
      'words begins with 0.5; expected the count of its indices, a whole number',
    ])
  })

  it('y = b + Σ x_i·w_i + a·w, and only the weights of its own names learn', () => {
    const model = make()
    const { layout } = model
    expect(layout.map(({ name, shape }) => [name, shape])).toEqual([
      ['dense1.W.words', [100, 1]],
      ['dense1.W', [1, 1]],
      ['dense1.b', [1]],
    ])
    // δ = ŷ − y = −2, so θ ← θ + 0.5·2·x.
    model.learn({ words: { p: 1, q: 0.5 }, a: 3, y: 2 })
    const moved = [...model.parameters].flatMap((w, i) => (w === 0 ? [] : [[i, w] as const]))
    expect(moved).toEqual(
      [
        [index('p'), 1],
        [index('q'), 0.5],
        [100, 3],
        [101, 1],
      ].sort(([i = 0], [j = 0]) => i - j),
    )
    expect(model.predict({ words: { p: 2, other: 1 }, a: 0 }).value).toBe(3)
  })
})

describe('extreme rows, learned in one call', () => {
  const ACTIVE = 9
  const random = createRandom(3, 'wild')
  let at = 0
  const uniform = () => random.uniform(at++)
  const below = (n: number): number => Math.floor(n * uniform())
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  /** Any number of rows in any order; now and then with extreme values, with a name twice, or without names. */
  const wild = (size: number, single: boolean): Chunk => {
    const x = new (single ? Float32Array : Float64Array)(size * (1 + 2 * ACTIVE))
    for (let i = 0; i < size; i++) {
      const row = x.subarray(i * (1 + 2 * ACTIVE))
      row[0] = uniform() < 0.03 ? pick([Number.NaN, 10, -1, 2.5]) : below(ACTIVE + 1)
      for (let k = 0; k < ACTIVE; k++) {
        row[1 + 2 * k] = uniform() < 0.02 ? pick([50, -1, 0.5, Number.NaN, row[1]!]) : (below(5) + k * 5) % 50
        row[2 + 2 * k] =
          uniform() < 0.01 ? pick([1e12, -1e30, 3e38, Infinity, Number.NaN, 1e-30, 0, -0]) : uniform() - 0.5
      }
      if (uniform() < 0.3) {
        const pairs = Array.from({ length: ACTIVE }, (_, k) => [row[1 + 2 * k]!, row[2 + 2 * k]!] as const)
        pairs.sort(([a], [b]) => a - b).forEach((pair, k) => void row.set(pair, 1 + 2 * k))
      }
    }
    const y = Float32Array.from({ length: size }, () =>
      uniform() < 0.02 ? pick([1e12, -1e20, Number.NaN]) : uniform(),
    )
    const weights = Float64Array.from({ length: size }, () => (uniform() < 0.02 ? pick([0, 1e10, -1]) : 1))
    return { kind: 'chunk', size, x, y, weights }
  }

  it.each([
    ['sgd', sgd({ learningRate: 0.5, groups: { bias: 0.1 } }), true],
    ['sgd without a bias', sgd({ learningRate: 0.5 }), false],
    ['adagrad', adagrad(), true],
    ['adagrad, far out', adagrad({ learningRate: 1e11, epsilon: 1e-30 }), true],
  ] as const)('%s: both executors give the same bits, refusals and rollbacks', (_, optimizer, bias) => {
    const build = (executor: 'wasm' | 'interpreter') =>
      createModel({
        features: { words: hashed({ capacity: 50, active: ACTIVE }) },
        target: { y: plain },
        layers: [dense(1, 'identity', { bias })],
        loss: squared(),
        guard: { every: 7 },
        optimizer,
        executor,
      }) as Model
    const models = [build('interpreter'), build('wasm')] as const
    const events = models.map((model) => {
      const seen: ModelEvent[] = []
      model.listen((event) => seen.push(event))
      return seen
    })
    for (let i = 0; i < 60; i++) {
      const chunk = wild(1 + below(40), i % 2 === 0)
      const [expected, found] = models.map((model) => model.learn(chunk))
      expect(found!.losses).toEqual(expected!.losses)
      expect(found!.predictions).toEqual(expected!.predictions)
      expect(bytesOf(models[1].snapshot())).toEqual(bytesOf(models[0].snapshot()))
    }
    expect(events[1]).toEqual(events[0])
    const { learned, rejected, refused, unlabelled } = models[0].counters
    for (const count of [learned, rejected, refused, unlabelled]) expect(count).toBeGreaterThan(0)
  })
})
