import { category, createModel, dense, numeric } from '../../../dist/operators/index.js'
import { randomOf } from './random.js'
import { drifting, stationary, TURN } from './streams.js'

const CHUNK = 1000
const nets = { linear: (outputs) => [dense(outputs)], 'MLP 32': (outputs) => [dense(32, 'relu'), dense(outputs)] }

/** Learns the rows of a stream with all defaults, and returns the rows at which the drift rule fired. */
const alarmsOf = ({ task, count = 2, unscaled, row }, layers, rows, seed) => {
  const outputs = task === 'number' || count === 2 ? 1 : count
  const names = Array.from({ length: 8 }, (_, i) => `x${i}`)
  const values = Array.from({ length: count }, (_, i) => `c${i}`)
  const y = task === 'class' ? category({ values }) : numeric(unscaled ? { scale: 'none' } : {})
  const features = Object.fromEntries(names.map((name) => [name, numeric()]))
  const model = createModel({ features, target: { y }, layers: layers(outputs) })
  const alarms = []
  model.listen((event) => event.kind === 'drift' && alarms.push(event.step))
  const random = randomOf(seed)
  for (let first = 0; first < rows; first += CHUNK) {
    const [x, labels] = [new Float64Array(8 * CHUNK), new Float64Array(CHUNK)]
    for (let i = 0; i < CHUNK; i++) {
      const [features, label] = row(random, first + i)
      x.set(features, 8 * i)
      labels[i] = label
    }
    model.learn({ kind: 'chunk', size: CHUNK, x, y: labels })
  }
  return alarms
}

/** Prints how often the drift rule fires on streams that do not change: it should be at most once in 10⁵ rows. */
export const falseAlarms = (rows, seed) => {
  console.log(`\nFalse alarms of the drift rule per 10⁵ rows, in ${rows.toLocaleString('en')} rows of each stream`)
  for (const [name, stream] of Object.entries(stationary)) {
    const rates = Object.values(nets).map((layers) => (alarmsOf(stream, layers, rows, seed).length / rows) * 1e5)
    console.log(`  ${name.padEnd(36)} ${rates.map((rate) => rate.toFixed(2).padStart(8)).join('')}`)
  }
  console.log(
    `  ${' '.repeat(36)} ${Object.keys(nets)
      .map((net) => net.padStart(8))
      .join('')}`,
  )
}

/** Prints how many rows after a change the rule fires: the median, and the share of changes at which it does at all. */
export const delays = (turns, seed) => {
  console.log(`\nRows from a change to the drift rule's alarm (median of ${turns} changes; share that it noticed)`)
  for (const [name, stream] of Object.entries(drifting)) {
    const cells = Object.values(nets).map((layers) => {
      const alarms = alarmsOf(stream, layers, (turns + 1) * TURN, seed)
      const found = Array.from({ length: turns }, (_, i) => {
        const turn = (i + 1) * TURN
        const alarm = alarms.find((step) => step > turn && step <= turn + 2000)
        return alarm === undefined ? Infinity : alarm - turn
      }).sort((a, b) => a - b)
      const share = found.filter((delay) => delay < Infinity).length / turns
      return `${found[Math.floor(turns / 2)]} (${(100 * share).toFixed(0)} %)`.padStart(14)
    })
    console.log(`  ${name.padEnd(36)} ${cells.join('')}`)
  }
}
