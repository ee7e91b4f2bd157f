import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  autoencoder,
  category,
  createModel,
  type DetectAnomaliesConfig,
  decodeSnapshot,
  dense,
  detectAnomalies,
  encodeSnapshot,
  filled,
  type Judged,
  lag,
  type Model,
  type ModelEvent,
  numeric,
  sgd,
  squared,
  windowed,
} from '../../../operators/index.js'
import { tailSize } from '../../../src/anomaly/tail.js'
import { SCALER } from '../../../src/program/abi.js'
import { createRandom } from '../../../src/random.js'
import { runs } from '../../runs.js'

const golden = JSON.parse(readFileSync(new URL('../../golden/anomaly.json', import.meta.url), 'utf8')) as {
  readonly ranked: number
  readonly streams: Record<
    string,
    { readonly hundredths: number[]; readonly planted: number[]; readonly 'half-space trees': number }
  >
}
type Reading = Record<string, number | null>
const names = Array.from({ length: 10 }, (_, j) => `x${j}`)
const readingsOf = (kind: string): Reading[] => {
  const { hundredths } = golden.streams[kind]!
  return Array.from({ length: hundredths.length / 10 }, (_, i) =>
    Object.fromEntries(names.map((name, j) => [name, hundredths[10 * i + j]! / 100])),
  )
}
const ofTen = (seed = 0): Model<Reading> =>
  autoencoder({ features: Object.fromEntries(names.map((name) => [name, numeric()])), seed }) as Model<Reading>
const judge = (model: Model<Reading>, rows: readonly Reading[], config?: DetectAnomaliesConfig): Judged<Reading>[] => {
  const all: Judged<Reading>[] = []
  from(rows)
    .pipe(detectAnomalies(model, config))
    .subscribe((each) => all.push(each))
  return all
}
/** The share of pairs of an anomaly and a normal row in which the anomaly has the larger score. */
const rocAuc = (scores: readonly number[], planted: ReadonlySet<number>, first: number): number => {
  const order = scores.map((score, i) => ({ score, i })).slice(first)
  order.sort((a, b) => a.score - b.score)
  let [normal, before, found] = [0, 0, 0]
  for (const { i } of order)
    if (planted.has(i)) {
      before += normal
      found++
    } else normal++
  return before / (found * normal)
}

