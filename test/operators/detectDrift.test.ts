import { concat, from, lastValueFrom, NEVER, type Observable, take } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  category,
  createModel,
  dense,
  detectDrift,
  detectors,
  learn,
  type Model,
  numeric,
  type Row,
  reactions,
  sgd,
  squared,
} from '../../operators/index.js'
import type { AnyLearned } from '../../src/metrics/observed.js'
import { exp64 } from '../../src/program/elementary/index.js'
import { powerModel, readings, visitModel, visits } from './models.js'

const { adwin, ddm, hddmA, hddmW, pageHinkley } = detectors

/** Rows whose concept is turned around at row 1,000. */
const turning = (count = 2000): Row[] =>
  Array.from({ length: count }, (_, i) => {
    const x = ((i * 7919) % 1000) / 500 - 1
    const side = x > 0 === i < 1000
    return { x, y: side ? 'yes' : 'no', z: (side ? 1 : -1) * 3 * x + ((i * 31) % 17) / 17 }
  })
const classModel = (more: object = {}): Model<Row> =>
  createModel({
    features: { x: numeric() },
    target: { y: category({ values: ['no', 'yes'] }) },
    layers: [dense(1)],
    ...more,
  } as never) as Model<Row>
const numberModel = (more: object = {}): Model<Row> =>
  createModel({
    features: { x: numeric() },
    target: { z: numeric() },
    layers: [dense(1)],
    ...more,
  } as never) as Model<Row>

/** Learns the rows in elements of a size, and returns the steps of the drifts that this detector found. */
const driftsOf = async (
  model: Model<Row>,
  detector: detectors.DriftDetector,
  rows: readonly Row[],
  { size = 0, batch = 1, react = 'none' as 'none' | reactions.Reaction } = {},
): Promise<number[]> => {
  const steps: number[] = []
  const stop = model.listen((event) => {
    if (event.kind === 'drift' && event.detector === detector.name) steps.push(event.step)
  })
  const elements =
    size === 0
      ? rows
      : Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, i * size + size))
  const learned$ = from(elements as Row[]).pipe(learn<Row>(model, { batch })) as Observable<AnyLearned<Row>>
  await lastValueFrom(learned$.pipe(detectDrift(model, detector, { react })))
  stop()
  return steps
}

