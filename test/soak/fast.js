// node --max-old-space-size=96 test/soak/fast.js POLICY SECONDS: a worker sends rows ten times as fast as they
// are learned, through a MessagePort into a buffer of the policy, or, for 'block', as buffer.ready allows. It prints as
// JSON what was sent, learned and dropped, the largest heap, and by how much a timer of 10 ms was late at most, and how long this
// thread itself has worked from one call of the timer to the next.

import { readFileSync } from 'node:fs'
import { MessageChannel, Worker } from 'node:worker_threads'
import { fromEvent, map } from 'rxjs'
import { boundedBuffer, createModel, dense, fromRows, learn, numeric } from '../../dist/operators/index.js'

const [overflow, seconds] = process.argv.slice(2)
const CAPACITY = 2000

const names = Array.from({ length: 60 }, (_, i) => `x${i}`)
const model = createModel({
  features: Object.fromEntries(names.map((name) => [name, numeric()])),
  target: { y: numeric() },
  layers: [dense(64, 'tanh'), dense(32, 'tanh'), dense(1)],
})
const rowOf = (i) => ({ ...Object.fromEntries(names.map((name, k) => [name, (i * (k + 3)) % 17])), y: i % 13 })
const rows = Array.from({ length: 1000 }, (_, i) => rowOf(i))

/** Measures how many rows are learned in a second. */
const own = createModel({
  features: model.features,
  target: model.target,
  layers: [dense(64, 'tanh'), dense(32, 'tanh'), dense(1)],
})
for (const row of rows) own.learn(row)
const start = performance.now()
for (const row of rows) own.learn(row)
const perSecond = Math.floor(1e6 / (performance.now() - start))

// The messages are numbers, since taking rows apart would be most of the work.
const producer = `
const { parentPort, workerData: { port, perSecond, seconds } } = require('node:worker_threads')
const start = performance.now()
let sent = 0
const timer = setInterval(() => {
  const passed = Math.min(performance.now() - start, seconds * 1000)
  for (const until = Math.floor(passed * perSecond / 1000); sent < until; sent++) port.postMessage(sent)
  if (passed < seconds * 1000) return
  clearInterval(timer)
  port.postMessage(-1)
  port.close()
}, 5)
`
const buffer = boundedBuffer({ capacity: CAPACITY, overflow })
let [learned, sent, lateMs, heap] = [0, 0, 0, 0]
let failure

/** Sends as fast as it is let, for the policy that makes the source wait. */
function* endless() {
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) yield sent++
}
const pushed = () => {
  const { port1, port2 } = new MessageChannel()
  const message$ = fromEvent(port1, 'message').pipe(map((event) => event.data ?? event))
  new Worker(producer, {
    eval: true,
    workerData: { port: port2, perSecond: 10 * perSecond, seconds: Number(seconds) },
    transferList: [port2],
  })
  port1.on('close', () => {})
  return { message$, close: () => port1.close() }
}

/** How late a timer is while nothing is done here: that is what the machine's other work makes of it. */
let idleMs = 0
for (let i = 0; i < 100; i++) {
  const asked = performance.now()
  await new Promise((later) => setTimeout(later, 10))
  idleMs = Math.max(idleMs, performance.now() - asked - 10)
}

/** The time in ms that this thread has had a processor, as Linux tells it: other work of the machine is no part of it. */
const ownTime = () => {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6
  } catch {
    return Number.NaN
  }
}
/** The longest time that this thread has worked from one call of the timer to the next. */
let ownMs = 0
let worked = ownTime()
let due = performance.now() + 10
const timer = setInterval(() => {
  const now = performance.now()
  lateMs = Math.max(lateMs, now - due)
  due = now + 10
  const until = ownTime()
  ownMs = Math.max(ownMs, until - worked)
  worked = until
  heap = Math.max(heap, process.memoryUsage().heapUsed)
}, 10)

const { message$, close } = overflow === 'block' ? { message$: fromRows(endless()), close: () => {} } : pushed()
await new Promise((done) => {
  let ended = false
  const number$ = message$.pipe(
    map((i) => {
      if (i === -1) ended = true
      if (overflow !== 'block') sent++
      return i
    }),
  )
  const running = number$
    .pipe(
      buffer,
      map((i) => rows[Math.max(0, i) % rows.length]),
      learn(model),
    )
    .subscribe({
      next: () => learned++,
      error: (error) => {
        failure = error.name
        done()
      },
      complete: done,
    })
  // The last message may have been dropped, so that the end is looked for.
  const looking = setInterval(() => {
    if (!ended || buffer.counters.queued > 0) return
    clearInterval(looking)
    running.unsubscribe()
    done()
  }, 20)
  looking.unref()
})
clearInterval(timer)
close()
const { received, dropped, queued, mostQueued } = buffer.counters
const isExact = sent === received && received === learned + dropped + queued && learned === model.counters.learned
process.stdout.write(
  JSON.stringify({
    overflow,
    perSecond,
    sent,
    received,
    learned,
    dropped,
    mostQueued,
    capacity: CAPACITY,
    isExact,
    idleMs,
    lateMs,
    ownMs,
    heap,
    failure,
  }),
)
process.exit(0)
