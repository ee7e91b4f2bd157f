// This program, run with --expose-gc, measures the memory that each form of learning keeps for the rows that have passed.

import { getHeapSpaceStatistics } from 'node:v8'
import { type identity, map, merge, NEVER, type OperatorFunction, pipe, Subject, scan, tap } from 'rxjs'
import {
  backward,
  bag,
  batch,
  boundedBuffer,
  broadcast,
  type Chunk,
  category,
  checkpoint,
  compete,
  createModel,
  cross,
  dedupe,
  dense,
  detectAnomalies,
  detectDrift,
  detectors,
  difference,
  encode,
  evaluate,
  experts,
  type Fields,
  filled,
  forecast,
  forward,
  fromModel,
  gradient,
  intervals,
  joinLabels,
  lag,
  learn,
  learnByKey,
  learnWith,
  loss,
  type Model,
  memoryStore,
  numeric,
  orderByTime,
  predict,
  rolling,
  text,
  update,
  windowed,
  writeTo,
} from '../../operators/index.js'
import { workers } from '../../src/node/index.js'
import { powerModel, type Reading } from './models.js'

const row = (i: number): Reading => ({
  temperature: 15 + ((i * 7) % 13),
  room: `room ${i % 12}`,
  power: 100 + 3 * ((i * 7) % 13),
  importance: 1,
  line: i + 1,
})
const unlabelled = (i: number): Reading => ({ ...row(i), power: null })
const rejected = (i: number): Reading => ({ ...row(i), temperature: 'warm' as unknown as number })
/** Names that stay unknown to the model, because their rows are never learned. */
const strange = (i: number): Reading => ({ ...unlabelled(i), room: `room ${i}` })
/** Ever new names, each of which is learned and later evicted. */
const everNew = (i: number): Reading => ({ ...row(i), room: `room ${i}` })
/** Of these rows, one in twenty can be learned. */
const mixed = (i: number): Reading => (i % 20 === 0 ? row(i) : i % 2 === 0 ? unlabelled(i) : rejected(i))

const inArrays = (i: number): readonly Reading[] => Array.from({ length: 100 }, (_, k) => row(100 * i + k))
const inChunks = (i: number): Chunk => ({
  kind: 'chunk',
  size: 100,
  x: Float64Array.from({ length: 200 }, (_, k) => (k % 2 === 0 ? (i + k) % 13 : -1)),
  y: Float64Array.from({ length: 100 }, (_, k) => (k % 10 === 9 ? Number.NaN : (i + k) % 7)),
})

/** What rows go through, and how the i-th of them is made; `together` so many rows come as one element. */
interface Run {
  readonly of: (model: Model<Reading>) => OperatorFunction<never, unknown>
  readonly make: (i: number) => unknown
  readonly together: number
}
const through = <I>(
  of: (model: Model<Reading>) => OperatorFunction<I, unknown>,
  make: (i: number) => I,
  together = 1,
): Run => ({ of: of as Run['of'], make, together })
const rows = (of: (model: Model<Reading>) => OperatorFunction<Reading, unknown>, make = row): Run => through(of, make)

const composed =
  (size: number) =>
  (model: Model<Reading>): OperatorFunction<Reading, unknown> =>
    pipe(encode(model), batch<Reading>(size), forward(model), loss<Reading>(), backward<Reading>(), update(model))
const remembering = (): Model<Reading> =>
  powerModel({ features: { temperature: numeric(), before: lag('temperature', 1) } as never })
