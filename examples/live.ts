// This example reads the host's own sensors four times a second, and predicts how busy the processor will be at the
// next reading.

import { parseArgs } from 'node:util'
import { broadcast, createModel, dense, evaluate, fromRows, learn, numeric } from 'rxgrad'
import { createServer, type HostReading, hostReadings } from 'rxgrad/node'
import { bufferCount, map } from 'rxjs'

const meanCpu = (readings: readonly HostReading[]): number =>
  readings.reduce((sum, { cpu }) => sum + cpu, 0) / readings.length

const readings = hostReadings({ everyMs: 250 })
const { timeMs: _, ...first } = (await readings.next()).value as HostReading
const sensors = [...Object.keys(first), 'before', 'lately']

const model = createModel({
  features: Object.fromEntries(sensors.map((name) => [name, numeric()])),
  target: { nextCpu: numeric() },
  layers: [dense(8, 'relu'), dense(1)],
})
const { values } = parseArgs({ options: { port: { type: 'string', default: process.env.PORT ?? '4321' } } })
const server = await createServer({
  models: { 'processor load': model },
  port: Number(values.port),
}).catch((error: Error) => {
  console.error(`${error.message}\n(Another port can be set: npm start -- --port 8080)`)
  process.exit(2)
})
console.log(`${server.url}\nThe processor load of the next reading is predicted from ${sensors.join(', ')}.`)

let last = 0
fromRows(readings)
  .pipe(
    bufferCount(6, 1),
    map((window) => {
      const [before, now, next] = window.slice(-3) as [HostReading, HostReading, HostReading]
      return { ...now, before: before.cpu, lately: meanCpu(window.slice(0, -1)), nextCpu: next.cpu }
    }),
    learn(model),
    evaluate(model, { rolling: 240 }),
    broadcast(server),
  )
  .subscribe(({ step, report }) => {
    if (Date.now() - last < 1000) return
    last = Date.now()
    const [error] = report().metrics
    const baseline = error?.baselines['no-change']
    console.log(`step ${step}  error ${error?.model.rolling.toFixed(2)}  no-change ${baseline?.rolling.toFixed(2)}`)
  })

process.once('SIGINT', () => void server.close().then(() => process.exit(0)))
