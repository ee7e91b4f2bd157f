import { from, lastValueFrom, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  category,
  createModel,
  decodeSnapshot,
  dense,
  encodeSnapshot,
  type Learned,
  type LearnWithConfig,
  lag,
  learn,
  learnWith,
  type Model,
  type ModelEvent,
  numeric,
  type Row,
  time,
} from '../../operators/index.js'
import { createRandom } from '../../src/random.js'
import { createBalance } from '../../src/safeguards/balance.js'
import { createReplay } from '../../src/safeguards/replay.js'
import { bitsOf, modelsOfTwo, powerModel, readings, visitModel, visits } from './models.js'

const { uniform } = createRandom(3, 'learnWith')
const inputsOf = (i: number) => ({ a: 2 * uniform(2 * i) - 1, b: 2 * uniform(2 * i + 1) - 1 })
const rows = Array.from({ length: 2000 }, (_, i) => {
  const { a, b } = inputsOf(i)
  return { at: i + 1, a, b, y: a + b > 0 ? 'yes' : 'no', z: 3 * a + b * b + uniform(9000 + i) / 5 }
})
const features = { a: numeric(), b: numeric() }
const { classModel, numberModel } = modelsOfTwo(6)

const learnAll = <R>(model: Model<R>, given: readonly R[], config: LearnWithConfig): Promise<Learned<R>[]> =>
  lastValueFrom(from(given).pipe(learnWith<R>(model, { quarantine: false, ...config }), toArray()), {
    defaultValue: [],
  }) as Promise<Learned<R>[]>
const eventsOf = <R>(model: Model<R>): ModelEvent[] => {
  const events: ModelEvent[] = []
  model.listen((event) => events.push(event))
  return events
}
/** What is to be seen of a record, without its models. */
const shownOf = <R>({ step, rows: own, actual, predictions, losses, update, unlearned }: Learned<R>) => {
  const { gradient, model, ...rest } = update ?? {}
  return { step, own, actual, predictions, losses, update: rest, unlearned }
}

