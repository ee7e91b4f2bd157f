// This host's own sensors, a few times a second, learned live: will the processor be busier at the next reading?

import { broadcast, createModel, dense, evaluate, fromRows, learn, numeric } from 'rxgrad'
import { createServer, hostReadings } from 'rxgrad/node'
import { map, pairwise } from 'rxjs'

const readings = hostReadings({ everyMs: 250 })
const first = (await readings.next()).value
const sensors = Object.keys(first).filter((name) => name !== 'timeMs')

const model = createModel({
  features: Object.fromEntries(sensors.map((name) => [name, numeric()])),
  target: { nextCpu: numeric() },
  layers: [dense(16, 'relu'), dense(1)],
})
const server = await createServer({ models: { 'next processor load': model }, port: Number(process.env.PORT ?? 4321) })
console.log(`${server.url}  the next reading of this host's processor, forecast from ${sensors.join(', ')}`)

let last = 0
fromRows(readings)
  .pipe(
    pairwise(),
    map(([now, next]) => ({ ...now, nextCpu: next.cpu })),
    learn(model),
    evaluate(model),
    broadcast(server),
  )
  .subscribe((evaluation) => {
    if (Date.now() - last < 1000) return
    last = Date.now()
    const [mae] = evaluation.report().metrics
    const baseline = mae.baselines['no-change']
    console.log(
      `step ${evaluation.step}  forecast error ${mae.model.fading.toFixed(2)} %  no-change ${baseline.fading.toFixed(2)} %`,
    )
  })

process.once('SIGINT', () => void server.close().then(() => process.exit(0)))
