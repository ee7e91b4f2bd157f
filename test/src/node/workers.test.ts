import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import { concat, from, map, Subject, take, throwError } from 'rxjs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  batch,
  type Chunk,
  category,
  chain,
  clipByGlobalNorm,
  createModel,
  dense,
  type Engine,
  embedding,
  encode,
  gradient,
  type Loss,
  type LossFunction,
  learn,
  type Model,
  numeric,
  type Prediction,
  type Predictions,
  StaleForwardError,
  sgd,
  squared,
  update,
} from '../../../operators/index.js'
import { createEngine, type EngineConfig } from '../../../src/node/workers/engine.js'
import {
  CLAIM,
  FAILED,
  FINISHED,
  READY,
  SIGNAL,
  sharedMemory,
  type Work,
} from '../../../src/node/workers/sharedMemory.js'
import { type StartThread, startThread, threadsOf } from '../../../src/node/workers/startThread.js'
import { workers } from '../../../src/node/workers/workers.js'
import { bitsOf, goodReadings, powerModel, type Reading, readings, visitModel, visits } from '../../operators/models.js'
import { run as runNode } from '../../runSnippet.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-workers-'))
const root = fileURLToPath(new URL('../../..', import.meta.url))
const entry = join(folder, 'thread.mjs')
beforeAll(async () => {
  const thread = `${root}src/node/workers/thread.ts`
  await build({ entryPoints: [thread], outfile: entry, bundle: true, format: 'esm', platform: 'node', minify: true })
})
afterAll(() => rmSync(folder, { recursive: true }))

const asleep = new Int32Array(new SharedArrayBuffer(4))
const sleep = (ms: number): void => void Atomics.wait(asleep, 0, 0, ms)

let alive: Worker[] = []
const create = (workerData: Work): Worker => {
  const worker = new Worker(entry, { workerData })
  worker.on('exit', () => {
    alive = alive.filter((other) => other !== worker)
  })
  alive.push(worker)
  return worker
}
/** An engine whose threads are ready before the first window. */
const promptly =
  (start: StartThread): StartThread =>
  (work, ended) => {
    const { control } = sharedMemory(work.sizes, work.buffer)
    const before = Atomics.load(control, READY)
    const thread = start(work, ended)
    expect(Atomics.wait(control, READY, before, 5000)).not.toBe('timed-out')
    return thread
  }

/** An engine whose other threads compute first, and the number of shards that they computed. */
const watched = (engine: Engine) => {
  const shards = { here: 0, elsewhere: 0 }
  const shown: Engine = {
    kind: engine.kind,
    open(task) {
      const crew = engine.open(task)
      return {
        release: () => crew.release(),
        compute: (window) =>
          crew.compute({
            ...window,
            here(shard) {
              shards.here++
              sleep(3)
              window.here(shard)
            },
            deliver(shard, results, gradient) {
              shards.elsewhere++
              window.deliver(shard, results, gradient)
            },
          }),
      }
    },
  }
  return { engine: shown, shards }
}

const warnings: string[] = []
const engineOf = (count: number, config: Partial<EngineConfig> = {}): Engine =>
  createEngine({
    ...{ count, start: promptly(threadsOf(create)), patienceMs: 5000, warn: (text) => warnings.push(text) },
    ...config,
  })
afterEach(async () => {
  warnings.length = 0
  // The threads of a test that failed must not be left to the next one.
  for (const worker of alive) await worker.terminate()
})

const chunks = (count: number, size: number): Chunk[] =>
  Array.from({ length: count }, (_, c) => ({
    kind: 'chunk',
    size,
    x: Float64Array.from({ length: size * 2 }, (_, i) => ((c * 31 + i * 7) % 23) / 5),
    y: Float64Array.from({ length: size }, (_, i) => (c === 2 && i % 9 === 4 ? Number.NaN : (c * 13 + i * 5) % 11)),
    weights: Float64Array.from({ length: size }, (_, i) => 1 + (i % 3)),
  }))