describe('detectDrift', () => {
  it.each([adwin(), ddm(), hddmA(), hddmW(), pageHinkley({ threshold: 20 })])(
    'finds a concept that turns around: %o',
    async (detector) => {
      const [first] = await driftsOf(classModel(), detector, turning())
      expect(first).toBeGreaterThan(1000)
      expect(first).toBeLessThan(1200)
    },
  )
  it.each([adwin({ every: 4 }), hddmA(), hddmW(), pageHinkley({ threshold: 10 })])(
    'finds it for a number, by losses: %o',
    async (detector) => {
      const drifts = await driftsOf(numberModel({ optimizer: sgd({ learningRate: 0.01 }) }), detector, turning())
      expect(drifts.some((step) => step > 1000 && step < 1500)).toBe(true)
    },
  )
  it.each([1, 7])('finds the same at the same steps in rows, arrays and windows of %i', async (batch) => {
    for (const make of [classModel, numberModel]) {
      const detector = hddmW({ drift: 0.05, warning: 0.1 })
      const one = await driftsOf(make(), detector, turning(), { batch })
      expect(one.length).toBeGreaterThan(0)
      for (const size of [3, 100, 5000])
        expect(await driftsOf(make(), detector, turning(), { batch, size })).toEqual(one)
    }
  })
  it('passes the very records that it was given', () => {
    const model = powerModel()
    const [given, passed]: [unknown[], unknown[]] = [[], []]
    from(readings(30))
      .pipe(learn(model, { batch: 4 }))
      .pipe((source) => {
        source.subscribe((learned) => given.push(learned))
        return source
      })
      .subscribe()
    const inputs = given as AnyLearned<never>[]
    from(inputs as never[])
      .pipe(detectDrift(model as never, adwin()) as never)
      .subscribe((record: unknown) => passed.push(record))
    expect(passed).toHaveLength(given.length)
    for (const [i, record] of passed.entries()) expect(record).toBe(given[i])
  })
  it('reads what the model predicted: misses of a class, and losses', async () => {
    const values: number[] = []
    const spy = (reads: 'miss' | 'share' | 'number'): detectors.DriftDetector => ({
      ...{ name: 'spy', reads, init: () => ({}) },
      update: (_, value) => {
        values.push(value)
        return 'none'
      },
    })
    const read = async (
      model: Model<never>,
      rows: readonly object[],
      detector: detectors.DriftDetector,
      config = {},
    ) => {
      values.length = 0
      const learned: AnyLearned<never>[] = []
      const learned$ = from(rows as never[]).pipe(learn(model)) as Observable<AnyLearned<never>>
      await lastValueFrom(
        learned$.pipe(detectDrift(model, detector, config), (source) => {
          source.subscribe((each) => learned.push(each))
          return source
        }),
        { defaultValue: undefined },
      ).catch(() => {})
      return learned
    }
    const model = visitModel()
    const writer = model.stages.take('this test')
    const known = visits(60).flatMap((visit) => {
      const { predictions, actual, losses } = writer.learn(visit)
      return Number.isNaN(actual[0]) || predictions?.step === 0 ? [] : [{ predictions, actual, losses }]
    })
    writer.release()
    await read(visitModel() as never, visits(60), spy('miss'))
    const labels = ['left', 'looked', 'bought', 'asked']
    const misses = known.map(({ predictions, actual }) => Number(predictions?.value !== labels[actual[0]!]))
    expect(values.slice(0, misses.length)).toEqual(misses)
    await read(visitModel() as never, visits(60), spy('number'), { of: 'loss' })
    expect(values.slice(0, known.length)).toEqual(known.map(({ losses }) => Math.min(4, losses as number)))
    await read(visitModel() as never, visits(60), spy('share'), { of: 'loss' })
    expect(values.slice(0, known.length)).toEqual(known.map(({ losses }) => 1 - exp64(-(losses as number))))
  })
  it('leaves out rows without a label, and those that were predicted before any was learned', async () => {
    let count = 0
    const counting: detectors.DriftDetector = {
      ...{ name: 'counting', reads: 'number', init: () => ({}) },
      update: () => {
        count += 1
        return 'none'
      },
    }
    const rows = readings(60)
    const model = powerModel()
    await lastValueFrom(from(rows).pipe(learn(model), detectDrift(model, counting)))
    expect(count).toBe(model.counters.learned - 1)
  })
})

describe('the state', () => {
  it('is saved with the model, and resumes from any place in a window', async () => {
    const detector = hddmW({ drift: 0.05, warning: 0.1 })
    const rows = turning().map((row, i) => ({ ...row, at: i + 1 }))
    const straight = await driftsOf(classModel({ cursor: 'at' }), detector, rows, { batch: 7 })
    for (const cut of [1, 7, 1041, 1042]) {
      const [first, second] = [classModel({ cursor: 'at' }), classModel({ cursor: 'at' })]
      const before: number[] = []
      first.listen((event) => event.kind === 'drift' && event.detector === 'hddm-w' && before.push(event.step))
      const head$ = concat(from(rows.slice(0, cut)), NEVER).pipe(learn<Row>(first, { batch: 7 }))
      await lastValueFrom((head$ as Observable<AnyLearned<Row>>).pipe(detectDrift(first, detector), take(cut)))
      second.restore(first.snapshot())
      const rest = rows.filter(({ at }) => at > ((second.cursor ?? 0) as number))
      expect([...before, ...(await driftsOf(second, detector, rest, { batch: 7 }))]).toEqual(straight)
    }
  })
  it('is kept by name, so that several detectors may watch one model', async () => {
    const model = classModel()
    const row$ = from(turning(300)).pipe(learn<Row>(model)) as Observable<AnyLearned<Row>>
    await lastValueFrom(row$.pipe(detectDrift(model, adwin()), detectDrift(model, ddm())))
    const { kept } = model.snapshot()
    expect(Object.keys(kept).sort()).toEqual(['drift adwin', 'drift ddm'])
    for (const each of Object.values(kept)) expect(each).toMatchObject({ step: model.step })
    await expect(lastValueFrom(row$.pipe(detectDrift(model, hddmA(), { name: 'drift adwin' })))).rejects.toThrow(
      "keep: what the model keeps as 'drift adwin' is of the detector 'adwin'; expected 'hddm-a'",
    )
  })
})

