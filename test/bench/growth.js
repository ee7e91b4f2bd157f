// Measures how the cost grows with parameters, batch, sparse features and subscribers.
import { Subject } from 'rxjs'
import { adagrad, createModel, dense, hashed, learn, numeric, sgd } from '../../dist/operators/index.js'
import { answerWith } from './answer.js'
import { nanosecondsEach } from './measure.js'
import { chunkOf, modelOf } from './model.js'
import { short, table } from './report.js'
import { createGenerator, createWorkload } from './workloads.js'

const { normal } = createGenerator(7)
const normals = (count) => Float32Array.from({ length: count }, normal)
const unscaled = numeric({ scale: 'none' })

/** An n-n-1 net with relu, which takes a step at each row and has about n² parameters. */
const byParameters = (parameters) => {
  const n = Math.round(Math.sqrt(parameters))
  const model = createModel({
    features: Object.fromEntries(Array.from({ length: n }, (_, j) => [`x${j}`, unscaled])),
    target: { y: unscaled },
    layers: [dense(n, 'relu'), dense(1)],
    optimizer: sgd({ learningRate: 1e-4 }),
  })
  const size = Math.max(1, Math.min(256, Math.floor(4e6 / parameters)))
  const chunk = { kind: 'chunk', size, x: normals(size * n), y: normals(size) }
  return { body: () => model.learn(chunk), rows: size }
}

/** W3's net with b rows in a step. */
const byBatch = (workload) => (batch) => {
  const writer = modelOf(workload).stages.take('growth', batch)
  const size = Math.max(batch, 256)
  // For 4,096 rows, the 2,048 rows of the workload are used twice.
  const part = chunkOf(workload, 0, Math.min(size, workload.size))
  const twice = (values) => Float32Array.from({ length: 2 * values.length }, (_, i) => values[i % values.length])
  const chunk = size > workload.size ? { ...part, size, x: twice(part.x), y: twice(part.y) } : part
  return { body: () => writer.learn(chunk), rows: size }
}

/** A model with one output and AdaGrad; each row has twenty of the sparse features. */
const bySparse = (capacity) => {
  const active = 20
  const model = createModel({
    features: { x: hashed({ capacity, active }) },
    target: { y: unscaled },
    layers: [dense(1)],
    optimizer: adagrad({ learningRate: 0.01 }),
  })
  const size = 256
  const width = 1 + 2 * active
  const x = new Float32Array(size * width)
  for (let i = 0; i < size; i++) {
    x[i * width] = active
    // There is one feature from each twentieth of the range, so that they differ.
    for (let k = 0; k < active; k++) {
      x[i * width + 1 + 2 * k] = Math.floor((capacity / active) * (k + Math.abs(normal() % 1)))
      x[i * width + 2 + 2 * k] = 1
    }
  }
  const chunk = { kind: 'chunk', size, x, y: normals(size) }
  return { body: () => model.learn(chunk), rows: size }
}

/** W1's rows through learn(), with several subscribers. */
const bySubscribers = (workload) => (subscribers) => {
  const model = modelOf(workload)
  const element$ = new Subject()
  const learned$ = new Subject()
  for (let i = 0; i < subscribers; i++) learned$.subscribe(() => {})
  element$.pipe(learn(model)).subscribe(learned$)
  const chunks = Array.from({ length: 256 }, (_, i) => chunkOf(workload, i, i + 1))
  const body = () => {
    for (const chunk of chunks) element$.next(chunk)
  }
  return { body, rows: chunks.length }
}

const measure = async (title, name, sizes, make, settings) => {
  const made = sizes.map((size) => {
    try {
      return { size, ...make(size) }
    } catch (error) {
      return { size, reason: String(error?.message ?? error) }
    }
  })
  const summaries = await nanosecondsEach(
    made.filter(({ body }) => body),
    settings,
  )
  const results = made.map(({ size, reason }) => ({ size, ...(reason ? { reason } : summaries.shift()) }))
  globalThis.gc()
  const cells = results.map(({ size, median, spread, reason }) =>
    reason
      ? [size.toLocaleString('en'), reason, '–', '–']
      : [size.toLocaleString('en'), short(median), `${(100 * spread).toFixed(0)} %`, short(1e9 / median)],
  )
  return { results, markdown: `### growth: ${title}\n\n${table([name, 'ns per row', 'spread', 'rows/s'], cells)}\n` }
}

await answerWith(async ({ quick, rounds }) => {
  const settings = { rounds, ms: quick ? 3 : 20, warmMs: quick ? 60 : 300 }
  const upTo = (powers, quickly) => powers.filter((size) => !quick || size <= quickly)
  const parameters = upTo([1e2, 1e3, 1e4, 1e5, 1e6, 1e7], 1e6)
  const batches = upTo([1, 4, 16, 64, 256, 1024, 4096], 1024)
  const features = upTo([1e2, 1e3, 1e4, 1e5, 1e6], 1e6)
  const parts = {
    parameters: await measure('parameters, n-n-1, b = 1', 'parameters', parameters, byParameters, settings),
    batch: await measure("batch, W3's net", 'b', batches, byBatch(createWorkload('W3')), settings),
    sparse: await measure('sparse features, 20 of them a row, AdaGrad', 'features', features, bySparse, settings),
    subscribers: await measure(
      'subscribers after learn, W1, rows as chunks of one',
      'subscribers',
      [1, 4, 16, 64],
      bySubscribers(createWorkload('W1')),
      settings,
    ),
  }
  return {
    markdown: Object.values(parts)
      .map(({ markdown }) => markdown)
      .join('\n'),
    results: Object.fromEntries(Object.entries(parts).map(([name, { results }]) => [name, results])),
  }
})
