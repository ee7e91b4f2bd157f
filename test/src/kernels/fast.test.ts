import 'rxgrad/fast'
import fc from 'fast-check'
import { from } from 'rxjs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  adam,
  auto,
  backward,
  batch,
  type Chunk,
  category,
  createModel,
  createPredictor,
  crossEntropy,
  dense,
  encode,
  type Fields,
  forward,
  type Layer,
  learn,
  loss,
  type Model,
  type ModelConfig,
  type ModelEvent,
  type ModelPrecision,
  numeric,
  type Row,
  sgd,
  squared,
  update,
} from '../../../operators/index.js'
import { fastKernelBytes } from '../../../src/kernels/host/fastBytes.js'
import { createServer, replica, workers } from '../../../src/node/index.js'
import { runSnippet } from '../../runSnippet.js'
import { runs } from '../../runs.js'
import { bytesOf } from '../model/kinds.js'

/** Whether this host has relaxed SIMD: Node 24 does, Node 20 does not. */
const host = globalThis as unknown as { readonly WebAssembly: { validate(bytes: Uint8Array): boolean } }
const here = host.WebAssembly.validate(fastKernelBytes())

interface Net {
  readonly width: number
  readonly layers: readonly Layer[]
  readonly classes: number
}
const netOf = ({ width, layers, classes }: Net, config: Partial<ModelConfig<Fields, Fields>>): Model =>
  createModel({
    features: Object.fromEntries(Array.from({ length: width }, (_, i) => [`x${i}`, numeric({ scale: 'none' })])),
    target: {
      y: classes > 0 ? category({ values: Array.from({ length: classes }, (_, k) => k) }) : numeric({ scale: 'none' }),
    },
    loss: classes > 0 ? crossEntropy() : squared(),
    layers: [...layers, dense(Math.max(1, classes))],
    seed: 5,
    ...config,
  } as ModelConfig<Fields, Fields>) as Model

/** Rows of noise, with labels from a linear function of it. */
const chunkOf = ({ width, classes }: Net, size: number, sparse = 0): Chunk => {
  const x = Float32Array.from({ length: size * width }, (_, i) => {
    const value = Math.sin(i * 12.9898) * 43758.5453
    return value - Math.floor(value) < sparse ? 0 : Math.sin(value)
  })
  const y = Float32Array.from({ length: size }, (_, i) => {
    let sum = 0
    for (let j = 0; j < width; j++) sum += (x[i * width + j] as number) * Math.cos(j)
    return classes > 0 ? Math.abs(Math.floor(sum * 3)) % classes : sum / Math.sqrt(width)
  })
  return { kind: 'chunk', size, x, y }
}
const rowsOf = ({ width }: Net, { size, x, y }: Chunk): Row[] =>
  Array.from({ length: size }, (_, i) => ({
    ...Object.fromEntries(Array.from({ length: width }, (_, j) => [`x${j}`, x[i * width + j] as number])),
    y: y?.[i] as number,
  }))
const meanLoss = (losses: Float64Array): number => losses.reduce((a, b) => a + b) / losses.length

const W2: Net = { width: 8, layers: [dense(16, 'tanh')], classes: 0 }
const W3: Net = { width: 200, layers: [dense(48, 'relu')], classes: 10 }
const nets = fc.record({
  width: fc.constantFrom(1, 2, 4, 7, 20, 33, 70),
  layers: fc.constantFrom<readonly Layer[]>(
    [],
    [dense(3, 'relu')],
    [dense(16, 'tanh')],
    [dense(21, 'relu'), dense(6, 'sigmoid')],
    [dense(70, 'relu'), dense(66, 'relu')],
  ),
  classes: fc.constantFrom(0, 2, 5, 10),
})

afterEach(() => vi.restoreAllMocks())

