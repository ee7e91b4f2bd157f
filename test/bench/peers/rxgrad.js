// rxgrad itself is measured as it is built in dist: the core in chunks, the RxJS pipeline, and objects one at a time.
import { createRequire } from 'node:module'
import { from } from 'rxjs'
import { learn } from '../../../dist/operators/index.js'
import { fastKernelBytes } from '../../../dist/src/kernels/host/fastBytes.js'
import { workers } from '../../../dist/src/node/index.js'
import '../../../dist/src/kernels/host/fast.js'
import { chunksOf, modelOf, objectsOf, sparseChunksOf, sparseModelOf } from '../model.js'
import { describeWorkload } from '../workloads.js'

const CHUNK = 1024
/** Returns a chunk size of which the checked rows are a multiple. */
const chunkFor = ({ checked }) => Math.min(CHUNK, checked)

/** Adds up the losses of a watched run, each time a number or a column of numbers. */
const watching = () => {
  let sum = 0
  let rows = 0
  return {
    start: () => {
      sum = rows = 0
    },
    add(losses) {
      if (typeof losses === 'number') sum += losses
      else for (const loss of losses) sum += loss
      rows += losses.length ?? 1
    },
    loss: () => sum / rows,
  }
}

/** Creates a contestant that feeds elements of `block` rows each to a feeder, and begins again after the last one. */
const feeding = (name, note, block, elementsOf, feederOf) => {
  const watched = watching()
  let elements
  let feeder
  let at = 0
  return {
    name,
    note,
    block,
    prepare(workload) {
      elements = elementsOf(workload)
      feeder = feederOf(workload)
      at = 0
    },
    run(rows, watch) {
      watched.start()
      const add = watch ? watched.add : undefined
      for (let left = rows / block; left > 0; ) {
        const count = Math.min(left, elements.length - at)
        feeder(elements, at, at + count, add)
        at = (at + count) % elements.length
        left -= count
      }
    },
    loss: watched.loss,
  }
}

const core = (block, chunks = chunksOf, model = modelOf) =>
  feeding(
    'core',
    `chunks of ${block}`,
    block,
    (workload) => chunks(workload, block),
    (workload) => {
      const writer = model(workload).stages.take('bench', workload.batch)
      return (chunks, start, end, add) => {
        for (let i = start; i < end; i++) {
          const { losses } = writer.learn(chunks[i])
          add?.(losses)
        }
      }
    },
  )

/** Creates the core with precision 'fast', if the engine has relaxed SIMD. */
const fast = (block) => {
  const settings = { precision: 'fast' }
  const contestant = { ...core(block, chunksOf, (workload) => modelOf(workload, settings)), name: "core, 'fast'" }
  if (WebAssembly.validate(fastKernelBytes())) return contestant
  return { ...contestant, absent: `not run: Node ${process.versions.node} has no relaxed SIMD` }
}

/** Creates a contestant with windows in two shards, which one or two workers compute. */
const shared = (block, count) => ({
  awake: true,
  ...(count > 1 && { threads: count, beside: 'two shards, workers(1)' }),
  ...feeding(
    `two shards, workers(${count})`,
    `chunks of ${block}`,
    block,
    (workload) => chunksOf(workload, block),
    (workload) => {
      const writer = modelOf(workload, { shards: 2 }).stages.take('bench', workload.batch, workers(count))
      return (chunks, start, end, add) => {
        for (let i = start; i < end; i++) {
          const { losses } = writer.learn(chunks[i])
          add?.(losses)
        }
      }
    },
  ),
})

const pipeline = (name, block, elementsOf) =>
  feeding(name, 'from(…).pipe(learn(model))', block, elementsOf, (workload) => {
    const model = modelOf(workload)
    const { batch } = workload
    return (elements, start, end, add) => {
      from(start === 0 && end === elements.length ? elements : elements.slice(start, end))
        .pipe(learn(model, { batch }))
        .subscribe({
          next: ({ losses }) => add?.(losses),
          error(error) {
            throw error
          },
        })
    }
  })

const objects = () =>
  feeding('objects, model.learn(row)', 'rows one at a time', 1, objectsOf, (workload) => {
    const model = modelOf(workload)
    return (rows, start, end, add) => {
      for (let i = start; i < end; i++) {
        const { losses } = model.learn(rows[i])
        add?.(losses)
      }
    }
  })

/** Measures the cost of only reading the same objects: it checks that each field is a finite number. */
const bareRead = () => {
  let sum = 0
  const reading = feeding(
    'objects, bare read',
    'reads and checks the same fields, learns nothing',
    1,
    objectsOf,
    () => {
      const names = Array.from({ length: 20 }, (_, j) => `x${j}`)
      return (rows, start, end) => {
        for (let i = start; i < end; i++) {
          const row = rows[i]
          for (let j = 0; j < names.length; j++) {
            const value = row[names[j]]
            if (typeof value !== 'number' || !Number.isFinite(value))
              throw new TypeError(`${names[j]} is not a finite number`)
            sum += value
          }
        }
      }
    },
  )
  return { ...reading, loss: undefined, sum: () => sum }
}

const require = createRequire(import.meta.url)
const versionOf = (name) => require(name).version

export const open = async () => ({
  name: 'rxgrad',
  version: `${versionOf('../../../package.json')}, rxjs ${versionOf('rxjs/package.json')}`,
  contestants(workload) {
    if (workload === 'S') return [core(CHUNK, sparseChunksOf, sparseModelOf)]
    const size = chunkFor(describeWorkload(workload))
    const every = [core(size), pipeline(`pipeline, chunks of ${size}`, size, (given) => chunksOf(given, size))]
    if (workload === 'W3' || workload === 'W4') return [...every, fast(size)]
    if (workload === 'W5') return [...every, fast(size), shared(size, 1), shared(size, 2)]
    if (workload !== 'W1') return every
    return [
      ...every,
      ...[128, 4096].map((rows) => pipeline(`pipeline, chunks of ${rows}`, rows, (given) => chunksOf(given, rows))),
      pipeline('pipeline, objects', 1, objectsOf),
      objects(),
      bareRead(),
    ]
  },
})
