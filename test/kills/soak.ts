// npx tsx test/kills/soak.ts [KILLS] [SEED] [PATTERN]: kills so many processes, and prints how each model and source came
// through; PATTERN is a part of 'MODEL, SOURCE' or several of them, such as 'mqtt|stream of labels'.

import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../bundle.js'
import { plan } from './plan.js'
import { runSeries } from './series.js'

const most = Number(process.argv[2] ?? 300)
const seed = Number(process.argv[3] ?? 1)
const pattern = new RegExp(process.argv[4] ?? '')
const folder = await mkdtemp(join(tmpdir(), 'rxgrad-child-'))
const child = join(folder, 'child.mjs')
const url = new URL('./child.ts', import.meta.url)
await bundle(readFileSync(url, 'utf8'), child, url)

interface Line {
  series: number
  killed: number
  failed: number
}
const table = new Map<string, Line>()
let killed = 0
const KILLS = 6
// Some processes come to their end before they are killed, so that there are series enough for all kills.
const series = plan(seed, Math.ceil(most / 2), KILLS, 240, (name, source) => pattern.test(`${name}, ${source}`))
const worker = async (): Promise<void> => {
  while (killed < most) {
    const next = series.shift()
    if (next === undefined) return
    const outcome = await runSeries(child, next)
    const key = `${next.name.padEnd(34)}${next.source}${next.source === 'file' ? '' : next.trims ? ', dropped from' : ', kept whole'}`
    const line = table.get(key) ?? { series: 0, killed: 0, failed: 0 }
    line.series++
    line.killed += outcome.killed
    line.failed += outcome.problems.length > 0 ? 1 : 0
    table.set(key, line)
    killed += outcome.killed
    for (const problem of outcome.problems)
      console.log(`${next.name}, ${next.source}: ${problem}; kills ${JSON.stringify(next.kills)}`)
  }
}
await Promise.all([worker(), worker()])
await rm(folder, { recursive: true })
console.log(`\nProcesses that were killed and resumed, seed ${seed}: θ, scores and each row's prediction, by SHA-256,`)
console.log('beside one uninterrupted pass over the same rows; each acknowledged row is in the journal once')
console.log(`${'model'.padEnd(34)}${'source'.padEnd(26)}series  killed  different`)
for (const [key, line] of [...table].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(
    `${key.padEnd(60)}${`${line.series}`.padStart(6)}${`${line.killed}`.padStart(8)}${`${line.failed}`.padStart(11)}`,
  )
console.log(`${'in all'.padEnd(66)}${`${killed}`.padStart(8)}`)
if ([...table.values()].some(({ failed }) => failed > 0)) process.exitCode = 1
