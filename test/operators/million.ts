// This program, run with --expose-gc, learns a million rows one by one, and measures the process meanwhile.

import { lastValueFrom } from 'rxjs'
import { createModel, dense, fromRows, learn, numeric } from '../../operators/index.js'

const ROWS = 1_000_000
function* rows() {
  for (let i = 0; i < ROWS; i++) yield { x: i % 97, y: (i % 97) * 3 + (i % 5) }
}
const model = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] })

let turns = 0
let longestMs = 0
let heap: number[] = []
let due = 100_000
let over = false
let since = process.cpuUsage()
let start = performance.now()
const turn = (): void => {
  const { user, system } = process.cpuUsage(since)
  // A stretch takes at most the CPU time of the process, which includes compiler threads, and at most the time by the
  // clock, which includes other processes.
  longestMs = Math.max(longestMs, Math.min((user + system) / 1000, performance.now() - start))
  turns++
  // The collection runs between two stretches of work, so that it is not counted as part of them.
  if (model.counters.learned >= due) {
    ;(globalThis as unknown as { gc(): void }).gc()
    heap = [...heap, process.memoryUsage().heapUsed]
    due = ROWS
  }
  since = process.cpuUsage()
  start = performance.now()
  if (!over) setImmediate(turn)
}
setImmediate(turn)

let ticks = 0
const clock = setInterval(() => ticks++, 20)
const { step } = await lastValueFrom(fromRows(rows()).pipe(learn(model)))
await new Promise((later) => setImmediate(later))
over = true
clearInterval(clock)
turn()
console.log(JSON.stringify({ step, grown: (heap.at(-1) as number) - (heap[0] as number), turns, ticks, longestMs }))
