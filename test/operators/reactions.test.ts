import { concat, from, lastValueFrom, NEVER, type Observable, take, takeWhile, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  adagrad,
  adam,
  category,
  decodeSnapshot,
  dense,
  detectDrift,
  detectors,
  encodeSnapshot,
  lag,
  learn,
  type Model,
  type ModelEvent,
  numeric,
  type Reacted,
  type Row,
  reactions,
  sgd,
} from '../../operators/index.js'
import type { AnyLearned } from '../../src/metrics/observed.js'
import { createRandom } from '../../src/random.js'
import { bitsOf, modelsOfTwo } from './models.js'

const { uniform } = createRandom(1, 'reactions')
const HALF = 300
/** Rows whose concept changes at row 300: the sides are exchanged, and a number comes in other units. */
const rows = Array.from({ length: 2 * HALF }, (_, i) => {
  const [a, b] = [2 * uniform(2 * i) - 1, 2 * uniform(2 * i + 1) - 1]
  const before = i < HALF
  return {
    at: i + 1,
    a: before ? a : 30 + 5 * a,
    b,
    y: a > 0 === before ? 'yes' : 'no',
    z: before ? 3 * a + b : b - 4 * a,
  }
})
const { classModel, numberModel } = modelsOfTwo(4)
const slow = { optimizer: adagrad({ learningRate: 0.05 }) }

const { adwin, ddm, hddmA, hddmW, pageHinkley } = detectors
const quick: Readonly<Record<keyof typeof detectors, () => detectors.DriftDetector>> = {
  adwin: () => adwin({ every: 4, delta: 0.05 }),
  ddm: () => ddm(),
  hddmA: () => hddmA({ drift: 0.01, warning: 0.1 }),
  hddmW: () => hddmW({ drift: 0.01, warning: 0.1 }),
  pageHinkley: () => pageHinkley({ threshold: 8 }),
}
const members: Readonly<Record<'boost' | 'reset' | 'shadow', () => reactions.Reaction>> = {
  boost: () => reactions.boost({ factor: 4, rows: 60 }),
  reset: () => reactions.reset(),
  shadow: () => reactions.shadow({ within: 150 }),
}
it('every exported reaction is covered', () => {
  expect(Object.keys(members).sort()).toEqual(Object.keys(reactions).sort())
})

/** The statistics of a model of numbers that knows two classes: their count stands behind the scalers. */
const withCounts = (model: Model<Row>, vocabularies: readonly (readonly unknown[])[]): Float64Array => {
  const statistics = model.snapshot().statistics.slice()
  statistics[12] = vocabularies[0]!.length
  return statistics
}

const told = (model: Model<Row>): ModelEvent[] => {
  const events: ModelEvent[] = []
  model.listen((event) => {
    if (event.kind === 'reaction' || event.kind === 'drift') events.push(event)
  })
  return events
}
const reactionsOf = (events: readonly ModelEvent[]) =>
  events.flatMap((event) => (event.kind === 'reaction' ? [event] : []))
const piped = (
  model: Model<Row>,
  given: readonly (Row | readonly Row[])[],
  detector: detectors.DriftDetector,
  react: reactions.Reaction,
  batch = 1,
) =>
  (concat(from(given as Row[]), NEVER).pipe(learn<Row>(model, { batch })) as Observable<AnyLearned<Row>>).pipe(
    detectDrift(model, detector, { react }),
    take(given.length),
  )

const cases = Object.entries(members).flatMap(([name, make]) =>
  Object.entries(quick).flatMap(([other, detector]) =>
    [classModel, numberModel]
      .filter((model) => model === classModel || other !== 'ddm')
      .map((model) => ({
        name: `${name}, ${other}, ${model === classModel ? 'a class' : 'a number'}`,
        make,
        detector,
        model,
      })),
  ),
)