interface Kind {
  readonly make: (shards: number) => Model<object>
  readonly rows: readonly object[]
}
const kinds: Record<string, Kind> = {
  'scaled numbers, names, weights, rows refused and without label': {
    make: (shards) => powerModel({ shards }) as Model<object>,
    rows: [readings(40), ...readings(20, 40), goodReadings(70)],
  },
  'classes that turn up one after another': {
    make: (shards) => visitModel(4, { shards }) as Model<object>,
    rows: [visits(50), visits(50), ...visits(20)],
  },
  'f64, statistics after the prediction, a frozen tensor': {
    make: (shards) =>
      powerModel({
        shards,
        precision: 'f64',
        statistics: 'afterPrediction',
        freeze: ['bias'],
        optimizer: chain(clipByGlobalNorm(0.01), sgd({ learningRate: 0.5 })),
      }) as Model<object>,
    rows: [goodReadings(64), readings(64, 64)],
  },
  'embedded names that turn up one after another': {
    make: (shards) =>
      createModel({
        features: { room: category({ capacity: 7 }), a: numeric() },
        target: { y: numeric() },
        layers: [embedding(3), dense(5, 'tanh'), dense(1)],
        shards,
      }) as Model<object>,
    rows: Array.from({ length: 130 }, (_, i) => ({ room: `r${(i * i) % (1 + i / 10)}`, a: i % 9, y: (i * 5) % 7 })),
  },
  'chunks, in the interpreter here': {
    make: (shards) =>
      createModel({
        features: { a: numeric(), b: numeric({ scale: 'none' }) },
        target: { y: numeric() },
        layers: [dense(6, 'relu'), dense(1)],
        executor: 'interpreter',
        shards,
      }) as Model<object>,
    rows: chunks(6, 16),
  },
}

const WIDE = 26
/** Wide rows of plain numbers, in chunks of whole windows, in pieces or as objects; some lack a number or a label. */
const wideRows = (Numbers: typeof Float32Array | typeof Float64Array): readonly object[] => {
  const chunkOf = (size: number, seed: number): Chunk => ({
    kind: 'chunk',
    size,
    x: new Numbers(size * WIDE).map((_: number, i: number) =>
      i === 3 * WIDE + 5 ? Number.NaN : ((seed + i * 7) % 23) / 9 - 1,
    ),
    y: Float64Array.from({ length: size }, (_, i) => (i === 7 ? Number.NaN : (seed + i * 5) % 3)),
  })
  const objectOf = (seed: number): object => ({
    ...Object.fromEntries(Array.from({ length: WIDE }, (_, j) => [`x${j}`, ((seed * 5 + j) % 13) / 7])),
    y: seed % 3,
  })
  const objects = (count: number): object[] => Array.from({ length: count }, (_, i) => objectOf(i))
  return [chunkOf(33, 1), chunkOf(16, 2), objects(31), ...objects(4), chunkOf(48, 3), chunkOf(5, 4)]
}
for (const precision of ['f32', 'f64'] as const)
  kinds[`wide rows of plain numbers, ${precision}`] = {
    make: (shards) =>
      createModel({
        features: Object.fromEntries(Array.from({ length: WIDE }, (_, j) => [`x${j}`, numeric({ scale: 'none' })])),
        target: { y: numeric() },
        layers: [dense(17, 'relu'), dense(1)],
        precision,
        shards,
      }) as Model<object>,
    rows: wideRows(precision === 'f32' ? Float32Array : Float64Array),
  }

/** Returns the predictions, the losses and every bit of the model. */
const run = (model: Model<object>, rows: readonly object[], engine?: Engine): string => {
  const out: unknown[] = []
  from(rows)
    .pipe(learn<object, object>(model, { batch: 16, ...(engine && { engine }) }))
    .subscribe(({ predictions, losses, actual, update }) => {
      const { steps, values, value, probabilities } = (predictions ?? {}) as Partial<Predictions & Prediction<object>>
      out.push([value, ...[steps, values, losses, actual].map(String), probabilities, update?.step, update?.loss])
    })
  return JSON.stringify([out, bitsOf(model)])
}

