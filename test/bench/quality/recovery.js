import { createModel, dense, numeric } from '../../../dist/operators/index.js'
import { randomOf } from './random.js'

const ROWS = 8000
const FIRST = 2000

/** Wild values at some rows, as factors of σ; `where` is the column. */
const disturbances = {
  'one at +1,000σ': (i) => i === FIRST && 1e3,
  'one at +10⁶σ': (i) => i === FIRST && 1e6,
  'ten in a row at +1,000σ': (i) => i >= FIRST && i < FIRST + 10 && 1e3,
  'one in a hundred, for ever': (i) => i >= FIRST && i % 100 === 0 && 1e3,
  'units × 1,000 from there on': (i) => i >= FIRST && 'units',
}

const errorsOf = (where, disturb, seed) => {
  const model = createModel({
    features: { a: numeric(), b: numeric() },
    target: { y: numeric() },
    layers: [dense(16, 'relu'), dense(1)],
  })
  const { normal } = randomOf(seed)
  return Array.from({ length: ROWS }, (_, i) => {
    const row = { a: 20 + 5 * normal(), b: normal() }
    row.y = 1 + row.a / 2 + row.b + 0.5 * normal()
    const wild = disturb(i)
    if (wild === 'units') row[where] *= 1000
    else if (wild) row[where] += wild * 5
    const { predictions } = model.learn(row)
    // A wild row itself is not scored. In other units, errors are as many times larger.
    if (wild && wild !== 'units') return Number.NaN
    return Math.abs(predictions.value - row.y) / (wild === 'units' && where === 'y' ? 1000 : 1)
  })
}
const mean = (errors) => {
  const scored = errors.filter((error) => !Number.isNaN(error))
  return scored.reduce((sum, error) => sum + error, 0) / scored.length
}

/** Prints the error after wild values, as a multiple of that of a twin that had none. */
export const recovery = (seed) => {
  console.log('\nMean absolute error after wild values, as a multiple of that without any')
  console.log(`  ${''.padEnd(42)}${'rows 1–200'.padStart(12)}${'200–500'.padStart(12)}${'500–6000'.padStart(12)}`)
  for (const [name, disturb] of Object.entries(disturbances))
    for (const where of ['a', 'y']) {
      const [wild, calm] = [errorsOf(where, disturb, seed), errorsOf(where, () => false, seed)]
      const ratio = (from, to) =>
        mean(wild.slice(FIRST + from, FIRST + to)) / mean(calm.slice(FIRST + from, FIRST + to))
      const cells = [ratio(1, 200), ratio(200, 500), ratio(500, 6000)].map((x) => x.toFixed(2).padStart(12))
      console.log(`  ${`${name}, ${where === 'a' ? 'a feature' : 'the target'}`.padEnd(42)}${cells.join('')}`)
    }
}
