// This example watches four sensors of a pump, a reading a minute for two weeks. Each is predicted from the other three,
// and a reading that does not fit the others is a fault. Twenty faults of five kinds are planted after the third day.

import { strict as assert } from 'node:assert'
import { createModel, dense, detectAnomalies, fromRows, numeric, recursiveLeastSquares, rolling } from 'rxgrad'

const names = ['flow', 'pressure', 'power', 'heat'] as const
type Sensor = (typeof names)[number]
type Reading = Record<Sensor, number>
interface Fault {
  readonly kind: string
  readonly sensor: Sensor
  readonly from: number
  readonly to: number
  after?: { readonly minutes: number; readonly target: string | undefined }
}

let seed = 1
const uniform = (): number => {
  seed = (seed * 16_807) % 2_147_483_647
  return seed / 2_147_483_647
}
const gauss = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())

/** The noise of each sensor. */
const noise: Reading = { flow: 0.5, pressure: 0.03, power: 0.08, heat: 0.2 }
const minutes = 20_160
/** The pump's load follows the hour of the day and chance; its heat follows its load slowly. */
const readings: Reading[] = []
for (let [minute, load, heat] = [0, 0.5, 50]; minute < minutes; minute++) {
  load += 0.02 * (0.5 + 0.3 * Math.sin((2 * Math.PI * minute) / 1440) - load) + 0.01 * gauss()
  heat += 0.05 * (30 + 40 * load - heat)
  readings.push({
    flow: 100 * load + noise.flow * gauss(),
    pressure: 8 - 3 * load * load + noise.pressure * gauss(),
    power: 12 * load * (1 + 0.2 * load) + noise.power * gauss(),
    heat: heat + noise.heat * gauss(),
  })
}

/** What becomes of a reading, by the kind of fault: its value, noise, the value when the fault began, and how far it is. */
const kinds: Readonly<
  Record<string, { minutes: number; of(v: number, σ: number, first: number, part: number): number }>
> = {
  spike: { minutes: 1, of: (v, σ) => v + 25 * σ },
  stuck: { minutes: 180, of: (_v, _σ, first) => first },
  shifted: { minutes: 40, of: (v, σ) => v + 12 * σ },
  noisy: { minutes: 40, of: (v, σ) => v + 10 * σ * gauss() },
  drifting: { minutes: 120, of: (v, σ, _first, part) => v + 25 * σ * part },
}
const faults = Array.from({ length: 20 }, (_, k): Fault => {
  const kind = Object.keys(kinds)[k % 5]!
  const sensor = names[k % 4]!
  const from = 4400 + Math.floor((k + 0.7 * uniform()) * 750)
  const to = from + kinds[kind]!.minutes
  const first = readings[from]![sensor]
  for (let i = from; i < to; i++)
    readings[i]![sensor] = kinds[kind]!.of(readings[i]![sensor], noise[sensor], first, (i - from) / (to - from))
  return { kind, sensor, from, to }
})

/** Each sensor's model reads the others now, and their means over the last minutes, which its heat depends on. */
const scaled = { scale: 'standard' } as const
const models = names.map((name) => {
  const others = names.filter((other) => other !== name)
  const means = [10, 60].flatMap((rows) =>
    others.map((other) => [`${other}, ${rows} minutes`, rolling(other, rows, 'mean', scaled)]),
  )
  return createModel({
    features: Object.fromEntries([...others.map((other) => [other, numeric(scaled)]), ...means]),
    target: { [name]: numeric(scaled) },
    layers: [dense(1)],
    // Least squares settle, and do not follow a sensor that drifts.
    optimizer: recursiveLeastSquares(),
    precision: 'f64',
  })
})

let falseAlarms = 0
let minute = 0
await fromRows(readings)
  .pipe(detectAnomalies(models))
  .forEach(({ isAnomaly, isNew, target }) => {
    const fault = faults.find(({ from, to }) => minute >= from && minute < to)
    if (isAnomaly && fault) fault.after ??= { minutes: minute - fault.from, target }
    if (isNew && !fault) falseAlarms++
    minute++
  })

for (const { kind, sensor, from, after } of faults)
  console.log(
    `${kind} ${sensor} from minute ${from}: ${after ? `found after ${after.minutes} minutes, in ${after.target}` : 'missed'}`,
  )
const found = faults.filter(({ after }) => after)
const located = found.filter(({ sensor, after }) => after?.target === sensor)
console.log(`${found.length} of 20 faults were found, ${located.length} of them at once in the right sensor.`)
console.log(`${falseAlarms} false alarms were given in ${minutes} minutes.`)
assert.ok(found.length === 20 && located.length >= 16 && falseAlarms <= 5)