describe('learnWith', () => {
  it.each(['numbers', 'classes'])(
    'without a safeguard that has something to do, is learn, bit for bit: %s',
    async (kind) => {
      const pairs = kind === 'numbers' ? [powerModel(), powerModel()] : [visitModel(), visitModel()]
      const given = (kind === 'numbers' ? readings(200) : visits(200)) as unknown as readonly Row[]
      const [plain, safe] = pairs as unknown as [Model<Row>, Model<Row>]
      const expected = (await lastValueFrom(from(given).pipe(learn<Row>(plain), toArray()))) as Learned<Row>[]
      const learned = await learnAll(safe, given, { quarantine: { beyond: 1e9 } })
      expect(learned.map(shownOf)).toEqual(expected.map(shownOf))
      const { kept, ...own } = safe.snapshot()
      const { kept: _, ...others } = plain.snapshot()
      expect(own).toEqual(others)
      expect(Object.keys(kept)).toEqual(['learnWith'])
    },
  )
  const configs: Readonly<Record<string, LearnWithConfig>> = {
    quarantine: { quarantine: { beyond: 0.5, window: 60 } },
    balance: { balance: true },
    replay: { replay: { capacity: 20, perRow: 2, seed: 4 } },
    all: { quarantine: { beyond: 0.5, window: 60 }, balance: { strength: 1 }, replay: { capacity: 20 } },
  }
  it.each(Object.entries(configs))('resumes from any row as if it had not stopped: %s', async (_, config) => {
    const given = rows.slice(0, 200).map((row) => ({ ...row, y: uniform(5000 + row.at) < 0.05 ? 'no' : row.y }))
    const straight = classModel()
    await learnAll(straight, given, config)
    for (const cut of [1, 57, 140]) {
      const [first, second] = [classModel(), classModel()]
      await learnAll(first, given.slice(0, cut), config)
      second.restore(decodeSnapshot(encodeSnapshot(first.snapshot())))
      await learnAll(second, given.slice(cut), config)
      expect(bitsOf(second)).toBe(bitsOf(straight))
      expect(second.cursor).toBe(200)
    }
  })
  it.each<[string, object, string]>([
    ['quarantine', { losses: [Number.NaN] }, 'has no list of recent losses (quarantine)'],
    ['quarantine', { losses: [], recent: [true], held: [] }, 'has no list of the rows that were held (quarantine)'],
    ['balance', { counts: [-1] }, 'has no counts of classes (balance)'],
    ['replay', { seen: 5, drawn: 0, rows: [] }, 'has a reservoir of 0 rows; expected 5 (replay)'],
    ['replay', { seen: 1, drawn: -3, rows: [{ row: {} }] }, 'does not count its rows (replay)'],
    ['replay', { seen: 1, drawn: 0, rows: [5] }, 'holds the row undefined; expected a record (replay)'],
    ['replay', { seen: 1, drawn: 0, rows: [{ row: {}, dates: ['a'] }] }, 'holds the dates an array'],
    ['quarantine', { losses: Array(61).fill(1) }, 'is of a window of 61 losses; expected 60 (quarantine)'],
    ['quarantine', { losses: [], recent: Array(17).fill(false), held: [] }, 'has no list of the rows that were held'],
    ['quarantine', { losses: [], recent: [true], held: [5] }, 'holds the row undefined; expected a record'],
    [
      'quarantine',
      { losses: [], recent: [], held: [], count: -5, released: 0 },
      'does not count what was held (quarantine)',
    ],
    ['step', 'x' as never, "is of step 'x'; expected a whole number"],
  ])('refuses a damaged state: %s %j', async (name, state, message) => {
    const model = classModel()
    await learnAll(model, rows.slice(0, 20), configs.all!)
    const snapshot = model.snapshot()
    const kept = { learnWith: { ...(snapshot.kept.learnWith as object), [name]: state } }
    const other = classModel()
    other.restore({ ...snapshot, kept })
    await expect(learnAll(other, rows.slice(20, 30), configs.all!)).rejects.toThrow(message)
    other.restore(snapshot)
    await learnAll(other, rows.slice(20, 30), configs.all!)
  })
  it.each<[string, () => unknown]>([
    ['balance is given, but the target', () => learnWith(numberModel(), { balance: true })],
    [
      'replay is given, but fields of this model remember',
      () => learnWith(numberModel({ features: { before: lag('z', 1) } }), { replay: true }),
    ],
    [
      "learnWith: quarantine is 'yes'; expected true, false, or its options",
      () => learnWith(numberModel(), { quarantine: 'yes' as never }),
    ],
    ['learnWith: no safeguard is given; expected quarantine, balance or replay', () => learnWith(numberModel(), {})],
    ['no safeguard is given', () => learnWith(numberModel(), undefined as never)],
    ['window is 20; expected at least 50', () => learnWith(numberModel(), { quarantine: { window: 20 } })],
    ['learnWith: balance: strength is 2', () => learnWith(classModel(), { balance: { strength: 2 } })],
    ['learnWith: replay: capacity is 0', () => learnWith(classModel(), { replay: { capacity: 0 } })],
  ])('%s is refused', (message, make) => {
    expect(make).toThrow(message)
  })
})

