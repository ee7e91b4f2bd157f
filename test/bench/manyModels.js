// Measures many models of one configuration, and many configurations, in a process of its own, and prints JSON.
import { auto, createModel, dense, numeric } from '../../dist/operators/index.js'

const [quick] = process.argv.slice(2)
const features = Object.fromEntries(Array.from({ length: 15 }, (_, j) => [`x${j}`, numeric()]))
const make = (seed, optimizer) =>
  createModel({
    ...{ features, target: { y: numeric() }, layers: [dense(32, 'relu'), dense(1)], seed },
    ...(optimizer && { optimizer }),
  })
const row = { ...Object.fromEntries(Object.keys(features).map((name, j) => [name, j])), y: 1 }
const settled = async () => {
  // Finalizers run in tasks of their own, so several tasks have to pass.
  for (let i = 0; i < 4; i++) {
    globalThis.gc()
    await new Promise((done) => setTimeout(done, 5))
  }
  const { heapUsed, rss } = process.memoryUsage()
  return { heapUsed, rss }
}

make(0).learn(row)
const results = {}
{
  const count = quick ? 1000 : 10_000
  const before = await settled()
  const start = performance.now()
  const kept = Array.from({ length: count }, (_, seed) => make(seed))
  results.createMs = (performance.now() - start) / count
  const after = await settled()
  results.models = kept.length
  results.heap = (after.heapUsed - before.heapUsed) / count
  results.rss = after.rss
  const some = kept.slice(0, count / 10)
  for (const model of some) model.learn(row)
  const learned = await settled()
  results.learnedHeap = (learned.heapUsed - after.heapUsed) / some.length
  results.learnedRss = (learned.rss - after.rss) / some.length
}
{
  const count = quick ? 200 : 2000
  const before = await settled()
  for (let i = 0; i < count; i++) {
    make(0, auto({ learningRate: 1 - i / 1e6 })).learn(row)
    if (i % 100 === 99) await settled()
  }
  const after = await settled()
  results.plans = count
  results.plansRss = after.rss - before.rss
  results.plansHeap = after.heapUsed - before.heapUsed
}
process.stdout.write(JSON.stringify(results))