describe('a stream with planted anomalies', () => {
  const config = { warmUp: 150, window: 500, delay: 10, falseAlarms: 1e-3 }
  it.each([
    ['mixed', 0.9, 0.3],
    ['far', 0.99, 0.9],
  ])('of numbers that are %s: they are ranked above River’s half-space trees', (kind, least, share) => {
    const { planted, 'half-space trees': trees } = golden.streams[kind]!
    const judged = judge(ofTen(), readingsOf(kind), config)
    const scores = judged.map(({ score }) => score)
    expect(scores.slice(0, 300).every(Number.isNaN)).toBe(true)
    expect(scores.slice(golden.ranked).every((score) => score > 0)).toBe(true)
    const auc = rocAuc(scores, new Set(planted), golden.ranked)
    expect(auc).toBeGreaterThan(least)
    expect(auc).toBeGreaterThan(trees + 0.2)
    const late = judged.slice(golden.ranked)
    const flagged = late.flatMap(({ isAnomaly }, i) => (isAnomaly ? golden.ranked + i : []))
    const right = flagged.filter((i) => planted.includes(i))
    expect(right.length / planted.filter((i) => i >= golden.ranked).length).toBeGreaterThan(share)
    expect((flagged.length - right.length) / late.length).toBeLessThan(0.01)
  })

  it('scores a row by the mean of the squares of its errors, each beside those of normal rows', () => {
    const rows = readingsOf('mixed')
      .slice(400, 900)
      .map((row, i) => (i % 9 === 4 ? { ...row, [`x${i % 4}`]: null } : row))
    const own = { warmUp: 40, window: 80, delay: 5, falseAlarms: 0.02 }
    const share = own.falseAlarms / (2 * 11)
    const sizeOf = (list: readonly number[]): number => {
      const sorted = Float64Array.from(list.slice(-own.window)).sort()
      return tailSize(sorted, sorted.length, share)
    }
    // A second program: it keeps the errors of all normal rows, and sorts anew for each row.
    const known: number[][] = Array.from({ length: 11 }, () => [])
    let [waiting, learned]: [number[][], number] = [[], 0]
    let [seen, lacking] = [0, 0]
    for (const { row, expected, score, scores, isAnomaly } of judge(ofTen(), rows, own)) {
      const errors = names.map((name) => (typeof row[name] === 'number' ? row[name] - expected[name]! : Number.NaN))
      const squares = errors.flatMap((error, j) =>
        Number.isNaN(error) ? [] : known[j]!.length < own.warmUp ? Number.NaN : (error / sizeOf(known[j]!)) ** 2,
      )
      const whole = Math.sqrt(squares.reduce((sum, each) => sum + each, 0) / squares.length)
      if (known[10]!.length < own.warmUp) expect(score).toBeNaN()
      else {
        expect(score).toBeCloseTo(whole / sizeOf(known[10]!), 9)
        if (squares.length < 10) lacking++
        seen++
      }
      const sizes = names.map((name) => (Number.isNaN(scores[name]) ? 0 : Math.abs(scores[name]!)))
      const most = Math.max(...sizes)
      expect(isAnomaly).toBe(most > 1 || score > 1)
      if (isAnomaly) waiting = []
      else waiting.push([...errors.map(Math.abs), whole])
      if (waiting.length > own.delay) {
        const normal = waiting.shift()!
        if (learned++ >= own.warmUp)
          for (const [j, size] of normal.entries()) if (Number.isFinite(size)) known[j]!.push(size)
      }
    }
    expect(seen).toBeGreaterThan(150)
    expect(lacking).toBeGreaterThan(10)
  })

  it('flags a row of which no number is unlikely, but all of them together, in the least likely one', () => {
    const plain = numeric({ scale: 'none' })
    // It predicts 0 for ever, so that numbers are their own errors.
    const still = createModel({
      features: { at: plain },
      target: Object.fromEntries(names.map((name) => [name, plain])),
      layers: [dense(10)],
      loss: squared(),
      optimizer: sgd({ learningRate: 0 }),
      precision: 'f64',
    }) as unknown as Model<Reading>
    const random = createRandom(1, 'errors')
    const rows = Array.from({ length: 400 }, (_, i): Reading => {
      const errors = names.map((name, j) => {
        const error = 2 * random.uniform(10 * i + j) - 1
        return [name, i === 390 ? (j % 2 ? 0.96 : -0.96) : error] as const
      })
      return { at: 0, ...Object.fromEntries(errors) }
    })
    const judged = judge(still, rows, { warmUp: 50, window: 200, delay: 5, falseAlarms: 0.01 })
    const { isAnomaly, score, scores, target } = judged[390]!
    expect(isAnomaly).toBe(true)
    expect(score).toBeGreaterThan(1)
    const sizes = names.map((name) => Math.abs(scores[name]!))
    expect(Math.max(...sizes)).toBeLessThan(1)
    expect(target).toBe(names[sizes.indexOf(Math.max(...sizes))])
  })

  it('goes on from a snapshot at any row as if it had never stopped', () => {
    const rows = readingsOf('far').slice(450, 750)
    const brief = { warmUp: 40, window: 80, delay: 5, falseAlarms: 0.01 }
    const whole = judge(ofTen(), rows, brief)
    expect(whole.filter(({ isAnomaly }) => isAnomaly).length).toBeGreaterThan(1)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: rows.length - 1 }), (cut) => {
        const [first, second] = [ofTen(), ofTen(1)]
        judge(first, rows.slice(0, cut), brief)
        second.restore(decodeSnapshot(encodeSnapshot(first.snapshot())))
        expect(judge(second, rows.slice(cut), brief)).toEqual(whole.slice(cut))
      }),
      { numRuns: runs(3) },
    )
  })

  it('judges what is there of a row that lacks a number, and does not learn it', () => {
    const rows = readingsOf('mixed').slice(0, 700)
    rows[600] = { ...rows[600], x3: null }
    rows[601] = { ...rows[601], x3: null, x4: 60 }
    const model = ofTen()
    const judged = judge(model, rows, { ...config, warmUp: 100 })
    expect(judged[600]!.scores.x3).toBeNaN()
    expect(judged[600]!.score).toBeGreaterThan(0)
    expect(judged[601]).toMatchObject({ isAnomaly: true, target: 'x4' })
    const none = ofTen()
    judge(
      none,
      rows.map((row) => ({ ...row, x3: null })),
    )
    expect(model.counters.learned).toBeGreaterThan(500)
    expect(none.counters.learned).toBe(0)
  })
})

