// node sender.js RATE: a broker, and a publisher that sends so many rows a second.
import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import { connectAsync } from 'mqtt'

const rate = Number(process.argv[2])
const broker = await Aedes.createBroker()
const server = createServer(broker.handle)
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `mqtt://127.0.0.1:${server.address().port}`
const publisher = await connectAsync(url)

let sent = 0
let acknowledged = 0
let timer
const rowOf = (i) => {
  const [speed, heat] = [1400 + 100 * Math.sin(i / 97), 60 + 5 * Math.cos(i / 311)]
  const noise = ((Math.imul(i, 2654435761) >>> 0) / 2 ** 32 - 0.5) / 10
  return { i, room: `room ${i % 7}`, speed, heat, power: speed / 200 + heat / 30 + (i % 7) / 5 + noise }
}
const begin = () => {
  const started = performance.now()
  timer = setInterval(() => {
    for (const until = Math.floor(((performance.now() - started) * rate) / 1000); sent < until; sent++)
      void publisher.publishAsync('machines/1', JSON.stringify(rowOf(sent)), { qos: 1 }).then(() => acknowledged++)
  }, 20)
}
const answers = {
  url: () => ({ url }),
  start: () => begin(),
  stop: () => clearInterval(timer),
  report: () => ({ sent, acknowledged }),
}
process.on('message', (question) => process.send(answers[question]() ?? {}))
