// Measures models by key: the memory that 10,000 of them take, and what a row costs beside `learn`. It prints JSON.
//
//     node --expose-gc test/bench/keys.js [keys] [units]
import { from, of } from 'rxjs'
import { createModel, dense, learn, learnByKey, numeric } from '../../dist/operators/index.js'

const [keys = 10_000, units = 8] = process.argv.slice(2).map(Number)
const features = { a: numeric(), b: numeric(), c: numeric(), d: numeric() }
const make = () => createModel({ features, target: { y: numeric() }, layers: [dense(units, 'relu'), dense(1)] })
const rowOf = (i) => ({ device: i % keys, a: i % 13, b: i % 7, c: 1, d: (i * i) % 5, y: i % 11 })
const rows = Array.from({ length: 3 * keys }, (_, i) => rowOf(i))
const few = rows.map((row) => ({ ...row, device: row.device % 100 }))
const byKey = learnByKey(make, ({ device }) => device, { capacity: keys })

/** Returns the microseconds that a row takes, the least of several passes. */
const passes = (operator, given, count = 5) => {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    from(given).pipe(operator).subscribe()
    least = Math.min(least, (1000 * (performance.now() - start)) / given.length)
  }
  return least
}
const settled = async () => {
  // Finalizers run in tasks of their own, so several tasks have to pass.
  for (let i = 0; i < 4; i++) {
    globalThis.gc()
    await new Promise((done) => setTimeout(done, 5))
  }
  return process.memoryUsage()
}

of(rows[0]).pipe(byKey).subscribe()
const before = await settled()
const first = passes(byKey, rows, 1)
const after = await settled()
const megabytes = (name) => (after[name] - before[name]) / 1e6
const result = {
  ...{ keys, parameters: byKey.get(0).parameters.length },
  ...{ rss: megabytes('rss'), heap: megabytes('heapUsed'), external: megabytes('external') },
  microseconds: {
    firstRows: first,
    everyRowAnotherKey: passes(byKey, rows),
    hundredKeys: passes(byKey, few),
    learn: passes(learn(make()), rows),
  },
}
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`)