describe("precision 'fast'", () => {
  it('is refused with what to import if the import is missing', async () => {
    const { stdout } = await runSnippet(`
      import { createModel, dense, numeric } from 'rxgrad'
      try { createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)], precision: 'fast' }) }
      catch (error) { console.log(error.message) }`)
    expect(stdout).toMatch(/precision is 'fast'.*import 'rxgrad\/fast'/)
  })

  it('runs as f32, and warns once, where there is no relaxed SIMD', ({ skip }) => {
    skip(here, 'This host has relaxed SIMD.')
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const said = (['f32', 'fast', 'fast'] as const).map((precision) => {
      const model = netOf(W2, { precision })
      return meanLoss(model.learn(chunkOf(W2, 300)).losses) + (model.parameters[3] as number)
    })
    expect(said[1]).toBe(said[0])
    expect(warn.mock.calls.flat()).toEqual([expect.stringMatching(/needs relaxed SIMD.* it runs as 'f32'/)])
  })

  it.each([
    ['8-16-1', 1, W2],
    ['8-16-1', 32, W2],
    ['200-48-10', 1, W3],
    ['200-48-10', 32, W3],
  ] as const)('learns as f32 does: %s, b = %i', (_, b, net) => {
    if (!here) vi.spyOn(console, 'warn').mockImplementation(() => {})
    const chunk = chunkOf(net, 1000, 0.3)
    const [plain, fast] = (['f32', 'fast'] as const).map((precision) => {
      const model = netOf(net, { precision, optimizer: sgd({ learningRate: 0.02 }) })
      const losses: number[] = []
      from([chunk])
        .pipe(learn(model, { batch: b }))
        .subscribe((learned) => losses.push(...(learned.losses as Float64Array)))
      return { model, loss: meanLoss(Float64Array.from(losses.slice(0, 1000))) }
    }) as [{ model: Model; loss: number }, { model: Model; loss: number }]
    expect(Math.abs(fast.loss - plain.loss)).toBeLessThan(1e-4 * plain.loss)
    expect([fast.model.precision, fast.model.description.precision]).toEqual(['fast', 'fast'])
    expect(fast.model.parameters).toBeInstanceOf(Float32Array)
    expect(fast.model.hash).not.toBe(plain.model.hash)
  })

  // On one machine, each term is rounded alike in every form of a sum, so all laws of f32 hold except across machines.
  it('rows one by one, in arrays, in chunks and in the long form give equal bits', () => {
    if (!here) vi.spyOn(console, 'warn').mockImplementation(() => {})
    fc.assert(
      fc.property(
        nets,
        fc.constantFrom(1, 2, 7, 32),
        fc.constantFrom(1, 2),
        fc.constantFrom(0, 0.6),
        fc.constantFrom('sgd', 'auto', 'adam'),
        (net, b, shards, sparse, rule) => {
          const chunk = chunkOf(net, 80, sparse)
          const rows = rowsOf(net, chunk)
          const optimizer = { sgd: sgd({ learningRate: 0.05 }), auto: auto(), adam: adam() }[rule]
          const make = (): Model => netOf(net, { precision: 'fast', shards, optimizer })
          const [one, several, chunks, long] = [make(), make(), make(), make()]
          const predicted: unknown[] = []
          from(rows)
            .pipe(learn(one, { batch: b }))
            .subscribe(({ predictions }) => predicted.push(predictions?.value))
          from([rows.slice(0, 33), rows.slice(33)])
            .pipe(learn(several, { batch: b }))
            .subscribe()
          const values: unknown[] = []
          from([chunk])
            .pipe(learn(chunks, { batch: b }))
            .subscribe(({ predictions }) => values.push(...((predictions?.values ?? []) as Iterable<unknown>)))
          from(rows).pipe(encode(long), batch(b), forward(long), loss(), backward(), update(long)).subscribe()
          const state = bytesOf(one.snapshot())
          expect(bytesOf(several.snapshot())).toEqual(state)
          expect(bytesOf(chunks.snapshot())).toEqual(state)
          expect(bytesOf(long.snapshot())).toEqual(state)
          if (net.classes === 0) expect(values).toEqual(predicted.slice(0, 80))
        },
      ),
      { numRuns: runs(120) },
    )
  })

  it('predicts as learning does, as do replicas on this machine; workers give the bits of their shards', async () => {
    if (!here) vi.spyOn(console, 'warn').mockImplementation(() => {})
    const chunk = chunkOf(W3, 320)
    const make = (): Model => netOf(W3, { precision: 'fast', shards: 2 })
    const [alone, shared] = [make(), make()]
    from([chunk])
      .pipe(learn(alone, { batch: 64 }))
      .subscribe()
    from([chunk])
      .pipe(learn(shared, { batch: 64, engine: workers(2) }))
      .subscribe()
    expect(bytesOf(shared.snapshot())).toEqual(bytesOf(alone.snapshot()))

    const [row] = rowsOf(W3, chunk)
    const said = alone.predict(row as Row)
    const beside = createPredictor(alone.description)
    beside.apply(alone.publish())
    expect(beside.predict(row as Row).probabilities).toEqual(said.probabilities)
    const server = await createServer({ models: { alone } })
    const elsewhere = await replica(server.url)
    expect(elsewhere.predict(row as Row).probabilities).toEqual(said.probabilities)
    elsewhere.close()
    await server.close()
    expect(alone.learn(row as Row).predictions?.probabilities).toEqual(said.probabilities)
  })

  it('keeps its name in a snapshot, refuses steps that are not finite, and rolls back', () => {
    if (!here) vi.spyOn(console, 'warn').mockImplementation(() => {})
    const make = (precision: ModelPrecision): Model =>
      netOf(W2, { precision, optimizer: sgd({ learningRate: 1e-3 }), guard: { every: 50 } })
    const model = make('fast')
    const events: ModelEvent[] = []
    model.listen((event) => events.push(event))
    model.learn(chunkOf(W2, 200))
    const snapshot = model.snapshot()
    const again = make('fast')
    again.restore(snapshot)
    expect(bytesOf(again.snapshot())).toEqual(bytesOf(snapshot))
    expect(() => make('f32').restore(snapshot)).toThrow(/./)

    const huge = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`x${i}`, 1e38]))
    model.learn({ ...huge, y: 3e38 })
    expect(model.counters.refused + model.counters.rollbacks).toBe(1)
    expect(events.map(({ kind }) => kind)).toEqual([expect.stringMatching(/rejection|rollback|refus/)])
    expect(model.parameters.every(Number.isFinite)).toBe(true)
    model.learn(chunkOf(W2, 200))
    expect(model.step).toBeGreaterThan(390)
  })
})