const byRoom = ({ room }: Reading): string => room
const inWindows = (model: Model<Reading>) => learn<Reading, Reading>(model, { batch: 32 })
/** Each label comes a few rows after its row, for two rows of three; the others wait until they are given up. */
const labelledLater = (model: Model<Reading>): OperatorFunction<Reading, unknown> => {
  const label$ = new Subject<object>()
  return pipe(
    tap(({ line }: Reading) => line % 3 !== 0 && label$.next({ line: line - 5, power: line % 50 })),
    joinLabels<Reading>(model, label$, { key: 'line', capacity: 100 }),
    evaluate(model, { rolling: 100 }),
  )
}
/** Labels that find no row. */
const orphaned = (model: Model<Reading>): OperatorFunction<Reading, unknown> => {
  const label$ = new Subject<object>()
  return pipe(
    tap(({ line }: Reading) => label$.next({ line: -line, power: 1 })),
    joinLabels<Reading>(model, label$, { key: 'line', capacity: 100 }),
  )
}
/** A device comes for a while, and then never again; of the names and the words, some are new in each row. */
interface Supply {
  readonly x: number
  readonly y: number
  readonly name: string
  readonly words: string
  readonly device: string
  readonly line: number
}
const supply = (i: number): Supply => ({
  ...{ x: (i * 7) % 13, y: (i * 5) % 11, name: `name ${i % 2 ? i : i % 16}`, words: `word${i} of ${i % 50}` },
  ...{ device: `device ${(i >> 4) + (i % 8)}`, line: i },
})
const by = { by: 'device', capacity: 20 } as const
/** Learns an endless supply by a model with these features. */
const supplied = (features: Fields): Run => ({
  of: (() =>
    learn(
      createModel({ features, target: { y: numeric() }, layers: [dense(1)] } as never) as never,
    )) as unknown as Run['of'],
  make: supply,
  together: 1,
})
const server = { publish: () => false, show: () => {} }

