// node --expose-gc learner.js URL FOLDER: learns what comes over MQTT, serves it to pages, and writes checkpoints.
import {
  boundedBuffer,
  broadcast,
  category,
  checkpoint,
  createModel,
  evaluate,
  experts,
  fromRows,
  lag,
  learn,
  numeric,
} from '../../../dist/operators/inNode.js'
import { createServer, fileStore, mqttSource } from '../../../dist/src/node/index.js'
import { settled } from '../settled.js'

const [url, folder] = process.argv.slice(2)
const model = createModel({
  features: { speed: numeric(), heat: numeric(), room: category(), before: lag('power', 1) },
  target: { power: numeric() },
  experts: experts.auto(),
})
const live = await createServer({ models: { power: model }, port: 0 })
let checkpoints = 0
const buffer = boundedBuffer({ capacity: 10_000, overflow: 'block' })
fromRows(mqttSource(url, { topics: 'machines/#', clientId: 'hour' }))
  .pipe(
    buffer,
    learn(model),
    evaluate(model),
    broadcast(live),
    checkpoint(fileStore(folder), { everyMs: 5000, onSaved: () => checkpoints++ }),
  )
  .subscribe({
    error: (error) => {
      console.error(error)
      process.exit(1)
    },
  })

const answers = {
  page: async () => ({ page: live.url }),
  report: async () => {
    const heap = await settled()
    const { step, counters } = model
    return { step, learned: counters.learned, heap, rss: process.memoryUsage().rss, checkpoints, ...buffer.counters }
  },
}
process.on('message', async (question) => process.send(await answers[question]()))
