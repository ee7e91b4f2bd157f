import { lastValueFrom } from 'rxjs'
import {
  category,
  createModel,
  dense,
  detectDrift,
  detectors,
  fromRows,
  learn,
  numeric,
} from '../../../dist/operators/index.js'
import { randomOf } from './random.js'
import { drifting, stationary, TURN } from './streams.js'

const CHUNK = 1000
/** Every detector with its own settings, by whether it reads the errors of numbers too. */
const makers = {
  adwin: [detectors.adwin, true],
  pageHinkley: [detectors.pageHinkley, true],
  ddm: [detectors.ddm, false],
  hddmA: [detectors.hddmA, true],
  hddmW: [detectors.hddmW, true],
}

/** Learns a stream with all defaults, and returns for each detector the rows at which it found a drift. */
const alarmsOf = async ({ task, count = 2, unscaled, row }, rows, seed) => {
  const names = Array.from({ length: 8 }, (_, i) => `x${i}`)
  const values = Array.from({ length: count }, (_, i) => `c${i}`)
  const y = task === 'class' ? category({ values }) : numeric(unscaled ? { scale: 'none' } : {})
  const outputs = task === 'number' || count === 2 ? 1 : count
  const features = Object.fromEntries(names.map((name) => [name, numeric()]))
  const model = createModel({ features, target: { y }, layers: [dense(outputs)] })
  const alarms = { auto: [] }
  model.listen((event) => {
    if (event.kind === 'drift') alarms[event.detector].push(event.step)
  })
  const watching = Object.values(makers).flatMap(([make, numbers]) => {
    const detector = make()
    if (task === 'number' && (!numbers || (unscaled && detector.reads === 'share'))) return []
    alarms[detector.name] = []
    return detectDrift(model, detector)
  })
  const random = randomOf(seed)
  const chunks = function* () {
    for (let first = 0; first < rows; first += CHUNK) {
      const [x, labels] = [new Float64Array(8 * CHUNK), new Float64Array(CHUNK)]
      for (let i = 0; i < CHUNK; i++) {
        const [features, label] = row(random, first + i)
        x.set(features, 8 * i)
        labels[i] = label
      }
      yield { kind: 'chunk', size: CHUNK, x, y: labels }
    }
  }
  await lastValueFrom(watching.reduce((row$, watch) => row$.pipe(watch), fromRows(chunks()).pipe(learn(model))))
  return alarms
}

const columns = ['auto', ...Object.values(makers).map(([make]) => make().name)]
const line = (name, cells) => console.log(`  ${name.padEnd(36)} ${cells.map((cell) => cell.padStart(14)).join('')}`)

/** Prints how often each detector says that a stream has changed which has not. */
export const detectorAlarms = async (rows, seed) => {
  console.log(
    `\nFalse alarms of each detector per 10⁵ rows, in ${rows.toLocaleString('en')} rows of each stream, linear model`,
  )
  line('', columns)
  for (const [name, stream] of Object.entries(stationary)) {
    const alarms = await alarmsOf(stream, rows, seed)
    line(
      name,
      columns.map((each) => (alarms[each] ? ((alarms[each].length / rows) * 1e5).toFixed(1) : '–')),
    )
  }
}

/** Prints how many rows after a change each detector says so: the median, and the share of changes that it noticed. */
export const detectorDelays = async (turns, seed) => {
  console.log(
    `\nRows from a change to each detector's alarm (median of ${turns} changes; share noticed within 2,000 rows)`,
  )
  line('', columns)
  for (const [name, stream] of Object.entries(drifting)) {
    const alarms = await alarmsOf(stream, (turns + 1) * TURN, seed)
    const cells = columns.map((each) => {
      if (!alarms[each]) return '–'
      const found = Array.from({ length: turns }, (_, i) => {
        const turn = (i + 1) * TURN
        return (alarms[each].find((step) => step > turn && step <= turn + 2000) ?? Infinity) - turn
      }).sort((a, b) => a - b)
      const share = found.filter((delay) => delay < Infinity).length / turns
      return `${found[Math.floor(turns / 2)]} (${(100 * share).toFixed(0)} %)`
    })
    line(name, cells)
  }
}