describe.each(cases)('$name', ({ make, detector, model: create }) => {
  it('resumes from any row as if it had not stopped, and says the same', async () => {
    const straight = create(slow)
    const events = told(straight)
    await lastValueFrom(piped(straight, rows, detector(), make()))
    expect(events.length).toBeGreaterThan(0)
    for (const cut of [1, HALF + 12, HALF + 60]) {
      const [first, second] = [create(slow), create(slow)]
      const parts = [told(first), told(second)]
      await lastValueFrom(piped(first, rows.slice(0, cut), detector(), make()))
      second.restore(decodeSnapshot(encodeSnapshot(first.snapshot())))
      await lastValueFrom(piped(second, rows.slice(cut), detector(), make()))
      expect(parts.flat()).toEqual(events)
      expect(bitsOf(second)).toBe(bitsOf(straight))
    }
  })
})

/** A detector that finds a drift at the given rows, counted from 1 among those it reads, and warns at others. */
const at = (
  drifts: readonly number[],
  warnings: readonly number[] = [],
): detectors.DriftDetector<{ rows: number }> => ({
  ...{ name: 'planned', reads: 'number', init: () => ({ rows: 0 }) },
  update(state) {
    state.rows += 1
    return drifts.includes(state.rows) ? 'drift' : warnings.includes(state.rows) ? 'warning' : 'none'
  },
})
/** What has been learned, without the counters, names and states of operators. */
const learnedOf = (model: Model<Row>) => {
  const { parameters, slots, scalars, statistics } = model.snapshot()
  // The fourth number of a scaler counts what was clipped, which the counters add up.
  for (const at of [3, 9, 15]) if (at < statistics.length) statistics[at] = 0
  return { parameters, slots, scalars, statistics }
}