describe('to reconstruct a number is to predict a copy of it', () => {
  const features = {
    ...{ a: numeric(), b: windowed('robust', 5), c: filled(), room: category({ capacity: 4 }) },
    ...{ before: lag('a', 1), earlier: lag('c', 2), d: numeric({ missing: 'flag' }) },
  }
  const fields = { a: numeric(), b: numeric(), c: numeric(), d: numeric({ scale: 'standard' }) }
  const settings = { layers: [dense(3, 'tanh'), dense(4)], precision: 'f64', seed: 3 } as const
  const copyOf = (row: Reading): Reading => ({
    ...row,
    ...Object.fromEntries(Object.keys(fields).map((name) => [`${name} again`, row[name] ?? null])),
  })
  const targets = Object.fromEntries(Object.entries(fields).map(([name, field]) => [`${name} again`, field]))
  const number = fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: -40, max: 40 }).map((i) => i / 4) },
    fc.constant(null),
  )
  const row = fc.record({ a: number, b: number, c: number, d: number, room: fc.integer({ min: 0, max: 5 }) })

  it.each([1, 4])('in windows of %d rows', (batch) => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), fc.boolean(), (rows: Reading[], asArray) => {
        const own = createModel({
          ...settings,
          features,
          target: fields,
          reconstruct: true,
        }) as unknown as Model<Reading>
        const other = createModel({ ...settings, features, target: targets }) as unknown as Model<Reading>
        for (const [model, list] of [
          [own, rows],
          [other, rows.map(copyOf)],
        ] as const) {
          const writer = model.stages.take('learn', batch)
          if (asArray) writer.learn(list as never)
          else for (const each of list) writer.learn(each)
          writer.flush()
          writer.release()
        }
        expect(own.parameters).toEqual(other.parameters)
        expect(own.counters).toEqual(other.counters)
        const [first, second] = [own.predict(rows[0]!), other.predict(rows[0]!)]
        expect(Object.values(first.values ?? {})).toEqual(Object.values(second.values ?? {}))
      }),
      { numRuns: runs(30) },
    )
  })
})

it('rows in columns are learned as they are one by one, also by fields that remember', () => {
  const make = (): Model<Reading> =>
    autoencoder({
      features: { a: numeric(), before: lag('a', 1), b: numeric(), lately: windowed('robust', 3) },
      hidden: [2],
    }) as Model<Reading>
  const [one, together] = [make(), make()]
  const rows = Array.from({ length: 30 }, (_, i) => ({ a: (i * 7) % 5, b: (i * 3) % 11, lately: (i * i) % 8 }))
  for (const row of rows) one.learn(row)
  const x = Float64Array.from(rows.flatMap(({ a, b, lately }) => [a, b, lately]))
  together.learn({
    kind: 'chunk',
    size: rows.length,
    x,
    y: Float64Array.from(rows.flatMap(({ a, b }) => [a, b])),
  } as never)
  expect(one.counters.learned).toBe(30)
  expect(together.snapshot()).toEqual(one.snapshot())
})

it('a number that is not trusted is told once by name, with both counts of its column', () => {
  const model = autoencoder({ features: { a: numeric(), b: numeric() } }) as Model<Reading>
  const events: ModelEvent[] = []
  model.listen((event) => events.push(event))
  for (let i = 0; i < 50; i++) model.learn({ a: i % 5, b: i % 7 })
  model.learn({ a: 1e6, b: 3 })
  expect(events).toMatchObject([{ kind: 'clipping', count: 2, fields: { a: 2, b: 0 } }])
})

it('a damaged snapshot is refused with the name of the column, as a feature or as a target', () => {
  const model = autoencoder({ features: { a: numeric(), b: numeric() } })
  for (let i = 0; i < 20; i++) model.learn({ a: i % 5, b: i % 7 })
  const snapshot = model.snapshot()
  const { length } = snapshot.statistics
  // The variances of a and b as features, and then as targets.
  for (const [k, name] of ['a', 'b', 'a', 'b'].entries()) {
    const at = (k * length) / 4 + SCALER.variance
    const statistics = snapshot.statistics.slice().fill(-1, at, at + 1)
    expect(() => model.restore({ ...snapshot, statistics })).toThrow(`statistics: variance of '${name}' is -1`)
  }
})
