// This service learns how long requests take from the events that it is sent, and predicts when it is asked. It loses no
// event that it has acknowledged, even by kill -9: start it, send events, kill it, start it again, and ask.
//
//     npx tsx examples/apps/service.ts
//     curl localhost:8080/rows -H 'Content-Type: application/json' -d '{ "route": "/search", "bytes": 5400, "ms": 310 }'
//     curl localhost:8080/predict -H 'Content-Type: application/json' -d '{ "route": "/search", "bytes": 5400 }'
//
// The page on http://localhost:8080 shows how well it predicts.

import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { broadcast, category, checkpoint, createModel, dense, evaluate, fromRows, learn, numeric, resume } from 'rxgrad'
import { createServer, fileStore, httpIngest, openJournal } from 'rxgrad/node'

interface Finished {
  readonly route: string
  readonly bytes: number
  readonly ms: number
  /** Its place in the journal. */
  readonly cursor?: number
}
const [folder = 'service-data', port = '8080'] = process.argv.slice(2)

const model = createModel({
  features: { route: category({ capacity: 64 }), bytes: numeric() },
  target: { ms: numeric() },
  layers: [dense(8, 'tanh'), dense(1)],
  cursor: 'cursor',
})

// The events behind the last checkpoint are read from the journal again, and then those that are sent.
const store = fileStore(`${folder}/checkpoints`)
const journal = await openJournal<Finished>(`${folder}/journal`)
const resumed = await resume(store, model)
const events = httpIngest<Finished>({
  journal,
  from: resumed?.cursor,
  check: ({ ms }) => (ms >= 0 ? undefined : 'ms is no duration; expected milliseconds'),
})

const http = createHttpServer((request, response) => {
  if (!events.handle(request, response) && !live.handle(request, response)) response.writeHead(404).end()
})
// It listens on this host alone; for others, give a token in place of this.
const live = await createServer({ models: { duration: model }, server: http, public: true })

fromRows(events)
  .pipe(learn(model), evaluate(model), broadcast(live), checkpoint(store, { every: 1000, journal }))
  .subscribe({ error: (error) => console.error(error) })

http.listen(Number(port), '127.0.0.1', () => {
  const { port } = http.address() as AddressInfo
  console.log(`http://localhost:${port} has learned ${model.counters.learned} events`)
})
process.once('SIGINT', async () => {
  // Whatever is left out here by a kill is made up for at the next start.
  await events.close()
  await live.close()
  http.close()
})