describe('shadow', () => {
  // The first row is not read, as nothing had been learned before it.
  const [WARNING, DRIFT] = [HALF, HALF + 10]

  it.each([classModel, numberModel])(
    'puts a model in place that has learned the rows since the warning, and nothing else',
    async (create) => {
      const model = create(slow)
      const events = told(model)
      const steps: number[] = []
      const row$ = from(rows).pipe(learn<Row>(model)) as Observable<AnyLearned<Row>>
      let done = 0
      await lastValueFrom(
        row$.pipe(
          detectDrift(model, at([DRIFT], [WARNING]) as detectors.DriftDetector, { react: reactions.shadow() }),
          takeWhile(() => {
            steps.push(model.step)
            done += 1
            return reactionsOf(events).length === 0
          }, true),
        ),
      )
      const [{ step, figures, reason, detector }] = reactionsOf(events) as [Reacted]
      expect(done).toBeLessThan(2 * HALF)
      expect({ step, detector }).toEqual({ step: done + 1, detector: 'planned' })
      expect(steps.slice(0, -1)).toEqual(steps.slice(0, -1).map((_, i) => i + 1))
      // The warning came with row HALF + 1, the first after it is the shadow's first.
      const since = rows.slice(WARNING + 1, done)
      expect(figures.rows).toBe(since.length)
      expect(figures.shadow).toBeLessThan(figures.model as number)
      expect(figures.sum).toBeGreaterThan(figures.threshold as number)
      expect(reason).toContain(`trained on the ${since.length} rows since the warning takes over`)
      const alone = create(slow)
      if (create === classModel) alone.learn(rows.slice(0, WARNING + 1))
      const names = alone.snapshot()
      const fresh = create(slow)
      // A class has the column that the model gave it.
      if (create === classModel)
        fresh.restore({
          ...fresh.snapshot(),
          vocabularies: names.vocabularies,
          statistics: withCounts(fresh, names.vocabularies),
        })
      fresh.learn(since)
      expect(learnedOf(model)).toEqual(learnedOf(fresh))
      expect(model.counters).toEqual({ ...fresh.counters, learned: done, clipped: model.counters.clipped })
      expect(model.cursor).toBe(done)
      // It goes on as that model.
      const next = rows[done] as Row
      expect(model.predict(next).value).toBe(fresh.predict(next).value)
    },
  )
  it('leaves the model as it is where the shadow is not better, and says so', async () => {
    const same = rows.slice(0, HALF)
    const [plain, watched] = [numberModel(), numberModel()]
    await lastValueFrom(from(same).pipe(learn<Row>(plain)))
    const events = told(watched)
    await lastValueFrom(
      piped(watched, same, at([120], [100]) as detectors.DriftDetector, reactions.shadow({ within: 50 })),
    )
    expect(reactionsOf(events)).toMatchObject([
      { step: 171, reason: expect.stringContaining('was not better: the model stays') },
    ])
    expect(learnedOf(watched)).toEqual(learnedOf(plain))
  })
  it.each([1, 50])(
    'never puts what it learned of one name under another: names that are evicted, %i rows at a time',
    async (size) => {
      const given = Array.from({ length: 2000 }, (_, i) => {
        const k = Math.floor(11 * uniform(7000 + i))
        const b = uniform(9000 + i)
        return { c: `n${k}`, b, z: (i < 1000 ? 1 : -1) * (90 * b + 4 * k) }
      })
      const model = numberModel({
        ...slow,
        ...slow,
        features: { c: category({ capacity: 8, onFull: 'evictOldest' }), b: numeric() },
        layers: [dense(1)],
        cursor: undefined,
      })
      const events = told(model)
      const valuesOf = (other: Model<Row>) => given.slice(-40).map((row) => other.predict(row).value)
      const adopted: boolean[] = []
      const { kind, on } = reactions.shadow()
      const watched: reactions.Reaction = {
        kind,
        on: (site) => {
          const createTwin = () => {
            const twin = site.reacting.createTwin()
            const adopt = () => {
              const [its, own] = [valuesOf(twin.model as never), valuesOf(model)]
              adopted.push(twin.adopt())
              expect(valuesOf(model)).toEqual(adopted.at(-1) ? its : own)
              expect(its).not.toEqual(own)
              return adopted.at(-1) as boolean
            }
            return { model: twin.model, adopt }
          }
          return on({ ...site, reacting: { ...site.reacting, createTwin } })
        },
      }
      const elements = Array.from({ length: 2000 / size }, (_, i) => given.slice(i * size, (i + 1) * size))
      const planned = at([1010], [1000]) as detectors.DriftDetector
      await lastValueFrom(piped(model, size === 1 ? given : elements, planned, watched))
      expect(adopted).toEqual([size === 1])
      expect(reactionsOf(events)).toMatchObject([
        { reason: expect.stringContaining(size === 1 ? 'takes over' : "other columns than the model's") },
      ])
    },
  )
  it('leaves a learning rate that was set meanwhile', async () => {
    const model = numberModel(slow)
    const events = told(model)
    const row$ = from(rows).pipe(learn<Row>(model)) as Observable<AnyLearned<Row>>
    await lastValueFrom(
      row$.pipe(
        tap(({ step }) => step === WARNING + 5 && model.setLearningRate(0.02)),
        detectDrift(model, at([DRIFT], [WARNING]) as detectors.DriftDetector, { react: reactions.shadow() }),
      ),
    )
    expect(reactionsOf(events)).toHaveLength(1)
    expect(model.learningRate).toBe(0.02)
  })
  it('drops a shadow that no drift follows, without a word', async () => {
    const model = numberModel()
    const events = told(model)
    await lastValueFrom(
      piped(model, rows.slice(0, HALF), at([290], [100]) as detectors.DriftDetector, reactions.shadow({ within: 50 })),
    )
    expect(reactionsOf(events)).toEqual([])
    expect(model.snapshot().kept['drift planned']).toMatchObject({
      reaction: { state: { drifted: true, shadow: { rows: 9 } } },
    })
  })
  it('remembers what the model does, and knows its names', async () => {
    const create = () => numberModel({ ...slow, features: { a: numeric(), before: lag('z', 1), y: category() } })
    const [straight, first, second] = [create(), create(), create()]
    const react = () => reactions.shadow()
    await lastValueFrom(piped(straight, rows, at([DRIFT], [WARNING]) as detectors.DriftDetector, react()))
    await lastValueFrom(
      piped(first, rows.slice(0, HALF + 15), at([DRIFT], [WARNING]) as detectors.DriftDetector, react()),
    )
    second.restore(first.snapshot())
    await lastValueFrom(
      piped(second, rows.slice(HALF + 15), at([DRIFT], [WARNING]) as detectors.DriftDetector, react()),
    )
    expect(bitsOf(second)).toBe(bitsOf(straight))
  })
  it.each([
    ['a text', { shadow: { snapshot: 5 } }, 'has no snapshot of its shadow'],
    ['a fitting model', { shadow: { snapshot: 'x' } }, 'has a shadow that does not fit this model'],
    ['numbers', { since: 'x' }, 'has no number since'],
    ['a count of rows', { shadow: { rows: -1 } }, 'has -1 as its number rows'],
    ['a test', { shadow: { test: { count: null } } }, 'has no number count'],
    ['an answer', { drifted: 1 }, 'does not say whether there was a drift'],
  ])('is restored only with %s', async (_, wrong, message) => {
    const model = numberModel()
    await lastValueFrom(piped(model, rows.slice(0, 110), at([], [100]) as detectors.DriftDetector, reactions.shadow()))
    const snapshot = model.snapshot()
    const kept = structuredClone(snapshot.kept) as Record<string, { reaction: { state: Record<string, object> } }>
    const { state } = kept['drift planned']!.reaction
    for (const [name, value] of Object.entries(wrong))
      state[name] = typeof value === 'object' ? { ...state[name], ...value } : (value as never)
    const other = numberModel()
    const subscription = NEVER.pipe(learn<Row>(other), (row$) =>
      (row$ as Observable<AnyLearned<Row>>).pipe(
        detectDrift(other, at([], [100]) as detectors.DriftDetector, { react: reactions.shadow() }),
      ),
    ).subscribe()
    expect(() => other.restore({ ...snapshot, kept })).toThrow(message)
    other.restore(snapshot)
    subscription.unsubscribe()
  })
})