describe('quarantine', () => {
  const wrongAt = (i: number): boolean => i > 100 && uniform(20_000 + i) < 0.01
  it('holds single wrong labels back, tells them, and predicts the true ones better: 1 % of them', async () => {
    const given = rows.map((row, i) =>
      wrongAt(i) ? { ...row, z: row.z + 50, y: row.y === 'yes' ? 'no' : 'yes' } : row,
    )
    const errorOf = async (create: () => Model<Row>, config: LearnWithConfig) => {
      const model = create()
      const events = eventsOf(model)
      const learned = await learnAll(model, given, config)
      const error = learned.reduce((sum, { predictions }, i) => {
        const value = predictions?.value
        const { y, z } = rows[i]!
        // The first rows are learned in any case.
        if (i < 500) return sum
        return sum + (typeof value === 'number' ? Math.abs(value - z) : Number(value !== y))
      }, 0)
      return { error, learned, events: events.filter(({ kind }) => kind === 'quarantine'), model }
    }
    for (const [create, share] of [
      [numberModel, 0.7],
      [() => classModel({ layers: [dense(2)] }), 1],
    ] as const) {
      const without = await errorOf(create, {})
      const { error, learned, events, model } = await errorOf(create, { quarantine: true })
      expect(error).toBeLessThan(share * without.error)
      const held = learned.flatMap(({ unlearned, rows: [row] }) =>
        unlearned?.[0]?.kind === 'quarantined' ? [row] : [],
      )
      const wrong = given.filter((_, i) => wrongAt(i))
      expect(held.filter((row) => wrong.includes(row as never)).length).toBeGreaterThan(0.5 * wrong.length)
      expect(held.filter((row) => !wrong.includes(row as never)).length).toBeLessThan(0.005 * rows.length)
      expect(events.map((event) => event.kind === 'quarantine' && event.row)).toEqual(held)
      expect(events[0]).toMatchObject({ reason: expect.stringContaining('is held in quarantine: its loss was') })
      expect(model.snapshot().kept.learnWith).toMatchObject({ quarantine: { count: held.length, released: 0 } })
      expect(model.counters).toMatchObject({ learned: rows.length - held.length, unlabelled: held.length })
    }
  })
  it('follows a true change of level within 500 rows, and learns the rows that it had held', async () => {
    for (const create of [numberModel, classModel]) {
      const given = rows.map((row, i) =>
        i < 1000 ? row : { ...row, z: row.z + 100, y: row.y === 'yes' ? 'no' : 'yes' },
      )
      const model = create()
      const events = eventsOf(model)
      const learned = await learnAll(model, given, { quarantine: true })
      const released = events.flatMap((event) => (event.kind === 'release' ? [event] : []))
      // Rows of a class near the boundary of the two are never far beyond the usual, so that fewer are held.
      if (create === numberModel) {
        expect(released).toMatchObject([{ reason: expect.stringContaining('learned after all') }])
        expect(released[0]!.step).toBeLessThan(1050)
      }
      const errors = learned.slice(1400).map(({ predictions }, i) => {
        const { y, z } = given[1400 + i]!
        const value = predictions?.value
        return typeof value === 'number' ? Math.abs(value - z) : Number(value !== y)
      })
      expect(errors.reduce((sum, x) => sum + x, 0) / errors.length).toBeLessThan(create === numberModel ? 2 : 0.1)
    }
  })
  it('never holds a class that is new, nor anything before it knows 50 losses', async () => {
    const model = createModel({ features, target: { y: category() }, layers: [dense(3)] }) as unknown as Model<Row>
    const events = eventsOf(model)
    await learnAll(model, [...rows.slice(0, 300), { a: 0, b: 0, y: 'never seen' }], { quarantine: true })
    expect(events.filter(({ kind }) => kind === 'quarantine')).toEqual([])
    expect(model.labels).toContain('never seen')
  })
  it('lets memory pass a held row, without its label', async () => {
    const model = numberModel({ features: { a: numeric(), before: lag('z', 1) } })
    const given = rows.slice(0, 300).map((row, i) => (i === 250 ? { ...row, z: 1e5 } : row))
    const learned = await learnAll(model, given, { quarantine: { beyond: 1 } })
    expect(learned[250]!.unlearned?.[0]?.kind).toBe('quarantined')
    expect(model.cursor).toBe(300)
    expect(learned[251]!.unlearned).toBeUndefined()
  })
})