describe('the bits are the same, whichever thread computes the shards', () => {
  for (const [name, { make, rows }] of Object.entries(kinds))
    it.each([1, 2, 4])(`learn: ${name}, %i shards`, (shards) => {
      const alone = run(make(shards), rows)
      for (const count of [1, 2, 4]) {
        const { engine, shards: who } = watched(engineOf(count))
        expect(run(make(shards), rows, engine)).toBe(alone)
        if (count > 1 && shards > 1) expect(who.elsewhere).toBeGreaterThan(0)
        else expect(who.elsewhere).toBe(0)
      }
      expect(warnings).toEqual([])
    })

  it('learn: threads are used more or less often, as they are found to be faster or slower', () => {
    const many = Array.from({ length: 6 }, () => windows).flat()
    const { engine, shards: who } = watched(engineOf(3, { triedEvery: 9 }))
    expect(run(powerModel({ shards: 3 }), many, engine)).toBe(run(powerModel({ shards: 3 }), many))
    expect(who.elsewhere).toBeGreaterThan(0)
    // The threads compute at least three windows of every nine.
    expect(who.here).toBeGreaterThan((3 * 3 * many.length) / 9)
  })

  it.each([2, 4])('gradient: %i shards', (shards) => {
    const taken = (engine?: Engine): string => {
      const model = powerModel({ shards, freeze: ['bias'] })
      const out: unknown[] = []
      from(readings(100))
        .pipe(encode(model), batch(7), gradient(model, engine), update(model))
        .subscribe(({ step, loss, gradient: from }) => {
          const { values, deltas, forward } = from?.loss ?? {}
          const { probabilities, values: predicted } = forward?.predictions ?? {}
          out.push([
            step,
            loss,
            ...[from?.values, values, deltas, forward?.outputs, predicted, probabilities].map(String),
          ])
        })
      return JSON.stringify([out, bitsOf(model)])
    }
    const { engine, shards: who } = watched(engineOf(3))
    expect(taken(engine)).toBe(taken())
    expect(who.elsewhere).toBeGreaterThan(0)
    expect(taken(engineOf(1))).toBe(taken())
  })
})

const rows = goodReadings(160)
const windows = Array.from({ length: 10 }, (_, i) => rows.slice(16 * i, 16 * i + 16))
const bitsAlone = (): string => {
  const model = powerModel({ shards: 4 })
  from(windows)
    .pipe(learn(model, { batch: 16 }))
    .subscribe()
  return bitsOf(model)
}
const gone = async (): Promise<void> => {
  for (let i = 0; i < 1000 && alive.length > 0; i++) await new Promise((done) => setTimeout(done, 5))
  expect(alive).toEqual([])
}

describe('a lost worker changes nothing', () => {
  it('between two windows, where another takes its place', async () => {
    const { engine, shards } = watched(engineOf(3))
    const model = powerModel({ shards: 4 })
    const window$ = new Subject<typeof rows>()
    window$.pipe(learn(model, { batch: 16, engine })).subscribe()
    for (const window of windows.slice(0, 5)) window$.next(window)
    expect(alive.length).toBe(2)
    const [first] = alive
    await first?.terminate()
    const before = shards.elsewhere
    for (const window of windows.slice(5)) window$.next(window)
    expect(shards.elsewhere).toBeGreaterThan(before)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('another worker takes its place')
    window$.complete()
    expect(bitsOf(model)).toBe(bitsAlone())
    await gone()
  })

  /** A thread that claims a shard, and then does something else. */
  const bad = (then: string): StartThread =>
    threadsOf((workerData) => {
      const code = `
        const { workerData: { buffer, states } } = require('node:worker_threads')
        const control = new Int32Array(buffer), state = new Int32Array(buffer, states)
        Atomics.add(control, ${READY}, 1)
        Atomics.notify(control, ${READY})
        let word
        do {
          Atomics.wait(control, ${SIGNAL}, 0, 1)
          word = Atomics.load(control, ${CLAIM})
        } while ((word & 0xffff) === 0 || Atomics.compareExchange(control, ${CLAIM}, word, word - 1) !== word)
        const shard = (word >>> 16) - (word & 0xffff)
        ${then}`
      const { byteOffset: states } = sharedMemory(workerData.sizes, workerData.buffer).states
      const worker = new Worker(code, { eval: true, workerData: { ...workerData, states } })
      worker.on('exit', () => {
        alive = alive.filter((other) => other !== worker)
      })
      alive.push(worker)
      return worker
    })

  it.each([
    ['never answers', 'for (;;) ;'],
    ['sleeps', `Atomics.wait(control, ${READY}, Atomics.load(control, ${READY}))`],
    ['exits', 'process.exit(3)'],
    [
      'throws',
      `Atomics.store(state, shard, ${FAILED}); Atomics.add(control, ${FINISHED}, 1)
       Atomics.notify(control, ${FINISHED}); throw new Error('no memory')`,
    ],
  ])('in the middle of a shard, where it %s', async (_, then) => {
    const { engine, shards } = watched(engineOf(2, { start: promptly(bad(then)), patienceMs: 20 }))
    expect(run(powerModel({ shards: 4 }), windows, engine)).toBe(run(powerModel({ shards: 4 }), windows))
    expect(shards.elsewhere).toBe(0)
    // It is replaced once, and then given up.
    expect(warnings.map((text) => text.includes('another worker takes its place'))).toEqual([true, false])
    await gone()
  })

  it('from the start, where its file is missing', async () => {
    const start = threadsOf((workerData) => new Worker(join(folder, 'none.mjs'), { workerData }))
    const model = powerModel({ shards: 4 })
    const window$ = new Subject<typeof rows>()
    window$.pipe(learn(model, { batch: 16, engine: engineOf(2, { start }) })).subscribe()
    for (const window of windows) {
      const told = warnings.length
      window$.next(window)
      // A busy machine takes some time to find that the file is missing.
      for (let i = 0; i < 40 && told < 2 && warnings.length === told; i++)
        await new Promise((done) => setTimeout(done, 10))
    }
    window$.complete()
    expect(bitsOf(model)).toBe(bitsAlone())
    expect(warnings).toHaveLength(2)
    expect(warnings[1]).toContain('none.mjs')
  })
})

