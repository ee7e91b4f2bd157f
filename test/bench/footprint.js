// Measures the start-up time in fresh processes, and the memory of a model.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { summarize } from './measure.js'
import { modelOf } from './model.js'
import { short, table } from './report.js'
import { createWorkload } from './workloads.js'

const entry = JSON.stringify(new URL('../../dist/operators/index.js', import.meta.url).href)
const declared = `const model = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(32, 'relu'), dense(1)] })`
const starts = {
  'node alone': '',
  'import rxjs': `await import('rxjs')`,
  'import rxgrad': `await import(${entry})`,
  'import, createModel, first row learned': `
    const { createModel, dense, numeric } = await import(${entry})
    ${declared}
    model.learn({ x: 1, y: 2 })`,
}

const startUp = (rounds) => {
  const times = Object.fromEntries(Object.keys(starts).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const [name, code] of Object.entries(starts)) {
      const start = performance.now()
      const cwd = new URL('.', import.meta.url)
      const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { cwd, stdio: 'ignore' })
      if (status === 0) times[name].push(performance.now() - start)
    }
  return Object.fromEntries(Object.entries(times).map(([name, each]) => [name, summarize(each)]))
}

/** Returns the bytes that a model takes: in the garbage-collected heap, and elsewhere in the process. */
const memoryOf = (workload, count) => {
  const made = createWorkload(workload)
  // The compiled kernels and the code, which all models share, exist before the count begins.
  const kept = [modelOf(made)]
  const used = () => {
    globalThis.gc()
    globalThis.gc()
    const { heapUsed, external, rss } = process.memoryUsage()
    return { heapUsed, external, rss }
  }
  const before = used()
  for (let i = 0; i < count; i++) kept.push(modelOf(made))
  const after = used()
  const each = Object.fromEntries(Object.keys(before).map((key) => [key, (after[key] - before[key]) / count]))
  return { workload, parameters: kept[0].parameters.length, models: count, ...each }
}

/** Measures many models of one configuration, of 545 parameters each, and many configurations one after another. */
const manyModels = (quick) => {
  const script = fileURLToPath(new URL('manyModels.js', import.meta.url))
  const { stdout } = spawnSync(process.execPath, ['--expose-gc', script, ...(quick ? ['quick'] : [])])
  return JSON.parse(stdout)
}

export const measureFootprint = ({ quick, rounds }) => {
  const start = startUp(rounds)
  const startRows = Object.entries(start).map(([name, { median, min, max }]) => [
    ...[name, median.toFixed(0), `${min.toFixed(0)} – ${max.toFixed(0)}`],
  ])
  const memory = [memoryOf('W1', quick ? 20 : 100), memoryOf('D', quick ? 20 : 100), memoryOf('W3', quick ? 2 : 5)]
  // The work of the garbage collector itself can hide a small model.
  const bytes = (value) => (value < 0 ? 'lost in noise' : `${short(value)}B`)
  const memoryRows = memory.map(({ workload, parameters, models, heapUsed, external, rss }) => [
    ...[workload, parameters, models, bytes(4 * parameters), bytes(heapUsed), bytes(external), bytes(rss)],
  ])
  const many = manyModels(quick)
  const manyRows = [
    ['createModel, known configuration', `${many.createMs.toFixed(3)} ms`],
    ['heap of a model that has not learned yet', bytes(many.heap)],
    [`${many.models} models: resident memory of the whole process`, bytes(many.rss)],
    ['heap of a model that has learned a row', bytes(many.learnedHeap)],
    ['resident, of the same model', bytes(many.learnedRss)],
    [`${many.plans} plans made and dropped: growth of resident memory`, bytes(many.plansRss)],
    ['growth of the heap', bytes(many.plansHeap)],
  ]
  const memoryHead = [
    'model',
    'parameters',
    'models made',
    'θ itself',
    'heap per model',
    'outside the heap',
    'resident',
  ]
  return {
    results: { start, memory, many },
    markdown: [
      `### overhead: start-up, ms of a whole fresh process\n\n${table(['what', 'median', 'range'], startRows)}\n`,
      `### overhead: memory per model\n\n${table(memoryHead, memoryRows)}\n`,
      `### overhead: many models, 545 parameters each\n\n${table(['what', 'how much'], manyRows)}\n`,
    ].join('\n'),
  }
}