describe('a restored state', () => {
  const restoring = async (react: reactions.Reaction, detector: detectors.DriftDetector, state: object) => {
    const [model, other] = [numberModel(slow), numberModel(slow)]
    await lastValueFrom(piped(model, rows.slice(0, 110), detector, react))
    const snapshot = model.snapshot()
    const kept = structuredClone(snapshot.kept) as Record<string, { reaction: { state: object } }>
    const own = kept[`drift ${detector.name}`]!.reaction
    own.state = { ...own.state, ...state }
    other.restore({ ...snapshot, kept })
    await lastValueFrom(piped(other, rows.slice(110, 112), detector, react))
  }
  it.each<[string, keyof typeof members, object]>([
    ['boosts for 1000000000 further rows; expected at most 60', 'boost', { left: 1e9, base: 0.1, set: 0.2 }],
    ['has -7 as its number base', 'boost', { left: 3, base: -7, set: 0.1 }],
    ['has no number set', 'boost', { left: 3, base: 0.1, set: null }],
    ['boosts for 3 further rows; expected at most 0', 'boost', { left: 3, base: null, set: null }],
    ['has no number due', 'boost', { due: null }],
    ['has 0.5 as its number due', 'reset', { due: 0.5 }],
    ['has undefined as state.', 'shadow', { warning: {} }],
    ['has -1 as its number since', 'shadow', { since: -1 }],
  ])('%s', async (message, name, state) => {
    await restoring(members[name](), adwin(), {})
    await expect(restoring(members[name](), adwin(), state)).rejects.toThrow(message)
  })
})