const runs: Readonly<Record<string, Run>> = {
  encode: rows((model) => encode(model)),
  batch: rows((model) => pipe(encode(model), batch<Reading>(32))),
  'batch, with a time': rows((model) => pipe(encode(model), batch<Reading>({ size: 32, withinMs: 1e6 }))),
  'batch, rejected rows': rows((model) => pipe(encode(model), batch<Reading>(32)), rejected),
  'composed, row by row': rows(composed(1)),
  composed: rows(composed(32)),
  'composed, rejected rows': rows(composed(32), rejected),
  'composed, unlabelled rows': rows(composed(32), unlabelled),
  'composed, unlabelled rows of new names': rows(composed(32), strange),
  'composed, rows of new names': rows(composed(32), everNew),
  'composed, all kinds of rows': rows(composed(32), mixed),
  gradient: rows((model) => pipe(encode(model), batch<Reading>(32), gradient(model), update(model))),
  'gradient, by an engine': rows((model) =>
    pipe(encode(model), batch<Reading>(32), gradient(model, workers(1)), update(model)),
  ),
  learn: rows((model) => learn(model)),
  'learn, unlabelled rows one by one': rows((model) => learn(model), unlabelled),
  'learn, in windows': rows(inWindows),
  'learn, in windows with a time': rows((model) => learn(model, { batch: 32, withinMs: 1e6 })),
  'learn, by an engine': rows((model) => learn(model, { batch: 32, engine: workers(1) })),
  'learn, rejected rows': rows(inWindows, rejected),
  'learn, unlabelled rows': rows(inWindows, unlabelled),
  'learn, unlabelled rows of new names': rows(inWindows, strange),
  'learn, unlabelled rows that are remembered': rows(() => learn(remembering()), unlabelled),
  'learn, unlabelled rows that are remembered in windows': rows(() => inWindows(remembering()), unlabelled),
  'learn, rows of new names': rows(inWindows, everNew),
  'learn, all kinds of rows': rows(inWindows, mixed),
  'learn, in arrays': through((model) => learn<Reading, readonly Reading[]>(model), inArrays, 100),
  'learn, in chunks': through((model) => learn<Reading, Chunk>(model), inChunks, 100),
  'learn, in arrays and windows': through(
    (model) => learn<Reading, readonly Reading[]>(model, { batch: 32 }),
    inArrays,
    100,
  ),
  compete: rows((model) => compete({ a: model, b: powerModel() })),
  bag: rows(() => bag<Reading>((seed) => powerModel({ seed }), { members: 2 })),
  learnByKey: rows(() => learnByKey<Reading, string>(() => powerModel(), byRoom)),
  'learnByKey, rows of new keys': rows(() =>
    learnByKey<Reading, number>(
      () => powerModel(),
      ({ line }) => line >> 6,
      { capacity: 4 },
    ),
  ),
  evaluate: rows((model) => pipe(learn<Reading, Reading>(model), evaluate(model, { rolling: 100 }))),
  'evaluate, all kinds of rows': rows((model) => pipe(inWindows(model), evaluate(model, { rolling: 100 })), mixed),
  'evaluate, unlabelled rows': rows((model) => pipe(inWindows(model), evaluate(model, { rolling: 100 })), unlabelled),
  intervals: rows((model) => pipe(learn<Reading, Reading>(model), intervals(model, { window: 50 }))),
  'intervals, all kinds of rows': rows((model) => pipe(inWindows(model), intervals(model, { window: 50 })), mixed),
  'intervals, unlabelled rows': rows((model) => pipe(inWindows(model), intervals(model, { window: 50 })), unlabelled),
  learnWith: rows((model) => learnWith<Reading>(model, { quarantine: { beyond: 0.1 }, replay: { capacity: 50 } })),
  detectDrift: rows((model) => pipe(learn<Reading, Reading>(model), detectDrift(model, detectors.adwin()))),
  'detectDrift, all kinds of rows': rows(
    (model) => pipe(inWindows(model), detectDrift(model, detectors.adwin())),
    mixed,
  ),
  detectAnomalies: rows((model) => detectAnomalies(model, { warmUp: 100, window: 200, delay: 20, patience: 50 })),
  'detectAnomalies, all kinds of rows': rows((model) => detectAnomalies(model, { warmUp: 20, window: 50 }), mixed),
  joinLabels: rows(labelledLater, unlabelled),
  'joinLabels, no label comes': rows(
    (model) => joinLabels<Reading>(model, NEVER, { key: 'line', capacity: 100 }),
    unlabelled,
  ),
  'joinLabels, rows that expire': rows(
    (model) => joinLabels<Reading>(model, NEVER, { key: 'line', withinMs: 50, capacity: 100, time: 'line' }),
    unlabelled,
  ),
  'joinLabels, labels of no row': rows(orphaned),
  forecast: rows((model) => pipe(forecast<Reading>(model, { horizon: 12 }), evaluate(model, { rolling: 100 }))),
  'forecast, ever new series': rows((model) =>
    pipe(
      map((each: Reading) => ({ ...each, room: `room ${each.line >> 1}` })),
      forecast<Reading>(model, { horizon: 2, by: 'room', capacity: 50 }),
    ),
  ),
  broadcast: rows((model) => pipe(learn<Reading, Reading>(model), broadcast(server))),
  boundedBuffer: rows((model) =>
    pipe(boundedBuffer({ capacity: 100, overflow: 'dropOldest' }) as typeof identity, learn<Reading, Reading>(model)),
  ),
  orderByTime: rows((model) =>
    pipe(
      orderByTime<Reading, Reading>(model, { time: 'line', latenessMs: 50 }) as never,
      learn<Reading, Reading>(model),
    ),
  ),
  dedupe: rows((model) =>
    pipe(dedupe<Reading, Reading>(model, { key: 'line', capacity: 100 }) as never, learn<Reading, Reading>(model)),
  ),
  writeTo: rows((model) =>
    pipe(
      learn<Reading, Reading>(model),
      writeTo({ name: 'nowhere', write: async () => {}, close: async () => {} }, { capacity: 1e9 }),
    ),
  ),
  checkpoint: rows((model) => pipe(learn<Reading, Reading>(model), checkpoint(memoryStore(), { every: 100 }))),
  predict: rows((model) => predict(model)),
  'predict, rejected rows': rows((model) => predict(model), rejected),
  'predict, rows of new names': rows((model) => predict(model), everNew),
  fromModel: rows((model) => (row$) => merge(fromModel(model), row$.pipe(learn(model))), rejected),
  'learn, names that are hashed': supplied({ name: category({ capacity: 32, onFull: 'hash' }) }),
  'learn, names that are evicted': supplied({ name: category({ capacity: 32, onFull: 'evictOldest' }) }),
  'learn, names that are rejected': supplied({ name: category({ capacity: 32, onFull: 'reject' }) }),
  'learn, new words and combinations': supplied({
    words: text({ capacity: 1024 }),
    both: cross('name', 'device', { capacity: 1024 }),
  }),
  'learn, memories of new keys': supplied({
    ...{ lag: lag('y', 2, by), mean: rolling('x', 8, 'mean', by), change: difference('x', 1, by), x: filled(by) },
    ...{ most: rolling('x', { withinMs: 20, time: 'line', rows: 30 }, 'max', by), line: windowed('robust', 5, by) },
  }),
  'learn, experts': {
    ...supplied({}),
    of: (() =>
      learn(
        createModel({
          features: { name: category({ capacity: 32 }) },
          target: { y: numeric() },
          experts: experts.auto({ outputs: 1 }),
        }) as never,
      )) as unknown as Run['of'],
  },
  'evaluate, with bands': rows((model) =>
    pipe(learn<Reading, Reading>(model), evaluate(model, { rolling: 100, confidence: 0.95 })),
  ),
  // These are wrong on purpose, to show that even a little memory that is kept for a row is found.
  'PLANTED, a small object for each row': rows(() =>
    scan((all: { line: number }[], { line }) => {
      all.push({ line })
      return all
    }, []),
  ),
}