describe('the reaction boost()', () => {
  it('keeps a tenth of the sums of squares at the next step, and counts', async () => {
    const model = classModel()
    const always: detectors.DriftDetector = { name: 'always', reads: 'miss', init: () => ({}), update: () => 'drift' }
    model.learn(turning(500))
    const sums = (): number[] => [...(model.snapshot().slots as Float32Array)]
    const before = sums()
    const drifts = model.counters.drifts
    await driftsOf(model, always, turning(1), { react: reactions.boost() })
    // The drift is told behind the step of its row, so it takes effect with the next one.
    const between = sums()
    for (const [i, sum] of between.entries()) expect(sum).toBeGreaterThanOrEqual(before[i]!)
    expect(model.counters.drifts).toBe(drifts + 1)
    model.learn(turning(1))
    for (const [i, sum] of sums().entries()) {
      expect(sum).toBeGreaterThanOrEqual(0.0999 * between[i]!)
      expect(sum).toBeLessThan(0.3 * between[i]!)
    }
    const after = sums()
    model.learn(turning(1))
    for (const [i, sum] of sums().entries()) expect(sum).toBeGreaterThanOrEqual(after[i]!)
  })
  it('lets the model recover sooner, and none leaves it as it was', async () => {
    const missesAfter = async (react: 'none' | reactions.Reaction): Promise<number> => {
      // A rate at which auto() does not notice by itself within these rows.
      const model = classModel()
      let misses = 0
      const rows = turning(1400)
      const row$ = from(rows).pipe(learn<Row>(model)) as Observable<AnyLearned<Row>>
      await lastValueFrom(
        row$.pipe(detectDrift(model, hddmW(), { react }), (source) => {
          source.subscribe(({ predictions, rows: [row] }) => {
            const { value } = predictions as { value: unknown }
            if (value !== (row as Row).y) misses++
          })
          return source
        }),
      )
      return misses
    }
    expect(await missesAfter(reactions.boost())).toBeLessThan(await missesAfter('none'))
    const [plain, watched] = [classModel(), classModel()]
    await lastValueFrom(from(turning()).pipe(learn<Row>(plain)))
    await driftsOf(watched, adwin(), turning())
    expect(watched.parameters).toEqual(plain.parameters)
    expect(watched.counters).toEqual(plain.counters)
  })
})

it.each<[string, () => unknown]>([
  ["of is 'miss', but the target is a number", () => detectDrift(numberModel(), adwin(), { of: 'miss' })],
  ['ddm reads misses of a class, but of is', () => detectDrift(numberModel(), ddm())],
  [
    'adwin reads shares from 0 to 1, but the target is not scaled',
    () => detectDrift(numberModel({ target: { z: numeric({ scale: 'none' }) }, loss: squared() }), adwin()),
  ],
  [
    "react is 'boost'; expected 'none' or a reaction such as reactions.boost().",
    () => detectDrift(classModel(), adwin(), { react: 'boost' as never }),
  ],
  [
    "react is 'fast'; expected 'none' or a reaction",
    () => detectDrift(classModel(), adwin(), { react: 'fast' as never }),
  ],
  ['detectDrift: the model is undefined', () => detectDrift(undefined as never, adwin())],
  ['detectDrift: the detector is undefined', () => detectDrift(classModel(), undefined as never)],
])('%s is refused', (message, make) => {
  expect(make).toThrow(message)
})
it('a row of another model is refused', async () => {
  const [model, other] = [classModel(), classModel()]
  const row$ = from(turning(3)).pipe(learn<Row>(other)) as Observable<AnyLearned<Row>>
  await expect(lastValueFrom(row$.pipe(detectDrift(model, adwin())))).rejects.toThrow(
    'another model than the one given',
  )
})