describe('balance', () => {
  it('weighs each row by (n/(K·n_c))^strength of the rows so far', () => {
    for (const strength of [0, 0.5, 1]) {
      const { init, count, weightOf } = createBalance('balance', { fading: 1, strength, most: 1e9 })
      const state = init()
      const sums = [0, 0, 0]
      const counts = [0, 0, 0]
      for (let i = 0; i < 6000; i++) {
        const u = uniform(30_000 + i)
        const column = u < 0.02 ? 2 : u < 0.2 ? 1 : 0
        counts[column]! += 1
        count(state, column)
        const known = counts.filter((each) => each > 0).length
        const weight = weightOf(state, column)
        expect(weight).toBeCloseTo(((i + 1) / (known * counts[column]!)) ** strength, 10)
        sums[column]! += weight
      }
      if (strength < 1) continue
      // All classes weigh the same, and the mean weight is 1.
      for (const sum of sums) expect(Math.abs(sum / 2000 - 1)).toBeLessThan(0.1)
      expect(Math.abs(sums.reduce((sum, x) => sum + x, 0) / 6000 - 1)).toBeLessThan(0.05)
    }
  })
  it('learns as a model with these weights in its rows', async () => {
    const weighted = classModel({ weight: 'w' })
    const model = classModel()
    const given = rows.slice(0, 200)
    await learnAll(model, given, { balance: { fading: 1, strength: 1 } })
    const counts: Record<string, number> = {}
    given.forEach((row, i) => {
      counts[row.y] = (counts[row.y] ?? 0) + 1
      weighted.learn({ ...row, w: (i + 1) / (Object.keys(counts).length * counts[row.y]!) })
    })
    const [own, others] = [model.parameters, weighted.parameters]
    own.forEach((x, i) => {
      expect(x).toBeCloseTo(others[i]!, 4)
    })
  })
  it('finds more of a rare class, with a better F1', async () => {
    const given = Array.from({ length: 6000 }, (_, i) => {
      const rare = uniform(50_000 + i) < 0.02
      const { a, b } = inputsOf(7000 + i)
      return { a: a + (rare ? 0.8 : 0), b: b - (rare ? 0.7 : 0), y: rare ? 'yes' : 'no' }
    })
    const scoreOf = async (config: LearnWithConfig) => {
      const learned = await learnAll(classModel({ layers: [dense(2)], cursor: undefined }), given, config)
      let [hits, alarms, missed] = [0, 0, 0]
      learned.slice(1000).forEach(({ predictions, rows: [row] }) => {
        const [said, is] = [predictions?.value === 'yes', (row as Row).y === 'yes']
        if (said && is) hits++
        else if (said) alarms++
        else if (is) missed++
      })
      return (2 * hits) / (2 * hits + alarms + missed)
    }
    const [without, balanced] = [await scoreOf({}), await scoreOf({ balance: true })]
    expect(balanced, `${without} → ${balanced}`).toBeGreaterThan(without + 0.05)
  })
})

describe('replay', () => {
  it('keeps each row so far with the same probability', () => {
    const times = new Array(60).fill(0)
    for (let seed = 0; seed < 2000; seed++) {
      const { init, offer } = createReplay('replay', { capacity: 6, seed })
      const state = init()
      for (let i = 0; i < 60; i++) offer(state, () => ({ row: { i } }))
      expect(state.rows).toHaveLength(6)
      for (const {
        row: { i },
      } of state.rows)
        times[i as number]++
    }
    // Each is expected 200 times, with a deviation of 13.4.
    for (const count of times) expect(Math.abs(count - 200)).toBeLessThan(60)
  })
  it('draws each row of the reservoir as often', () => {
    const { init, offer, draw } = createReplay('replay', { capacity: 5, perRow: 3 })
    const state = init()
    expect(draw(state)).toEqual([])
    for (let i = 0; i < 5; i++) offer(state, () => ({ row: { i } }))
    const times = new Array(5).fill(0)
    for (let i = 0; i < 1000; i++) for (const { row } of draw(state)) times[row.i as number]++
    for (const count of times) expect(Math.abs(count - 600)).toBeLessThan(110)
  })
  it('emits the new rows alone, each with the prediction from before it, and learns earlier rows behind it', async () => {
    const model = numberModel()
    const learned = await learnAll(model, rows.slice(0, 100), { replay: { capacity: 10, perRow: 2 } })
    expect(learned.map(({ rows: [row] }) => row)).toEqual(rows.slice(0, 100))
    expect(model.counters.learned).toBe(100 + 2 * 99)
    expect(model.cursor).toBe(100)
    learned.forEach(({ predictions, step }, i) => {
      expect(predictions?.step).toBe(i === 0 ? 0 : 3 * i - 2)
      expect(step).toBe((predictions?.step ?? 0) + 1)
    })
  })
  it('lets a short stream be learned sooner', async () => {
    const errorOf = async (config: LearnWithConfig): Promise<number> => {
      const learned = await learnAll(numberModel({ cursor: undefined }), rows.slice(0, 400), config)
      return learned.reduce((sum, { predictions }, i) => sum + Math.abs((predictions?.value as number) - rows[i]!.z), 0)
    }
    expect(await errorOf({ replay: { perRow: 2 } })).toBeLessThan(0.9 * (await errorOf({})))
  })
})

