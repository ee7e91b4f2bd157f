// Measures the rows per second of every ceiling, as the median of seven runs:
// `node test/bench/ceilings/measure.js [W1 W3 …]`.
import { dataOf } from './data.js'
import { ceilings } from './index.js'

const SIZES = { W1: 4096, W2: 4096, W3: 1024, W4: 1024, W5: 1024, D: 4096, S: 16384 }
const wanted = process.argv.slice(2)
for (const [name, kernel] of Object.entries(await ceilings())) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  kernel.prepare(dataOf(name, SIZES[name]))
  const timed = (n) => {
    const start = performance.now()
    kernel.run(n)
    return performance.now() - start
  }
  let n = 128
  while (timed(n) < 60) n *= 2
  // After these runs, the optimizing compiler has finished.
  for (let i = 0; i < 5; i++) timed(n)
  const rates = Array.from({ length: 7 }, () => (1000 * n) / timed(n)).sort((a, b) => a - b)
  console.log(
    `${name} ${Math.round(rates[3]).toLocaleString('en')} rows/s (best ${Math.round(rates[6]).toLocaleString('en')})`,
  )
}