const WARM = 3000
const ROWS = 10_000
/** Fewer bytes than a reference or a number in an array takes, if one is kept for each row. */
const BYTES_OF_A_ROW = 4
/** How many times more rows follow if something has grown, because that may be compiled code alone. */
const TRIES = 16

const usedBytes = (): number =>
  getHeapSpaceStatistics()
    .filter(({ space_name }) => !/code|trusted|read_only/.test(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, process.memoryUsage().external)

/** Returns the memory in use once no more is freed; finalizers and the memory of typed arrays are freed last. */
const heap = async (): Promise<number> => {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < 10; i++) {
    ;(globalThis as unknown as { gc(): void }).gc()
    await new Promise((later) => setImmediate(later))
    const used = usedBytes()
    if (used > least - 2000) return Math.min(used, least)
    least = used
  }
  return least
}

/** Returns the bytes that a run keeps for each row: as soon as they are few enough, or else after many rows. */
const bytesPerRow = async ({ of, make, together }: Run): Promise<number> => {
  const row$ = new Subject<unknown>()
  const seen = row$.pipe(of(powerModel()) as OperatorFunction<unknown, unknown>).subscribe()
  let i = 0
  const push = (rows: number): void => {
    for (const end = i + rows / together; i < end; i++) row$.next(make(i))
  }
  push(WARM)
  let before = await heap()
  let since = 0
  let kept = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < TRIES && kept >= BYTES_OF_A_ROW; tries++) {
    push(ROWS)
    since += ROWS
    const used = await heap()
    kept = (used - before) / since
    if (kept > -1) continue
    // Memory of an earlier run has been freed meanwhile, which must not hide what this one keeps.
    before = used
    since = 0
    kept = Number.POSITIVE_INFINITY
  }
  seen.unsubscribe()
  return kept
}

const kept: Record<string, number> = {}
// Those that are wrong on purpose run first, when there is no memory of an earlier run that could be freed meanwhile.
const isPlanted = ([name]: readonly [string, Run]): boolean => name.startsWith('PLANTED')
const entries = Object.entries(runs)
for (const [name, run] of [...entries.filter(isPlanted), ...entries.filter((entry) => !isPlanted(entry))])
  kept[name] = await bytesPerRow(run)
console.log(JSON.stringify({ atMost: BYTES_OF_A_ROW, kept }))