describe('boost', () => {
  it('multiplies the rate, and lets it fall in a straight line to what it was', async () => {
    const model = numberModel({ optimizer: sgd({ learningRate: 0.01 }) })
    const rates: number[] = []
    const row$ = from(rows.slice(0, 200)).pipe(learn<Row>(model)) as Observable<AnyLearned<Row>>
    await lastValueFrom(
      row$.pipe(
        detectDrift(model, at([50, 80]) as detectors.DriftDetector, {
          react: reactions.boost({ factor: 5, rows: 40 }),
        }),
        tap(() => rates.push(model.learningRate)),
      ),
    )
    // The 50th row that is read is the 51st, and the rate is that of the rows after it.
    rates.forEach((rate, i) => {
      const since = i >= 80 ? i - 80 : i - 50
      expect(rate).toBeCloseTo(since < 0 || since > 40 ? 0.01 : 0.01 * (1 + 4 * (1 - since / 40)), 12)
    })
    expect(rates.at(-1)).toBe(0.01)
  })
  it('ends where a rate is set meanwhile, which stays', async () => {
    const model = numberModel({ optimizer: adam({ learningRate: 0.01 }) })
    const row$ = from(rows.slice(0, 200)).pipe(learn<Row>(model)) as Observable<AnyLearned<Row>>
    let i = 0
    await lastValueFrom(
      row$.pipe(
        tap(() => ++i === 70 && model.setLearningRate(0.003)),
        detectDrift(model, at([50]) as detectors.DriftDetector, { react: reactions.boost() }),
      ),
    )
    expect(model.learningRate).toBe(0.003)
  })
  it('does with auto() what its own rule does: it keeps a tenth of the sums, and counts a drift', async () => {
    const [own, plain] = [classModel(), classModel()]
    await lastValueFrom(piped(own, rows, at([HALF]) as detectors.DriftDetector, reactions.boost()))
    await lastValueFrom(from(rows).pipe(learn<Row>(plain)))
    expect(own.counters.drifts).toBe(plain.counters.drifts + 1)
    expect(own.parameters).not.toEqual(plain.parameters)
  })
})

describe('reset', () => {
  it('lets each scaler keep its mean and variance as those of a single number, as one step', async () => {
    const model = numberModel({ features: { a: numeric({ scale: 'standard' }), b: numeric({ scale: 'none' }) } })
    const plain = numberModel({ features: { a: numeric({ scale: 'standard' }), b: numeric({ scale: 'none' }) } })
    const events = told(model)
    await lastValueFrom(piped(model, rows.slice(0, 101), at([100]) as detectors.DriftDetector, reactions.reset()))
    plain.learn(rows.slice(0, 101))
    const [before, after] = [plain.snapshot(), model.snapshot()]
    expect(after.parameters).toEqual(before.parameters)
    expect(model.step).toBe(plain.step + 1)
    expect(reactionsOf(events)).toMatchObject([{ step: 102, figures: { scalers: 2 } }])
    // n, μ, σ² come first in a scaler of six numbers.
    const places = [0, 6]
    for (const at of places) {
      expect(before.statistics[at]).toBe(101)
      expect(after.statistics[at]).toBe(1)
    }
    expect(after.statistics.filter((_, i) => !places.includes(i))).toEqual(
      before.statistics.filter((_, i) => !places.includes(i)),
    )
    model.learn({ a: 10, b: 0, z: 0 })
    const [a, z] = [before.statistics[1]!, before.statistics[7]!]
    expect(model.snapshot().statistics[1]).toBeCloseTo((a + 10) / 2, 12)
    expect(model.snapshot().statistics[7]).toBeCloseTo(z / 2, 12)
  })
  it('waits for the end of a window', async () => {
    const model = numberModel()
    const events = told(model)
    const elements = [
      rows.slice(0, 100),
      rows.slice(100, 103),
      rows.slice(103, 104),
      rows.slice(104, 105),
      rows.slice(105, 106),
    ]
    const steps: number[] = []
    const row$ = from(elements as unknown as Row[]).pipe(learn<Row>(model, { batch: 8 })) as Observable<AnyLearned<Row>>
    await lastValueFrom(
      row$.pipe(
        detectDrift(model, at([90]) as detectors.DriftDetector, { react: reactions.reset() }),
        tap(() => steps.push(reactionsOf(events).length)),
      ),
    )
    // The first element leaves four rows of a window, and the third closes it.
    expect(steps).toEqual([0, 0, 1, 1, 1, 1])
  })
})