describe('earlier rows', () => {
  const dayModel = (more: object = {}): Model<Row> =>
    createModel({
      features: { t: time({ unit: 'seconds' }), a: numeric() },
      target: { z: numeric() },
      layers: [dense(1)],
      ...more,
    } as never)
  it.each<[string, LearnWithConfig]>([
    ['replay', { replay: { capacity: 20 } }],
    ['quarantine', { quarantine: true }],
  ])('with dates are learned as those with seconds: %s', async (_, config) => {
    const seconds = rows.slice(0, 340).map(({ a, z }, i) => ({ t: 1.7e9 + i * 3600, a, z: i < 300 ? z : z + 400 }))
    const [plain, dated, resumed] = [dayModel(), dayModel(), dayModel()]
    const dates = seconds.map((row) => ({ ...row, t: new Date(1000 * row.t) }))
    await learnAll<Row>(plain, seconds, config)
    const events = eventsOf(dated)
    await learnAll<Row>(dated, dates.slice(0, 304), config)
    resumed.restore(decodeSnapshot(encodeSnapshot(dated.snapshot())))
    await learnAll<Row>(resumed, dates.slice(304), config)
    await learnAll<Row>(dated, dates.slice(304), config)
    if (config.quarantine) expect(events.map(({ kind }) => kind)).toContain('release')
    for (const model of [dated, resumed]) expect(model.parameters).toEqual(plain.parameters)
  })
  it('of a class that is not counted yet are learned with a weight of 1', async () => {
    const model = classModel()
    const given = rows.slice(0, 60)
    await learnAll(model, given, { replay: { capacity: 60 } })
    const kept = model.counters
    const yes = given.filter(({ y }) => y === 'yes')
    await learnAll(model, yes, { replay: { capacity: 60, perRow: 2 }, balance: true })
    expect(model.counters.learned).toBe(kept.learned + 3 * yes.length)
    expect(model.parameters.every(Number.isFinite)).toBe(true)
  })
  it('that are released are counted', async () => {
    const model = classModel({ layers: [dense(2)] })
    const given = rows.slice(0, 800).map((row) => (row.at <= 600 ? row : { ...row, y: row.y === 'yes' ? 'no' : 'yes' }))
    const events = eventsOf(model)
    await learnAll(model, given, { quarantine: { beyond: 0.01 }, balance: { fading: 1 } })
    const past = events.flatMap((event) => (event.kind === 'release' ? [event.rows] : [])).reduce((a, b) => a + b, 0)
    const held = events.filter(({ kind }) => kind === 'quarantine').length
    const { counts } = (model.snapshot().kept.learnWith as { balance: { counts: number[] } }).balance
    expect(past).toBeGreaterThan(0)
    expect(counts.reduce((a, b) => a + b, 0)).toBe(given.length - held + past)
  })
})

it.each<[string, unknown]>([
  ['an array', rows.slice(0, 10)],
  ['a chunk', { kind: 'chunk', size: 1, x: Float64Array.of(1, 2), y: Float64Array.of(1) }],
])('%s is refused, since rows are judged one by one', async (what, given) => {
  const model = numberModel()
  await expect(learnAll<Row>(model, [given as Row], { quarantine: true })).rejects.toThrow(
    `learnWith: a row is ${what}; expected rows one by one`,
  )
  expect(model.step).toBe(0)
})
