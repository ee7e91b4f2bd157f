// This example learns two streams beside each other, and shows both on one page. One is a year of Seattle's weather by
// the hour, replayed at ten hours a second without end: what will the temperature be in an hour? The other is this host,
// four times a second: how busy will its processor be at the next reading? Each row is predicted before it is learned.

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { broadcast, createModel, cyclic, dense, evaluate, experts, fromRows, learn, numeric } from 'rxgrad'
import { createServer, type HostReading, hostReadings } from 'rxgrad/node'
import { auditTime, bufferCount, map, merge } from 'rxjs'

const file = fileURLToPath(
  new URL('../node_modules/vega-datasets/data/seattle-weather-hourly-normals.csv', import.meta.url),
)
const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n')

async function* weather() {
  for (;;)
    for (const line of lines) {
      await sleep(100)
      const [date = '', hPa, celsius, wind] = line.split(',')
      yield { hour: Number(date.slice(11, 13)), hPa: Number(hPa), '°C': Number(celsius), 'wind, m/s': Number(wind) }
    }
}

const seattle = createModel({
  features: {
    hour: cyclic(24),
    '°C': numeric(),
    '°C, change': numeric(),
    hPa: numeric(),
    'wind, m/s': numeric(),
  },
  target: { '°C in an hour': numeric() },
  layers: [dense(8, 'tanh'), dense(1)],
})
const hour$ = fromRows(weather()).pipe(
  bufferCount(3, 1),
  map(([before, now, next]) => ({ ...now!, '°C, change': now!['°C'] - before!['°C'], '°C in an hour': next!['°C'] })),
)

const readings = hostReadings({ everyMs: 250 })
const { timeMs: _, ...sensors } = (await readings.next()).value as HostReading
const meanCpu = (window: readonly HostReading[]): number =>
  window.reduce((sum, { cpu }) => sum + cpu, 0) / window.length

const host = createModel({
  features: Object.fromEntries([...Object.keys(sensors), 'cpu before', 'cpu lately'].map((name) => [name, numeric()])),
  target: { 'next cpu, %': numeric() },
  // Nobody knows what this host does: several models are learned, and what they say is mixed by how well they have done.
  experts: experts.auto({ units: 8 }),
})
const reading$ = fromRows(readings).pipe(
  bufferCount(6, 1),
  map((window) => {
    const [before, now, next] = window.slice(-3) as [HostReading, HostReading, HostReading]
    return { ...now, 'cpu before': before.cpu, 'cpu lately': meanCpu(window.slice(0, -1)), 'next cpu, %': next.cpu }
  }),
)

const { values } = parseArgs({ options: { port: { type: 'string', default: process.env.PORT ?? '4321' } } })
const server = await createServer({
  models: { Seattle: seattle, 'This host': host },
  port: Number(values.port),
}).catch((error: Error) => {
  console.error(`${error.message}\n(Another port can be set: npm start -- --port 8080)`)
  process.exit(2)
})
console.log(`${server.url}   (the weather is replayed at ten hours a second; Ctrl-C ends)`)

const learned = [
  hour$.pipe(
    learn(seattle),
    evaluate(seattle),
    broadcast(server),
    auditTime(10_000),
    map((score) => ({ of: 'weather', ...score })),
  ),
  reading$.pipe(
    learn(host),
    evaluate(host),
    broadcast(server),
    auditTime(10_000),
    map((score) => ({ of: 'host', ...score })),
  ),
]
merge(...learned).subscribe(({ of, step, report }) => {
  const [error] = report().metrics
  const baseline = error?.baselines['no-change']
  console.log(`${of}  step ${step}  error ${error?.model.fading.toFixed(3)}  no-change ${baseline?.fading.toFixed(3)}`)
})

process.once('SIGINT', () => void server.close().then(() => process.exit(0)))