it('each lets a model recover sooner from what it is for', async () => {
  const errorAfter = async (
    create: () => Model<Row>,
    react: reactions.Reaction | 'none',
    given = rows,
  ): Promise<number> => {
    const model = create()
    let error = 0
    const row$ = from(given).pipe(learn<Row>(model)) as Observable<AnyLearned<Row>>
    await lastValueFrom(
      row$.pipe(
        tap(({ predictions, rows: [row] }) => {
          const { value } = predictions as { value: unknown }
          const { at, y, z } = row as { at: number; y: string; z: number }
          if (at > HALF) error += typeof value === 'number' ? Math.abs(value - z) : Number(value !== y)
        }),
        detectDrift(model, adwin({ every: 4 }), { react: react as reactions.Reaction }),
      ),
    )
    return error / HALF
  }
  // Only the sides are exchanged.
  const turned = rows.map((row) => (row.at > HALF ? { ...row, a: (row.a - 30) / 5 } : row))
  const figures = {
    reset: [await errorAfter(() => numberModel(), 'none'), await errorAfter(() => numberModel(), reactions.reset())],
    boost: [
      await errorAfter(() => classModel(slow), 'none', turned),
      await errorAfter(() => classModel(slow), reactions.boost(), turned),
    ],
    shadow: [
      await errorAfter(() => classModel(slow), 'none'),
      await errorAfter(() => classModel(slow), reactions.shadow()),
    ],
  }
  for (const [none, reacted] of Object.values(figures))
    expect(reacted, JSON.stringify(figures)).toBeLessThan(0.8 * none!)
})

describe('what cannot work is refused', () => {
  const unscaled = numeric({ scale: 'none' })
  it.each<[string, () => unknown]>([
    [
      'no number of this model is scaled',
      () => detectDrift(classModel({ features: { a: unscaled, b: unscaled } }), ddm(), { react: reactions.reset() }),
    ],
    [
      'warning reads misss and planned numbers',
      () =>
        detectDrift(classModel(), at([]) as detectors.DriftDetector, { react: reactions.shadow({ warning: ddm() }) }),
    ],
    [
      'detectDrift: react is an object; expected what reactions.shadow returns',
      () => detectDrift(classModel(), ddm(), { react: {} as never }),
    ],
    [
      "detectDrift: react is 'shadow'; expected 'none' or a reaction such as reactions.shadow().",
      () => detectDrift(classModel(), ddm(), { react: 'shadow' as never }),
    ],
    [
      "detectDrift: react is a function (shadow); expected 'none' or a reaction such as reactions.shadow(): call it.",
      () => detectDrift(classModel(), ddm(), { react: reactions.shadow as never }),
    ],
    ['boost: factor is 1; expected a number above 1', () => reactions.boost({ factor: 1 })],
    ['boost: rows is 0', () => reactions.boost({ rows: 0 })],
    ['shadow: within is 0.5', () => reactions.shadow({ within: 0.5 })],
  ])('%s', (message, make) => {
    expect(make).toThrow(message)
  })
  it('a chunk, of which a shadow has no rows', async () => {
    const model = numberModel()
    const chunk = { kind: 'chunk', size: 3, x: Float64Array.of(1, 2, 3, 4, 5, 6), y: Float64Array.of(1, 2, 3) } as const
    const chunk$ = from([chunk, chunk, chunk] as never[]).pipe(learn<Row>(model)) as Observable<AnyLearned<Row>>
    await expect(
      lastValueFrom(chunk$.pipe(detectDrift(model, at([2]) as detectors.DriftDetector, { react: reactions.shadow() }))),
    ).rejects.toThrow('this record has no row to learn; expected rows of learn(model), and not chunks')
  })
})
