// This program watches machines that send their readings to an MQTT broker. Each machine has a model of its own, which
// predicts its power from its speed and heat; what does not fit is published as an alarm. Try it with mosquitto:
//
//     npx tsx examples/apps/alarms.ts mqtt://localhost
//     mosquitto_sub -t 'machines/+/alarm' -v
//     mosquitto_pub -t machines/7/reading -m '{ "speed": 1450, "heat": 61, "power": 8.4 }'

import { connectAsync } from 'mqtt'
import { createModel, dense, detectAnomalies, fromRows, numeric, recursiveLeastSquares } from 'rxgrad'
import { mqttSource } from 'rxgrad/node'
import { filter, groupBy, map, mergeMap } from 'rxjs'

interface Reading {
  readonly machine: string
  readonly speed: number
  readonly heat: number
  readonly power: number
}
const [url = 'mqtt://localhost'] = process.argv.slice(2)

// The broker keeps what is sent while this program is away.
const readings = mqttSource<Reading>(url, {
  topics: 'machines/+/reading',
  clientId: 'alarms',
  parse: ({ topic, text }) => ({ ...JSON.parse(text), machine: topic.split('/')[1] }),
})
const publisher = await connectAsync(url)

const number = () => numeric({ scale: 'standard', missing: 'reject' })
const modelOf = () =>
  createModel({
    features: { speed: number(), heat: number() },
    target: { power: number() },
    layers: [dense(1)],
    optimizer: recursiveLeastSquares(),
    precision: 'f64',
  })

fromRows(readings)
  .pipe(
    groupBy(({ machine }) => machine),
    mergeMap((reading$) =>
      reading$.pipe(
        detectAnomalies(modelOf(), { warmUp: 200, falseAlarms: 1e-4 }),
        filter(({ isNew }) => isNew),
        map(({ row, scores }) => ({ machine: reading$.key, ...row, score: scores.power })),
      ),
    ),
  )
  .subscribe((alarm) => {
    publisher.publish(`machines/${alarm.machine}/alarm`, JSON.stringify(alarm), { qos: 1 })
    console.log(alarm)
  })