describe('threads', () => {
  const started = (): [Subject<typeof rows>, ReturnType<typeof powerModel>, Engine] => [
    new Subject(),
    powerModel({ shards: 4 }),
    engineOf(4),
  ]

  it('end when the subscription does', async () => {
    const [window$, model, engine] = started()
    const subscription = window$.pipe(learn(model, { batch: 16, engine })).subscribe()
    expect(alive.length).toBe(0)
    window$.next(windows[0] as typeof rows)
    expect(alive.length).toBe(3)
    subscription.unsubscribe()
    await gone()
    // A later subscription starts its own threads.
    from(windows)
      .pipe(learn(model, { batch: 16, engine }), take(2))
      .subscribe()
    expect(alive.length).toBe(3)
    await gone()
    concat(
      from(windows),
      throwError(() => new Error('over')),
    )
      .pipe(learn(model, { batch: 16, engine }))
      .subscribe({ error: () => {} })
    await gone()
    from(rows).pipe(encode(model), batch(16), gradient(model, engine)).subscribe()
    await gone()
    expect(warnings).toEqual([])
  })

  it('are not started where there is only one shard', () => {
    for (const [shards, count, size] of [
      [1, 4, 16],
      [4, 1, 16],
      [4, 4, 1],
    ] as const)
      from(windows)
        .pipe(learn(powerModel({ shards }), { batch: size, engine: engineOf(count) }))
        .subscribe()
    expect(alive).toEqual([])
  })

  it('of one engine compute for several models at once', async () => {
    const { engine, shards } = watched(engineOf(2))
    const models = [powerModel({ shards: 4 }), powerModel({ shards: 4 })]
    const window$ = new Subject<typeof rows>()
    for (const model of models) window$.pipe(learn(model, { batch: 16, engine })).subscribe()
    for (const window of windows) window$.next(window)
    expect(alive.length).toBe(2)
    expect(shards.elsewhere).toBeGreaterThan(10)
    window$.complete()
    expect(models.map(bitsOf)).toEqual([bitsAlone(), bitsAlone()])
    await gone()
  })

  it('end when a shard cannot be computed here', async () => {
    const model = powerModel({ shards: 4 })
    const crew = engineOf(3).open(model.stages.task)
    let fails = true
    const failing: Engine = {
      kind: 'failing',
      open: () => ({
        release: () => crew.release(),
        compute: (window) =>
          crew.compute({
            ...window,
            here(shard) {
              if (fails) throw new RangeError('no memory')
              window.here(shard)
            },
          }),
      }),
    }
    const learned = (): void => {
      from(windows)
        .pipe(learn(model, { batch: 16, engine: failing }))
        .subscribe({ error: (error) => expect(String(error)).toContain('no memory') })
    }
    const before = bitsOf(model)
    learned()
    expect(bitsOf(model)).toBe(before)
    await gone()
    fails = false
    learned()
    expect(bitsOf(model)).toBe(bitsAlone())
    await gone()
  })

  it('accept larger windows as they arrive', async () => {
    const taken = (engine?: Engine): string => {
      const model = powerModel({ shards: 3 })
      const example = (row: (typeof rows)[number]) => model.stages.encode(row)
      from([2, 9, 9, 60, 5])
        .pipe(
          map((size) => model.stages.batch(rows.slice(0, size).map(example))),
          gradient(model, engine),
          update(model),
        )
        .subscribe()
      return bitsOf(model)
    }
    const { engine, shards } = watched(engineOf(2))
    expect(taken(engine)).toBe(taken())
    expect(shards.elsewhere).toBeGreaterThan(3)
    await gone()
  })

  it('start from the sources, too', () => {
    const start: StartThread = (work, ended) => {
      const thread = startThread(work, ended)
      const { control } = sharedMemory(work.sizes, work.buffer)
      expect(Atomics.wait(control, READY, 0, 30_000)).not.toBe('timed-out')
      return thread
    }
    const { engine, shards } = watched(engineOf(2, { start }))
    expect(run(powerModel({ shards: 2 }), windows, engine)).toBe(run(powerModel({ shards: 2 }), windows))
    expect(shards.elsewhere).toBeGreaterThan(0)
  })

  it('start from the published package, and keep no process alive', async () => {
    const script = `
      import { Subject } from 'rxjs'
      import { createModel, dense, learn, numeric } from './operators/index.js'
      import { workers } from './src/node/workers/workers.js'
      let online = 0
      process.on('worker', (worker) => worker.on('online', () => online++))
      process.on('exit', () => process.stdout.write(String(online)))
      const model = createModel({ features: { a: numeric() }, target: { y: numeric() }, layers: [dense(1)], shards: 3 })
      const row$ = new Subject()
      row$.pipe(learn(model, { batch: 9, engine: workers(3) })).subscribe()
      for (let i = 0; i < 100; i++) row$.next({ a: i % 7, y: i % 5 })
      let left = 300
      const timer = setInterval(() => {
        if (online < 2 && --left > 0) return
        clearInterval(timer)
        for (let i = 0; i < 100; i++) row$.next({ a: i % 7, y: i % 5 })
      }, 50)`
    const names = ['operators/index', 'src/node/workers/workers', 'src/node/workers/thread']
    const published = join(folder, 'published')
    await build({
      ...{ entryPoints: names.map((name) => `${root}${name}.ts`), outdir: published, outbase: root },
      ...{ bundle: true, splitting: true, format: 'esm', platform: 'node' },
    })
    await build({
      stdin: { contents: script.replaceAll("'./", `'${published}/`), resolveDir: root },
      ...{ outfile: join(published, 'script.mjs'), bundle: true, format: 'esm', platform: 'node' },
      external: [`${published}/*`],
    })
    await writeFile(join(published, 'package.json'), '{ "type": "module" }')
    const { stdout, stderr, code } = await runNode([join(published, 'script.mjs')])
    expect([code, stdout, stderr]).toEqual([0, '2', ''])
  })
})

describe('wrong uses are refused', () => {
  it.each([0, 1.5, -2, Number.NaN])('workers(%s)', (count) => {
    expect(() => workers(count)).toThrow(`workers: the count is ${count}; expected a whole number of at least 1.`)
  })

  it('a custom loss', () => {
    const own = { ...squared(), kind: 'mine' } as LossFunction
    const model = powerModel({ shards: 2, loss: own })
    const errors: unknown[] = []
    from(windows)
      .pipe(learn(model, { batch: 16, engine: workers(2) }))
      .subscribe({ error: (error) => errors.push(error) })
    expect(String(errors)).toContain("there is no loss 'mine' here")
    // The model can be taken again.
    model.learn(rows)
  })

  it('the backward pass of a forward pass that an engine has completed', () => {
    const model = powerModel({ shards: 2 })
    from(rows)
      .pipe(encode(model), batch(16), gradient(model, workers(1)))
      .subscribe(({ loss: from }) =>
        expect(() => model.stages.backward(from as Loss<Reading>)).toThrow(StaleForwardError),
      )
  })
})
