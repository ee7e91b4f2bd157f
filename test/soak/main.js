// npm run soak -- [--rows 1000000] [--minutes 1] [--kills 300] [--only PATTERN] [--json FILE]
//
// Learns very many rows of an endless supply in each way that could keep something of them, and prints the memory that
// is in use after each tenth of the rows, once nothing more is freed. A case is bounded if its heap grows by less than
// 2 % or by less than 1 MB over the last half of the rows. The program fails if one is not.
//
// Then a producer is ten times too fast for a buffer of each policy, for so many minutes each (10 is the full size), in
// 96 MB of heap: what is sent is learned or dropped, to the row, and a timer of 10 ms is never kept waiting by more than
// 50 ms of work. The work is the processor's time of the thread, where the system tells it; elsewhere it is how late the
// timer is, beside where nothing is done.
//
// Then so many processes are killed, at random times and amid what they write, and what they come to is compared with one
// that was never killed (test/kills).
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cases } from './cases.js'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    minutes: { type: 'string', default: '1' },
    kills: { type: 'string', default: '300' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
})
const rows = Number(values.rows)
if (!(Number.isSafeInteger(rows) && rows >= 100)) throw new RangeError(`--rows ${values.rows}: expected at least 100.`)
const names = Object.keys(cases).filter((name) => name.includes(values.only))
const FAST = 'flood, ten times too fast'
const policies = ['block', 'dropOldest', 'dropNewest', 'sample', 'error'].filter((each) =>
  `${FAST}, ${each}`.includes(values.only),
)
const seconds = 60 * Number(values.minutes)
if (!(seconds > 0)) throw new RangeError(`--minutes ${values.minutes}: expected a number above 0.`)
const KILLED = 'killed'
const isKilled = KILLED.includes(values.only)
if (names.length + policies.length === 0 && !isKilled)
  throw new RangeError(
    `--only ${values.only}: expected a part of ${Object.keys(cases).join('; ')}; ${FAST}; ${KILLED}.`,
  )

const MEGABYTE = 1e6
const results = []
const heads = Array.from({ length: 10 }, (_, i) => `${10 * (i + 1)} %`.padStart(7)).join('')
console.log(`The heap in MB after each tenth of ${rows.toLocaleString('en')} rows, and the memory of the process (rss)`)
console.log(`${'case'.padEnd(34)}${heads}   rss at 50 %, 100 %   µs a row   verdict`)
for (const name of names) {
  // Each case has a process of its own, so that no memory of another is freed meanwhile.
  const program = fileURLToPath(new URL('./child.js', import.meta.url))
  const flags = ['--expose-gc', '--no-flush-bytecode']
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, program, name, `${rows}`], {
    encoding: 'utf8',
  })
  if (status !== 0) {
    console.log(`${name.padEnd(34)} failed: ${stderr.trim().split('\n').slice(-6).join(' ')}`)
    process.exitCode = 1
    continue
  }
  const { heap, rss, seconds } = JSON.parse(stdout)
  const grown = heap[9] - heap[4]
  const isBounded = grown < MEGABYTE || grown < 0.02 * heap[4]
  results.push({ name, rows, heap, rss, seconds, isBounded })
  const cells = heap.map((bytes) => (bytes / MEGABYTE).toFixed(2).padStart(7)).join('')
  const resident = [rss[4], rss[9]].map((bytes) => (bytes / MEGABYTE).toFixed(0).padStart(9)).join('')
  const micro = ((seconds * 1e6) / rows).toFixed(1).padStart(10)
  console.log(`${name.padEnd(34)}${cells}${resident}  ${micro}   ${isBounded ? 'bounded' : 'GROWS'}`)
  if (!isBounded) process.exitCode = 1
}
const MOST_LATE_MS = 50
if (policies.length > 0) console.log(`\n${FAST}, for ${values.minutes} min each, in 96 MB`)
for (const policy of policies) {
  const program = fileURLToPath(new URL('./fast.js', import.meta.url))
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--max-old-space-size=96', program, policy, `${seconds}`],
    { encoding: 'utf8' },
  )
  if (status !== 0) {
    console.log(`${policy.padEnd(12)} failed: ${stderr.trim().split('\n').slice(-6).join(' ')}`)
    process.exitCode = 1
    continue
  }
  const result = JSON.parse(stdout)
  const { sent, learned, dropped, mostQueued, capacity, isExact, idleMs, lateMs, ownMs, heap, failure } = result
  const isPrompt = ownMs === null ? lateMs <= MOST_LATE_MS + idleMs : ownMs <= MOST_LATE_MS + 10
  const holds = isExact && mostQueued <= capacity && isPrompt
  results.push({ name: `${FAST}, ${policy}`, ...result, holds })
  console.log(
    `${policy.padEnd(12)} sent ${sent} = learned ${learned} + dropped ${dropped}, at most ${mostQueued} of ${capacity} waited, heap ${(heap / MEGABYTE).toFixed(0)} MB, ` +
      `at most ${ownMs?.toFixed(0) ?? '?'} ms of work between timers, late by ${lateMs.toFixed(0)} ms (idle ${idleMs.toFixed(0)} ms)${failure ? `, ended by ${failure}` : ''}   ${holds ? 'holds' : 'FAILS'}`,
  )
  if (!holds) process.exitCode = 1
}
if (isKilled) {
  const program = fileURLToPath(new URL('../kills/soak.ts', import.meta.url))
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', program, values.kills], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
if (values.json) writeFileSync(values.json, JSON.stringify(results, undefined, 2))
